"""Templates of events, feedback on showings, reminders and statistics, as they come in and go out."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from realty_cli.auth.schemas.parts import Zone
from realty_cli.clients.schemas.filters import PageQuery
from realty_cli.deals.schemas.filters import _Ids
from realty_cli.events.care_kinds import FeedbackSource, PriceOpinion
from realty_cli.events.kinds import MAX_REMINDERS, EventType, ReminderChannel
from realty_cli.events.schemas.event import MAX_TEXT, Reminder, When
from realty_cli.kit.schema import WHOLE, FilledLine, Id, Instant, Line, Schema, Text, TextSchema, Word
from realty_cli.properties.kinds import MAX_TITLE
from realty_cli.properties.schemas.listing import Short, Tags, never_null

_Minutes = Annotated[int, Field(ge=0, le=1_440), WHOLE]
_Length = Annotated[int, Field(ge=1, le=1_440, examples=[45]), WHOLE]
_Note = Annotated[Text, Field(max_length=MAX_TEXT)]


class _TemplateFields(Schema):
    description: _Note | None = None
    location: Annotated[Line, Field(max_length=1_000)] | None = None
    reminders: Annotated[list[Reminder], Field(max_length=MAX_REMINDERS)] | None = None
    buffer_before: _Minutes | None = None
    buffer_after: _Minutes | None = None
    color: Annotated[Line, Field(max_length=40)] | None = None
    priority: Annotated[int, Field(ge=0, le=9), WHOLE] | None = None
    busy: bool | None = None
    tags: Tags | None = None


class TemplateCreate(_TemplateFields):
    """What events begin with. `title` is the name where it is left out."""

    name: Annotated[FilledLine, Field(max_length=200, examples=["Показ квартиры"])]
    title: Annotated[FilledLine, Field(max_length=MAX_TITLE)] | None = None
    event_type: Word[EventType]
    duration_minutes: _Length
    owner_id: Id | None = Field(default=None, description="administrators only")


class TemplateUpdate(_TemplateFields):
    """Only the fields that are sent change; null empties a field."""

    name: Annotated[FilledLine, Field(max_length=200)] | None = None
    title: Annotated[FilledLine, Field(max_length=MAX_TITLE)] | None = None
    event_type: Word[EventType] | None = None
    duration_minutes: _Length | None = None

    model_config = ConfigDict(json_schema_extra=never_null("name", "title", "event_type", "duration_minutes"))

    @field_validator("name", "title", "event_type", "duration_minutes")
    @classmethod
    def _keeps(cls, value: Any) -> Any:
        if value is None:
            raise PydanticCustomError("required", "cannot be emptied")
        return value


class TemplateResponse(Schema):
    id: int
    owner_id: int
    name: str
    title: str
    event_type: EventType
    duration_minutes: int
    description: str | None
    location: str | None
    reminders: list[Reminder]
    buffer_before: int | None
    buffer_after: int | None
    color: str | None
    priority: int | None
    busy: bool | None
    tags: list[str]
    version: int
    created_at: Instant
    updated_at: Instant
    deleted_at: Instant | None


class TemplateListResponse(Schema):
    items: list[TemplateResponse]
    total: int | None
    limit: int
    offset: int
    next_cursor: str | None


class EventOfTemplate(Schema):
    """An event of a template: when, and what it is about. What is left out is the template's."""

    start_time: When
    duration_minutes: _Length | None = None
    timezone: Zone | None = None
    title: Annotated[FilledLine, Field(max_length=MAX_TITLE)] | None = None
    location: Annotated[Line, Field(max_length=1_000)] | None = None
    property_id: Id | None = None
    client_id: Id | None = None
    deal_id: Id | None = None
    allow_overlap: bool = False


class FeedbackCreate(Schema):
    """What somebody said of a listing that was shown. The client and the listing are the event's where left out."""

    recurrence_id: Annotated[Line, Field(max_length=64)] | None = Field(default=None, description="of which instance")
    client_id: Id | None = None
    property_id: Id | None = None
    request_id: Id | None = Field(
        default=None, description="the request that it answers; the client's only open one where left out"
    )
    rating: Annotated[int, Field(ge=1, le=5), WHOLE] | None = None
    price_opinion: Word[PriceOpinion] | None = None
    objections: Annotated[list[Short], Field(max_length=50)] | None = Field(default=None, examples=[["шумно"]])
    interested: bool | None = None
    note: _Note | None = None
    source: Word[FeedbackSource] = FeedbackSource.TYPED


