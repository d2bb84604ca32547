"""When an event is, as people type it: a moment with a length or an end, or days. Data in, data out.

завтра 15:30          fri 10:00 +1h        15.01 10:00 +45мин      завтра 15:30-17:00       15.01 +3d
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from realty_cli.errors import Invalid
from realty_cli.events.kinds import EventType
from realty_cli.kit.moment import parse_date, parse_moment, resolve

_UNITS = {
    "m": 1, "min": 1, "м": 1, "мин": 1, "минут": 1, "минута": 1, "минуты": 1, "minutes": 1, "minute": 1,
    "h": 60, "hour": 60, "hours": 60, "ч": 60, "час": 60, "часа": 60, "часов": 60,
    "d": 1_440, "day": 1_440, "days": 1_440, "д": 1_440, "дн": 1_440, "день": 1_440, "дня": 1_440, "дней": 1_440,
}  # fmt: skip
_NUMBER = r"[0-9]{1,5}(?:[.,][0-9]{1,2})?"
_LENGTH = re.compile(rf"(?P<count>{_NUMBER})\s*(?P<unit>[^\W\d_]+)\.?", re.IGNORECASE)
_COLON = re.compile(r"(?P<hours>[0-9]{1,2}):(?P<minutes>[0-5][0-9])")
_PLUS = re.compile(
    rf"(?P<rest>.*\S)\s+\+\s*(?P<length>(?:{_NUMBER}\s*[^\W\d_]+\.?\s*)+|[0-9]{{1,2}}:[0-5][0-9])", re.DOTALL
)
_RANGE = re.compile(r"(?P<rest>.*?[0-9]{1,2}[:.][0-9]{2})\s*[-–—]\s*(?P<end>[0-9]{1,2}[:.][0-9]{2})", re.DOTALL)
#: How long an event of a kind takes where nobody says, in minutes.
USUAL = {
    EventType.SHOWING: 60, EventType.MEETING: 60, EventType.CALL: 15, EventType.INSPECTION: 60,
    EventType.PHOTO_SESSION: 90, EventType.OPEN_HOUSE: 180, EventType.DEAL: 120, EventType.TASK: 30,
    EventType.OTHER: 60,
}  # fmt: skip
_LONGEST = 366 * 1_440


class Span(NamedTuple):
    """`length` in minutes, None where the text says none; `end` where it names one. `days`: whole days are meant."""

    start: datetime
    end: datetime | None
    length: int | None
    days: bool

    def ended(self, kind: EventType) -> datetime:
        """The end: as it was said, or after what such an event usually takes."""
        if self.end is not None:
            return self.end
        if self.days:
            wall = self.start.replace(tzinfo=None) + timedelta(days=max(1, -(-(self.length or 0) // 1_440)))
            zone = self.start.tzinfo
            assert zone is not None
            return resolve(wall, zone)
        minutes = USUAL[kind] if self.length is None else self.length
        return later(self.start, minutes)


def later(start: datetime, minutes: int) -> datetime:
    """So much elapsed time after a moment, on the same clock."""
    zone = start.tzinfo
    assert zone is not None
    return datetime.fromtimestamp(start.timestamp() + 60 * minutes, zone)


def length(text: str, field: str) -> int:
    """Minutes: `45`, `1h`, `1:30`, `1,5 ч`, `1 ч 30 мин`. Raises Invalid for `field`."""
    shown = text.strip()
    if shown.isdecimal() and len(shown) < 6:
        found = float(shown)
    elif colon := _COLON.fullmatch(shown):
        found = int(colon["hours"]) * 60 + int(colon["minutes"])
    else:
        found, rest = 0.0, _LENGTH.sub("", shown)
        for part in _LENGTH.finditer(shown):
            if (unit := _UNITS.get(part["unit"].lower())) is None:
                raise Invalid.one(field, "event.length", value=shown[:40])
            found += float(part["count"].replace(",", ".")) * unit
        if rest.strip():
            raise Invalid.one(field, "event.length", value=shown[:40])
    if not 0 < found <= _LONGEST or found != int(found):
        raise Invalid.one(field, "event.length", value=shown[:40])
    return int(found)


def span(text: str, *, now: datetime, zone: tzinfo, field: str) -> Span:
    """What was typed. Raises Invalid for `field`."""
    shown = text.strip()
    minutes, end = None, None
    if plus := _PLUS.fullmatch(shown):
        shown, minutes = plus["rest"], length(plus["length"], field)
    elif between := _RANGE.fullmatch(shown):
        shown, end = between["rest"], between["end"].replace(".", ":")
    local = now.astimezone(zone)
    if end is None:
        try:
            day = parse_date(shown, today=local.date(), field=field)
        except Invalid:
            pass
        else:
            if minutes is not None and minutes % 1_440:
                raise Invalid.one(field, "event.length_of_days")
            return Span(resolve(datetime(day.year, day.month, day.day), zone), None, minutes, True)  # noqa: DTZ001
    start = parse_moment(shown, now=now, zone=zone, field=field)
    if end is None:
        return Span(start, None, minutes, False)
    clock = parse_moment(f"{start.date().isoformat()} {end}", now=now, zone=zone, field=field)
    if clock <= start:
        following = start.date() + timedelta(days=1)
        clock = parse_moment(f"{following.isoformat()} {end}", now=now, zone=zone, field=field)
    return Span(start, clock, None, False)
