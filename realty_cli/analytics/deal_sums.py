"""What closed deals come to by kind and currency: summed from rows, or by the database, to the same last kopeck."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any, NamedTuple

import orjson

from realty_cli.analytics.deal_facts import AT_ONCE, Closed, DealFacts, Line, deals_of, first_join, of_facts
from realty_cli.analytics.scope import Scope
from realty_cli.deals.money_kinds import ShareRole
from realty_cli.deals.sharing import divide, worth_sql
from realty_cli.store.database import Connection
from realty_cli.store.selection import among

_AGENT = frozenset({ShareRole.AGENT.value})
_PRICE = "coalesce(d.final_price, d.amount)"
Key = tuple[str, str]


class Earned(NamedTuple):
    """What lines come to: all of it, agents' parts, partners' parts, the agency's rest. Minor units."""

    gci: int = 0
    agents: int = 0
    partners: int = 0
    agency: int = 0

    def plus(self, other: Earned) -> Earned:
        return Earned(*(a + b for a, b in zip(self, other, strict=True)))


_NOTHING = Earned()


@dataclass(slots=True)
class Brought:
    """Of one kind and currency: closed deals, those with a price and its sum; those of which the commission in the
    deal's own currency is known and its sum; those with lines in this currency, and what these come to."""

    deals: int = 0
    priced: int = 0
    volume: int = 0
    known: int = 0
    worth: int = 0
    lined: int = 0
    earned: Earned = _NOTHING

    def add(self, other: Brought) -> None:
        for name in ("deals", "priced", "volume", "known", "worth", "lined"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.earned = self.earned.plus(other.earned)


def of_rows(
    closed: Iterable[Closed], lines: Mapping[int, Sequence[Line]], counted: Iterable[tuple[Closed, Line]]
) -> dict[Key, Brought]:
    """Of deals with all of their lines; `counted` are the lines that are earned in the period."""
    found: dict[Key, Brought] = defaultdict(Brought)
    for deal in closed:
        one = found[deal.kind, deal.currency]
        one.deals += 1
        if deal.price:
            one.priced += 1
            one.volume += deal.price
        worths = [
            line.total for line in lines.get(deal.id, ()) if line.currency == deal.currency and line.total is not None
        ]
        if worths:
            one.known += 1
            one.worth += sum(worths)
    by_key: dict[Key, list[Line]] = defaultdict(list)
    for deal, line in counted:
        by_key[deal.kind, line.currency].append(line)
    for key, some in by_key.items():
        found[key].earned = earned(some)
        found[key].lined = len({line.deal for line in some})
    return dict(found)


def of_store(db: Connection, scope: Scope, facts: DealFacts) -> dict[Key, Brought]:
    """The same of the deals that closed in the period, by accrual. Of lines that are divided, the parts alone are
    worked out here: they are rounded together."""
    params: dict[str, Any] = {"start": scope.start, "end": scope.end}
    which = (
        "FROM deals d WHERE d.stage = 'closed' AND d.closed_at >= :start AND d.closed_at < :end"
        f" AND {deals_of(scope, params)}"
    )
    found: dict[Key, Brought] = defaultdict(Brought)
    for kind, money, deals, priced, volume in db.all(
        f"SELECT d.kind, d.currency, count(*), count(nullif({_PRICE}, 0)), sum({_PRICE}) {which}"
        " GROUP BY d.kind, d.currency",
        params,
    ):
        found[kind, money].add(Brought(deals, priced, int(volume or 0)))
    closed = f"d.closed_at >= :start AND d.closed_at < :end AND d.stage = 'closed' AND {deals_of(scope, params)}"
    deals_at = f"deals d{' INDEXED BY ix_deals_closed' if db.sqlite else ''}"
    total = worth_sql("c", _PRICE)
    # By deal first, in the order of the indexes, so that nothing has to be sorted to count each deal once.
    for kind, own, money, deals, known, worth in db.all(
        f"WITH y AS (SELECT d.kind, d.currency AS own, c.currency AS money, count({total}) AS known,"
        f" sum({total}) AS worth FROM {deals_at} {_lines(db, 'deal')} AND {closed}"
        " GROUP BY d.closed_at, d.id, c.currency)"
        " SELECT kind, own, money, count(*), count(nullif(known, 0)), sum(worth) FROM y GROUP BY kind, own, money",
        params,
    ):
        gci = int(worth or 0)
        found[kind, money].add(Brought(lined=deals, earned=Earned(gci=gci, agency=gci)))
        if own == money:
            found[kind, money].add(Brought(known=known, worth=gci))
    for kind, money, worth, splits in db.all(
        f"SELECT d.kind, c.currency, {total}, c.splits FROM {deals_at} {_lines(db, 'split')}"
        f" AND c.splits IS NOT NULL AND {closed}",
        params,
    ):
        if worth is not None:
            _gci, agents, partners, _agency = _parted(int(worth), orjson.loads(splits))
            found[kind, money].add(Brought(earned=Earned(0, agents, partners, -agents - partners)))
    for key, one in _fallen(db, facts, which, params).items():
        found[key].add(one)
    return dict(found)


def net_of(db: Connection, deals: Sequence[int], currency: str) -> dict[int, int]:
    """What is left to the agency of each of the deals, in a currency."""
    if not deals:
        return {}
    params: dict[str, Any] = {"money": currency}
    which = f"c.currency = :money AND {among(db, 'c.deal_id', 'deals', deals, params)}"
    total = worth_sql("c", _PRICE)

    def lines(index: str) -> str:
        hint = f" INDEXED BY ix_commissions_{index}" if db.sqlite else ""
        return (
            f"commissions c{hint} {first_join(db)} {of_facts(db, 'deals')} ON d.id = c.deal_id"
            f" WHERE c.deleted_at IS NULL AND {which}"
        )

    found = {
        deal: int(worth or 0)
        for deal, worth in db.all(
            f"SELECT c.deal_id, sum({total}) FROM {lines('deal')} GROUP BY c.deal_id", params
        )
    }  # fmt: skip
    for deal, worth, splits in db.all(
        f"SELECT c.deal_id, {total}, c.splits FROM {lines('split')} AND c.splits IS NOT NULL", params
    ):
        if worth is not None:
            found[deal] += _parted(int(worth), orjson.loads(splits)).agency - int(worth)
    return found


def of_stretches(
    db: Connection, scope: Scope, moments: Sequence[str], name: str, kind: str, currency: str | None
) -> list[tuple[int, int]]:
    """Of the deals closed in each [moment, next moment] that are closed to this day: `deals`; `sales_volume` of a kind
    in a currency; `gci` or `net_to_agency` in it. Each with the deals that it is of."""
    params: dict[str, Any] = {"kind_": kind, "money": currency}
    whose = deals_of(scope, params)
    hint = " INDEXED BY ix_deals_closed" if db.sqlite else ""
    deals = f"deals d{hint}"
    closed = f"d.stage = 'closed' AND d.closed_at IS NOT NULL AND {whose}"
    lines = f"{deals} {_lines(db, 'deal')} AND c.currency = :money AND {closed}"
    total = worth_sql("c", _PRICE)
    if name == "deals":
        what = f"count(*), count(*) FROM {deals} WHERE {closed}"
    elif name == "sales_volume":
        what = (
            f"sum({_PRICE}), count(nullif({_PRICE}, 0)) FROM {deals} WHERE {closed} AND d.kind = :kind_"
            " AND d.currency = :money"
        )
    else:
        what = f"sum({total}), count(DISTINCT d.id) FROM {lines}"
    found: list[tuple[int, int]] = []
    stretches = iter(enumerate(pairwise(moments)))
    while some := list(islice(stretches, AT_ONCE)):
        bound, parts = dict(params), []
        for at, (start, end) in some:
            bound |= {f"start{at}": start, f"end{at}": end}
            parts.append(f"SELECT {at}, {what} AND d.closed_at >= :start{at} AND d.closed_at < :end{at}")
        found += ((int(value or 0), n) for _, value, n in sorted(db.all(" UNION ALL ".join(parts), bound)))
    if name == "net_to_agency":
        for at, worth, splits in db.all(
            f"SELECT d.closed_at, {total}, c.splits FROM {deals} {_lines(db, 'split')} AND c.splits IS NOT NULL"
            f" AND c.currency = :money AND {closed} AND d.closed_at >= :start AND d.closed_at < :end",
            {**params, "start": moments[0], "end": moments[-1]},
        ):
            if worth is not None:
                place = bisect_right(moments, at) - 1
                value, n = found[place]
                found[place] = (value - int(worth) + _parted(int(worth), orjson.loads(splits)).agency, n)
    return found


def earned(lines: Iterable[Line]) -> Earned:
    """What lines come to together; those of unknown worth count for nothing."""
    gci = agents = partners = agency = 0
    for line in lines:
        if line.total is None:
            continue
        gci += line.total
        if not line.splits:
            agency += line.total
            continue
        _total, mine, theirs, rest = _parted(line.total, line.splits)
        agents += mine
        partners += theirs
        agency += rest
    return Earned(gci, agents, partners, agency)


def _parted(total: int, splits: Sequence[Mapping[str, Any]]) -> Earned:
    parts, rest = divide(total, splits)
    agents = sum(part for split, part in zip(splits, parts, strict=True) if split["role"] in _AGENT)
    return Earned(total, agents, sum(parts) - agents, rest)


def _lines(db: Connection, index: str) -> str:
    """What joins the lines `c` to deals `d`, up to a further condition."""
    hint = f" INDEXED BY ix_commissions_{index}" if db.sqlite else ""
    return f"{first_join(db)} commissions c{hint} ON c.deal_id = d.id WHERE c.deleted_at IS NULL"


def _fallen(db: Connection, facts: DealFacts, which: str, params: Mapping[str, Any]) -> dict[Key, Brought]:
    """Of the deals that stood closed at the end of the period and have moved since, but for those that closed in it
    once more."""
    fell = {deal.id: deal for deal in facts.fell if deal.closed_at >= params["start"]}
    if not fell:
        return {}
    bound = dict(params)
    again = db.all(f"SELECT d.id {which} AND {among(db, 'd.id', 'fell', list(fell), bound)}", bound)
    for (number,) in again:
        del fell[number]
    lines = facts.lines(fell.values())
    return of_rows(fell.values(), lines, [(fell[number], line) for number, some in lines.items() for line in some])