class FeedbackResponse(Schema):
    """Feedback, and what else it changed: the mark of the client's request, and the interaction that was logged."""

    id: int
    owner_id: int
    event_id: int
    recurrence_id: str | None
    client_id: int | None
    property_id: int | None
    rating: int | None
    price_opinion: PriceOpinion | None
    objections: list[str]
    interested: bool | None
    note: str | None
    source: FeedbackSource
    mark_id: int | None = None
    interaction_id: int | None = None
    version: int
    created_at: Instant
    updated_at: Instant
    deleted_at: Instant | None


class FeedbackListResponse(Schema):
    items: list[FeedbackResponse]
    total: int | None
    limit: int
    offset: int
    next_cursor: str | None


class TemplateFilter(Schema):
    """Every part narrows the list; several values in one part mean "any of"."""

    owner_id: list[Id] | None = None
    ids: _Ids | None = None
    deleted: bool = False
    event_type: list[Word[EventType]] | None = None


class FeedbackFilter(Schema):
    """Every part narrows the list; several values in one part mean "any of"."""

    owner_id: list[Id] | None = None
    ids: _Ids | None = None
    deleted: bool = False
    event_id: _Ids | None = None
    client_id: _Ids | None = None
    property_id: _Ids | None = None


class TemplateQuery(TemplateFilter, PageQuery):
    """A list as a query string asks for it."""


class FeedbackQuery(FeedbackFilter, PageQuery):
    """A list as a query string asks for it."""


class StatisticsQuery(TextSchema):
    """What is counted: a period in words or dates, of one type or listing."""

    period: Annotated[str, Field(max_length=80, examples=["2026-03"])] = "month"
    event_type: list[Word[EventType]] | None = None
    property_id: list[Id] | None = None
    owner_id: list[Id] | None = Field(default=None, description="administrators")


class Share(Schema):
    """A part of a whole of `n`; null where there is nothing to divide by, and `low_sample` below five."""

    value: float | None
    n: int
    low_sample: bool
    status: str


class CancellationShares(Schema):
    total: Share
    agent: Share
    client: Share
    owner: Share


class FeedbackFigures(Schema):
    count: int
    rate: Share
    mean_rating: float | None


class AgentFigures(Schema):
    """What became of an agent's events; the rate is null where there is nothing to divide by."""

    owner_id: int
    due: int
    completed: int
    cancelled: int
    no_show: int
    stale_open: int
    showings: int
    completion_rate: float | None
    busy_hours: float


class EventStatisticsResponse(Schema):
    """Figures of a period. `due` are those whose end lies in the period and behind us: all rates are of them."""

    start: Instant
    end: Instant
    timezone: str
    partial: bool
    as_of: Instant
    total: int
    due: int
    upcoming: int
    rescheduled: int
    stale_open: int = Field(description="over, and nobody has said what came of it")
    by_status: dict[str, int]
    by_type: dict[str, int]
    completion_rate: Share
    no_show_rate: Share
    cancellation_rate: CancellationShares
    late_cancel_rate: Share = Field(description="called off less than two hours before the beginning")
    confirmation_rate: Share
    reschedule_mean: float | None = Field(description="how often an event was put off before its last time")
    utilisation: Share = Field(description="busy hours so far over working hours; `n` is the latter")
    average_minutes: float | None
    average_actual_minutes: float | None
    busy_hours: float
    conflicts: int
    feedback: FeedbackFigures
    heatmap: list[list[int]] = Field(description="due events by weekday (Monday first) and local hour")
    completed_heatmap: list[list[int]]
    by_agent: list[AgentFigures]


class ReminderResponse(Schema):
    id: int
    event_id: int
    recurrence_id: str | None
    title: str
    location: str | None
    minutes_before: int
    channel: ReminderChannel
    due_at: Instant
    state: str = Field(description="sent: as a letter; told: for a program to show; no_address: no confirmed address")
    claimed_at: Instant


class ReminderListResponse(Schema):
    items: list[ReminderResponse]
    total: int


class ReminderQuery(TextSchema):
    hours: Annotated[int, Field(ge=1, le=744), WHOLE] = 24
    limit: Annotated[int, Field(ge=1, le=100), WHOLE] = 100
