"""An event as it comes in and goes out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, WithJsonSchema, field_validator
from pydantic_core import PydanticCustomError

from realty_cli.auth.schemas.parts import Zone
from realty_cli.events.kinds import (
    MAX_ATTENDEES,
    MAX_BULK,
    MAX_REMINDERS,
    CancelledBy,
    EventOutcome,
    EventStatus,
    EventType,
    ReminderChannel,
    Response,
)
from realty_cli.kit.schema import WHOLE, Date, FilledLine, Id, Instant, Line, Moment, Schema, Text, Word
from realty_cli.properties.kinds import MAX_TITLE
from realty_cli.properties.schemas.listing import Short, Tags, never_null

MAX_TEXT = 20_000


def _when(value: Any) -> str:
    """As it was written: whether it has an offset decides how it is read."""
    if isinstance(value, datetime):
        value = value.isoformat()
    if not isinstance(value, str) or len(value) > 64:
        raise PydanticCustomError("moment", "not a date and time")
    try:
        found = datetime.fromisoformat(value.strip())
    except ValueError:
        raise PydanticCustomError("moment", "not a date and time") from None
    if not 1900 <= found.year <= 2200:
        raise PydanticCustomError("moment_range", "outside the years 1900 to 2200")
    return value.strip()


#: A date and time, or a date. Without an offset it is wall time in the event's zone.
When = Annotated[
    str,
    BeforeValidator(_when),
    WithJsonSchema(
        {"type": "string", "maxLength": 64, "examples": ["2034-05-16T10:00:00", "2034-05-16T10:00:00+03:00"]}
    ),
]  # fmt: skip


def _rule(value: str) -> str:
    return value.strip().removeprefix("RRULE:")


RuleText = Annotated[
    str, Field(max_length=2_000), AfterValidator(_rule), WithJsonSchema(
        {"type": "string", "maxLength": 2_000, "examples": ["FREQ=WEEKLY;BYDAY=MO,TH;COUNT=10"]})
]  # fmt: skip


class Attendee(Schema):
    """Somebody who is to come."""

    name: Short | None = None
    email: Annotated[Line, Field(max_length=320)] | None = None
    phone: Annotated[Line, Field(max_length=64)] | None = None
    response: Word[Response] = Response.NEEDS_ACTION


class Reminder(Schema):
    """So long before the start, by this way."""

    minutes_before: Annotated[int, Field(ge=0, le=40_320), WHOLE]
    channel: Word[ReminderChannel] = ReminderChannel.APP


class _Fields(Schema):
    """What creation and change have in common; every field may be left out."""

    description: Annotated[Text, Field(max_length=MAX_TEXT)] | None = None
    timezone: Zone | None = Field(default=None, description="of the wall times; the caller's where left out")
    location: Annotated[Line, Field(max_length=1_000)] | None = None
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = None
    property_id: Id | None = None
    client_id: Id | None = None
    deal_id: Id | None = None
    attendees: Annotated[list[Attendee], Field(max_length=MAX_ATTENDEES)] | None = None
    reminders: Annotated[list[Reminder], Field(max_length=MAX_REMINDERS)] | None = None
    priority: Annotated[int, Field(ge=0, le=9), WHOLE] | None = Field(default=None, description="1 is the highest")
    color: Annotated[Line, Field(max_length=40)] | None = None
    outcome: Word[EventOutcome] | None = None
    outcome_note: Annotated[Text, Field(max_length=MAX_TEXT)] | None = None
    buffer_before: Annotated[int, Field(ge=0, le=1_440), WHOLE] | None = Field(default=None, description="minutes")
    buffer_after: Annotated[int, Field(ge=0, le=1_440), WHOLE] | None = Field(default=None, description="minutes")
    tags: Tags | None = None
    notes: Annotated[Text, Field(max_length=MAX_TEXT)] | None = None
    external_id: Annotated[Line, Field(max_length=200)] | None = None
    rrule: RuleText | None = Field(default=None, description="RFC 5545, by the day or longer")
    exdates: Annotated[list[When], Field(max_length=5_000)] | None = Field(
        default=None, description="starts that the rule gives and that do not take place"
    )
    owner_id: Id | None = Field(default=None, description="administrators only")
    allow_overlap: bool = Field(default=False, description="enter it though something else stands at that time")


class EventCreate(_Fields):
    """A new event. A time without an offset is wall time in `timezone`. With `all_day` the times are dates, the end
    not included, and the event keeps nothing out unless `busy` says so."""

    title: Annotated[FilledLine, Field(max_length=MAX_TITLE)]
    event_type: Word[EventType]
    start_time: When
    end_time: When
    all_day: bool = False
    busy: bool | None = None
    status: Word[EventStatus] | None = Field(default=None, description="scheduled where left out")


class RecurringEventCreate(EventCreate):
    """A series. `rrule` says when it takes place again."""

    rrule: RuleText = Field(description="RFC 5545, by the day or longer")


class EventUpdate(_Fields):
    """Only the fields that are sent change; null empties a field. The status has an endpoint of its own."""

    title: Annotated[FilledLine, Field(max_length=MAX_TITLE)] | None = None
    event_type: Word[EventType] | None = None
    start_time: When | None = None
    end_time: When | None = None
    all_day: bool | None = None
    busy: bool | None = None

    model_config = ConfigDict(json_schema_extra=never_null("title", "event_type", "start_time", "end_time", "all_day"))

    @field_validator("title", "event_type", "start_time", "end_time", "all_day")
    @classmethod
    def _keeps(cls, value: Any) -> Any:
        if value is None:
            raise PydanticCustomError("required", "cannot be emptied")
        return value


class EventStatusChange(Schema):
    """A move to another status, with what came of it."""

    status: Word[EventStatus]
    outcome: Word[EventOutcome] | None = None
    outcome_note: Annotated[Text, Field(max_length=MAX_TEXT)] | None = None
    cancelled_by: Word[CancelledBy] | None = None
    rescheduled_to: Id | None = Field(default=None, description="the event that takes its place")
    actual_start: Moment | None = None
    actual_end: Moment | None = None


class EventBulkCreate(Schema):
    """Events that are entered together."""

    events: Annotated[list[EventCreate], Field(min_length=1, max_length=MAX_BULK)]


class Warning_(Schema):  # noqa: N801 - Warning is Python's own
    """Something to look at; the event is entered all the same."""

    model_config = ConfigDict(title="EventWarning")

    field: str
    code: str
    message: str


class EventResponse(Schema):
    """An event, or one instance of a series, as it goes out. Moments are in UTC; `start_local` and `end_local` are wall
    times in `timezone`, or dates (the end not included) where it takes whole days.

    `id` is the event that describes it, `series_id` the series that it belongs to, `recurrence_id` the original start.
    """

    id: int
    owner_id: int
    uid: str
    sequence: int
    title: str
    description: str | None
    event_type: EventType
    status: EventStatus
    all_day: bool
    start_time: Instant
    end_time: Instant
    start_local: str
    end_local: str
    local_date: Date
    timezone: str | None
    location: str | None
    latitude: float | None
    longitude: float | None
    property_id: int | None
    client_id: int | None
    deal_id: int | None
    attendees: list[Attendee]
    actual_start: Instant | None
    actual_end: Instant | None
    cancelled_by: CancelledBy | None
    rescheduled_to: int | None
    rrule: str | None
    rdates: list[str]
    exdates: list[str]
    series_id: int | None
    recurrence_id: str | None
    related_to: str | None
    reminders: list[Reminder]
    priority: int | None
    color: str | None
    outcome: EventOutcome | None
    outcome_note: str | None
    busy: bool
    tentative: bool
    declined: bool
    buffer_before: int | None
    buffer_after: int | None
    tags: list[str]
    notes: str | None
    template_id: int | None
    source: str | None
    external_id: str | None
    warnings: list[Warning_]
    version: int
    created_at: Instant
    updated_at: Instant
    deleted_at: Instant | None


class EventListResponse(Schema):
    items: list[EventResponse]
    total: int | None
    limit: int
    offset: int
    next_cursor: str | None


class EventAgenda(Schema):
    """The events of a stretch of time in the caller's zone, in order."""

    items: list[EventResponse]
    total: int
    timezone: str
    start: Instant
    end: Instant


class EventSkipped(Schema):
    """An entry of a list that was not entered, and why."""

    index: int
    code: str
    errors: list[dict[str, Any]]


class EventBulkResponse(Schema):
    created: int
    skipped: int
    items: list[EventResponse]
    errors: list[EventSkipped]
