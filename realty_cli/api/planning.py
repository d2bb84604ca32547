"""`/api/v1/calendar`: what is in the way, when there is time, how to drive through a day, and how one plans."""

from __future__ import annotations

from typing import Annotated

from fastapi import Body, Query
from starlette.responses import Response

from realty_cli.api import planning_examples as examples
from realty_cli.api.doors import Door, Signed, signed_router
from realty_cli.api.property_examples import answers, named
from realty_cli.events.schemas.planning import (
    ConflictQuery,
    ConflictReport,
    DayPlan,
    PlanQuery,
    SuggestionQuery,
    SuggestionReport,
)
from realty_cli.events.schemas.settings import (
    CalendarSettings,
    CalendarSettingsUpdate,
    NotificationSettings,
    NotificationSettingsUpdate,
)

questions = signed_router("/calendar/events", "calendar")
settings = signed_router("/calendar/settings", "calendar")
routers = (questions, settings)
_SETTINGS = answers(CalendarSettings, examples.SETTINGS)
_NOTIFICATIONS = answers(NotificationSettings, examples.NOTIFICATIONS)


@questions.get(
    "/conflicts", operation_id="event_conflicts", summary="What is in the way",
    responses=answers(ConflictReport, examples.CONFLICTS),
)  # fmt: skip
async def event_conflicts(query: Annotated[ConflictQuery, Query()], door: Signed) -> Response:
    """With `start_time` (and `end_time` or `duration_minutes`): of an event, or with `rrule` a series, at that time.
    Without: everything that collides between `from` and `to`, the next 30 days unless you say otherwise."""
    await _cover(door, query)
    return await door.read(lambda work: work.planning.said_in(door.language).conflicts(query))


@questions.get(
    "/suggestions", operation_id="event_suggestions", summary="When there is time",
    responses=answers(SuggestionReport, examples.SUGGESTIONS),
)  # fmt: skip
async def event_suggestions(query: Annotated[SuggestionQuery, Query()], door: Signed) -> Response:
    """Starts within the working hours that nothing stands against, the best first, with what their scores are made
    of. No start is 200 with `empty_reason`."""
    await _cover(door, query)
    return await door.read(lambda work: work.planning.suggestions(query))


@questions.get(
    "/plan", operation_id="plan_day", summary="In what order to drive", responses=answers(DayPlan, examples.PLAN)
)
async def plan_day(query: Annotated[PlanQuery, Query()], door: Signed) -> Response:
    """The stops of a day by place and opening windows, at most twelve. Showings that are only planned may move; what
    is confirmed stays at its hour. Nothing is changed."""
    return await door.read(lambda work: work.planning.plan(query))


async def _cover(door: Door, query: ConflictQuery | SuggestionQuery) -> None:
    if await door.ask(lambda work: work.planning.short(*work.planning.window_of(query))):
        await door.do(lambda work: work.planning.cover(*work.planning.window_of(query)), slow=True)


@settings.get("", operation_id="get_calendar_settings", summary="How you plan", responses=_SETTINGS)
async def get_calendar_settings(door: Signed) -> Response:
    return await door.read(lambda work: work.calendar_settings.planning())


@settings.put("", operation_id="update_calendar_settings", summary="Change how you plan", responses=_SETTINGS)
async def update_calendar_settings(
    data: Annotated[
        CalendarSettingsUpdate,
        Body(
            openapi_examples=named(
                hours={"working_hours": {"mon": [["10:00", "14:00"], ["15:00", "19:00"]], "sun": []}},
                showings={"buffers": {"showing": {"before": 15, "after": 15}}, "max_per_day": {"showing": 6}},
            )
        ),
    ],
    door: Signed,
) -> Response:
    """Only what is sent changes; null brings back the default. `days` are working days and days off of your own."""
    return await door.write(lambda work: work.calendar_settings.plan(data, expected_version=door.if_match))


@settings.get(
    "/notifications", operation_id="get_notification_settings", summary="How you are told", responses=_NOTIFICATIONS
)
async def get_notification_settings(door: Signed) -> Response:
    return await door.read(lambda work: work.calendar_settings.notifications())


@settings.put(
    "/notifications", operation_id="update_notification_settings", summary="Change how you are told",
    responses=_NOTIFICATIONS,
)  # fmt: skip
async def update_notification_settings(
    data: Annotated[
        NotificationSettingsUpdate,
        Body(openapi_examples=named(quiet={"channels": ["telegram"], "quiet_from": "22:00", "quiet_to": "08:00"})),
    ],
    door: Signed,
) -> Response:
    """Only what is sent changes; null brings back the default."""
    return await door.write(lambda work: work.calendar_settings.tell(data, expected_version=door.if_match))
