"""`/api/v1/calendar/events`: events and series, one instance or more of them, today and what is to come."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from fastapi import Body, Path, Query
from pydantic import Discriminator, Field, Tag
from starlette.responses import Response

from realty_cli.api import event_examples as examples
from realty_cli.api.doors import Door, Signed, signed_router
from realty_cli.api.property_examples import answers, named
from realty_cli.events.kinds import MAX_BULK, SeriesScope
from realty_cli.events.schemas.event import (
    EventAgenda,
    EventBulkCreate,
    EventBulkResponse,
    EventCreate,
    EventListResponse,
    EventResponse,
    EventStatusChange,
    EventUpdate,
    RecurringEventCreate,
)
from realty_cli.events.schemas.filters import EventQuery
from realty_cli.kit.ids import MAX_ID
from realty_cli.kit.plain_filter import PlainFilter
from realty_cli.kit.schema import Day, TextSchema

_DAY = timedelta(days=1)
router = signed_router("/calendar/events", "calendar")
Id = Annotated[int, Path(alias="id", ge=1, le=MAX_ID, description="Number of the event", examples=[12])]
_ONE = answers(EventResponse, examples.EVENT)
_NEW = answers(EventResponse, examples.EVENT, 201, "The event as it was entered")
_AGENDA = answers(EventAgenda, examples.AGENDA)
_WHICH = Query(
    max_length=40,
    description="which instance of a series: its original start, as lists show it",
    examples=["2034-05-16T07:00:00.000000Z"],
)
Which = Annotated[str | None, _WHICH]
HowMuch = Annotated[
    SeriesScope | None,
    Query(description="of a series: this instance, it and what follows, or all; this where an instance is named"),
]


class TodayQuery(TextSchema):
    """Which day, if not today."""

    date: Day | None = None


class UpcomingQuery(TextSchema):
    """How far to look ahead."""

    days: Annotated[int, Query(ge=1, le=366)] = 7


@router.post("", operation_id="create_event", summary="Enter an event", status_code=201, responses=_NEW)
async def create_event(
    data: Annotated[
        EventCreate,
        Body(
            openapi_examples=named(
                showing=examples.NEW,
                day={**examples.NEW, "all_day": True, "start_time": "2034-05-16", "end_time": "2034-05-17"},
            )
        ),
    ],
    door: Signed,
) -> Response:
    """A time without an offset is wall time in `timezone`, or in yours. What else stands at that time makes it 409 with
    `conflicts`, unless `allow_overlap` is true."""
    return await door.write(
        lambda work: work.events.said_in(door.language).create(data),
        status=201,
        location="/api/v1/calendar/events/{id}",
    )


@router.post(
    "/recurring", operation_id="create_recurring_event", summary="Enter a series", status_code=201, responses=_NEW
)  # fmt: skip
async def create_recurring_event(
    data: Annotated[RecurringEventCreate, Body(openapi_examples=named(weekly=examples.SERIES))], door: Signed
) -> Response:
    """`rrule` is RFC 5545, by the day or longer. Lists show a series as its instances."""
    return await door.write(
        lambda work: work.events.said_in(door.language).create(data),
        status=201,
        location="/api/v1/calendar/events/{id}",
    )


def _shape(value: Any) -> str:
    return "list" if isinstance(value, list) else "object"


@router.post(
    "/bulk", operation_id="create_events", summary="Enter several events", status_code=201,
    responses=answers(EventBulkResponse, examples.BULK, 201, "What was entered, and what was not"),
)  # fmt: skip
async def create_events(
    data: Annotated[
        Annotated[EventBulkCreate, Tag("object")]
        | Annotated[list[EventCreate], Field(min_length=1, max_length=MAX_BULK), Tag("list")],
        Discriminator(_shape),
        Body(openapi_examples={"list": {"value": [examples.NEW]}, "object": {"value": {"events": [examples.NEW]}}}),
    ],
    door: Signed,
    on_error: Annotated[Literal["refuse", "skip"], Query(description="skip: enter what can be, report the rest")] = (
        "refuse"
    ),
) -> Response:
    """A list of events, or an object with `events`. All or nothing unless `on_error=skip`."""
    entries = data.events if isinstance(data, EventBulkCreate) else data
    return await door.write(
        lambda work: work.events.said_in(door.language).bulk(entries, skip=on_error == "skip"), status=201, slow=True
    )


@router.get("", operation_id="list_events", summary="List events", responses=answers(EventListResponse, examples.PAGE))
async def list_events(query: Annotated[EventQuery, Query()], door: Signed) -> Response:
    """In the order of their starts unless `sort` says otherwise. Repeated values mean "any of"."""
    wanted = query.narrowed()
    await reach(door, wanted)
    return await door.read(lambda work: work.events.page(wanted, **query.paging()))


async def reach(door: Door, wanted: Any) -> None:
    """Lay series as far as a window goes, where they are not yet."""
    short = await door.ask(lambda work: work.events.short(wanted))
    if short:
        await door.do(lambda work: work.events.cover(wanted), slow=True)


@router.get("/today", operation_id="today_events", summary="Your day", responses=_AGENDA)
async def today_events(query: Annotated[TodayQuery, Query()], door: Signed) -> Response:
    """Your own events of today, or of `date`, in your zone; what reaches into the day is in it."""
    day = date.fromisoformat(query.date) if query.date else None
    if day is not None:
        # A day begins and ends elsewhere up to half a day before or after.
        window = {"start_from": f"{day - _DAY}T00:00:00.000000Z", "start_to": f"{day + _DAY}T23:59:59.999999Z"}
        await reach(door, PlainFilter(window))
    return await door.read(lambda work: work.events.today(day))


@router.get("/upcoming", operation_id="upcoming_events", summary="What is to come", responses=_AGENDA)
async def upcoming_events(query: Annotated[UpcomingQuery, Query()], door: Signed) -> Response:
    """Your own events of the next days that are not over."""
    return await door.read(lambda work: work.events.upcoming(query.days))


@router.get("/{id:int}", operation_id="get_event", summary="Show an event", responses=_ONE)
async def get_event(number: Id, door: Signed, recurrence_id: Which = None) -> Response:
    """An event, a series, or with `recurrence_id` one instance of it. An event in the bin is not found here."""
    return await door.read(lambda work: work.events.get(number, recurrence_id))


@router.put("/{id:int}", operation_id="update_event", summary="Change fields of an event", responses=_ONE)
async def update_event(
    number: Id,
    data: Annotated[
        EventUpdate,
        Body(
            openapi_examples=named(
                moved={"start_time": "2034-05-16T12:00:00", "end_time": "2034-05-16T13:00:00"}, emptied={"notes": None}
            )
        ),
    ],
    door: Signed,
    recurrence_id: Which = None,
    scope: HowMuch = None,
) -> Response:
    """Only the fields that are sent change; null empties one. What differs from its series becomes an event of its own
    in it; what follows a change, a series of its own."""
    return await door.write(
        lambda work: work.events.said_in(door.language).update(
            number, data, recurrence_id=recurrence_id, scope=scope, expected_version=door.if_match
        )
    )


@router.delete("/{id:int}", operation_id="delete_event", summary="Move an event to the bin", status_code=204)
async def delete_event(number: Id, door: Signed, recurrence_id: Which = None, scope: HowMuch = None) -> Response:
    """An event or a series; with `recurrence_id` one instance, or it and what follows."""
    return await door.write(
        lambda work: work.events.delete(
            number, recurrence_id=recurrence_id, scope=scope, expected_version=door.if_match
        )
    )  # fmt: skip


@router.post("/{id:int}/restore", operation_id="restore_event", summary="Bring back from the bin", responses=_ONE)
async def restore_event(number: Id, door: Signed) -> Response:
    """409 for an event that is not there. A series comes back with the events in it that went with it."""
    return await door.write(lambda work: work.events.said_in(door.language).restore(number))


@router.post("/{id:int}/status", operation_id="change_event_status", summary="Move to another status", responses=_ONE)
async def change_event_status(
    number: Id,
    data: Annotated[
        EventStatusChange,
        Body(
            openapi_examples=named(
                done={"status": "completed", "outcome": "interested"},
                cancelled={"status": "cancelled", "cancelled_by": "client"},
            )
        ),
    ],
    door: Signed,
    recurrence_id: Which = None,
) -> Response:
    """Only moves that an event can make. Of a series name the instance, unless all of it is confirmed or called off."""
    return await door.write(
        lambda work: work.events.said_in(door.language).change_status(
            number, data, recurrence_id=recurrence_id, expected_version=door.if_match
        )
    )  # fmt: skip
