"""Numbers of events: metrics.md, section 2. What is due and what became of it is told by `events.figures`, which the
calendar's own statistics are made of as well."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from operator import itemgetter
from statistics import fmean, median
from typing import Any

from realty_cli.analytics.event_counts import SHOWN, narrowed, totals
from realty_cli.analytics.listing_answers import answers
from realty_cli.analytics.listing_lives import Numbers, left, restless
from realty_cli.analytics.lives import TAKEN
from realty_cli.analytics.scope import Scope
from realty_cli.analytics.values import Measured, ratio
from realty_cli.events.busy import Block, Place
from realty_cli.events.figure_reading import Past, ending, feedback, places_of, told_of
from realty_cli.events.figures import busy_seconds, by_agent, figures, is_confirmed, is_late, overlaps
from realty_cli.events.kinds import OVER, EventStatus, EventType
from realty_cli.events.settings import settings_of
from realty_cli.kit.clock import stamp
from realty_cli.store.database import Connection
from realty_cli.store.scope import visible
from realty_cli.store.selection import among

#: An hour of the week with fewer events tells nothing; its rate leans on that of all as on so many events more.
CELL, LEAN = 8, 20
#: Within so many days after a first showing an offer is one that it led to.
_MATURE = timedelta(days=30)
_COUNTED = (EventStatus.COMPLETED, EventStatus.CANCELLED, EventStatus.NO_SHOW)


@dataclass(slots=True)
class EventsFound:
    """Raw numbers by the names of the catalogue, hours as hours; `figures` as `events.figures` gives them."""

    totals: dict[str, Measured] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)
    agents: list[dict[str, Any]] = field(default_factory=list)
    types: dict[str, int] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    quality: dict[str, float | None] = field(default_factory=dict)


def measure(db: Connection, scope: Scope, types: Sequence[str] | None = None) -> EventsFound:
    params: dict[str, Any] = {}
    where = narrowed(scope, params, types)
    start, until, whole = scope.start, stamp(scope.period.end), stamp(scope.asked.end)
    every = ending(db, where, params, start, whole)
    now = scope.period.end.astimezone(UTC)
    owners = scope.owners or ({one.owner for one in every} if scope.actor.sees_all else {scope.actor.id})
    told = told_of(db, scope.actor, where, params, start, until, owners)
    said = feedback(db, where, params, start, until)
    shown = figures(every, now, scope.zone, said, told)
    due = [one for one in every if one.rescheduled_to is None and one.end <= now]
    ended = [one for one in due if one.status == EventStatus.COMPLETED]
    status = Counter(one.status for one in due)
    found = EventsFound(figures=shown, agents=by_agent(due))
    found.statuses = {one.value: status[one] for one in EventStatus if status[one]}
    kinds = Counter(one.event_type for one in due)
    found.types = {one.value: kinds[one] for one in EventType if kinds[one]}
    showings = sum(1 for one in ended if one.event_type in SHOWN)
    cancelled = [one for one in due if one.status == EventStatus.CANCELLED]
    by = Counter(one.cancelled_by for one in cancelled)
    known = [one for one in due if one.event_id in told.known]
    over = sum(status[one] for one in _COUNTED)
    busy = [one for one in due if one.busy and not one.all_day]
    taken = busy_seconds(busy) / 3_600
    found.totals = {
        **totals(Counter((one.status, one.event_type) for one in due)),
        "total": _count(shown["total"]),
        "scheduled": _count(sum(1 for one in every if one.rescheduled_to is None and one.status not in OVER)),
        "rescheduled": _count(sum(1 for one in every if one.rescheduled_to is not None and one.end <= now)),
        **{f"cancelled_by_{who}": ratio(by[who], len(due)) for who in ("agent", "client", "owner")},
        "late_cancel_rate": ratio(sum(is_late(one, told) for one in known), len(known), len(due) - len(known)),
        "confirmation_rate": ratio(sum(is_confirmed(one, told) for one in known), len(known), len(due) - len(known)),
        "reschedule_mean": _mean([told.put_off.get(one.event_id, 0) for one in due]),
        **_per_sale(db, scope),
        "showing_to_offer": _offers(db, scope, where, params),
        "busy_hours": Measured(taken, len(busy)),
        "utilisation": Measured(taken / told.working if told.working else None, round(told.working)),
        "conflicts": _count(overlaps(busy)),
        "conflict_hours": Measured(max(0.0, sum(_hours(one.start, one.end) for one in busy) - taken), len(busy)),
        "average_duration": _mean([_hours(one.start, one.end) for one in due if not one.all_day]),
        "actual_duration": _mean([
            _hours(datetime.fromisoformat(one.actual_start), datetime.fromisoformat(one.actual_end))
            for one in ended if one.actual_start and one.actual_end
        ]),
        "travel_misses": _misses(db, busy, scope.zone),
        "feedback_rate": ratio(said[1], showings),
        "rating_mean": _rating(db, where, params, start, until),
    }  # fmt: skip
    found.quality = _quality(due, ended, cancelled, over)
    return found


def _quality(due: Sequence[Past], ended: Sequence[Past], cancelled: Sequence[Past], over: int) -> dict[str, Any]:
    showings = [one for one in ended if one.event_type in SHOWN]
    placed = sum(one.property_id is not None for one in showings)
    told = sum(one.cancelled_by is not None for one in cancelled)
    return {
        "share_with_outcome": ratio(over, len(due)).value,
        "share_showings_with_property": ratio(placed, len(showings)).value,
        "share_cancelled_with_reason": ratio(told, len(cancelled)).value,
    }


def dead_hours(figure: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Hours of the week in which fewer events take place than in all, the worst first."""
    due, completed = figure["heatmap"], figure["completed_heatmap"]
    everything = sum(map(sum, due))
    usual = sum(map(sum, completed)) / everything if everything else 0.0
    found = [
        {
            "weekday": day, "hour": hour, "due": due[day][hour], "completed": completed[day][hour],
            "rate": round((completed[day][hour] + LEAN * usual) / (due[day][hour] + LEAN), 4),
        }
        for day in range(7)
        for hour in range(24)
        if due[day][hour] >= CELL and completed[day][hour] / due[day][hour] < usual
    ]  # fmt: skip
    return sorted(found, key=lambda cell: (cell["rate"], -cell["due"]))


