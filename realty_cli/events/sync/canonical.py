"""An event as both sides can say it, so that what is equal compares equal.

A resource is an event, or a series with its exceptions: `{recurrence_id or "": fields}`. Fields that only make sense
together are one (`when`, `repeats`, `place`), for half of each side's would be nonsense. What only we know (type,
links, notes, outcome) is no part of it: another program that drops it has said nothing about it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable, Mapping
from datetime import datetime, tzinfo
from typing import Any

import orjson

from realty_cli.events.placing import moment, zone_of
from realty_cli.kit.clock import stamp

Fields = dict[str, Any]
Canonical = dict[str, Fields]

#: Fields of several columns each.
GROUPS: dict[str, tuple[str, ...]] = {
    "when": ("all_day", "starts_local", "ends_local", "timezone"),
    "repeats": ("rrule", "rdates", "exdates"),
    "place": ("latitude", "longitude"),
    "status": ("status", "tentative"),
}
SINGLE = ("title", "description", "location", "attendees", "reminders", "priority", "color", "busy", "related_to")
_LISTS = frozenset({"rdates", "exdates"})
_UNORDERED = ("attendees", "reminders")
#: How it went is not known elsewhere: that it takes place is.
_OUTWARD = {"in_progress": "confirmed", "completed": "confirmed", "no_show": "confirmed"}


def canonical(events: Iterable[Mapping[str, Any]]) -> Canonical:
    """Rows or drafts (their columns) of one UID."""
    return {event.get("recurrence_id") or "": _fields(event) for event in events}


def _fields(event: Mapping[str, Any]) -> Fields:
    found: Fields = {name: _plain(event.get(name)) for name in SINGLE}
    for name in _UNORDERED:
        if found[name]:
            found[name] = sorted(
                ({key: value for key, value in one.items() if value not in (None, "")} for one in found[name]),
                key=lambda one: orjson.dumps(one, option=orjson.OPT_SORT_KEYS),
            )
    found["busy"] = bool(event.get("busy"))
    for name, columns in GROUPS.items():
        found[name] = [sorted(event.get(column) or ()) if column in _LISTS else event.get(column) for column in columns]
    status = event.get("status") or "scheduled"
    found["status"] = [_OUTWARD.get(status, status), bool(event.get("tentative"))]
    found["when"][0] = bool(found["when"][0])
    found["repeats"][0] = found["repeats"][0] or None
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip() or None
    return value or None


def columns(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as columns of the table."""
    found: dict[str, Any] = {}
    for name, value in fields.items():
        if name in GROUPS:
            found.update(zip(GROUPS[name], value, strict=True))
        else:
            found[name] = value
    if "title" in found:
        found["title"] = found["title"] or "—"
    return found


def digest(state: Canonical) -> str:
    return hashlib.sha256(orjson.dumps(state, option=orjson.OPT_SORT_KEYS)).hexdigest()


def likeness(state: Canonical, home: tzinfo) -> Hashable:
    """What two events have in common that are one, whatever their UIDs: when they are, how they repeat, and the title
    but for case and spaces. None for one without a title, or of exceptions alone."""
    fields = state.get("")
    if fields is None or not fields["title"]:
        return None
    all_day, begins, ends, zone_name = fields["when"]
    zone = zone_of({"timezone": zone_name, "all_day": all_day}, home)
    start, end = (stamp(moment(datetime.fromisoformat(wall), zone)) for wall in (begins, ends))
    return all_day, start, end, fields["repeats"][0], " ".join(fields["title"].split()).casefold()
