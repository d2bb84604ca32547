"""Settings of the calendar as they come in and go out."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from realty_cli.events.hours import minute_of
from realty_cli.events.kinds import MAX_REMINDERS, EventType, ReminderChannel
from realty_cli.events.schemas.event import Reminder
from realty_cli.kit.schema import WHOLE, Day, Line, Schema, Word, pattern

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Step = Literal[5, 10, 15, 20, 30, 60]


def _clock(value: str) -> str:
    try:
        minute = minute_of(value)
    except ValueError:
        raise PydanticCustomError("clock", "not a time of day") from None
    return f"{minute // 60:02}:{minute % 60:02}"


#: A time of day on the clock of whoever plans, 24:00 among them.
Clock = Annotated[str, Field(max_length=5, examples=["09:00"]), AfterValidator(_clock)]
#: Open from and until; a range that ends no later than it begins crosses midnight.
Range = Annotated[list[Clock], Field(min_length=2, max_length=2, examples=[["09:00", "20:00"]])]
_Minutes = Annotated[int, Field(ge=0, le=1_440), WHOLE]


def _country(value: str) -> str:
    plain = value.strip().upper()
    if len(plain) != 2 or not plain.isascii() or not plain.isalpha():
        raise PydanticCustomError("country", "not two letters")
    return plain


class Buffer(Schema):
    """Minutes that are kept free before and after."""

    before: _Minutes = 0
    after: _Minutes = 0


class CalendarDay(Schema):
    """A day that is worked, or not, whatever the country says."""

    day: Day
    working: bool
    name: Annotated[Line, Field(max_length=100)] | None = None


class CalendarSettingsUpdate(Schema):
    """Only what is sent changes; null brings back the default."""

    working_hours: dict[Weekday, Annotated[list[Range], Field(max_length=6)]] | None = None
    lunch: Range | None = None
    buffers: dict[Word[EventType], Buffer] | None = None
    min_notice_minutes: Annotated[int, Field(ge=0, le=43_200), WHOLE] | None = None
    granularity: Step | None = None
    max_per_day: dict[Word[EventType], Annotated[int, Field(ge=1, le=100), WHOLE]] | None = None
    country: Annotated[str, pattern("^[A-Za-z]{2}$"), AfterValidator(_country)] | None = None
    skip_holidays: bool | None = None
    days: Annotated[list[CalendarDay], Field(max_length=400)] | None = None
    agency_days: Annotated[list[CalendarDay], Field(max_length=400)] | None = Field(
        default=None, description="for the whole agency: administrators alone"
    )
    speed_kmh: Annotated[float, Field(ge=3, le=150, allow_inf_nan=False)] | None = None
    rush_speed_kmh: Annotated[float, Field(ge=3, le=150, allow_inf_nan=False)] | None = None
    parking_minutes: Annotated[int, Field(ge=0, le=120), WHOLE] | None = None
    horizon_days: Annotated[int, Field(ge=1, le=62), WHOLE] | None = None
    default_reminders: Annotated[list[Reminder], Field(max_length=MAX_REMINDERS)] | None = None


class CalendarSettings(Schema):
    """How somebody plans. `timezone` is that of the profile. `agency_days` are said by administrators, `days` by
    himself, and these count more."""

    model_config = ConfigDict(title="CalendarSettings")

    working_hours: dict[str, list[list[str]]]
    lunch: list[str]
    buffers: dict[str, Buffer]
    min_notice_minutes: int
    granularity: int
    max_per_day: dict[str, int]
    country: str | None
    skip_holidays: bool
    days: list[CalendarDay]
    agency_days: list[CalendarDay]
    speed_kmh: float
    rush_speed_kmh: float
    parking_minutes: int
    horizon_days: int
    default_reminders: list[Reminder]
    timezone: str
    version: int


class NotificationSettingsUpdate(Schema):
    """Only what is sent changes; null brings back the default."""

    channels: Annotated[list[Word[ReminderChannel]], Field(max_length=3)] | None = None
    quiet_from: Clock | None = None
    quiet_to: Clock | None = None
    digest: bool | None = None
    digest_at: Clock | None = None


class NotificationSettings(Schema):
    """By which ways somebody is told of his events, and when he is left in peace."""

    channels: list[str]
    quiet_from: str | None
    quiet_to: str | None
    digest: bool
    digest_at: str
    version: int
