"""Part of 0007: what aggregates read instead of the tables themselves."""

from __future__ import annotations


def upgrade() -> None:
    pass
