"""The OpenAPI document: what FastAPI draws from the routes, and what it cannot know (errors, credentials, limits)."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from types import CodeType
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from realty_cli.api.doors import SignedRoute
from realty_cli.api.multipart import FORMS

_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "An error, as RFC 9457 writes it. `code` is stable; the texts are in the caller's language.",
    "required": ["type", "title", "status", "detail", "instance", "code", "errors"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string", "examples": ["property.not_found"]},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {
                    "field": {"type": "string", "examples": ["price"]},
                    "code": {"type": "string", "examples": ["field.missing"]},
                    "message": {"type": "string"},
                },
            },
        },
        "retry_after": {"type": "integer"},
    },
}
_SAID = {
    400: "The request cannot be read",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found, or not yours",
    409: "The store stands against it",
    412: "Somebody changed it since you read it (If-Match)",
    413: "Too large",
    415: "Unsupported media type",
    422: "Invalid; `errors` names every field",
    429: "Too many requests; see Retry-After",
    431: "Address or headers are too large",
    501: "An optional part is not installed",
    503: "Busy or unavailable; see Retry-After",
    507: "No room left on the disk of the server",
}
_CREDENTIALS: list[dict[str, list[str]]] = [{"bearer": []}, {"key": []}]
_SCHEMES = {
    "bearer": {
        "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
        "description": "The access token of POST /api/v1/auth/login. An API key works here too.",
    },
    "key": {
        "type": "apiKey", "in": "header", "name": "X-API-Key", "description": "A key of POST /api/v1/auth/api-keys.",
    },
}  # fmt: skip
_DESCRIPTION = """\
Listings, people, deals, calendar and numbers of a real-estate agency, over the same store as the command `realty`.

Errors are problem details (RFC 9457) in the language of `Accept-Language` (en, ru). Lists are pages of
`{items, total, limit, offset, next_cursor}`. Objects carry `version` and an `ETag`; `If-Match` guards a change and
`If-None-Match` saves an answer. A creating POST may be repeated under one `Idempotency-Key`. Money is a number with at
most two decimals beside its `currency`; moments are RFC 3339, and one without an offset is read in the zone of your
profile. Every answer says how much of your limit is left (`RateLimit`).
"""
_HEADERS: dict[str, Any] = {
    "X-Request-ID": {"schema": {"type": "string"}},
    "RateLimit": {"schema": {"type": "string"}, "description": 'What is left of the limit: `"default";r=5999;t=42`'},
}
_ETAG: dict[str, Any] = {"schema": {"type": "string"}, "description": "Version and bytes of the object"}


def _header(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {
        "name": name, "in": "header", "required": False, "description": description,
        "schema": {"type": "string", **schema},
    }  # fmt: skip


_IF_MATCH = _header(
    "If-Match", "The ETag that the change is meant for; another one is 412", examples=['"3-0f1e2d3c4b5a"']
)
_IF_NONE_MATCH = _header("If-None-Match", "ETags that are known; one that still holds is 304")
_KEY = _header(
    "Idempotency-Key", "The same key and body again get the first answer again", pattern="^[!-~]{1,200}$",
    examples=["6b8f1c1e-7a52-4b7e-9a51-0c1d2e3f4a5b"],
)  # fmt: skip


def document(app: FastAPI) -> dict[str, Any]:
    """The document, drawn once."""
    if app.openapi_schema is None:
        drawn = get_openapi(
            title="realty", version=app.version, description=_DESCRIPTION, routes=app.routes, openapi_version="3.1.0",
            tags=[{"name": name, "description": text} for name, text in _TAGS.items()],
        )  # fmt: skip
        _complete(drawn, {r.operation_id: r for r in _routes(app) if r.operation_id})
        app.openapi_schema = drawn
    return app.openapi_schema


class Drawn:
    """The document as it is served. Drawing it takes a while, so the first caller has it done in a thread."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._drawn: tuple[bytes, str] | None = None

    async def __call__(self) -> tuple[bytes, str]:
        """The bytes, and their tag."""
        drawn = self._drawn
        return drawn if drawn is not None else await asyncio.to_thread(self._draw)

    def _draw(self) -> tuple[bytes, str]:
        with self._lock:
            if self._drawn is not None:
                return self._drawn
            data = orjson.dumps(document(self._app))
            tag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
            self._drawn = data, tag
            return data, tag


