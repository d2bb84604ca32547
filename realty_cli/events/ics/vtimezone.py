"""VTIMEZONEs of IANA zones for the years that a file needs.

Our own, since icalendar writes the start of summer time an hour late: DTSTART is the wall time before the change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
#: So many years in a row make a rule of it.
_STEADY = 3


class _Change(NamedTuple):
    wall: datetime
    """Before the change, as the standard wants it."""
    before: timedelta
    after: timedelta
    name: str
    summer: bool


@lru_cache(64)
def vtimezone(name: str, first: int, last: int) -> str:
    """Content lines from 1 January of `first` on. Where summer time goes by a rule still, for ever; else to `last`."""
    zone = ZoneInfo(name)
    last = max(last, first + _STEADY)
    begin = datetime(first, 1, 1, tzinfo=UTC)
    lines = ["BEGIN:VTIMEZONE", f"TZID:{name}"]
    start = begin.astimezone(zone)
    offset = start.utcoffset() or timedelta()
    lines += _part(_Change(datetime(first, 1, 1), offset, offset, start.tzname() or name, bool(start.dst())), ())  # noqa: DTZ001
    groups: dict[tuple[timedelta, timedelta, str, bool], list[_Change]] = {}
    for one in _changes(zone, begin, datetime(last + 1, 1, 1, tzinfo=UTC)):
        groups.setdefault(one[1:], []).append(one)
    for found in groups.values():
        rule, steady = _rule(found, last)
        dates = found[: len(found) - steady]
        if dates:
            lines += _part(dates[0], [one.wall for one in dates[1:]])
        if steady:
            lines += _part(found[-steady], (), rule)
    lines.append("END:VTIMEZONE")
    return "\r\n".join(lines) + "\r\n"


def _changes(zone: tzinfo, begin: datetime, end: datetime) -> Iterator[_Change]:
    now = begin
    state = _state(zone, now)
    while now < end:
        later = min(now + timedelta(days=7), end)
        if _state(zone, later) == state:
            now = later
            continue
        low, high = now, later
        while high - low > timedelta(seconds=1):
            middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
            low, high = (middle, high) if _state(zone, middle) == state else (low, middle)
        after = _state(zone, high)
        if after[0] != state[0]:
            yield _Change((high + state[0]).replace(tzinfo=None), state[0], after[0], after[1], after[2])
        now, state = high, after


def _state(zone: tzinfo, moment: datetime) -> tuple[timedelta, str, bool]:
    local = moment.astimezone(zone)
    return local.utcoffset() or timedelta(), local.tzname() or "", bool(local.dst())


def _rule(found: Sequence[_Change], last: int) -> tuple[str, int]:
    """The yearly rule that the last of these changes follow up to the year `last`, and how many do."""
    if found[-1].wall.year != last:
        return "", 0
    best = ("", 0)
    for nth in (-1, 1, 2, 3, 4):
        count = 0
        for one in reversed(found):
            wall, year = one.wall, last - count
            seventh = (wall.day - 1) // 7 + 1
            final = (wall + timedelta(days=7)).month != wall.month
            same = (wall.month, wall.weekday(), wall.time()) == (
                found[-1].wall.month, found[-1].wall.weekday(), found[-1].wall.time()
            )  # fmt: skip
            if not same or wall.year != year or not (final if nth == -1 else seventh == nth):
                break
            count += 1
        if count > best[1]:
            wall = found[-1].wall
            best = (f"FREQ=YEARLY;BYMONTH={wall.month};BYDAY={nth}{_DAYS[wall.weekday()]}", count)
    return best if best[1] >= _STEADY else ("", 0)


def _part(change: _Change, more: Sequence[datetime], rule: str = "") -> list[str]:
    kind = "DAYLIGHT" if change.summer else "STANDARD"
    lines = [f"BEGIN:{kind}", f"DTSTART:{change.wall:%Y%m%dT%H%M%S}"]
    if rule:
        lines.append(f"RRULE:{rule}")
    lines += [f"RDATE:{one:%Y%m%dT%H%M%S}" for one in more]
    lines += [f"TZNAME:{change.name}", f"TZOFFSETFROM:{_offset(change.before)}", f"TZOFFSETTO:{_offset(change.after)}"]
    return [*lines, f"END:{kind}"]


def _offset(delta: timedelta) -> str:
    seconds = int(delta.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("+", seconds)
    text = f"{sign}{seconds // 3600:02}{seconds // 60 % 60:02}"
    return text if seconds % 60 == 0 else f"{text}{seconds % 60:02}"
