"""Trends and forecasts over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from realty_cli.analytics.schemas.trends import ForecastData, ForecastQuery, TrendAnalysis, TrendQuery
from realty_cli.api import trend_examples as examples
from realty_cli.api.doors import Door, Signed, signed_router
from realty_cli.api.property_examples import answers

router = signed_router("/analytics", "analytics")
_TREND = answers(TrendAnalysis, examples.TREND)
_FORECAST = answers(ForecastData, examples.FORECAST)


@router.get(
    "/trends/properties", operation_id="trend_of_properties", summary="What a metric of listings did", responses=_TREND
)
async def trend_of_properties(query: Annotated[TrendQuery, Query()], door: Signed) -> Response:
    """New listings by month over the last 24 months, unless another metric of listings or period is asked for. A metric
    of another kind is 422, which names those that there are."""
    return await _trend(query, door, "properties")


@router.get("/trends/events", operation_id="trend_of_events", summary="What a metric of events did", responses=_TREND)
async def trend_of_events(query: Annotated[TrendQuery, Query()], door: Signed) -> Response:
    """Completed showings by month over the last 24 months, unless another metric of events or period is asked for."""
    return await _trend(query, door, "events")


@router.get(
    "/trends/financial", operation_id="trend_of_money", summary="What a metric of deals did", responses=_TREND
)  # fmt: skip
async def trend_of_money(query: Annotated[TrendQuery, Query()], door: Signed) -> Response:
    """Closed deals by month over the last 24 months, unless another metric of deals and money is asked for."""
    return await _trend(query, door, "money")


@router.get(
    "/trends/clients", operation_id="trend_of_clients", summary="What a metric of clients did", responses=_TREND
)  # fmt: skip
async def trend_of_clients(query: Annotated[TrendQuery, Query()], door: Signed) -> Response:
    """New leads by month over the last 24 months, unless another metric of clients or period is asked for."""
    return await _trend(query, door, "clients")


@router.get(
    "/forecasts/properties", operation_id="forecast_properties", summary="What a metric of listings is likely to do",
    responses=_FORECAST,
)  # fmt: skip
async def forecast_properties(query: Annotated[ForecastQuery, Query()], door: Signed) -> Response:
    """New listings of this month and the two after it, unless another metric of listings, granularity or horizon is
    asked for, with the ranges that the truth lies in four times of five and 19 times of 20. What has come of the month
    that runs is in them. Too little history is 200 with the quality `insufficient`."""
    return await _forecast(query, door, "properties")


@router.get(
    "/forecasts/events", operation_id="forecast_events", summary="What a metric of events is likely to do",
    responses=_FORECAST,
)  # fmt: skip
async def forecast_events(query: Annotated[ForecastQuery, Query()], door: Signed) -> Response:
    """Completed showings of this month and the two after it, unless another metric of events is asked for. What stands
    in the calendar for the rest of the month is within the ranges."""
    return await _forecast(query, door, "events")


@router.get(
    "/forecasts/financial", operation_id="forecast_money", summary="What a metric of deals is likely to do",
    responses=_FORECAST,
)  # fmt: skip
async def forecast_money(query: Annotated[ForecastQuery, Query()], door: Signed) -> Response:
    """Closed deals of this month and the two after it, unless another metric of deals and money is asked for."""
    return await _forecast(query, door, "money")


@router.get(
    "/forecasts/clients", operation_id="forecast_clients", summary="What a metric of clients is likely to do",
    responses=_FORECAST,
)  # fmt: skip
async def forecast_clients(query: Annotated[ForecastQuery, Query()], door: Signed) -> Response:
    """New leads of this month and the two after it, unless another metric of clients is asked for."""
    return await _forecast(query, door, "clients")


async def _trend(query: TrendQuery, door: Door, group: str) -> Response:
    return await door.read(lambda work: work.analytics.trends.ask(query, group, door.language, only=True), slow=True)


async def _forecast(query: ForecastQuery, door: Door, group: str) -> Response:
    return await door.read(lambda work: work.analytics.forecasts.ask(query, group, door.language, only=True), slow=True)
