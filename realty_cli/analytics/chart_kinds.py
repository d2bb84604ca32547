"""Which charts can be asked for by name. Light: command modules import it at start-up."""

from __future__ import annotations

from typing import Literal, get_args

#: Beside these, every metric that has a series is a chart of its own.
ChartName = Literal[
    "forecast", "funnel", "hours", "prices", "statuses", "pipeline", "sources", "profit", "plan", "months", "survival"
]
CHARTS: tuple[str, ...] = get_args(ChartName)
ChartForm = Literal["svg", "png", "json"]
ALIASES = {
    "heatmap": "hours", "price_histogram": "prices", "histogram": "prices", "waterfall": "profit", "bullet": "plan",
    "km": "survival", "kaplan-meier": "survival", "inventory_by_status": "statuses",
}  # fmt: skip
