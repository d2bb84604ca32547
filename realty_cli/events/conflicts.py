"""What is in the way of what: the one rule that checks, suggestions and writes share. Data in, data out."""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from realty_cli.events.busy import VISITS, Block, minutes, same
from realty_cli.events.kinds import EventType
from realty_cli.events.travel import LONGEST, Travel
from realty_cli.kit.clock import stamp

_NOWHERE = Travel(UTC, "none")
HARD, SOFT, INFO = "hard", "soft", "info"
Pair = tuple[str, str, datetime, datetime, int, Block, Block]
"""Kind, severity, the overlap with its minutes, and the two, the earlier first."""


def between(one: Block, other: Block, travel: Travel) -> Iterator[Pair]:
    """What stands between two events of one person, or of two at one listing. Symmetrical."""
    if not one.takes_time or not other.takes_time or same(one, other):
        return
    if (other.start, other.end, other.event_id or 0) < (one.start, one.end, one.event_id or 0):
        one, other = other, one
    start, end = max(one.start, other.start), min(one.end, other.end)
    if one.owner_id != other.owner_id:
        if start < end and _one_listing(one, other):
            open_house = EventType.OPEN_HOUSE in (one.event_type, other.event_type)
            severity = SOFT if open_house or one.soft or other.soft else HARD
            yield "resource", severity, start, end, minutes(end - start), one, other
        return
    if start < end:
        yield "time", SOFT if one.soft or other.soft else HARD, start, end, minutes(end - start), one, other
        return
    if one.all_day or other.all_day:
        return  # a day off has no place and no buffers
    gap = minutes(other.start - one.end)
    for kind, wanted in (("buffer", max(one.after, other.before)), ("travel", travel.minutes(one, other))):
        if gap < wanted:
            yield kind, SOFT, other.start, one.end + timedelta(minutes=wanted), wanted - gap, one, other


def _one_listing(one: Block, other: Block) -> bool:
    return (
        one.place.property_id is not None
        and one.place.property_id == other.place.property_id
        and one.event_type in VISITS
        and other.event_type in VISITS
    )


def refusal(one: Block, other: Block, travel: Travel) -> str | None:
    """Why one cannot be offered beside the other: `busy` (the time, the listing, or the buffers), `travel`, or not."""
    kinds = {pair[0] for pair in between(one, other, travel)}
    if kinds & {"time", "resource", "buffer"}:
        return "busy"
    return "travel" if kinds else None


def against(candidates: Sequence[Block], blocks: Iterable[Block], travel: Travel) -> list[Pair]:
    """What is in the way of candidates, in order. They are no conflict for one another."""
    found: list[Pair] = []
    waiting = sorted(candidates, key=lambda one: one.start)
    if not waiting:
        return []
    longest = max(one.end - one.start for one in waiting)
    starts = [one.start for one in waiting]
    blocks = list(blocks)
    reach = _widest((*waiting, *blocks))
    for block in blocks:
        at = bisect_left(starts, block.start - longest - reach)
        while at < len(waiting) and starts[at] <= block.end + reach:
            found.extend(between(waiting[at], block, travel))
            at += 1
    return sorted(found, key=order)


def pairs(blocks: Iterable[Block], travel: Travel, most: int = 10_000) -> tuple[list[Pair], bool]:
    """Every pair that is in conflict, in order, and whether there are more: one walk with a heap of open ends."""
    found: list[Pair] = []
    blocks = list(blocks)
    widest = max((block.before for block in blocks), default=0)
    opened: list[tuple[datetime, int, Block]] = []
    for number, block in enumerate(sorted(blocks, key=lambda one: (one.start, one.end, one.event_id or 0))):
        while opened and opened[0][0] < block.start:
            heapq.heappop(opened)
        for _, _, other in opened:
            found.extend(between(other, block, travel))
            if len(found) > most:
                return sorted(found, key=order)[:most], True
        if block.takes_time:
            far = LONGEST if block.on_site or block.place.known else 0
            heapq.heappush(opened, (block.end + timedelta(minutes=max(far, block.after, widest)), number, block))
    return sorted(found, key=order), False


def overlaps(blocks: Iterable[Block]) -> Iterator[Pair]:
    """The pairs that are at one time, in order of the later one's start: what `between` says of them, and nothing of
    buffers and ways."""
    opened: list[tuple[datetime, int, Block]] = []
    for number, block in enumerate(sorted(blocks, key=lambda one: (one.start, one.end, one.event_id or 0))):
        while opened and opened[0][0] <= block.start:
            heapq.heappop(opened)
        if not block.takes_time:
            continue
        for _, _, other in opened:
            yield from between(other, block, _NOWHERE)
        heapq.heappush(opened, (block.end, number, block))


def _widest(blocks: Iterable[Block]) -> timedelta:
    return timedelta(minutes=max(LONGEST, *(max(block.before, block.after) for block in blocks)))


def order(pair: Pair) -> tuple[datetime, int, str, datetime, int]:
    """By when they meet, then by their numbers."""
    kind, _, start, _, _, one, other = pair
    return start, one.event_id or 0, kind, other.start, other.event_id or 0


def shown(pair: Pair, seen_by: int | None = None) -> dict[str, Any]:
    """A conflict as it goes out. `seen_by`: of events of other people this account sees the time only."""
    kind, severity, start, end, amount, one, other = pair
    if one.event_id is None:
        one, other = other, one
    return {
        "kind": kind,
        "severity": severity,
        "overlap": {"start": stamp(start), "end": stamp(end), "minutes": amount},
        "a": side(one, seen_by),
        "b": "candidate" if other.event_id is None else side(other, seen_by),
        "detail": None,
    }


def side(block: Block, seen_by: int | None) -> dict[str, Any]:
    hidden = seen_by is not None and block.owner_id != seen_by
    return {
        "event_id": None if hidden else block.event_id,
        "instance_start": stamp(block.start),
        "title": None if hidden else block.title,
        "start": stamp(block.start),
        "end": stamp(block.end),
        "status": block.status,
    }
