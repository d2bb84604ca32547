"""Part of 0007: estimates of prices, and comparables from elsewhere."""

from __future__ import annotations


def upgrade() -> None:
    pass
