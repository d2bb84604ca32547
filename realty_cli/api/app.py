"""The API as one ASGI application: routers, what they share, and the guards around them."""

from __future__ import annotations

import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from realty_cli import __version__
from realty_cli.api import problems
from realty_cli.api.doors import has_credentials, language_of
from realty_cli.api.stores import Stores
from realty_cli.app import Realty
from realty_cli.errors import FieldProblem, Invalid, NotFound, RealtyError
from realty_cli.kit.schema import problems_of

PREFIX = "/api/v1"
#: Modules of this package with a `router` each (or `routers`), fixed paths before those with an id.
ROUTERS: tuple[str, ...] = ("auth", "users", "property_files", "properties")
_log = logging.getLogger("realty.api")


def create_app(realty: Realty) -> FastAPI:
    """The application over one store."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        stores = app.state.stores = Stores(realty)
        try:
            yield
        finally:
            stores.close()

    app = FastAPI(
        title="realty", version=__version__, lifespan=life, redirect_slashes=False, docs_url=None, redoc_url=None,
        openapi_url=None,
    )  # fmt: skip
    for name in ROUTERS:
        module = import_module(f"realty_cli.api.{name}")
        for router in getattr(module, "routers", None) or (module.router,):
            app.include_router(router, prefix=PREFIX)
    app.add_exception_handler(RealtyError, _realty_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _mistake)
    return app


def _answer(request: Request, error: RealtyError) -> Response:
    return problems.response(error, language_of(request), request.scope["path"], credentials=has_credentials(request))


async def _realty_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RealtyError)
    return _answer(request, error)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found: list[FieldProblem] = []
    for item in error.errors():
        if item["type"] == "json_invalid":
            return _answer(request, Invalid("request.json"))
        found += problems_of([{**item, "loc": item["loc"][1:]}])
    return _answer(request, Invalid("invalid", found[:100]))


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return _answer(request, NotFound("request.not_found"))
    if error.status_code == 405:
        return _answer(request, Invalid("request.method", allow=(error.headers or {}).get("Allow", "")))
    return _answer(request, Invalid("request.malformed"))


async def _mistake(request: Request, error: Exception) -> Response:
    reference = secrets.token_hex(6)
    _log.error("internal error %s", reference, exc_info=error)
    return problems.internal(language_of(request), request.scope["path"], reference)


def openapi(app: FastAPI) -> dict[str, Any]:
    return app.openapi()
