"""Money of a scope: what deals brought, what is on its way, what is owed, what was spent. metrics.md, section 3.

Prices of sales and of rents, and sums in two currencies, are never added up; commissions of sales and rents are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from itertools import product
from statistics import median
from typing import Any, NamedTuple

from realty_cli.analytics.chances import Z80, wilson
from realty_cli.analytics.deal_facts import RANKS, Closed, DealFacts, Learned, listing_of
from realty_cli.analytics.deal_sums import Brought, Key, earned, of_rows, of_store
from realty_cli.analytics.goals import Goals
from realty_cli.analytics.kinds import MoneyBasis
from realty_cli.analytics.pipeline import AHEAD_DAYS, Due, Group, Owed, Pipeline, chosen
from realty_cli.analytics.scope import Scope
from realty_cli.analytics.values import NOTHING, Measured, ratio
from realty_cli.deals.kinds import DealKind, Stage
from realty_cli.deals.money_kinds import TargetMetric
from realty_cli.kit.lazy import lazy
from realty_cli.store.database import Connection
from realty_cli.store.selection import any_of

#: The chance that a deal of a stage closes where there is no history, and how many deals that counts for.
USUAL = {Stage.LEAD: 0.02, Stage.SHOWING: 0.08, Stage.OFFER: 0.35, Stage.RESERVED: 0.80, Stage.CONTRACT: 0.90}
USUAL_WEIGHT = 10
#: A deal that is asleep has so much of the chance.
UNTOUCHED = 0.5
#: Up to so many deals the law of their sum is counted out; above, a normal one is near enough.
COUNTED_OUT = 12
#: The metrics of a block, as they are shown one after another.
_BLOCK = (
    "deals", "sides", "sales_volume", "avg_deal", "median_deal", "gci", "net_to_agency", "agent_income", "partners",
    "avg_commission", "commission_rate_weighted", "commission_rate_mean", "win_rate", "cycle_median", "velocity",
    "open_deals", "pipeline_raw", "pipeline_weighted", "receivable",
)  # fmt: skip
AGES = ("receivable_0_30", "receivable_31_60", "receivable_61_90", "receivable_90p")


class StageSum(NamedTuple):
    stage: str
    deals: int
    raw: int
    weighted: float
    probability: float
    n: int


@dataclass
class MoneyFound:
    """Raw numbers. `blocks` by (kind, currency), `totals` by currency: names of `catalogue.money` to what was
    measured, money in minor units; the rest is as its name says, by the same keys."""

    blocks: dict[Key, dict[str, Measured]] = field(default_factory=dict)
    totals: dict[str, dict[str, Measured]] = field(default_factory=dict)
    stages: dict[Key, list[StageSum]] = field(default_factory=dict)
    categories: dict[str, dict[str, int]] = field(default_factory=dict)
    agents: dict[tuple[int, str], dict[str, int]] = field(default_factory=dict)
    """By owner and currency: deals, sides, gci, agent_income."""
    months: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)
    """By month and currency: deals, sides, sales_volume (of sales), gci, net_to_agency, agent_income, expenses."""
    quality: dict[str, float | None] = field(default_factory=dict)
    due: dict[str, float] = field(default_factory=dict)
    """By currency, what the open deals that are to close in the period bring by their chances."""


def measure(
    db: Connection, scope: Scope, currency: str, basis: str = MoneyBasis.ACCRUAL, *, goals: Goals | None = None
) -> MoneyFound:
    """All of a scope; `currency` is the agency's own, in which there always is a block of sales."""
    return _Measuring(db, scope, currency, basis, goals or Goals(db, scope)).found()


def few(db: Connection, scope: Scope, earlier: Scope | None, currency: str) -> tuple[MoneyFound, MoneyFound | None]:
    """Of `measure` the blocks and totals that need no look at each deal, by accrual, of a period and of the one that
    it is compared with: those of a dashboard."""
    ours = _Summing(db, scope, currency, Goals(db, scope))
    if earlier is None:
        return ours.found(), None
    theirs = _Summing(db, earlier, currency, Goals(db, earlier))
    ours.pipeline.beside(theirs.pipeline)
    return ours.found(), theirs.found()