_TAGS = {
    "auth": "Accounts, sessions, keys and second factors",
    "users": "All accounts, for administrators",
    "properties": "Listings, their photos, files and texts",
    "clients": "People and companies, enquiries, leads, and what was said",
    "deals": "Deals, their stages and chains, and offers",
    "analytics": "Metrics, trends, forecasts, alerts, insights, reports and charts",
    "desk": "What spans all of it: changes in sequence",
    "system": "Health and versions",
}


def _routes(app: FastAPI) -> list[APIRoute]:
    return [route for route in app.routes if isinstance(route, APIRoute)]


def _complete(drawn: dict[str, Any], routes: dict[str, APIRoute]) -> None:
    components = drawn.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = _PROBLEM
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for name, form in FORMS.items():
        made = form.model_json_schema(ref_template="#/components/schemas/{model}")
        for inner, shape in made.pop("$defs", {}).items():
            schemas.setdefault(inner, shape)
        schemas[name] = made
    components["securitySchemes"] = _SCHEMES
    for path, operations in drawn["paths"].items():
        for method, operation in operations.items():
            signed = isinstance(routes.get(operation.get("operationId", "")), SignedRoute)
            if signed:
                operation["security"] = _CREDENTIALS
            _errors(operation, path, method, signed=signed)
            if (route := routes.get(operation.get("operationId", ""))) is not None:
                _examples(operation, route)
                _conditions(operation, route, schemas)


def _names(code: CodeType) -> set[str]:
    """What a function asks of the objects that it is given, itself and in its lambdas."""
    inner = (one for one in code.co_consts if isinstance(one, CodeType))
    return set(code.co_names).union(*map(_names, inner))


def _conditions(operation: dict[str, Any], route: APIRoute, schemas: dict[str, Any]) -> None:
    """The headers that an endpoint reads by way of its door, and what they lead to."""
    asked = _names(route.endpoint.__code__)
    responses = operation["responses"]
    headers = []
    good: dict[str, Any] = next((responses[one] for one in responses if one.startswith("2")), {})
    reference = good.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "")
    versioned = "version" in schemas.get(reference.rpartition("/")[2], {}).get("properties", {})
    if versioned:
        good["headers"]["ETag"] = _ETAG
    if "GET" in (route.methods or ()) and (versioned or "304" in responses):
        headers.append(_IF_NONE_MATCH)
        responses.setdefault("304", {"description": "The caller has it already"})
    if "if_match" in asked:
        headers.append(_IF_MATCH)
        responses["412"] = _refused(412)
    if "write" in asked and route.status_code == 201:
        headers.append(_KEY)
    if headers:
        operation.setdefault("parameters", []).extend(headers)


def _examples(operation: dict[str, Any], route: APIRoute) -> None:
    """Examples as they were written: FastAPI takes every null out of them."""
    for status, said in route.responses.items():
        for kind, content in said.get("content", {}).items():
            if "example" in content:
                operation["responses"][str(status)]["content"][kind]["example"] = content["example"]
    for field in route.dependant.body_params:
        if examples := getattr(field.field_info, "openapi_examples", None):
            for content in operation["requestBody"]["content"].values():
                content["examples"] = examples


#: What FastAPI says of an answer of which nobody told it anything.
_NOTHING_SAID: dict[str, Any] = {"application/json": {"schema": {}}}


def _errors(operation: dict[str, Any], path: str, method: str, *, signed: bool) -> None:
    responses = operation["responses"]
    responses.pop("422", None)
    takes = bool(operation.get("parameters") or operation.get("requestBody"))
    numbers = {429, 431, 503}
    if path.startswith("/api/v1"):
        numbers |= {400}
        if signed:
            numbers |= {401, 403}
        if takes:
            numbers |= {422}
        if "{" in path or method in ("post", "put"):
            numbers |= {404, 409}
        if operation.get("requestBody"):
            numbers |= {413, 415, 507}
    for number in sorted(numbers):
        responses.setdefault(str(number), _refused(number))
    for number, response in responses.items():
        if response.get("content") == _NOTHING_SAID:
            del response["content"]
        if number.startswith("2"):
            response.setdefault("headers", {}).update(_HEADERS if number != "204" else {})


def _refused(number: int) -> dict[str, Any]:
    return {"description": _SAID[number], "content": {"application/problem+json": {"schema": _REFERENCE}}}


_REFERENCE = {"$ref": "#/components/schemas/Problem"}
