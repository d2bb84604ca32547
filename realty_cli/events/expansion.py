"""When something that repeats takes place: wall times of starts in a window, never more work than was agreed.

python-dateutil expands in naive local time; zones come after it. It is given rules with every default filled in and
with the first day of a period as start, which cures its reading of BYSETPOS and BYWEEKNO; COUNT is counted here. The
lists that it looks every candidate up in are metered, so that a rule which never comes true ends soon.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from realty_cli.events.recurrence import BELOW_A_DAY, FREQUENCIES, Rule

if TYPE_CHECKING:
    from dateutil.rrule import rrule

MOST = 10_000
"""Starts of one series in one window."""
STEPS = 100_000
"""Candidates that are looked at for one rule."""

_METERED = ("_bymonth", "_byhour", "_byminute", "_bysecond")


@dataclass(frozen=True, slots=True)
class Extra:
    """An RDATE: a start beside the rules, with an end of its own where it was a period."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """What repeats. Starts are wall times in `zone`, midnights where it takes whole days. `exdates` that are dates
    take out every start of that local day."""

    start: datetime
    zone: tzinfo
    all_day: bool = False
    rules: tuple[Rule, ...] = ()
    rdates: tuple[Extra, ...] = ()
    exdates: frozenset[datetime | date] = frozenset()

    @property
    def endless(self) -> bool:
        return any(rule.count is None and rule.until is None for rule in self.rules)


@dataclass(slots=True)
class Found:
    """Starts in order. `truncated`: there are more than may be shown or looked for."""

    starts: list[datetime] = field(default_factory=list)
    ends: dict[datetime, datetime] = field(default_factory=dict)
    """Ends that do not follow from the length of the event."""
    truncated: bool = False


def expand(series: Series, after: datetime, before: datetime, most: int = MOST) -> Found:
    """The starts with `after <= start < before`, wall times of the series' zone."""
    found = Found()
    starts: set[datetime] = set()
    # A start that its own rule would not give is kept, as Google and Outlook show it.
    if after <= series.start < before:
        starts.add(series.start)
    for rule in series.rules:
        if not rule.bounded(series.start):
            found.truncated = True
            continue
        try:
            for start in _starts(rule, series, after):
                if start >= before:
                    break
                if start >= after:
                    starts.add(start)
                    if len(starts) > most + len(series.exdates):
                        found.truncated = True
                        break
        except _Enough:
            found.truncated = True
    for extra in series.rdates:
        if after <= extra.start < before:
            starts.add(extra.start)
            if extra.end is not None:
                found.ends[extra.start] = extra.end
    if series.exdates:
        gone = series.exdates
        starts = {start for start in starts if start not in gone and start.date() not in gone}
    found.starts = sorted(starts)
    if len(found.starts) > most:
        del found.starts[most:]
        found.truncated = True
    return found


def position(series: Series, rule: Rule, start: datetime) -> int:
    """How many starts of a rule come before this one: what a split leaves of its COUNT."""
    seen: list[datetime] = []
    try:
        for one in _starts(rule, series, series.start):
            seen.append(one)
            if one >= start or len(seen) > MOST * 10:
                break
    except _Enough:
        pass
    return bisect_left(seen, start)


def first_from(series: Series, rule: Rule, wall: datetime) -> datetime | None:
    """The first start that a rule gives at this wall time or later; None where it gives no more, or none in sight."""
    try:
        return next((one for one in _starts(rule, series, wall) if one >= wall), None)
    except _Enough:
        return None


def off_rule(series: Series) -> bool:
    """Whether the start is none that the rules give."""
    try:
        return bool(series.rules) and not any(
            next(_starts(rule, series, series.start), None) == series.start for rule in series.rules
        )
    except _Enough:
        return True


def never(series: Series) -> bool:
    """Whether the rules give nothing at all within a long life."""
    until = series.start + timedelta(days=366 * 40)
    found = expand(Series(series.start, series.zone, series.all_day, series.rules), series.start, until, most=2)
    return off_rule(series) and len(found.starts) < 2


def _starts(rule: Rule, series: Series, after: datetime) -> Iterator[datetime]:
    """From the first start on where it counts, else from the period of `after` on."""
    first, until, zone = series.start, rule.until, series.zone
    engine = _engine(rule, series, after)
    stop = until.wall(zone) if until is not None else None
    left = rule.count
    for start in engine:
        if start < first:
            continue
        if until is not None and stop is not None:
            if start >= stop:
                return
            if until.passed(start, zone):
                continue
        if left is not None:
            if left == 0:
                return
            left -= 1
        yield start


