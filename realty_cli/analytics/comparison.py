"""Two periods side by side: every metric of both, how many days each has, and why the mean price changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from realty_cli.analytics.catalogue import named
from realty_cli.analytics.catalogue.metric import DEFINITIONS_VERSION, FEW
from realty_cli.analytics.clients import follow_of
from realty_cli.analytics.deal_facts import Closed, DealFacts
from realty_cli.analytics.goals import WorkingDays
from realty_cli.analytics.kinds import Compare
from realty_cli.analytics.scope import Scope, period_of, refuse_ahead
from realty_cli.analytics.values import NOTHING, Measured, block, shown_period
from realty_cli.auth.policy import Act, require
from realty_cli.errors import Invalid
from realty_cli.events.settings import settings_of
from realty_cli.kit import periods
from realty_cli.kit.formatting import date
from realty_cli.kit.i18n import Translator, translator
from realty_cli.kit.i18n import mark as _
from realty_cli.kit.money import from_minor
from realty_cli.store.selection import among

if TYPE_CHECKING:
    from realty_cli.analytics.schemas.performance import ComparisonQuery
    from realty_cli.analytics.service import Analytics

Blocks = Mapping[tuple[str, str], Mapping[str, Measured]]
#: What is 0, and not unknown, where a block has nothing of its kind.
_UNITS_OF_NOTHING = frozenset({"count"})


class ComparisonService:
    def __init__(self, analytics: Analytics) -> None:
        self._analytics = analytics
        self.db, self.actor = analytics.db, analytics.actor

    def of(self, wanted: ComparisonQuery, language: str) -> dict[str, Any]:
        """What a query asks to compare. Raises Invalid where it names a period to compare with in two ways."""
        current = self._analytics.scope(wanted)
        given = (wanted.with_period, wanted.with_start_date, wanted.with_end_date)
        if any(given):
            if wanted.mode not in (None, Compare.CUSTOM):
                raise Invalid.one("mode", "analytics.compare_twice")
            other = period_of(*given, current.now, current.zone, field="with_period")
            refuse_ahead(current, other, "with_period" if wanted.with_start_date is None else "with_start_date")
            part = periods.elapsed(periods.alike(other, current.asked, current.now), current.now)
            return self.periods(current, current.cut(part, other), language, Compare.CUSTOM)
        if wanted.mode in (Compare.CUSTOM, Compare.NONE):
            raise Invalid.one("with_period", "analytics.compare_missing")
        mode = Compare(wanted.mode or Compare.PREVIOUS)
        before = current.before(mode)
        assert before is not None
        return self.periods(current, before, language, mode)

    def periods(self, current: Scope, previous: Scope, language: str, mode: str = Compare.CUSTOM) -> dict[str, Any]:
        """See `ComparisonData`."""
        require(self.actor, Act.ANALYTICS_READ)
        say = translator(language)
        days = WorkingDays(settings_of(self.db, self.actor.id))
        worked = [days.count(one.period.first, one.period.last) for one in (current, previous)]
        aligned = current.period.days == previous.period.days
        return {
            "current": shown_period(current.period, partial=current.partial),
            "previous": shown_period(previous.period, partial=previous.partial),
            "mode": str(mode),
            "aligned": aligned,
            "working_days": worked[0],
            "previous_working_days": worked[1],
            "groups": self._groups(current, previous, say),
            "mix_effect": self._mix(current, previous),
            "notes": _notes(current, previous, worked, say, aligned=aligned),
            "as_of": current.as_of.isoformat(),
            "definitions_version": DEFINITIONS_VERSION,
        }

    def _groups(self, current: Scope, previous: Scope, say: Translator) -> list[dict[str, Any]]:
        ask = self._analytics
        found: list[dict[str, Any]] = []

        def totals(
            name: str, now: Mapping[str, Measured], before: Mapping[str, Measured], currency: str | None = None
        ) -> None:
            found.append(_group(name, None, currency, now, before, say))

        def blocks(name: str, now: Blocks, before: Blocks) -> None:
            for kind, currency in sorted({*now, *before}, key=lambda key: (key[0] != "sale", *key)):
                key = kind, currency
                like = now.get(key) or before[key]
                found.append(
                    _group(name, kind, currency, now.get(key) or _empty(name, like),
                           before.get(key) or _empty(name, like), say)
                )  # fmt: skip

        listings, earlier = ask.listings.measure(current), ask.listings.measure(previous)
        totals("properties", listings.totals, earlier.totals)
        blocks("properties", listings.blocks, earlier.blocks)
        totals("events", ask.events.measure(current).totals, ask.events.measure(previous).totals)
        money, spent = ask.money.measure(current), ask.money.measure(previous)
        for currency in sorted({*money.totals, *spent.totals}):
            like = money.totals.get(currency) or spent.totals[currency]
            nothing = _empty("money", like)
            totals("money", money.totals.get(currency, nothing), spent.totals.get(currency, nothing), currency)
        blocks("money", money.blocks, spent.blocks)
        clients = ask.clients.measure(current)
        totals("clients", clients.totals, ask.clients.measure(previous, follow_of(current)).totals, clients.currency)
        return found

    def _mix(self, current: Scope, previous: Scope) -> list[dict[str, Any]]:
        now, before = self._sold(current), self._sold(previous)
        found = []
        for key in sorted({*now, *before}):
            mine, theirs = now.get(key, {}), before.get(key, {})
            counts = [sum(map(len, some.values())) for some in (mine, theirs)]
            if min(counts) < FEW:
                continue
            total, like = mix_effect(mine, theirs)
            found.append({
                "deal_kind": key[0], "currency": key[1], "total": from_minor(round(total)),
                "like_for_like": from_minor(round(like)), "mix": from_minor(round(total) - round(like)),
                "deals": counts[0], "previous_deals": counts[1],
            })  # fmt: skip
        return found

    def _sold(self, scope: Scope) -> dict[tuple[str, str], dict[Any, list[int]]]:
        """By kind of deal and currency, the prices of closed deals by what was sold: type and rooms."""
        deals: list[Closed] = [deal for deal in DealFacts(self.db, scope).closed if deal.price]
        if not deals:
            return {}
        params: dict[str, Any] = {}
        which = among(self.db, "d.id", "deals", [deal.id for deal in deals], params)
        what = {
            row[0]: (row[1], row[2])
            for row in self.db.all(
                "SELECT d.id, p.property_type, p.rooms FROM deals d JOIN properties p ON p.id = d.property_id"
                f" WHERE {which}",
                params,
            )
        }
        found: dict[tuple[str, str], dict[Any, list[int]]] = defaultdict(lambda: defaultdict(list))
        for deal in deals:
            if deal.id in what:
                found[deal.kind, deal.currency][what[deal.id]].append(deal.price or 0)
        return found


def mix_effect(now: Mapping[Any, list[int]], before: Mapping[Any, list[int]]) -> tuple[float, float]:
    """How the mean price changed, and how much of it by prices of what was sold in both periods: each kind's change of
    mean, by its mean share of both. The rest is that other things were sold."""
    sold, sold_before = sum(map(len, now.values())), sum(map(len, before.values()))
    total = sum(map(sum, now.values())) / sold - sum(map(sum, before.values())) / sold_before
    like = 0.0
    for kind in now.keys() & before.keys():
        mine, theirs = now[kind], before[kind]
        weight = (len(mine) / sold + len(theirs) / sold_before) / 2
        like += weight * (sum(mine) / len(mine) - sum(theirs) / len(theirs))
    return total, like


def _group(
    name: str, kind: str | None, currency: str | None, now: Mapping[str, Measured], before: Mapping[str, Measured],
    say: Translator,
) -> dict[str, Any]:  # fmt: skip
    metrics = named(name)
    known = {key: one for key, one in now.items() if key in metrics}
    return {
        "name": name, "deal_kind": None if kind is None else str(kind), "currency": currency,
        "metrics": list(block(metrics, known, say, currency=currency, before=before).values()),
    }  # fmt: skip


def _empty(name: str, like: Mapping[str, Measured]) -> dict[str, Measured]:
    metrics = named(name)
    return {
        key: Measured(0) if key in metrics and metrics[key].unit.value in _UNITS_OF_NOTHING else NOTHING for key in like
    }


def _notes(current: Scope, previous: Scope, worked: list[int], say: Translator, *, aligned: bool) -> list[str]:
    found = []
    if current.partial:
        found.append(
            say.text(
                _("The period lasts until {last}; of both, as much is counted as has passed of it."),
                last=date(current.asked.last, say.language),
            )
        )
    if not aligned:
        found.append(
            say.text(
                _("The periods are not as long: {days} and {before} days. Sums and counts differ by that alone."),
                days=current.period.days, before=previous.period.days,
            )
        )  # fmt: skip
    if worked[0] != worked[1]:
        found.append(
            say.text(
                _("Working days: {days}, and {before} in the period that it is compared with."),
                days=worked[0], before=worked[1],
            )
        )  # fmt: skip
    return found
