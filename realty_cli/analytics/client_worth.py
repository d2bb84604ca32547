"""What clients are worth, and what became of the leads of each month: questions about the whole history."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from realty_cli.analytics.clients import parties
from realty_cli.analytics.deal_facts import DealFacts
from realty_cli.analytics.deal_sums import earned
from realty_cli.analytics.lead_facts import LeadFacts
from realty_cli.analytics.scope import Scope
from realty_cli.analytics.values import NOTHING, Measured, ratio
from realty_cli.clients import candidates
from realty_cli.clients.matching import judge, wanted_of
from realty_cli.clients.request_record import REQUEST
from realty_cli.kit.clock import stamp
from realty_cli.kit.moment import add_months
from realty_cli.kit.periods import Period, period, previous
from realty_cli.store.database import Connection

#: A client's first months over which worth is told, and the months after which cohorts are looked at.
WORTH_MONTHS = (12, 24, 36)
COHORT_MONTHS = (1, 2, 3, 6, 12)
COHORTS = 12
#: Worth is told of the deals of the last so many years: what an agency earned before says little of it.
WORTH_YEARS = 5
_MOST_LEADS = 100_000
#: So many of the newest requests are matched.
_MOST_REQUESTS = 50


class Part(NamedTuple):
    """The clients whose first deal is so many months old at least, and what their first months brought."""

    months: int
    clients: int
    net: int


class Row(NamedTuple):
    """The leads of a month, and how many of them were won within so many months; None while these are not over."""

    month: str
    size: int
    won: tuple[int | None, ...]


class Worths(NamedTuple):
    ltv: Measured
    parts: list[Part]


def worth(db: Connection, scope: Scope, currency: str) -> Worths:
    """What is left to the agency of a client's deals up to the end, shared evenly between the clients of a deal."""
    end = scope.as_of
    far = Period(end.astimezone(UTC).replace(microsecond=0) - timedelta(days=366 * WORTH_YEARS), end)
    facts = DealFacts(db, scope.cut(far, scope.asked))
    deals = [deal for deal in facts.closed if deal.currency == currency]
    lines, clients = facts.lines(deals), parties(db, deals)
    bought: dict[int, list[tuple[str, float]]] = defaultdict(list)
    for deal in sorted(deals, key=lambda deal: deal.closed_at):
        ours = clients.get(deal.id, set())
        for client in ours:
            net = earned(line for line in lines.get(deal.id, ()) if line.currency == currency).agency
            bought[client].append((deal.closed_at, net / len(ours)))
    if not bought:
        return Worths(NOTHING, [Part(months, 0, 0) for months in WORTH_MONTHS])
    whole = sum(net for some in bought.values() for _, net in some)
    parts = []
    for months in WORTH_MONTHS:
        newest = stamp(_back(end, months))
        old = [some for some in bought.values() if some[0][0] <= newest]
        brought = sum(net for some in old for at, net in some if at < stamp(_on(some[0][0], months)))
        parts.append(Part(months, len(old), round(brought)))
    return Worths(Measured(whole / len(bought), len(bought)), parts)


def cohorts(db: Connection, scope: Scope) -> list[Row]:
    """The last months up to the end, the oldest first."""
    months: list[Period] = [period("month", scope.as_of.astimezone(UTC) - timedelta(microseconds=1), scope.zone)]
    while len(months) < COHORTS:
        months.insert(0, previous(months[0]))
    whole = Period(months[0].start, scope.as_of)
    leads = LeadFacts(db, scope.cut(whole, scope.asked)).since(stamp(whole.start), _MOST_LEADS)
    ends = [stamp(month.end) for month in months]
    members: list[list[tuple[str, str | None]]] = [[] for _ in months]
    for lead in leads:
        if not lead.spam:
            at = next(at for at, end in enumerate(ends) if lead.created_at < end)
            members[at].append((lead.created_at, lead.closed_at if lead.won else None))
    found = []
    for month, some in zip(months, members, strict=True):
        cells: list[int | None] = []
        for after in COHORT_MONTHS:
            over = _midnight(add_months(month.end.date(), after), scope) <= scope.as_of.astimezone(UTC)
            cells.append(sum(_within(at, won, after) for at, won in some) if over else None)
        found.append(Row(f"{month.first:%Y-%m}", len(some), tuple(cells)))
    return found


def demand(db: Connection, scope: Scope) -> Measured:
    """Of the newest open requests, those that a listing on the market answers as it stands. What stood on the market at
    a past moment is not asked: there is no number for it."""
    if scope.as_of.astimezone(UTC) < scope.now.astimezone(UTC):
        return Measured(None, available=False)
    params: dict[str, Any] = {"most": _MOST_REQUESTS}
    rows = db.all(
        f"SELECT {REQUEST.select} FROM requests p WHERE p.deleted_at IS NULL AND p.status = 'active'"
        f" AND {scope.rows(params, 'p')} ORDER BY p.id DESC LIMIT :most",
        params,
    )
    answered = 0
    for row in rows:
        wanted = wanted_of(REQUEST.state(row))
        listings, _all = candidates.listings_for(db, scope.actor, wanted)
        matches = (judge(wanted, one) for one in listings)
        answered += any(match is not None and match.bargain is None for match in matches)
    return ratio(answered, len(rows))


def _within(created: str, won: str | None, months: int) -> bool:
    return won is not None and won < stamp(_on(created, months))


def _on(moment: str, months: int) -> datetime:
    at = datetime.fromisoformat(moment)
    return datetime.combine(add_months(at.date(), months), at.timetz())


def _back(moment: datetime, months: int) -> datetime:
    at = moment.astimezone(UTC)
    return datetime.combine(add_months(at.date(), -months), at.timetz())


def _midnight(day: date, scope: Scope) -> datetime:
    at: Any = datetime(day.year, day.month, day.day, tzinfo=scope.zone)
    return datetime.fromisoformat(at.isoformat()).astimezone(UTC)
