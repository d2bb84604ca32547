"""Clients and leads of a scope: what came, how fast it was answered, how far it got, what it cost. metrics.md, 4."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from math import ceil
from statistics import median
from typing import Any, NamedTuple

from realty_cli.analytics.chances import wilson
from realty_cli.analytics.deal_facts import PARTIES, Closed, DealFacts, deals_of
from realty_cli.analytics.lead_deals import brought
from realty_cli.analytics.lead_facts import DEMAND, RANKS, REFERRALS, WON_RANK, Journey, Lead, LeadFacts
from realty_cli.analytics.money import share
from realty_cli.analytics.satisfaction import satisfaction
from realty_cli.analytics.scope import Scope
from realty_cli.analytics.stays import Stay, stays
from realty_cli.analytics.values import NOTHING, Measured, ratio
from realty_cli.analytics.working_time import laid
from realty_cli.clients.kinds import LeadSide, LeadStage
from realty_cli.kit.clock import stamp
from realty_cli.kit.periods import Period
from realty_cli.store.database import Connection
from realty_cli.store.selection import among

#: So long a lead may need to become a deal.
SALE_DAYS, RENT_DAYS = 180, 45
#: The time from lead to deal is told by the leads of so many days, and of these by the last so many.
CYCLE_DAYS, CYCLE_MOST, CYCLE_FEW = 365, 5_000, 10
_HOUR = 3_600


class Step(NamedTuple):
    """How many leads reached a stage, and the median days that it took from the one before."""

    stage: str
    entered: int
    median_days: float | None


class Run(NamedTuple):
    """The funnel of one kind: `demand` or `supply`."""

    kind: str
    leads: int
    lost: int
    youngest_days: int
    mature_days: int
    steps: list[Step]


@dataclass
class Source:
    leads: int = 0
    won: int = 0
    clients: set[int] = field(default_factory=set)
    """Those of won leads."""
    cost: int = 0
    gci: int = 0
    net: int = 0


@dataclass
class ClientsFound:
    """Raw numbers: `totals` by the names of `catalogue.clients`, money in minor units of `currency`."""

    currency: str
    until: datetime
    totals: dict[str, Measured] = field(default_factory=dict)
    funnels: list[Run] = field(default_factory=list)
    stays: dict[str, list[Stay]] = field(default_factory=dict)
    """By the kind of funnel."""
    lost_reasons: dict[str, int] = field(default_factory=dict)
    sources: dict[str | None, Source] = field(default_factory=dict)
    quality: dict[str, float | None] = field(default_factory=dict)


def follow_of(scope: Scope) -> timedelta:
    """How long the leads of a period can be followed beyond its end by now."""
    return min(timedelta(days=SALE_DAYS), scope.now - scope.as_of)


def measure(db: Connection, scope: Scope, currency: str, follow: timedelta | None = None) -> ClientsFound:
    """All of a scope but what needs the whole history (`worth`). `currency` is that of costs and commissions."""
    return _Measuring(db, scope, scope.currency or currency, _until(scope, follow)).found()


def few(db: Connection, scope: Scope, earlier: Scope | None, currency: str) -> tuple[ClientsFound, ClientsFound | None]:
    """Of `measure` what a dashboard shows, of a period and of the one that it is compared with, both followed as long:
    the leads of the period and those that are open; of the first one the funnel of demand, too."""
    follow, scopes = follow_of(scope), [scope] if earlier is None else [scope, earlier]
    facts = [LeadFacts(db, one, _until(one, follow)) for one in scopes]
    found = [_few(one, scope.currency or currency) for one in facts]
    found[0].funnels = [_summed("demand", facts[0])]
    return found[0], found[1] if len(found) > 1 else None


def funnels(db: Connection, scope: Scope, follow: timedelta) -> list[Run]:
    """Of `measure` the funnels alone."""
    facts = LeadFacts(db, scope, _until(scope, follow))
    return [_summed(kind, facts) for kind in ("demand", "supply")]


def sources(db: Connection, scope: Scope, currency: str, follow: timedelta) -> dict[str | None, Source]:
    """Of `measure` the sources alone."""
    return _Measuring(db, scope, scope.currency or currency, _until(scope, follow)).sources()


def _summed(kind: str, facts: LeadFacts) -> Run:
    """A funnel of leads that the database has counted."""
    sides = sorted(side.value for side in LeadSide if (side in DEMAND) == (kind == "demand"))
    ours = [one for one in facts.tallies if one.side in sides and not one.spam]
    return _run(
        kind, {one.side for one in ours}, sum(one.leads for one in ours),
        sum(one.leads for one in ours if one.stage == LeadStage.LOST),
        max((one.youngest for one in ours), default=None), facts.until, facts.journeys(sides),
    )  # fmt: skip


def _few(facts: LeadFacts, currency: str) -> ClientsFound:
    ours = [one for one in facts.tallies if not one.spam]
    whole = sum(one.leads for one in ours)
    waiting = sum(one.leads for one in ours if not one.answered and one.stage not in (LeadStage.WON, LeadStage.LOST))
    times = sorted(max(0.0, _seconds(came, answered)) for came, answered in facts.answers())
    found = ClientsFound(currency, facts.until)
    found.totals = _totals(
        facts.resting, whole, sum(one.leads for one in facts.tallies) - whole,
        _answers(times, whole, sum(one.spoken for one in ours), waiting),
        sum(one.leads for one in ours if one.stage == LeadStage.WON),
    )  # fmt: skip
    return found


def _until(scope: Scope, follow: timedelta | None) -> datetime:
    return (scope.as_of.astimezone(UTC) + (follow_of(scope) if follow is None else follow)).astimezone(scope.zone)


class _Measuring:
    def __init__(self, db: Connection, scope: Scope, currency: str, until: datetime) -> None:
        self.db, self.scope, self.currency, self.until = db, scope, currency, until
        self.facts = LeadFacts(db, scope, until)
        self.leads = self.facts.cohort

    def found(self) -> ClientsFound:
        found = ClientsFound(self.currency, self.until)
        times = sorted(
            max(0.0, _seconds(lead.created_at, lead.answered_at)) for lead in self.leads if lead.answered_at is not None
        )
        waiting = sum(
            1 for lead in self.leads
            if lead.answered_at is None and lead.stage not in (LeadStage.WON, LeadStage.LOST)
        )  # fmt: skip
        leads = _totals(
            self.facts.resting, len(self.leads), len(self.facts.all) - len(self.leads),
            _answers(times, len(self.leads), len(self.facts.spoken), waiting, self._worked()),
            sum(lead.won for lead in self.leads),
        )  # fmt: skip
        active = self.facts.active()
        found.totals = {
            **{name: leads.pop(name) for name in list(leads) if name not in ("open_leads", "dormant")},
            "cycle_median": self._cycle(),
            "open_leads": leads["open_leads"],
            "active": Measured(active, active),
            "dormant": leads["dormant"],
            "repeat_share": self._repeat(),
            "referral_share": ratio(sum(_sent(lead) for lead in self.leads), len(self.leads)),
            "demand_match": Measured(None, available=False),
            "satisfaction": satisfaction(self.db, self.scope),
        }
        found.funnels = [self.funnel(kind) for kind in ("demand", "supply")]
        found.stays = {
            run.kind: stays(self._of(run.kind), self.facts.arrivals, self.until) for run in found.funnels
        }  # fmt: skip
        lost = [lead for lead in self.leads if lead.stage == LeadStage.LOST]
        found.lost_reasons = dict(Counter((lead.lost_reason or "").strip() for lead in lost))
        found.sources = self.sources()
        cost = sum(one.cost for name, one in found.sources.items() if name is not None)
        clients = {lead.client for lead in self.leads if lead.won}
        found.totals["cac"] = Measured(cost / len(clients), len(clients)) if clients and cost else NOTHING
        found.totals |= {"ltv": NOTHING, "ltv_to_cac": NOTHING, "payback": NOTHING}
        found.quality = {
            "share_leads_with_source": part(sum(lead.source is not None for lead in self.leads), len(self.leads)),
            "share_lost_with_reason": part(sum(bool(lead.lost_reason) for lead in lost), len(lost)),
        }
        return found

    def _worked(self) -> dict[str, Measured]:
        """The time to the first answer, of the working time of each lead's agent. Leads of those who have no working
        hours are left out."""
        answers = {
            lead.id: (datetime.fromisoformat(lead.created_at), datetime.fromisoformat(lead.answered_at))
            for lead in self.leads if lead.answered_at is not None
        }  # fmt: skip
        times = [moment for pair in answers.values() for moment in pair] or [self.scope.as_of]
        work = laid(self.db, sorted({lead.owner for lead in self.leads}), min(times), max(times))
        ours = [lead for lead in self.leads if lead.owner in work]
        took = sorted(work[lead.owner].seconds(*answers[lead.id]) for lead in ours if lead.id in answers)
        without = len(self.leads) - len(ours)
        return {
            name: Measured(quantile(took, len(ours), level), len(ours), without)
            for name, level in (("response_working_median", 0.5), ("response_working_p90", 0.9))
        }

    def _cycle(self) -> Measured:
        end = self.scope.end
        leads = self.facts.since(stamp(self.scope.as_of - timedelta(days=CYCLE_DAYS)), CYCLE_MOST)
        times = []
        for lead in leads:
            if lead.won and lead.closed_at is not None:
                times.append((max(0.0, _seconds(lead.created_at, lead.closed_at)) / 86_400, True))
            elif lead.stage != LeadStage.LOST:
                times.append((max(0.0, _seconds(lead.created_at, end)) / 86_400, False))
        events = sum(happened for _, happened in times)
        if events < CYCLE_FEW:
            return Measured(None, events)
        found = kaplan_meier_median(times)
        return Measured(found, events, low=None if found is not None else max(time for time, _ in times))

    def _repeat(self) -> Measured:
        """Of the clients in the deals closed in the period, those who have closed more than one by its end."""
        scope, facts = self.scope, DealFacts(self.db, self.scope)
        params: dict[str, Any] = {"start": scope.start, "end": scope.end}
        rows = self.db.all(
            "SELECT DISTINCT p.client_id FROM deals d JOIN deal_parties p ON p.deal_id = d.id"
            f" WHERE d.stage = 'closed' AND d.closed_at >= :start AND d.closed_at < :end AND p.role IN {PARTIES}"
            f" AND d.side IN ('both', p.role) AND {deals_of(scope, params)}",
            params,
        )
        fell = parties(self.db, [deal for deal in facts.fell if deal.closed_at >= scope.start])
        clients = {row[0] for row in rows}.union(*fell.values())
        if not clients:
            return NOTHING
        ever: dict[int, set[int]] = defaultdict(set)
        params = {"end": self.scope.end}
        which = among(self.db, "p.client_id", "clients", sorted(clients), params)
        for client, deal in self.db.all(
            "SELECT p.client_id, d.id FROM deal_parties p JOIN deals d ON d.id = p.deal_id"
            f" WHERE {which} AND p.role IN {PARTIES} AND d.stage = 'closed' AND d.closed_at < :end"
            f" AND {self.scope.rows(params, 'd')} AND d.deleted_at IS NULL",
            params,
        ):
            ever[client].add(deal)
        # Whatever the question is narrowed to, any other deal of theirs counts: those that fell through since, too.
        everything = replace(
            scope, property_types=None, deal_types=None, cities=None, districts=None, sources=None, currency=None
        )
        if fallen := list(DealFacts(self.db, everything).fallen):
            params = {}
            which = among(self.db, "deal_id", "deals", fallen, params)
            for client, deal in self.db.all(
                f"SELECT client_id, deal_id FROM deal_parties WHERE {which} AND role IN {PARTIES}", params
            ):
                ever[client].add(deal)
        return ratio(sum(len(ever[client]) > 1 for client in clients), len(clients))

    # Parts ----------------------------------------------------------------------------------------------------------

    def _of(self, kind: str) -> list[Lead]:
        return [lead for lead in self.leads if (lead.side in DEMAND) == (kind == "demand")]

    def funnel(self, kind: str) -> Run:
        leads = self._of(kind)
        return _run(
            kind, {lead.side for lead in leads}, len(leads), sum(lead.stage == LeadStage.LOST for lead in leads),
            max((lead.created_at for lead in leads), default=None), self.until,
            (Journey(1, lead.won, [*map(self.facts.arrivals.get(lead.id, {}).get, RANKS.values())]) for lead in leads),
        )  # fmt: skip

    def sources(self) -> dict[str | None, Source]:
        found: dict[str | None, Source] = defaultdict(Source)
        of = {lead.id: lead.source for lead in self.leads}
        for lead in self.leads:
            one = found[lead.source]
            one.leads += 1
            if lead.won:
                one.won += 1
                one.clients.add(lead.client)
        for source, cost in self._costs():
            found[source].cost += cost
        followed = Period(self.scope.period.start, self.until)
        for part in brought(self.db, self.scope.cut(followed, self.scope.asked), list(of), self.currency):
            found[of[part.lead]].gci += part.gci
            found[of[part.lead]].net += part.net
        return dict(found)

    def _costs(self) -> list[tuple[str, int]]:
        scope = self.scope
        if scope.period.start == scope.period.end:
            return []
        params: dict[str, Any] = {
            "first": scope.period.first.isoformat(), "last": scope.period.last.isoformat(), "money": self.currency,
        }  # fmt: skip
        narrowed = ""
        if scope.sources is not None:
            narrowed = f" AND {among(self.db, 'e.source', 'source', list(scope.sources), params)}"
        rows = self.db.all(
            "SELECT e.source, sum(e.amount) FROM expenses e WHERE e.source IS NOT NULL AND e.deleted_at IS NULL"
            f" AND e.spent_on >= :first AND e.spent_on <= :last AND e.currency = :money AND {scope.rows(params, 'e')}"
            f"{narrowed} GROUP BY e.source",
            params,
        )
        return [(source, int(amount)) for source, amount in rows]


def _totals(
    resting: tuple[int, int], whole: int, spam: int, answers: Mapping[str, Measured], won: int
) -> dict[str, Measured]:
    """What is told of a cohort of so many leads without a look beyond them, and of all that are open."""
    open_, asleep = resting
    return {
        "new_leads": Measured(whole, whole),
        "spam": Measured(spam, spam),
        **answers,
        "lead_to_deal": share(won, whole),
        "open_leads": Measured(open_, open_),
        "dormant": Measured(asleep, open_),
    }


def _answers(
    answered: Sequence[float], whole: int, spoken: int, waiting: int, worked: Mapping[str, Measured] | None = None
) -> dict[str, Measured]:
    """Of the seconds, in order, after which leads were answered. Waiting leads are as long as they have waited so far
    at least: the slowest, and not left out."""
    return {
        "attempted_share": ratio(len(answered), whole),
        "contacted_share": ratio(spoken, whole),
        "response_median": Measured(quantile(answered, whole, 0.5), whole),
        "response_p90": Measured(quantile(answered, whole, 0.9), whole),
        **(worked or {}),
        "within_5m": ratio(bisect_right(answered, 300), whole),
        "within_1h": ratio(bisect_right(answered, _HOUR), whole),
        "unanswered": Measured(waiting, whole),
    }


def _run(
    kind: str, sides: Set[str], leads: int, lost: int, youngest: str | None, until: datetime,
    journeys: Iterable[Journey],
) -> Run:  # fmt: skip
    age = (until - datetime.fromisoformat(youngest)).days if youngest is not None else 0
    rents = bool(sides) and sides <= {"tenant", "landlord"}
    return Run(kind, leads, lost, age, RENT_DAYS if rents else SALE_DAYS, _steps(journeys))


def _steps(journeys: Iterable[Journey]) -> list[Step]:
    ended = [0] * len(RANKS)
    days: list[list[float]] = [[] for _ in RANKS]
    for leads, won, times in journeys:
        reached, latest = 0, ""
        for rank, at in enumerate(times):
            # Whoever was not won has got no further than before, whatever once was said of it.
            if at is None or (rank == WON_RANK and not won):
                continue
            reached = rank
            if latest:
                days[rank].append(max(0.0, _seconds(latest, at)) / 86_400)
            latest = max(latest, at)
        ended[WON_RANK if won else reached] += leads
    return [
        Step(stage, sum(ended[rank:]), median(days[rank]) if days[rank] else None) for stage, rank in RANKS.items()
    ]  # fmt: skip


def parties(db: Connection, deals: Sequence[Closed]) -> Mapping[int, set[int]]:
    """The clients whom we worked for in each deal: of both sides where the side is both."""
    if not deals:
        return {}
    sides = {deal.id: deal.side for deal in deals}
    params: dict[str, Any] = {}
    which = among(db, "deal_id", "deals", list(sides), params)
    found: dict[int, set[int]] = defaultdict(set)
    for deal, client, role in db.all(
        f"SELECT deal_id, client_id, role FROM deal_parties WHERE {which} AND role IN {PARTIES}", params
    ):
        if sides[deal] in ("both", role):
            found[deal].add(client)
    return found


def kaplan_meier_median(times: Sequence[tuple[float, bool]]) -> float | None:
    """The time by which half would have seen the event, of (time, whether it happened then or was not yet seen)."""
    alive, at_risk = 1.0, len(times)
    by_time: dict[float, list[int]] = defaultdict(lambda: [0, 0])
    for time, seen in times:
        by_time[time][0] += seen
        by_time[time][1] += 1
    for time in sorted(by_time):
        happened, gone = by_time[time]
        alive *= 1 - happened / at_risk
        if happened and alive <= 0.5 + 1e-12:
            return time
        at_risk -= gone
    return None


def quantile(answered: Sequence[float], whole: int, level: float) -> float | None:
    """Hours by which this share of all, those that still wait among them, was answered; None where it is not yet."""
    if not whole:
        return None
    at = ceil(level * whole) - 1
    if level == 0.5 and whole % 2 == 0:
        pair = answered[at : at + 2]
        return sum(pair) / 2 / _HOUR if len(pair) == 2 else None
    return answered[at] / _HOUR if at < len(answered) else None


def part(some: int, of: int) -> float | None:
    return round(some / of, 6) if of else None


def interval(some: int, of: int) -> tuple[float | None, float | None, float | None]:
    """A share with its 95 % interval, rounded as answers give them; nothing of none."""
    if not of:
        return None, None, None
    low, high = wilson(some, of)
    return round(some / of, 6), round(low, 6), round(high, 6)


def _sent(lead: Lead) -> bool:
    return lead.referrer is not None or (lead.source or "").strip().casefold() in REFERRALS


def _seconds(start: str, end: str | None) -> float:
    return (datetime.fromisoformat(end or start) - datetime.fromisoformat(start)).total_seconds()
