"""Events as files over HTTP: calendars, tables, json."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, BinaryIO

from fastapi import Path, Query
from starlette.responses import Response

from realty_cli.api import file_examples, multipart
from realty_cli.api.doors import Door, Signed, signed_router
from realty_cli.api.file_doors import Kind, send_out, take_in
from realty_cli.api.property_examples import answers
from realty_cli.app import Work
from realty_cli.auth.policy import Act, require
from realty_cli.events import exporting, sheets
from realty_cli.events.ics.codec import codec_of
from realty_cli.events.importing import Terms, read_ahead, require_known
from realty_cli.events.schemas.transfer import CalendarExport, CalendarImport
from realty_cli.formats.codec import WriteOptions
from realty_cli.kit.ids import MAX_ID
from realty_cli.properties.schemas.answers import UndoResult
from realty_cli.properties.schemas.transfer import ImportResult

router = signed_router("/calendar", "calendar")
_EVENTS = Kind("events.ics", require_known, Terms, read_ahead, lambda work: work.event_importer(), codec_of)
_IMPORTED = {
    "import_id": 120, "created": 41, "updated": 2, "unchanged": 7, "rejected": 1,
    "rows": [{
        "line": 311, "outcome": "rejected", "id": None,
        "errors": [{
            "field": "dtstart", "code": "ics.no_start",
            "message": "The event does not say when it begins. Add DTSTART.",
        }],
    }],
    "warnings": [],
}  # fmt: skip
_UNDONE = {**file_examples.UNDONE, "command": "POST /api/v1/calendar/import calendar.ics"}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file, sent while it is made. One that breaks off without its end is not whole.",
        "content": {
            "text/calendar": {"schema": {"type": "string"}, "example": "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n..."},
            "application/json": {
                "schema": {"type": "array", "items": {"type": "object"}}, "example": [{"uid": "1@realty"}],
            },
            "text/csv": {"schema": {"type": "string"}},
            "text/tab-separated-values": {"schema": {"type": "string"}},
            "application/x-ndjson": {"schema": {"type": "string"}},
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {
                "schema": {"type": "string", "format": "binary"}
            },
        },
    }
}  # fmt: skip


@router.post(
    "/import",
    operation_id="import_events",
    summary="Bring in a calendar",
    responses=answers(ImportResult, _IMPORTED),
    openapi_extra=multipart.form(CalendarImport, example={"file": "week-49.ics", "dry_run": True}),
)
async def import_events(door: Signed) -> Response:
    """iCalendar of any program, or a table or json with a title and a start. An event is known again by its UID (and
    the instance that it describes): the same file again changes nothing, a higher SEQUENCE updates, a lower one does
    not. Each component that cannot be taken is named with its line and the reason; what overlaps is taken and
    told in `warnings`. With `atomic` one refused component is 422 and nothing is kept.
    """
    require(door.actor, Act.EVENT_IMPORT)
    async with multipart.reading(door.request, CalendarImport) as sent:
        body = await take_in(door, sent, _EVENTS)
    return door.answer(body)


@router.post(
    "/import/{import_id:int}/undo",
    operation_id="undo_event_import",
    summary="Take back an import of events",
    responses=answers(UndoResult, _UNDONE),
)
async def undo_event_import(
    import_id: Annotated[int, Path(ge=1, le=MAX_ID, description="`import_id` of its answer", examples=[120])],
    door: Signed,
) -> Response:
    """Its updates too. 409 where something later depends on it."""

    def take_back(work: Work) -> dict[str, Any]:
        return work.undo.undo_import(import_id)

    return await door.write(take_back, slow=True)


async def _export(query: CalendarExport, door: Door) -> Response:
    require(door.actor, Act.EVENT_EXPORT)
    codec = codec_of("", query.format)
    fields = query.columns()
    sheets.fields_of(fields)

    def write(work: Work, target: BinaryIO, watch: Callable[[int], None]) -> int:
        return exporting.run(
            work.db, work.actor, codec, target, query.wanted(work.actor.id), fields=fields,
            options=WriteOptions(excel=query.excel), watch=watch,
        )  # fmt: skip

    return await send_out(door, "calendar", codec, write)


@router.get(
    "/export", operation_id="export_events", summary="Fetch events as a file", responses=_FILE, response_class=Response
)
async def export_events(query: Annotated[CalendarExport, Query()], door: Signed) -> Response:
    """iCalendar by default. What it has is read back by the import to the same events."""
    return await _export(query, door)


@router.get(
    "/calendar/export", operation_id="export_calendar", summary="Fetch events as a file, by the first address",
    responses=_FILE, response_class=Response,
)  # fmt: skip
async def export_calendar(query: Annotated[CalendarExport, Query()], door: Signed) -> Response:
    """The same as `/calendar/export`."""
    return await _export(query, door)
