"""What FastAPI does for a plain endpoint, done once at the start instead of at every request.

FastAPI finds a route by trying one pattern after the other, and asks every field of a query model anew what kind it is:
most of what a request cost. The endpoints of this program are alike: `async def (numbers of the path, a query model or
single values, a JSON body, a door) -> Response`. For these the front finds the route in a dict, validates with the same
fields that FastAPI made for it, so that errors and documentation stay what they are, and calls the endpoint. Forms,
files and all else that is unlike (`_plan`) go on to FastAPI, as does every path that no route is known for.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.params import Form
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from realty_cli.api.doors import (
    CheckedRoute,
    _anyone,
    _signed,
    check_media_type,
    check_query,
    door_of,
    query_names,
    query_of,
)
from realty_cli.kit.schema import CALLER_ZONE

#: Digits of a number in a path; a longer one is no id of ours, and FastAPI's to refuse.
_MOST_DIGITS = 19
_NUMBER = "#"
_LONG = 2.0**63


@dataclass(frozen=True, slots=True)
class Plan:
    """How to call one endpoint. Fields are FastAPI's own `ModelField`."""

    route: CheckedRoute
    signs_in: bool
    endpoint: Callable[..., Awaitable[Response]]
    doors: tuple[str, ...]
    numbers: tuple[tuple[int, str, Any], ...]  # segment of the path, name in it, field
    names: Mapping[str, bool]  # of the query, and whether each may be repeated
    model: Any | None
    singles: tuple[Any, ...]
    body: Any | None


