"""Numbers: metrics, trends, forecasts, alerts, insights, and the reports made of them. Nothing here is entered but
thresholds, portal statistics and what somebody says of an insight; all else is computed from what the slices hold."""
