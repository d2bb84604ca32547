"""What a dashboard says of listings, by the rules of `listing_tally` and without its medians of the whole market.

Of a whole agency the sums tell it (`listing_answers`). Of a part of one, and where the sums are not made yet, it is
counted: most listings on the market have stood as they are since before anybody asks, which is for the database, and
only what moved is read, life by life, once for all the stretches.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any

from realty_cli.analytics.listing_answers import Answers, Counts, Key, Stretch, answers
from realty_cli.analytics.listing_lives import OPEN, Gone, Numbers, left, open_ones, restless
from realty_cli.analytics.lives import TAKEN, Life, days
from realty_cli.analytics.scope import Scope
from realty_cli.analytics.values import Measured
from realty_cli.properties.kinds import CLOSED, Status
from realty_cli.store.database import Connection

NAMES = ("inventory", "new", "reserved", "closed", "withdrawn")
_RESERVED, _WITHDRAWN = frozenset({Status.RESERVED}), frozenset({Status.WITHDRAWN})
_STANDING = frozenset({Status.ACTIVE, Status.RESERVED})


@dataclass(slots=True)
class Market:
    """One stretch: counts by the names of `catalogue.listings`, and the days on the market of what was closed."""

    counts: dict[Key, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    days: dict[Key, list[float]] = field(default_factory=lambda: defaultdict(list))

    def totals(self) -> dict[str, Measured]:
        whole = Counter[str]()
        for one in self.counts.values():
            whole.update(one)
        return _measured(whole)

    def block(self, key: Key) -> dict[str, Measured]:
        counts, days = self.counts.get(key, Counter()), self.days.get(key, [])
        middle = median(days) if days else None
        return {**_measured(counts), "dom_closed_median": Measured(middle, len(days), counts["closed"] - len(days))}


def measure(
    db: Connection, scope: Scope, stretches: Sequence[Stretch], steps: Sequence[str] = ()
) -> tuple[list[Market], list[int]]:
    """Each stretch of a scope, in one look; and how many listings were new between one of `steps` and the next. A
    stretch has the kinds of which anything is open, or counts in it."""
    sums = answers(db, scope)
    if sums is not None:
        found = _summed(sums, stretches, steps)
        if sums.hold():
            return found
    return _lived(db, scope, stretches, steps)


def _summed(sums: Answers, stretches: Sequence[Stretch], steps: Sequence[str]) -> tuple[list[Market], list[int]]:
    counted = sums.counted([*stretches, *pairwise(steps)])
    standing, found = sums.open_now(), []
    for (start, end), kinds in zip(stretches, counted, strict=False):
        market = Market(days=sums.days(start, end))
        for key in {*standing, *kinds}:
            one = kinds.get(key, Counts())
            market.counts[key] = Counter({
                "inventory": one.stands, "new": one.comes, "reserved": one.reserved, "closed": one.closed,
                "withdrawn": one.withdrawn,
            })  # fmt: skip
        found.append(market)
    return found, [sum(one.comes for one in kinds.values()) for kinds in counted[len(stretches) :]]


def _lived(
    db: Connection, scope: Scope, stretches: Sequence[Stretch], steps: Sequence[str]
) -> tuple[list[Market], list[int]]:
    since = min((*steps[:1], *(begin for begin, _end in stretches)))
    found, new = [Market() for _stretch in stretches], [0] * max(len(steps) - 1, 0)
    once, standing = Numbers(), set[Key]()
    for one in left(db, scope, since):
        once.add(one.id)
        for market, stretch in zip(found, stretches, strict=True):
            _add_gone(market, one, *stretch)
        if new and steps[0] <= one.born < steps[-1] and one.born < one.at:
            new[bisect_right(steps, one.born) - 1] += 1
    for life in restless(db, scope, since, once):
        if life.facts.status not in CLOSED:
            standing.add((life.facts.deal_type, life.facts.currency))
        for market, stretch in zip(found, stretches, strict=True):
            _add(market, life, *stretch)
        for began in life.begins():
            if new and steps[0] <= began < steps[-1]:
                new[bisect_right(steps, began) - 1] += 1
    edges = sorted({*steps, *(edge for stretch in stretches for edge in stretch)})
    for key, status, born, count in _resting(db, scope, since, edges):
        standing.add(key)
        for market, (start, end) in zip(found, stretches, strict=True):
            first, last = bisect_right(edges, start), bisect_right(edges, end)
            counts = market.counts[key]
            if status == Status.ACTIVE:
                counts["inventory"] += count * (born < last)
                counts["new"] += count * (first <= born < last)
            elif status == Status.RESERVED:
                counts["reserved"] += count * (first <= born < last)
        if new and status == Status.ACTIVE and 0 < born < len(edges) and steps[0] <= edges[born - 1] < steps[-1]:
            new[bisect_right(steps, edges[born - 1]) - 1] += count
    for market in found:
        market.counts = {
            key: counts for key, counts in market.counts.items() if key in standing or any(counts.values())
        }
    return found, new


def _add(market: Market, life: Life, start: str, end: str) -> None:
    key = (life.facts.deal_type, life.facts.currency)
    counts = market.counts[key]
    counts["inventory"] += life.status(end) == Status.ACTIVE
    counts["new"] += sum(start <= began < end for began in life.begins())
    counts["reserved"] += bool(life.entries(_RESERVED, start, end))
    counts["withdrawn"] += any(
        place and life.spells[place - 1].status in _STANDING for place in life.entries(_WITHDRAWN, start, end)
    )
    if places := life.entries(TAKEN, start, end):
        counts["closed"] += 1
        if ran := life.on_market(life.taken_at(places[-1])[0]):
            market.days[key].append(ran[1])


def _add_gone(market: Market, one: Gone, start: str, end: str) -> None:
    """The same for a listing of one move: it stood from when it came until it went, if it came before."""
    key, stood, goes = (one.deal_type, one.currency), one.born < one.at, start <= one.at < end
    if stood and one.born < end:
        counts = market.counts[key]
        counts["inventory"] += one.at >= end
        counts["new"] += one.born >= start
    if not goes:
        return
    if one.status == Status.WITHDRAWN:
        market.counts[key]["withdrawn"] += stood
    else:
        market.counts[key]["closed"] += 1
        if stood:
            market.days[key].append(days(one.born, one.at))


def _resting(db: Connection, scope: Scope, since: str, edges: Sequence[str]) -> Iterator[tuple[Key, str, int, int]]:
    """What is open and has not moved since: kind, status, before which of the edges it came (-1: before anybody knows),
    and how many. It is what it was, from the day on which it came."""
    params: dict[str, Any] = {"since": since, **{f"edge_{at}": edge for at, edge in enumerate(edges)}}
    place = " ".join(f"WHEN born < :edge_{at} THEN {at}" for at in range(len(edges)))
    moves = "SELECT 1 FROM property_statuses s WHERE s.property_id = p.id"
    rows = db.all(
        "WITH resting AS MATERIALIZED (SELECT p.deal_type, p.currency, p.status,"
        f" CASE WHEN EXISTS ({moves} AND s.withdrawn_by IS NULL) THEN NULL"
        " WHEN p.status = 'draft' THEN p.created_at ELSE coalesce(p.listed_at, p.created_at) END AS born"
        f" FROM properties p{open_ones(db)} WHERE {scope.listings(params)} AND {OPEN}"
        " AND (p.closed_at IS NULL OR p.closed_at < :since)"
        f" AND NOT EXISTS ({moves} AND s.effective_at >= :since))"
        f" SELECT deal_type, currency, status, CASE WHEN born IS NULL THEN -1 {place} ELSE {len(edges)} END, count(*)"
        " FROM resting GROUP BY 1, 2, 3, 4",
        params,
    )
    for deal, currency, status, born, count in rows:
        yield (deal, currency), status, born, count


def _measured(counts: Mapping[str, int]) -> dict[str, Measured]:
    return {name: Measured(counts.get(name, 0), counts.get(name, 0)) for name in NAMES}
