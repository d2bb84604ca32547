"""Errors as RFC 9457 problem details: kinds to statuses, codes to sentences in the caller's language.

The one table of HTTP statuses. What a caller sent is never sent back: it may hold a password.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from starlette.responses import Response

from realty_cli.errors import (
    Busy,
    Conflict,
    Denied,
    FieldProblem,
    Invalid,
    MissingExtra,
    NotFound,
    NotSignedIn,
    RealtyError,
    Stale,
    TooMany,
    Unavailable,
)
from realty_cli.kit.i18n import mark as _
from realty_cli.kit.i18n import translator
from realty_cli.kit.messages import message

MEDIA_TYPE = "application/problem+json"
#: What of a request an answer depends on.
VARY = "Authorization, X-API-Key, Accept-Language"

#: The most exact kind that an error is of decides.
STATUS: dict[type[RealtyError], int] = {
    Stale: 412,
    Invalid: 422,
    NotFound: 404,
    Conflict: 409,
    NotSignedIn: 401,
    Denied: 403,
    TooMany: 429,
    Busy: 503,
    Unavailable: 503,
    MissingExtra: 501,
}
#: Codes that HTTP has a number of its own for.
STATUS_OF_CODE: dict[str, int] = {
    "request.bad_host": 400,
    "request.encoding": 415,
    "request.headers_too_large": 431,
    "request.malformed": 400,
    "request.media_type": 415,
    "request.method": 405,
    "request.not_found": 404,
    "request.timeout": 408,
    "request.too_large": 413,
    "file.too_large": 413,
    "photo.too_large": 413,
    "disk.full": 507,
    "store.missing": 503,
}
TITLES: dict[int, str] = {
    400: _("Malformed request"),
    401: _("Not signed in"),
    403: _("Not allowed"),
    404: _("Not found"),
    405: _("Method not allowed"),
    408: _("Request took too long"),
    409: _("Conflict"),
    412: _("Changed meanwhile"),
    413: _("Too large"),
    415: _("Unsupported media type"),
    422: _("Invalid"),
    429: _("Too many requests"),
    431: _("Headers too large"),
    500: _("Internal error"),
    501: _("Not installed"),
    503: _("Unavailable"),
    507: _("No room left"),
}
#: Seconds after which a caller may try again, where nothing else tells.
RETRY_AFTER = 1
#: Params that are shown as members of the problem beside the standard ones.
EXTRA_MEMBERS = ("retry_after", "conflicts", "suggestions", "version")
#: Of a field that was sent and that nobody knows.
_LONGEST_NAME = 100
_HIDDEN_PATHS = ("store.", "disk.", "file.", "folder.", "signing.")


def status_of(error: RealtyError) -> int:
    if (status := STATUS_OF_CODE.get(error.code)) is not None:
        return status
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def body_of(error: RealtyError, language: str, path: str) -> dict[str, Any]:
    """The problem as an object. Details of this machine (paths, addresses of databases) stay here."""
    status = status_of(error)
    say = translator(language)
    fields = error.fields if isinstance(error, Invalid) else []
    found: dict[str, Any] = {
        "type": "about:blank",
        "title": say.text(TITLES.get(status, "")),
        "status": status,
        "detail": _detail(error, language, status),
        "instance": path,
        "code": error.code,
        "errors": shown(fields, language),
    }
    for name in EXTRA_MEMBERS:
        if name in error.params:
            found[name] = error.params[name]
    return found


def shown(fields: Sequence[FieldProblem], language: str) -> list[dict[str, str]]:
    return [
        {"field": one.field[:_LONGEST_NAME], "code": one.code, "message": message(one.code, language, **one.params)}
        for one in fields
    ]


def _detail(error: RealtyError, language: str, status: int) -> str:
    if isinstance(error, Invalid) and error.code == "invalid" and error.fields:
        return "; ".join(f"{one['field']}: {one['message']}" for one in shown(error.fields[:5], language))
    if status in (503, 507) and error.code.startswith(_HIDDEN_PATHS):
        return message("store.unavailable", language)
    return message(error.code, language, **error.params)


def response(error: RealtyError, language: str, path: str, *, credentials: bool = False) -> Response:
    """The answer to a request that ended in an error; `credentials` says whether it carried any."""
    body = body_of(error, language, path)
    return plain(body, headers=headers_of(error, body["status"], credentials=credentials), language=language)


def headers_of(error: RealtyError, status: int, *, credentials: bool) -> dict[str, str]:
    headers: dict[str, str] = {}
    if status == 401:
        reason = ', error="invalid_token"' if credentials else ""
        headers["WWW-Authenticate"] = f'Bearer realm="realty"{reason}'
    if status in (429, 503):
        headers["Retry-After"] = str(error.params.get("retry_after", RETRY_AFTER))
    if allowed := error.params.get("allow"):
        headers["Allow"] = str(allowed)
    return headers


def plain(body: Mapping[str, Any], *, headers: Mapping[str, str], language: str) -> Response:
    return Response(
        orjson.dumps(body, default=str),
        status_code=body["status"],
        media_type=MEDIA_TYPE,
        headers={"Content-Language": language, "Cache-Control": "no-store", "Vary": VARY, **headers},
    )


def internal(language: str, path: str, reference: str) -> Response:
    """What a mistake of ours looks like from outside: a number by which the log has the rest."""
    body = {
        "type": "about:blank",
        "title": translator(language).text(TITLES[500]),
        "status": 500,
        "detail": message("internal", language, reference=reference),
        "instance": path,
        "code": "internal",
        "errors": [],
    }
    return plain(body, headers={}, language=language)
