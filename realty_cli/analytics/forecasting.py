"""Forecasts as they are asked for: the history of a metric, what is likely to come of it, and that in one sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

from realty_cli.analytics import series_words as words
from realty_cli.analytics.catalogue.metric import DEFINITIONS_VERSION
from realty_cli.analytics.forecasts import Forecast, Sum, forecast
from realty_cli.analytics.kinds import ForecastQuality, Step
from realty_cli.analytics.scope import Scope
from realty_cli.analytics.series import Series, shown
from realty_cli.analytics.series_kinds import CYCLES, FARTHEST, SERIES, USUAL, SeriesKind, find
from realty_cli.analytics.values import outside
from realty_cli.auth.policy import Act, require
from realty_cli.kit import periods
from realty_cli.kit.i18n import Translator, translator
from realty_cli.kit.moment import add_months
from realty_cli.kit.periods import Period

if TYPE_CHECKING:
    from realty_cli.analytics.schemas.trends import ForecastQuery
    from realty_cli.analytics.service import Analytics

#: How many points of history are read: what came before is another market.
_BACK = {Step.DAY: 120, Step.WEEK: 208, Step.MONTH: 72, Step.QUARTER: 40, Step.YEAR: 20}
_MONTHS = {Step.MONTH: 1, Step.QUARTER: 3, Step.YEAR: 12}
#: What a poor forecast gives way to: the median of so many.
_OF_LATE = 12
_OFF = 0.20
#: What is on the market, and which way others move it.
STOCK = "properties.inventory"
_MOVES = {"properties.new": 1, "properties.closed": -1, "properties.withdrawn": -1}


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Raw values, money in minor units. `days` are the first dates of the steps ahead; `sums`: steps add up to
    something."""

    series: Series
    found: Forecast
    days: tuple[date, ...]
    cut: bool
    sums: bool


