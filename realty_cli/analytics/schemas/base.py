"""What every question and every answer of analytics is made of."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, JsonValue

from realty_cli.analytics.kinds import GoodWhen, MetricStatus, MetricUnit, Tendency
from realty_cli.kit.schema import MAX_ID, Line, Schema, TextSchema, Word
from realty_cli.properties.kinds import DealType, PropertyType
from realty_cli.properties.schemas.listing import iso_currency

_Name = Annotated[Line, Field(min_length=1, max_length=200)]
_MOST = 100
_CODE: dict[str, JsonValue] = {"pattern": "^[A-Za-z]{3}$"}


class AnalyticsFilter(TextSchema):
    """Which rows, over which period. `period` is a name (`month`, `last month`, `2026-Q1`, `last 30 days`, `прошлый
    месяц`) or `custom` with dates; `end_date` is included. Lists mean "any of"."""

    period: Annotated[Line, Field(max_length=80)] | None = None
    start_date: Annotated[Line, Field(max_length=40)] | None = None
    end_date: Annotated[Line, Field(max_length=40)] | None = None
    agent: Annotated[list[Annotated[int, Field(ge=1, le=MAX_ID)]], Field(max_length=_MOST)] | None = None
    property_type: Annotated[list[Word[PropertyType]], Field(max_length=_MOST)] | None = None
    deal_type: Annotated[list[Word[DealType]], Field(max_length=_MOST)] | None = None
    city: Annotated[list[_Name], Field(max_length=_MOST)] | None = None
    district: Annotated[list[_Name], Field(max_length=_MOST)] | None = None
    source: Annotated[list[_Name], Field(max_length=_MOST)] | None = None
    currency: Annotated[str, AfterValidator(iso_currency), Field(json_schema_extra=_CODE)] | None = None


class AnalyticsQuery(AnalyticsFilter):
    """A filter, and what the period is compared with: the one before, the same a year before, or none."""

    compare: Literal["previous", "yoy", "none"] = "none"


class PeriodShape(Schema):
    """A half-open stretch `[start, end)` in the zone whose calendar counts. `partial`: it has not ended yet."""

    start: str
    end: str
    first_date: str
    last_date: str
    granularity: str
    tz: str
    partial: bool


class RowsTold(Schema):
    """Whose rows an answer is about: the caller's own, those of chosen agents, or the whole agency's. An
    administrator's key sees the agency only with the scope `admin`."""

    rows: Literal["own", "agents", "agency"]
    text: str


class MetricValue(Schema):
    """One number. `value` is None with a status where there is nothing to divide by; ratios are fractions; money is in
    `currency`, with two decimals. `low_sample`: too few to conclude anything. `previous` and the changes stand only
    where the period is compared."""

    key: str
    label: str
    value: float | int | None
    unit: Word[MetricUnit]
    currency: str | None
    n: int
    n_excluded: int
    low_sample: bool
    status: Word[MetricStatus]
    ci_low: float | None
    ci_high: float | None
    good_when: Word[GoodWhen]
    definition: str
    previous: float | int | None = None
    change_abs: float | None = None
    change_pct: float | None = None
    direction: Word[Tendency] | None = None
    significant: bool | None = None


class Meta(Schema):
    """As of when and by which definitions; `generated_in_ms` is how long the server took."""

    as_of: str
    tz: str
    definitions_version: str
    generated_in_ms: float


class MetricDefinition(Schema):
    """A metric without numbers: `min_n` is the sample below which it is marked `low_sample`."""

    key: str
    label: str
    unit: Word[MetricUnit]
    good_when: Word[GoodWhen]
    min_n: int
    definition: str


class MetricDefinitions(Schema):
    definitions_version: str
    items: list[MetricDefinition]
    total: int
