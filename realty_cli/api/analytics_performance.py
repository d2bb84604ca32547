"""`/api/v1/analytics/performance` and `/comparison`: targets, who is ahead, and two periods side by side."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from realty_cli.analytics.schemas.performance import (
    ComparisonData,
    ComparisonQuery,
    PerformanceIndicators,
    PerformanceOverview,
    PerformanceQuery,
)
from realty_cli.api import performance_examples as examples
from realty_cli.api.doors import Signed, signed_router
from realty_cli.api.property_examples import answers

router = signed_router("/analytics", "analytics")


@router.get(
    "/performance/overview", operation_id="get_performance_overview", summary="How you do",
    responses=answers(PerformanceOverview, examples.OVERVIEW),
)  # fmt: skip
async def get_performance_overview(query: Annotated[PerformanceQuery, Query()], door: Signed) -> Response:
    """Every indicator against its target, a score of them, what stands out, and for administrators who is ahead."""
    return await door.read(
        lambda work: work.analytics.performance.overview(work.analytics.scope(query), door.language, query.compare),
        slow=True,
    )


@router.get(
    "/performance/indicators", operation_id="list_performance_indicators", summary="Indicators against targets",
    responses=answers(PerformanceIndicators, examples.INDICATORS),
)  # fmt: skip
async def list_performance_indicators(query: Annotated[PerformanceQuery, Query()], door: Signed) -> Response:
    """A light is of what the working days that passed should have brought; without a target there is none."""
    return await door.read(
        lambda work: work.analytics.performance.indicators(work.analytics.scope(query), door.language, query.compare),
        slow=True,
    )


@router.get(
    "/comparison/periods", operation_id="compare_periods", summary="Two periods side by side",
    responses=answers(ComparisonData, examples.COMPARISON),
)  # fmt: skip
async def compare_periods(query: Annotated[ComparisonQuery, Query()], door: Signed) -> Response:
    """A period that has not ended is compared with as much of the other as has passed of it."""
    return await door.read(lambda work: work.analytics.comparison.of(query, door.language), slow=True)
