"""Rules of repetition (RFC 5545, 3.3.10): read, checked and bounded before anything is expanded.

python-dateutil reads some of them as no calendar does and hangs on others, so a rule goes through `read` first and is
expanded by `expansion.expand` only. Where calendars disagree, the reading that is taken stands beside the code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from types import MappingProxyType

from realty_cli.errors import Invalid

FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY")
BELOW_A_DAY = {"HOURLY": 3600, "MINUTELY": 60, "SECONDLY": 1}
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

LONGEST_RULE = 2_000
MOST_RULES = 4
MOST_DATES = 5_000
"""RDATEs or EXDATEs of one series."""
LARGEST_INTERVAL = 36_525
LARGEST_COUNT = 1_000_000_000
MOST_BELOW_A_DAY = 1_000
"""Instances of a rule by the hour, minute or second, beyond which it is kept and not expanded."""
MOST_TIMES_A_DAY = 96

_RANGES = {
    "BYSECOND": (0, 60, False), "BYMINUTE": (0, 59, False), "BYHOUR": (0, 23, False), "BYMONTHDAY": (1, 31, True),
    "BYYEARDAY": (1, 366, True), "BYWEEKNO": (1, 53, True), "BYMONTH": (1, 12, False), "BYSETPOS": (1, 366, True),
}  # fmt: skip
_NAMES = frozenset((*_RANGES, "FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY"))
_ENTERED = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"})
_DAY = re.compile(r"([+-]?\d{1,3})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_MOMENT = re.compile(r"(\d{8})(?:T(\d{6})(Z)?)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,10}", re.ASCII)
_MONTH_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class Until:
    """The last moment of a rule. A date is the whole of that local day; a time without Z is in the zone of DTSTART."""

    value: datetime | date
    utc: bool = False

    def passed(self, wall: datetime, zone: tzinfo) -> bool:
        """Whether this start, in wall time, is past it."""
        if not isinstance(self.value, datetime):
            return wall.date() > self.value
        if self.utc:
            return wall.replace(tzinfo=zone).astimezone(UTC) > self.value.replace(tzinfo=UTC)
        return wall > self.value

    def wall(self, zone: tzinfo) -> datetime:
        """The first wall time that is surely past it, for stopping early."""
        if not isinstance(self.value, datetime):
            return datetime.combine(self.value, datetime.min.time()) + timedelta(days=1)
        if self.utc:
            return self.value.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None) + timedelta(hours=3)
        return self.value + timedelta(seconds=1)

    def text(self) -> str:
        return f"{self.value:%Y%m%dT%H%M%S}{'Z' if self.utc else ''}" if isinstance(self.value, datetime) else (
            f"{self.value:%Y%m%d}"
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """One RRULE. `by` holds the numbers of the BY parts but BYDAY; `days` are (which one or 0, weekday from Monday)."""

    freq: str
    interval: int
    count: int | None
    until: Until | None
    week_start: int
    by: Mapping[str, tuple[int, ...]]
    days: tuple[tuple[int, int], ...]
    text: str

    def bounded(self, start: datetime) -> bool:
        """Whether it may be expanded: one below a day only when it ends soon."""
        seconds = BELOW_A_DAY.get(self.freq)
        if seconds is None or (self.count is not None and self.count <= MOST_BELOW_A_DAY):
            return True
        if self.until is None or self.count is not None:
            return False
        value = self.until.value
        last = value if isinstance(value, datetime) else datetime.combine(value, datetime.max.time())
        return (last - start).total_seconds() / (seconds * self.interval) <= MOST_BELOW_A_DAY

    def replaced(self, *, until: Until | None = None, count: int | None = None) -> Rule:
        """The same rule with another end."""
        parts = [p for p in self.text.split(";") if p.partition("=")[0] not in ("UNTIL", "COUNT")]
        if until is not None:
            parts.append(f"UNTIL={until.text()}")
        elif count is not None:
            parts.append(f"COUNT={count}")
        return Rule(self.freq, self.interval, None if until else count, until, self.week_start, self.by, self.days,
                    ";".join(parts))  # fmt: skip


def read(text: str, field: str = "rrule") -> tuple[Rule, ...]:
    """The rules of a stored or received text, one a line. Raises Invalid; nothing that passes can hang an expansion."""
    if len(text) > LONGEST_RULE * MOST_RULES:
        raise Invalid.one(field, "rrule.too_long", most=LONGEST_RULE)
    lines = [line for line in (line.strip() for line in text.splitlines()) if line]
    if not lines:
        raise Invalid.one(field, "rrule.empty")
    if len(lines) > MOST_RULES:
        raise Invalid.one(field, "rrule.too_many", most=MOST_RULES)
    return tuple(_rule(line, field) for line in lines)


def entered(text: str, start: datetime, zone: tzinfo, field: str = "rrule", *, whole_days: bool = False) -> Rule:
    """A rule that somebody enters: one, by the day or longer, in parts that every calendar reads alike.

    A last day of what takes place at a time becomes its last second, in UTC as the standard asks (3.3.10).
    """
    rules = read(text, field)
    if len(rules) != 1:
        raise Invalid.one(field, "rrule.one")
    rule = rules[0]
    if rule.freq in BELOW_A_DAY:
        raise Invalid.one(field, "rrule.below_a_day")
    others = {p.partition("=")[0] for p in rule.text.split(";")} - _ENTERED
    if others:
        raise Invalid.one(field, "rrule.part_not_entered", part=min(others))
    if rule.until is not None and rule.until.passed(start, zone):
        raise Invalid.one(field, "rrule.until_before_start")
    if rule.until is not None and not isinstance(rule.until.value, datetime) and not whole_days:
        last = datetime.combine(rule.until.value, time(23, 59, 59), zone)
        return rule.replaced(until=Until(last.astimezone(UTC).replace(tzinfo=None), utc=True))
    return rule


def _rule(line: str, field: str) -> Rule:
    text = line.upper().removeprefix("RRULE:").rstrip(";")
    if len(text) > LONGEST_RULE:
        raise Invalid.one(field, "rrule.too_long", most=LONGEST_RULE)
    parts: dict[str, str] = {}
    for piece in text.split(";"):
        name, sign, value = piece.partition("=")
        if not sign or not value or name in parts:
            raise Invalid.one(field, "rrule.part", part=piece[:40])
        parts[name] = value
    if parts.get("RSCALE") == "GREGORIAN" and "SKIP" not in parts:
        del parts["RSCALE"]
        text = ";".join(f"{name}={value}" for name, value in parts.items())
    if "RSCALE" in parts or "SKIP" in parts:
        raise Invalid.one(field, "rrule.calendar_scale")
    for name in parts:
        if name not in _NAMES and not name.startswith("X-"):
            raise Invalid.one(field, "rrule.part", part=name[:40])
    freq = parts.get("FREQ")
    if freq not in FREQUENCIES:
        raise Invalid.one(field, "rrule.frequency", known=", ".join(FREQUENCIES))
    if "COUNT" in parts and "UNTIL" in parts:
        raise Invalid.one(field, "rrule.two_ends")
    week_start = parts.get("WKST", "MO")
    if week_start not in WEEKDAYS:
        raise Invalid.one(field, "rrule.part", part=f"WKST={week_start[:20]}")
    by = {name: _numbers(name, parts[name], field) for name in _RANGES if name in parts}
    rule = Rule(
        freq,
        _number(parts.get("INTERVAL", "1"), "INTERVAL", LARGEST_INTERVAL, field),
        _number(parts["COUNT"], "COUNT", LARGEST_COUNT, field) if "COUNT" in parts else None,
        _until(parts["UNTIL"], field) if "UNTIL" in parts else None,
        WEEKDAYS.index(week_start),
        MappingProxyType(by),
        _days(parts["BYDAY"], freq, field) if "BYDAY" in parts else (),
        text,
    )
    _check_sense(rule, field)
    return rule


def _number(text: str, name: str, most: int, field: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 10 or not 1 <= int(text) <= most:
        raise Invalid.one(field, "rrule.number", part=name, least=1, most=most)
    return int(text)


def _numbers(name: str, text: str, field: str) -> tuple[int, ...]:
    least, most, negative = _RANGES[name]
    found: set[int] = set()
    for piece in text.split(","):
        value = int(piece) if _NUMBER.fullmatch(piece) else None
        if value is None or not (least <= value <= most or (negative and -most <= value <= -least)):
            raise Invalid.one(field, "rrule.number", part=name, least=-most if negative else least, most=most)
        found.add(value)
    return tuple(sorted(found))


def _days(text: str, freq: str, field: str) -> tuple[tuple[int, int], ...]:
    found: dict[tuple[int, int], None] = {}
    for piece in text.split(","):
        match = _DAY.fullmatch(piece)
        nth = int(match[1]) if match and match[1] else 0
        if match is None or (match[1] and not 1 <= abs(nth) <= 53):
            raise Invalid.one(field, "rrule.part", part=f"BYDAY={piece[:20]}")
        if nth and freq not in ("MONTHLY", "YEARLY"):
            raise Invalid.one(field, "rrule.nth_day", part=piece)
        found[nth, WEEKDAYS.index(match[2])] = None
    return tuple(found)


def _until(text: str, field: str) -> Until:
    match = _MOMENT.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        day = datetime.strptime(match[1], "%Y%m%d")  # noqa: DTZ007 - wall time on purpose
        if match[2] is None:
            return Until(day.date())
        clock = datetime.strptime(match[1] + match[2], "%Y%m%d%H%M%S")  # noqa: DTZ007
        return Until(clock, utc=match[3] is not None)
    except ValueError:
        raise Invalid.one(field, "rrule.until") from None


def _check_sense(rule: Rule, field: str) -> None:
    """Refuse what can never come true, and days of too many times."""
    by = rule.by
    times = 1
    for name in ("BYHOUR", "BYMINUTE", "BYSECOND"):
        times *= len(by.get(name, (0,)))
    if times > MOST_TIMES_A_DAY and rule.freq not in BELOW_A_DAY:
        raise Invalid.one(field, "rrule.too_dense", most=MOST_TIMES_A_DAY)
    if "BYWEEKNO" in by and rule.freq != "YEARLY":
        raise Invalid.one(field, "rrule.week_number")
    months, days = by.get("BYMONTH"), by.get("BYMONTHDAY")
    if months and days and all(abs(day) > _MONTH_DAYS[month - 1] for month in months for day in days):
        raise Invalid.one(field, "rrule.never")
