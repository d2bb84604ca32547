"""Dates, times and durations of content lines, as wall times in the event's zone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from realty_cli.errors import FieldProblem, Invalid
from realty_cli.events.ics.lines import Line
from realty_cli.events.ics.zones import Zones, instant, wall

_MOMENT = re.compile(r"(\d{8})(?:T(\d{4}|\d{6})(Z)?)?", re.ASCII)
_DURATION = re.compile(
    r"([+-])?P(?:(\d{1,5})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?", re.ASCII
)
_EARLIEST, _LATEST = 1900, 2200


@dataclass(frozen=True, slots=True)
class Moment:
    """A DATE (`all_day`) or a DATE-TIME: a wall time in `zone`, None for a floating one."""

    wall: datetime
    zone: str | None = None
    all_day: bool = False

    @property
    def text(self) -> str:
        return self.wall.date().isoformat() if self.all_day else self.wall.isoformat(timespec="seconds")

    def at(self, zone: str) -> datetime:
        """The instant; floating times and midnights are those of `zone`."""
        return instant(self.wall, ZoneInfo(self.zone or zone))

    def within(self, zone: str | None, own: str) -> Moment:
        """The same instant as another zone's wall time; a floating one is in that zone already."""
        if self.all_day or self.zone == zone or self.zone is None:
            return Moment(self.wall, None if self.all_day else zone, self.all_day)
        return Moment(wall(self.at(own), ZoneInfo(zone or own)), zone)


@dataclass(frozen=True, slots=True)
class Duration:
    days: int
    seconds: int

    def after(self, start: Moment, own: str) -> Moment:
        """Days are days of the calendar, hours those of a clock that nobody resets."""
        day = start.wall + timedelta(days=self.days)
        if not self.seconds:
            return Moment(day, start.zone, start.all_day)
        zone = ZoneInfo(start.zone or own)
        return Moment(wall(instant(day, zone) + timedelta(seconds=self.seconds), zone), start.zone, start.all_day)

    @property
    def total(self) -> int:
        return self.days * 86_400 + self.seconds


def duration(text: str) -> Duration | None:
    match = _DURATION.fullmatch(text.strip().upper())
    if match is None or not any(match.groups()[1:]):
        return None
    sign = -1 if match[1] == "-" else 1
    weeks, days, hours, minutes, seconds = (int(one or 0) for one in match.groups()[1:])
    found = Duration(sign * (weeks * 7 + days), sign * (hours * 3600 + minutes * 60 + seconds))
    return found if abs(found.total) < 20 * 366 * 86_400 else None


class Reader:
    """Moments of one file. `floating` is what a time without a zone is in, None to leave it so."""

    def __init__(self, zones: Zones, own: str, floating: str | None, warn: Callable[[FieldProblem], None]) -> None:
        self.zones, self.own, self.floating, self._warn = zones, own, floating, warn

    def moment(self, line: Line, value: str | None = None) -> Moment:
        """Raises Invalid where it is none."""
        text = (line.value if value is None else value).strip()
        match = _MOMENT.fullmatch(text)
        try:
            if match is None:
                raise ValueError
            digits, clock, utc = match.groups()
            day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
            if not _EARLIEST <= day.year <= _LATEST:
                raise ValueError
            if clock is None:
                return Moment(datetime(day.year, day.month, day.day), None, True)  # noqa: DTZ001
            second = min(int(clock[4:] or 0), 59)  # leap seconds end one early
            at = datetime(day.year, day.month, day.day, int(clock[:2]), int(clock[2:4]), second)  # noqa: DTZ001
        except ValueError:
            raise Invalid.one(
                line.name.lower(), "ics.moment", value=text[:60], line=line.number, name=line.name
            ) from None
        if line.params.get("VALUE", "").upper() == "DATE":
            return Moment(at.replace(hour=0, minute=0, second=0), None, True)
        if utc:
            return Moment(at, "UTC")
        tzid = line.params.get("TZID", "").strip()
        if not tzid:
            return Moment(at, self.floating)
        zone = self.zones.of(tzid)
        if zone is None and (own := self.zones.own(tzid)) is not None:
            self._warn(FieldProblem("timezone", "ics.zone_own", {"zone": tzid[:100], "line": line.number}))
            return Moment(wall(instant(at, own), UTC), "UTC")
        if zone is None:
            self._warn(FieldProblem("timezone", "ics.zone_unknown", {"zone": tzid[:100], "line": line.number}))
            return Moment(at, self.floating)
        return Moment(at, zone)

    def moments(self, line: Line) -> list[tuple[Moment, Moment | None]]:
        """The values of a list, with the ends of those that are periods. Empty ones are left out."""
        found: list[tuple[Moment, Moment | None]] = []
        for piece in line.value.split(","):
            start, slash, end = piece.strip().partition("/")
            if not start:
                continue
            begins = self.moment(line, start)
            if not slash:
                found.append((begins, None))
                continue
            length = duration(end)
            ends = length.after(begins, self.own) if length else self.moment(line, end).within(begins.zone, self.own)
            found.append((begins, ends))
        return found


def utc_text(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
