"""Clients and leads as they are asked for: measured, compared, and put into words."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from realty_cli.analytics import client_worth
from realty_cli.analytics.catalogue import named
from realty_cli.analytics.catalogue.metric import DEFINITIONS_VERSION
from realty_cli.analytics.clients import ClientsFound, Run, Source, few, follow_of, funnels, interval, measure, sources
from realty_cli.analytics.kinds import Compare
from realty_cli.analytics.scope import Scope
from realty_cli.analytics.values import Measured, block, shown_period
from realty_cli.auth.policy import Act, require
from realty_cli.clients.kinds import LeadStage
from realty_cli.kit.i18n import Translator, translator
from realty_cli.kit.i18n import mark as _
from realty_cli.kit.money import from_minor

if TYPE_CHECKING:
    from realty_cli.analytics.service import Analytics

STAGES: dict[str, str] = {
    LeadStage.NEW: _("Enquiry"),
    LeadStage.CONTACTED: _("Talk"),
    LeadStage.QUALIFIED: _("Need is clear"),
    LeadStage.SHOWING: _("Showing"),
    LeadStage.NEGOTIATION: _("Negotiation"),
    LeadStage.WON: _("Deal"),
}
_REASONS = 20


class ClientsService:
    def __init__(self, analytics: Analytics) -> None:
        self.db, self.actor, self.settings = analytics.db, analytics.actor, analytics.settings

    def measure(self, scope: Scope, follow: timedelta | None = None) -> ClientsFound:
        """Raw numbers, without those of the whole history. `follow`: how long leads are followed beyond the end."""
        require(self.actor, Act.ANALYTICS_READ)
        return measure(self.db, scope, self.settings.currency, follow)

    def funnels(self, scope: Scope, follow: timedelta) -> list[Run]:
        """Of `measure` the funnels alone."""
        require(self.actor, Act.ANALYTICS_READ)
        return funnels(self.db, scope, follow)

    def sources(self, scope: Scope, follow: timedelta) -> dict[str | None, Source]:
        """Of `measure` the sources alone."""
        require(self.actor, Act.ANALYTICS_READ)
        return sources(self.db, scope, self.settings.currency, follow)

    def few(self, scope: Scope, language: str, compare: str = Compare.NONE) -> dict[str, Any]:
        """Of `metrics` what a dashboard shows: `by_name`, and `stages` of the funnel of demand."""
        require(self.actor, Act.ANALYTICS_READ)
        say = translator(language)
        found, earlier = few(self.db, scope, scope.before(compare), self.settings.currency)
        before = None if earlier is None else earlier.totals
        (demand,) = found.funnels
        return {
            "by_name": block(named("clients"), found.totals, say, currency=found.currency, before=before),
            "stages": _funnel(demand, say)["stages"],
        }

    def metrics(self, scope: Scope, language: str, compare: str = Compare.NONE) -> dict[str, Any]:
        """See `ClientMetrics`."""
        require(self.actor, Act.ANALYTICS_READ)
        say = translator(language)
        found = self.measure(scope)
        earlier = scope.before(compare)
        before = None if earlier is None else self.measure(earlier, follow_of(scope))
        rows, parts = self._history(scope, found)
        if earlier is not None and before is not None:
            self._history(earlier, before, cohorts=False)
        money = found.currency
        return {
            "period": shown_period(scope.period, partial=scope.partial),
            "scope": scope.told(language),
            "compared": None if earlier is None else shown_period(earlier.period, partial=earlier.partial),
            "followed_until": found.until.isoformat(),
            **block(
                named("clients"), found.totals, say, currency=money, before=None if before is None else before.totals
            ),
            "currency": money,
            "funnels": [
                {
                    **_funnel(run, say),
                    "stays": [
                        {
                            "stage": one.stage,
                            "label": say.text(STAGES[one.stage]),
                            "n": one.n,
                            "left": one.left,
                            "median_days": None if one.median_days is None else round(one.median_days, 1),
                        }
                        for one in found.stays[run.kind]
                    ],
                }
                for run in found.funnels
            ],
            "lost_reasons": _reasons(found.lost_reasons),
            "sources": _sources(found, money),
            "cohorts": rows,
            "worth": parts,
            "data_quality": found.quality,
            "as_of": scope.as_of.isoformat(),
            "definitions_version": DEFINITIONS_VERSION,
        }

    def _history(
        self, scope: Scope, found: ClientsFound, *, cohorts: bool = True
    ) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Puts the worth of clients into what was found, and gives cohorts and worth as they are shown."""
        worth = client_worth.worth(self.db, scope, found.currency)
        found.totals["ltv"] = worth.ltv
        found.totals["demand_match"] = client_worth.demand(self.db, scope)
        cac = found.totals["cac"].value
        if cac and worth.ltv.value is not None:
            found.totals["ltv_to_cac"] = Measured(worth.ltv.value / cac, found.totals["cac"].n)
        found.totals["payback"] = client_worth.payback(worth.curve, cac)
        parts = [
            {
                "months": one.months, "currency": found.currency, "clients": one.clients,
                "per_client": from_minor(round(one.net / one.clients)) if one.clients else None,
            }
            for one in worth.parts
        ]  # fmt: skip
        rows = [
            {
                "month": row.month,
                "size": row.size,
                "currency": found.currency,
                "cells": [
                    {
                        "months": months, "won": won,
                        "share": round(won / row.size, 6) if won is not None and row.size else None,
                        "gci": None if gci is None else from_minor(gci),
                        "gci_per_lead": from_minor(round(gci / row.size)) if gci is not None and row.size else None,
                    }
                    for months, won, gci in zip(client_worth.COHORT_MONTHS, row.won, row.gci, strict=True)
                ],
            }
            for row in (client_worth.cohorts(self.db, scope, found.currency) if cohorts else ())
        ]  # fmt: skip
        return rows, parts


