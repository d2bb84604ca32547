"""Events in tables: rows of csv, json and workbooks to drafts and back.

A row goes through the form that a calendar file has, so that one set of rules holds for both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from realty_cli.errors import FieldProblem, Invalid
from realty_cli.events.ics import fields
from realty_cli.events.ics.drafts import Draft
from realty_cli.events.ics.reader import read
from realty_cli.events.ics.writer import write
from realty_cli.kit.moment import parse_moment

#: What a table has of an event, in this order.
EXPORTED = (
    "id", "uid", "sequence", "title", "event_type", "status", "start_time", "end_time", "all_day", "timezone",
    "starts_local", "ends_local", "location", "latitude", "longitude", "description", "property_id", "client_id",
    "deal_id", "attendees", "actual_start", "actual_end", "cancelled_by", "rescheduled_to_uid",
    "rescheduled_to_recurrence_id", "outcome", "outcome_note", "rrule", "rdates", "exdates", "series_id",
    "recurrence_id", "related_to", "reminders", "priority", "color", "busy", "tentative", "declined", "buffer_before",
    "buffer_after", "tags", "notes", "template", "source", "external_id", "ics", "created_at", "updated_at",
)  # fmt: skip
_HEADERS = {
    "название": "title", "тема": "title", "заголовок": "title", "subject": "title", "summary": "title",
    "начало": "start_time", "дата": "start_time", "start": "start_time", "конец": "end_time", "окончание": "end_time",
    "end": "end_time", "место": "location", "адрес": "location", "описание": "description", "тип": "event_type",
    "статус": "status", "весь день": "all_day", "заметки": "notes", "метки": "tags", "пояс": "timezone",
    "повтор": "rrule", "занят": "busy",
}  # fmt: skip
_FLAGS = {"1": True, "true": True, "yes": True, "да": True, "0": False, "false": False, "no": False, "нет": False}
_LISTS = frozenset({"rdates", "exdates", "tags", "ics"})
_OBJECTS = frozenset({"attendees", "reminders"})
_NUMBERS = {"latitude": float, "longitude": float} | dict.fromkeys(
    ("sequence", "property_id", "client_id", "deal_id", "priority", "buffer_before", "buffer_after"), int
)
_HOUR = timedelta(hours=1)


def cells(event: Mapping[str, Any], names: Sequence[str], *, plain: bool) -> list[Any]:
    """An event as a row. `plain`: lists as people write them in one cell."""
    found = [event.get(name) for name in names]
    if plain:
        return [
            value if not isinstance(value, list) else _joined(value) if name in _LISTS else value or None
            for name, value in zip(names, found, strict=True)
        ]
    return found


def _joined(value: Sequence[str]) -> str:
    """As people write a list in a cell; as JSON where that would part or trim what stands in it."""
    if any(";" in one or one != one.strip() or not one for one in value) or "".join(value[:1]).startswith("["):
        return orjson.dumps(value).decode()
    return "; ".join(value)


def fields_of(wanted: Sequence[str] | None) -> tuple[str, ...]:
    """The fields to export, checked."""
    for name in wanted or ():
        if name not in EXPORTED:
            raise Invalid.one("fields", "field.unknown", name=name)
    return tuple(dict.fromkeys(wanted)) if wanted else EXPORTED


def columns(header: Sequence[str], mapping: Mapping[str, str]) -> dict[int, str]:
    """Which column means which field."""
    found: dict[int, str] = {}
    for place, name in enumerate(header):
        word = mapping.get(name) or name.strip().lower()
        meant = word if word in EXPORTED else _HEADERS.get(word)
        if meant is not None and meant not in found.values():
            found[place] = meant
    if "start_time" not in found.values() and "starts_local" not in found.values():
        raise Invalid.one("file", "import.no_columns", headers=", ".join(header)[:300])
    return found


def draft(line: int, row: Mapping[str, Any], zone: str, now: datetime, me: Sequence[str] = ()) -> Draft:
    """A row as a draft. Raises Invalid."""
    values = {name: _value(name, cell) for name, cell in row.items()}
    said = {name: value for name, value in values.items() if value is not None}
    _times(said, zone, now)
    if not said.get("title"):
        raise Invalid.one("title", "field.missing")
    event = {
        "uid": "", "event_type": "other", "status": "scheduled", "busy": True, "all_day": False, "sequence": 0, **said,
    }  # fmt: skip
    for name, known in (("event_type", fields.TYPES), ("status", fields.STATUSES)):
        if event[name] not in known:
            raise Invalid.one(name, "ics.word", value=str(event[name])[:60], known=", ".join(known))
    found = read(write([event], zone), zone, me=me)
    if found.refused:
        raise Invalid("invalid", [FieldProblem(one.field, one.code, one.params) for one in found.refused[0].problems])
    (made,) = found.drafts
    made.line = line
    made.values["declined"] = bool(event.get("declined"))
    return made


def _value(name: str, cell: Any) -> Any:
    if cell is None or cell == "":
        return None
    if name in _OBJECTS or name in _LISTS:
        if isinstance(cell, str) and cell.lstrip().startswith("["):
            try:
                cell = orjson.loads(cell)
            except ValueError:
                raise Invalid.one(name, "ics.word", value=cell[:60], known="[...]") from None
        if name in _LISTS and isinstance(cell, str):
            cell = [one.strip() for one in cell.split(";") if one.strip()]
        kind = str if name in _LISTS else dict
        if not isinstance(cell, list) or not all(isinstance(one, kind) for one in cell):
            raise Invalid.one(name, "ics.word", value=str(cell)[:60], known="[...]")
        if name == "reminders" and not all(type(one.get("minutes_before")) is int for one in cell):
            raise Invalid.one(name, "ics.word", value=str(cell)[:60], known='[{"minutes_before": 30}]')
        return [{"channel": "app", **one} for one in cell] if name == "reminders" else cell
    if name in ("all_day", "busy", "tentative", "declined"):
        flag = cell if isinstance(cell, bool) else _FLAGS.get(str(cell).strip().lower())
        if flag is None:
            raise Invalid.one(name, "ics.word", value=str(cell)[:60], known="true, false")
        return flag
    if name in _NUMBERS:
        try:
            return _NUMBERS[name](cell)
        except (TypeError, ValueError):
            raise Invalid.one(name, "ics.word", value=str(cell)[:60], known="0...") from None
    return str(cell).strip()


def _times(said: dict[str, Any], zone: str, now: datetime) -> None:
    """Wall times as the store has them, out of those or out of moments that people type."""
    if "starts_local" in said:
        said.setdefault("ends_local", said["starts_local"])
        for name in ("starts_local", "ends_local"):
            try:
                at = datetime.fromisoformat(said[name])
            except ValueError:
                raise Invalid.one(name, "ics.moment", value=said[name][:60], name=name, line=0) from None
            whole = bool(said.get("all_day"))
            said[name] = at.date().isoformat() if whole else at.replace(tzinfo=None).isoformat(timespec="seconds")
        return
    own = said.setdefault("timezone", zone)
    try:
        home = ZoneInfo(own)
    except (ValueError, OSError):
        raise Invalid.one("timezone", "ics.zone_unknown", zone=str(own)[:100], line=0) from None
    if "start_time" not in said:
        raise Invalid.one("start_time", "field.missing")
    start = parse_moment(str(said["start_time"]), now=now, zone=home, field="start_time").astimezone(home)
    if "end_time" in said:
        end = parse_moment(str(said["end_time"]), now=now, zone=home, field="end_time").astimezone(home)
    else:
        end = start + (timedelta(days=1) if said.get("all_day") else _HOUR)
    for name, at in (("starts_local", start), ("ends_local", end)):
        wall = at.replace(tzinfo=None, fold=0)
        said[name] = wall.date().isoformat() if said.get("all_day") else wall.isoformat(timespec="seconds")
