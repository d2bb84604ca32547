"""Questions and answers of charts."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from realty_cli.analytics.kinds import Step
from realty_cli.analytics.schemas.base import AnalyticsFilter
from realty_cli.kit.schema import Line, Schema, Word


class ChartQuery(AnalyticsFilter):
    """`metric` and `horizon` are for a forecast, `granularity` for it and for trends. Without a period it is the month
    so far; of `funnel` and `hours` the last 90 days, of `months` the last 12 months, of a metric the last 24. The
    subtitle and the alternative text say which."""

    metric: Annotated[Line, Field(min_length=1, max_length=80)] | None = None
    granularity: Word[Step] | None = None
    horizon: Annotated[int, Field(ge=1, le=60)] | None = None


class ChartAxis(Schema):
    label: str
    type: str
    values: list[str | float | int]


class ChartSeries(Schema):
    """Bounds stand where the series has a band: of 80 % in `lo` and `hi`, of 95 % in `lo95` and `hi95`."""

    name: str
    role: Literal["actual", "forecast", "comparison", "marker"]
    style: Literal["solid", "dashed", "dotted", "band"]
    values: list[float | int | None]
    lo: list[float | int | None] | None
    hi: list[float | int | None] | None
    lo95: list[float | int | None] | None
    hi95: list[float | int | None] | None


class ChartMark(Schema):
    at: str | float | int | None
    text: str
    partial: bool


class ChartData(Schema):
    """What a chart draws: `title` says the answer, `alt_text` what is to be seen, `table` has all of its numbers with a
    row of headings first."""

    id: str
    type: str
    title: str
    subtitle: str
    alt_text: str
    x: ChartAxis
    series: list[ChartSeries]
    unit: str
    currency: str | None
    annotations: list[ChartMark]
    table: list[list[Any]]
    note: str
    generated_at: str
    definitions_version: str
