"""In what order one drives to the stops of a day. Data in, data out.

The best order of eight stops and fewer is found for certain; of more a good one, never worse than as entered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from realty_cli.events.busy import Block, Place, minutes
from realty_cli.events.kinds import EventType
from realty_cli.events.travel import Travel

MOST, EXACT = 12, 8
_TIGHT = 10
"""Minutes of slack below which a stop is called tight."""
Cost = tuple[int, int, int]
"""Minutes too late in all, minutes of travel in all, minutes from the start to the end of the last stop."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Something to be at for `length`, not before `opens` and no longer than until `closes`. `fixed`: at its hour."""

    block: Block
    opens: datetime
    closes: datetime
    fixed: bool = False

    @property
    def length(self) -> timedelta:
        return self.block.end - self.block.start


@dataclass(frozen=True, slots=True)
class Leg:
    """A stop where the plan puts it."""

    stop: Stop
    start: datetime
    end: datetime
    travel: int
    slack: int
    """Minutes to spare before it; negative where one comes too late."""
    late: int


class Ways:
    """The ways of one day, each worked out once for an hour in which one leaves."""

    def __init__(self, start: datetime, travel: Travel, home: Place | None = None) -> None:
        self.start, self.travel = start, travel
        self.home = None if home is None else Block(start, start, place=home, event_type=EventType.MEETING)
        self._known: dict[tuple[Block | None, Block, datetime], int] = {}

    def minutes(self, before: Block | None, block: Block, at: datetime) -> int:
        one = before or self.home
        if one is None:
            return 0
        key = before, block, at.replace(minute=0, second=0, microsecond=0)
        if (known := self._known.get(key)) is None:
            known = self._known[key] = self.travel.minutes(replace(one, start=at, end=at), block)
        return known

    def leg(self, before: Block | None, stop: Stop, at: datetime) -> Leg:
        """A stop as the next one after what ended at a moment."""
        way = self.minutes(before, stop.block, at)
        gap = way if before is None else max(way, before.after, stop.block.before)
        ready = at + timedelta(minutes=gap)
        begin = max(ready, stop.opens)
        end = begin + stop.length
        late = max(0, minutes(end - stop.closes))
        return Leg(stop, begin, end, way, minutes(stop.closes - stop.length - ready), late)

    def route(self, order: Sequence[Stop]) -> tuple[Cost, list[Leg]]:
        """The stops in this order, each as early as it can be."""
        legs: list[Leg] = []
        at, before = self.start, None
        for stop in order:
            legs.append(self.leg(before, stop, at))
            at, before = legs[-1].end, stop.block
        return (sum(leg.late for leg in legs), sum(leg.travel for leg in legs), minutes(at - self.start)), legs


def best(stops: Sequence[Stop], ways: Ways) -> list[Stop]:
    """The stops in the order that is least late, then has the least travel, then ends first. As entered where nothing
    is better."""
    entered = sorted(stops, key=lambda one: (one.block.start, one.block.event_id or 0))
    order, cost = entered, ways.route(entered)[0]
    while True:
        found, found_cost = order, cost
        for other in _neighbours(order):
            now = ways.route(other)[0]
            if now < found_cost:
                found, found_cost = other, now
        if found is order:
            break
        order, cost = found, found_cost
    return order if len(order) > EXACT else _exact(order, cost, ways)


def _exact(good: list[Stop], cost: Cost, ways: Ways) -> list[Stop]:
    """The best of all orders, given a good one and what it costs."""
    found, least = good, cost

    def go(order: list[Stop], left: list[Stop], at: datetime, late: int, way: int) -> None:
        nonlocal found, least
        # Neither lateness nor travel nor time shrinks by what follows.
        now = late, way, minutes(at - ways.start)
        if now >= least:
            return
        if not left:
            found, least = order, now
        before = order[-1].block if order else None
        for number, stop in enumerate(left):
            leg = ways.leg(before, stop, at)
            rest = left[:number] + left[number + 1 :]
            go([*order, stop], rest, leg.end, late + leg.late, way + leg.travel)

    go([], good, ways.start, 0, 0)
    return found


def _neighbours(order: Sequence[Stop]) -> list[list[Stop]]:
    """The order with one stop elsewhere, and with one stretch turned round."""
    found = []
    for first in range(len(order)):
        rest = [*order[:first], *order[first + 1 :]]
        found += [[*rest[:to], order[first], *rest[to:]] for to in range(len(order)) if to != first]
        found += [
            [*order[:first], *reversed(order[first:last]), *order[last:]] for last in range(first + 3, len(order) + 1)
        ]
    return found


def warnings(leg: Leg) -> list[str]:
    """What about a stop cannot work, or hardly."""
    found = []
    if leg.late:
        found.append("late")
    elif 0 <= leg.slack < _TIGHT and leg.stop.fixed:
        found.append("tight")
    if leg.stop.block.on_site and not leg.stop.block.place.known:
        found.append("place_unknown")
    return found


def totals(cost: Cost) -> dict[str, Any]:
    return {"late_minutes": cost[0], "travel_minutes": cost[1], "elapsed_minutes": cost[2]}
