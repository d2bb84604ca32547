"""Whether the plan of a month can still be reached: what was earned, and the most that is likely to come."""

from __future__ import annotations

from collections.abc import Iterator

from realty_cli.analytics.alert_kinds import Finding
from realty_cli.analytics.alert_look import Look
from realty_cli.analytics.deal_facts import DealFacts
from realty_cli.analytics.goals import Goals
from realty_cli.analytics.money import chance, expected
from realty_cli.analytics.pipeline import Pipeline
from realty_cli.analytics.schemas.base import AnalyticsFilter
from realty_cli.deals.money_kinds import TargetMetric
from realty_cli.kit.money import from_minor

#: The day of the month until which a plan has time.
_EARLY = 10


def plans(look: Look) -> Iterator[Finding]:
    """By account and currency: commission so far with the upper end (80 %) of what open deals are to bring in it,
    over the target. Each deal counts with the chance of its stage."""
    for owner, person in look.people.items():
        if look.desk is None or look.today(owner).day <= _EARLY:
            continue
        analytics = look.desk(look.db, owner).analytics
        scope = analytics.scope(AnalyticsFilter(period="month"))
        goals, first, last = Goals(look.db, scope), scope.asked.first, scope.asked.last
        for currency in sorted(goals.currencies()):
            target = goals.amount(TargetMetric.GCI, first, last, currency)
            if not target:
                continue
            facts = DealFacts(look.db, scope)
            due = [
                (deal.worth or 0, chance(facts.learned, deal.kind, deal.stage))
                for deal in Pipeline(look.db, scope, facts).due(currency, last)
            ]
            _mean, _low, high = expected(due)
            got = analytics.money.measure(scope).totals[currency]["gci"].value or 0
            share = (got + high) / target
            told = {
                "got": from_minor(round(got)), "most": from_minor(round(got + high)),
                "target": from_minor(round(target)), "currency": currency, "deals": len(due),
            }  # fmt: skip
            yield Finding(
                owner, "agency" if person.sees_all else "agent", None, round(share, 4), told,
                max(0.0, target - got - high) / 100, breach=False if share >= 1 else None, part=currency,
            )  # fmt: skip
