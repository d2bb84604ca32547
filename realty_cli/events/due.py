"""When a reminder is due: a pure rule over moments, so that no change of clocks tells anything twice."""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo
from typing import NamedTuple

from realty_cli.kit.moment import resolve

#: What is so near is told of in the quiet hours too.
NEAR = timedelta(hours=2)
#: How long after its moment a reminder is still of use, where the event has begun by then.
GRACE = timedelta(minutes=30)
#: The longest time before an event for which a reminder may be asked, in minutes.
LONGEST = 40_320


class Quiet(NamedTuple):
    """The hours in which nobody is written to, by the wall clock; none where both are the same."""

    begins: time
    ends: time


USUAL = Quiet(time(21), time(9))


def due_at(start: datetime, minutes_before: int) -> datetime:
    """The moment that a reminder is due: elapsed minutes before the start, whatever the clocks of the zone do."""
    return start - timedelta(minutes=minutes_before)


def goes_at(due: datetime, start: datetime, quiet: Quiet, zone: tzinfo) -> datetime:
    """The moment that it goes out: what falls into the quiet hours waits for their end, unless the event is near then
    or will have begun."""
    if start - due <= NEAR:
        return due
    end = end_of_quiet(due, quiet, zone)
    if end is None or end >= start:
        return due
    return end


def is_of_use(due: datetime, start: datetime, now: datetime) -> bool:
    """Whether a reminder that is due by now still tells somebody something."""
    return now < max(start, due + GRACE)


def end_of_quiet(at: datetime, quiet: Quiet, zone: tzinfo) -> datetime | None:
    """The end of the quiet hours that `at` lies in; None outside of them."""
    local = at.astimezone(zone)
    clock, begins, ends = local.time(), quiet.begins, quiet.ends
    if begins == ends:
        return None
    if begins < ends:
        inside, day = begins <= clock < ends, local.date()
    else:
        inside, day = clock >= begins or clock < ends, local.date()
        if clock >= begins:
            day += timedelta(days=1)
    return resolve(datetime.combine(day, ends), zone).astimezone(at.tzinfo) if inside else None
