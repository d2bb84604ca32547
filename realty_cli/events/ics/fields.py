"""What the properties of a VEVENT say about an event, beside its times."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from realty_cli.errors import FieldProblem
from realty_cli.events.ics.lines import Component, Line, listed, unescaped
from realty_cli.events.ics.moments import Moment, Reader, duration
from realty_cli.events.kinds import CancelledBy, EventOutcome, EventStatus, EventType, ReminderChannel

Warn = Callable[[FieldProblem], None]
LONGEST = {
    "title": 500, "description": 20_000, "location": 1_000, "notes": 20_000, "outcome_note": 5_000,
    "rescheduled_to_uid": 255,
}  # fmt: skip
MOST_ATTENDEES, MOST_REMINDERS, MOST_TAGS = 200, 10, 50
_MOST_KEPT, _LONGEST_KEPT = 100, 20_000
_FARTHEST_REMINDER = 60 * 24 * 60

STATUSES = tuple(one.value for one in EventStatus)
TYPES = tuple(one.value for one in EventType)
_CHANNELS = frozenset(one.value for one in ReminderChannel)
_WORDS = {
    "outcome": frozenset(one.value for one in EventOutcome),
    "cancelled_by": frozenset(one.value for one in CancelledBy),
}  # fmt: skip
#: Words by which other calendars file events, where they mean one of our types.
_TYPE_WORDS = {
    "показ": "showing", "просмотр": "showing", "viewing": "showing", "встреча": "meeting", "звонок": "call",
    "осмотр": "inspection", "фотосессия": "photo_session", "photo session": "photo_session",
    "день открытых дверей": "open_house", "open house": "open_house", "сделка": "deal", "задача": "task",
}  # fmt: skip
_RESPONSES = {
    "ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative", "NEEDS-ACTION": "needs_action",
    "COMPLETED": "accepted", "DELEGATED": "needs_action",
}  # fmt: skip
#: Columns that only we know, each as a property of its own. Those of `PRIVATE` go into no file for others.
OWN = {
    "outcome": "X-REALTY-OUTCOME", "outcome_note": "X-REALTY-OUTCOME-NOTE", "cancelled_by": "X-REALTY-CANCELLED-BY",
    "actual_start": "X-REALTY-ACTUAL-START", "actual_end": "X-REALTY-ACTUAL-END", "notes": "X-REALTY-NOTES",
    "buffer_before": "X-REALTY-BUFFER-BEFORE", "buffer_after": "X-REALTY-BUFFER-AFTER",
    "external_id": "X-REALTY-EXTERNAL-ID", "property_id": "X-REALTY-PROPERTY", "client_id": "X-REALTY-CLIENT",
    "deal_id": "X-REALTY-DEAL", "template": "X-REALTY-TEMPLATE", "rescheduled_to_uid": "X-REALTY-RESCHEDULED-TO",
    "rescheduled_to_recurrence_id": "X-REALTY-RESCHEDULED-TO-INSTANCE",
}  # fmt: skip
#: Of these, names that the importer looks up: of a template, and of the event that took the place of this one.
NAMED = frozenset({"template", "rescheduled_to_uid", "rescheduled_to_recurrence_id"})
PRIVATE = frozenset({"outcome", "outcome_note", "cancelled_by", "notes", "external_id"}) | NAMED
_NUMBERS = frozenset({"buffer_before", "buffer_after", "property_id", "client_id", "deal_id"})
_STAMPS = frozenset({"actual_start", "actual_end"})
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
#: Properties that are read elsewhere, or say nothing once the file is read.
_READ = frozenset({
    "UID", "DTSTAMP", "DTSTART", "DTEND", "DURATION", "SUMMARY", "DESCRIPTION", "LOCATION", "STATUS", "TRANSP", "GEO",
    "SEQUENCE", "CREATED", "LAST-MODIFIED", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "ATTENDEE", "PRIORITY",
    "COLOR", "CATEGORIES", "RELATED-TO", "X-REALTY-TYPE", "X-REALTY-STATUS", "X-MICROSOFT-CDO-BUSYSTATUS",
    *OWN.values(),
})  # fmt: skip


def described(one: Component, me: frozenset[str], warn: Warn) -> dict[str, Any]:
    """The columns that do not depend on when it is. `me`: addresses of whoever imports."""
    values: dict[str, Any] = {
        "title": " ".join(_text(one, "SUMMARY", "title", warn).split()) or "—",
        "description": _text(one, "DESCRIPTION", "description", warn) or None,
        "location": " ".join(_text(one, "LOCATION", "location", warn).split()) or None,
        "tags": [],
    }
    values |= _place(one.first("GEO"), warn)
    values |= _status(one)
    values |= _type(one)
    values["busy"] = _busy(one)
    values["attendees"], values["declined"] = _attendees(one, me, warn)
    values["priority"] = number(one.first("PRIORITY"), 9)
    color = one.first("COLOR")
    values["color"] = unescaped(color.value).strip()[:40].lower() or None if color else None
    related = [line for line in one.every("RELATED-TO") if line.params.get("RELTYPE", "PARENT").upper() == "PARENT"]
    values["related_to"] = unescaped(related[0].value).strip()[:255] or None if related else None
    for column, name in OWN.items():
        values[column] = _own(column, one.first(name), warn)
    values["ics"] = _kept(one, warn)
    return values


def _text(one: Component, name: str, column: str, warn: Warn) -> str:
    line = one.first(name)
    if line is None:
        return ""
    text = unescaped(line.value).strip()
    most = LONGEST[column]
    if len(text) > most:
        warn(FieldProblem(column, "import.cut", {"most": most}))
        text = text[:most].rstrip()
    return text


def _place(line: Line | None, warn: Warn) -> dict[str, Any]:
    nothing = {"latitude": None, "longitude": None}
    if line is None:
        return nothing
    try:
        latitude, longitude = (float(part) for part in re.split("[;,]", line.value.replace("\\", "")))
    except ValueError:
        latitude = longitude = 1e9
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        warn(FieldProblem("latitude", "ics.ignored", {"name": "GEO", "line": line.number}))
        return nothing
    return {"latitude": latitude, "longitude": longitude}


def _status(one: Component) -> dict[str, Any]:
    line, own = one.first("STATUS"), one.first("X-REALTY-STATUS")
    said = line.value.strip().upper() if line else ""
    status = {"CONFIRMED": "confirmed", "CANCELLED": "cancelled"}.get(said, "scheduled")
    if own is not None and own.value.strip() in STATUSES and outward(own.value.strip()) == (said or None):
        # Nobody has changed it since we wrote it.
        status = own.value.strip()
    return {"status": status, "tentative": said == "TENTATIVE"}


def outward(status: str) -> str | None:
    """STATUS for one of ours. An event that is only scheduled says nothing."""
    if status == "cancelled":
        return "CANCELLED"
    return None if status == "scheduled" else "CONFIRMED"


def _type(one: Component) -> dict[str, Any]:
    own = one.first("X-REALTY-TYPE")
    tags: list[str] = []
    for line in one.every("CATEGORIES"):
        tags += [tag for tag in (" ".join(text.split())[:100] for text in listed(line.value)) if tag]
    tags = list(dict.fromkeys(tags))[:MOST_TAGS]
    if own is not None and own.value.strip() in TYPES:
        return {"event_type": own.value.strip(), "tags": tags}
    for tag in tags:
        word = tag.lower()
        if word in _TYPE_WORDS or word.replace(" ", "_") in TYPES:
            return {"event_type": _TYPE_WORDS.get(word, word.replace(" ", "_")), "tags": tags}
    return {"event_type": "other", "tags": tags}


def _busy(one: Component) -> bool:
    line, outlook = one.first("TRANSP"), one.first("X-MICROSOFT-CDO-BUSYSTATUS")
    if line is not None:
        return line.value.strip().upper() != "TRANSPARENT"
    return outlook is None or outlook.value.strip().upper() not in ("FREE", "WORKINGELSEWHERE")


def _attendees(one: Component, me: frozenset[str], warn: Warn) -> tuple[list[dict[str, Any]], bool]:
    found: list[dict[str, Any]] = []
    declined = False
    lines = one.every("ATTENDEE")
    for line in lines[:MOST_ATTENDEES]:
        scheme, _, address = line.value.strip().partition(":")
        address = address.strip()
        email = address if scheme.lower() == "mailto" and "@" in address else line.params.get("EMAIL")
        email = "".join(email.split()) if email else None
        phone = address if scheme.lower() == "tel" else line.params.get("X-REALTY-PHONE")
        name = " ".join(line.params.get("CN", "").split())[:200] or None
        response = _RESPONSES.get(line.params.get("PARTSTAT", "").upper())
        if not (name or email or phone):
            name = " ".join(line.value.split())[:200] or None
        found.append({
            "name": name, "email": email[:320] if email else None, "phone": phone[:50] if phone else None,
            "response": response,
        })  # fmt: skip
        declined |= response == "declined" and bool(email) and email.lower() in me  # type: ignore[union-attr]
    if len(lines) > MOST_ATTENDEES:
        warn(FieldProblem("attendees", "ics.too_many_of", {"name": "ATTENDEE", "most": MOST_ATTENDEES}))
    return found, declined


def number(line: Line | None, most: int) -> int | None:
    text = line.value.strip() if line else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= most else None


def _own(column: str, line: Line | None, warn: Warn) -> Any:
    if line is None:
        return None
    text = unescaped(line.value).strip()
    if column in _NUMBERS:
        return number(line, 2**31 - 1)
    if column in _STAMPS:
        return text if _STAMP.fullmatch(text) else None
    if column in _WORDS:
        return text if text in _WORDS[column] else None
    return text[: LONGEST.get(column, 200)] or None


def _kept(one: Component, warn: Warn) -> list[str]:
    """Lines that mean nothing to us, for the way back."""
    kept: list[str] = []
    length = 0
    for line in one.lines:
        if line.name in _READ or (line.name == "RELATED-TO" and line.params.get("RELTYPE", "PARENT") == "PARENT"):
            continue
        length += len(line.raw)
        if length > _LONGEST_KEPT or len(kept) >= _MOST_KEPT:
            warn(FieldProblem("ics", "ics.ignored", {"name": line.name, "line": line.number}))
            length -= len(line.raw)
            continue
        kept.append(line.raw)
    return kept


def reminders(one: Component, start: Moment, end: Moment, times: Reader, warn: Warn) -> list[dict[str, Any]]:
    """The alarms as minutes before the start."""
    found: list[dict[str, Any]] = []
    for alarm in one.parts:
        trigger = alarm.first("TRIGGER")
        if alarm.name != "VALARM" or trigger is None:
            continue
        before = _before(trigger, start, end, times)
        if before is None or not 0 <= before <= _FARTHEST_REMINDER:
            if before is not None:
                warn(FieldProblem("reminders", "ics.alarm_odd", {"line": trigger.number}))
            continue
        action, own = alarm.first("ACTION"), alarm.first("X-REALTY-CHANNEL")
        channel = own.value.strip() if own else None
        if channel not in _CHANNELS:
            channel = "email" if action is not None and action.value.strip().upper() == "EMAIL" else "app"
        reminder = {"minutes_before": before, "channel": channel}
        if reminder not in found and len(found) < MOST_REMINDERS:
            found.append(reminder)
    return found


def _before(trigger: Line, start: Moment, end: Moment, times: Reader) -> int | None:
    length = duration(trigger.value)
    if length is None:
        if "T" not in trigger.value.upper():
            return None
        try:
            at = times.moment(trigger).at(times.own)
        except Exception:
            return None
        return round((start.at(times.own) - at).total_seconds() / 60)
    seconds = -length.total
    if trigger.params.get("RELATED", "").upper() == "END":
        seconds -= int((end.at(times.own) - start.at(times.own)).total_seconds())
    return seconds // 60


def says(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that say something."""
    return {name: value for name, value in values.items() if value not in (None, [], "")}
