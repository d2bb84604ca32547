"""Buyer requests as files over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, BinaryIO

from fastapi import Path, Query
from starlette.responses import Response

from realty_cli.api import file_examples as examples
from realty_cli.api import multipart
from realty_cli.api.doors import Signed, signed_router
from realty_cli.api.file_doors import Kind, file_of, send_out, take_in
from realty_cli.api.property_examples import answers
from realty_cli.app import Work
from realty_cli.auth.policy import Act, require
from realty_cli.clients import request_exporting as exporting
from realty_cli.clients.request_importing import Reading, read_ahead, require_known
from realty_cli.clients.schemas.transfer import BuyerRequestExportQuery, BuyerRequestImportRequest
from realty_cli.formats.codec import WriteOptions
from realty_cli.formats.registry import codec_for
from realty_cli.kit.ids import MAX_ID
from realty_cli.properties.schemas.answers import UndoResult
from realty_cli.properties.schemas.transfer import ImportResult

router = signed_router("/requests", "clients")
_REQUESTS = Kind("requests", require_known, Reading, read_ahead, lambda work: work.request_importer())


@router.post(
    "/import",
    operation_id="import_requests",
    summary="Bring in a file of buyer requests",
    responses=answers(ImportResult, examples.REQUESTS_IMPORTED),
    openapi_extra=multipart.form(
        BuyerRequestImportRequest, example={"file": "requests.csv", "set": ["deal_type=sale"], "dry_run": True}
    ),
)
async def import_requests(door: Signed) -> Response:
    """`Клиент;Телефон;Что ищет;Комнат;Бюджет;Район;...` or whatever columns there are. Who asks is found by
    `client_id`, phone, e-mail or name, or entered.

    A request is known again by `external_id`, or else by who asks for what. The same file again changes nothing. What
    cannot be accepted is named with the reason, the rest is kept; with `atomic` nothing is, and the answer is 422.
    """
    require(door.actor, Act.CLIENT_IMPORT)
    async with multipart.reading(door.request, BuyerRequestImportRequest) as sent:
        body = await take_in(door, sent, _REQUESTS)
    return door.answer(body)


@router.post(
    "/import/{import_id:int}/undo",
    operation_id="undo_request_import",
    summary="Take back an import of buyer requests",
    responses=answers(UndoResult, {**examples.UNDONE, "command": "POST /api/v1/requests/import requests.csv"}),
)
async def undo_request_import(
    import_id: Annotated[int, Path(ge=1, le=MAX_ID, description="`import_id` of its answer", examples=[91])],
    door: Signed,
) -> Response:
    """Its updates and clients too. 409 where something later depends on it."""

    def take_back(work: Work) -> dict[str, Any]:
        return work.undo.undo_import(import_id)

    return await door.write(take_back, slow=True)


@router.get(
    "/export",
    operation_id="export_requests",
    summary="Fetch buyer requests as a file",
    responses=file_of(
        "id,deal_type,price_max,client_name", "41,sale,12500000,Иванов Пётр", {"id": 41, "deal_type": "sale"}
    ),
    response_class=Response,
)
async def export_requests(query: Annotated[BuyerRequestExportQuery, Query()], door: Signed) -> Response:
    """All requests with who asks, or those that a filter names, as csv, tsv, json, jsonl or xlsx."""
    require(door.actor, Act.CLIENT_EXPORT)
    codec = codec_for("", query.format)
    fields = query.columns()
    exporting.fields_of(fields)

    def write(work: Work, target: BinaryIO, watch: Callable[[int], None]) -> int:
        return exporting.run(
            work.requests,
            codec,
            target,
            query.narrowed(),
            fields=fields,
            sort=query.sort,
            anonymise=query.anonymise,
            options=WriteOptions(excel=query.excel),
            watch=watch,
        )

    return await send_out(door, "requests", codec, write)
