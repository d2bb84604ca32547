"""Periods of the calendar: half-open stretches of time whose edges are local midnights of a zone.

Every edge is found by itself on the local calendar, never by adding hours to another one, so a day of 23 or 25 hours
is a day. Neighbouring periods of one granularity meet: none overlap, no moment falls between two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal, NoReturn, cast, get_args

from realty_cli.errors import Invalid
from realty_cli.kit.moment import add_months, parse_date, resolve
from realty_cli.kit.moment_words import CALENDAR, LAST, MONTHS, NEXT, THIS, UNITS, WEEKDAYS

Granularity = Literal["day", "week", "month", "quarter", "year", "custom"]
GRANULARITIES: tuple[Granularity, ...] = get_args(Granularity)

_EXAMPLES = ("2024", "2024-01", "2024-Q1", "last 30 days", "прошлый месяц", "2024-01-01..2024-01-31")
_LONGEST = 80
_MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Period:
    """`[start, end)`, both aware and in the zone whose calendar counts."""

    start: datetime
    end: datetime
    granularity: Granularity = "custom"

    @property
    def zone(self) -> tzinfo:
        if self.start.tzinfo is None:
            raise ValueError("a period needs a zone")
        return self.start.tzinfo

    @property
    def days(self) -> int:
        """How many local dates it touches."""
        return (self.last - self.first).days + 1

    @property
    def first(self) -> date:
        return self.start.date()

    @property
    def last(self) -> date:
        """The last date inside, as people write a period's end; the first one when the period is empty."""
        return max(self.first, self.end.date() - timedelta(days=_at_midnight(self.end)))

    @property
    def length(self) -> timedelta:
        """Elapsed time, not the difference of wall clocks."""
        return self.end.astimezone(UTC) - self.start.astimezone(UTC)

    def __contains__(self, moment: datetime) -> bool:
        # In UTC: Python compares two moments of one zone by their wall clocks, which go back once a year.
        return self.start.astimezone(UTC) <= moment.astimezone(UTC) < self.end.astimezone(UTC)


def period(granularity: Granularity, at: datetime, zone: tzinfo) -> Period:
    """The day, week (from Monday), month, quarter or year of `zone` that the aware moment `at` falls in."""
    local = at.astimezone(zone).date()
    found = _of_day(granularity, local, zone)
    # A zone that goes back over midnight shows a date, then the one before again; edges are the first midnights.
    while at.astimezone(UTC) >= found.end.astimezone(UTC):
        local += timedelta(days=1)
        found = _of_day(granularity, local, zone)
    return found


def between(first: date, last: date, zone: tzinfo, *, field: str = "period") -> Period:
    """The period from one date to another, both included. Raises Invalid, code `period.reversed`."""
    if last < first:
        raise Invalid.one(field, "period.reversed", first=first.isoformat(), last=last.isoformat())
    return Period(_midnight(first, zone), _midnight(last + timedelta(days=1), zone))


def elapsed(whole: Period, now: datetime) -> Period:
    """The part of a period that has passed by `now`; empty before it begins, all of it afterwards."""
    moment = now.astimezone(UTC)
    if moment >= whole.end.astimezone(UTC):
        return whole
    end = max(moment, whole.start.astimezone(UTC)).astimezone(whole.zone)
    return Period(whole.start, end, whole.granularity)


def is_partial(whole: Period, now: datetime) -> bool:
    """Whether a period has not ended, so that it must not be compared with a full one."""
    return now.astimezone(UTC) < whole.end.astimezone(UTC)


def previous(whole: Period, *, now: datetime | None = None) -> Period:
    """The period before: the calendar's for a day, week, month, quarter or year, else as many days up to its start.

    With `now` inside `whole` it is cut to the same stretch from its start (same number of days, same wall clock), so
    that March to the 15th at noon is compared with February to the 15th at noon.
    """
    if whole.granularity == "custom":
        back = _midnight(whole.first - timedelta(days=whole.days), whole.zone)
        before = Period(back, whole.start)
    else:
        before = period(whole.granularity, whole.start.astimezone(UTC) - timedelta(microseconds=1), whole.zone)
    return before if now is None else alike(before, whole, now)


def alike(other: Period, whole: Period, now: datetime) -> Period:
    """As much of another period as has passed of `whole`: the same number of days from its start, up to the same wall
    clock."""
    if not is_partial(whole, now):
        return other
    passed = elapsed(whole, now).end
    return _cut(other, other.first + (passed.date() - whole.first), passed.time())


