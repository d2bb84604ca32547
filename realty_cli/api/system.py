"""What a supervisor asks: is it alive, can it serve, how much does it do; and which versions of the API there are."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from realty_cli.api.stores import Stores
from realty_cli.errors import NotFound

router = APIRouter(tags=["system"])
_PATIENCE = 3.0
_log = logging.getLogger("realty.system")


class Health(BaseModel):
    status: str


class ApiVersion(BaseModel):
    version: str
    status: str
    path: str


class ApiVersions(BaseModel):
    versions: list[ApiVersion]
    current: str


@router.get("/api/versions", operation_id="list_versions", response_model=ApiVersions)
async def versions() -> dict[str, Any]:
    """The versions of this API. One that will go is announced by the headers Deprecation and Sunset on its answers."""
    return {"versions": [{"version": "v1", "status": "current", "path": "/api/v1"}], "current": "v1"}


@router.get("/health/live", operation_id="get_liveness", response_model=Health)
async def live() -> dict[str, str]:
    """Whether the process answers."""
    return {"status": "ok"}


@router.get(
    "/health/ready", operation_id="get_readiness", response_model=Health, responses={503: {"model": Health}}
)  # fmt: skip
async def ready(request: Request) -> Response:
    """Whether requests can be served: the store answers."""
    stores: Stores = request.app.state.stores
    try:
        async with asyncio.timeout(_PATIENCE):
            await stores.probe()
    except Exception as error:
        _log.warning("not ready: %s", str(error) or type(error).__name__)
        return Response('{"status":"unavailable"}', status_code=503, media_type="application/json",
                        headers={"Retry-After": "1", "Cache-Control": "no-store"})  # fmt: skip
    return Response('{"status":"ok"}', media_type="application/json", headers={"Cache-Control": "no-store"})


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request) -> Response:
    """Measurements in the text format of Prometheus."""
    state = request.app.state
    if state.realty.settings.metrics != "on":
        raise NotFound("request.not_found")
    others = [path for path in _left_by_others(state.run_folder) if path != state.meter_file]
    text = state.meter.joined(others).exposition({"realty_log_records_lost_total": state.log.lost})
    return Response(text, media_type="text/plain; version=0.0.4", headers={"Cache-Control": "no-store"})


def _left_by_others(folder: Path | None) -> list[Path]:
    return sorted(folder.glob("meter-*.json")) if folder is not None else []
