"""The figures that insights are sought in, read from the store for one actor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from realty_cli.analytics.clients_service import STAGES
from realty_cli.analytics.insight_facts import Sight
from realty_cli.analytics.insight_figures import Cut, Pace, Shown, Source, Stair, of
from realty_cli.analytics.insight_kinds import Idea
from realty_cli.analytics.lead_facts import DEMAND, RANKS, SPAM, won_in_word
from realty_cli.analytics.schemas.base import AnalyticsFilter
from realty_cli.analytics.stretches import place_of
from realty_cli.clients.kinds import LeadStage
from realty_cli.kit.clock import stamp
from realty_cli.kit.moment import resolve
from realty_cli.kit.money import from_minor

if TYPE_CHECKING:
    from realty_cli.analytics.scope import Scope
    from realty_cli.analytics.service import Analytics

#: Enquiries need so long to become deals: younger ones say nothing of a source.
_MATURE, _YEAR = 90, 365
#: Steps of the funnel of so many days are compared with those of twice as many before, each followed for so long.
_STRETCH, _FOLLOW = 90, timedelta(days=30)
_AROUND = timedelta(days=21)
#: An offer so soon after a showing is counted to it.
_DECIDES = timedelta(days=14)
#: The newest enquiries by which agents are compared.
_COMPARED = 20_000


def tried(sight: Sight, analytics: Analytics) -> list[Idea]:
    """Every test that is made of an actor's figures."""
    return of(
        _showings(sight), _sources(sight, analytics), _steps(sight, analytics), _months(sight), _cuts(sight),
        _paces(sight), sight.currency,
    )  # fmt: skip


def _showings(sight: Sight) -> list[Shown]:
    """Showings of a year that were due and have an end, by the clock of whoever asks."""
    offered = _offers(sight)
    whom, who = ("i.property_id, e.client_id", " JOIN events e ON e.id = i.event_id") if offered else ("0, 0", "")
    rows = sight.all(
        f"SELECT i.start_time, i.status, {whom} FROM event_instances i{who}"
        " WHERE i.event_type = 'showing' AND i.start_time >= :since"
        " AND i.end_time <= :now AND i.status IN ('completed', 'cancelled', 'no_show') AND {mine}"
        " ORDER BY i.start_time DESC LIMIT 20000",
        "i", since=sight.ago(days=_YEAR), now=sight.ago(),
    )  # fmt: skip
    found = []
    for start, status, listing, client in rows:
        begun = datetime.fromisoformat(start)
        local = begun.astimezone(sight.zone)
        made = any(timedelta() <= at - begun < _DECIDES for at in offered.get((listing, client), ()))
        found.append(Shown(local.weekday(), local.hour, status == "completed", made))
    return found


def _offers(sight: Sight) -> dict[tuple[int, int], list[datetime]]:
    """When offers of a year were made, by listing and client."""
    found: defaultdict[tuple[int, int], list[datetime]] = defaultdict(list)
    for listing, client, at in sight.all(
        "SELECT o.property_id, o.client_id, o.at FROM offers o WHERE o.deleted_at IS NULL AND o.at >= :since"
        " AND o.property_id IS NOT NULL AND o.client_id IS NOT NULL AND {mine}",
        "o", since=sight.ago(days=_YEAR),
    ):  # fmt: skip
        found[listing, client].append(datetime.fromisoformat(at))
    return found


def _scope(sight: Sight, analytics: Analytics, first: int, last: int) -> Scope:
    """The enquiries from so many days ago to so many."""
    today = sight.now.astimezone(sight.zone).date()
    begin, end = today - timedelta(days=first), today - timedelta(days=last + 1)
    wanted = AnalyticsFilter(period="custom", start_date=begin.isoformat(), end_date=end.isoformat())
    return analytics.scope(wanted)


def _sources(sight: Sight, analytics: Analytics) -> list[Source]:
    asked = _scope(sight, analytics, _MATURE + _YEAR, _MATURE)
    return [
        Source(name, one.leads, one.won, from_minor(one.gci), from_minor(one.cost))
        for name, one in analytics.clients.sources(asked, timedelta(days=_MATURE)).items()
        if name is not None
    ]


def _steps(sight: Sight, analytics: Analytics) -> list[Stair]:
    """Steps of both funnels, of enquiries that could be followed equally long."""
    lately = _FOLLOW.days + _STRETCH
    before = analytics.clients.funnels(_scope(sight, analytics, lately + 2 * _STRETCH, lately), _FOLLOW)
    earlier = {run.kind: run.steps for run in before}
    found = []
    for run in analytics.clients.funnels(_scope(sight, analytics, lately, _FOLLOW.days), _FOLLOW):
        for place, (step, on) in enumerate(zip(run.steps, run.steps[1:], strict=False)):
            was = earlier.get(run.kind, [])
            if place + 1 < len(was):
                names = STAGES[step.stage], STAGES[on.stage]
                found.append(Stair(*names, step.entered, on.entered, was[place].entered, was[place + 1].entered))
    return found


