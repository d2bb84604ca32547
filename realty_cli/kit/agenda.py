"""What is due: the form in which slices hand deadlines to the briefing of the day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Any


@dataclass(frozen=True, slots=True)
class Window:
    """The days that are looked at, on the calendar of whoever asks: what is late, today, and `days` more."""

    now: datetime
    zone: tzinfo
    days: int = 7
    limit: int = 20
    """The most of a kind that are told; all are counted."""

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def until(self) -> date:
        return self.today + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Due:
    """One thing of a day: an object (as the change log calls its kind), and what a reader wants to know of it."""

    kind: str
    id: int
    owner_id: int
    title: str
    on: date
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Amounts in units beside their `currency`; moments and dates as they are stored."""


@dataclass(frozen=True, slots=True)
class Section:
    """Deadlines of one kind, the earliest first; `overdue` of all `total` lie before today."""

    name: str
    heading: str
    """An English sentence of the catalogue."""
    total: int
    overdue: int
    items: Sequence[Due]


#: What a slice offers, bound to whoever asks.
Provider = Callable[[Window], Section]
