"""Clients as files over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, BinaryIO

from fastapi import Body, Path, Query
from starlette.responses import Response

from realty_cli.api import client_personal_examples as examples
from realty_cli.api import multipart
from realty_cli.api.doors import Door, Signed, signed_router
from realty_cli.api.file_doors import Kind, file_of, send_out, take_in
from realty_cli.api.property_examples import answers, named
from realty_cli.app import Work
from realty_cli.auth.policy import Act, require
from realty_cli.clients import exporting
from realty_cli.clients.importing import Reading, read_ahead, require_known
from realty_cli.clients.schemas.transfer import ClientExportQuery, ClientExportRequest, ClientImportRequest
from realty_cli.formats.codec import WriteOptions
from realty_cli.formats.registry import codec_for
from realty_cli.kit.ids import MAX_ID
from realty_cli.properties.schemas.answers import UndoResult
from realty_cli.properties.schemas.transfer import ImportResult

router = signed_router("/clients", "clients")
_CLIENTS = Kind("clients", require_known, Reading, read_ahead, lambda work: work.client_importer())


@router.post(
    "/import",
    operation_id="import_clients",
    summary="Bring in a file of clients",
    responses=answers(ImportResult, examples.IMPORTED),
    openapi_extra=multipart.form(
        ClientImportRequest, example={"file": "clients.csv", "set": ["source=выставка"], "dry_run": True}
    ),
)
async def import_clients(door: Signed) -> Response:
    """`ФИО;Телефон;Бюджет от;...` or whatever columns there are; a budget or a need opens a lead.

    A person is known again by `external_id`, by a phone, e-mail or Telegram name of somebody so called, or else by the
    name. The same file again changes nothing. What cannot be accepted is named with the reason, the rest is kept; with
    `atomic` nothing is, and the answer is 422.
    """
    require(door.actor, Act.CLIENT_IMPORT)
    async with multipart.reading(door.request, ClientImportRequest) as sent:
        body = await take_in(door, sent, _CLIENTS)
    return door.answer(body)


@router.post(
    "/import/{import_id:int}/undo",
    operation_id="undo_client_import",
    summary="Take back an import of clients",
    responses=answers(UndoResult, examples.UNDONE),
)
async def undo_client_import(
    import_id: Annotated[int, Path(ge=1, le=MAX_ID, description="`import_id` of its answer", examples=[71])],
    door: Signed,
) -> Response:
    """Its updates and leads too. 409 where something later depends on it."""

    def take_back(work: Work) -> dict[str, Any]:
        return work.undo.undo_import(import_id)

    return await door.write(take_back, slow=True)


_FILE = file_of(
    "id,name,phones", "11,Иванов Пётр,+79161234567", {"id": 11, "name": "Иванов Пётр", "stage": "contacted"}
)


@router.get(
    "/export",
    operation_id="export_clients",
    summary="Fetch clients as a file",
    responses=_FILE,
    response_class=Response,
)
async def export_clients(query: Annotated[ClientExportQuery, Query()], door: Signed) -> Response:
    """All clients, or those that a filter names, as csv, tsv, json, jsonl or xlsx; `anonymise` for others' eyes."""
    return await _export(door, query.request())


@router.post(
    "/export",
    operation_id="export_clients_by_request",
    summary="Fetch clients as a file, asked for in a body",
    responses=_FILE,
    response_class=Response,
)
async def export_clients_by_request(
    request: Annotated[
        ClientExportRequest,
        Body(openapi_examples=named(some={"format": "jsonl", "filter": {"ids": [11, 14]}, "fields": ["id", "name"]})),
    ],
    door: Signed,
) -> Response:
    """For filters that are too long for an address, such as many `ids`."""
    return await _export(door, request)


async def _export(door: Door, request: ClientExportRequest) -> Response:
    require(door.actor, Act.CLIENT_EXPORT)
    codec = codec_for("", request.format)
    exporting.fields_of(request.fields)

    def write(work: Work, target: BinaryIO, watch: Callable[[int], None]) -> int:
        return exporting.run(
            work.clients,
            codec,
            target,
            request.filter,
            fields=request.fields,
            sort=request.sort,
            anonymise=request.anonymise,
            options=WriteOptions(excel=request.excel),
            watch=watch,
        )

    return await send_out(door, "clients", codec, write)