def year_before(whole: Period, *, now: datetime | None = None) -> Period:
    """The same dates a year earlier, 29 February answering to the 28th; weeks go back 52 weeks.

    With `now` inside `whole` it is cut at the same date and wall clock a year earlier.
    """

    def back(day: date) -> date:
        return day - timedelta(weeks=52) if whole.granularity == "week" else add_months(day, -12)

    day = timedelta(days=1)
    # The end is the later of two readings, or a period up to 28 February would lose or gain a day in leap years.
    start, end = back(whole.first), max(back(whole.last + day), back(whole.last) + day)
    before = Period(_midnight(start, whole.zone), _midnight(end, whole.zone), whole.granularity)
    if now is None or not is_partial(whole, now):
        return before
    passed = elapsed(whole, now).end
    return _cut(before, back(passed.date()), passed.time())


def split(whole: Period, granularity: Granularity) -> Iterator[Period]:
    """The days, weeks, months ... of a period in order, the first and last ones cut to it."""
    at = whole.start.astimezone(UTC)
    end = whole.end.astimezone(UTC)
    while at < end:
        part = period(granularity, at, whole.zone)
        following = part.end.astimezone(UTC)
        yield Period(at.astimezone(whole.zone), min(following, end).astimezone(whole.zone), part.granularity)
        at = following


def parse_period(text: str, *, now: datetime, zone: tzinfo, field: str = "period") -> Period:
    """The period that `text` names.

    `2024`, `2024-01`, `2024-Q1`, `1 кв. 2024`, `январь 2024`, `2024-W03`; a granularity (`month`) is the current one;
    `last month`, `this week`, `прошлый квартал`; `last 30 days` and `30d` end with today; two dates joined by `..`,
    ` - ` or `from`/`с` and `to`/`по` are both included; any one date is its day.

    Raises Invalid for `field`, codes `period.unreadable` and `period.reversed`.
    """
    today = now.astimezone(zone).date()
    plain = " ".join(text.split()).lower().replace("ё", "е") if len(text) <= _LONGEST else ""
    plain = re.sub(r"^(?:в|на|за|in|the) ", "", plain)
    try:
        for read in (_named, _calendar, _rolling):
            if found := read(plain, today, zone):
                return found
    except (ValueError, OverflowError):
        _refuse(field, text)
    return _dates(plain, text, today, zone, field)


def _at_midnight(moment: datetime) -> bool:
    return moment.astimezone(UTC) == _midnight(moment.date(), moment.tzinfo).astimezone(UTC)


def _midnight(day: date, zone: tzinfo | None) -> datetime:
    """The first moment of a date: midnight, or where the clocks skip it, the moment they are put forward."""
    assert zone is not None
    wall = datetime.combine(day, time())
    found = resolve(wall, zone)
    if found.replace(tzinfo=None, fold=0) == wall:
        return found
    # The skip may begin before midnight; its very moment lies between midnight by the offset after and by that before.
    early, late = wall.replace(tzinfo=zone, fold=1).astimezone(UTC), found.astimezone(UTC)
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early) // timedelta(seconds=2))
        if middle.astimezone(zone).replace(tzinfo=None) < wall:
            early = middle
        else:
            late = middle
    return late.astimezone(zone)