class ForecastService:
    def __init__(self, analytics: Analytics) -> None:
        self._analytics, self.actor = analytics, analytics.actor
        self._read: dict[Any, Series] = {}

    def ask(self, query: ForecastQuery, group: str, language: str) -> dict[str, Any]:
        """See `ForecastData`; `group` says which metric is meant without one."""
        scope = self._analytics.scope(query)
        return self.forecast(
            find(query.metric, group).key, scope, Step(query.granularity), query.horizon, language=language
        )

    def forecast(
        self, metric: str, scope: Scope, step: Step = Step.MONTH, horizon: int | None = None, *, language: str
    ) -> dict[str, Any]:
        require(self.actor, Act.ANALYTICS_READ)
        seen, say = self.foresee(metric, scope, step, horizon), translator(language)
        series, found = seen.series, seen.found
        points = [_whole(point, series) if series.integer else tuple(point) for point in found.points]
        total = found.total if seen.sums else None
        return {
            **{name: value for name, value in shown(series, language).items() if name != "points"},
            "horizon": len(points),
            "history": shown(series, language),
            "points": [
                {
                    "t": day.isoformat(),
                    **{
                        name: outside(round(value, 6), series.unit)
                        for name, value in zip(_NAMES, point, strict=True)
                    },
                }
                for day, point in zip(seen.days, points, strict=True)
            ],
            "method": found.method,
            "parts": [{"name": one.name, "weight": round(one.weight, 4)} for one in found.parts],
            "n_history": found.n,
            "season_used": found.season_used,
            "backtest": _backtest(found),
            "quality": found.quality.value,
            "warnings": self._warnings(seen, scope, say),
            "summary": _summary(seen, total, say),
            "integer": series.integer,
            "sum_next": None if total is None else _total(total, series),
            "as_of": scope.as_of.isoformat(),
            "definitions_version": DEFINITIONS_VERSION,
        }  # fmt: skip

    def foresee(self, metric: str, scope: Scope, step: Step = Step.MONTH, horizon: int | None = None) -> Foreseen:
        """Raw: of all the history that there is before the end of the scope, without what has not ended yet."""
        kind = find(metric)
        asked = min(horizon or USUAL[step], FARTHEST[step])
        series, running = self._history(kind, scope, step)
        values = [point.value for point in series.points]
        reach = min(asked, max(1, len(values) // 2))
        found = forecast(values, reach, CYCLES[step])
        days = tuple(_ahead(running, at, step) for at in range(len(found.points)))
        return Foreseen(series, found, days, horizon is not None and reach < horizon, kind.filled and not kind.standing)

    def _history(self, kind: SeriesKind, scope: Scope, step: Step) -> tuple[Series, date]:
        """The stretches that have ended, from the first that counts; and the one that runs."""
        # A period that is to come ends no history: what has not happened is no part of it.
        running = periods.period(step.value, min(scope.as_of.astimezone(UTC), scope.now.astimezone(UTC)), scope.zone)
        first = _ahead(running.first, -_BACK[step], step)
        start = periods.between(first, first, scope.zone).start
        past = Period(start, running.start)
        key = (kind.key, start, running.start, step, scope)
        if key not in self._read:
            # What moves the stock is asked for with it, and all are read in one go.
            kinds = [SERIES[one] for one in (kind.key, *_MOVES)] if kind.key == STOCK else [kind]
            for one, series in zip(
                kinds, self._analytics.series.several(kinds, scope.cut(past, past), step), strict=True
            ):
                self._read[one.key, start, running.start, step, scope] = series
        series = self._read[key]
        return replace(series, points=series.whole, first=0), running.first

    def _warnings(self, seen: Foreseen, scope: Scope, say: Translator) -> list[str]:
        series, found = seen.series, seen.found
        codes = [code for code in found.warnings if code != "short" or found.quality != ForecastQuality.INSUFFICIENT]
        if found.quality == ForecastQuality.INSUFFICIENT:
            codes.insert(0, ForecastQuality.INSUFFICIENT.value)
        if seen.cut:
            codes.append("cut")
        sentences = [say.text(words.WARNINGS[code]) for code in codes]
        if found.quality == ForecastQuality.POOR:
            late = words.value_of(median(found.values[-_OF_LATE:]), series, say.language)
            sentences.append(say.text(words.WARNINGS["poor"], value=late))
        if series.metric == STOCK and (other := self._by_moves(seen, scope)) is not None:
            shown_value = words.value_of(round(other), series, say.language)
            sentences.append(say.text(words.WARNINGS["identity"], value=shown_value))
        return sentences

    def _by_moves(self, seen: Foreseen, scope: Scope) -> float | None:
        """What is on the market by what is likely to come and go, where that is far from what its own history says."""
        if not seen.found.points:
            return None
        level = seen.found.values[-1]
        for name, sign in _MOVES.items():
            series, _ = self._history(SERIES[name], scope, seen.series.step)
            values = [point.value for point in series.points]
            level += sign * sum(one.mean for one in forecast(values, len(seen.days), CYCLES[series.step]).points)
        mean = seen.found.points[-1].mean
        return max(level, 0.0) if abs(max(level, 0.0) - mean) > _OFF * max(mean, 1.0) else None


_NAMES = ("mean", "lo80", "hi80", "lo95", "hi95")


def _ahead(day: date, steps: int, step: Step) -> date:
    if step in _MONTHS:
        return add_months(day, steps * _MONTHS[step])
    return day + timedelta(days=steps * (7 if step == Step.WEEK else 1))


def _whole(point: Sequence[float], series: Series) -> tuple[float, ...]:
    """Bounds of a count are whole and include what the others do; the mean keeps a decimal, for sums."""
    mean, *bounds = point
    floor = [math.floor if at % 2 == 0 else math.ceil for at in range(len(bounds))]
    return (round(mean, 1), *(round_(round(one, 6)) for round_, one in zip(floor, bounds, strict=True)))


def _total(total: Sum, series: Series) -> dict[str, Any]:
    values: Sequence[float] = total
    if series.integer:
        values = (round(total.mean, 1), math.floor(round(total.lo80, 6)), math.ceil(round(total.hi80, 6)))
    names = ("mean", "lo80", "hi80")
    return {name: outside(round(value, 6), series.unit) for name, value in zip(names, values, strict=True)}


def _backtest(found: Forecast) -> dict[str, Any] | None:
    if found.backtest is None:
        return None
    return {
        name: value if value is None or isinstance(value, int) else round(value, 4)
        for name, value in found.backtest._asdict().items()
    }


def _summary(seen: Foreseen, total: Sum | None, say: Translator) -> str:
    if not seen.found.points or seen.found.quality == ForecastQuality.INSUFFICIENT:
        return words.no_forecast(say, seen.series)
    if total is not None:
        low, mean, high = total.lo80, total.mean, total.hi80
    else:
        last = seen.found.points[-1]
        low, mean, high = last.lo80, last.mean, last.hi80
    if seen.series.integer:
        low, high = math.floor(low), math.ceil(high)
    first = seen.days[0] if total is not None else None
    return words.forecast(say, seen.series, low, mean, high, first=first, last=seen.days[-1])
