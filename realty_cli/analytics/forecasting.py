"""Forecasts as they are asked for: the history of a metric, what is likely to come of it, and that in one sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from realty_cli.analytics import forecast_running as running
from realty_cli.analytics import series_words as words
from realty_cli.analytics.catalogue.metric import DEFINITIONS_VERSION
from realty_cli.analytics.event_counts import of_stretches
from realty_cli.analytics.forecast_running import SoFar
from realty_cli.analytics.forecasts import Bounds, Forecast, Sum, forecast
from realty_cli.analytics.kinds import ForecastQuality, Step
from realty_cli.analytics.scope import Scope
from realty_cli.analytics.series import Series, shown
from realty_cli.analytics.series_kinds import CYCLES, FARTHEST, SERIES, USUAL, SeriesKind, find
from realty_cli.analytics.series_reading import BOOKED
from realty_cli.analytics.values import outside
from realty_cli.auth.policy import Act, require
from realty_cli.events.kinds import EventStatus
from realty_cli.kit import periods
from realty_cli.kit.clock import stamp
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


#: Of what stands in the calendar, what may still come.
_AHEAD = (EventStatus.SCHEDULED, EventStatus.CONFIRMED)
_SURE = "events.due"


class _History(NamedTuple):
    """The stretches that have ended, from the first that counts; the one that runs, and what has come of it."""

    series: Series
    running: Period
    value: float | None


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Raw values, money in minor units. `days` are the first dates of the steps ahead, `points` and `total` what is
    likely of them, given what has come of the first (`so_far`; None where it has not begun, or where a part of it says
    nothing of the whole, as with medians). No total where steps do not add up."""

    series: Series
    found: Forecast
    days: tuple[date, ...]
    cut: bool
    points: tuple[Bounds, ...]
    total: Sum | None
    so_far: SoFar | None


