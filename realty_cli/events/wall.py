"""From times as they are sent to wall times in a zone, and to moments. Data in, data out.

A time without an offset is wall time; one with an offset is that instant, shown in the event's zone. A wall time that
the clocks skip is moved forward by the length of the gap, and said; of one that comes twice the first counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from realty_cli.errors import FieldProblem, Invalid
from realty_cli.events.placing import moment, wall_text
from realty_cli.kit.clock import stamp
from realty_cli.kit.moment import is_skipped, resolve

_LONGEST = timedelta(days=366)


@dataclass(slots=True)
class Times:
    """When an event is, as the store keeps it."""

    starts_local: str
    ends_local: str
    timezone: str | None
    all_day: bool
    start_time: str
    end_time: str
    warnings: list[FieldProblem] = field(default_factory=list)

    def columns(self) -> dict[str, str | bool | None]:
        names = ("starts_local", "ends_local", "timezone", "all_day", "start_time", "end_time")
        return {name: getattr(self, name) for name in names}


def times(start: str, end: str, *, all_day: bool, timezone: str | None, home: str) -> Times:
    """Raises Invalid on `end_time` where an event would end before it begins."""
    if all_day:
        return _days(start, end, home)
    name = timezone or home
    zone = ZoneInfo(name)
    first, last = datetime.fromisoformat(start), datetime.fromisoformat(end)
    if (first.tzinfo is None) != (last.tzinfo is None):
        raise Invalid.one("end_time", "event.mixed_offsets")
    warnings = []
    walls, kept = [], True
    for what, at in (("start_time", first), ("end_time", last)):
        if at.tzinfo is None:
            if is_skipped(at, zone):
                warnings.append(FieldProblem(what, "event.dst_gap", {"zone": name}))
            wall = resolve(at, zone).replace(tzinfo=None, fold=0)
        else:
            wall = at.astimezone(zone).replace(tzinfo=None, fold=0)
            kept = kept and moment(wall, zone) == at.astimezone(UTC)
        walls.append(wall.replace(microsecond=0))
    if not kept:
        # The second of two equal wall times, which no wall time can name: kept in UTC.
        name, zone = "UTC", ZoneInfo("UTC")
        walls = [at.astimezone(UTC).replace(tzinfo=None, microsecond=0) for at in (first, last)]
    begin, finish = (moment(wall, zone) for wall in walls)
    if finish <= begin and warnings and first < last:
        # Only the start lies in the gap: the end moves with it, for the event does not shrink to nothing.
        walls[1] += walls[0] - first.replace(microsecond=0)
        finish = moment(walls[1], zone)
    _check(begin, finish)
    starts, ends = (wall_text(wall, all_day=False) for wall in walls)
    return Times(starts, ends, name, False, stamp(begin), stamp(finish), warnings)


def _days(start: str, end: str, home: str) -> Times:
    zone = ZoneInfo(home)
    first, last = datetime.fromisoformat(start), datetime.fromisoformat(end)
    if first.tzinfo is not None:
        first = first.astimezone(zone)
    if last.tzinfo is not None:
        last = last.astimezone(zone)
    begin = first.replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)
    finish = last.replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)
    if (last.hour, last.minute, last.second) != (0, 0, 0):
        finish += timedelta(days=1)  # a time of the last day names the whole of it
    at, until = moment(begin, zone), moment(finish, zone)
    _check(at, until)
    starts, ends = (wall_text(wall, all_day=True) for wall in (begin, finish))
    return Times(starts, ends, None, True, stamp(at), stamp(until))


def _check(begin: datetime, finish: datetime) -> None:
    if finish <= begin:
        raise Invalid.one("end_time", "event.end_before_start")
    if finish - begin > _LONGEST:
        raise Invalid.one("end_time", "event.too_long", days=_LONGEST.days)
