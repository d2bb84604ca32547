"""`/api/v1/analytics/alerts` and `/insights`: what has to be looked at, and what the numbers suggest."""

from __future__ import annotations

from typing import Annotated

from fastapi import Body, Path, Query
from starlette.responses import Response

from realty_cli.analytics.schemas.alerts import (
    Acknowledge,
    ActiveAlerts,
    ActiveQuery,
    Alert,
    AlertRules,
    Dismiss,
    InsightQuery,
    Insights,
    Snooze,
    ThresholdCreate,
    ThresholdListResponse,
    ThresholdQuery,
    ThresholdResponse,
    ThresholdUpdate,
)
from realty_cli.api import alert_examples as examples
from realty_cli.api.doors import Signed, signed_router
from realty_cli.api.property_examples import answers, named
from realty_cli.kit.ids import MAX_ID

router = signed_router("/analytics", "analytics")
ThresholdId = Annotated[int, Path(alias="id", ge=1, le=MAX_ID, description="Number of the threshold", examples=[4])]
AlertId = Annotated[int, Path(alias="id", ge=1, le=MAX_ID, description="Number of the alert", examples=[7])]
Fingerprint = Annotated[
    str,
    Path(min_length=1, max_length=300, description="`id` of the insight", examples=["leads_not_contacted"]),
]
THRESHOLD = answers(ThresholdResponse, examples.THRESHOLD)
ALERT = answers(Alert, examples.ALERT)


@router.get(
    "/alerts/active", operation_id="list_active_alerts", summary="List what has to be looked at",
    responses=answers(ActiveAlerts, examples.ACTIVE),
)  # fmt: skip
async def list_active_alerts(query: Annotated[ActiveQuery, Query()], door: Signed) -> Response:
    """Worst first; acknowledged ones are among it, those that are put off are not. The server tries the rules by
    itself."""
    return await door.read(
        lambda work: work.analytics.alerts.active(
            door.language, limit=query.limit, offset=query.offset, severity=query.severity, mine=query.mine
        )
    )


@router.get(
    "/alerts/rules", operation_id="list_alert_rules", summary="List the rules that everybody has",
    responses=answers(AlertRules, examples.RULES),
)  # fmt: skip
async def list_alert_rules(door: Signed) -> Response:
    """Each with your own figures, where a threshold sets some."""
    return await door.read(lambda work: work.analytics.thresholds.rules(door.language))


@router.post(
    "/alerts/thresholds", operation_id="create_threshold", summary="Set a threshold", status_code=201,
    responses=answers(ThresholdResponse, examples.THRESHOLD, 201, "The threshold as it was set"),
)  # fmt: skip
async def create_threshold(
    data: Annotated[
        ThresholdCreate,
        Body(
            openapi_examples=named(
                rule={"rule": "lead_untouched", "value": 1.5},
                metric={"metric": "properties.inventory", "operator": "lt", "value": 10, "clear_value": 12},
                off={"rule": "event_no_outcome", "enabled": False},
            )
        ),
    ],
    door: Signed,
) -> Response:
    """Other figures for a rule, or a bound of a metric."""
    return await door.write(
        lambda work: work.analytics.thresholds.create(data), status=201,
        location="/api/v1/analytics/alerts/thresholds/{id}",
    )  # fmt: skip


@router.get(
    "/alerts/thresholds", operation_id="list_thresholds", summary="List thresholds",
    responses=answers(ThresholdListResponse, examples.THRESHOLDS),
)  # fmt: skip
async def list_thresholds(query: Annotated[ThresholdQuery, Query()], door: Signed) -> Response:
    """Newest first unless `sort` says otherwise."""
    return await door.read(lambda work: work.analytics.thresholds.page(query.narrowed(), **query.paging()))


@router.get(
    "/alerts/thresholds/{id:int}", operation_id="get_threshold", summary="Show a threshold", responses=THRESHOLD
)  # fmt: skip
async def get_threshold(number: ThresholdId, door: Signed) -> Response:
    """One in the bin is not found here."""
    return await door.read(lambda work: work.analytics.thresholds.get(number))


