"""What clients are worth, and what became of the leads of each month: questions about the whole history."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from realty_cli.analytics.clients import parties
from realty_cli.analytics.deal_facts import PARTIES, DealFacts, deals_of, first_join
from realty_cli.analytics.deal_sums import net_of
from realty_cli.analytics.lead_deals import brought
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
from realty_cli.store.selection import among

#: A client's first months over which worth is told, and the months after which cohorts are looked at.
WORTH_MONTHS = (12, 24, 36)
COHORT_MONTHS = (1, 2, 3, 6, 12)
COHORTS = 12
#: Worth is told of the deals of the last so many years: what an agency earned before says little of it.
WORTH_YEARS = 5
#: So many of the newest requests are matched.
_MOST_REQUESTS = 50


class Part(NamedTuple):
    """The clients whose first deal is so many months old at least, and what their first months brought."""

    months: int
    clients: int
    net: int


class Row(NamedTuple):
    """The leads of a month: how many of them were won within so many months, and the gross commission of the deals that
    they led to by then; None while these are not over."""

    month: str
    size: int
    won: tuple[int | None, ...]
    gci: tuple[int | None, ...]


class Worths(NamedTuple):
    """`curve`: what clients brought in each number of months from their first lead."""

    ltv: Measured
    parts: list[Part]
    curve: list[Part]


def worth(db: Connection, scope: Scope, currency: str) -> Worths:
    """What is left to the agency of a client's deals up to the end, shared evenly between the clients of a deal."""
    end = scope.as_of
    far = Period(end.astimezone(UTC).replace(microsecond=0) - timedelta(days=366 * WORTH_YEARS), end)
    cut = scope.cut(far, scope.asked)
    deals = _deals(db, cut, currency)
    deals = {**_fallen(db, cut, currency), **deals}
    bought: dict[int, list[tuple[str, float]]] = defaultdict(list)
    for closed_at, clients, net in sorted(deals.values()):
        for client in clients:
            bought[client].append((closed_at, net / len(clients)))
    if not bought:
        return Worths(NOTHING, [Part(months, 0, 0) for months in WORTH_MONTHS], [])
    whole = sum(net for some in bought.values() for _, net in some)
    parts = []
    for months in WORTH_MONTHS:
        newest = stamp(_back(end, months))
        old = [some for some in bought.values() if some[0][0] <= newest]
        brought = sum(net for some in old for at, net in some if at < stamp(_on(some[0][0], months)))
        parts.append(Part(months, len(old), round(brought)))
    return Worths(Measured(whole / len(bought), len(bought)), parts, _curve(db, scope, bought))


def payback(curve: Sequence[Part], cac: float | None) -> Measured:
    """The months after which clients who came so long ago had brought what one costs. Not available without a cost;
    None with the months that were looked at as lower bound where they have not yet."""
    if not cac:
        return Measured(None, available=False)
    for part in curve:
        if part.net >= cac * part.clients:
            return Measured(part.months, part.clients)
    return Measured(None, curve[-1].clients, low=curve[-1].months) if curve else NOTHING


def _curve(db: Connection, scope: Scope, bought: Mapping[int, Sequence[tuple[str, float]]]) -> list[Part]:
    """By the first months of clients, those of them who are so old, and what they brought in these. A client begins
    with the first lead, or with the first deal where that came before it."""
    params: dict[str, Any] = {"end": scope.end}
    which = among(db, "l.client_id", "clients", sorted(bought), params)
    first: dict[int, str] = dict(db.all(
        f"SELECT l.client_id, min(l.created_at) FROM leads l WHERE {which} AND l.deleted_at IS NULL"
        f" AND l.created_at < :end AND {scope.rows(params, 'l')} GROUP BY l.client_id",
        params,
    ))  # fmt: skip
    end, far = stamp(scope.as_of), WORTH_MONTHS[-1]
    ages: Counter[int] = Counter()
    brought: dict[tuple[int, int], float] = defaultdict(float)
    for client, some in bought.items():
        begin = min(first.get(client, some[0][0]), some[0][0])
        age = min(_months(begin, end, ended=True), far)
        ages[age] += 1
        for at, net in some:
            if (months := _months(begin, at)) <= age:
                brought[age, months] += net
    found = []
    for months in range(1, far + 1):
        clients = sum(many for age, many in ages.items() if age >= months)
        if clients:
            net = sum(some for (age, within), some in brought.items() if age >= months and within <= months)
            found.append(Part(months, clients, round(net)))
    return found


def _months(begin: str, moment: str, *, ended: bool = False) -> int:
    """In which month from a moment on another lies, from 1; `ended`: how many months are over by then."""
    years, months = int(moment[:4]) - int(begin[:4]), int(moment[5:7]) - int(begin[5:7])
    apart = years * 12 + months
    within = apart if _within(begin, moment, apart) else apart + 1
    return within - 1 if ended else max(1, within)


