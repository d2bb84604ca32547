"""What stands in the way of an event that is about to be written, inside the transaction that writes it.

One writer at a time holds the store, so of two who book the same hour one is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from functools import cache
from typing import Any

from realty_cli.errors import FieldProblem
from realty_cli.events import advice, conflicts, instances
from realty_cli.events import blocks as reads
from realty_cli.events.busy import VISITS
from realty_cli.events.placing import Placed
from realty_cli.events.settings import Planning, settings_of
from realty_cli.events.slots import Person, Wish, suggest
from realty_cli.kit.clock import Clock, stamp
from realty_cli.store.database import Connection

MOST_CHECKED, MOST_SHOWN = 1_000, 20
_AHEAD = timedelta(days=14)
_CODES = {
    "time": "event.overlaps", "resource": "event.listing_taken", "buffer": "event.too_close", "travel": "event.too_far",
}  # fmt: skip


def check(
    db: Connection, clock: Clock, event: Mapping[str, Any], placed: Sequence[Placed], except_of: Iterable[int],
    home: tzinfo, seen_by: int | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """Conflicts as `GET /events/conflicts` lists them. `except_of` are events and series that are no conflict."""
    placed = [one for one in placed[:MOST_CHECKED] if one.end > one.start]
    if not placed:
        return []
    planning_of = cache(lambda owner: settings_of(db, owner))
    planning: Planning = planning_of(event["owner_id"])
    wanted = [reads.candidate(event, one.start, one.end, planning) for one in placed]
    after = min(one.start for one in wanted) - reads.AROUND
    before = max(one.end for one in wanted) + reads.AROUND
    # A far series is laid only as far as somebody has looked.
    instances.cover(db, stamp(after), stamp(before), clock, event["owner_id"])
    held = reads.of_person(db, event["owner_id"], after, before, planning_of)
    if event.get("property_id") is not None and event["event_type"] in VISITS:
        held += reads.of_listings(db, event["owner_id"], [event["property_id"]], after, before, planning_of)
    ours = set(except_of)
    held = [one for one in held if one.event_id not in ours and one.series_id not in ours]
    found = conflicts.against(wanted, held, planning.travel(home))
    found.sort(key=lambda pair: pair[1] != conflicts.HARD)
    return [conflicts.shown(pair, seen_by) for pair in found[:MOST_SHOWN]]


def advised(
    db: Connection, clock: Clock, event: Mapping[str, Any], placed: Sequence[Placed], home: tzinfo, language: str
) -> list[FieldProblem]:
    """What to look at in the times of an event, whatever stands beside them."""
    planning = settings_of(db, event["owner_id"])
    blocks = [reads.candidate(event, one.start, one.end, planning) for one in placed[:MOST_CHECKED]]
    return advice.of_times(blocks, planning, home, clock.now(), language)


def instead(db: Connection, clock: Clock, event: Mapping[str, Any], home: tzinfo) -> list[dict[str, Any]]:
    """Three other times for an event that is refused, in the fortnight from its own."""
    start, end = (datetime.fromisoformat(event[name]) for name in ("start_time", "end_time"))
    duration = int((end - start).total_seconds() // 60)
    if not 5 <= duration <= 1_440:
        return []
    planning_of = cache(lambda owner: settings_of(db, owner))
    planning: Planning = planning_of(event["owner_id"])
    now = clock.now()
    begin = max(now, start.astimezone(home).replace(hour=0, minute=0))
    held = reads.of_person(db, event["owner_id"], begin - reads.AROUND, begin + _AHEAD + reads.AROUND, planning_of)
    own = event.get("id")
    held = [one for one in held if own is None or own not in (one.event_id, one.series_id)]
    wish = Wish(
        begin, begin + _AHEAD, now, duration, reads.candidate(event, start, end, planning), home,
        granularity=planning.granularity, notice=planning.min_notice_minutes,
        cap=planning.max_per_day.get(event["event_type"]), limit=3, lunch=planning.lunch,
    )  # fmt: skip
    return suggest(wish, [Person(home, planning.week(), held, planning.day_of)], planning.travel(home)).suggestions


def warnings(found: Iterable[Mapping[str, Any]]) -> list[FieldProblem]:
    """Conflicts that were let through, as warnings; of a series that meets another again and again, each once."""
    told: list[FieldProblem] = []
    for one in map(warning, found):
        if one not in told:
            told.append(one)
    return told


def warning(conflict: Mapping[str, Any]) -> FieldProblem:
    """A conflict that was let through, as a warning of the answer."""
    other = conflict["a"]
    params = {"title": other["title"], "id": other["event_id"], "minutes": conflict["overlap"]["minutes"]}
    return FieldProblem("start_time", _CODES[conflict["kind"]], params)
