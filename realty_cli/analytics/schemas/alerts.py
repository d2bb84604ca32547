"""Thresholds, alerts and insights as they come in and go out."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from realty_cli.analytics.kinds import AlertOperator, AlertState, Confidence, InsightKind, Severity
from realty_cli.clients.schemas.filters import PageQuery
from realty_cli.events.kinds import ReminderChannel
from realty_cli.kit.schema import FilledLine, Id, Instant, Line, Moment, Schema, Text, TextSchema, Word
from realty_cli.properties.schemas.listing import never_null


def _of_percent(value: object) -> object:
    """`5%` is 0.05; anything else is left as it is."""
    if isinstance(value, str) and value.rstrip().endswith("%"):
        try:
            return float(value.rstrip()[:-1].replace(",", ".").strip()) / 100
        except ValueError:
            return value
    return value


_Figure = Annotated[float, BeforeValidator(_of_percent), Field(ge=-1e15, le=1e15, allow_inf_nan=False)]
_Minutes = Annotated[int, Field(ge=0, le=60 * 24 * 30)]
_Days = Annotated[int, Field(ge=0, le=90)]
_Note = Annotated[Text, Field(max_length=2_000)]
_Channels = Annotated[
    list[Word[ReminderChannel]], AfterValidator(lambda found: list(dict.fromkeys(found))), Field(max_length=3)
]


class ThresholdCreate(Schema):
    """Other figures for a rule that everybody has (`rule`), or a bound of a metric (`metric`, `operator`, `value`).

    `value` is in the unit of the rule or the metric (shares as fractions, or as `"5%"`; money in units); `change_gt`
    and `change_lt` compare the change against the period before, as a fraction; `anomaly` takes the chance below which
    a series of counts is told of, 0.05 where none is given. A metric is looked at once a day, with the rules about
    figures. `clear_value` is where it is over; a change has to hold for `hold_minutes` first."""

    rule: Annotated[Line, Field(max_length=60)] | None = Field(default=None, examples=["lead_untouched"])
    metric: Annotated[Line, Field(max_length=60)] | None = Field(default=None, examples=["properties.inventory"])
    operator: Word[AlertOperator] | None = None
    value: _Figure | None = None
    severe_value: _Figure | None = None
    clear_value: _Figure | None = None
    period: Annotated[FilledLine, Field(max_length=80)] | None = Field(default=None, examples=["last 30 days"])
    name: Annotated[FilledLine, Field(max_length=200)] | None = None
    hold_minutes: _Minutes | None = None
    keep_minutes: _Minutes | None = None
    cooldown_days: _Days | None = None
    min_n: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    severity: Word[Severity] | None = None
    channels: _Channels | None = None
    quiet_hours: bool = True
    enabled: bool = True


class ThresholdUpdate(Schema):
    """Only the fields that are sent change; null brings back what the rule has. Another rule or metric is another
    threshold."""

    operator: Word[AlertOperator] | None = None
    value: _Figure | None = None
    severe_value: _Figure | None = None
    clear_value: _Figure | None = None
    period: Annotated[FilledLine, Field(max_length=80)] | None = None
    name: Annotated[FilledLine, Field(max_length=200)] | None = None
    hold_minutes: _Minutes | None = None
    keep_minutes: _Minutes | None = None
    cooldown_days: _Days | None = None
    min_n: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    severity: Word[Severity] | None = None
    channels: _Channels | None = None
    quiet_hours: bool | None = None
    enabled: bool | None = None

    model_config = ConfigDict(json_schema_extra=never_null("quiet_hours", "enabled"))

    @field_validator("quiet_hours", "enabled")
    @classmethod
    def _kept(cls, value: bool | None) -> bool:
        if value is None:
            raise PydanticCustomError("required", "cannot be emptied")
        return value


class ThresholdResponse(Schema):
    """A threshold as it goes out; what is null is the rule's own."""

    id: int
    owner_id: int
    rule: str
    name: str | None
    metric: str | None
    operator: str | None
    value: float | None
    severe_value: float | None
    clear_value: float | None
    period: str | None
    hold_minutes: int | None
    keep_minutes: int | None
    cooldown_days: int | None
    min_n: int | None
    severity: Severity | None
    channels: list[str]
    quiet_hours: bool
    enabled: bool
    version: int
    created_at: Instant
    updated_at: Instant
    deleted_at: Instant | None


