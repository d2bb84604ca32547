"""Trends and forecasts over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from realty_cli.analytics.schemas.trends import ForecastData, ForecastQuery, TrendAnalysis, TrendQuery
from realty_cli.api import trend_examples as examples
from realty_cli.api.doors import Signed, signed_router
from realty_cli.api.property_examples import answers

router = signed_router("/analytics", "analytics")
_TREND = answers(TrendAnalysis, examples.TREND)
_FORECAST = answers(ForecastData, examples.FORECAST)


@router.get(
    "/trends/properties", operation_id="trend_of_properties", summary="What a metric of listings did", responses=_TREND
)
async def trend_of_properties(query: Annotated[TrendQuery, Query()], door: Signed) -> Response:
    """New listings by month over the last 24 months, unless another metric or period is asked for. Any metric that has
    a series will do, those of events, clients and money too."""
    return await door.read(lambda work: work.analytics.trends.ask(query, "properties", door.language), slow=True)


@router.get("/trends/events", operation_id="trend_of_events", summary="What a metric of events did", responses=_TREND)
async def trend_of_events(query: Annotated[TrendQuery, Query()], door: Signed) -> Response:
    """Completed showings by month over the last 24 months, unless another metric or period is asked for."""
    return await door.read(lambda work: work.analytics.trends.ask(query, "events", door.language), slow=True)


@router.get(
    "/forecasts/properties", operation_id="forecast_properties", summary="What a metric of listings is likely to do",
    responses=_FORECAST,
)  # fmt: skip
async def forecast_properties(query: Annotated[ForecastQuery, Query()], door: Signed) -> Response:
    """New listings of this month and the two after it, unless another metric, granularity or horizon is asked for, with
    the ranges that the truth lies in four times of five and 19 times of 20. Too little history is 200 with the quality
    `insufficient`."""
    return await door.read(lambda work: work.analytics.forecasts.ask(query, "properties", door.language), slow=True)


@router.get(
    "/forecasts/events", operation_id="forecast_events", summary="What a metric of events is likely to do",
    responses=_FORECAST,
)  # fmt: skip
async def forecast_events(query: Annotated[ForecastQuery, Query()], door: Signed) -> Response:
    """Completed showings of this month and the two after it, unless something else is asked for."""
    return await door.read(lambda work: work.analytics.forecasts.ask(query, "events", door.language), slow=True)