def _months(sight: Sight) -> list[tuple[int, int]]:
    """Enquiries by month, whole months alone, from the first that has any, at most five years."""
    since, this = sight.now - timedelta(days=5 * 366), sight.now.astimezone(sight.zone).date().replace(day=1)
    months = list(_each_month(since.astimezone(sight.zone).date().replace(day=1), this))
    edges = [stamp(resolve(datetime.combine(one, time()), sight.zone)) for one in (*months, this)]
    params: dict[str, Any] = {}
    place = place_of("l.created_at", edges, params)
    counts = dict(sight.all(
        f"SELECT {place} AS month, count(*) FROM leads l WHERE l.deleted_at IS NULL AND l.created_at >= :since"
        " AND l.created_at < :until AND {mine} GROUP BY month",
        "l", since=stamp(since), until=edges[-1], **params,
    ))  # fmt: skip
    return [(one.month, counts.get(at, 0)) for at, one in enumerate(months) if at >= min(counts, default=len(months))]


def _each_month(first: date, end: date) -> Iterator[date]:
    while first < end:
        yield first
        first = (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def _cuts(sight: Sight) -> list[Cut]:
    """Reductions of two years that are three weeks old, with showings around each."""
    rows = sight.all(
        "SELECT h.id, h.old_price, h.new_price, h.effective_at, i.start_time FROM property_prices h"
        " JOIN properties p ON p.id = h.property_id AND p.deleted_at IS NULL"
        " LEFT JOIN event_instances i ON i.property_id = p.id AND i.event_type = 'showing' AND i.status = 'completed'"
        " WHERE h.withdrawn_by IS NULL AND h.new_price < h.old_price AND h.effective_at >= :since"
        " AND h.effective_at <= :until AND {mine} ORDER BY h.id DESC LIMIT 20000",
        "p", since=sight.ago(days=2 * _YEAR), until=sight.ago(days=_AROUND.days),
    )  # fmt: skip
    found: dict[int, list[float]] = {}
    for number, old, new, at, shown in rows:
        cut = found.setdefault(number, [1 - new / old, 0, 0])
        if shown is not None:
            apart = datetime.fromisoformat(shown) - datetime.fromisoformat(at)
            if abs(apart) <= _AROUND:
                cut[2 if apart >= timedelta() else 1] += 1
    return [Cut(depth, int(before), int(after)) for depth, before, after in found.values()]


def _paces(sight: Sight) -> list[Pace]:
    """How far the enquiries of each agent came within 30 days, of those of half a year that are so old; to whoever sees
    all of them, and where there are several agents."""
    if not sight.actor.sees_all:
        return []
    until = sight.ago(days=_FOLLOW.days)
    leads = sight.all(
        "SELECT l.id, l.owner_id, l.side, l.created_at, l.stage, l.lost_reason, a.username FROM leads l"
        " JOIN accounts a ON a.id = l.owner_id AND a.is_active = :yes WHERE l.deleted_at IS NULL"
        " AND l.created_at >= :since AND l.created_at < :until AND {mine} ORDER BY l.created_at DESC LIMIT :most",
        "l", since=sight.ago(days=_FOLLOW.days + 2 * _STRETCH), until=until, most=_COMPARED, yes=True,
    )  # fmt: skip
    if len({owner for _id, owner, *_rest in leads}) < 2:
        return []
    reached: defaultdict[int, int] = defaultdict(int)
    born = {number: datetime.fromisoformat(at) for number, _owner, _side, at, *_rest in leads}
    for number, stage, at in sight.db.all(
        "SELECT s.lead_id, s.new_stage, s.effective_at FROM lead_stages s JOIN leads l ON l.id = s.lead_id"
        " WHERE s.withdrawn_by IS NULL AND l.created_at >= :since AND l.created_at < :until AND l.deleted_at IS NULL"
        f" AND NOT (s.new_stage = 'won' AND {won_in_word(sight.db, 'now', sight.ago())})",
        {"since": leads[-1][3], "until": until, "now": sight.ago()},
    ):
        rank = RANKS.get(stage)
        if rank is not None and number in born and datetime.fromisoformat(at) - born[number] <= _FOLLOW:
            reached[number] = max(reached[number], rank)
    counts: defaultdict[tuple[str, int, str], list[int]] = defaultdict(lambda: [0] * len(RANKS))
    for number, owner, side, _at, stage, reason, name in leads:
        if stage != LeadStage.LOST or (reason or "").strip().casefold() not in SPAM:
            kind = "demand" if side in DEMAND else "supply"
            for rank in range(reached[number] + 1):
                counts[kind, owner, name][rank] += 1
    stages = sorted(RANKS, key=RANKS.__getitem__)
    return [
        Pace(name, owner, STAGES[step], STAGES[on], f"{kind}-{step}", found[place], found[place + 1])
        for (kind, owner, name), found in counts.items()
        for place, (step, on) in enumerate(pairwise(stages))
    ]
