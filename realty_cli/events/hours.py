"""When somebody works: hours of the week, and which days are working days. Data in, data out.

Every boundary is converted from wall time by itself, so that a day on which the clocks change is as long as it is.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from realty_cli.events.placing import moment

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Span = tuple[datetime, datetime]
Week = Mapping[str, Sequence[tuple[str, str]]]
"""Ranges of open hours by weekday."""


class Day(NamedTuple):
    """One day of the calendar of holidays. `moved`: a day off that is worked; `name` of a holiday."""

    working: bool | None = None
    name: str | None = None


def minute_of(text: str) -> int:
    """Minutes from midnight of HH:MM, 24:00 among them. Raises ValueError."""
    hour, _, minute = text.partition(":")
    if not (hour.isdigit() and minute.isdigit() and len(hour) <= 2 and len(minute) == 2):
        raise ValueError(text)
    found = int(hour) * 60 + int(minute)
    if int(minute) > 59 or found > 24 * 60:
        raise ValueError(text)
    return found


def at(day: date, minute: int, zone: tzinfo) -> datetime:
    """The moment at which the clocks of a day show this minute; 24:00 is the next day's midnight."""
    return moment(datetime.combine(day, time()) + timedelta(minutes=minute), zone)


def spans_of(day: date, ranges: Sequence[tuple[str, str]], zone: tzinfo) -> list[Span]:
    """The open hours that begin on a day. A range that ends no later than it begins crosses midnight."""
    found = []
    for first, last in ranges:
        begin, end = minute_of(first), minute_of(last)
        if end <= begin:
            end += 24 * 60
        start, finish = at(day, begin, zone), at(day, end, zone)
        if start < finish:
            found.append((start, finish))
    return sorted(found)


def ranges_on(day: date, week: Mapping[str, Sequence[tuple[str, str]]], off: Day) -> Sequence[tuple[str, str]]:
    """The hours of a day. A holiday has none; a day off that is worked has Monday's, where it has none of its own."""
    if off.working is False:
        return ()
    own = week.get(WEEKDAYS[day.weekday()], ())
    if own or off.working is None:
        return own
    return next((week[name] for name in WEEKDAYS if week.get(name)), ())


class _Year(NamedTuple):
    """What a country decreed for a year: the names of its days off, and the days off that are worked."""

    off: Mapping[date, str]
    worked: Container[date]


@lru_cache(maxsize=32)
def _public(country: str, year: int, language: str) -> _Year:
    known = _drawn_up()
    if known and country == known["country"] and str(year) in known["years"]:
        said, which = known["years"][str(year)], known["languages"].index(language)
        off = {date.fromisoformat(day): names[which] for day, names in said["off"].items()}
        return _Year(off, {date.fromisoformat(day) for day in said["worked"]})
    import holidays

    try:
        found = holidays.country_holidays(country, years=year, language=language)
    except NotImplementedError:
        return _Year({}, ())
    return _Year(found, found.weekend_workdays)


@lru_cache(maxsize=1)
def _drawn_up() -> dict[str, Any]:
    """What `tools/days_off.py` has drawn up of the library, which takes a tenth of a second to load; nothing where
    another version of it is installed."""
    known: dict[str, Any] = orjson.loads(Path(__file__).with_name("days_off.json").read_bytes())
    library = find_spec("holidays")
    if library is None or library.origin is None:
        return {}
    beside = Path(library.origin).parent.with_name(f"holidays-{known['version']}.dist-info")
    return known if beside.is_dir() else {}


_LANGUAGES = {"en": "en_US", "ru": "ru"}


def day_of(day: date, country: str | None, overrides: Mapping[date, Day], language: str = "en") -> Day:
    """What a day is: what was said of it here, else what the country decreed, moved days off and working Saturdays
    among it. A plain day says nothing (`working` None)."""
    if day in overrides:
        return overrides[day]
    if not country:
        return Day()
    known = _public(country, day.year, _LANGUAGES.get(language, "en_US"))
    if day in known.off:
        return Day(False, str(known.off[day]))
    if day in known.worked:
        return Day(True)
    return Day()


def days(start: datetime, end: datetime, zone: tzinfo) -> Iterator[date]:
    """The local dates that a stretch of time touches, and the one before it, whose hours may cross midnight."""
    day, last = start.astimezone(zone).date() - timedelta(days=1), end.astimezone(zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def grid(start: datetime, end: datetime, zone: tzinfo, step: int) -> list[datetime]:
    """The moments of [start, end] at which the clocks show a multiple of `step` minutes from midnight: none in a
    skipped hour, both of an hour that comes twice."""
    found = set()
    for day in days(start, end, zone):
        midnight = datetime.combine(day, time())
        for minute in range(0, 24 * 60, step):
            wall = midnight + timedelta(minutes=minute)
            for fold in (0, 1):
                one = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
                if start <= one <= end and one.astimezone(zone).replace(tzinfo=None, fold=0) == wall:
                    found.add(one)
    return sorted(found)
