"""Part of 0007: what portals say of listings, by day."""

from __future__ import annotations


def upgrade() -> None:
    pass
