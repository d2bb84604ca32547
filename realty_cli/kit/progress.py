"""Progress as the core knows it: something that may be told how far the work is. Terminals live in `cli/`."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    def update(self, done: int, total: int | None, rows: int) -> None:
        """`done` of `total` units (bytes as a rule; total may be unknown), `rows` finished so far."""
        ...


def ignored(rows_done: int) -> None:
    """For who does not want to hear of it."""


class Silent:
    def update(self, done: int, total: int | None, rows: int) -> None:
        return None