class Front:
    """Answers what it has a plan for; the rest is `app`'s."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._plans: dict[str, Plan] = {}
        for route in app.routes:
            if isinstance(route, CheckedRoute) and (plan := _plan(route)) is not None:
                for method in route.methods or ():
                    self._plans.setdefault(f"{method} {_pattern(route.path)}", plan)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self.answer(scope, receive, send) if scope["type"] == "http" else None
        await (answer or self._app)(scope, receive, send)

    async def answer(self, scope: Scope, receive: Receive, send: Send, body: bytes | None = None) -> Response | None:
        """The answer to a request, not yet sent; None without a plan. `body`, if the caller has read it."""
        found = self._find(scope)
        if found is None:
            return None
        plan, segments = found
        scope["app"], scope["route"], scope["endpoint"] = self._app, plan.route, plan.endpoint
        scope["path_params"] = {name: int(segments[at]) for at, name, _ in plan.numbers}
        request = Request(scope, receive, send)
        if body is not None:
            request._body = body
        try:
            return await _call(plan, request)
        except Exception as error:
            return await self._handled(request, error)

    def _find(self, scope: Scope) -> tuple[Plan, list[str]] | None:
        path = scope["path"]
        segments = path.split("/")
        plan = self._plans.get(f"{scope['method']} {path}")
        if plan is None:
            shape = [_NUMBER if one.isdecimal() and one.isascii() else one for one in segments]
            plan = self._plans.get(f"{scope['method']} {'/'.join(shape)}")
            if plan is None:
                return None
        for at, _, _ in plan.numbers:
            # The sign for a number is no number, though it stands in the path as it does in the plan.
            if segments[at] == _NUMBER or len(segments[at]) > _MOST_DIGITS:
                return None
        return plan, segments

    async def _handled(self, request: Request, error: Exception) -> Response:
        for kind in type(error).__mro__:
            handler = self._app.exception_handlers.get(kind)
            if handler is not None:
                answer: Response = await handler(request, error)  # type: ignore[misc]
                return answer
        raise error


async def _call(plan: Plan, request: Request) -> Response:
    door = door_of(request)
    if plan.signs_in:
        await door.sign_in()
        CALLER_ZONE.set(door.actor.timezone)
    values: dict[str, Any] = dict.fromkeys(plan.doors, door)
    problems: list[Any] = []
    asked = query_of(request)
    if asked:
        check_query(asked, plan.names)
    body: Any = None
    if plan.body is not None:
        check_media_type(request, form=False)
        body = await _json(request)
    for _, name, field in plan.numbers:
        _put(values, problems, field, request.path_params[name], ("path", name))
    if plan.model is not None:
        _put(values, problems, plan.model, _query(asked, plan.names), ("query",))
    for field in plan.singles:
        _single(values, problems, field, asked)
    if plan.body is not None:
        if body is _NOTHING:
            problems.append(_missing(("body",)))
        else:
            _put(values, problems, plan.body, body, ("body",))
    if problems:
        raise RequestValidationError(problems, body=None if body is _NOTHING else body)
    return await plan.endpoint(**values)


_NOTHING = object()


async def _json(request: Request) -> Any:
    try:
        return _loads(data) if (data := await request.body()) else _NOTHING
    except json.JSONDecodeError as error:
        problem = {"type": "json_invalid", "loc": ("body", error.pos), "msg": "JSON decode error", "input": {}}
        raise RequestValidationError([problem]) from error
    except Exception as error:
        raise HTTPException(400) from error


def _loads(data: bytes) -> Any:
    """As `json.loads`, which FastAPI uses. orjson is faster, and refuses or rounds what that takes as it stands."""
    with suppress(orjson.JSONDecodeError):
        found = orjson.loads(data)
        if not _is_rounded(found):
            return found
    return json.loads(data)


def _is_rounded(value: Any) -> bool:
    """Whether a number in it may have been a whole one, too long for 64 bits."""
    if type(value) is float:
        return abs(value) >= _LONG
    if type(value) is dict:
        return any(map(_is_rounded, value.values()))
    return type(value) is list and any(map(_is_rounded, value))


def _query(asked: list[tuple[str, str]], names: Mapping[str, bool]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for name, value in asked:
        if names[name]:
            given.setdefault(name, []).append(value)
        else:
            given[name] = value
    return given


def _single(values: dict[str, Any], problems: list[Any], field: Any, asked: list[tuple[str, str]]) -> None:
    value = dict(asked).get(field.alias) if asked else None
    if value is not None:
        _put(values, problems, field, value, ("query", field.alias))
    elif field.field_info.is_required():
        problems.append(_missing(("query", field.alias)))
    else:
        values[field.name] = deepcopy(field.default)


def _put(values: dict[str, Any], problems: list[Any], field: Any, value: Any, loc: tuple[str, ...]) -> None:
    found, errors = field.validate(value, values, loc=loc)
    if errors:
        problems += errors
    else:
        values[field.name] = found


def _missing(loc: tuple[str, ...]) -> dict[str, Any]:
    return {"type": "missing", "loc": loc, "msg": "Field required", "input": None}


# What can be planned --------------------------------------------------------------------------------------------------


def _pattern(path: str) -> str:
    return "/".join(_NUMBER if one.startswith("{") else one for one in path.split("/"))


def _plan(route: CheckedRoute) -> Plan | None:
    """None for an endpoint that wants more than a plan can give."""
    dependant = route.dependant
    strange = (
        dependant.header_params, dependant.cookie_params, dependant.request_param_name, dependant.response_param_name,
        dependant.http_connection_param_name, dependant.background_tasks_param_name, dependant.websocket_param_name,
        dependant.security_scopes_param_name, route.response_field,
    )  # fmt: skip
    if any(strange) or any(one.call not in (_signed, _anyone) for one in dependant.dependencies):
        return None
    numbers = _numbers(route)
    models = [field for field in dependant.query_params if _is_model(field)]
    singles = tuple(field for field in dependant.query_params if not _is_model(field))
    names = query_names(route)
    if numbers is None or len(models) > 1 or (models and singles) or any(names[field.alias] for field in singles):
        return None
    if any(not _is_plain(field.field_info.annotation) for field in models):
        return None
    body = dependant.body_params
    if body and not (
        len(body) == 1 and route.body_field is not None and body[0].alias == route.body_field.alias
        and _is_model(body[0]) and body[0].field_info.is_required() and not isinstance(body[0].field_info, Form)
    ):  # fmt: skip
        return None
    return Plan(
        route=route, signs_in=route.signs_in, endpoint=route.endpoint,
        doors=tuple(one.name for one in dependant.dependencies if one.name), numbers=numbers, names=names,
        model=models[0] if models else None, singles=singles, body=body[0] if body else None,
    )  # fmt: skip


def _numbers(route: CheckedRoute) -> tuple[tuple[int, str, Any], ...] | None:
    fields = {field.alias: field for field in route.dependant.path_params}
    found = []
    for at, segment in enumerate(route.path.split("/")):
        if "{" in segment:
            name = segment.removeprefix("{").removesuffix(":int}")
            if name not in fields or segment != f"{{{name}:int}}":
                return None
            found.append((at, name, fields.pop(name)))
    return None if fields else tuple(found)


def _is_model(field: Any) -> bool:
    kind = field.field_info.annotation
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _is_plain(model: Any) -> bool:
    """Whether every field goes by one name in the query."""
    return all(field.validation_alias in (None, field.alias) for field in model.model_fields.values())
