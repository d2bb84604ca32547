"""How an agent, or the agency, does: indicators against targets, a score, what stands out, and who is ahead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from realty_cli.analytics import indicators
from realty_cli.analytics.catalogue import METRICS
from realty_cli.analytics.catalogue.metric import DEFINITIONS_VERSION, FEW
from realty_cli.analytics.clients import follow_of
from realty_cli.analytics.goals import Goals
from realty_cli.analytics.indicators import BY_TARGET, KINDS, Facts, Kind, Standing, against, amount_of
from realty_cli.analytics.kinds import Compare
from realty_cli.analytics.scope import Scope
from realty_cli.analytics.values import change, outside, shown_period
from realty_cli.auth.policy import Act, require
from realty_cli.deals.money_kinds import AMOUNTS, TargetMetric
from realty_cli.kit.formatting import percent
from realty_cli.kit.i18n import Translator, translator
from realty_cli.kit.i18n import mark as _
from realty_cli.kit.money import from_minor

if TYPE_CHECKING:
    from realty_cli.analytics.money import MoneyFound
    from realty_cli.analytics.service import Analytics

#: So many sentences of each kind; a change smaller than this is not worth one.
_MOST, _WORTH_TELLING = 3, 0.15
#: What an agent among others is scored by: numbers that are at hand for all of them.
_COMPARED = (TargetMetric.GCI, TargetMetric.AGENT_INCOME, TargetMetric.DEALS, TargetMetric.SIDES)


class PerformanceService:
    def __init__(self, analytics: Analytics) -> None:
        self._analytics = analytics
        self.db, self.actor, self.settings = analytics.db, analytics.actor, analytics.settings

    def indicators(self, scope: Scope, language: str, compare: str = Compare.PREVIOUS) -> dict[str, Any]:
        """See `PerformanceIndicators`."""
        items, _facts, earlier, _standings = self._measured(scope, language, compare)
        return {**self._head(scope, earlier, language), "items": items, "total": len(items), **_foot(scope)}

    def overview(self, scope: Scope, language: str, compare: str = Compare.PREVIOUS) -> dict[str, Any]:
        """See `PerformanceOverview`."""
        say = translator(language)
        items, facts, earlier, standings = self._measured(scope, language, compare)
        score = indicators.score(standings)
        due, stale = facts.events["due"].value or 0, facts.events["stale_open"].value or 0
        return {
            **self._head(scope, earlier, language),
            "score": None if score is None else round(score, 1),
            "indicators": items,
            "highlights": _sentences(items, facts, say, good=True),
            "risks": _sentences(items, facts, say, good=False),
            "leaderboard": self._leaderboard(scope, facts.money) if self.actor.sees_all else None,
            "data_quality": {
                "share_events_with_outcome": round((due - stale) / due, 6) if due else None,
                "share_deals_with_commission": facts.money.quality["share_deals_with_commission"],
                "share_leads_with_source": facts.clients.quality["share_leads_with_source"],
            },
            **_foot(scope),
        }

    def _measured(
        self, scope: Scope, language: str, compare: str
    ) -> tuple[list[dict[str, Any]], Facts, Scope, dict[Kind, Standing]]:
        require(self.actor, Act.ANALYTICS_READ)
        say, goals, currency = translator(language), Goals(self.db, scope), scope.currency or self.settings.currency
        earlier = scope.before(compare) or scope.before(Compare.PREVIOUS)
        assert earlier is not None
        facts = indicators.measure(self._analytics, scope, currency)
        before = indicators.measure(self._analytics, earlier, currency, follow_of(scope)).values
        months = indicators.sparklines(self._analytics, scope, currency)
        standings = {
            kind: against(goals, kind, facts.values[kind.key].value, scope, currency) for kind in KINDS
        }  # fmt: skip
        owner = "agency" if goals.whole_agency else "agent"
        items = []
        for kind in KINDS:
            metric, standing = METRICS[kind.key], standings[kind]
            value = outside(facts.values[kind.key].value, metric.unit)
            moved = change(value, outside(before[kind.key].value, metric.unit))
            items.append({
                "key": kind.key, "label": _label(kind, say), "value": value, "unit": metric.unit.value,
                "currency": currency if kind.target in AMOUNTS else None,
                "target": amount_of(metric.unit, standing.target),
                "target_source": "none" if standing.target is None else "user",
                "expected_now": amount_of(metric.unit, standing.by_now),
                "attainment": None if standing.attainment is None else round(standing.attainment, 4),
                "status": standing.light, "previous": moved["previous"], "change_pct": moved["change_pct"],
                "trend": moved["direction"], "weight": kind.weight, "owner": owner,
                "sparkline": [outside(one, metric.unit) for one in months.get(kind.key, ())],
                "definition": say.text(metric.definition),
            })  # fmt: skip
        return items, facts, earlier, standings

    def _head(self, scope: Scope, earlier: Scope, language: str) -> dict[str, Any]:
        return {
            "period": shown_period(scope.period, partial=scope.partial),
            "scope": scope.told(language),
            "compared": shown_period(earlier.period, partial=earlier.partial),
        }

    def _leaderboard(self, scope: Scope, money: MoneyFound) -> list[dict[str, Any]]:
        """Every agent who has deals at all, in the agency's currency; the first by commission."""
        currency = scope.currency or self.settings.currency
        theirs = {owner: one for (owner, of), one in money.agents.items() if of == currency}
        if scope.owners is None:
            for owner in Goals(self.db, scope).sellers - set(theirs):
                theirs[owner] = dict.fromkeys(("deals", "sides", "gci", "agent_income"), 0)
        names = self._analytics.money.names(set(theirs))
        order = sorted(theirs, key=lambda owner: (-theirs[owner]["gci"], -theirs[owner]["deals"], owner))
        found = []
        for place, owner in enumerate(order, 1):
            alone = scope.of_agent(owner)
            goals = Goals(self.db, alone)
            kinds = [BY_TARGET[metric] for metric in _COMPARED]
            score = indicators.score(
                {kind: against(goals, kind, theirs[owner][kind.name], alone, currency) for kind in kinds}
            )
            found.append({
                "place": place, "owner_id": owner, "agent": names.get(owner, f"№ {owner}"), "currency": currency,
                "gci": from_minor(theirs[owner]["gci"]), "deals": theirs[owner]["deals"],
                "score": None if score is None else round(score, 1),
            })  # fmt: skip
        return found