def rates(figure: Mapping[str, Any]) -> list[list[float | None]]:
    """The share that took place in each hour of the week, where there is enough to tell."""
    return [
        [round(done / due, 4) if due >= CELL else None for due, done in zip(*row, strict=True)]
        for row in zip(figure["heatmap"], figure["completed_heatmap"], strict=True)
    ]


def _per_sale(db: Connection, scope: Scope) -> dict[str, Measured]:
    """Completed showings of each listing that was sold or let in the period, in all its life."""
    sold = _sold(db, scope)
    counts: Counter[int] = Counter()
    if sold:
        params: dict[str, Any] = {"one": SHOWN[0], "two": SHOWN[1], "end": scope.end}
        rows = db.all(
            "SELECT i.property_id, count(*) FROM event_instances i WHERE i.status = 'completed'"
            f" AND i.event_type IN (:one, :two) AND i.end_time <= :end AND {visible(scope.actor, params, 'i')}"
            f" AND {among(db, 'i.property_id', 'sold', sold, params)} GROUP BY i.property_id",
            params,
        )
        counts.update(dict(rows))
    each = [counts[number] for number in sold]
    return {
        "showings_per_sale": _mean(each),
        "showings_per_sale_median": Measured(median(each) if each else None, len(each)),
    }


def _sold(db: Connection, scope: Scope) -> list[int]:
    """The listings that were sold or let in the period."""
    start, end, sums = scope.start, scope.end, answers(db, scope)
    if sums is not None:
        taken = sums.taken(start, end)
        if sums.hold():
            return sorted(taken)
    sold, once = [], Numbers()
    for one in left(db, scope, start):
        once.add(one.id)
        if one.at < end and one.status in TAKEN:
            sold.append(one.id)
    return [*sold, *(life.facts.id for life in restless(db, scope, start, once) if life.entries(TAKEN, start, end))]


