"""Listings as files over HTTP: imports taken in beside other work, exports sent while they are made."""

from __future__ import annotations

from asyncio import Future
from itertools import chain
from typing import Annotated, Any, BinaryIO, cast

from fastapi import Body, Path, Query
from starlette.responses import Response

from realty_cli.api import multipart
from realty_cli.api.doors import Door, Signed, signed_router
from realty_cli.api.property_examples import IMPORTED, UNDONE, answers, named
from realty_cli.api.streaming import GrowingFile, growing
from realty_cli.app import Work
from realty_cli.auth.policy import Act, require
from realty_cli.errors import Unavailable
from realty_cli.formats.codec import Limits, WriteOptions
from realty_cli.formats.registry import codec_for
from realty_cli.formats.safe_name import safe_file_name
from realty_cli.kit.ids import MAX_ID
from realty_cli.properties import export_run
from realty_cli.properties.exporting import fields_of
from realty_cli.properties.importing import Reading, read_ahead, require_known
from realty_cli.properties.schemas.answers import UndoResult
from realty_cli.properties.schemas.transfer import (
    ExportQuery,
    ImportResult,
    PropertyExportRequest,
    PropertyImportRequest,
)
from realty_cli.store import import_run
from realty_cli.store.changelog import Origin

router = signed_router("/properties", "properties")
#: Rows that an import commits at a time here, so that others wait for a tenth of a second or so.
_BATCH = 2_000


@router.post(
    "/import",
    operation_id="import_properties",
    summary="Bring in a file of listings",
    responses=answers(ImportResult, IMPORTED),
    openapi_extra=multipart.form(
        PropertyImportRequest, example={"file": "flats.csv", "set": ["deal_type=rent"], "dry_run": True}
    ),
)
async def import_properties(door: Signed) -> Response:
    """Any portal's export: headers, encoding and delimiter are found out, `map` and `set` help where they are not.

    The same file again changes nothing, a changed row updates its listing. Rows that cannot be accepted are named with
    the reason, and the others are kept; with `atomic` nothing is, and the answer is 422. What is kept before the
    connection breaks stays, and the same file goes on from there.
    """
    require(door.actor, Act.PROPERTY_IMPORT)
    async with multipart.reading(door.request, PropertyImportRequest) as sent:
        body = await _taken_in(door, sent)
    return door.answer(body)


async def _taken_in(door: Door, sent: PropertyImportRequest) -> Any:
    settings, clock, ending = door.stores.realty.settings, door.stores.realty.clock, door.stores.ending
    require_known(sent.defaults, "set")
    name = safe_file_name(sent.file.filename or "listings")
    codec = codec_for(name, sent.format)
    reading = Reading(door.actor.timezone, clock.now(), name, sent.mapping, sent.defaults)
    terms = import_run.Terms(sent.atomic, sent.dry_run, min(settings.import_batch, _BATCH))
    language = door.language
    origin = Origin("import", f"{door.origin.command} {name}")

    class Watch:
        def update(self, done: int, total: int | None, rows: int) -> None:
            if ending.is_set():
                raise Unavailable("server.ending")

    def take_in() -> dict[str, Any]:
        upload = cast(BinaryIO, multipart.Named(sent.file.file, name))
        with codec.read(upload, Limits(file_bytes=settings.upload_max_mb << 20)) as table:
            with read_ahead(table, reading, own_process=False) as batches:
                # The first rows are read before anybody has to wait for this transaction.
                ready = chain([first] if (first := next(batches, None)) else [], batches)
                with door.stores.working(door.actor, origin, write=True) as work:
                    report = import_run.run(work, work.importer(), ready, name, terms, progress=Watch())
                    if sent.dry_run:
                        work.discard()
                return report.body(language)

    return await door.stores.long(take_in)


@router.post(
    "/import/{import_id:int}/undo",
    operation_id="undo_import",
    summary="Take back an import",
    responses=answers(UndoResult, UNDONE),
)
async def undo_import(
    import_id: Annotated[int, Path(ge=1, le=MAX_ID, description="`import_id` of its answer", examples=[58])],
    door: Signed,
) -> Response:
    """Its updates too. 409 where something later depends on it."""

    def take_back(work: Work) -> dict[str, Any]:
        return work.undo.undo_import(import_id)

    return await door.write(take_back, slow=True)


_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file, sent while it is made. One that breaks off without its end is not whole.",
        "content": {
            "text/csv": {"schema": {"type": "string"}, "example": "id,title,price\n5,Квартира в центре,5000000\n"},
            "text/tab-separated-values": {"schema": {"type": "string"}},
            "application/json": {
                "schema": {"type": "array", "items": {"type": "object"}},
                "example": [{"id": 5, "title": "Квартира в центре", "price": 5_000_000}],
            },
            "application/x-ndjson": {"schema": {"type": "string"}},
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {
                "schema": {"type": "string", "format": "binary"}
            },
        },
    }
}


@router.get(
    "/export",
    operation_id="export_properties",
    summary="Fetch listings as a file",
    responses=_FILE,
    response_class=Response,
)
async def export_properties(query: Annotated[ExportQuery, Query()], door: Signed) -> Response:
    """All listings, or those that a filter names, as csv, tsv, json, jsonl or xlsx."""
    return await _export(door, query.request())


@router.post(
    "/export",
    operation_id="export_properties_by_request",
    summary="Fetch listings as a file, asked for in a body",
    responses=_FILE,
    response_class=Response,
)
async def export_properties_by_request(
    request: Annotated[
        PropertyExportRequest,
        Body(openapi_examples=named(some={"format": "jsonl", "filter": {"ids": [5, 7]}, "fields": ["id", "price"]})),
    ],
    door: Signed,
) -> Response:
    """For filters that are too long for an address, such as many `ids`."""
    return await _export(door, request)


async def _export(door: Door, request: PropertyExportRequest) -> Response:
    require(door.actor, Act.PROPERTY_EXPORT)
    codec = codec_for("", request.format)
    fields_of(request.fields)

    def start(file: GrowingFile) -> Future[Any]:
        target = cast(BinaryIO, file)

        def write() -> int:
            with door.stores.working(door.actor, door.origin, write=False) as work:
                return export_run.run(
                    work.properties,
                    codec,
                    target,
                    request.filter,
                    fields=request.fields,
                    sort=request.sort,
                    options=WriteOptions(excel=request.excel),
                    watch=file.go_on,
                )

        return door.stores.long(write)

    settings = door.stores.realty.settings
    day = door.stores.realty.clock.now().date().isoformat()
    headers = {
        "Content-Disposition": f'attachment; filename="listings-{day}.{codec.name}"',
        "Cache-Control": "no-store",
        "Vary": "Authorization, X-API-Key",
    }
    return await growing(door.request, settings.home, start, media_type=codec.media_type, headers=headers)
