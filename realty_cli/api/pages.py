"""Swagger UI and ReDoc, wholly from files of this machine: the bundles come with the package fastapi-offline."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from realty_cli.errors import NotFound

router = APIRouter(include_in_schema=False)
_BUNDLES = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "redoc.standalone.js": "text/javascript",
}
#: Our own two lines each, in files because the pages allow no script inside themselves.
_STARTERS = {
    "start-swagger.js": """window.addEventListener("load", () => SwaggerUIBundle({
  url: "/openapi.json", dom_id: "#page", deepLinking: true, persistAuthorization: true, displayRequestDuration: true,
  presets: [SwaggerUIBundle.presets.apis], layout: "BaseLayout", validatorUrl: null,
}));
""",
    "start-redoc.js": """window.addEventListener("load", () => Redoc.init("/openapi.json",
  {disableSearch: false, hideDownloadButton: false}, document.getElementById("page")));
""",
}
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
{head}
</head>
<body style="margin: 0">
<div id="page"></div>
<script src="/docs/files/{bundle}"></script>
<script src="/docs/files/{starter}"></script>
</body>
</html>
"""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " font-src 'self' data:; connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)


@cache
def _bundle(name: str) -> tuple[bytes, str]:
    """A file and its tag, read once."""
    if name in _STARTERS:
        data = _STARTERS[name].encode()
    else:
        found = find_spec("fastapi_offline")
        assert found is not None
        assert found.origin is not None
        data = (Path(found.origin).parent / "static" / name).read_bytes()
    return data, f'"{hashlib.sha256(data).hexdigest()[:16]}"'


def _page(title: str, bundle: str, starter: str, head: str = "") -> Response:
    text = _PAGE.format(title=title, bundle=bundle, starter=starter, head=head)
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"}
    return Response(text, media_type="text/html", headers=headers)


@router.get("/docs")
async def swagger() -> Response:
    style = '<link rel="stylesheet" href="/docs/files/swagger-ui.css">'
    return _page("realty API", "swagger-ui-bundle.js", "start-swagger.js", style)


@router.get("/redoc")
async def redoc() -> Response:
    return _page("realty API", "redoc.standalone.js", "start-redoc.js")


@router.get("/docs/files/{name}")
async def file(name: str, request: Request) -> Response:
    if name not in _BUNDLES and name not in _STARTERS:
        raise NotFound("request.not_found")
    data, tag = _bundle(name)
    headers = {"ETag": tag, "Cache-Control": "public, max-age=86400"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=_BUNDLES.get(name, "text/javascript"), headers=headers)


@router.get("/openapi.json")
async def document(request: Request) -> Response:
    data, tag = await request.app.state.document()
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(data, media_type="application/json", headers=headers)
