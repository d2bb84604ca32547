"""`/api/v1/analytics/metrics`: money and clients over a period."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from realty_cli.analytics.schemas.base import AnalyticsQuery
from realty_cli.analytics.schemas.clients import ClientMetrics
from realty_cli.analytics.schemas.money import FinancialMetrics, MoneyQuery
from realty_cli.api import metrics_examples as examples
from realty_cli.api.doors import Signed, signed_router
from realty_cli.api.property_examples import answers

router = signed_router("/analytics", "analytics")


@router.get(
    "/metrics/financial", operation_id="get_financial_metrics", summary="Money of a period",
    responses=answers(FinancialMetrics, examples.FINANCIAL),
)  # fmt: skip
async def get_financial_metrics(query: Annotated[MoneyQuery, Query()], door: Signed) -> Response:
    """What deals brought, what is on its way, what is owed and what was spent; the month so far where nothing is said.

    Prices of sales and of rents are never added up, nor are two currencies; commissions of sales and rents are.
    """
    return await door.read(
        lambda work: work.analytics.money.metrics(
            work.analytics.scope(query), door.language, query.compare, query.basis
        ),
        slow=True,
    )


@router.get(
    "/metrics/clients", operation_id="get_client_metrics", summary="Leads and clients of a period",
    responses=answers(ClientMetrics, examples.CLIENTS),
)  # fmt: skip
async def get_client_metrics(query: Annotated[AnalyticsQuery, Query()], door: Signed) -> Response:
    """How many leads came, how fast they were answered, how far they got, what each source costs and brings."""
    return await door.read(
        lambda work: work.analytics.clients.metrics(work.analytics.scope(query), door.language, query.compare),
        slow=True,
    )
