"""Which leads a closed deal came of, and what it brought to each of them.

A deal came of the lead that it names, and, for every other side that we worked for in it, of the lead of its client
there that was won nearest to the closing and that no deal names. What it brought is shared evenly between them, to the
last kopeck, so that over all leads nothing is counted twice. Which lead a client's deal answers is told by the steps of
leads, so that the answer is the same as of any past moment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from realty_cli.analytics.deal_facts import PARTIES, Closed, DealFacts
from realty_cli.analytics.deal_sums import earned
from realty_cli.analytics.scope import Scope
from realty_cli.store.database import Connection
from realty_cli.store.selection import among

#: A lead that was won within so many days of a closing, before or after it, was won by it.
NEAR = timedelta(days=30)
_WON = "lead_stages s ON s.lead_id = l.id AND s.new_stage = 'won' AND s.withdrawn_by IS NULL AND s.effective_at < :end"
_UNNAMED = "NOT EXISTS (SELECT 1 FROM deals n WHERE n.lead_id = l.id AND n.deleted_at IS NULL)"


class Brought(NamedTuple):
    """What a closed deal brought to a lead: all of it and what is left to the agency. Minor units."""

    lead: int
    deal: int
    closed_at: str
    gci: int
    net: int


def brought(db: Connection, scope: Scope, leads: Sequence[int], currency: str) -> list[Brought]:
    """The deals that stood closed at the end of the scope and came of these leads, in a currency."""
    # Where a client came from narrows the leads already; a deal may have come of leads from several sources.
    facts = DealFacts(db, replace(scope, sources=None))
    wanted = set(leads)
    deals = {deal.id: (deal, lead) for deal, lead in facts.closed_among("lead_id", leads)}
    others = facts.closed_among("id", _of_parties(db, leads, scope.end))
    deals |= {deal.id: (deal, lead) for deal, lead in others}
    lines = facts.lines(deal for deal, _lead in deals.values())
    found = []
    for number, came_of in _leads_of(db, deals, scope.end).items():
        deal, _lead = deals[number]
        money = earned(line for line in lines.get(number, ()) if line.currency == currency)
        for lead, gci, net in zip(came_of, _shared(money.gci, came_of), _shared(money.agency, came_of), strict=True):
            if lead in wanted:
                found.append(Brought(lead, number, deal.closed_at, gci, net))
    return found


def _of_parties(db: Connection, leads: Sequence[int], end: str) -> list[int]:
    """The deals in which the clients of those of the leads that were won by the end are parties, on their sides."""
    if not leads:
        return []
    params: dict[str, Any] = {"end": end}
    which = among(db, "l.id", "leads", leads, params)
    rows = db.all(
        f"SELECT DISTINCT p.deal_id FROM leads l JOIN {_WON} JOIN deal_parties p ON p.client_id = l.client_id"
        f" AND p.role = l.side WHERE {which} AND {_UNNAMED}",
        params,
    )
    return [row[0] for row in rows]


def _leads_of(
    db: Connection, deals: Mapping[int, tuple[Closed, int | None]], end: str
) -> dict[int, list[int]]:  # fmt: skip
    """The leads that each deal came of, of whatever period."""
    if not deals:
        return {}
    params: dict[str, Any] = {}
    ours: dict[int, list[tuple[int, str]]] = defaultdict(list)
    which = among(db, "deal_id", "deals", list(deals), params)
    for deal, client, role in db.all(
        f"SELECT deal_id, client_id, role FROM deal_parties WHERE {which} AND role IN {PARTIES}"
        " ORDER BY deal_id, position",
        params,
    ):
        if deals[deal][0].side in ("both", role):
            ours[deal].append((client, role))
    params = {}
    named = sorted({lead for _deal, lead in deals.values() if lead is not None})
    which = among(db, "id", "named", named, params)
    sides: dict[int, str] = dict(db.all(f"SELECT id, side FROM leads WHERE {which}", params)) if named else {}
    won = _won(db, {client for some in ours.values() for client, _role in some}, end)
    found = {}
    for number, (deal, lead) in deals.items():
        came_of = [] if lead is None else [lead]
        for client, role in ours[number]:
            if lead is not None and sides.get(lead) == role:
                continue
            nearest = _nearest(won.get((client, role), ()), datetime.fromisoformat(deal.closed_at))
            if nearest is not None and nearest not in came_of:
                came_of.append(nearest)
        found[number] = came_of
    return found


def _won(db: Connection, clients: Iterable[int], end: str) -> dict[tuple[int, str], list[tuple[int, datetime]]]:
    """By client and side, the leads that no deal names, with the moments at which they were won."""
    params: dict[str, Any] = {"end": end}
    found: dict[tuple[int, str], list[tuple[int, datetime]]] = defaultdict(list)
    some = sorted(clients)
    which = among(db, "l.client_id", "clients", some, params)
    for client, side, lead, at in (
        db.all(
            f"SELECT l.client_id, l.side, l.id, s.effective_at FROM leads l JOIN {_WON} WHERE {which}"
            f" AND l.deleted_at IS NULL AND {_UNNAMED}",
            params,
        )
        if some
        else ()
    ):
        found[client, side].append((lead, datetime.fromisoformat(at)))
    return found


def _nearest(won: Iterable[tuple[int, datetime]], closed: datetime) -> int | None:
    near = [(abs(at - closed), lead) for lead, at in won if abs(at - closed) <= NEAR]
    return min(near)[1] if near else None


def _shared(amount: int, between: Sequence[int]) -> list[int]:
    """An amount in as many whole parts, which add up to it."""
    n = len(between)
    return [amount * (at + 1) // n - amount * at // n for at in range(n)]