class ForecastService:
    def __init__(self, analytics: Analytics) -> None:
        self._analytics, self.actor = analytics, analytics.actor
        self._read: dict[Any, Series] = {}

    def ask(self, query: ForecastQuery, group: str, language: str, *, only: bool = False) -> dict[str, Any]:
        """See `ForecastData`; `group` says which metric is meant without one, and with `only` which may be."""
        key, scope = find(query.metric, group, only=only).key, self._analytics.scope(query, ahead=True)
        return self.forecast(key, scope, Step(query.granularity), query.horizon, language=language)

    def forecast(
        self, metric: str, scope: Scope, step: Step = Step.MONTH, horizon: int | None = None, *, language: str
    ) -> dict[str, Any]:
        require(self.actor, Act.ANALYTICS_READ)
        seen, say = self.foresee(metric, scope, step, horizon), translator(language)
        series, found = seen.series, seen.found
        points = [_whole(point, series) if series.integer else tuple(point) for point in seen.points]
        total = seen.total
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
            "summary": _summary(seen, scope, say),
            "integer": series.integer,
            "so_far": _so_far(seen),
            "typical": _typical(seen),
            "sum_next": None if total is None else _total(total, series),
            "as_of": scope.as_of.isoformat(),
            "definitions_version": DEFINITIONS_VERSION,
        }  # fmt: skip

    def foresee(self, metric: str, scope: Scope, step: Step = Step.MONTH, horizon: int | None = None) -> Foreseen:
        """Raw: of all the history that there is before the end of the scope, without what has not ended yet."""
        kind = find(metric)
        asked = min(horizon or USUAL[step], FARTHEST[step])
        past = self._history(kind, scope, step)
        series, values = past.series, [point.value for point in past.series.points]
        reach = min(asked, max(1, len(values) // 2))
        found = forecast(values, reach, CYCLES[step])
        days = tuple(_ahead(past.running.first, at, step) for at in range(len(found.points)))
        so_far = self._so_far(kind, past, scope)
        cut = horizon is not None and reach < horizon
        points, total = found.points, found.total if kind.filled and not kind.standing else None
        if so_far is not None and points:
            floor = 0.0 if min(found.values) >= 0 else -math.inf
            now = (
                running.standing(points[0], so_far, found.values[-1], floor)
                if kind.standing
                else running.summed(points[0], so_far, floor)
            )
            if total is not None:
                total = running.total(total, points[0], now, so_far.value, floor)
            points = (now, *points[1:])
        return Foreseen(series, found, days, cut, points, total, so_far)

    def _history(self, kind: SeriesKind, scope: Scope, step: Step) -> _History:
        # A period that is to come ends no history: what has not happened is no part of it.
        now = min(scope.as_of.astimezone(UTC), scope.now.astimezone(UTC)).astimezone(scope.zone)
        runs = periods.period(step.value, now.astimezone(UTC), scope.zone)
        first = _ahead(runs.first, -_BACK[step], step)
        start = periods.between(first, first, scope.zone).start
        begun = now.astimezone(UTC) > runs.start.astimezone(UTC)
        part = Period(start, now if begun else runs.start)
        key = (start, part.end, step, scope)
        if (kind.key, *key) not in self._read:
            # What moves the stock is asked for with it, and all are read in one go.
            kinds = [SERIES[one] for one in (kind.key, *_MOVES)] if kind.key == STOCK else [kind]
            asked = scope.cut(part, Period(start, runs.end) if begun else part)
            for one, series in zip(kinds, self._analytics.series.several(kinds, asked, step), strict=True):
                self._read[(one.key, *key)] = series
        series = self._read[(kind.key, *key)]
        value = series.points[-1].value if begun and series.points else None
        return _History(replace(series, points=series.whole, first=0), runs, value)

    def _so_far(self, kind: SeriesKind, past: _History, scope: Scope) -> SoFar | None:
        if past.value is None or not kind.filled:
            return None
        now = min(scope.as_of.astimezone(UTC), scope.now.astimezone(UTC))
        end = past.running.end.astimezone(UTC)
        booked = 0
        # What stood in the calendar at a moment of the past is not known.
        if kind.key in BOOKED and now == scope.now.astimezone(UTC):
            moments = [stamp(now), stamp(end)]
            (booked,) = of_stretches(self._analytics.db, scope, moments, BOOKED[kind.key], _AHEAD)
        return SoFar(past.value, (end - now) / past.running.length, booked, certain=kind.key == _SURE)

    def _warnings(self, seen: Foreseen, scope: Scope, say: Translator) -> list[str]:
        series, found = seen.series, seen.found
        codes = [code for code in found.warnings if code != "short" or found.quality != ForecastQuality.INSUFFICIENT]
        if found.quality == ForecastQuality.INSUFFICIENT:
            codes.insert(0, ForecastQuality.INSUFFICIENT.value)
        if seen.cut:
            codes.append("cut")
        sentences = [say.text(words.WARNINGS[code]) for code in codes]
        if found.quality == ForecastQuality.POOR:
            sentences.append(say.text(words.WARNINGS["poor"]))
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
            series = self._history(SERIES[name], scope, seen.series.step).series
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


def _so_far(seen: Foreseen) -> dict[str, Any] | None:
    if seen.so_far is None or not seen.days:
        return None
    return {
        "t": seen.days[0].isoformat(), "value": outside(seen.so_far.value, seen.series.unit),
        "elapsed": round(1 - seen.so_far.left, 4), "booked": seen.so_far.booked,
    }  # fmt: skip


def _of_late(seen: Foreseen) -> tuple[float, float, float, int] | None:
    """The median of the last stretches, the least and the most of them and how many they are, where these say as much
    as the forecast."""
    late = seen.found.values[-_OF_LATE:]
    if seen.found.quality != ForecastQuality.POOR or not late:
        return None
    return median(late), min(late), max(late), len(late)


def _typical(seen: Foreseen) -> dict[str, Any] | None:
    if (late := _of_late(seen)) is None:
        return None
    *values, n = late
    shown_ = (outside(round(value, 6), seen.series.unit) for value in values)
    return {**dict(zip(("median", "low", "high"), shown_, strict=True)), "n": n}


def _summary(seen: Foreseen, scope: Scope, say: Translator) -> str:
    if not seen.points or seen.found.quality == ForecastQuality.INSUFFICIENT:
        return words.no_forecast(say, seen.series)
    so_far = None if seen.so_far is None else seen.so_far.value
    on = min(scope.as_of.astimezone(UTC), scope.now.astimezone(UTC)).astimezone(scope.zone).date()
    if (late := _of_late(seen)) is not None:
        return words.by_now(say, words.of_late(say, seen.series, *late), seen.series, so_far, on)
    if seen.total is not None:
        low, mean, high = seen.total.lo80, seen.total.mean, seen.total.hi80
    else:
        last = seen.points[-1]
        low, mean, high = last.lo80, last.mean, last.hi80
    if seen.series.integer:
        low, high = math.floor(round(low, 6)), math.ceil(round(high, 6))
    first = seen.days[0] if seen.total is not None else None
    sentence = words.forecast(say, seen.series, low, mean, high, first=first, last=seen.days[-1])
    return words.by_now(say, sentence, seen.series, so_far, on)
