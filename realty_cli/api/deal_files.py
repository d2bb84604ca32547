"""Deals as files over HTTP, sent while they are made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, BinaryIO

from fastapi import Query
from starlette.responses import Response

from realty_cli.api.doors import Signed, signed_router
from realty_cli.api.file_doors import file_of, send_out
from realty_cli.app import Work
from realty_cli.auth.policy import Act, require
from realty_cli.deals import exporting
from realty_cli.deals.schemas.filters import DealExportQuery
from realty_cli.formats.codec import WriteOptions
from realty_cli.formats.registry import codec_for

router = signed_router("/deals", "deals")


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
