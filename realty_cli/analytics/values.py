"""One number with what it takes to trust it: sample, exclusions, status, interval, and how it changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from realty_cli.analytics.catalogue.metric import FEW, Metric
from realty_cli.analytics.kinds import GoodWhen, MetricStatus, MetricUnit, Tendency
from realty_cli.kit.i18n import Translator
from realty_cli.kit.money import from_minor
from realty_cli.kit.periods import Period

#: Units of which a sample too small says nothing.
_SAMPLED = frozenset({MetricUnit.RATIO, MetricUnit.DAYS, MetricUnit.HOURS, MetricUnit.MONTHS, MetricUnit.MONEY_PER_M2})
_DECIMALS = {MetricUnit.RATIO: 6, MetricUnit.DAYS: 1, MetricUnit.HOURS: 2, MetricUnit.MONTHS: 2, MetricUnit.SCORE: 1}
_MONEY = frozenset({MetricUnit.MONEY, MetricUnit.MONEY_PER_M2})


@dataclass(frozen=True, slots=True)
class Measured:
    """A raw number: money in minor units, ratios as fractions, None where the denominator or the sample is empty."""

    value: float | int | None
    n: int = 0
    n_excluded: int = 0
    low: float | None = None
    high: float | None = None
    available: bool = True


NOTHING = Measured(None)


def ratio(part: float, whole: float, n_excluded: int = 0) -> Measured:
    """`part / whole`, of a sample of `whole`; nothing where that is zero."""
    return Measured(part / whole, int(whole), n_excluded) if whole else Measured(None, 0, n_excluded)


def present(
    metric: Metric,
    found: Measured,
    say: Translator,
    *,
    currency: str | None = None,
    before: Measured | None = None,
) -> dict[str, Any]:
    """See `MetricValue`. `before` is the same number of the period that it is compared with."""
    value = outside(found.value, metric.unit)
    shown: dict[str, Any] = {
        "key": metric.key,
        "label": say.text(metric.label),
        "value": value,
        "unit": metric.unit.value,
        "currency": currency if metric.unit in _MONEY else None,
        "n": found.n,
        "n_excluded": found.n_excluded,
        "low_sample": (metric.unit in _SAMPLED or metric.min_n > FEW) and found.n < metric.min_n,
        "status": _status(found),
        "ci_low": outside(found.low, metric.unit),
        "ci_high": outside(found.high, metric.unit),
        "good_when": metric.good_when.value,
        "definition": say.text(metric.definition),
    }
    if before is not None:
        shown |= change(value, outside(before.value, metric.unit))
        if shown["status"] == MetricStatus.OK and shown["change_status"] == MetricStatus.NEW:
            shown["status"] = MetricStatus.NEW.value
        del shown["change_status"]
    return shown


def block(
    metrics: Mapping[str, Metric],
    found: Mapping[str, Measured],
    say: Translator,
    *,
    currency: str | None = None,
    before: Mapping[str, Measured] | None = None,
) -> dict[str, Any]:
    """Raw numbers by the names that an answer gives them, each presented, and compared with those of `before` (in which
    what is missing was nothing)."""
    return {
        name: present(
            metrics[name], one, say, currency=currency, before=None if before is None else before.get(name, NOTHING)
        )
        for name, one in found.items()
    }  # fmt: skip


def change(value: float | int | None, previous: float | int | None) -> dict[str, Any]:
    """`previous`, the difference, and its share of what was before: none of nothing."""
    if value is None or previous is None:
        return {
            "previous": previous, "change_abs": None, "change_pct": None, "direction": None,
            "change_status": MetricStatus.NO_DATA.value,
        }  # fmt: skip
    difference = round(value - previous, 6)
    direction = Tendency.FLAT if difference == 0 else Tendency.UP if difference > 0 else Tendency.DOWN
    return {
        "previous": previous,
        "change_abs": difference,
        "change_pct": round(difference / previous, 6) if previous else None,
        "direction": direction.value,
        "change_status": (MetricStatus.OK if previous or not value else MetricStatus.NEW).value,
    }


def is_good(shown: dict[str, Any]) -> bool | None:
    """Whether a presented change is good news; None where it is neither."""
    if shown.get("direction") in (None, Tendency.FLAT.value) or shown["good_when"] in (GoodWhen.NEUTRAL, GoodWhen.BAND):
        return None
    return bool(shown["direction"] == shown["good_when"])


def outside(value: float | int | None, unit: MetricUnit) -> float | int | None:
    """A raw number as answers give it: money with two decimals, others rounded to what they can mean."""
    if value is None:
        return None
    if unit in _MONEY:
        return from_minor(round(value))
    return round(value, _DECIMALS[unit]) if unit in _DECIMALS else value


def shown_period(period: Period, *, partial: bool = False) -> dict[str, Any]:
    """See `PeriodShape`."""
    return {
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "first_date": period.first.isoformat(),
        "last_date": period.last.isoformat(),
        "granularity": period.granularity,
        "tz": str(period.zone),
        "partial": partial,
    }


def _status(found: Measured) -> str:
    if not found.available:
        return MetricStatus.NOT_AVAILABLE.value
    return (MetricStatus.NO_DATA if found.value is None else MetricStatus.OK).value