@router.put(
    "/alerts/thresholds/{id:int}", operation_id="update_threshold", summary="Change fields of a threshold",
    responses=THRESHOLD,
)  # fmt: skip
async def update_threshold(
    number: ThresholdId,
    data: Annotated[ThresholdUpdate, Body(openapi_examples=named(value={"value": 8}))],
    door: Signed,
) -> Response:
    """Only the fields that are sent change; null brings back what the rule has."""
    return await door.write(
        lambda work: work.analytics.thresholds.update(number, data, expected_version=door.if_match)
    )  # fmt: skip


@router.delete(
    "/alerts/thresholds/{id:int}", operation_id="delete_threshold", summary="Move a threshold to the bin",
    status_code=204,
)  # fmt: skip
async def delete_threshold(number: ThresholdId, door: Signed) -> Response:
    """`restore` brings it back."""
    return await door.write(lambda work: work.analytics.thresholds.delete(number, expected_version=door.if_match))


@router.post(
    "/alerts/thresholds/{id:int}/restore", operation_id="restore_threshold", summary="Bring back from the bin",
    responses=THRESHOLD,
)  # fmt: skip
async def restore_threshold(number: ThresholdId, door: Signed) -> Response:
    """409 for one that is not there."""
    return await door.write(lambda work: work.analytics.thresholds.restore(number))


@router.get("/alerts/{id:int}", operation_id="get_alert", summary="Show an alert", responses=ALERT)
async def get_alert(number: AlertId, door: Signed) -> Response:
    """Whatever its state."""
    return await door.read(lambda work: work.analytics.alerts.get(number, door.language))


@router.post(
    "/alerts/{id:int}/acknowledge", operation_id="acknowledge_alert", summary="Say that it was seen", responses=ALERT
)  # fmt: skip
async def acknowledge_alert(
    number: AlertId,
    data: Annotated[Acknowledge, Body(openapi_examples=named(note={"note": "Позвоню вечером"}))],
    door: Signed,
) -> Response:
    """It is told again only when it gets worse: in severity, or by a quarter of its value."""
    return await door.write(
        lambda work: work.analytics.alerts.acknowledge(
            number, door.language, note=data.note, expected_version=door.if_match
        )
    )


@router.post("/alerts/{id:int}/snooze", operation_id="snooze_alert", summary="Snooze an alert", responses=ALERT)
async def snooze_alert(
    number: AlertId,
    data: Annotated[Snooze, Body(openapi_examples=named(monday={"until": "2099-06-10T09:00:00+03:00"}))],
    door: Signed,
) -> Response:
    """Until a moment, or until it gets worse."""
    return await door.write(
        lambda work: work.analytics.alerts.snooze(
            number, data.until, door.language, note=data.note, expected_version=door.if_match
        )
    )


@router.get(
    "/insights/recommendations", operation_id="list_recommendations", summary="What the numbers suggest",
    responses=answers(Insights, examples.INSIGHTS),
)  # fmt: skip
async def list_recommendations(query: Annotated[InsightQuery, Query()], door: Signed) -> Response:
    """The most worth doing first; each states its numbers and the command that acts on it."""
    return await door.read(
        lambda work: work.analytics.insights.recommendations(door.language, limit=query.limit), slow=True
    )


@router.post(
    "/insights/{fingerprint}/dismiss", operation_id="dismiss_insight", summary="Put an insight aside", status_code=204
)  # fmt: skip
async def dismiss_insight(
    fingerprint: Fingerprint,
    data: Annotated[Dismiss, Body(openapi_examples=named(known={"note": "Знаю"}))],
    door: Signed,
) -> Response:
    """It comes back when what it rests on has changed by a quarter."""
    idea = await door.ask(lambda work: work.analytics.insights.find(fingerprint), slow=True)
    return await door.write(lambda work: work.analytics.insights.dismiss(idea, note=data.note))
