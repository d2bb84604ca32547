"""Calendar files of events, as every calendar reads them: our own columns stand in X-REALTY properties beside.

The same events give the same bytes whenever they are asked for (DTSTAMP is the last change), so that a feed can be
told to be unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from realty_cli.events.ics.fields import OWN, PRIVATE, outward
from realty_cli.events.ics.lines import escaped, folded, parameter
from realty_cli.events.ics.vtimezone import vtimezone

PRODUCT = "-//realty//calendar//EN"
#: Years that a series without an end needs its zone for, beyond its start or now.
_AHEAD = 3
_RESPONSES = {"accepted": "ACCEPTED", "declined": "DECLINED", "tentative": "TENTATIVE", "needs_action": "NEEDS-ACTION"}
Event = Mapping[str, Any]


def write(
    events: Iterable[Event],
    zone: str,
    *,
    name: str | None = None,
    method: str | None = None,
    busy: str | None = None,
    own: bool = True,
    refresh: bool = False,
) -> bytes:
    """A whole VCALENDAR. Events are rows with the columns that a draft has, and `created_at`, `updated_at`; overrides
    are rows of their own. `zone` is the owner's, in which floating times of overrides are told. `busy`: no more than
    when, under this title. `own`: for ourselves, private columns too. `refresh`: calendars are to come again hourly."""
    return b"".join(stream(list(events), zone, name=name, method=method, busy=busy, own=own, refresh=refresh))


def stream(
    events: Sequence[Event],
    zone: str,
    *,
    name: str | None = None,
    method: str | None = None,
    busy: str | None = None,
    own: bool = True,
    refresh: bool = False,
) -> Iterator[bytes]:
    """The same piece by piece."""
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN"]
    if method:
        head.append(f"METHOD:{method}")
    if name:
        head += [f"NAME:{escaped(name)}", f"X-WR-CALNAME:{escaped(name)}"]
    if refresh:
        head += ["REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H"]
    yield b"".join(map(folded, head))
    masters = {event["uid"]: event for event in events if not event.get("recurrence_id")}
    for used, (first, last) in sorted(_zones(events, masters).items()):
        yield vtimezone(used, first, last).encode()
    for event in events:
        yield vevent(event, zone, masters.get(event["uid"]), busy=busy, own=own)
    yield b"END:VCALENDAR\r\n"


def _zones(events: Iterable[Event], masters: Mapping[str, Event]) -> dict[str, tuple[int, int]]:
    """The zones that are written, each with the years that need it."""
    found: dict[str, tuple[int, int]] = {}
    for event in events:
        master = masters.get(event["uid"]) or event
        for one in (event, master):
            zone = one.get("timezone")
            if one.get("all_day") or not zone or zone == "UTC":
                continue
            first = int(one["starts_local"][:4])
            last = int(one["ends_local"][:4])
            if one.get("rrule") or one.get("rdates"):
                years = [int(text[:4]) for text in one.get("rdates") or ()]
                first, last = min([first, *years]), max([last + _AHEAD, *years])
            before = found.get(zone, (first, last))
            found[zone] = (min(first, before[0]), max(last, before[1]))
    return found


def vevent(event: Event, zone: str, master: Event | None, *, busy: str | None = None, own: bool = True) -> bytes:
    """One VEVENT."""
    within = None if event.get("all_day") else event.get("timezone")
    changed = _stamp(event.get("updated_at"))
    lines = [
        "BEGIN:VEVENT", f"UID:{escaped(event['uid'])}", f"DTSTAMP:{changed or '19700101T000000Z'}",
        *([f"CREATED:{created}"] if (created := _stamp(event.get("created_at"))) else ()),
        *([f"LAST-MODIFIED:{changed}"] if changed else ()),
        f"SEQUENCE:{event.get('sequence') or 0}",
    ]  # fmt: skip
    if event.get("recurrence_id"):
        lines.append(_original(str(event["recurrence_id"]), master or event, zone))
    lines += [
        _moment("DTSTART", event["starts_local"], within), _moment("DTEND", event["ends_local"], within),
        *(f"RRULE:{rule}" for rule in (event.get("rrule") or "").splitlines() if rule),
        *_dates("RDATE", event.get("rdates") or (), within),
        *_dates("EXDATE", event.get("exdates") or (), within),
    ]  # fmt: skip
    status = "TENTATIVE" if event.get("tentative") and event["status"] == "scheduled" else outward(event["status"])
    if status:
        lines.append(f"STATUS:{status}")
    lines.append(f"TRANSP:{'OPAQUE' if event.get('busy') else 'TRANSPARENT'}")
    if busy is not None:
        lines += [f"SUMMARY:{escaped(busy)}", "CLASS:PRIVATE"]
    else:
        lines += _described(event, own)
    lines.append("END:VEVENT")
    return b"".join(map(folded, lines))


def _described(event: Event, own: bool) -> Iterator[str]:
    yield f"SUMMARY:{escaped(event['title'])}"
    for column, name in (("description", "DESCRIPTION"), ("location", "LOCATION")):
        if event.get(column):
            yield f"{name}:{escaped(event[column])}"
    if event.get("latitude") is not None and event.get("longitude") is not None:
        yield f"GEO:{event['latitude']!r};{event['longitude']!r}"
    if event.get("tags"):
        yield "CATEGORIES:" + ",".join(map(escaped, event["tags"]))
    if event.get("priority"):
        yield f"PRIORITY:{event['priority']}"
    if event.get("color"):
        yield f"COLOR:{escaped(event['color'])}"
    if event.get("related_to"):
        yield f"RELATED-TO:{escaped(event['related_to'])}"
    yield f"X-REALTY-TYPE:{event['event_type']}"
    yield f"X-REALTY-STATUS:{event['status']}"
    for column, name in OWN.items():
        if event.get(column) is not None and (own or column not in PRIVATE):
            yield f"{name}:{escaped(str(event[column]))}"
    for one in event.get("attendees") or ():
        yield _attendee(one)
    yield from event.get("ics") or ()
    for one in event.get("reminders") or ():
        yield from _alarm(one, event["title"])


def _attendee(one: Mapping[str, Any]) -> str:
    parts = ["ATTENDEE"]
    if one.get("name"):
        parts.append(f"CN={parameter(one['name'])}")
    if one.get("response") in _RESPONSES:
        parts.append(f"PARTSTAT={_RESPONSES[one['response']]}")
    email, phone = one.get("email"), one.get("phone")
    if email and phone:
        parts.append(f"X-REALTY-PHONE={parameter(phone)}")
    address = f"mailto:{_bare(email)}" if email else f"tel:{_bare(phone)}" if phone else "invalid:nomail"
    return f"{';'.join(parts)}:{address}"


def _bare(text: str) -> str:
    return "".join(char for char in text if char.isprintable() and not char.isspace())


def _alarm(one: Mapping[str, Any], title: str) -> Iterator[str]:
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield f"DESCRIPTION:{escaped(title)}"
    yield f"TRIGGER:-PT{one['minutes_before']}M"
    yield f"X-REALTY-CHANNEL:{escaped(one['channel'])}"
    yield "END:VALARM"


def _stamp(moment: str | None) -> str | None:
    return f"{datetime.fromisoformat(moment).astimezone(UTC):%Y%m%dT%H%M%SZ}" if moment else None


def _basic(text: str) -> str:
    return text.replace("-", "").replace(":", "")


def _moment(name: str, text: str, zone: str | None) -> str:
    if "T" not in text:
        return f"{name};VALUE=DATE:{_basic(text)}"
    if zone == "UTC":
        return f"{name}:{_basic(text)}Z"
    return f"{name};TZID={zone}:{_basic(text)}" if zone else f"{name}:{_basic(text)}"


def _dates(name: str, texts: Sequence[str], zone: str | None) -> Iterator[str]:
    for text in texts:
        start, slash, end = text.partition("/")
        if slash:
            head, _, value = _moment(name, start, zone).rpartition(":")
            yield f"{head};VALUE=PERIOD:{value}/{_moment(name, end, zone).rpartition(':')[2]}"
        else:
            yield _moment(name, start, zone)


def _original(text: str, master: Event, zone: str) -> str:
    """RECURRENCE-ID in the form that the series' DTSTART has."""
    if "T" not in text:
        return f"RECURRENCE-ID;VALUE=DATE:{_basic(text)}"
    within = None if master.get("all_day") else master.get("timezone")
    wall = datetime.fromisoformat(text).astimezone(ZoneInfo(within or zone)).replace(tzinfo=None)
    return _moment("RECURRENCE-ID", wall.isoformat(timespec="seconds"), within)
