"""Subscriptions to a calendar: made and revoked by its owner, read by whoever has the secret address."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from typing import Annotated, Any, Literal

from fastapi import Body, Path, Query
from starlette.responses import Response

from realty_cli.api.auth_examples import nothing
from realty_cli.api.auth_examples import page as page_of
from realty_cli.api.doors import Anyone, Signed, is_known, open_router, signed_router
from realty_cli.api.property_examples import answers
from realty_cli.auth.paging import PageQuery
from realty_cli.events import feeds as reads
from realty_cli.events.schemas.feed import CalendarFeed, CalendarFeedCreate, CalendarFeedList, CalendarFeedMade
from realty_cli.kit.ids import MAX_ID
from realty_cli.kit.schema import TextSchema
from realty_cli.store.database import Connection

_FEED = {
    "id": 3, "name": "Телефон", "detail": "full", "event_types": [], "created_at": "2026-11-28T10:00:00+00:00",
    "last_read_at": None,
}  # fmt: skip
_TOKEN = "Zk3n0Qv9W1r5m7Xy2Ba8Cd4Ef6Gh1Ij3Kl5Mn7Op9Qr"  # noqa: S105 - an example
_MADE = {**_FEED, "token": _TOKEN, "path": f"/api/v1/calendar/feed/{_TOKEN}.ics"}
Number = Annotated[int, Path(alias="id", ge=1, le=MAX_ID, examples=[3])]

feeds = signed_router("/calendar/feeds", "calendar")
reading = open_router("/calendar/feed", "calendar")
routers = (feeds, reading)


@feeds.post(
    "", operation_id="create_feed", summary="Make a subscription to the calendar", status_code=201,
    responses=answers(CalendarFeedMade, _MADE, 201, "The feed with its address: here and never again"),
)  # fmt: skip
async def create_feed(
    data: Annotated[CalendarFeedCreate, Body(examples=[{"name": "Телефон", "detail": "full"}])], door: Signed
) -> Response:
    """An address that phones and other calendars read without signing in, as `webcal://` too. A server that the
    internet does not see cannot be read by Google; calendars on this machine or in this network can."""
    made: dict[str, Any] = await door.do(lambda work: work.feeds.create(data))
    return door.answer(made, status=201, location="/api/v1/calendar/feeds/{id}")


@feeds.get(
    "", operation_id="list_feeds", summary="Subscriptions to the calendar",
    responses=answers(CalendarFeedList, page_of(_FEED)),
)  # fmt: skip
async def list_feeds(query: Annotated[PageQuery, Query()], door: Signed) -> Response:
    return await door.read(lambda work: work.feeds.page(query))


@feeds.get("/{id}", operation_id="get_feed", summary="One subscription", responses=answers(CalendarFeed, _FEED))
async def get_feed(number: Number, door: Signed) -> Response:
    return await door.read(lambda work: work.feeds.get(number))


@feeds.post(
    "/{id}/rotate", operation_id="rotate_feed", summary="Give a subscription a new address",
    responses=answers(CalendarFeedMade, _MADE, 200, "The new address; the old one is unknown from now on"),
)  # fmt: skip
async def rotate_feed(number: Number, door: Signed) -> Response:
    made: dict[str, Any] = await door.do(lambda work: work.feeds.rotate(number))
    return door.answer(made)


@feeds.delete(
    "/{id}", operation_id="revoke_feed", summary="Revoke a subscription", status_code=204,
    responses=nothing(204, "Its address is unknown from now on"),
)  # fmt: skip
async def revoke_feed(number: Number, door: Signed) -> Response:
    await door.do(lambda work: work.feeds.revoke(number))
    return door.answer(None)


class FeedQuery(TextSchema):
    """`detail=busy` tells when, and nothing more, whatever the feed may tell."""

    detail: Literal["busy", "full"] = "full"


@reading.get(
    "/{token}.ics", operation_id="read_feed", summary="Read a subscription",
    response_class=Response,
    responses={
        200: {
            "description": "The calendar",
            "content": {"text/calendar": {"schema": {"type": "string"}, "example": "BEGIN:VCALENDAR\r\n..."}},
        },
        304: {"description": "It stands as you know it"},
    },
)  # fmt: skip
async def read_feed(
    token: Annotated[str, Path(max_length=100, examples=[_TOKEN])],
    query: Annotated[FeedQuery, Query()],
    door: Anyone,
) -> Response:
    """iCalendar of three months back and a year ahead. An address that is not known, or no longer, is 404."""
    stores, now = door.stores, door.stores.realty.clock.now()
    busy = query.detail == "busy"

    def look(db: Connection) -> tuple[reads.Feed, str, str | None]:
        feed = reads.opened(db, token, now)
        return (feed, *reads.state(db, feed, now, busy=busy))

    feed, tag, changed = await stores.look(look)
    headers = {
        "Content-Disposition": "inline; filename=realty.ics", "Cache-Control": "private, max-age=300", "ETag": tag,
    }  # fmt: skip
    if changed is not None:
        headers["Last-Modified"] = format_datetime(datetime.fromisoformat(changed).replace(microsecond=0), usegmt=True)
    if feed.stale:
        await stores.thread(lambda: stores.change(lambda db: reads.touch(db, feed, now)))
    if is_known(door.request, tag):
        return Response(status_code=304, headers=headers)
    whole = await stores.look(lambda db: reads.body(db, feed, now, busy=busy))
    return Response(whole, media_type="text/calendar; charset=utf-8", headers=headers)