class _Summing:
    """What the database adds up by itself."""

    accrual = True

    def __init__(self, db: Connection, scope: Scope, currency: str, goals: Goals) -> None:
        self.db, self.scope, self.own, self.goals = db, scope, scope.currency or currency, goals
        self.facts = DealFacts(db, scope)
        self.pipeline = Pipeline(db, scope, self.facts)
        self.chances = {
            (kind.value, stage): chance(self.facts.learned, kind, stage) for kind in DealKind for stage in RANKS
        }
        self.spent = self._spent()

    @property
    def open(self) -> list[Group]:
        return self.pipeline.open

    @lazy
    def brought(self) -> dict[Key, Brought]:
        return of_store(self.db, self.scope, self.facts)

    def found(self) -> MoneyFound:
        found = MoneyFound()
        keys = set(self.brought)
        keys |= {(one.kind, one.currency) for one in self.open}
        keys |= {(one.kind, one.currency) for one in self.pipeline.owed}
        keys.add((self._usual_kind(), self.own))
        for key in sorted(keys):
            found.blocks[key], found.stages[key] = self._block(key)
        currencies = {money for _, money in keys} | {money for _, _, money in self.spent} | self.goals.currencies()
        if self.scope.currency is not None:
            currencies &= {self.scope.currency}
        for money in sorted(currencies):
            found.totals[money] = self._total(money, found)
        return found

    def _usual_kind(self) -> str:
        wanted = self.scope.deal_types
        return (DealKind.SALE if wanted is None or "sale" in wanted else DealKind.RENT).value

    # One kind in one currency -------------------------------------------------------------------------------------

    def _block(self, key: Key) -> tuple[dict[str, Measured], list[StageSum]]:
        kind, money = key
        one = self.brought.get(key, Brought())
        lost = self.facts.lost.get(key, 0)
        mine = chosen(self.open, kind=kind, currency=money)
        stages = [self._stage(mine, kind, stage) for stage in RANKS]
        open_, known = sum(one.deals for one in mine), sum(one.known for one in mine)
        income = (one.earned.gci, one.earned.agency, one.earned.agents, one.earned.partners)
        bare = one.deals - one.known if self.accrual else 0
        block = {
            "deals": Measured(one.deals, one.deals),
            "sales_volume": Measured(one.volume, one.priced, one.deals - one.priced),
            **{
                name: Measured(amount, one.lined, bare)
                for name, amount in zip(("gci", "net_to_agency", "agent_income", "partners"), income, strict=True)
            },
            "avg_commission": Measured(
                one.worth / one.known if one.known else None, one.known, one.deals - one.known
            ),
            "win_rate": share(one.deals, one.deals + lost),
            "open_deals": Measured(open_, open_),
            "pipeline_raw": Measured(sum(one.raw for one in stages), known, open_ - known),
            "pipeline_weighted": Measured(sum(one.weighted for one in stages), known, open_ - known),
            "receivable": _left(one for one in self.pipeline.owed if (one.kind, one.currency) == key),
        }  # fmt: skip
        return block, stages

    def _stage(self, mine: Sequence[Group], kind: str, stage: str) -> StageSum:
        here = chosen(mine, stage=stage)
        return StageSum(
            stage, sum(one.deals for one in here), sum(one.worth for one in here),
            sum(one.worth * self._chance(one) for one in here),
            self.chances[kind, stage], self.facts.learned.get((kind, stage), Learned(0, 0)).reached,
        )  # fmt: skip

    def _chance(self, one: Group | Due) -> float:
        likely = self.chances[one.kind, one.stage]
        return likely * UNTOUCHED if one.asleep else likely

    # One currency -------------------------------------------------------------------------------------------------

    def _total(self, money: str, found: MoneyFound) -> dict[str, Measured]:
        blocks = [block for (_, currency), block in found.blocks.items() if currency == money]

        def added(name: str) -> Measured:
            ours = [block[name] for block in blocks]
            return Measured(
                sum(one.value or 0 for one in ours), sum(one.n for one in ours), sum(one.n_excluded for one in ours)
            )

        total = {name: added(name) for name in ("gci", "net_to_agency", "agent_income", "partners")}
        spent = [amount for (_, _, currency), amount in self.spent.items() if currency == money]
        gci, net, expenses = total["gci"].value or 0, total["net_to_agency"].value or 0, sum(spent)
        due = chosen(self.open, currency=money, asked=True)
        found.due[money] = sum(one.worth * self._chance(one) for one in due)
        total |= {
            "expenses": Measured(expenses, len(spent)),
            "profit": Measured(net - expenses, total["gci"].n, total["gci"].n_excluded),
            "margin": Measured((net - expenses) / gci if gci else None, total["gci"].n),
            "pipeline_raw": added("pipeline_raw"),
            "pipeline_weighted": added("pipeline_weighted"),
        }
        total |= self._ahead(money)
        owed = [one for one in self.pipeline.owed if one.currency == money]
        total["receivable"] = _left(owed)
        for at, name in enumerate(AGES):
            total[name] = _left(one for one in owed if one.age == at)
        return total

    def _ahead(self, money: str) -> dict[str, Measured]:
        """What the next days are to bring, and how much of their target that is."""
        begin = self.scope.period.last
        last = begin + timedelta(days=AHEAD_DAYS)
        mine = chosen(self.open, currency=money)
        due = chosen(mine, ahead=True)
        count, undated = sum(one.known for one in due), sum(one.known for one in mine if not one.dated)
        if count > COUNTED_OUT:
            mean, low, high = _bell((one.worth, one.squares, self._chance(one)) for one in due)
        else:
            few = self.pipeline.due(money, last) if count else []
            mean, low, high = expected([(one.worth, self._chance(one)) for one in few if one.worth is not None])
        target = self.goals.amount(TargetMetric.GCI, begin + timedelta(days=1), last, money)
        outlook = Measured(mean, count, undated, low, high)
        return {"expected_90d": outlook, "coverage_90d": Measured(mean / target, count) if target else NOTHING}

    def _spent(self) -> dict[tuple[str, str, str], int]:
        """Expenses by day, category and currency. They have a day and no hour: the last day counts whole."""
        scope = self.scope
        params: dict[str, Any] = {"first": scope.period.first.isoformat(), "last": scope.period.last.isoformat()}
        parts = [scope.rows(params, "e"), "e.deleted_at IS NULL", "e.spent_on >= :first", "e.spent_on <= :last"]
        if scope.period.start == scope.period.end:
            return {}
        if scope.currency is not None:
            params["currency"] = scope.currency
            parts.append("e.currency = :currency")
        if scope.sources is not None:
            parts.append(any_of("e.source", "source", scope.sources, params))
        listing = listing_of(scope, params)
        if scope.deal_types is not None:
            kinds = any_of("p.deal_type", "deal_type", scope.deal_types, params)
            listing = f"{listing} AND {kinds}" if listing else kinds
        if listing:
            parts.append(f"EXISTS (SELECT 1 FROM properties p WHERE p.id = e.property_id AND {listing})")
        rows = self.db.all(
            f"SELECT e.spent_on, e.category, e.currency, sum(e.amount) FROM expenses e WHERE {' AND '.join(parts)}"
            " GROUP BY e.spent_on, e.category, e.currency",
            params,
        )
        return {(day, category, money): int(amount) for day, category, money, amount in rows}


