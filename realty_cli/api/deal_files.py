"""Deals as files over HTTP."""

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
from realty_cli.deals import exporting
from realty_cli.deals.importing import Reading, read_ahead, require_known
from realty_cli.deals.schemas.filters import DealExportQuery, DealImportRequest
from realty_cli.formats.codec import WriteOptions
from realty_cli.formats.registry import codec_for
from realty_cli.kit.ids import MAX_ID
from realty_cli.properties.schemas.answers import UndoResult
from realty_cli.properties.schemas.transfer import ImportResult

router = signed_router("/deals", "deals")
_DEALS = Kind("deals", require_known, Reading, read_ahead, lambda work: work.deal_importer())


@router.post(
    "/import",
    operation_id="import_deals",
    summary="Bring in a file of deals",
    responses=answers(ImportResult, examples.DEALS_IMPORTED),
    openapi_extra=multipart.form(DealImportRequest, example={"file": "deals.csv", "set": ["side=buyer"]}),
)
async def import_deals(door: Signed) -> Response:
    """`Название;Стадия;Сумма;Покупатель;...` or whatever columns there are. A closed deal sells its listing, a reserved
    one holds it, and whom a row names is found by phone or name, or entered.

    A deal is known again by `external_id`, or else by what it is called. The same file again changes nothing. What
    cannot be accepted is named with the reason, the rest is kept; with `atomic` nothing is, and the answer is 422.
    """
    require(door.actor, Act.DEAL_IMPORT)
    async with multipart.reading(door.request, DealImportRequest) as sent:
        body = await take_in(door, sent, _DEALS)
    return door.answer(body)


@router.post(
    "/import/{import_id:int}/undo",
    operation_id="undo_deal_import",
    summary="Take back an import of deals",
    responses=answers(UndoResult, examples.UNDONE),
)
async def undo_deal_import(
    import_id: Annotated[int, Path(ge=1, le=MAX_ID, description="`import_id` of its answer", examples=[81])],
    door: Signed,
) -> Response:
    """Its updates, its clients and what it did to listings too. 409 where something later depends on it."""

    def take_back(work: Work) -> dict[str, Any]:
        return work.undo.undo_import(import_id)

    return await door.write(take_back, slow=True)


@router.get(
    "/export",
    operation_id="export_deals",
    summary="Fetch deals as a file",
    responses=file_of("id,title,amount", "3,Квартира в центре,5000000", {"id": 3, "title": "Квартира в центре"}),
    response_class=Response,
)
async def export_deals(query: Annotated[DealExportQuery, Query()], door: Signed) -> Response:
    """All deals, or those that a filter names, as csv, tsv, json, jsonl or xlsx."""
    require(door.actor, Act.DEAL_EXPORT)
    codec = codec_for("", query.format)
    fields = query.columns()
    exporting.fields_of(fields)

    def write(work: Work, target: BinaryIO, watch: Callable[[int], None]) -> int:
        return exporting.run(
            work.deals,
            codec,
            target,
            query.narrowed(),
            fields=fields,
            sort=query.sort,
            anonymise=query.anonymise,
            options=WriteOptions(excel=query.excel),
            watch=watch,
        )

    return await send_out(door, "deals", codec, write)
