"""`/api/v1/analytics`: numbers over listings, events, deals and clients."""

from __future__ import annotations

from starlette.responses import Response

from realty_cli.analytics.schemas.base import MetricDefinitions
from realty_cli.api.doors import Signed, signed_router
from realty_cli.api.property_examples import answers

_DEFINITIONS = {
    "definitions_version": "1",
    "items": [
        {
            "key": "properties.inventory", "label": "В экспозиции", "unit": "count", "good_when": "neutral", "min_n": 5,
            "definition": "Объекты в продаже на конец периода",
        }
    ],
    "total": 1,
}  # fmt: skip

router = signed_router("/analytics", "analytics")


@router.get(
    "/definitions", operation_id="list_metric_definitions", summary="What each metric means",
    responses=answers(MetricDefinitions, _DEFINITIONS),
)  # fmt: skip
async def list_metric_definitions(door: Signed) -> Response:
    return await door.read(lambda work: work.analytics.definitions(door.language))
