"""What happened between the edges of a series, read once for all of them: the rules are those of the metrics of the
same names, and of a period that is one stretch they say the same number."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, pairwise
from statistics import median
from typing import Any, NamedTuple

from realty_cli.analytics.deal_facts import DealFacts, deals_of, reopened
from realty_cli.analytics.deal_sums import earned
from realty_cli.analytics.deal_sums import of_stretches as of_stretches_of_deals
from realty_cli.analytics.event_counts import of_stretches
from realty_cli.analytics.lead_facts import LeadFacts
from realty_cli.analytics.listing_answers import Answers, Counts, Key, Stretch, answers
from realty_cli.analytics.listing_lives import Numbers, arrivals, gone, left, lives, restless, standing
from realty_cli.analytics.lives import TAKEN, Facts, Life, Spell
from realty_cli.analytics.scope import Scope
from realty_cli.deals.kinds import DealKind
from realty_cli.events.kinds import EventStatus, EventType
from realty_cli.kit.clock import stamp
from realty_cli.kit.periods import Period
from realty_cli.properties.kinds import PropertyType, Status
from realty_cli.store.database import Connection

_RESERVED, _WITHDRAWN = frozenset({Status.RESERVED}), frozenset({Status.WITHDRAWN})
_STANDING = frozenset({Status.ACTIVE, Status.RESERVED})
_SHOWN = (EventType.SHOWING, EventType.OPEN_HOUSE)
_COMPLETED, _CANCELLED, _NO_SHOW = EventStatus.COMPLETED, EventStatus.CANCELLED, EventStatus.NO_SHOW


class Value(NamedTuple):
    """Of one stretch; `n` is the sample that the value is of."""

    value: float | None
    n: int


class Edges(NamedTuple):
    """The moments between stretches as stored texts: one more than there are stretches, in order."""

    moments: Sequence[str]

    @property
    def size(self) -> int:
        return len(self.moments) - 1

    def place(self, moment: str | None) -> int | None:
        """The stretch [start, end) that a moment falls in."""
        if moment is None or not self.moments[0] <= moment < self.moments[-1]:
            return None
        return bisect_right(self.moments, moment) - 1


class Question(NamedTuple):
    """`scope` covers all stretches; `deal_type` and `currency` are what a priced series is of. The names are of one
    group of metrics."""

    db: Connection
    scope: Scope
    edges: Edges
    names: Sequence[str]
    deal_type: str | None
    currency: str | None


_Found = list[list[float]]
_Way = Callable[[Life, Edges, _Found], None]


def read(group: str, asked: Question) -> list[list[Value]]:
    """For every name one value for every stretch. Listings are read once for all names."""
    if group == "properties":
        if (summed := _summed(asked)) is not None:
            return summed
        return [_new_ones(asked)] if list(asked.names) == ["new"] else _listings(asked)
    return [_READERS[group](asked, name) for name in asked.names]


def _counted(places: Iterable[int | None], size: int) -> list[Value]:
    counts = [0] * size
    for place in places:
        if place is not None:
            counts[place] += 1
    return [Value(count, count) for count in counts]


def _listings(asked: Question) -> list[list[Value]]:
    ways: list[tuple[_Way, bool, _Found]] = [
        (_LISTING_VALUES[name], name not in _COUNTS, [[] for _ in range(asked.edges.size)]) for name in asked.names
    ]  # fmt: skip
    key = (asked.deal_type, asked.currency)
    for life in _lives(asked):
        ours = (life.facts.deal_type, life.facts.currency) == key
        for add, typical, found in ways:
            if ours or not typical:
                add(life, asked.edges, found)
    return [
        _middles(found) if typical else [Value(len(values), len(values)) for values in found]
        for _add, typical, found in ways
    ]


def _summed(asked: Question) -> list[list[Value]] | None:
    """The same by the sums of listings, if there are any."""
    if (sums := answers(asked.db, asked.scope)) is None:
        return None
    stretches = list(pairwise(asked.edges.moments))
    counted = sums.counted(stretches)
    totals = [Counts(*map(sum, zip(Counts(), *kinds.values(), strict=True))) for kinds in counted]
    key = (asked.deal_type or "", asked.currency or "")
    found = []
    for name in asked.names:
        if name in _COUNTS:
            found.append([Value(count, count) for count in (getattr(one, _COUNTS[name]) for one in totals)])
        elif name == _DAYS:
            found.append(_middles([sums.days(*one).get(key, []) for one in stretches]))
        else:
            found.append(_medians(asked, name, sums, stretches, key))
    return found if sums.hold() else None


def _medians(asked: Question, name: str, sums: Answers, stretches: Sequence[Stretch], key: Key) -> list[Value]:
    from realty_cli.analytics import listing_medians

    if name == _PAID:
        return [Value(*one) for one in listing_medians.paid(sums, stretches, key, asked.db)]
    ends = [end for _start, end in stretches]
    found = listing_medians.asked(asked.db, asked.scope, sums, ends, key, metre=name != _PRICE)
    return [Value(*one) for one in found]


def _middles(found: _Found) -> list[Value]:
    return [Value(median(values) if values else None, len(values)) for values in found]


def _new_ones(asked: Question) -> list[Value]:
    """How many came to the market: told without their prices, which spares most lives."""
    return _counted((asked.edges.place(born) for born in _arrivals(asked)), asked.edges.size)


def _arrivals(asked: Question) -> Iterator[str]:
    db, scope, since = asked.db, asked.scope, asked.edges.moments[0]
    yield from arrivals(db, scope, since)
    once = Numbers()
    for one in left(db, scope, since):
        once.add(one.id)
        if one.born < one.at:
            yield one.born
    for life in restless(db, scope, since, once, standing=True):
        yield from life.begins()


def _lives(asked: Question) -> Iterator[Life]:
    """Every life that reaches into a stretch. Most are of one spell, or of one and its end, and need no history."""
    since, plain = asked.edges.moments[0], Numbers()
    for some in standing(asked.db, asked.scope):
        for facts, steps in chain(((Facts(*row[1:]), []) for row in some.plain), some.priced):
            plain.add(facts.id)
            draft = facts.status == Status.DRAFT
            born = facts.created_at if draft else facts.listed_at or facts.created_at
            yield Life(facts, [Spell(facts.status, born, None)], steps)
    for facts, at, steps in gone(asked.db, asked.scope, since):
        plain.add(facts.id)
        born = facts.listed_at or facts.created_at
        end = Spell(facts.status, at, None)
        yield Life(facts, [Spell(Status.ACTIVE, born, at), end] if born < at else [end], steps)
    yield from lives(asked.db, asked.scope, since, without=plain)


def _new(life: Life, edges: Edges, found: _Found) -> None:
    for began in life.begins():
        if (place := edges.place(began)) is not None:
            found[place].append(1)


def _entered(life: Life, edges: Edges, statuses: frozenset[Status]) -> dict[int, int]:
    """For every stretch in which the listing went into one of these statuses, its last spell of them."""
    return {
        place: at
        for at, spell in enumerate(life.spells)
        if spell.status in statuses and (place := edges.place(spell.start)) is not None
    }


def _closed(life: Life, edges: Edges, found: _Found) -> None:
    for place in _entered(life, edges, TAKEN):
        found[place].append(1)


def _reserved(life: Life, edges: Edges, found: _Found) -> None:
    for place in _entered(life, edges, _RESERVED):
        found[place].append(1)


def _withdrawn(life: Life, edges: Edges, found: _Found) -> None:
    places = {
        edges.place(spell.start)
        for at, spell in enumerate(life.spells)
        if spell.status in _WITHDRAWN and at and life.spells[at - 1].status in _STANDING
    }
    for place in places:
        if place is not None:
            found[place].append(1)


def _stood(life: Life, edges: Edges) -> list[int]:
    """The stretches at whose end the listing was active."""
    ends = edges.moments[1:]
    places: list[int] = []
    for spell in life.spells:
        if spell.status == Status.ACTIVE:
            # What begins at the very end of a stretch is not in it yet; what ends there still is.
            first = bisect_right(ends, spell.start)
            last = len(ends) if spell.end is None else bisect_right(ends, spell.end)
            places += range(first, last)
    return places


def _inventory(life: Life, edges: Edges, found: _Found) -> None:
    for place in _stood(life, edges):
        found[place].append(1)


def _asked(life: Life, edges: Edges, found: _Found) -> None:
    for place in _stood(life, edges):
        price = life.price(edges.moments[place + 1])
        if price is not None:
            found[place].append(price)


def _asked_metre(life: Life, edges: Edges, found: _Found) -> None:
    area = _area(life)
    if area is None:
        return
    for place in _stood(life, edges):
        price = life.price(edges.moments[place + 1])
        if price is not None:
            found[place].append(price / area)


def _paid_metre(life: Life, edges: Edges, found: _Found) -> None:
    area, paid = _area(life), life.facts.final_price
    if area is None or paid is None:
        return
    for place, at in _entered(life, edges, TAKEN).items():
        if life.spells[at].end is None:
            found[place].append(paid / area)


def _dom(life: Life, edges: Edges, found: _Found) -> None:
    for place, at in _entered(life, edges, TAKEN).items():
        if ran := life.on_market(life.taken_at(at)[0]):
            found[place].append(ran[1])


def _area(life: Life) -> float | None:
    area = life.facts.area
    return area if area and area > 0 and life.facts.property_type != PropertyType.LAND else None


_DAYS, _PRICE, _PAID = "dom_closed_median", "price_median", "price_per_m2_sold_median"
_LISTING_VALUES: dict[str, _Way] = {
    "new": _new,
    "closed": _closed,
    "inventory": _inventory,
    "reserved": _reserved,
    "withdrawn": _withdrawn,
    _PRICE: _asked,
    "price_per_m2_asking_median": _asked_metre,
    _PAID: _paid_metre,
    _DAYS: _dom,
}
#: What is counted, and is called in `listing_answers.Counts`.
_COUNTS = {
    "new": "comes", "closed": "closed", "inventory": "stands", "reserved": "reserved", "withdrawn": "withdrawn",
}  # fmt: skip

#: Types and statuses of the instances that a series counts; none: any.
_EVENTS: dict[str, tuple[tuple[EventType, ...], tuple[EventStatus, ...]]] = {
    "showings": (_SHOWN, (_COMPLETED,)),
    "calls": ((EventType.CALL,), (_COMPLETED,)),
    "completed": ((), (_COMPLETED,)),
    "due": ((), ()),
    "cancelled": ((), (_CANCELLED,)),
    "no_show": ((), (_NO_SHOW,)),
}


#: What is booked may come to be counted, of these types; a forecast knows of it.
BOOKED: dict[str, tuple[EventType, ...]] = {
    f"events.{name}": _EVENTS[name][0] for name in ("showings", "calls", "completed", "due")
}


def _events(asked: Question, name: str) -> list[Value]:
    types, statuses = _EVENTS[name]
    *begins, _end = asked.edges.moments
    counts = of_stretches(asked.db, asked.scope, [*begins, stamp(asked.scope.period.end)], types, statuses)
    return [Value(count, count) for count in counts]


def _clients(asked: Question, _name: str) -> list[Value]:
    facts = LeadFacts(asked.db, asked.scope)
    counts = facts.counts(asked.edges.moments)
    if counts is not None:
        return [Value(count, count) for count in counts]
    found = facts.cohort
    return _counted([asked.edges.place(lead.created_at) for lead in found], asked.edges.size)


def _money(asked: Question, name: str) -> list[Value]:
    edges = asked.edges
    sums = of_stretches_of_deals(asked.db, asked.scope, edges.moments, name, _kind(asked), asked.currency)
    values = [Value(value, n) for value, n in sums]
    for place in _reopened(asked):
        # What fell through later had closed when the stretch ended, and counts there as it did then.
        start, end = (
            datetime.fromisoformat(one).astimezone(asked.scope.zone) for one in edges.moments[place : place + 2]
        )
        then = Period(start, end)
        values[place] = _worth(asked, name, DealFacts(asked.db, asked.scope.cut(then, then)))
    return values


def _worth(asked: Question, name: str, facts: DealFacts) -> Value:
    """What the deals that had closed by the end of a stretch come to."""
    deals = facts.closed
    if name == "deals":
        return Value(len(deals), len(deals))
    if name == "sales_volume":
        key = (_kind(asked), asked.currency)
        prices = [deal.price for deal in deals if (deal.kind, deal.currency) == key and deal.price]
        return Value(sum(prices), len(prices))
    lines = [line for some in facts.lines(deals).values() for line in some if line.currency == asked.currency]
    sums = earned(lines)
    return Value(sums.gci if name == "gci" else sums.agency, len({line.deal for line in lines}))


def _kind(asked: Question) -> str:
    return (DealKind.SALE if asked.deal_type == "sale" else DealKind.RENT).value


def _reopened(asked: Question) -> set[int]:
    """The stretches in which a deal closed that was taken back after the end of its stretch."""
    params: dict[str, Any] = {"start": asked.edges.moments[0]}
    mine = deals_of(asked.scope, params)
    rows = asked.db.all(
        f"SELECT c.effective_at, s.effective_at FROM {reopened(asked.db)} JOIN deals d ON d.id = s.deal_id"
        " JOIN deal_stages c ON c.deal_id = s.deal_id AND c.new_stage = 'closed' AND c.withdrawn_by IS NULL"
        " AND c.effective_at <= s.effective_at AND c.effective_at >= :start"
        f" WHERE s.old_stage = 'closed' AND s.withdrawn_by IS NULL AND s.effective_at >= :start AND {mine}",
        params,
    )
    places = ((asked.edges.place(closed), fell) for closed, fell in rows)
    return {place for place, fell in places if place is not None and fell >= asked.edges.moments[place + 1]}


_READERS: dict[str, Callable[[Question, str], list[Value]]] = {
    "events": _events,
    "clients": _clients,
    "money": _money,
}
