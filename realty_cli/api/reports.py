"""`/api/v1/analytics/reports`: what is drawn for people to read, at once, in the background, or by a schedule."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Body, Path, Query
from starlette.responses import Response

from realty_cli.analytics.reports import Made, draw, price_to_keep
from realty_cli.analytics.schemas.reports import (
    ReportBody,
    ReportListResponse,
    ReportQuery,
    ReportRequest,
    ReportResponse,
    ScheduleCreate,
    ScheduleListResponse,
    ScheduleQuery,
    ScheduleResponse,
    ScheduleUpdate,
)
from realty_cli.api import report_examples as examples
from realty_cli.api.doors import PREFIX, Door, Signed, signed_router
from realty_cli.api.property_examples import answers, named
from realty_cli.auth.policy import Act, allows, require
from realty_cli.errors import RealtyError
from realty_cli.kit.ids import MAX_ID

router = signed_router("/analytics/reports", "analytics")
ReportId = Annotated[int, Path(alias="id", ge=1, le=MAX_ID, description="Number of the report", examples=[12])]
ScheduleId = Annotated[int, Path(alias="id", ge=1, le=MAX_ID, description="Number of the schedule", examples=[3])]
_PLACE = PREFIX + "/analytics/reports/{id}"
#: Seconds after which a report that nobody said to wait for goes on in the background.
PATIENCE = 8.0
#: What still goes on: a task that nobody holds may be swept away.
_BESIDE: set[asyncio.Task[None]] = set()


@router.post(
    "",
    operation_id="make_report",
    summary="Make a report",
    responses={
        200: {
            "model": ReportBody, "description": "The report: json, or the file in the format that was asked for",
            "content": {"application/json": {"example": examples.BODY}, **examples.FILES},
        },
        202: {
            "model": ReportResponse, "description": "It is made in the background: look again at Location",
            "content": {"application/json": {"example": examples.WAITING}},
        },
    },
    response_class=Response,
)  # fmt: skip
async def make_report(
    data: Annotated[
        ReportRequest,
        Body(
            openapi_examples=named(
                summary={
                    "report_type": "property_summary",
                    "start_date": "2024-01-01",
                    "end_date": "2024-01-31",
                    "format": "json",
                },
                owner={"report_type": "owner", "property_id": 5, "period": "last 7 days", "format": "pdf"},
                background={"report_type": "agency", "period": "2024-Q1", "format": "xlsx", "background": True},
            )
        ),
    ],
    door: Signed,
) -> Response:
    """json, csv (a zip where there are several tables), xlsx, pdf, html or md; every format shows the same numbers.

    What takes longer than some seconds goes on in the background (202), unless `background` says otherwise; its file is
    kept for seven days. A key that only reads waits. A `recommended_price` is kept with the name of who gave it."""
    require(door.actor, Act.ANALYTICS_READ)
    language = door.language
    kept = price_to_keep(data)
    if kept is not None and allows(door.actor, Act.PROPERTY_WRITE):
        await door.do(lambda work: work.valuing.recommend(*kept))
    if data.background:
        return _accepted(door, await door.do(lambda work: work.analytics.reports.ask(data, language), slow=True))
    making = door.stores.long(_making(door, data, language))
    if data.background is None and allows(door.actor, Act.REPORT_WRITE):
        done, _waiting = await asyncio.wait({making}, timeout=PATIENCE)
        if not done:
            row = await door.do(lambda work: work.analytics.reports.ask(data, language, running=True), slow=True)
            task = asyncio.get_running_loop().create_task(_later(door, making, row["id"]))
            _BESIDE.add(task)
            task.add_done_callback(_BESIDE.discard)
            return _accepted(door, row)
    made = await making
    return door.answer(made) if isinstance(made, dict) else _file(made)


@router.get(
    "",
    operation_id="list_reports",
    summary="List reports that were made in the background",
    responses=answers(ReportListResponse, examples.LIST),
)
async def list_reports(query: Annotated[ReportQuery, Query()], door: Signed) -> Response:
    """Newest first unless `sort` says otherwise. A file is kept for seven days, its line for three months more."""
    return await door.read(lambda work: work.analytics.reports.page(query.narrowed(), door.language, **query.paging()))


# Schedules: before the numbers ----------------------------------------------------------------------------------------


@router.post(
    "/schedules",
    operation_id="create_report_schedule",
    summary="Have a report made regularly",
    status_code=201,
    responses=answers(ScheduleResponse, examples.SCHEDULE, 201, "The schedule as it was entered"),
)
async def create_report_schedule(
    data: Annotated[
        ScheduleCreate,
        Body(
            openapi_examples=named(
                weekly={
                    "cron": "0 9 * * mon",
                    "deliver": "email",
                    "report": {"report_type": "performance", "period": "last week", "format": "pdf"},
                },
            )
        ),
    ],
    door: Signed,
) -> Response:
    """At the times of `cron` on the caller's wall clock, over the period that its name then means. Made by the server,
    or by `realty analytics report run`."""
    return await door.write(
        lambda work: work.analytics.schedules.create(data), status=201,
        location=PREFIX + "/analytics/reports/schedules/{id}",
    )  # fmt: skip


@router.get(
    "/schedules",
    operation_id="list_report_schedules",
    summary="List schedules of reports",
    responses=answers(ScheduleListResponse, examples.SCHEDULES),
)
async def list_report_schedules(query: Annotated[ScheduleQuery, Query()], door: Signed) -> Response:
    """Newest first unless `sort` says otherwise."""
    return await door.read(lambda work: work.analytics.schedules.page(query.narrowed(), **query.paging()))


@router.get(
    "/schedules/{id:int}",
    operation_id="get_report_schedule",
    summary="Show a schedule",
    responses=answers(ScheduleResponse, examples.SCHEDULE),
)
async def get_report_schedule(number: ScheduleId, door: Signed) -> Response:
    """`next_at` is when it comes next; null while it is switched off."""
    return await door.read(lambda work: work.analytics.schedules.get(number))


@router.put(
    "/schedules/{id:int}",
    operation_id="update_report_schedule",
    summary="Change a schedule",
    responses=answers(ScheduleResponse, examples.SCHEDULE),
)
async def update_report_schedule(
    number: ScheduleId,
    data: Annotated[ScheduleUpdate, Body(openapi_examples=named(off={"enabled": False}))],
    door: Signed,
) -> Response:
    """Only the fields that are sent change; `report` is replaced whole."""
    return await door.write(lambda work: work.analytics.schedules.update(number, data, expected_version=door.if_match))


@router.delete(
    "/schedules/{id:int}", operation_id="delete_report_schedule", summary="Move a schedule to the bin", status_code=204
)
async def delete_report_schedule(number: ScheduleId, door: Signed) -> Response:
    """Reports that it has made stay. `restore` brings it back."""
    return await door.write(lambda work: work.analytics.schedules.delete(number, expected_version=door.if_match))


@router.post(
    "/schedules/{id:int}/restore",
    operation_id="restore_report_schedule",
    summary="Bring a schedule back from the bin",
    responses=answers(ScheduleResponse, examples.SCHEDULE),
)
async def restore_report_schedule(number: ScheduleId, door: Signed) -> Response:
    """409 for one that is not there. What it missed in between is not made up for."""
    return await door.write(lambda work: work.analytics.schedules.restore(number))


# One report -----------------------------------------------------------------------------------------------------------


@router.get(
    "/{id:int}",
    operation_id="get_report",
    summary="Show how far a report is",
    responses=answers(ReportResponse, examples.READY),
)
async def get_report(number: ReportId, door: Signed) -> Response:
    """waiting, running, ready, failed (with the reason) or expired."""
    return await door.read(lambda work: work.analytics.reports.get(number, door.language))


@router.get(
    "/{id:int}/file",
    operation_id="get_report_file",
    summary="Fetch the file of a report",
    responses={200: {"description": "The file", "content": examples.FILES}},
    response_class=Response,
)
async def get_report_file(number: ReportId, door: Signed) -> Response:
    """409 while it is being made, 404 once it has expired."""
    return _file(await door.ask(lambda work: work.analytics.reports.file(number), slow=True))


@router.delete("/{id:int}", operation_id="delete_report", summary="Delete a report and its file", status_code=204)
async def delete_report(number: ReportId, door: Signed) -> Response:
    """At once and for good: it can be made again."""
    return await door.write(lambda work: work.analytics.reports.delete(number))


def _making(door: Door, data: ReportRequest, language: str) -> Callable[[], dict[str, Any] | Made]:
    def run() -> dict[str, Any] | Made:
        with door.stores.working(door.actor, door.origin, write=False) as work:
            document = work.analytics.reports.compose(data, language)
            now = work.clock.now()
        return dict(document.data) if data.format == "json" else draw(document, str(data.format), now)

    return run


async def _later(door: Door, making: asyncio.Future[Any], number: int) -> None:
    """Lay what took so long into the store when it is done."""
    round_ = door.stores.realty.report_round
    try:
        made = await making
        if isinstance(made, dict):
            made = Made(made["title"], f"{made['report_type']}.json", "application/json", bytes(door.answer(made).body))
        await door.thread(lambda: round_.finish(number, made, "keep"))
    except RealtyError as error:
        reason = error
        await door.thread(lambda: round_.failed(number, reason))


def _accepted(door: Door, row: dict[str, Any]) -> Response:
    return door.answer(row, status=202, location=_PLACE)


def _file(made: Made) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{made.file_name}"', "Cache-Control": "no-store",
        "Vary": "Authorization, X-API-Key", "ETag": f'"{made.sha256}"',
    }  # fmt: skip
    return Response(made.data, media_type=made.media_type, headers=headers)
