"""Questions about time: what is in the way, when there is time, and how to drive through a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field, WithJsonSchema, create_model
from pydantic_core import PydanticCustomError

from realty_cli.auth.schemas.parts import Zone
from realty_cli.events.kinds import EventType
from realty_cli.events.schemas.event import RuleText, When
from realty_cli.events.schemas.settings import Clock, Step
from realty_cli.kit.schema import WHOLE, Day, Id, Instant, Schema, TextSchema, Word


def _travel(value: str) -> str:
    if value not in ("auto", "none") and not (value.isdigit() and int(value) <= 360):
        raise PydanticCustomError("travel", "auto, none or minutes")
    return value


TravelMode = Annotated[
    str,
    Field(max_length=8, description="auto (estimated), none, or the minutes that every way takes"),
    AfterValidator(_travel),
    WithJsonSchema({"type": "string", "maxLength": 8, "pattern": "^(auto|none|[0-9]+)$", "examples": ["auto", "20"]}),
]
_Minutes = Annotated[int, Field(ge=0, le=1_440), WHOLE]
_Length = Annotated[int, Field(ge=5, le=1_440), WHOLE]
_Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
_Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


if TYPE_CHECKING:
    _From = TextSchema
else:
    # `from` is a word of Python's own, and an alias is not kept by what FastAPI makes of a query.
    _From = create_model("_From", __base__=TextSchema, **{"from": (When | None, None)})


class _About(_From):
    """Whose time it is about, and what the event would be."""

    agent_id: Id | None = Field(default=None, description="administrators only; you yourself where left out")
    tz: Zone | None = Field(default=None, description="of times without an offset, and of those shown")
    event_type: Word[EventType] | None = None
    property_id: Id | None = None
    latitude: _Latitude | None = None
    longitude: _Longitude | None = None
    buffer_before: _Minutes | None = None
    buffer_after: _Minutes | None = None
    travel: TravelMode = "auto"
    include_tentative: bool = True
    to: When | None = None


class ConflictQuery(_About):
    """With `start_time`: what is in the way of an event then. Without: all that collides between `from` and `to`."""

    attendees: Annotated[list[Id], Field(max_length=20)] | None = Field(
        default=None, description="of an event: accounts that have to come too; administrators only"
    )

    start_time: When | None = None
    end_time: When | None = None
    duration_minutes: Annotated[int, Field(ge=1, le=527_040), WHOLE] | None = None
    rrule: RuleText | None = None
    exclude_id: Id | None = None
    horizon_days: Annotated[int, Field(ge=1, le=1_000), WHOLE] = 365
    limit: Annotated[int, Field(ge=1, le=10_000), WHOLE] = 1_000


class SuggestionQuery(_About):
    """Free starts in a window."""

    duration_minutes: _Length
    attendees: Annotated[list[Id], Field(max_length=20)] | None = Field(
        default=None, description="accounts that have to come too; administrators only"
    )
    granularity: Step | None = None
    min_notice_minutes: Annotated[int, Field(ge=0, le=43_200), WHOLE] | None = None
    max_per_day: Annotated[int, Field(ge=1, le=100), WHOLE] | None = None
    skip_holidays: bool | None = None
    working_hours: Annotated[list[Annotated[str, Field(max_length=24)]], Field(max_length=42)] | None = Field(
        default=None, description="for this question instead of the settings, DAY@HH:MM-HH:MM",
        examples=[["mon@09:00-13:00", "mon@14:00-20:00", "sat@10:00-18:00"]],
    )  # fmt: skip
    attendee_tz: Zone | None = None
    attendee_from: Clock = "08:00"
    attendee_to: Clock = "21:00"
    prefer: Literal["morning", "day", "evening"] | None = None
    limit: Annotated[int, Field(ge=1, le=100), WHOLE] = 10
    spread: Annotated[int, Field(ge=1, le=100), WHOLE] = Field(default=3, description="at most so many of a day")


class PlanQuery(TextSchema):
    """Which day, where it begins, and when the stops can be visited."""

    date: Day | None = Field(default=None, description="today where left out")
    agent_id: Id | None = Field(default=None, description="administrators only")
    latitude: _Latitude | None = Field(default=None, description="of the place where the day begins")
    longitude: _Longitude | None = None
    start: Clock | None = Field(default=None, description="when the day begins; with the working hours where left out")
    window: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=24)] | None = Field(
        default=None, description="when a stop can be visited, ID@HH:MM-HH:MM", examples=[["12@10:00-14:00"]]
    )
    travel: TravelMode = "auto"


class EventOverlap(Schema):
    start: Instant
    end: Instant
    minutes: int


class ConflictSide(Schema):
    """One of the two. What belongs to somebody else shows its time only."""

    event_id: int | None
    instance_start: Instant
    title: str | None
    start: Instant
    end: Instant
    status: str


class EventConflict(Schema):
    """`kind`: time, resource (the same listing), buffer, travel, outside_hours, holiday. `severity`: hard ones are
    refused, soft ones warned of, info is for your information. `overlap` of buffers and travel is what is lacking."""

    kind: str
    severity: str
    overlap: EventOverlap
    a: ConflictSide | None
    b: ConflictSide | Literal["candidate"]
    detail: str | None


class ConflictWarning(Schema):
    """What to look at besides. Of a candidate: what a write at that time would be warned of (soft conflicts, working
    hours, days off, short notice, a time that the clocks skip). With `event_id`: an event that cannot be told to
    collide, a series of more times than are laid out, or one without an end."""

    event_id: int | None
    field: str
    code: str
    message: str


class ConflictReport(Schema):
    checked: int
    truncated: bool
    conflicts: list[EventConflict]
    warnings: list[ConflictWarning]


class SuggestionReason(Schema):
    code: str
    points: int


class EventSuggestion(Schema):
    """A start that is free, with its score (0 to 100) and what it is made of."""

    start: Instant
    end: Instant
    start_local: str
    end_local: str
    tz: str
    attendee_local: str | None
    score: int
    reasons: list[SuggestionReason]
    travel_before_minutes: int
    travel_after_minutes: int
    off_grid: bool


class SuggestionReport(Schema):
    """`empty_reason`: no_working_hours, all_busy, window_in_past, cap_reached, duration_too_long."""

    suggestions: list[EventSuggestion]
    considered: int
    rejected: dict[str, int]
    empty_reason: str | None


class PlanStop(Schema):
    """A stop where the plan puts it; `entered_start` is where it stands now."""

    event_id: int
    recurrence_id: str | None
    title: str
    event_type: str
    location: str | None
    start: Instant
    end: Instant
    start_local: str
    end_local: str
    entered_start: Instant
    moved: bool
    fixed: bool
    travel_minutes: int
    slack_minutes: int
    late_minutes: int
    warnings: list[str]


class PlanTotals(Schema):
    late_minutes: int
    travel_minutes: int
    elapsed_minutes: int


class DayPlan(Schema):
    """The stops of a day in the order in which to drive, and what the order as entered would come to."""

    date: str
    timezone: str
    stops: list[PlanStop]
    totals: PlanTotals
    entered: PlanTotals
    saved_minutes: int
    warnings: list[str]
