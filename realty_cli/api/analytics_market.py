"""`/api/v1/analytics/metrics`: listings and events over a period, and what portals say of listings."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from realty_cli.analytics.schemas.events import EventMetrics, EventMetricsQuery
from realty_cli.analytics.schemas.listings import ListingQuery, PropertyMetrics
from realty_cli.api import market_examples as examples
from realty_cli.api.doors import Signed, signed_router
from realty_cli.api.property_examples import answers

router = signed_router("/analytics", "analytics")


@router.get(
    "/metrics/properties", operation_id="get_property_metrics", summary="Listings of a period",
    responses=answers(PropertyMetrics, examples.PROPERTIES),
)  # fmt: skip
async def get_property_metrics(query: Annotated[ListingQuery, Query()], door: Signed) -> Response:
    """What is on the market, what came and went, how long it took and at what price, as of the end of the period; the
    month so far where nothing is said. A block for each kind of deal in each currency.
    """
    return await door.read(
        lambda work: work.analytics.listings.metrics(work.analytics.scope(query), door.language, query.compare),
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
    return await door.read(
        lambda work: work.analytics.events.metrics(
            work.analytics.scope(query), door.language, query.compare, query.event_type
        ),
        slow=True,
    )