#: When a deal closed, the clients whom we worked for in it, and what of it is left to the agency.
_Deal = tuple[str, list[int], int]


def _deals(db: Connection, scope: Scope, currency: str) -> dict[int, _Deal]:
    """The deals that closed in the period and are closed to this day, by number: those with a client of ours."""
    params: dict[str, Any] = {"start": scope.start, "end": scope.end, "money": currency}
    hint = " INDEXED BY ix_deals_closed" if db.sqlite else ""
    where = (
        "d.stage = 'closed' AND d.closed_at IS NOT NULL AND d.closed_at >= :start AND d.closed_at < :end"
        f" AND d.currency = :money AND {deals_of(scope, params)}"
    )
    clients: dict[int, list[int]] = defaultdict(list)
    closed: dict[int, str] = {}
    for deal, at, client in db.all(
        f"SELECT DISTINCT d.id, d.closed_at, p.client_id FROM deals d{hint} {first_join(db)} deal_parties p"
        f" ON p.deal_id = d.id WHERE {where} AND p.role IN {PARTIES} AND d.side IN ('both', p.role)",
        params,
    ):
        closed[deal] = at
        clients[deal].append(client)
    net = net_of(db, list(closed), currency)
    return {deal: (at, clients[deal], net.get(deal, 0)) for deal, at in closed.items()}


def _fallen(db: Connection, scope: Scope, currency: str) -> dict[int, _Deal]:
    """Those that stood closed at the end and have moved since."""
    facts = DealFacts(db, scope)
    fell = {deal.id: deal for deal in facts.fell if deal.currency == currency and deal.closed_at >= scope.start}
    clients = parties(db, list(fell.values()))
    net = net_of(db, list(clients), currency)
    return {
        deal: (fell[deal].closed_at, sorted(ours), net.get(deal, 0)) for deal, ours in clients.items()
    }  # fmt: skip


def cohorts(db: Connection, scope: Scope, currency: str) -> list[Row]:
    """The last months up to the end, the oldest first; commission in a currency."""
    months: list[Period] = [period("month", scope.as_of.astimezone(UTC) - timedelta(microseconds=1), scope.zone)]
    while len(months) < COHORTS:
        months.insert(0, previous(months[0]))
    facts = LeadFacts(db, scope.cut(Period(months[0].start, scope.as_of), scope.asked))
    edges = [*(stamp(month.start) for month in months), facts.end]
    sizes, wins = facts.sizes_and_wins(edges)
    earned: list[list[tuple[str, str, int]]] = [[] for _ in months]
    for created, closed, gci in _earned(db, facts, currency):
        earned[bisect_right(edges, created) - 1].append((created, closed, gci))
    found = []
    for month, size, won, some in zip(months, sizes, wins, earned, strict=True):
        cells: list[int | None] = []
        money: list[int | None] = []
        for after in COHORT_MONTHS:
            over = _midnight(add_months(month.end.date(), after), scope) <= scope.as_of.astimezone(UTC)
            cells.append(sum(_within(created, closed, after) for created, closed in won) if over else None)
            money.append(sum(gci for created, at, gci in some if _within(created, at, after)) if over else None)
        found.append(Row(f"{month.first:%Y-%m}", size, tuple(cells), tuple(money)))
    return found


def _earned(db: Connection, facts: LeadFacts, currency: str) -> list[tuple[str, str, int]]:
    """Of the deals closed by the end that came of leads of the cohort: when the lead came, when the deal closed, and
    what it brought before anybody's part."""
    leads = dict(facts.came())
    return [
        (leads[part.lead], part.closed_at, part.gci) for part in brought(db, facts.scope, list(leads), currency)
    ]  # fmt: skip


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


def _within(created: str, won: str, months: int) -> bool:
    return won < _later(created[:10], months) + created[10:]


@lru_cache(maxsize=4_000)
def _later(day: str, months: int) -> str:
    return add_months(date.fromisoformat(day), months).isoformat()


def _on(moment: str, months: int) -> datetime:
    at = datetime.fromisoformat(moment)
    return datetime.combine(add_months(at.date(), months), at.timetz())


def _back(moment: datetime, months: int) -> datetime:
    at = moment.astimezone(UTC)
    return datetime.combine(add_months(at.date(), -months), at.timetz())


def _midnight(day: date, scope: Scope) -> datetime:
    at: Any = datetime(day.year, day.month, day.day, tzinfo=scope.zone)
    return datetime.fromisoformat(at.isoformat()).astimezone(UTC)
