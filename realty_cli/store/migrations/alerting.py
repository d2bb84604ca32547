"""Part of 0007: thresholds, alerts, and what somebody said of an insight."""

from __future__ import annotations


def upgrade() -> None:
    pass
