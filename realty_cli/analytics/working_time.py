"""How much of somebody's working time lies between two moments, for many people and many moments at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import accumulate

from realty_cli.events import hours
from realty_cli.events.figure_reading import of_like_hours
from realty_cli.events.hours import Span
from realty_cli.events.settings import settings_of, zone_of
from realty_cli.store.database import Connection


class WorkingTime:
    """Stretches of work, laid one after another: those that touch or overlap count once."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._begins: list[float] = []
        self._ends: list[float] = []
        for begin, end in sorted(spans):
            first, last = begin.timestamp(), end.timestamp()
            if self._ends and first <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], last)
            else:
                self._begins.append(first)
                self._ends.append(last)
        lengths = (last - first for first, last in zip(self._begins, self._ends, strict=True))
        self._before = list(accumulate(lengths, initial=0.0))

    def seconds(self, start: datetime, end: datetime) -> float:
        """Seconds of work within [start, end); none where the end comes first."""
        return max(0.0, self._until(end) - self._until(start))

    def _until(self, moment: datetime) -> float:
        at = moment.timestamp()
        place = bisect_right(self._begins, at) - 1
        if place < 0:
            return 0.0
        return self._before[place] + min(at, self._ends[place]) - self._begins[place]


def laid(db: Connection, owners: Sequence[int], start: datetime, end: datetime) -> dict[int, WorkingTime]:
    """The working time of accounts from the day of `start` to that of `end`: their hours, without their days off and
    the holidays that their settings keep. Many keep the same hours, and these are laid once. Whoever's week is empty is
    left out; whoever has but days off between the two has no second of work there."""
    if not owners:
        return {}
    found: dict[int, WorkingTime] = {}
    for some in of_like_hours(db, owners):
        planning, zone_of_all = settings_of(db, some[0]), zone_of(db, some[0])
        week = planning.week()
        if not any(week.values()):
            continue
        worked = WorkingTime(
            span
            for day in hours.days(start, end, zone_of_all)
            for span in hours.spans_of(day, hours.ranges_on(day, week, planning.day_of(day)), zone_of_all)
        )
        found |= dict.fromkeys(some, worked)
    return found