class _Measuring(_Summing):
    """What takes a look at each deal and line as well."""

    def __init__(self, db: Connection, scope: Scope, currency: str, basis: str, goals: Goals) -> None:
        super().__init__(db, scope, currency, goals)
        self.closed = self.facts.closed
        self.lines = self.facts.lines(self.closed)
        self.accrual = basis == MoneyBasis.ACCRUAL
        accrued = [(deal, line) for deal in self.closed for line in self.lines.get(deal.id, ())]
        self.counted = accrued if self.accrual else self.facts.paid

    @lazy
    def brought(self) -> dict[Key, Brought]:
        return of_rows(self.closed, self.lines, self.counted)

    @lazy
    def by_key(self) -> dict[Key, list[Closed]]:
        found: dict[Key, list[Closed]] = defaultdict(list)
        for deal in self.closed:
            found[deal.kind, deal.currency].append(deal)
        return found

    def found(self) -> MoneyFound:
        found = super().found()
        for (_, category, money), amount in sorted(self.spent.items()):
            by = found.categories.setdefault(money, {})
            by[category] = by.get(category, 0) + amount
        self._agents(found)
        self._months(found)
        found.quality = self._quality()
        return found

    def _block(self, key: Key) -> tuple[dict[str, Measured], list[StageSum]]:
        block, stages = super()._block(key)
        closed = self.by_key.get(key, [])
        prices = [deal.price for deal in closed if deal.price]
        unpriced = len(closed) - len(prices)
        rated = []
        for deal in closed:
            known = [
                line.total for line in self.lines.get(deal.id, ()) if line.currency == key[1] and line.total is not None
            ]
            if known and deal.price:
                rated.append((sum(known), deal.price))
        avg, win, open_ = (block[name] for name in ("avg_commission", "win_rate", "open_deals"))
        cycle = Measured(_median([_days(deal.began, deal.closed_at) for deal in closed]), len(closed))
        block |= {
            "sides": Measured(sum(deal.sides for deal in closed), len(closed)),
            "avg_deal": Measured(_mean(prices), len(prices), unpriced),
            "median_deal": Measured(_median(prices), len(prices), unpriced),
            "commission_rate_weighted": Measured(
                sum(worth for worth, _ in rated) / sum(price for _, price in rated) if rated else None,
                len(rated), len(closed) - len(rated),
            ),
            "commission_rate_mean": Measured(
                _mean([worth / price for worth, price in rated]), len(rated), len(closed) - len(rated)
            ),
            "cycle_median": cycle,
            "velocity": _velocity(open_.n, avg, win, cycle),
        }  # fmt: skip
        return {name: block[name] for name in _BLOCK}, stages

    # Parts of the whole -------------------------------------------------------------------------------------------

    def _agents(self, found: MoneyFound) -> None:
        def of(owner: int, money: str) -> dict[str, int]:
            if (owner, money) not in found.agents:
                found.agents[owner, money] = dict.fromkeys(("deals", "sides", "gci", "agent_income"), 0)
            return found.agents[owner, money]

        for deal in self.closed:
            mine = of(deal.owner, deal.currency)
            mine["deals"] += 1
            mine["sides"] += deal.sides
        for deal, line in self.counted:
            mine, sums = of(deal.owner, line.currency), earned([line])
            mine["gci"] += sums.gci
            mine["agent_income"] += sums.agents

    def _months(self, found: MoneyFound) -> None:
        names = ("deals", "sides", "sales_volume", "gci", "net_to_agency", "agent_income", "expenses")

        def of(day: str, money: str) -> dict[str, int]:
            if (day[:7], money) not in found.months:
                found.months[day[:7], money] = dict.fromkeys(names, 0)
            return found.months[day[:7], money]

        @cache
        def local(moment: str) -> str:
            return _local(moment, self.scope).isoformat()

        for deal in self.closed:
            month = of(local(deal.closed_at), deal.currency)
            month["deals"] += 1
            month["sides"] += deal.sides
            month["sales_volume"] += (deal.price or 0) if deal.kind == DealKind.SALE else 0
        for deal, line in self.counted:
            at = deal.closed_at if self.accrual else line.paid_at or ""
            month, sums = of(local(at), line.currency), earned([line])
            month["gci"] += sums.gci
            month["net_to_agency"] += sums.agency
            month["agent_income"] += sums.agents
        for (day, _, money), amount in self.spent.items():
            of(day, money)["expenses"] += amount

    def _quality(self) -> dict[str, float | None]:
        def part(some: int, of: int) -> float | None:
            return round(some / of, 6) if of else None

        deals = sum(one.deals for one in self.open)
        return {
            "share_deals_with_commission": part(
                sum(1 for deal in self.closed if self.lines.get(deal.id)), len(self.closed)
            ),
            "share_open_deals_with_commission": part(sum(one.known for one in self.open), deals),
            "share_open_deals_with_date": part(sum(one.deals for one in self.open if one.dated), deals),
        }