def _offers(db: Connection, scope: Scope, where: str, params: Mapping[str, Any]) -> Measured:
    """Clients whose first showing took place in the period, at least thirty days ago, and who offered within these."""
    bound = {**params, "start": scope.start, "end": stamp(scope.period.end), "one": SHOWN[0], "two": SHOWN[1]}
    shown = "i.status = 'completed' AND i.event_type IN (:one, :two)"
    firsts = db.all(
        "SELECT e.client_id, min(i.end_time) FROM events e JOIN event_instances i ON i.event_id = e.id"
        f" WHERE {shown} AND {where} AND e.client_id IS NOT NULL AND e.client_id IN (SELECT f.client_id"
        " FROM event_instances i JOIN events f ON f.id = i.event_id"
        f" WHERE i.end_time > :start AND i.end_time <= :end AND {shown} AND {where}) GROUP BY e.client_id",
        bound,
    )
    latest = stamp(scope.period.end.astimezone(UTC) - _MATURE)
    grown = {client: at for client, at in firsts if scope.start < at <= latest}
    if not grown:
        return Measured(None)
    asked: dict[str, Any] = {}
    rows = db.all(
        f"SELECT o.client_id, o.at FROM offers o WHERE o.deleted_at IS NULL AND {visible(scope.actor, asked, 'o')}"
        f" AND {among(db, 'o.client_id', 'clients', list(grown), asked)}",
        asked,
    )
    offered = {
        client for client, at in rows if grown[client] <= at <= stamp(datetime.fromisoformat(grown[client]) + _MATURE)
    }
    return ratio(len(offered), len(grown))


def _rating(db: Connection, where: str, params: Mapping[str, Any], start: str, end: str) -> Measured:
    row = db.one(
        "SELECT count(f.rating), avg(f.rating * 1.0) FROM event_instances i JOIN showing_feedback f"
        " ON f.event_id = coalesce(i.series_id, i.event_id) AND coalesce(f.recurrence_id, '') ="
        " coalesce(i.recurrence_id, '') AND f.deleted_at IS NULL"
        f" WHERE i.status = 'completed' AND i.end_time > :start AND i.end_time <= :end AND {where}",
        {**params, "start": start, "end": end},
    )
    assert row is not None
    return Measured(float(row[1]) if row[1] is not None else None, row[0])


def _misses(db: Connection, busy: Iterable[Past], zone: tzinfo) -> Measured:
    """Events in a row of one agent, at two known places, with less time between them than the way takes."""
    owners: dict[int, list[Past]] = defaultdict(list)
    for one in sorted(busy, key=itemgetter(1, 2)):
        owners[one.owner].append(one)
    places = places_of(db, {one.event_id: one.property_id for some in owners.values() for one in some})
    missed = pairs = 0
    for owner, events in owners.items() if places else ():
        travel = settings_of(db, owner).travel(zone)
        for one, other in pairwise(events):
            if other.start < one.end or one.event_id not in places or other.event_id not in places:
                continue
            pairs += 1
            first, second = (_block(each, *places[each.event_id]) for each in (one, other))
            missed += (other.start - one.end) < timedelta(minutes=travel.minutes(first, second))
    return Measured(missed, pairs)


def _block(one: Past, latitude: float, longitude: float) -> Block:
    place = Place(latitude, longitude, one.property_id)
    return Block(one.start, one.end, event_type=one.event_type, place=place)


def _hours(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 3_600


def _count(number: int) -> Measured:
    return Measured(number, number)


def _mean(values: Sequence[float]) -> Measured:
    return Measured(fmean(values) if values else None, len(values))
