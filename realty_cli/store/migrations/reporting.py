"""Part of 0007: reports that were asked for, and those that come by themselves."""

from __future__ import annotations


def upgrade() -> None:
    pass
