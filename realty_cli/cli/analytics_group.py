"""`realty analytics`: the commands of all its modules, gathered. A module takes `app` from `cli.analytics` and adds to
it."""

from __future__ import annotations

from realty_cli.cli import (
    alerts,
    analytics,
    analytics_chart,
    analytics_export,
    analytics_market,
    analytics_metrics,
    analytics_performance,
    analytics_report,
    analytics_trends,
    dashboard,
)

app = analytics.app
__all__ = [
    "alerts",
    "analytics_chart",
    "analytics_export",
    "analytics_market",
    "analytics_metrics",
    "analytics_performance",
    "analytics_report",
    "analytics_trends",
    "app",
    "dashboard",
]
