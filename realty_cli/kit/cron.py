"""When something comes round: the five fields of crontab, read by ourselves.

`minute hour day-of-month month day-of-week`, each `*`, a number, a range `1-5`, a list `1,15`, a step `*/2` or
`9-18/3`; months and weekdays by their English names too (`jan`, `mon`); Sunday is 0 and 7. As with cron, where both
days are named either is enough. `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly` are short for the usual ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from realty_cli.errors import Invalid
from realty_cli.kit.moment import resolve

_SHORT = {
    "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@weekly": "0 0 * * 1", "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
}  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS = ("minute", "hour", "day", "month", "weekday")
_BOUNDS = {"minute": (0, 59), "hour": (0, 23), "day": (1, 31), "month": (1, 12), "weekday": (0, 7)}
#: 29 February falls on one weekday at least every 40 years, over the end of a century.
_FURTHEST = timedelta(days=366 * 41)
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Cron:
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    """From 0, Sunday."""
    either: bool
    """Whether a day of the month or a weekday is enough."""

    def after(self, moment: datetime, zone: tzinfo) -> datetime | None:
        """The next time after `moment`, in UTC, on the wall clock of `zone`; None if it never comes. A time that the
        clocks skip comes when they are put forward, one that they show twice comes once."""
        start = moment.astimezone(zone)
        day, last = start.date(), start.date() + _FURTHEST
        while day <= last:
            if self._falls_on(day):
                for hour in sorted(self.hours):
                    for minute in sorted(self.minutes):
                        found = resolve(datetime.combine(day, time(hour, minute)), zone).astimezone(UTC)
                        if found > moment:
                            return found
            day = self._next_day(day)
        return None

    def _falls_on(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        in_month, in_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return in_month or in_week if self.either else in_month and in_week

    def _next_day(self, day: date) -> date:
        if day.month in self.months:
            return day + timedelta(days=1)
        return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def read(text: str, *, field: str = "cron") -> Cron:
    """Raises Invalid, code `cron.unreadable` naming the part, or `cron.never` for what never comes, as 31 February."""
    parts = _SHORT.get(text.strip().lower(), text).split()
    if len(parts) != len(_FIELDS) or len(text) > _LONGEST:
        raise Invalid.one(field, "cron.unreadable", part=text[:_LONGEST])
    found = {name: _field(part, name, field) for name, part in zip(_FIELDS, parts, strict=True)}
    weekdays = frozenset(one % 7 for one in found["weekday"])
    either = not parts[2].startswith("*") and not parts[4].startswith("*")
    cron = Cron(found["minute"], found["hour"], found["day"], found["month"], weekdays, either)
    if cron.after(datetime(2000, 1, 1, tzinfo=UTC), UTC) is None:
        raise Invalid.one(field, "cron.never", value=text)
    return cron


def _field(text: str, name: str, field: str) -> frozenset[int]:
    found: set[int] = set()
    low, high = _BOUNDS[name]
    for part in text.lower().split(","):
        span, slash, step_text = part.partition("/")
        step = int(step_text) if _is_digits(step_text) else 0
        if span == "*":
            first, last = low, high
        else:
            begin, dash, end = span.partition("-")
            first = _value(begin, name)
            last = _value(end, name) if dash else (high if slash else first)
        if first < low or not first <= last <= high or (slash and step < 1):
            raise Invalid.one(field, "cron.unreadable", part=part[:_LONGEST])
        found.update(range(first, last + 1, step or 1))
    return frozenset(found)


def _value(text: str, name: str) -> int:
    names = {"month": _MONTHS, "weekday": _DAYS}.get(name, ())
    if text in names:
        return names.index(text) + (name == "month")
    return int(text) if _is_digits(text) else -1


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 2
