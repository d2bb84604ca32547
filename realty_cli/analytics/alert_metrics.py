"""Bounds of metrics that people set: the metric is measured as its own page shows it, in the scope of whoever set
it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from realty_cli.analytics.alert_kinds import Finding, Rule
from realty_cli.analytics.alert_look import Look
from realty_cli.analytics.alert_own import Own, metric_rule
from realty_cli.analytics.alert_rules import METRIC
from realty_cli.analytics.catalogue import METRICS
from realty_cli.analytics.chances import tails
from realty_cli.analytics.kinds import AlertOperator, Compare, Step
from realty_cli.analytics.schemas.base import AnalyticsFilter
from realty_cli.analytics.series_kinds import SERIES
from realty_cli.analytics.values import Measured, outside

if TYPE_CHECKING:
    from realty_cli.analytics.scope import Scope
    from realty_cli.analytics.service import Analytics

_CHANGES = frozenset({AlertOperator.CHANGE_GT, AlertOperator.CHANGE_LT})
_STRICT = frozenset({AlertOperator.GT, AlertOperator.LT, *_CHANGES})
_WEEKS = 31


def bounds(look: Look, mine: Own) -> Iterator[tuple[Rule, list[Finding]]]:
    """Every bound with what it finds."""
    for owner in look.people:
        for key, said in mine.get(owner, {}).items():
            if key.startswith(METRIC + ":") and said["enabled"] and said["metric"] in METRICS and look.desk:
                yield metric_rule(said), list(_found(look.desk(look.db, owner).analytics, owner, said))


def _found(analytics: Analytics, owner: int, said: Mapping[str, Any]) -> Iterator[Finding]:
    operator = AlertOperator(said["operator"])
    scope = analytics.scope(AnalyticsFilter(period=said["period"]))
    if operator is AlertOperator.ANOMALY:
        yield from _odd(analytics, scope, owner, said)
        return
    before = scope.before(Compare.PREVIOUS) if operator in _CHANGES else None
    now = measured(analytics, said["metric"], scope)
    then = {} if before is None else measured(analytics, said["metric"], before)
    for part, found in now.items():
        value = _value(said["metric"], found)
        if before is not None:
            value = _change(value, _value(said["metric"], then.get(part)))
        few = found.n < (said["min_n"] if said["min_n"] is not None else METRICS[said["metric"]].min_n)
        doubtful = value is None or (few and _is_share(said["metric"]))
        over = value is not None and value == said["value"] and operator in _STRICT
        yield Finding(
            owner, "metric", None, value,
            {"label": METRICS[said["metric"]].label, "shown": _rounded(value), "bound": said["value"], "part": part,
             "n": found.n},
            5_000.0, breach=False if doubtful or over else None, clear=False if doubtful else None,
            threshold_id=said["id"], part=part,
        )  # fmt: skip


def _odd(analytics: Analytics, scope: Scope, owner: int, said: Mapping[str, Any]) -> Iterator[Finding]:
    """How likely the last four weeks of a series are by chance, on the less likely side."""
    if said["metric"] not in SERIES or not SERIES[said["metric"]].integer:
        return
    today = scope.now.astimezone(scope.zone).date()
    monday = today - timedelta(days=today.weekday())
    wanted = AnalyticsFilter(
        start_date=(monday - timedelta(weeks=_WEEKS - 1)).isoformat(),
        end_date=(monday - timedelta(days=1)).isoformat(),
    )
    series = analytics.series.read(said["metric"], analytics.scope(wanted), Step.WEEK)
    counts = [point.value or 0 for point in series.points]
    found = tails(counts)
    if found is None:
        return
    chance = min(1.0, 2 * min(found))
    facts = {
        "label": METRICS[said["metric"]].label, "shown": _rounded(sum(counts[-4:])), "bound": said["value"], "part": "",
        "n": len(counts),
    }  # fmt: skip
    yield Finding(
        owner, "metric", None, chance, facts, 1_000.0, breach=chance <= said["value"], clear=chance > 0.2,
        threshold_id=said["id"],
    )  # fmt: skip


def measured(analytics: Analytics, metric: str, scope: Scope) -> dict[str, Measured]:
    """A metric over a scope: as one, or by kind of deal and currency, where it cannot be added up."""
    family, _, name = metric.partition(".")
    service = {"properties": "listings", "events": "events", "money": "money", "clients": "clients"}[family]
    found: Any = getattr(analytics, service).measure(scope)
    if isinstance(found.totals.get(name), Measured):
        return {"": found.totals[name]}
    totals = {currency: one[name] for currency, one in found.totals.items() if isinstance(one, dict) and name in one}
    if totals:
        return totals
    blocks = getattr(found, "blocks", {})
    return {"-".join(map(str, key)): block[name] for key, block in blocks.items() if name in block}


def _value(metric: str, found: Measured | None) -> float | None:
    return None if found is None else outside(found.value, METRICS[metric].unit)


def _change(now: float | None, before: float | None) -> float | None:
    return None if now is None or not before else now / before - 1


def _is_share(metric: str) -> bool:
    return METRICS[metric].unit.value in ("ratio", "days", "hours", "months", "money_per_m2")


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
