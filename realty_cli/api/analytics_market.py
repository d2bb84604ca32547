"""`/api/v1/analytics/metrics`: listings and events over a period, and what portals say of listings."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from realty_cli.analytics.channel_reading import Reading, read_ahead, require_known
from realty_cli.analytics.schemas.events import EventMetrics, EventMetricsQuery
from realty_cli.analytics.schemas.listings import ChannelImportRequest, ListingQuery, PropertyMetrics
from realty_cli.api import market_examples as examples
from realty_cli.api import multipart
from realty_cli.api.doors import Signed, signed_router
from realty_cli.api.file_doors import Kind, take_in
from realty_cli.api.property_examples import answers
from realty_cli.auth.policy import Act, require
from realty_cli.properties.schemas.transfer import ImportResult

router = signed_router("/analytics", "analytics")
_CHANNELS = Kind("channels", require_known, Reading, read_ahead, lambda work: work.analytics.channel_importer())


@router.get(
    "/metrics/properties", operation_id="get_property_metrics", summary="Listings of a period",
    responses=answers(PropertyMetrics, examples.PROPERTIES),
)  # fmt: skip
async def get_property_metrics(query: Annotated[ListingQuery, Query()], door: Signed) -> Response:
    """What is on the market, what came and went, how long it took and at what price, as of the end of the period; the
    month so far where nothing is said. A block for each kind of deal in each currency.
    """
    return await door.read(
        lambda work: work.analytics.listings.metrics(
            work.analytics.scope(query), door.language, query.compare, exclude_outliers=query.exclude_outliers
        ),
        slow=True,
    )


@router.get(
    "/metrics/events", operation_id="get_event_metrics", summary="Events of a period",
    responses=answers(EventMetrics, examples.EVENTS),
)  # fmt: skip
async def get_event_metrics(query: Annotated[EventMetricsQuery, Query()], door: Signed) -> Response:
    """What became of events, when, and what they took; the month so far where nothing is said. Rates are of what is
    over. A filter of listings leaves the events at such listings.
    """
    if await door.ask(lambda work: work.analytics.events.short(work.analytics.scope(query), query.compare)):
        await door.do(lambda work: work.analytics.events.cover(work.analytics.scope(query), query.compare), slow=True)
    return await door.read(
        lambda work: work.analytics.events.metrics(
            work.analytics.scope(query), door.language, query.compare, query.event_type
        ),
        slow=True,
    )


@router.post(
    "/channels/import", operation_id="import_channel_statistics", summary="Bring in what portals say of listings",
    responses=answers(ImportResult, examples.CHANNELS_IMPORTED),
    openapi_extra=multipart.form(ChannelImportRequest, example={"file": "cian.csv", "set": ["portal=cian"]}),
)  # fmt: skip
async def import_channel_statistics(door: Signed) -> Response:
    """`Объект;Площадка;Дата;Просмотры;Звонки;Избранное` or whatever columns there are: one row a listing, portal and
    day. A listing is named by its number, its external id or the address of its advertisement.

    The same file again changes nothing, a corrected one replaces the days that it has.
    `POST /properties/import/{import_id}/undo` takes it back, as any import.
    """
    require(door.actor, Act.ANALYTICS_IMPORT)
    async with multipart.reading(door.request, ChannelImportRequest) as sent:
        body = await take_in(door, sent, _CHANNELS)
    return door.answer(body)
