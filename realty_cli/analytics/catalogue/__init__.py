"""Every metric by its key, with what it is called, counted in and taken as good, and its definition in one line."""

from __future__ import annotations

from functools import cache

from realty_cli.analytics.catalogue import clients, events, listings, money
from realty_cli.analytics.catalogue.metric import Metric

METRICS: dict[str, Metric] = {
    metric.key: metric for module in (listings, events, money, clients) for metric in module.METRICS
}


@cache
def named(group: str) -> dict[str, Metric]:
    """The metrics of a group (`money`) by what comes after its name: `money.gci` is `gci`."""
    return {key.removeprefix(group + "."): one for key, one in METRICS.items() if key.startswith(group + ".")}
