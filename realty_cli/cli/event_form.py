"""What a person types about an event, as the schemas take it."""

from __future__ import annotations

import sys
from datetime import date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from realty_cli.cli.event_options import FIELDS, attendees_of, reminders_of
from realty_cli.cli.event_view import TYPES
from realty_cli.cli.listing_form import read_text
from realty_cli.cli.options import read_values
from realty_cli.cli.state import State
from realty_cli.errors import Invalid
from realty_cli.events.kinds import MAX_BULK, EventType
from realty_cli.events.typed import Span, later, span
from realty_cli.kit.clock import stamp
from realty_cli.kit.moment import parse_date, parse_moment, resolve

_MOST_BYTES = 20 * 1024 * 1024
_TEXTS = ("description", "notes")


def _values(work: Any, typed: dict[str, Any]) -> dict[str, Any]:
    values = read_values(FIELDS, typed, work.actor.timezone, work.clock.now())
    if "attendees" in values:
        values["attendees"] = attendees_of(values["attendees"])
    if "reminders" in values:
        values["reminders"] = reminders_of(values["reminders"])
    for name in _TEXTS:
        text = values.get(name)
        if text and text.startswith("@") and len(text) > 1:
            values[name] = read_text(text[1:])
    return values


def _zone(name: str | None, other: str) -> tzinfo:
    try:
        return ZoneInfo(name or other)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid.one("--zone", "field.zone") from None


def entry(state: State, work: Any, when: str, until: str | None, typed: dict[str, Any]) -> dict[str, Any]:
    """A new event; its title is made of what it is and of its listing where none is given."""
    values = _values(work, typed)
    values.setdefault("event_type", EventType.SHOWING if values.get("property_id") else EventType.OTHER)
    zone = _zone(values.get("timezone"), work.actor.timezone)
    meant = span(when, now=work.clock.now(), zone=zone, field="WHEN")
    values |= _times(work, meant, until, zone, EventType(values["event_type"]))
    if "title" not in values:
        values["title"] = state.say.text(TYPES[EventType(values["event_type"]).value]).capitalize()
        if (listing := values.get("property_id")) is not None:
            values["title"] += f": {work.properties.get(listing)['title']}"
            values["title"] = values["title"][:200]
    return values


def changes(
    work: Any, event: int, name: str | None, when: str | None, until: str | None, typed: dict[str, Any]
) -> dict[str, Any]:
    """A change; an event that is moved keeps its length."""
    values = _values(work, typed)
    if when is None and until is None:
        return values
    old = work.events.get(event, name)
    kind = EventType(values.get("event_type") or old["event_type"])
    zone = _zone(values.get("timezone"), old["timezone"] or work.actor.timezone)
    if when is None:
        start = resolve(datetime.fromisoformat(old["start_local"]), zone)
        return values | _times(work, Span(start, None, None, old["all_day"]), until, zone, kind)
    meant = span(when, now=work.clock.now(), zone=zone, field="--when")
    if until is None and meant.end is None and meant.length is None and meant.days == old["all_day"]:
        begun, ended = (datetime.fromisoformat(old[name]) for name in ("start_time", "end_time"))
        minutes = round((ended - begun).total_seconds() / 60)
        meant = meant._replace(length=minutes) if not meant.days else meant._replace(length=_days(old) * 1_440)
    return values | _times(work, meant, until, zone, kind)


def _days(event: dict[str, Any]) -> int:
    first, last = (date.fromisoformat(event[name][:10]) for name in ("start_local", "end_local"))
    return max(1, (last - first).days)


def _times(work: Any, meant: Span, until: str | None, zone: tzinfo, kind: EventType) -> dict[str, Any]:
    """Start and end as the schema takes them: moments, and dates where whole days are meant."""
    end = meant.ended(kind)
    if until is not None:
        # A time alone is one of the first day, a day alone the last one.
        if meant.days:
            last = parse_date(until, today=meant.start.date(), field="--until")
            end = resolve(datetime.combine(last + timedelta(days=1), time()), zone)
        else:
            end = parse_moment(until, now=meant.start, zone=zone, field="--until")
            if end <= meant.start < later(end, 1_440) and end.date() == meant.start.date():
                end = resolve(end.replace(tzinfo=None) + timedelta(days=1), zone)
    if meant.days:
        texts = (meant.start.date().isoformat(), end.date().isoformat())
    else:
        texts = (meant.start.isoformat(), end.isoformat())
    return {"start_time": texts[0], "end_time": texts[1], "all_day": meant.days}


def instance(work: Any, event: int, on: str | None) -> str | None:
    """The name of one of a series: the start that its rule gives it, a stamp, or a date where it takes whole days."""
    if on is None:
        return None
    found = work.events.get(event)
    zone = ZoneInfo(found["timezone"] or work.actor.timezone)
    if found["all_day"]:
        return parse_date(on, today=work.clock.now().astimezone(zone).date(), field="--on").isoformat()
    at = parse_moment(on, now=work.clock.now(), zone=zone, field="--on")
    try:
        parse_date(on, today=work.clock.now().astimezone(zone).date(), field="--on")
    except Invalid:
        return stamp(at)
    # A day alone: the time is that of the series.
    clock = datetime.fromisoformat(found["start_local"]).time()
    return stamp(resolve(datetime.combine(at.date(), clock), zone))


def month_of(work: Any, text: str) -> tuple[date, str, str]:
    """The first day of the month that is meant, and the moments at which the month begins and ends."""
    zone = ZoneInfo(work.actor.timezone)
    shown = text.strip()
    today = work.clock.now().astimezone(zone).date()
    day = parse_date(shown + "-01" if len(shown) == 7 and shown[4] == "-" else shown, today=today, field="--month")
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    after, before = (stamp(resolve(datetime.combine(one, time()), zone)) for one in (first, following))
    return first, after, before


def many(file: Path | str) -> list[Any]:
    """The entries of a file of JSON: a list, or an object with `events`."""
    import orjson

    from realty_cli.events.schemas.event import EventBulkCreate
    from realty_cli.kit.schema import validate

    try:
        if isinstance(file, Path):
            with file.open("rb") as source:
                data = source.read(_MOST_BYTES + 1)
        else:
            data = sys.stdin.buffer.read(_MOST_BYTES + 1)
    except OSError as error:
        raise Invalid.one("FILE", "file.unreadable", path=str(file), reason=str(error.strerror)) from None
    try:
        found = orjson.loads(data) if len(data) <= _MOST_BYTES else None
    except orjson.JSONDecodeError:
        found = None
    entries = found.get("events") if isinstance(found, dict) else found
    if not isinstance(entries, list) or len(entries) > MAX_BULK:
        raise Invalid.one("FILE", "event.bulk_file", most=MAX_BULK)
    return list(validate(EventBulkCreate, {"events": entries}, typed=True).events)
