"""What figures of events are made of: instances that end in a period, what was said of them, and working hours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, NamedTuple

from realty_cli.events import hours
from realty_cli.events.settings import settings_of, zone_of
from realty_cli.kit.actor import Actor
from realty_cli.store.database import Connection
from realty_cli.store.scope import visible
from realty_cli.store.selection import among

_ENDING = "i.end_time > :start AND i.end_time <= :end"
#: A chain longer than this is a ring that somebody made by hand.
_LONGEST_CHAIN = 100


class Past(NamedTuple):
    """An instance, as figures need it. `cancelled_by` and `rescheduled_to` stand with what was cancelled (nothing else
    is put off: `events.rules`), the actual times with what took place, where both are known."""

    owner: int
    start: datetime
    end: datetime
    event_type: str
    status: str
    busy: bool
    all_day: bool
    event_id: int
    property_id: int | None
    cancelled_by: str | None = None
    rescheduled_to: int | None = None
    actual_start: str | None = None
    actual_end: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What instances themselves do not say. `known` are the events of which the log tells all, from the beginning on:
    not those of a file. `put_off` counts how often an event was put off before it became this one, `working` are the
    working hours of the period so far."""

    known: frozenset[int] = frozenset()
    confirmed: frozenset[int] = frozenset()
    cancelled_at: Mapping[int, datetime] = field(default_factory=dict)
    put_off: Mapping[int, int] = field(default_factory=dict)
    working: float = 0.0


def ending(db: Connection, narrowed: str, params: Mapping[str, Any], start: str, end: str) -> list[Past]:
    """Instances (alias `i`) that end in (start, end], in the order of their starts. Most are told by an index alone:
    only what was cancelled, and what has actual times, is looked at itself."""
    bound = {**params, "start": start, "end": end}
    rows = db.all(
        "SELECT i.owner_id, i.start_time, i.end_time, i.event_type, i.status, i.busy, i.all_day, i.event_id,"
        f" i.property_id FROM event_instances i WHERE {_ENDING} AND {narrowed}",
        bound,
    )
    rows.sort(key=itemgetter(1))
    of_events = "FROM event_instances i CROSS JOIN events e" if db.sqlite else "FROM event_instances i JOIN events e"
    off = {
        row[0]: row[1:]
        for row in db.all(
            f"SELECT i.event_id, e.cancelled_by, e.rescheduled_to {of_events} ON e.id = i.event_id"
            f" WHERE i.status = 'cancelled' AND {_ENDING} AND {narrowed}",
            bound,
        )
    }
    actual = {
        row[0]: (None, None, *row[1:])
        for row in db.all(
            f"SELECT i.event_id, e.actual_start, e.actual_end {of_events}{_by(db, 'actual')} ON e.id = i.event_id"
            f" WHERE i.status = 'completed' AND {_ENDING} AND {narrowed}"
            " AND e.actual_start IS NOT NULL AND e.actual_end IS NOT NULL",
            bound,
        )
    }
    read = datetime.fromisoformat
    found = []
    for owner, begins, ends, kind, status, *rest in rows:
        more = off.get(rest[2], ()) if status == "cancelled" else actual.get(rest[2], ()) if actual else ()
        found.append(Past(owner, read(begins), read(ends), kind, status, *rest, *more))
    return found


def places_of(db: Connection, events: Mapping[int, int | None]) -> dict[int, tuple[float, float]]:
    """Where events take place, of numbers of events and of the listings that they are at: at their own place, else at
    the listing."""
    if not events:
        return {}
    params: dict[str, Any] = {}
    which = among(db, "e.id", "events", list(events), params)
    own = {
        row[0]: row[1:]
        for row in db.all(
            f"SELECT e.id, e.latitude, e.longitude FROM events e{_by(db, 'placed')} WHERE {which}"
            " AND e.latitude IS NOT NULL AND e.longitude IS NOT NULL",
            params,
        )
    }
    params = {}
    listings = sorted({number for event, number in events.items() if number is not None and event not in own})
    which = among(db, "p.id", "listings", listings, params)
    theirs = {
        row[0]: row[1:]
        for row in db.all(
            f"SELECT p.id, p.latitude, p.longitude FROM properties p WHERE {which}"
            " AND p.latitude IS NOT NULL AND p.longitude IS NOT NULL",
            params,
        )
    } if listings else {}  # fmt: skip
    found = {event: theirs[number] for event, number in events.items() if number in theirs}
    return {**found, **own}