def chance(learned: dict[Key, Learned], kind: str, stage: str) -> float:
    """The chance that a deal of a kind which reached a stage closes: by own history, drawn to the usual one."""
    known = learned.get((kind, stage), Learned(0, 0))
    return (known.won + USUAL_WEIGHT * USUAL[Stage(stage)]) / (known.reached + USUAL_WEIGHT)


def expected(deals: Sequence[tuple[int, float]]) -> tuple[float, float, float]:
    """The mean of what deals of some worth and chance bring, and the 80 % interval of it. Of few deals all outcomes are
    counted out: the sum of two is no bell."""
    if not deals:
        return 0.0, 0.0, 0.0
    if len(deals) > COUNTED_OUT:
        return _bell((worth, float(worth * worth), likely) for worth, likely in deals)
    mean = sum(worth * likely for worth, likely in deals)
    outcomes: dict[int, float] = defaultdict(float)
    for closes in product((False, True), repeat=len(deals)):
        weight, total = 1.0, 0
        for (worth, likely), does in zip(deals, closes, strict=True):
            weight *= likely if does else 1 - likely
            total += worth if does else 0
        outcomes[total] += weight
    return mean, float(_quantile(outcomes, 0.1)), float(_quantile(outcomes, 0.9))


def _bell(deals: Iterable[tuple[int, float, float]]) -> tuple[float, float, float]:
    """The same of many: of deals of one chance, their worth together, the sum of its squares, and the chance."""
    mean, variance, most = 0.0, 0.0, 0
    for worth, squares, likely in deals:
        mean += worth * likely
        variance += squares * likely * (1 - likely)
        most += worth
    spread = Z80 * variance**0.5
    return mean, max(0.0, mean - spread), min(float(most), mean + spread)


def share(part: int, whole: int) -> Measured:
    """A share with its 95 % interval."""
    found = ratio(part, whole)
    return Measured(found.value, found.n, 0, *wilson(part, whole)) if whole else found


def _quantile(outcomes: dict[int, float], level: float) -> int:
    passed, found = 0.0, 0
    for found in sorted(outcomes):
        passed += outcomes[found]
        if passed >= level - 1e-12:
            break
    return found


def _velocity(deals: int, avg: Measured, win: Measured, cycle: Measured) -> Measured:
    if avg.value is None or win.value is None or not cycle.value:
        return Measured(None, deals)
    return Measured(deals * avg.value * win.value / cycle.value, deals)


def _left(owed: Iterable[Owed]) -> Measured:
    some = list(owed)
    return Measured(sum(one.left for one in some), sum(one.lines for one in some))


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _median(values: Sequence[float]) -> float | None:
    return median(values) if values else None


def _days(start: str, end: str) -> float:
    return max(0.0, (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds() / 86_400)


def _local(moment: str, scope: Scope) -> date:
    return datetime.fromisoformat(moment).astimezone(scope.zone).date()