class ThresholdListResponse(Schema):
    items: list[ThresholdResponse]
    total: int | None
    limit: int
    offset: int
    next_cursor: str | None


class AlertRule(Schema):
    """A rule that everybody has, with the caller's own figures. `daily`: about figures, tried once a day."""

    rule: str
    title: str
    unit: str
    operator: str
    value: float
    severe_value: float | None
    clear_value: float | None
    severity: Severity
    min_n: int
    daily: bool
    default: float
    threshold_id: int | None
    enabled: bool


class AlertRules(Schema):
    items: list[AlertRule]
    total: int


class Subject(Schema):
    """What an alert or an insight is about."""

    type: str
    id: int
    title: str | None


class Alert(Schema):
    """Something that a rule found. `command` acts on it; `count` is how often it came up; `in_digest`: one more than
    are told of in a day."""

    id: int
    owner_id: int
    rule: str
    threshold_id: int | None
    title: str
    message: str
    command: str | None
    severity: Severity
    state: AlertState
    subject: Subject | None
    value: float | None
    threshold: float | None
    unit: str | None
    evidence: dict[str, Any]
    fingerprint: str
    started_at: Instant
    fired_at: Instant | None
    acknowledged_by: int | None
    acknowledged_at: Instant | None
    note: str | None
    snoozed_until: Instant | None
    resolved_at: Instant | None
    resolved_reason: str | None
    count: int
    in_digest: bool
    version: int
    updated_at: Instant


class BySeverity(Schema):
    critical: int
    warning: int
    info: int


class ActiveAlerts(Schema):
    items: list[Alert]
    total: int
    limit: int
    offset: int
    by_severity: BySeverity
    in_digest: int


class Acknowledge(Schema):
    note: _Note | None = None


class Snooze(Schema):
    """`until` is a moment; a naive one is read in the caller's zone."""

    until: Moment
    note: _Note | None = None


class Evidence(Schema):
    """One number that an insight rests on, and what it is compared with."""

    label: str
    value: float | None
    baseline: float | None
    n: int
    low: float | None
    high: float | None
    unit: str


class Impact(Schema):
    """What it may bring a month, by own averages: `basis` says which."""

    amount: float
    unit: str
    currency: str | None
    basis: str


class Action(Schema):
    verb: str
    command: str


class Insight(Schema):
    """What the numbers suggest: `id` is the fingerprint of the rule and its subject."""

    id: str
    rule: str
    kind: InsightKind
    title: str
    text: str
    subject: Subject | None
    evidence: list[Evidence]
    impact: Impact | None
    confidence: Confidence
    priority: float
    action: Action
    valid_until: str


class Insights(Schema):
    """`muted`: rules of which nearly all was dismissed, and which say nothing for now."""

    items: list[Insight]
    total: int
    muted: list[str]


class Dismiss(Schema):
    note: _Note | None = None


class ActiveQuery(TextSchema):
    severity: Word[Severity] | None = None
    mine: bool = False
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class InsightQuery(TextSchema):
    limit: Annotated[int, Field(ge=1, le=20)] = 5


class ThresholdFilter(Schema):
    """Thresholds. `rule` is the key of a rule, `metric` for bounds of metrics."""

    rule: Annotated[list[Annotated[Line, Field(max_length=60)]], Field(max_length=100)] | None = None
    owner_id: Annotated[list[Id], Field(max_length=100)] | None = None
    deleted: bool = False


class ThresholdQuery(ThresholdFilter, PageQuery):
    """A list as a query string asks for it."""

    def narrowed(self) -> ThresholdFilter:
        names = self.model_fields_set & ThresholdFilter.model_fields.keys()
        return ThresholdFilter().model_copy(update={name: getattr(self, name) for name in names})
