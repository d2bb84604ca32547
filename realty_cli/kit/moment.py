"""Dates and times as people type them, in English and Russian.

No guessing: what cannot be read in exactly one way is refused. The rules where a text leaves room:

- Figures with points are day, month, year. Slashes are refused, for half the world reads them the other way round.
- A date without a year is the one nearest to today, before or after; of two equally near, the later.
- A weekday is the first one from today on, today included; with a time, the first that is not past. `next` means in the
  next week (weeks begin on Monday), `this` in this week, `last` the latest one before today.
- `next month` and the like are the first day of it.
- A time without a date is today's. A date without a time is at `default_time`, midnight unless said otherwise.
- An offset in days or longer (`+2d`, `через неделю`) moves the date and keeps the wall clock of now; the 31st moved to
  a shorter month is that month's last day. One in hours or shorter is elapsed time. `m` is minutes, `mo` months.
- A wall time that a zone skips is moved forward by the length of the gap; of one that comes twice the first counts.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from realty_cli.errors import Invalid
from realty_cli.kit.moment_grammar import LONGEST, Reading, UnreadableError, add_months, read

__all__ = ["FIRST_YEAR", "LAST_YEAR", "add_months", "is_skipped", "parse_date", "parse_moment", "resolve"]

FIRST_YEAR, LAST_YEAR = 1900, 2200
_EXAMPLES = ("2024-01-15 10:00", "15.01 10:00", "tomorrow 15:30", "завтра 15:30", "fri 10:00", "+2d")
_DATE_EXAMPLES = ("2024-01-15", "15.01.2024", "tomorrow", "завтра", "fri", "15 января", "+2d")


def parse_moment(
    text: str, *, now: datetime, zone: tzinfo, default_time: time | None = None, field: str = "time"
) -> datetime:
    """The moment that `text` names, on the wall clock of `zone`; `now` is aware.

    A text with an offset of its own (RFC 3339) is that instant. Raises Invalid for `field`, code `moment.unreadable`.
    """
    local = now.astimezone(zone)
    try:
        found = _moment(read(text, local.date()), local, zone, default_time or time())
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise UnreadableError
    except (UnreadableError, OverflowError):
        raise _refusal(field, text, _EXAMPLES) from None
    return found


def parse_date(text: str, *, today: date, field: str = "date") -> date:
    """The date that `text` names; a time of day is refused. Raises Invalid for `field`, code `moment.unreadable`."""
    try:
        reading = read(text, today)
        found = reading.date()
        if reading.now or reading.seconds or reading.clock is not None or not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise UnreadableError
    except (UnreadableError, OverflowError):
        raise _refusal(field, text, _DATE_EXAMPLES) from None
    return found


def resolve(wall: datetime, zone: tzinfo) -> datetime:
    """The moment at which the clocks of `zone` show the naive `wall`.

    The first of two; a skipped time is moved forward by the length of the gap, so 02:30 is shown as 03:30.
    """
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC).astimezone(zone)


def is_skipped(wall: datetime, zone: tzinfo) -> bool:
    """Whether the clocks of `zone` never show the naive `wall`, because they are put forward over it."""
    return resolve(wall, zone).replace(tzinfo=None, fold=0) != wall.replace(fold=0)


def _moment(reading: Reading, local: datetime, zone: tzinfo, default_time: time) -> datetime:
    if reading.now:
        return local
    day = reading.date()
    if reading.moves and reading.clock is None:
        moved = local if day == local.date() else resolve(datetime.combine(day, local.time()), zone)
        return (moved.astimezone(UTC) + timedelta(seconds=reading.seconds)).astimezone(zone)
    wall = datetime.combine(day, default_time if reading.clock is None else reading.clock)
    if reading.offset is not None:
        return wall.replace(tzinfo=reading.offset).astimezone(zone)
    found = resolve(wall, zone)
    if reading.floats and reading.clock is not None and found.astimezone(UTC) < local.astimezone(UTC):
        return resolve(wall + timedelta(days=7), zone)
    return found


def _refusal(field: str, text: str, examples: tuple[str, ...]) -> Invalid:
    return Invalid.one(field, "moment.unreadable", value=text.strip()[:LONGEST], examples=examples)
