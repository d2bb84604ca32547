"""Listings as files over HTTP: imports taken in beside other work, exports sent while they are made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, BinaryIO

from fastapi import Body, Path, Query
from starlette.responses import Response

from realty_cli.api import multipart
from realty_cli.api.doors import Door, Signed, signed_router
from realty_cli.api.file_doors import Kind, file_of, send_out, take_in
from realty_cli.api.property_examples import IMPORTED, UNDONE, answers, named
from realty_cli.app import Work
from realty_cli.auth.policy import Act, require
from realty_cli.formats.codec import WriteOptions
from realty_cli.formats.registry import codec_for
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

router = signed_router("/properties", "properties")
_LISTINGS = Kind("listings", require_known, Reading, read_ahead, lambda work: work.importer())


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
        body = await take_in(door, sent, _LISTINGS)
    return door.answer(body)


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


_FILE = file_of(
    "id,title,price", "5,Квартира в центре,5000000", {"id": 5, "title": "Квартира в центре", "price": 5_000_000}
)


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

    def write(work: Work, target: BinaryIO, watch: Callable[[int], None]) -> int:
        return export_run.run(
            work.properties,
            codec,
            target,
            request.filter,
            fields=request.fields,
            sort=request.sort,
            anonymise=request.anonymise,
            options=WriteOptions(excel=request.excel),
            watch=watch,
        )

    return await send_out(door, "listings", codec, write)
