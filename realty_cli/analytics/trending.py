"""Trends as they are asked for: a series, what it did, and that in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from realty_cli.analytics import series_words as words
from realty_cli.analytics import trend_maths as maths
from realty_cli.analytics.catalogue.metric import DEFINITIONS_VERSION
from realty_cli.analytics.kinds import Step, TrendDirection
from realty_cli.analytics.scope import Scope
from realty_cli.analytics.series import Point, Series, shown
from realty_cli.analytics.series_kinds import CYCLES, find
from realty_cli.analytics.values import outside, shown_period
from realty_cli.auth.policy import Act, require
from realty_cli.kit.i18n import translator
from realty_cli.kit.moment import add_months

if TYPE_CHECKING:
    from realty_cli.analytics.schemas.trends import TrendQuery
    from realty_cli.analytics.service import Analytics

DEFAULT_PERIOD = "last 24 months"
METHOD = "theil-sen"
#: So many values are averaged.
_WINDOW = {Step.DAY: 7, Step.WEEK: 4, Step.MONTH: 3, Step.QUARTER: 4, Step.YEAR: 3}
#: Above this a rise is taken for chance.
_SURE = 0.05
#: A series that moved by no more than this share of its middle stands still.
_STILL = 0.10
#: Short periods by days and by weeks; longer ones by months.
_BY_DAYS, _BY_WEEKS = 62, 200


class Read(NamedTuple):
    """What a series did; without a slope there was too little of it."""

    direction: TrendDirection
    slope: maths.Slope | None
    p_value: float | None
    season: maths.Season | None
    breaks: list[int]
    outliers: list[maths.Outlier]


class TrendService:
    def __init__(self, analytics: Analytics) -> None:
        self._analytics, self.actor = analytics, analytics.actor

    def ask(self, query: TrendQuery, group: str, language: str, *, only: bool = False) -> dict[str, Any]:
        """See `TrendAnalysis`; `group` says which metric is meant without one, and with `only` which may be."""
        key, scope = find(query.metric, group, only=only).key, self._analytics.scope(query, default=DEFAULT_PERIOD)
        return self.analyse(key, scope, step_of(query.granularity, scope), language)

    def analyse(self, metric: str, scope: Scope, step: Step, language: str) -> dict[str, Any]:
        require(self.actor, Act.ANALYTICS_READ)
        series = self._analytics.series.read(metric, scope, step)
        points = series.whole
        found = read(points, CYCLES[step])
        dates = [point.t for point in points]
        unit, slope = series.unit, found.slope
        middle = median(maths.filled([point.value for point in points])) if slope else 0.0
        average = maths.moving_average([point.value for point in points], _WINDOW[step])
        year = _year_ago(points, step, series)
        return {
            "trend": shown(series, language),
            "direction": found.direction.value,
            "slope_per_period": outside(round(slope.step, 6), unit) if slope else None,
            "slope_pct": round(slope.step / abs(middle), 6) if slope and middle else None,
            "method": METHOD,
            "p_value": None if found.p_value is None else round(found.p_value, 6),
            "seasonality": _season(found.season, dates, step),
            "change_points": [dates[at].isoformat() for at in found.breaks],
            "outliers": [
                {
                    "t": dates[one.at].isoformat(), "value": outside(points[one.at].value, unit),
                    "score": round(one.score, 2),
                }
                for one in found.outliers
            ],
            "moving_average": [
                {"t": day.isoformat(), "value": None if value is None else outside(round(value, 6), unit)}
                for day, value in zip(dates, average, strict=True)
            ],
            "yoy": year,
            "summary": words.trend(translator(language), series, found.direction, slope, year),
            "enough_data": found.slope is not None,
            "min_points": maths.MIN_POINTS,
            "period": shown_period(scope.period, partial=scope.partial),
            "scope": scope.told(language),
            "as_of": scope.as_of.isoformat(),
            "definitions_version": DEFINITIONS_VERSION,
        }  # fmt: skip


def step_of(asked: str | None, scope: Scope) -> Step:
    """The granularity that is asked for, or that suits the length of the period."""
    if asked is not None:
        return Step(asked)
    days = scope.asked.days
    return Step.DAY if days <= _BY_DAYS else Step.WEEK if days <= _BY_WEEKS else Step.MONTH


def read(points: Sequence[Point], cycle: int) -> Read:
    known = [point.value for point in points if point.value is not None]
    if len(known) < maths.MIN_POINTS:
        return Read(TrendDirection.UNCLEAR, None, None, None, [], [])
    values = maths.filled([point.value for point in points])
    season = maths.season(values, cycle)
    plain = season.out_of(values) if season is not None and season.significant else values
    slope, p_value = maths.theil_sen(plain), maths.mann_kendall(plain)
    breaks = maths.change_points(plain)
    return Read(_direction(plain, slope, p_value), slope, p_value, season, breaks, _odd(points, plain, slope, breaks))


def _direction(values: Sequence[float], slope: maths.Slope, p_value: float) -> TrendDirection:
    if p_value < _SURE and slope.step:
        return TrendDirection.RISING if slope.step > 0 else TrendDirection.FALLING
    moved, middle = abs(slope.step) * (len(values) - 1), abs(median(values))
    return TrendDirection.FLAT if moved <= _STILL * middle else TrendDirection.UNCLEAR


def _odd(
    points: Sequence[Point], values: Sequence[float], slope: maths.Slope, breaks: Sequence[int]
) -> list[maths.Outlier]:
    """Values that neither the trend nor a break explains; what was no more than filled in is none of them."""
    left: list[float] = []
    if breaks:
        edges = [0, *breaks, len(values)]
        for start, end in pairwise(edges):
            level = median(values[start:end])
            left += [value - level for value in values[start:end]]
    else:
        left = [value - slope.level - slope.step * at for at, value in enumerate(values)]
    return [one for one in maths.outliers(left) if points[one.at].value is not None]


def _season(season: maths.Season | None, dates: Sequence[date], step: Step) -> dict[str, Any] | None:
    """The indices from January, from Monday or from the first quarter on, whatever the series begins with."""
    if season is None:
        return None
    first = dates[0]
    offset = {
        Step.DAY: first.weekday(), Step.WEEK: first.isocalendar().week - 1, Step.MONTH: first.month - 1,
        Step.QUARTER: (first.month - 1) // 3, Step.YEAR: 0,
    }[step]  # fmt: skip
    size = season.period
    indices = [season.indices[(place - offset) % size] for place in range(size)]
    return {
        "period": size, "strength": round(season.strength, 4), "significant": season.significant,
        "multiplied": season.multiplied, "indices": [round(one, 4) for one in indices],
    }  # fmt: skip


def _year_ago(points: Sequence[Point], step: Step, series: Series) -> dict[str, Any] | None:
    """None where a year is no whole number of stretches, or where the series does not go back so far."""
    if step not in (Step.MONTH, Step.QUARTER, Step.YEAR) or not points:
        return None
    last = points[-1]
    wanted = add_months(last.t, -12)
    before = next((point for point in points if point.t == wanted), None)
    if before is None:
        return None
    now, then = (None if one.value is None else outside(one.value, series.unit) for one in (last, before))
    apart = None if now is None or then is None else round(now - then, 6)
    return {
        "t": last.t.isoformat(), "value": now, "before": then, "change_abs": apart,
        "change_pct": round(apart / then, 6) if apart is not None and then else None,
    }  # fmt: skip
