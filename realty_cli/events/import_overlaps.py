"""What events that came with a file now stand at the time of: by the rule that refuses what is entered by hand, told
and not refused, for somebody else's calendar is not to be argued with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache

from realty_cli.errors import FieldProblem
from realty_cli.events import blocks as reads
from realty_cli.events import conflicts
from realty_cli.events.busy import VISITS, Block
from realty_cli.events.reach import lasting
from realty_cli.events.settings import settings_of
from realty_cli.kit.clock import stamp
from realty_cli.store.database import Connection
from realty_cli.store.word_index import in_parts

MOST = 100
#: What is looked at at once; a pair that reaches from one stretch into the next is told once.
_STRETCH = timedelta(days=31)


def told(db: Connection, owner: int, lines: Mapping[int, int], now: datetime) -> Iterator[tuple[int, FieldProblem]]:
    """Lines of the file, and what the event of each is at once with; `lines` by event. Of what is to come, and no
    more than `MOST`."""
    seen: set[tuple[int, int]] = set()
    for start, end in _stretches(db, lines, now):
        for one, other in _pairs(db, owner, lines, start, end):
            # Of two that came together the later in the file is told of the earlier.
            if lines.get(other.event_id or 0, -1) > lines.get(one.event_id or 0, -1):
                one, other = other, one
            named = one.event_id or 0, other.event_id or 0
            if named in seen:
                continue
            seen.add(named)
            if one.owner_id == other.owner_id:
                problem = FieldProblem("start_time", "ics.overlaps", {"id": named[1], "name": other.title})
            else:
                problem = FieldProblem("start_time", "event.listing_taken")
            yield lines[named[0]], problem
            if len(seen) == MOST:
                return


def _pairs(
    db: Connection, owner: int, lines: Mapping[int, int], start: datetime, end: datetime
) -> Iterator[tuple[Block, Block]]:
    planning_of = cache(lambda account: settings_of(db, account))
    held = reads.of_person(db, owner, start, end, planning_of)
    came = [one for one in held if one.event_id in lines]
    listings = {one.place.property_id or 0 for one in came if one.event_type in VISITS} - {0}
    if listings:
        held += reads.of_listings(db, owner, sorted(listings), start, end, planning_of)
    for _, _, _, _, _, one, other in conflicts.overlaps(held) if came else ():
        if (one.event_id in lines or other.event_id in lines) and owner in (one.owner_id, other.owner_id):
            yield one, other


def _stretches(db: Connection, lines: Mapping[int, int], now: datetime) -> list[tuple[datetime, datetime]]:
    """Stretches of time in which one of these events takes time, in order."""
    found: set[int] = set()
    day = timedelta(days=1)
    for some, params in in_parts(sorted(lines)):
        where = f"FROM event_instances i WHERE i.event_id IN {some} AND i.busy AND i.end_time > :now"
        params = {**params, "now": stamp(now)}
        for (text,) in db.all(f"SELECT DISTINCT i.local_date {where}", params):
            noon = datetime.fromisoformat(f"{text}T12:00+00:00")
            found.update((noon + by - now) // _STRETCH for by in (-day, day))
        for begin, finish in db.all(f"SELECT i.start_time, i.end_time {where} AND {lasting(db)}", params):
            first, last = ((datetime.fromisoformat(one) - now) // _STRETCH for one in (begin, finish))
            found.update(range(first, last + 1))
    return [(now + at * _STRETCH, now + (at + 1) * _STRETCH) for at in sorted(found) if at >= 0]
