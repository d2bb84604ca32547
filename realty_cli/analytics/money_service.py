"""Money as it is asked for: measured, compared, and put into words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from realty_cli.analytics.catalogue import named
from realty_cli.analytics.catalogue.metric import DEFINITIONS_VERSION
from realty_cli.analytics.goals import Goals
from realty_cli.analytics.kinds import Compare, MoneyBasis
from realty_cli.analytics.money import MoneyFound, few, measure
from realty_cli.analytics.scope import Scope
from realty_cli.analytics.values import Measured, block, shown_period
from realty_cli.auth.policy import Act, require
from realty_cli.deals.money_kinds import TargetMetric
from realty_cli.kit.i18n import Translator, translator
from realty_cli.kit.money import from_minor
from realty_cli.store.selection import any_of

if TYPE_CHECKING:
    from realty_cli.analytics.service import Analytics

_NONE = Measured(0)


class MoneyService:
    def __init__(self, analytics: Analytics) -> None:
        self.db, self.actor, self.settings = analytics.db, analytics.actor, analytics.settings

    def measure(self, scope: Scope, basis: str = MoneyBasis.ACCRUAL) -> MoneyFound:
        """Raw numbers, money in minor units."""
        require(self.actor, Act.ANALYTICS_READ)
        return measure(self.db, scope, self.settings.currency, basis)

    def few(self, scope: Scope, earlier: Scope | None = None) -> tuple[MoneyFound, MoneyFound | None]:
        """Of `measure` what needs no look at each deal, of both periods of a comparison (`money.few`)."""
        require(self.actor, Act.ANALYTICS_READ)
        return few(self.db, scope, earlier, self.settings.currency)

    def metrics(
        self, scope: Scope, language: str, compare: str = Compare.NONE, basis: str = MoneyBasis.ACCRUAL
    ) -> dict[str, Any]:
        """See `FinancialMetrics`."""
        require(self.actor, Act.ANALYTICS_READ)
        say, goals = translator(language), Goals(self.db, scope)
        found = measure(self.db, scope, self.settings.currency, basis, goals=goals)
        earlier = scope.before(compare)
        before = None if earlier is None else self.measure(earlier, basis)
        return {
            "period": shown_period(scope.period, partial=scope.partial),
            "scope": scope.told(language),
            "compared": None if earlier is None else shown_period(earlier.period, partial=earlier.partial),
            "basis": str(basis),
            "blocks": self._blocks(found, before, say),
            "totals": [
                self._total(money, found, before, say, scope, goals)
                for money in sorted({*found.totals, *(before.totals if before else ())})
            ],
            "by_agent": self._agents(found),
            "by_month": _months(found, scope),
            "data_quality": found.quality,
            "as_of": scope.as_of.isoformat(),
            "definitions_version": DEFINITIONS_VERSION,
        }

    def _blocks(self, found: MoneyFound, before: MoneyFound | None, say: Translator) -> list[dict[str, Any]]:
        shown = []
        for key in sorted({*found.blocks, *(before.blocks if before else ())}, key=lambda key: (key[0] != "sale", key)):
            raw = found.blocks.get(key) or _empty(before.blocks[key] if before else {})
            earlier = None if before is None else before.blocks.get(key) or _empty(raw)
            shown.append({
                "deal_kind": key[0],
                "currency": key[1],
                **block(named("money"), raw, say, currency=key[1], before=earlier),
                "pipeline_by_stage": [
                    {
                        "stage": one.stage, "deals": one.deals, "raw": from_minor(one.raw),
                        "weighted": from_minor(round(one.weighted)), "probability": round(one.probability, 4),
                        "n": one.n,
                    }
                    for one in found.stages.get(key, ())
                ],
            })  # fmt: skip
        return shown

    def _total(
        self, money: str, found: MoneyFound, before: MoneyFound | None, say: Translator, scope: Scope, goals: Goals
    ) -> dict[str, Any]:
        raw = found.totals.get(money) or _empty(before.totals[money] if before else {})
        earlier = None if before is None else before.totals.get(money) or _empty(raw)
        spent = found.categories.get(money, {})
        whole = sum(spent.values())
        return {
            "currency": money,
            **block(named("money"), raw, say, currency=money, before=earlier),
            "expenses_by_category": [
                {"category": name, "amount": from_minor(amount), "share": round(amount / whole, 6) if whole else None}
                for name, amount in sorted(spent.items(), key=lambda one: (-one[1], one[0]))
            ],
            "plan": _plan(money, found, scope, goals, round(raw["gci"].value or 0)),
        }

    def _agents(self, found: MoneyFound) -> list[dict[str, Any]]:
        names = self.names({owner for owner, _ in found.agents})
        rows = [
            {
                "owner_id": owner, "agent": names.get(owner, f"№ {owner}"), "currency": money, "deals": one["deals"],
                "sides": one["sides"], "gci": from_minor(one["gci"]), "agent_income": from_minor(one["agent_income"]),
            }
            for (owner, money), one in found.agents.items()
        ]  # fmt: skip
        return sorted(rows, key=lambda row: (row["currency"], -row["gci"], -row["deals"], row["owner_id"]))

    def names(self, owners: set[int]) -> dict[int, str]:
        """What accounts are called."""
        if not owners:
            return {}
        params: dict[str, Any] = {}
        which = any_of("id", "account", sorted(owners), params)
        rows = self.db.all(f"SELECT id, coalesce(nullif(full_name, ''), username) FROM accounts WHERE {which}", params)
        return {row[0]: row[1] for row in rows}


def _empty(like: dict[str, Measured]) -> dict[str, Measured]:
    """What a block comes to in which there is nothing: counts and sums are 0, the rest cannot be said."""
    return {name: _NONE if name in _ADDED else Measured(None) for name in like}


_ADDED = frozenset({
    "deals", "sides", "sales_volume", "gci", "net_to_agency", "agent_income", "partners", "open_deals", "pipeline_raw",
    "pipeline_weighted", "receivable", "receivable_0_30", "receivable_31_60", "receivable_61_90", "receivable_90p",
    "expenses", "profit", "expected_90d",
})  # fmt: skip


def _plan(money: str, found: MoneyFound, scope: Scope, goals: Goals, fact: int) -> dict[str, Any]:
    first, last = scope.asked.first, scope.asked.last
    target = goals.amount(TargetMetric.GCI, first, last, money)
    started = scope.period.start < scope.period.end
    by_now = goals.amount(TargetMetric.GCI, first, scope.period.last, money) if started else None
    promised = found.due.get(money, 0.0)
    return {
        "target": None if target is None else from_minor(round(target)),
        "fact": from_minor(fact),
        "expected_now": None if by_now is None else from_minor(round(by_now)),
        "attainment": round(fact / by_now, 4) if by_now else None,
        "forecast": from_minor(round(fact + promised)) if scope.partial else None,
    }


def _months(found: MoneyFound, scope: Scope) -> list[dict[str, Any]]:
    """Every month of the period that has begun, in every currency that there is, the oldest first."""
    last = scope.period.last
    names = []
    year, month = scope.period.first.year, scope.period.first.month
    while (year, month) <= (last.year, last.month):
        names.append(f"{year:04d}-{month:02d}")
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    currencies = sorted({money for _, money in found.months} or found.totals)
    shown = []
    for name in names:
        for money in currencies:
            one = found.months.get((name, money), {})
            net, spent = one.get("net_to_agency", 0), one.get("expenses", 0)
            shown.append({
                "month": name, "currency": money, "deals": one.get("deals", 0), "sides": one.get("sides", 0),
                "gci": from_minor(one.get("gci", 0)), "net_to_agency": from_minor(net), "expenses": from_minor(spent),
                "profit": from_minor(net - spent), "partial": scope.partial and name == names[-1],
            })  # fmt: skip
    return shown