def _engine(rule: Rule, series: Series, after: datetime) -> rrule:
    from dateutil.rrule import rrule, weekday

    by, first = rule.by, series.start
    options: dict[str, Any] = {
        name.lower(): values for name, values in by.items()
        if not (series.all_day and name in ("BYHOUR", "BYMINUTE", "BYSECOND"))
    }  # fmt: skip
    if rule.days:
        # The number of a weekday says nothing where weeks are numbered.
        plain = "BYWEEKNO" in by
        options["byweekday"] = [weekday(day, None if plain else nth or None) for nth, day in rule.days]
    elif not {"BYMONTHDAY", "BYYEARDAY"} & by.keys():
        if rule.freq == "WEEKLY" or "BYWEEKNO" in by:
            options["byweekday"] = [weekday(first.weekday())]
        elif rule.freq in ("MONTHLY", "YEARLY"):
            options["bymonthday"] = (first.day,)
            if rule.freq == "YEARLY":
                options.setdefault("bymonth", (first.month,))
    begin = first
    if rule.freq not in BELOW_A_DAY:
        options.setdefault("byhour", (first.hour,))
        options.setdefault("byminute", (first.minute,))
        options.setdefault("bysecond", (first.second,))
        begin = _begin(rule, first, first if rule.count is not None else max(first, after))
    frequency: Any = FREQUENCIES.index(rule.freq)
    engine = rrule(frequency, begin, rule.interval, rule.week_start, **options)
    # By weekday alone, or by nothing, something comes in every period.
    if rule.by or rule.freq not in ("WEEKLY", "DAILY") or (rule.days and rule.freq == "DAILY"):
        _meter(engine, rule)
    return engine


def _begin(rule: Rule, first: datetime, after: datetime) -> datetime:
    """Midnight of the first day of the last period that is due at or before `after`."""
    day, goal, step = first.date(), after.date(), rule.interval
    if rule.freq == "YEARLY":
        years = (goal.year - day.year) // step * step
        return datetime(day.year + max(0, years), 1, 1)  # noqa: DTZ001 - wall time
    if rule.freq == "MONTHLY":
        months = ((goal.year - day.year) * 12 + goal.month - day.month) // step * step
        year, month = divmod(day.year * 12 + day.month - 1 + max(0, months), 12)
        return datetime(year, month + 1, 1)  # noqa: DTZ001
    if rule.freq == "WEEKLY":
        day -= timedelta(days=(day.weekday() - rule.week_start) % 7)
        step *= 7
    return datetime.combine(day + timedelta(days=max(0, (goal - day).days // step * step)), time())


class _Enough(Exception):
    """No error: the end of what may be spent."""


class _Meter:
    __slots__ = ("left",)

    def __init__(self, left: int) -> None:
        self.left = left


class _Metered(tuple[int, ...]):
    """A list of a rule that counts how often it is asked."""

    meter: _Meter

    def __contains__(self, value: object) -> bool:
        self.meter.left -= 1
        if self.meter.left < 0:
            raise _Enough
        return tuple.__contains__(self, value)


def _meter(engine: rrule, rule: Rule) -> None:
    """dateutil bounds no search itself and offers no hook, so its own lists are replaced by ones that count.

    A yearly rule without months that names the nth weekday is left alone: there a list of months would change its
    meaning, and the years to 9999 are bound enough.
    """
    own = vars(engine)
    meter = _Meter(STEPS)
    if own["_bymonth"] is None and not (rule.freq == "YEARLY" and any(nth for nth, _ in rule.days)):
        own["_bymonth"] = range(1, 13)
    for name in _METERED:
        if own[name] is not None:
            metered = _Metered(sorted(own[name]))
            metered.meter = meter
            own[name] = metered


def extras(values: Sequence[str] | None) -> tuple[Extra, ...]:
    """Stored RDATEs: wall times or dates, periods as `start/end`."""
    found = []
    for value in values or ():
        start, _, end = value.partition("/")
        found.append(Extra(datetime.fromisoformat(start), datetime.fromisoformat(end) if end else None))
    return tuple(found)


def excluded(values: Sequence[str] | None) -> frozenset[datetime | date]:
    """Stored EXDATEs: wall times, or dates for whole local days."""
    return frozenset(
        datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value) for value in values or ()
    )
