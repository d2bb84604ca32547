"""Figures of events in a period: counts, rates of what was due, busy hours, hours of the week, by agent.

An event is due when its end lies in the period and behind us; what is to come never counts against a rate. One that
was put off is counted where it went to.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from realty_cli.auth.policy import Act, require
from realty_cli.events import instances
from realty_cli.events.figure_reading import Past, Told, ending, feedback, told_of
from realty_cli.events.kinds import CancelledBy, EventStatus, EventType
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
#: What is called off less than this before it begins is called off late.
LATE = timedelta(hours=2)
SHOWN = (EventType.SHOWING, EventType.OPEN_HOUSE)
_START = itemgetter(1)


class EventStatistics:
    def __init__(self, db: Connection, actor: Actor, clock: Clock) -> None:
        self.db, self.actor, self.clock = db, actor, clock

    def short(self, wanted: StatisticsQuery) -> bool:
        """Whether series have to be laid further (`cover`) before the figures of this period are whole."""
        return instances.short(self.db, *self._window(wanted), self.clock, self._whose)

    def cover(self, wanted: StatisticsQuery) -> None:
        instances.cover(self.db, *self._window(wanted), self.clock, self._whose)

    @property
    def _whose(self) -> int | None:
        return None if self.actor.sees_all else self.actor.id

    def _window(self, wanted: StatisticsQuery) -> tuple[str, str]:
        period = parse_period(wanted.period, now=self.clock.now(), zone=ZoneInfo(self.actor.timezone))
        return stamp(period.start), stamp(period.end)

    def summary(self, wanted: StatisticsQuery) -> dict[str, Any]:
        """See `EventStatisticsResponse`."""
        require(self.actor, Act.EVENT_READ)
        now, zone = self.clock.now(), ZoneInfo(self.actor.timezone)
        period = parse_period(wanted.period, now=now, zone=zone)
        start, end = stamp(period.start), stamp(period.end)
        params: dict[str, Any] = {}
        narrowed = self._narrowed(wanted, params)
        found = ending(self.db, narrowed, params, start, end)
        past = max(start, min(end, stamp(now)))
        owners = wanted.owner_id or ({one.owner for one in found} if self.actor.sees_all else [self.actor.id])
        told = told_of(self.db, self.actor, narrowed, params, start, past, owners)
        said = feedback(self.db, narrowed, params, start, past)
        return {
            "start": start, "end": end, "timezone": self.actor.timezone, "partial": is_partial(period, now),
            "as_of": stamp(now), **figures(found, now, zone, said, told),
            "by_agent": by_agent([one for one in found if one.end <= now]),
        }  # fmt: skip

    def _narrowed(self, wanted: StatisticsQuery, params: dict[str, Any]) -> str:
        conditions = [visible(self.actor, params, "i")]
        for name in ("event_type", "property_id", "owner_id"):
            if values := getattr(wanted, name):
                conditions.append(any_of("i." + name, name, [str(one) if name == "event_type" else one
                                                             for one in values], params))  # fmt: skip
        return " AND ".join(conditions)


def figures(
    found: Sequence[Past],
    now: datetime,
    zone: tzinfo,
    feedback: tuple[int, int, float | None] = (0, 0, None),
    told: Told | None = None,
) -> dict[str, Any]:
    """The figures of instances that end in a period, at a moment, on the calendar of a zone."""
    told = told or Told()
    put_off = [one for one in found if one.rescheduled_to is not None]
    counted = [one for one in found if one.rescheduled_to is None]
    due = [one for one in counted if one.end <= now]
    status = Counter(one.status for one in due)
    completed, no_show = status[EventStatus.COMPLETED], status[EventStatus.NO_SHOW]
    cancelled = [one for one in due if one.status == EventStatus.CANCELLED]
    by = Counter(one.cancelled_by for one in cancelled)
    known = [one for one in due if one.event_id in told.known]
    ended = [one for one in due if one.status == EventStatus.COMPLETED]
    shown = sum(1 for one in ended if one.event_type in SHOWN)
    said, of, mean = feedback
    heat, heat_completed = _weeks(due, ended, zone)
    statuses, kinds = (Counter(getattr(one, name) for one in counted) for name in ("status", "event_type"))
    taking = [one for one in counted if one.busy and not one.all_day]
    return {
        "total": len(counted),
        "due": len(due),
        "upcoming": len(counted) - len(due),
        "rescheduled": len(put_off),
        "stale_open": sum(1 for one in due if one.status in ("scheduled", "confirmed", "in_progress")),
        "by_status": {name.value: statuses[name] for name in EventStatus},
        "by_type": {name.value: kinds[name] for name in EventType},
        "completion_rate": share(completed, completed + len(cancelled) + no_show),
        "no_show_rate": share(no_show, completed + no_show),
        "cancellation_rate": {
            "total": share(len(cancelled), len(due)),
            **{name.value: share(by[name], len(due)) for name in CancelledBy},
        },
        "late_cancel_rate": share(sum(1 for one in known if is_late(one, told)), len(known)),
        "confirmation_rate": share(sum(1 for one in known if is_confirmed(one, told)), len(known)),
        "reschedule_mean": _mean(told.put_off.get(one.event_id, 0) for one in due),
        "utilisation": _utilisation(due, told.working),
        "average_minutes": _mean((one.end - one.start).total_seconds() / 60 for one in due if not one.all_day),
        "average_actual_minutes": _mean(
            (datetime.fromisoformat(one.actual_end) - datetime.fromisoformat(one.actual_start)).total_seconds() / 60
            for one in ended
            if one.actual_start and one.actual_end
        ),
        "busy_hours": round(busy_seconds(taking) / 3_600, 1),
        "conflicts": overlaps(taking),
        "feedback": {"count": said, "rate": share(of, shown), "mean_rating": mean},
        "heatmap": heat,
        "completed_heatmap": heat_completed,
    }


def share(part: int, whole: int) -> dict[str, Any]:
    """A rate with its sample: null, and not 0, where there is nothing to divide by."""
    value = round(part / whole, 4) if whole else None
    return {"value": value, "n": whole, "low_sample": whole < FEW, "status": "ok" if whole else "no_data"}


def is_late(one: Past, told: Told) -> bool:
    """Whether it was called off less than two hours before it began. What was entered after its end tells nothing of
    when it was called off."""
    at = told.cancelled_at.get(one.event_id) if one.status == EventStatus.CANCELLED else None
    return at is not None and at <= one.end and one.start - at < LATE


def is_confirmed(one: Past, told: Told) -> bool:
    """Whether it was confirmed at any time."""
    return one.status == EventStatus.CONFIRMED or one.event_id in told.confirmed


def _utilisation(due: Iterable[Past], working: float) -> dict[str, Any]:
    taken = busy_seconds(one for one in due if one.busy and not one.all_day) / 3_600
    found = share(0, round(working))
    return {**found, "value": round(taken / working, 4) if working else None, "status": "ok" if working else "no_data"}


def by_agent(due: Iterable[Past]) -> list[dict[str, Any]]:
    """What became of each agent's events, of those that are over; by the number of the account."""
    found = []
    for events in sorted(_by_owner(one for one in due if one.rescheduled_to is None), key=lambda some: some[0].owner):
        status = Counter(one.status for one in events)
        completed, called_off = status[EventStatus.COMPLETED], status[EventStatus.CANCELLED]
        told = completed + called_off + status[EventStatus.NO_SHOW]
        found.append({
            "owner_id": events[0].owner,
            "due": len(events),
            "completed": completed,
            "cancelled": called_off,
            "no_show": status[EventStatus.NO_SHOW],
            "stale_open": len(events) - told,
            "showings": sum(1 for one in events if one.status == EventStatus.COMPLETED and one.event_type in SHOWN),
            "completion_rate": round(completed / told, 4) if told else None,
            "busy_hours": round(busy_seconds(one for one in events if one.busy and not one.all_day) / 3_600, 1),
        })  # fmt: skip
    return found


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return round(sum(found) / len(found), 1) if found else None


def _weeks(due: Iterable[Past], ended: Iterable[Past], zone: tzinfo) -> tuple[list[list[int]], list[list[int]]]:
    """Both by the hour of the week in which they began."""

    @cache
    def hour(start: datetime) -> tuple[int, int]:
        local = start.astimezone(zone)
        return local.weekday(), local.hour

    found = []
    for events in (due, ended):
        cells = [[0] * 24 for _ in range(7)]
        for one in events:
            if not one.all_day:
                weekday, at = hour(one.start)
                cells[weekday][at] += 1
        found.append(cells)
    return found[0], found[1]


def _by_owner(found: Iterable[Past]) -> Iterable[list[Past]]:
    owners: dict[int, list[Past]] = defaultdict(list)
    for one in sorted(found, key=_START):
        owners[one.owner].append(one)
    return owners.values()


def busy_seconds(found: Iterable[Past]) -> float:
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


def overlaps(found: Iterable[Past]) -> int:
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
