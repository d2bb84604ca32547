"""Events as calendar files take them: series before their exceptions, and every exception with its series."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from realty_cli.events.placing import repeats, wall_of
from realty_cli.kit.actor import Actor
from realty_cli.store.database import Connection, in_list
from realty_cli.store.scope import visible
from realty_cli.store.word_index import in_parts

#: What a file may say of an event.
COLUMNS = (
    "id", "owner_id", "uid", "sequence", "title", "description", "event_type", "status", "all_day", "starts_local",
    "ends_local", "timezone", "start_time", "end_time", "location", "latitude", "longitude", "property_id", "client_id",
    "deal_id", "attendees", "actual_start", "actual_end", "cancelled_by", "rrule", "rdates", "exdates", "series_id",
    "recurrence_id", "related_to", "reminders", "priority", "color", "outcome", "outcome_note", "busy", "tentative",
    "declined", "buffer_before", "buffer_after", "tags", "notes", "source", "external_id", "ics", "version",
    "created_at", "updated_at", "deleted_at",
)  # fmt: skip
#: What the row names by number, as files name it: the event that took its place, and the template that it was made of.
_NAMES = {"rescheduled_to_uid": "r.uid", "rescheduled_to_recurrence_id": "r.recurrence_id", "template": "t.name"}
_READ = (
    f"SELECT {', '.join([*('e.' + name for name in COLUMNS), *_NAMES.values()])} FROM events e"
    " LEFT JOIN events r ON r.id = e.rescheduled_to LEFT JOIN event_templates t ON t.id = e.template_id"
)
_JSON = ("attendees", "rdates", "exdates", "reminders", "tags", "ics")
_FLAGS = ("all_day", "busy", "tentative", "declined")
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events a file shall have. Moments are stamps; a series is in it where one of its instances is."""

    start_from: str | None = None
    start_to: str | None = None
    owner_id: int | None = None
    event_types: Sequence[str] = ()
    statuses: Sequence[str] = ()
    property_id: int | None = None
    client_id: int | None = None
    series_id: int | None = None
    cancelled_since: str | None = None
    """Cancelled events that changed before this are left out."""


def _conditions(actor: Actor, wanted: Wanted, params: dict[str, Any]) -> str:
    parts = ["e.deleted_at IS NULL", "e.series_id IS NULL", visible(actor, params, "e")]
    if wanted.start_from is not None or wanted.start_to is not None:
        inside = ["1 = 1"]
        if wanted.start_from is not None:
            inside.append("i.end_time >= :start_from")
            params["start_from"] = wanted.start_from
        if wanted.start_to is not None:
            inside.append("i.start_time < :start_to")
            params["start_to"] = wanted.start_to
        of_owner = "" if wanted.owner_id is None else "i.owner_id = :owner AND "
        # A series that is not laid as far as this window may have something there.
        unknown = ["e.expanded_to < :start_to"] if wanted.start_to is not None else []
        if wanted.start_from is not None:
            unknown.append("e.expanded_from > :start_from")
        parts.append(
            "(e.id IN (SELECT COALESCE(i.series_id, i.event_id) FROM event_instances i"
            f" WHERE {of_owner}{' AND '.join(inside)}) OR {' OR '.join(unknown)})"
        )
    if wanted.owner_id is not None:
        parts.append("e.owner_id = :owner")
        params["owner"] = wanted.owner_id
    for column, values in (("event_type", wanted.event_types), ("status", wanted.statuses)):
        if values:
            parts.append(f"e.{column} IN {in_list(column, list(values), params)}")
    for column in ("property_id", "client_id"):
        if (value := getattr(wanted, column)) is not None:
            parts.append(f"e.{column} = :{column}")
            params[column] = value
    if wanted.series_id is not None:
        parts.append("e.id = :series")
        params["series"] = wanted.series_id
    if wanted.cancelled_since is not None:
        parts.append("(e.status <> 'cancelled' OR e.updated_at >= :cancelled_since)")
        params["cancelled_since"] = wanted.cancelled_since
    return " AND ".join(parts)


def rows(db: Connection, actor: Actor, wanted: Wanted) -> Iterator[list[dict[str, Any]]]:
    """The events in batches, by their start. A series stands before its exceptions; those in the bin are EXDATEs."""
    params: dict[str, Any] = {}
    where = _conditions(actor, wanted, params)
    homes: dict[int, ZoneInfo] = {}
    sql = f"{_READ} WHERE {where} ORDER BY e.start_time, e.id"
    for batch in db.batches(sql, params, _AT_ONCE):
        events = [_event(row) for row in batch]
        exceptions = _exceptions(db, [event["id"] for event in events if repeats(event)])
        _learn(db, {event["owner_id"] for event in events}, homes)
        found = []
        for event in events:
            found.append(event)
            for one in exceptions.get(event["id"], ()):
                if one["deleted_at"] is None:
                    found.append(one)
                else:
                    _leave_out(event, one, homes[event["owner_id"]])
        yield found


def stand(db: Connection, actor: Actor, wanted: Wanted) -> tuple[tuple[int, int], str | None]:
    """Counts that no two states of the events share, and when the last of them changed."""
    params: dict[str, Any] = {}
    where = _conditions(actor, wanted, params)
    owner: dict[str, Any] = {}
    own = visible(actor, owner, "x")
    some = db.one(
        f"SELECT count(*), COALESCE(sum(e.version), 0), max(e.updated_at) FROM events e WHERE {where}", params
    )
    exceptions = db.one(
        "SELECT count(*), COALESCE(sum(x.version), 0), max(COALESCE(x.deleted_at, x.updated_at)) FROM events x"
        f" WHERE x.series_id IS NOT NULL AND {own}",
        owner,
    )
    parts = [row for row in (some, exceptions) if row is not None]
    changed = max((row[2] for row in parts if row[2] is not None), default=None)
    return (sum(int(row[0]) for row in parts), sum(int(row[1]) for row in parts)), changed


def _exceptions(db: Connection, series: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for some, params in in_parts(list(series)):
        for row in db.all(f"{_READ} WHERE e.series_id IN {some} ORDER BY e.recurrence_id", params):
            event = _event(row)
            found.setdefault(event["series_id"], []).append(event)
    return found


def _event(row: Sequence[Any]) -> dict[str, Any]:
    event = dict(zip((*COLUMNS, *_NAMES), row, strict=True))
    for name in _JSON:
        event[name] = orjson.loads(event[name]) if event[name] else []
    for name in _FLAGS:
        event[name] = bool(event[name])
    return event


def _learn(db: Connection, owners: set[int], homes: dict[int, ZoneInfo]) -> None:
    for some, params in in_parts(sorted(owners - homes.keys())):
        for number, name in db.all(f"SELECT id, timezone FROM accounts WHERE id IN {some}", params):
            homes[number] = ZoneInfo(name)


def _leave_out(event: dict[str, Any], one: Mapping[str, Any], home: ZoneInfo) -> None:
    at: datetime = wall_of(str(one["recurrence_id"]), event, home)
    event["exdates"].append(at.date().isoformat() if event["all_day"] else at.isoformat(timespec="seconds"))
