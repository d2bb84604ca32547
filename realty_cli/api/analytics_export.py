"""Data sets of analytics as files over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, BinaryIO

from fastapi import Query
from starlette.responses import Response

from realty_cli.analytics import datasets, exporting
from realty_cli.analytics.kinds import Dataset
from realty_cli.analytics.schemas.export import ExportRequest
from realty_cli.api.doors import Signed, signed_router
from realty_cli.api.file_doors import send_out
from realty_cli.app import Work
from realty_cli.auth.policy import Act, require
from realty_cli.formats.codec import WriteOptions

router = signed_router("/analytics", "analytics")
_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file, sent while it is made. One that breaks off without its end is not whole.",
        "content": {
            "text/csv": {"schema": {"type": "string"}, "example": "id,property_type,price\n3,apartment,9500000\n"},
            "application/x-ndjson": {"schema": {"type": "string"}},
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {
                "schema": {"type": "string", "format": "binary"}
            },
            "application/vnd.apache.parquet": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@router.get(
    "/export/data", operation_id="export_data", summary="Fetch a data set for analysis elsewhere", responses=_FILE,
    response_class=Response,
)  # fmt: skip
async def export_data(query: Annotated[ExportRequest, Query()], door: Signed) -> Response:
    """Rows of listings, histories, clients, events, deals and money as csv, jsonl, xlsx or parquet, filtered as the
    metrics are. Phones and e-mail addresses of clients stand in none; `anonymise` takes names and places away too."""
    require(door.actor, Act.ANALYTICS_EXPORT)
    dataset = Dataset(query.dataset)
    header = datasets.columns_of(dataset, query.columns())
    codec = exporting.codec_of("", query.format, dataset, header)

    def write(work: Work, target: BinaryIO, watch: Callable[[int], None]) -> int:
        return exporting.run(
            work.analytics, codec, target, dataset, query, fields=header, anonymise=query.anonymise,
            options=WriteOptions(excel=query.excel), watch=watch,
        )  # fmt: skip

    return await send_out(door, dataset.value, codec, write)
