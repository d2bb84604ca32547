"""The instances of events as rows, so that agendas, conflicts and statistics are reads of an index.

They are derived: never in the change log, rebuilt for the events that a write touched, inside its transaction. Series
are expanded from a year ago to two years ahead, and further when a window that lies outside is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from realty_cli.events.placing import Placed, place, repeats
from realty_cli.kit.clock import Clock, stamp
from realty_cli.store.database import Connection
from realty_cli.store.word_index import in_parts

BACK = timedelta(days=366)
AHEAD = timedelta(days=731)
FARTHEST = timedelta(days=366 * 20)
"""How far from today a question makes us expand: a list of the year 9999 is no reason to fill the store."""
_MARGIN = timedelta(days=366)
ALWAYS, NEVER = "0001-01-02T00:00:00.000000Z", "9999-12-30T00:00:00.000000Z"

_READ = (
    "id", "owner_id", "series_id", "recurrence_id", "starts_local", "ends_local", "timezone", "all_day", "rrule",
    "rdates", "exdates", "status", "busy", "declined", "tentative", "property_id", "event_type", "deleted_at",
)  # fmt: skip
_COLUMNS = (
    "event_id", "series_id", "owner_id", "recurrence_id", "start_time", "end_time", "local_date", "all_day", "busy",
    "soft", "property_id", "event_type", "status",
)  # fmt: skip
_CHUNK = 40_000
"""Instances that are held in memory before they are written."""


def rebuild(db: Connection, numbers: Sequence[int], clock: Clock) -> None:
    """Lay the instances of these events anew: of single ones, of series with their exceptions, and of exceptions
    with their series. Events that are gone or in the bin lose theirs."""
    now = clock.now()
    _rebuild(db, _families(db, numbers), now - BACK, now + AHEAD)


def drop(db: Connection, numbers: Sequence[int]) -> None:
    """Take out the instances of events that are about to go; a series takes those of its exceptions with it."""
    for some, params in in_parts(numbers):
        for column in ("event_id", "series_id"):
            db.run(f"DELETE FROM event_instances WHERE {column} IN {some}", params)


def short(db: Connection, after: str, before: str, clock: Clock, owner: int | None = None) -> bool:
    """Whether some series (of one owner) is not expanded as far as this window (stamps). One look into an index."""
    return bool(_short(db, after, before, clock.now(), owner, most=1))


def cover(db: Connection, after: str, before: str, clock: Clock, owner: int | None = None) -> None:
    """Expand every series (of one owner) as far as this window, and a year further, in a write transaction."""
    now = clock.now()
    numbers = _short(db, after, before, now, owner)
    if not numbers:
        return
    begin, end = _within(after, before, now)
    begin, end = min(begin - _MARGIN, now - BACK), max(end + _MARGIN, now + AHEAD)
    # What was laid before stays laid.
    laid = [_reached(db, some, params) for some, params in in_parts(numbers)]
    farthest = now - FARTHEST - _MARGIN
    begin = min(begin, *(max(datetime.fromisoformat(one), farthest) for one, _ in laid if one > ALWAYS), begin)
    end = max(end, *(datetime.fromisoformat(one) for _, one in laid))
    _rebuild(db, numbers, begin, end)


def _reached(db: Connection, some: str, params: Mapping[str, Any]) -> tuple[str, str]:
    sql = f"SELECT min(expanded_from), max(expanded_to) FROM events WHERE expanded_from > :always AND id IN {some}"
    found = db.one(sql, {**params, "always": ALWAYS})
    reached = db.value(f"SELECT max(expanded_to) FROM events WHERE id IN {some}", dict(params))
    return (found[0] if found and found[0] else ALWAYS), reached


def _within(after: str, before: str, now: datetime) -> tuple[datetime, datetime]:
    begin, end = datetime.fromisoformat(after), datetime.fromisoformat(before)
    return max(begin, now - FARTHEST), min(end, now + FARTHEST)


def _short(
    db: Connection, after: str, before: str, now: datetime, owner: int | None, most: int = 1_000_000
) -> list[int]:  # fmt: skip
    begin, end = _within(after, before, now)
    whose = "" if owner is None else " AND owner_id = :owner"
    params = {"before": stamp(end), "after": stamp(begin), "most": most, "owner": owner}
    if owner is None:
        del params["owner"]
    rows = db.all(
        f"SELECT id FROM events WHERE deleted_at IS NULL AND expanded_to < :before{whose}"
        f" UNION SELECT id FROM events WHERE deleted_at IS NULL AND expanded_from > :after{whose} LIMIT :most",
        params,
    )
    return [row[0] for row in rows]


def _families(db: Connection, numbers: Sequence[int]) -> list[int]:
    """The events themselves, and the series of those that are exceptions."""
    found = set(numbers)
    for some, params in in_parts(list(numbers)):
        found.update(
            row[0] for row in db.all(
                f"SELECT series_id FROM events WHERE id IN {some} AND series_id IS NOT NULL", params
            )
        )  # fmt: skip
    return sorted(found)


def _rebuild(db: Connection, numbers: Sequence[int], after: datetime, before: datetime) -> None:
    known: dict[int, tzinfo] = {}
    rows: list[tuple[Any, ...]] = []
    reach: dict[tuple[str, str], list[int]] = {}
    drop(db, numbers)
    for some, params in in_parts(numbers):
        events = _events(db, f"id IN {some}", params)
        exceptions: dict[int, list[dict[str, Any]]] = {}
        for event in _events(db, f"series_id IN {some}", params):
            exceptions.setdefault(event["series_id"], []).append(event)
        known |= homes(db, {event["owner_id"] for event in events} - known.keys())
        for event in events:
            # An exception is laid with its series, which is among the numbers; without one it stands for itself.
            if event["deleted_at"] is not None or event["series_id"] is not None:
                continue
            home = known[event["owner_id"]]
            own = exceptions.get(event["id"], [])
            replaced = {one["recurrence_id"] for one in own}
            placed, _ = place(event, home, after, before)
            rows.extend(_row(event, one) for one in placed if one.recurrence_id not in replaced)
            for one in own:
                if one["deleted_at"] is None:
                    rows.extend(_row(one, at) for at in place(one, home, after, before)[0])
            if repeats(event):
                reach.setdefault(_reach(event, after, before), []).append(event["id"])
            if len(rows) > _CHUNK:
                _lay(db, rows)
                rows = []
    _lay(db, rows)
    for (begin, end), series in reach.items():
        for some, params in in_parts(series):
            db.run(
                f"UPDATE events SET expanded_from = :begin, expanded_to = :end WHERE id IN {some}",
                {**params, "begin": begin, "end": end},
            )


def _lay(db: Connection, rows: list[tuple[Any, ...]]) -> None:
    """In the order of the index by time, which then is written from one end to the other and not all over the place."""
    rows.sort(key=itemgetter(2, 4))
    db.insert("event_instances", _COLUMNS, rows)


def _reach(event: Mapping[str, Any], after: datetime, before: datetime) -> tuple[str, str]:
    """How far a series is expanded; a side on which it has nothing more counts as expanded for ever."""
    begun = datetime.fromisoformat(event["starts_local"]).replace(tzinfo=UTC) - timedelta(days=1) >= after
    return ALWAYS if begun and not event["rdates"] else stamp(after), stamp(before)


def _events(db: Connection, condition: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = []
    for row in db.all(f"SELECT {', '.join(_READ)} FROM events WHERE {condition}", dict(params)):
        event = dict(zip(_READ, row, strict=True))
        for name in ("rdates", "exdates"):
            if event[name]:
                event[name] = orjson.loads(event[name])
        found.append(event)
    return found


def homes(db: Connection, owners: Iterable[int]) -> dict[int, tzinfo]:
    """The zones in which people live: where their days begin and end."""
    found: dict[int, tzinfo] = {}
    for some, params in in_parts(sorted(owners)):
        for number, name in db.all(f"SELECT id, timezone FROM accounts WHERE id IN {some}", params):
            found[number] = ZoneInfo(name)
    return found


def _row(event: Mapping[str, Any], at: Placed) -> tuple[Any, ...]:
    """An instance; this is the one busy rule: not cancelled, not free, not declined, not in the bin."""
    series = event["series_id"] if event["series_id"] is not None else event["id"] if repeats(event) else None
    busy = bool(event["busy"]) and event["status"] != "cancelled" and not event["declined"]
    return (
        event["id"], series, event["owner_id"], at.recurrence_id, stamp(at.start), stamp(at.end), at.day.isoformat(),
        event["all_day"], busy, bool(event["tentative"]), event["property_id"], event["event_type"], event["status"],
    )  # fmt: skip
