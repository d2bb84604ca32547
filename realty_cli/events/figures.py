"""Figures of events in a period: counts, rates of what was due, busy hours, hours of the week.

An event is due when its end lies in the period and behind us; what is to come never counts against a rate. One that
was put off is counted where it went to.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from realty_cli.auth.policy import Act, require
from realty_cli.events.kinds import LONGEST_DAYS, CancelledBy, EventStatus, EventType
from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import Clock, stamp
from realty_cli.kit.periods import is_partial, parse_period
from realty_cli.store.database import Connection
from realty_cli.store.scope import visible
from realty_cli.store.selection import any_of

if TYPE_CHECKING:
    from realty_cli.events.schemas.care import StatisticsQuery

#: Below so many a rate is no ground for anything.
FEW = 5
_COLUMNS = (
    "i.owner_id, i.start_time, i.end_time, i.event_type, i.status, i.busy, i.all_day, e.cancelled_by, e.rescheduled_to,"
    " e.actual_start, e.actual_end, e.outcome"
)


class Past(NamedTuple):
    """An instance, as figures need it."""

    owner: int
    start: datetime
    end: datetime
    event_type: str
    status: str
    busy: bool
    all_day: bool
    cancelled_by: str | None
    rescheduled_to: int | None
    actual_start: str | None
    actual_end: str | None
    outcome: str | None


class EventStatistics:
    def __init__(self, db: Connection, actor: Actor, clock: Clock) -> None:
        self.db, self.actor, self.clock = db, actor, clock

    def summary(self, wanted: StatisticsQuery) -> dict[str, Any]:
        """See `EventStatisticsResponse`."""
        require(self.actor, Act.EVENT_READ)
        now, zone = self.clock.now(), ZoneInfo(self.actor.timezone)
        period = parse_period(wanted.period, now=now, zone=zone)
        start, end = stamp(period.start), stamp(period.end)
        found = self._read(wanted, start, end)
        feedback = self._feedback(wanted, start, min(end, stamp(now)))
        return {
            "start": start, "end": end, "timezone": self.actor.timezone, "partial": is_partial(period, now),
            "as_of": stamp(now), **figures(found, now, zone, feedback),
        }  # fmt: skip

    def _narrowed(self, wanted: StatisticsQuery, params: dict[str, Any]) -> str:
        conditions = [visible(self.actor, params, "i")]
        for name in ("event_type", "property_id", "owner_id"):
            if values := getattr(wanted, name):
                conditions.append(any_of("i." + name, name, [str(one) if name == "event_type" else one
                                                             for one in values], params))  # fmt: skip
        return " AND ".join(conditions)

    def _read(self, wanted: StatisticsQuery, start: str, end: str) -> list[Past]:
        earliest = stamp(datetime.fromisoformat(start) - timedelta(days=LONGEST_DAYS + 1))
        params: dict[str, Any] = {"start": start, "end": end, "earliest": earliest}
        narrowed = self._narrowed(wanted, params)
        rows = self.db.all(
            f"SELECT {_COLUMNS} FROM event_instances i JOIN events e ON e.id = i.event_id WHERE i.start_time < :end"
            f" AND i.start_time >= :earliest AND i.end_time > :start AND i.end_time <= :end AND {narrowed}",
            params,
        )
        return [Past(row[0], datetime.fromisoformat(row[1]), datetime.fromisoformat(row[2]), *row[3:]) for row in rows]

    def _feedback(self, wanted: StatisticsQuery, start: str, end: str) -> tuple[int, int, float | None]:
        """How much was said, of how many instances, and the mean rating."""
        params: dict[str, Any] = {"start": start, "end": end}
        narrowed = self._narrowed(wanted, params)
        row = self.db.one(
            "SELECT count(*), count(DISTINCT i.id), avg(f.rating * 1.0) FROM event_instances i JOIN showing_feedback f"
            " ON f.event_id = coalesce(i.series_id, i.event_id) AND coalesce(f.recurrence_id, '') ="
            " coalesce(i.recurrence_id, '') AND f.deleted_at IS NULL"
            f" WHERE i.status = 'completed' AND i.end_time > :start AND i.end_time <= :end AND {narrowed}",
            params,
        )
        assert row is not None
        return row[0], row[1], None if row[2] is None else round(float(row[2]), 2)


def figures(
    found: Sequence[Past], now: datetime, zone: ZoneInfo, feedback: tuple[int, int, float | None] = (0, 0, None)
) -> dict[str, Any]:
    """The figures of instances that end in a period, at a moment, on the calendar of a zone."""
    put_off = [one for one in found if one.rescheduled_to is not None]
    counted = [one for one in found if one.rescheduled_to is None]
    due = [one for one in counted if one.end <= now]
    status = Counter(one.status for one in due)
    completed, no_show = status[EventStatus.COMPLETED], status[EventStatus.NO_SHOW]
    cancelled = [one for one in due if one.status == EventStatus.CANCELLED]
    by = Counter(one.cancelled_by for one in cancelled)
    ended = [one for one in due if one.status == EventStatus.COMPLETED]
    shown = sum(1 for one in ended if one.event_type in (EventType.SHOWING, EventType.OPEN_HOUSE))
    said, of, mean = feedback
    heat, heat_completed = _week(due, zone), _week(ended, zone)
    taking = [one for one in counted if one.busy and not one.all_day]
    return {
        "total": len(counted),
        "due": len(due),
        "upcoming": len(counted) - len(due),
        "rescheduled": len(put_off),
        "stale_open": sum(1 for one in due if one.status in ("scheduled", "confirmed", "in_progress")),
        "by_status": {name.value: sum(1 for one in counted if one.status == name) for name in EventStatus},
        "by_type": {name.value: sum(1 for one in counted if one.event_type == name) for name in EventType},
        "completion_rate": share(completed, completed + len(cancelled) + no_show),
        "no_show_rate": share(no_show, completed + no_show),
        "cancellation_rate": {
            "total": share(len(cancelled), len(due)),
            **{name.value: share(by[name], len(due)) for name in CancelledBy},
        },
        "average_minutes": _mean((one.end - one.start).total_seconds() / 60 for one in due if not one.all_day),
        "average_actual_minutes": _mean(
            (datetime.fromisoformat(one.actual_end) - datetime.fromisoformat(one.actual_start)).total_seconds() / 60
            for one in ended
            if one.actual_start and one.actual_end
        ),
        "busy_hours": round(_taken(taking) / 3_600, 1),
        "conflicts": _overlaps(taking),
        "feedback": {"count": said, "rate": share(of, shown), "mean_rating": mean},
        "heatmap": heat,
        "completed_heatmap": heat_completed,
    }


def share(part: int, whole: int) -> dict[str, Any]:
    """A rate with its sample: null, and not 0, where there is nothing to divide by."""
    value = round(part / whole, 4) if whole else None
    return {"value": value, "n": whole, "low_sample": whole < FEW, "status": "ok" if whole else "no_data"}


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return round(sum(found) / len(found), 1) if found else None


def _week(found: Iterable[Past], zone: ZoneInfo) -> list[list[int]]:
    cells = [[0] * 24 for _ in range(7)]
    for one in found:
        if not one.all_day:
            local = one.start.astimezone(zone)
            cells[local.weekday()][local.hour] += 1
    return cells


def _by_owner(found: Iterable[Past]) -> Iterable[list[Past]]:
    owners: dict[int, list[Past]] = defaultdict(list)
    for one in sorted(found, key=lambda one: one.start):
        owners[one.owner].append(one)
    return owners.values()


def _taken(found: Iterable[Past]) -> float:
    """Seconds that are taken, those of overlapping events once."""
    taken = 0.0
    for events in _by_owner(found):
        reached = datetime.min.replace(tzinfo=UTC)
        for one in events:
            begins = max(one.start, reached)
            if one.end > begins:
                taken += (one.end - begins).total_seconds()
                reached = one.end
    return taken


def _overlaps(found: Iterable[Past]) -> int:
    """Pairs of one owner's that lie over one another; who has no length lies over nothing."""
    pairs = 0
    for events in _by_owner(found):
        open_ends: list[datetime] = []
        for one in events:
            if one.end == one.start:
                continue
            while open_ends and open_ends[0] <= one.start:
                heapq.heappop(open_ends)
            pairs += len(open_ends)
            heapq.heappush(open_ends, one.end)
    return pairs
