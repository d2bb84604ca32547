"""Zones of calendar files: which IANA zone a TZID means.

An IANA name is itself, a Windows name goes through the table of Unicode CLDR; else the VTIMEZONE in the file decides,
by the IANA zone that keeps the same time in the years around the file's events. What nobody defines is floating.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from realty_cli.events.ics.lines import Component, unescaped

_USUAL = (
    "Europe/Moscow", "Europe/Kaliningrad", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk", "Asia/Krasnoyarsk",
    "Asia/Novosibirsk", "Asia/Irkutsk", "Asia/Yakutsk", "Asia/Vladivostok", "Asia/Magadan", "Asia/Kamchatka",
    "Europe/Berlin", "Europe/London", "Europe/Kyiv", "Europe/Istanbul", "America/New_York", "America/Chicago",
    "America/Denver", "America/Los_Angeles", "America/Phoenix", "Asia/Almaty", "Asia/Tashkent", "Asia/Tbilisi",
    "Asia/Yerevan", "Asia/Dubai", "Asia/Kolkata", "Asia/Shanghai", "Asia/Tokyo", "Australia/Sydney",
)  # fmt: skip
#: What others write for one of our zones beside its name: the part of the TZID that may be one.
_TAIL = re.compile(r"[A-Za-z_+-]+(?:/[A-Za-z0-9_+-]+){1,2}$")
_LONGEST_RULES = 20_000
_UTC = frozenset({"UTC", "GMT", "Z", "ETC/UTC", "ETC/GMT"})


@cache
def _names() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones() if "/" in name or name in ("UTC", "CET", "EET", "MET")}


def known(name: str) -> str | None:
    """The IANA zone of this name, as other programs may spell it."""
    name = name.strip()
    if name.upper() in _UTC:
        return "UTC"
    if found := _names().get(name.lower()):
        return found
    tail = _TAIL.search(name)
    if tail is not None:
        # /freeassociation.sourceforge.net/Tzfile/America/Argentina/Buenos_Aires and its like
        pieces = tail[0].split("/")
        for start in range(len(pieces) - 1):
            if found := _names().get("/".join(pieces[start:]).lower()):
                return found
    return windows(name)


def windows(name: str) -> str | None:
    """The IANA zone of a Windows name."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    found = WINDOWS_TO_OLSON.get(name.strip())
    return None if found is None else _names().get(found.lower())


class Zones:
    """The zones of one file."""

    def __init__(self, defined: Iterable[Component], years: tuple[int, int]) -> None:
        self._defined: dict[str, Component] = {}
        self._years = years
        self._found: dict[str, str | None] = {}
        for one in defined:
            name = one.first("TZID")
            if name is not None:
                self._defined.setdefault(unescaped(name.value).strip(), one)

    def of(self, tzid: str) -> str | None:
        """The IANA zone that a TZID means in this file, None where nothing tells."""
        if tzid not in self._found:
            self._found[tzid] = known(tzid) or self._by_definition(tzid)
        return self._found[tzid]

    def own(self, tzid: str) -> tzinfo | None:
        """The file's own definition of a zone that is like no other."""
        component = self._defined.get(tzid.strip())
        return None if component is None else _made(_text(component))

    def _by_definition(self, tzid: str) -> str | None:
        component = self._defined.get(tzid.strip())
        if component is None:
            return None
        for name in ("X-LIC-LOCATION", "TZURL"):
            said = component.first(name)
            if said is not None and (found := known(said.value.removesuffix(".ics"))):
                return found
        return _same_time(_text(component), *self._years)


def _text(component: Component) -> str:
    lines = [f"BEGIN:{component.name}", *(line.raw for line in component.lines)]
    for part in component.parts:
        lines.append(_text(part))
    return "\r\n".join([*lines, f"END:{component.name}"])


@lru_cache(64)
def _made(text: str) -> tzinfo | None:
    """A VTIMEZONE as a zone, None for one that would take long or makes no sense."""
    import icalendar

    if len(text) > _LONGEST_RULES or re.search(r"FREQ=(?!YEARLY)", text):
        return None
    try:
        read = icalendar.Timezone.from_ical(text)
        if not isinstance(read, icalendar.Timezone):
            return None
        zone = read.to_tz(lookup_tzid=False)
        return zone if zone.utcoffset(datetime(2024, 1, 1, 12)) is not None else None  # noqa: DTZ001
    except Exception:  # whatever a made-up zone makes the library stumble over
        return None


@lru_cache(64)
def _same_time(text: str, first: int, last: int) -> str | None:
    """The IANA zone with the offsets of a VTIMEZONE, midday of the 1st and 15th of each month."""
    zone = _made(text)
    if zone is None:
        return None
    moments = [datetime(year, month, day, 12) for year in range(first, last + 1)  # noqa: DTZ001
               for month in range(1, 13) for day in (1, 15)]  # fmt: skip
    try:
        wanted = _offsets(zone, moments)
    except Exception:  # as above
        return None
    if len(set(wanted)) == 1 and wanted[0] is not None:
        hours = wanted[0].total_seconds() / 3600
        if hours == 0:
            return "UTC"
        for name in _USUAL:
            if _offsets(ZoneInfo(name), moments) == wanted:
                return name
        if hours.is_integer() and -12 <= hours <= 14:
            return f"Etc/GMT{-int(hours):+d}"
    for name in (*_USUAL, *sorted(_names().values())):
        if _offsets(ZoneInfo(name), moments, wanted[0]) == wanted:
            return name
    return None


def _offsets(zone: tzinfo, moments: Sequence[datetime], wanted: timedelta | None = None) -> list[timedelta | None]:
    if wanted is not None and zone.utcoffset(moments[0]) != wanted:
        return []
    return [zone.utcoffset(one.replace(tzinfo=zone)) for one in moments]


def instant(wall: datetime, zone: tzinfo) -> datetime:
    """The moment of a wall time: the first of two, and past a gap."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def wall(moment: datetime, zone: tzinfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)
