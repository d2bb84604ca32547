"""Questions and answers of series, trends and forecasts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from realty_cli.analytics.kinds import ForecastQuality, MetricUnit, Step, TrendDirection
from realty_cli.analytics.schemas.base import AnalyticsFilter, PeriodShape, RowsTold
from realty_cli.kit.schema import Line, Schema, Word

_Metric = Annotated[Line, Field(min_length=1, max_length=80)]


class TrendQuery(AnalyticsFilter):
    """`metric` is a key such as `properties.new` or its short name. Without a period the last 24 months; without a
    granularity months, or weeks and days where the period is short."""

    metric: _Metric | None = None
    granularity: Word[Step] | None = None


class ForecastQuery(AnalyticsFilter):
    """A forecast rests on all the history that there is up to now; a period ends it earlier."""

    metric: _Metric | None = None
    granularity: Word[Step] = Step.MONTH
    horizon: Annotated[int, Field(ge=1, le=60)] | None = None


class TrendPoint(Schema):
    """`t` is the first date of a stretch. `value` is null where there is no sample; `partial`: it has not ended yet, or
    it is the first one and work began in its midst. What is partial is in no slope."""

    t: str
    value: float | int | None
    n: int
    partial: bool


class TrendData(Schema):
    """`deal_type` and `currency` stand where the values are of one alone: prices do not add up."""

    metric: str
    label: str
    granularity: Word[Step]
    unit: Word[MetricUnit]
    currency: str | None
    deal_type: str | None
    points: list[TrendPoint]


class Seasonality(Schema):
    """`indices` by the order of the cycle (January first, Monday first): 1 is usual where they are `multiplied`, else
    0. `strength` is the share of the movement about the trend that repeats."""

    period: int
    strength: float
    significant: bool
    multiplied: bool
    indices: list[float]


class Oddity(Schema):
    """A value further from what its trend and season say than 3.5 robust deviations."""

    t: str
    value: float
    score: float


class Averaged(Schema):
    t: str
    value: float | None


class YearAgo(Schema):
    """The last full stretch beside the same of a year before."""

    t: str
    value: float | None
    before: float | None
    change_abs: float | None
    change_pct: float | None


class TrendAnalysis(Schema):
    """What a series did over a period. The stretch that has not ended is shown and plays no part."""

    trend: TrendData
    direction: Word[TrendDirection]
    slope_per_period: float | None
    slope_pct: float | None
    method: str
    p_value: float | None
    seasonality: Seasonality | None
    change_points: list[str]
    outliers: list[Oddity]
    moving_average: list[Averaged]
    yoy: YearAgo | None
    summary: str
    enough_data: bool
    min_points: int
    period: PeriodShape
    scope: RowsTold
    as_of: str
    definitions_version: str


class ForecastPoint(Schema):
    """The truth lies within `lo80`..`hi80` four times of five, within `lo95`..`hi95` 19 times of 20, if the market
    stays as it is."""

    t: str
    mean: float
    lo80: float
    hi80: float
    lo95: float
    hi95: float


class ForecastPart(Schema):
    name: str
    weight: float


class ForecastBacktest(Schema):
    """How the same method did on up to five earlier stretches: `mase` below 1 is better than repeating the season,
    `owa` below 1 better than the last value in its season."""

    mase: float | None
    smape: float
    owa: float | None
    coverage80: float
    coverage95: float
    folds: int


class ForecastSum(Schema):
    mean: float
    lo80: float
    hi80: float


class ForecastSoFar(Schema):
    """What has come of the stretch that begins on `t`, of which the share `elapsed` has passed; `booked` events stand
    in the calendar for the rest of it."""

    t: str
    value: float
    elapsed: float
    booked: int


class ForecastTypical(Schema):
    """The median of the last `n` stretches, the least and the most of them."""

    median: float
    low: float
    high: float
    n: int


class ForecastData(Schema):
    """What is likely to come. The first point is the stretch that runs now, and holds what has come of it (`so_far`;
    null where it has not begun, and for medians). `warnings` are sentences. Where the quality is `poor` the points are
    no better than `typical`, which is null otherwise, and people are told that instead."""

    metric: str
    label: str
    granularity: Word[Step]
    horizon: int
    unit: Word[MetricUnit]
    currency: str | None
    deal_type: str | None
    history: TrendData
    points: list[ForecastPoint]
    method: str
    parts: list[ForecastPart]
    n_history: int
    season_used: bool
    backtest: ForecastBacktest | None
    quality: Word[ForecastQuality]
    warnings: list[str]
    summary: str
    integer: bool
    so_far: ForecastSoFar | None
    typical: ForecastTypical | None
    sum_next: ForecastSum | None
    as_of: str
    definitions_version: str
