"""What hangs on events: templates, feedback on showings, figures, and what one was reminded of."""

from __future__ import annotations

from typing import Annotated

from fastapi import Body, Path, Query
from starlette.responses import Response

from realty_cli.api import event_care_examples as examples
from realty_cli.api.doors import Signed, signed_router
from realty_cli.api.property_examples import answers, named
from realty_cli.events.schemas.care import (
    EventOfTemplate,
    EventStatisticsResponse,
    FeedbackCreate,
    FeedbackListResponse,
    FeedbackQuery,
    FeedbackResponse,
    ReminderListResponse,
    ReminderQuery,
    StatisticsQuery,
    TemplateCreate,
    TemplateListResponse,
    TemplateQuery,
    TemplateResponse,
    TemplateUpdate,
)
from realty_cli.events.schemas.event import EventResponse
from realty_cli.kit.ids import MAX_ID

router = signed_router("/calendar", "calendar")
TemplateId = Annotated[int, Path(alias="id", ge=1, le=MAX_ID, description="Number of the template", examples=[4])]
EventId = Annotated[int, Path(alias="id", ge=1, le=MAX_ID, description="Number of the event", examples=[12])]
FeedbackId = Annotated[int, Path(alias="id", ge=1, le=MAX_ID, description="Number of the feedback", examples=[4])]
TEMPLATE = answers(TemplateResponse, examples.TEMPLATE)
FEEDBACK = answers(FeedbackResponse, examples.FEEDBACK)


@router.get(
    "/events/statistics",
    operation_id="get_event_statistics",
    summary="Figures of events in a period",
    responses=answers(EventStatisticsResponse, examples.STATISTICS),
)
async def get_event_statistics(query: Annotated[StatisticsQuery, Query()], door: Signed) -> Response:
    """Rates are of what is over: an event that is to come never counts against one. The month where nothing is said."""
    if await door.ask(lambda work: work.event_statistics.short(query)):
        await door.do(lambda work: work.event_statistics.cover(query), slow=True)
    return await door.read(lambda work: work.event_statistics.summary(query), slow=True)


@router.get(
    "/reminders",
    operation_id="list_reminders",
    summary="What you were reminded of",
    responses=answers(ReminderListResponse, examples.REMINDERS),
)
async def list_reminders(query: Annotated[ReminderQuery, Query()], door: Signed) -> Response:
    """The latest first: for programs that show those of channel `app`."""
    return await door.read(lambda work: work.reminders.recent(hours=query.hours, limit=query.limit))


@router.post(
    "/templates",
    operation_id="create_event_template",
    summary="Enter a template of events",
    status_code=201,
    responses=answers(TemplateResponse, examples.TEMPLATE, 201, "The template as it was entered"),
)
async def create_event_template(
    data: Annotated[TemplateCreate, Body(openapi_examples=named(showing=examples.NEW_TEMPLATE))], door: Signed
) -> Response:
    """What events of one kind begin with: title, length, reminders, buffers."""
    return await door.write(
        lambda work: work.event_templates.create(data), status=201, location="/api/v1/calendar/templates/{id}"
    )


@router.get(
    "/templates",
    operation_id="list_event_templates",
    summary="List templates of events",
    responses=answers(TemplateListResponse, examples.TEMPLATES),
)
async def list_event_templates(query: Annotated[TemplateQuery, Query()], door: Signed) -> Response:
    """Newest first unless `sort` says otherwise. Repeated values mean "any of"."""
    return await door.read(lambda work: work.event_templates.page(query, **query.paging()))


@router.get("/templates/{id:int}", operation_id="get_event_template", summary="Show a template", responses=TEMPLATE)
async def get_event_template(number: TemplateId, door: Signed) -> Response:
    """One in the bin is not found here."""
    return await door.read(lambda work: work.event_templates.get(number))


@router.put(
    "/templates/{id:int}",
    operation_id="update_event_template",
    summary="Change fields of a template",
    responses=TEMPLATE,
)
async def update_event_template(
    number: TemplateId,
    data: Annotated[TemplateUpdate, Body(openapi_examples=named(length={"duration_minutes": 60}))],
    door: Signed,
) -> Response:
    """Only the fields that are sent change; events that were made of it stay as they are."""
    return await door.write(lambda work: work.event_templates.update(number, data, expected_version=door.if_match))


@router.delete(
    "/templates/{id:int}", operation_id="delete_event_template", summary="Move a template to the bin", status_code=204
)
async def delete_event_template(number: TemplateId, door: Signed) -> Response:
    """`restore` brings it back."""
    return await door.write(lambda work: work.event_templates.delete(number, expected_version=door.if_match))


@router.post(
    "/templates/{id:int}/restore",
    operation_id="restore_event_template",
    summary="Bring a template back from the bin",
    responses=TEMPLATE,
)
async def restore_event_template(number: TemplateId, door: Signed) -> Response:
    """409 for one that is not there."""
    return await door.write(lambda work: work.event_templates.restore(number))


@router.post(
    "/templates/{id:int}/events",
    operation_id="create_event_of_template",
    summary="Enter an event of a template",
    status_code=201,
    responses=answers(EventResponse, examples.EVENT, 201, "The event as it was entered"),
)
async def create_event_of_template(
    number: TemplateId,
    data: Annotated[EventOfTemplate, Body(openapi_examples=named(showing={"start_time": "2034-05-16T10:00:00"}))],
    door: Signed,
) -> Response:
    """Under all the rules of new events; what is left out is the template's."""
    return await door.write(
        lambda work: work.event_templates.said_in(door.language).make(number, data),
        status=201,
        location="/api/v1/calendar/events/{id}",
    )


@router.post(
    "/events/{id:int}/feedback",
    operation_id="create_feedback",
    summary="Say what came of a showing",
    status_code=201,
    responses=answers(FeedbackResponse, examples.FEEDBACK, 201, "The feedback, and what else it changed"),
)
async def create_feedback(
    number: EventId,
    data: Annotated[FeedbackCreate, Body(openapi_examples=named(refused=examples.NEW_FEEDBACK))],
    door: Signed,
) -> Response:
    """Marks the listing in the client's request as liked, refused or shown, and logs the meeting with the client."""
    return await door.write(
        lambda work: work.feedback.give(number, data), status=201, location="/api/v1/calendar/feedback/{id}"
    )


@router.get(
    "/feedback",
    operation_id="list_feedback",
    summary="List feedback on showings",
    responses=answers(FeedbackListResponse, examples.FEEDBACKS),
)
async def list_feedback(query: Annotated[FeedbackQuery, Query()], door: Signed) -> Response:
    """Newest first unless `sort` says otherwise; of an event, a listing or a client."""
    return await door.read(lambda work: work.feedback.page(query, **query.paging()))


@router.get("/feedback/{id:int}", operation_id="get_feedback", summary="Show feedback", responses=FEEDBACK)
async def get_feedback(number: FeedbackId, door: Signed) -> Response:
    """One in the bin is not found here."""
    return await door.read(lambda work: work.feedback.get(number))


@router.delete(
    "/feedback/{id:int}", operation_id="delete_feedback", summary="Move feedback to the bin", status_code=204
)
async def delete_feedback(number: FeedbackId, door: Signed) -> Response:
    """The mark and the interaction stay; they have doors of their own."""
    return await door.write(lambda work: work.feedback.delete(number, expected_version=door.if_match))