def _of_day(granularity: Granularity, day: date, zone: tzinfo) -> Period:
    if granularity == "day":
        start, end = day, day + timedelta(days=1)
    elif granularity == "week":
        start = day - timedelta(days=day.weekday())
        end = start + timedelta(days=7)
    elif granularity in _MONTHS_OF:
        size = _MONTHS_OF[granularity]
        start = day.replace(day=1, month=(day.month - 1) // size * size + 1)
        end = add_months(start, size)
    else:
        raise ValueError(granularity)
    return Period(_midnight(start, zone), _midnight(end, zone), granularity)


def _cut(before: Period, day: date, clock: time) -> Period:
    """`before` up to a wall clock, never past its own end."""
    wall = datetime.combine(day, clock)
    end = _midnight(day, before.zone) if clock == time() else resolve(wall, before.zone)
    latest = min(max(end.astimezone(UTC), before.start.astimezone(UTC)), before.end.astimezone(UTC))
    return Period(before.start, latest.astimezone(before.zone), before.granularity)


def _named(plain: str, today: date, zone: tzinfo) -> Period | None:
    """A year, month, quarter or week by its number or name."""
    if re.fullmatch(r"[0-9]{4}", plain):
        return _of_day("year", _in_range(int(plain), 1), zone)
    if hit := re.fullmatch(r"([0-9]{4})-([0-9]{2})", plain) or re.fullmatch(r"([0-9]{4})\.([0-9]{2})", plain):
        return _of_day("month", _in_range(int(hit[1]), int(hit[2])), zone)
    if hit := re.fullmatch(r"([0-9]{4})-?w([0-9]{2})", plain):
        return _of_day("week", date.fromisocalendar(_in_range(int(hit[1]), 1).year, int(hit[2]), 1), zone)
    if hit := re.fullmatch(r"([0-9]{4})[- ]?(?:q|к|кв\.? ?)([1-4])", plain):
        return _of_day("quarter", _in_range(int(hit[1]), int(hit[2]) * 3), zone)
    if hit := re.fullmatch(r"(?:q ?([1-4])|([1-4])-?й? ?кв(?:\.|артал)?) ?([0-9]{4})(?: ?г(?:\.|ода)?)?", plain):
        return _of_day("quarter", _in_range(int(hit[3]), int(hit[1] or hit[2]) * 3), zone)
    if (hit := re.fullmatch(r"([a-zа-я]+)\.? ([0-9]{4})(?: ?г(?:\.|ода)?)?", plain)) and hit[1] in MONTHS:
        return _of_day("month", _in_range(int(hit[2]), MONTHS[hit[1]]), zone)
    return None


def _in_range(year: int, month: int) -> date:
    if not 1900 <= year <= 2200:
        raise ValueError(year)
    return date(year, month, 1)


def _calendar(plain: str, today: date, zone: tzinfo) -> Period | None:
    """`month`, `last month`, `this week`, `следующий квартал`; `day` is today."""
    first, _, second = plain.partition(" ")
    unit, step = (CALENDAR.get(second), _step(first)) if second else (CALENDAR.get(first), 0)
    if plain in ("day", "день"):
        unit, step = "day", 0
    if unit is None or step is None:
        return None
    granularity = cast(Granularity, unit)
    if unit in _MONTHS_OF:
        return _of_day(granularity, add_months(today.replace(day=1), _MONTHS_OF[unit] * step), zone)
    return _of_day(granularity, today + timedelta(days=7 * step), zone)


def _step(word: str) -> int | None:
    return -1 if word in LAST else 1 if word in NEXT else 0 if word in THIS else None


def _rolling(plain: str, today: date, zone: tzinfo) -> Period | None:
    """`last 30 days`, `последние 3 месяца`, `12mo`: so many up to today, today included."""
    hit = re.fullmatch(
        r"(?:(?:last|past|previous|последни[ей]|последних|за|прошлые) )*([0-9]{1,5}) ?([a-zа-я]+)\.?", plain
    )
    kind, size = UNITS.get(hit[2], ("", 0)) if hit else ("", 0)
    if hit is None or kind not in ("days", "months") or int(hit[1]) == 0:
        return None
    end = today + timedelta(days=1)
    length = int(hit[1]) * size
    start = end - timedelta(days=length) if kind == "days" else add_months(end, -length)
    _in_range(start.year, 1)
    return Period(_midnight(start, zone), _midnight(end, zone))


def _dates(plain: str, text: str, today: date, zone: tzinfo, field: str) -> Period:
    hit = (
        re.fullmatch(r"(.+?) ?(?:\.\.\.?|…) ?(.+)", plain)
        or re.fullmatch(r"(?:from|с|со) (.+?) (?:to|till|until|по|до) (.+)", plain)
        or re.fullmatch(r"(.+?) (?:-|–|—|to|по) (.+)", plain)
        or re.fullmatch(r"([0-9.]+)[-–—]([0-9.]+)", plain)
    )
    try:
        if hit is None:
            return _of_day("day", parse_date(plain, today=today), zone)
        first = parse_date(hit[1], today=today)
        last = parse_date(hit[2], today=first if hit[2] in WEEKDAYS else today)
    except Invalid:
        _refuse(field, text)
    return between(first, last, zone, field=field)


def _refuse(field: str, text: str) -> NoReturn:
    raise Invalid.one(field, "period.unreadable", value=text.strip()[:_LONGEST], examples=_EXAMPLES) from None