def _by(db: Connection, index: str) -> str:
    return f" INDEXED BY ix_events_{index}" if db.sqlite else ""


def feedback(
    db: Connection, narrowed: str, params: Mapping[str, Any], start: str, end: str
) -> tuple[int, int, float | None]:
    """How much was said, of how many instances, and the mean rating."""
    row = db.one(
        "SELECT count(*), count(DISTINCT i.id), avg(f.rating * 1.0) FROM event_instances i JOIN showing_feedback f"
        " ON f.event_id = coalesce(i.series_id, i.event_id) AND coalesce(f.recurrence_id, '') ="
        " coalesce(i.recurrence_id, '') AND f.deleted_at IS NULL"
        f" WHERE i.status = 'completed' AND {_ENDING} AND {narrowed}",
        {**params, "start": start, "end": end},
    )
    assert row is not None
    return row[0], row[1], None if row[2] is None else round(float(row[2]), 2)


def told_of(
    db: Connection, actor: Actor, narrowed: str, params: Mapping[str, Any], start: str, end: str, owners: Iterable[int]
) -> Told:
    """What the log and settings say of the instances that end in (start, end]."""
    status = "json_extract(c.diff, '$.status')" if db.sqlite else "c.diff ->> 'status'"
    rows = db.all(
        f"SELECT c.object_id, c.action, {status}, o.source, max(o.at) FROM event_instances i"
        " JOIN changes c ON c.kind = 'event' AND c.object_id = i.event_id"
        f" JOIN operations o ON o.id = c.operation_id AND o.undone_by IS NULL WHERE {_ENDING} AND {narrowed}"
        f" GROUP BY c.object_id, c.action, {status}, o.source",
        {**params, "start": start, "end": end},
    )
    return Told(
        known=frozenset(number for number, action, _, source, _ in rows if action == "create" and source != "import"),
        confirmed=frozenset(number for number, _, said, _, _ in rows if said == "confirmed"),
        cancelled_at={number: datetime.fromisoformat(at) for number, _, said, _, at in rows if said == "cancelled"},
        put_off=_chains(db, actor),
        working=working_of(db, owners, datetime.fromisoformat(start), datetime.fromisoformat(end)),
    )


def _chains(db: Connection, actor: Actor) -> dict[int, int]:
    """How long the chain is that led to each event, of those that others were put off to."""
    params: dict[str, Any] = {}
    before: dict[int, list[int]] = defaultdict(list)
    for number, after in db.all(
        "SELECT id, rescheduled_to FROM events WHERE rescheduled_to IS NOT NULL AND deleted_at IS NULL"
        f" AND {visible(actor, params)}",
        params,
    ):
        before[after].append(number)

    def length(number: int, left: int = _LONGEST_CHAIN) -> int:
        return 1 + max((length(one, left - 1) for one in before.get(number, ())), default=-1) if left else 0

    return {number: length(number) for number in before}


def of_like_hours(db: Connection, owners: Iterable[int]) -> list[list[int]]:
    """Accounts by their settings of the calendar: many keep the same hours, and these are laid once."""
    params: dict[str, Any] = {}
    rows = db.all(
        "SELECT a.id, a.timezone, s.planning FROM accounts a LEFT JOIN calendar_settings s ON s.owner_id = a.id"
        f" WHERE {among(db, 'a.id', 'owners', sorted(owners), params)}",
        params,
    )
    alike: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    for owner, zone, planning in rows:
        alike[zone, None if planning is None else str(planning)].append(owner)
    return list(alike.values())


def working_of(db: Connection, owners: Iterable[int], start: datetime, end: datetime) -> float:
    """The working hours of several together."""
    return sum(len(some) * working_hours(db, some[0], start, end) for some in of_like_hours(db, owners))


def working_hours(db: Connection, owner: int, start: datetime, end: datetime) -> float:
    """The working hours of somebody within [start, end), by his settings and the calendar of holidays."""
    planning, zone = settings_of(db, owner), zone_of(db, owner)
    week, total = planning.week(), 0.0
    for day in hours.days(start, end, zone):
        for begins, ends in hours.spans_of(day, hours.ranges_on(day, week, planning.day_of(day)), zone):
            first, last = max(begins.astimezone(UTC), start), min(ends.astimezone(UTC), end)
            total += max(0.0, (last - first).total_seconds()) / 3_600
    return total
