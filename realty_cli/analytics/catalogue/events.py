"""Metrics of events."""

from __future__ import annotations

from realty_cli.analytics.catalogue.metric import Metric

METRICS: tuple[Metric, ...] = ()