def _funnel(run: Run, say: Translator) -> dict[str, Any]:
    stages = []
    for at, step in enumerate(run.steps):
        share, low, high = interval(step.entered, run.leads)
        onward, from_low, from_high = interval(step.entered, run.steps[at - 1].entered if at else run.leads)
        stages.append({
            "stage": step.stage, "label": say.text(STAGES[step.stage]), "entered": step.entered,
            "reached_share": share, "ci_low": low, "ci_high": high,
            "step_conversion": onward, "step_low": from_low, "step_high": from_high,
            "median_days": None if step.median_days is None else round(step.median_days, 1),
        })  # fmt: skip
    return {
        "kind": run.kind, "leads": run.leads, "lost": run.lost, "maturity_days": run.youngest_days,
        "mature_after_days": run.mature_days, "stages": stages,
    }  # fmt: skip


def _reasons(found: dict[str, int]) -> list[dict[str, Any]]:
    whole = sum(found.values())
    return [
        {"reason": reason, "leads": count, "share": round(count / whole, 6)}
        for reason, count in sorted(found.items(), key=lambda one: (-one[1], one[0]))[:_REASONS]
    ]


def _sources(found: ClientsFound, money: str) -> list[dict[str, Any]]:
    def shown(name: str | None, one: Source) -> dict[str, Any]:
        share, low, high = interval(one.won, one.leads)
        return {
            "source": name, "currency": money, "leads": one.leads, "deals": one.won, "conversion": share,
            "ci_low": low, "ci_high": high, "cost": from_minor(one.cost), "gci": from_minor(one.gci),
            "net": from_minor(one.net), "roi": round((one.gci - one.cost) / one.cost, 6) if one.cost else None,
            "cpl": from_minor(round(one.cost / one.leads)) if one.leads and one.cost else None,
            "cost_per_deal": from_minor(round(one.cost / one.won)) if one.won and one.cost else None,
            "cac": from_minor(round(one.cost / len(one.clients))) if one.clients and one.cost else None,
        }  # fmt: skip

    order = sorted(found.sources.items(), key=lambda one: (-one[1].leads, one[0] is None, one[0] or ""))
    return [shown(name, one) for name, one in order]