def _foot(scope: Scope) -> dict[str, Any]:
    return {"as_of": scope.as_of.isoformat(), "definitions_version": DEFINITIONS_VERSION}


def _label(kind: Kind, say: Translator) -> str:
    label = say.text(METRICS[kind.key].label)
    return say.text(_("{metric}, sales alone"), metric=label) if kind.sales else label


def _sentences(items: Sequence[dict[str, Any]], facts: Facts, say: Translator, *, good: bool) -> list[str]:
    """What is well ahead of its target, or has become much better; or the other way round. Targets come first."""
    told: list[tuple[tuple[float, ...], str]] = []
    for item in items:
        label, light, attained = item["label"], item["status"], item["attainment"]
        if light != "none":
            if (light == "green") == good and light != "amber":
                share = percent(attained, say.language, decimals=0)
                sentence = say.text(_("{label}: {share} of what was to be reached by now"), label=label, share=share)
                told.append(((0, -abs(attained - 1) * item["weight"]), sentence))
            continue
        part = item["change_pct"]
        metric = METRICS[item["key"]]
        if part is None or abs(part) < _WORTH_TELLING or facts.values[item["key"]].n < max(FEW, metric.min_n):
            continue
        if indicators.is_better(metric.good_when, part) == good:
            change_ = ("+" if part > 0 else "−") + percent(abs(part), say.language, decimals=0)
            sentence = say.text(_("{label}: {change} against the period before"), label=label, change=change_)
            told.append(((1, -abs(part)), sentence))
    return [sentence for _order, sentence in sorted(told)[:_MOST]]
