"""Calendars elsewhere that are kept in step: entered, brought into step, and asked about."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Annotated, Any

from fastapi import Body, Path, Query
from starlette.responses import Response

from realty_cli.api.auth_examples import nothing
from realty_cli.api.auth_examples import page as page_of
from realty_cli.api.doors import Signed, signed_router
from realty_cli.api.property_examples import answers
from realty_cli.app import Work
from realty_cli.auth.paging import PageQuery
from realty_cli.auth.policy import Act, require
from realty_cli.events.schemas.sync import (
    Integration,
    IntegrationCreate,
    IntegrationList,
    SyncConflict,
    SyncConflictList,
    SyncReport,
    SyncRequest,
    SyncResolve,
)
from realty_cli.integrations.calendars import Calendars
from realty_cli.kit.ids import MAX_ID

_URL = "https://calendar.example.org/anna/work/"
_INTEGRATION = {
    "id": 2, "provider": "caldav", "name": "Телефон", "url": _URL, "username": "anna", "conflict": "newest",
    "days_back": 90, "created_at": "2026-11-28T10:00:00+00:00", "last_synced_at": None, "last_error": None,
    "events": 0, "open_conflicts": 0,
}  # fmt: skip
_REPORT = {
    "integration_id": 2, "dry_run": False, "taken": 3, "pushed": 12, "deleted_here": 0, "deleted_there": 1,
    "linked": 0, "conflicts": 0, "skipped": [], "failed": [], "plan": [],
}  # fmt: skip
_CLASH = {"recurrence_id": None, "field": "title", "local": "Показ", "remote": "Осмотр", "taken": "remote"}
_CONFLICT = {
    "id": 5, "integration_id": 2, "uid": "a1b2@realty", "title": "Осмотр", "state": "settled", "clashes": [_CLASH],
    "created_at": "2026-11-28T10:00:00+00:00", "resolved_at": None,
}  # fmt: skip
Number = Annotated[int, Path(alias="id", ge=1, le=MAX_ID, examples=[2])]
ConflictNumber = Annotated[int, Path(alias="conflict_id", ge=1, le=MAX_ID, examples=[5])]

router = signed_router("/calendar/integrations", "calendar")


def _calendars(door: Signed) -> Calendars:
    return Calendars(door.stores.realty.settings, here=False)


@router.post(
    "", operation_id="create_integration", summary="Keep a calendar elsewhere in step", status_code=201,
    responses=answers(Integration, _INTEGRATION, 201, "The calendar was found; nothing is brought into step yet"),
)  # fmt: skip
async def create_integration(
    data: Annotated[
        IntegrationCreate,
        Body(examples=[{"name": "Телефон", "url": _URL, "username": "anna", "password": "app-password"}]),
    ],
    door: Signed,
) -> Response:
    """A CalDAV server: Nextcloud, iCloud, Fastmail, Yandex, Radicale and the like, best with a password made for this.
    Addresses inside the server's own network are refused unless its operator lists the host in `calendar_hosts`.
    Google and Outlook are not spoken to yet (422)."""
    require(door.actor, Act.CALENDAR_SYNC)
    calendars = _calendars(door)
    url, private_ok = await door.stores.long(lambda: calendars.found(data))
    made: dict[str, Any] = await door.do(lambda work: calendars.create(work, data, url, private_ok=private_ok))
    return door.answer(made, status=201, location="/api/v1/calendar/integrations/{id}")


@router.get(
    "", operation_id="list_integrations", summary="Calendars that are kept in step",
    responses=answers(IntegrationList, page_of(_INTEGRATION)),
)  # fmt: skip
async def list_integrations(query: Annotated[PageQuery, Query()], door: Signed) -> Response:
    return await door.read(lambda work: work.integrations.page(query))


@router.get(
    "/{id}", operation_id="get_integration", summary="One of them", responses=answers(Integration, _INTEGRATION)
)
async def get_integration(number: Number, door: Signed) -> Response:
    return await door.read(lambda work: work.integrations.get(number))


@router.delete(
    "/{id}", operation_id="remove_integration", summary="Keep a calendar in step no longer", status_code=204,
    responses=nothing(204, "Events stay on both sides; the password is forgotten"),
)  # fmt: skip
async def remove_integration(number: Number, door: Signed) -> Response:
    calendars = _calendars(door)
    await door.do(lambda work: calendars.remove(work, number))
    return door.answer(None)


@router.post(
    "/{id}/sync", operation_id="sync_integration", summary="Come into step", status_code=200,
    responses=answers(SyncReport, _REPORT, 200, "What was done on both sides, or with dry_run what would be"),
)  # fmt: skip
async def sync_integration(
    number: Number, data: Annotated[SyncRequest, Body(examples=[{"dry_run": False}])], door: Signed
) -> Response:
    """Pulls what changed there, merges it field by field with what changed here, and writes ours there. 409 where more
    would be deleted than anybody means to (`allow_mass_delete` does it all the same)."""
    stores, actor, origin, calendars = door.stores, door.actor, door.origin, _calendars(door)

    def opened(write: bool) -> AbstractContextManager[Work]:
        return stores.working(actor, origin, write=write)

    return door.answer(await stores.long(lambda: calendars.run(opened, number, data)))


@router.get(
    "/{id}/conflicts", operation_id="list_sync_conflicts", summary="What both sides changed",
    responses=answers(SyncConflictList, page_of(_CONFLICT)),
)  # fmt: skip
async def list_sync_conflicts(number: Number, query: Annotated[PageQuery, Query()], door: Signed) -> Response:
    return await door.read(lambda work: work.integrations.conflicts(number, query))


@router.post(
    "/{id}/conflicts/{conflict_id}", operation_id="resolve_sync_conflict", summary="Say whose word it shall be",
    status_code=200, responses=answers(SyncConflict, _CONFLICT, 200, "The conflict as it stands now"),
)  # fmt: skip
async def resolve_sync_conflict(
    number: Number, conflict: ConflictNumber, data: Annotated[SyncResolve, Body(examples=[{"take": "local"}])],
    door: Signed,
) -> Response:  # fmt: skip
    """An open one is done by the next run. Of a settled one the other side's word is laid over the event again."""
    done: dict[str, Any] = await door.do(lambda work: work.integrations.resolve(number, conflict, data.take))
    return door.answer(done)
