"""The API as one ASGI application: routers, what they share, the guard around them, and what runs beside requests."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from realty_cli import __version__
from realty_cli.api import background, openapi, pages, problems, system
from realty_cli.api.doors import build_validators, has_credentials, language_of
from realty_cli.api.front import Front
from realty_cli.api.guards import Application, Guard
from realty_cli.api.limits import Counters
from realty_cli.api.observe import Log, Meter, ToLog
from realty_cli.api.stores import Stores
from realty_cli.app import Realty
from realty_cli.errors import FieldProblem, Invalid, NotFound, RealtyError
from realty_cli.kit.schema import problems_of
from realty_cli.settings import Settings

#: Modules of this package with a `router` each (or `routers`), fixed paths before those with an id.
ROUTERS: tuple[str, ...] = (
    "auth", "users", "desk", "valuing", "property_files", "property_photos", "properties", "client_files",
    "client_personal", "clients", "leads", "request_files", "requests", "deal_files", "deals", "offers",
    "commissions", "expenses", "event_files", "event_feeds", "event_sync", "event_care", "planning", "events",
    "dashboard", "reports", "analytics_export", "analytics_metrics", "analytics_market",
    "analytics_performance", "trends", "charts", "alerts", "analytics",
)  # fmt: skip
_METHODS = ("GET", "POST", "PUT", "DELETE")
#: What a page of another origin may send and read.
_SENT = ("Authorization", "X-API-Key", "Content-Type", "If-Match", "If-None-Match", "Idempotency-Key", "X-Request-ID")
_READ = ("ETag", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-ID")
_log = logging.getLogger("realty.api")


def create_app(realty: Realty, run_folder: Path | None = None) -> Application:
    """The whole application over one store. `run_folder` is where the workers of one server meet, if there are more."""
    app = inner_app(realty, run_folder)
    front = Front(app)
    state, origins = app.state, _origins(realty.settings)
    dress = _with_cors(origins)
    return Guard(
        dress(front), realty.settings, state.counters, state.log, state.meter, dress, None if origins else front
    )


def _origins(settings: Settings) -> list[str]:
    return [one.strip() for one in settings.cors_origins.split(",") if one.strip() not in ("", "null", "*")]


def _with_cors(origins: list[str]) -> Callable[[Application], Application]:
    """What lets pages of these origins read an answer, refusals of the guard included."""
    if not origins:
        return lambda answers: answers
    return lambda answers: CORSMiddleware(
        answers, allow_origins=origins, allow_methods=_METHODS, allow_headers=_SENT, expose_headers=_READ, max_age=600
    )


def inner_app(realty: Realty, run_folder: Path | None = None) -> FastAPI:
    """Routers and error handlers, without the guard."""
    app = FastAPI(
        title="realty", version=__version__, redirect_slashes=False, docs_url=None, redoc_url=None, openapi_url=None,
        lifespan=_life,
    )  # fmt: skip
    settings, state = realty.settings, app.state
    state.realty = realty
    state.run_folder = run_folder
    state.meter_file = None if run_folder is None else run_folder / f"meter-{os.getpid()}.json"
    state.counters = Counters(None if run_folder is None else run_folder / "limits")
    state.meter = Meter()
    state.log = Log(
        settings.log_path, to_stderr=settings.log_file == "-", most_bytes=settings.log_max_mb << 20,
        keep=settings.log_keep,
    )  # fmt: skip
    state.document = openapi.Drawn(app)
    modules = [system, *([pages] if settings.docs == "on" else []), *map(_module, ROUTERS)]
    for router in (router for module in modules for router in getattr(module, "routers", None) or (module.router,)):
        # Not by `include_router`, which looks for the route of every request in two steps.
        app.router.routes.extend(router.routes)
    build_validators(app)
    app.add_exception_handler(RealtyError, _realty_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(ClientDisconnect, _left)
    app.add_exception_handler(Exception, _mistake)
    return app


def _module(name: str) -> Any:
    return import_module(f"realty_cli.api.{name}")


def preload() -> None:
    """Import what an application will need, for a process that forks: its children share it then."""
    for name in ROUTERS:
        _module(name)


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    state = app.state
    handler = ToLog(state.log)
    told = [logging.getLogger(name) for name in ("realty", "uvicorn.error")]
    for logger in told:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    state.stores = Stores(state.realty)
    works = (
        _flush(state),
        background.rounds(state.stores, state.run_folder),
        background.calendars(state.stores, state.run_folder),
    )
    beside = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        await asyncio.to_thread(state.stores.close)
        for logger in told:
            logger.removeHandler(handler)
        state.log.close()
        if state.meter_file is not None:
            with suppress(OSError):
                state.meter_file.unlink()


async def _flush(state: Any) -> None:
    """Write the log a few times a second; leave the figures for other workers now and then."""
    beat = 0
    while True:
        await asyncio.sleep(0.25)
        beat += 1
        state.log.flush()
        if state.meter_file is not None and beat % 4 == 0:
            state.meter.save(state.meter_file)


def _answer(request: Request, error: RealtyError) -> Response:
    return problems.response(
        error, language_of(request), request.scope["path"], credentials=has_credentials(request)
    )  # fmt: skip


async def _realty_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RealtyError)
    if problems.status_of(error) >= 500:
        _log.warning("%s", error, exc_info=error)
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
        return _answer(request, Invalid("request.method", allow=", ".join(_methods_of(request))))
    return _answer(request, Invalid("request.malformed"))


def _methods_of(request: Request) -> list[str]:
    """All methods that the path answers to; each route knows its own alone."""
    path = request.scope["path"]
    found: set[str] = set()
    for route in request.app.routes:
        if isinstance(route, Route) and route.path_regex.match(path):
            found |= route.methods or set()
    return sorted(found | {"HEAD"} if "GET" in found else found)


async def _left(request: Request, error: Exception) -> Response:
    """The caller left in the middle of its request: nobody reads this, but the log says what happened."""
    return Response(status_code=499)


async def _mistake(request: Request, error: Exception) -> Response:
    reference = secrets.token_hex(6)
    _log.error("internal error %s", reference, exc_info=error)
    return problems.internal(language_of(request), request.scope["path"], reference)
