"""What is asked and answered of targets, performance and two periods side by side."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from realty_cli.analytics.kinds import Compare, MetricUnit, Tendency
from realty_cli.analytics.schemas.base import AnalyticsFilter, MetricValue, PeriodShape, RowsTold
from realty_cli.kit.schema import Line, Schema, Word


class PerformanceQuery(AnalyticsFilter):
    """A filter, and what the period is compared with: the one before, or the same a year before."""

    compare: Literal["previous", "yoy"] = "previous"


class PerformanceIndicator(Schema):
    """One number against its target. `expected_now` is what the working days that passed should have brought, and
    `attainment` the value over it. Without a target there is no light: nothing is invented. `sparkline` is the six
    months up to the end of the period, the oldest first."""

    key: str
    label: str
    value: float | int | None
    unit: Word[MetricUnit]
    currency: str | None
    target: float | int | None
    target_source: Literal["user", "none"]
    expected_now: float | int | None
    attainment: float | None
    status: Literal["green", "amber", "red", "none"]
    previous: float | int | None
    change_pct: float | None
    trend: Word[Tendency] | None
    weight: float
    owner: Literal["agent", "agency"]
    sparkline: list[float | int | None]
    definition: str


class PerformanceIndicators(Schema):
    period: PeriodShape
    scope: RowsTold
    compared: PeriodShape
    items: list[PerformanceIndicator]
    total: int
    as_of: str
    definitions_version: str


class Standing(Schema):
    """An agent among all; `score` as in the overview, of his own targets."""

    place: int
    owner_id: int
    agent: str
    currency: str
    gci: float | int
    deals: int
    score: float | None


class PerformanceQuality(Schema):
    share_events_with_outcome: float | None
    share_deals_with_commission: float | None
    share_leads_with_source: float | None


class PerformanceOverview(Schema):
    """`score` is the attainment of all indicators that have a target, by weight, 0 to 100; None for fewer than three.
    Highlights and risks are sentences. Only an administrator gets a `leaderboard`."""

    period: PeriodShape
    scope: RowsTold
    compared: PeriodShape
    score: float | None
    indicators: list[PerformanceIndicator]
    highlights: list[str]
    risks: list[str]
    leaderboard: list[Standing] | None
    data_quality: PerformanceQuality
    as_of: str
    definitions_version: str


class ComparisonQuery(AnalyticsFilter):
    """A period and what it is compared with: the one before, the same a year before, or any other, given by
    `with_period` or by its dates."""

    mode: Word[Compare] | None = None
    with_period: Annotated[Line, Field(max_length=80)] | None = None
    with_start_date: Annotated[Line, Field(max_length=40)] | None = None
    with_end_date: Annotated[Line, Field(max_length=40)] | None = None


class MixEffect(Schema):
    """Why the mean price of sales changed: by prices of like deals (`like_for_like`), and by other deals (`mix`); both
    add up to `total`. Kinds are types of listings with their rooms."""

    deal_kind: str
    currency: str
    total: float | int
    like_for_like: float | int
    mix: float | int
    deals: int
    previous_deals: int


class ComparedGroup(Schema):
    """Metrics of one block: `name` is `money`, `clients`, `properties` or `events`."""

    name: str
    deal_kind: str | None
    currency: str | None
    metrics: list[MetricValue]


class ComparisonData(Schema):
    """`aligned`: both stretches have as many days. Working days are counted for each."""

    current: PeriodShape
    previous: PeriodShape
    mode: Word[Compare]
    aligned: bool
    working_days: int
    previous_working_days: int
    groups: list[ComparedGroup]
    mix_effect: list[MixEffect]
    notes: list[str]
    as_of: str
    definitions_version: str
