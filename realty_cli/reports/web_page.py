"""A document as one HTML file: no script, nothing from outside, its typeface inside, fit to print."""

from __future__ import annotations

import base64
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from realty_cli.reports.document import Document
from realty_cli.reports.page import blocks_of, draw_svg, page_of
from realty_cli.reports.typeface import WEB
from realty_cli.reports.wording import visible

_TEMPLATES = Path(__file__).resolve().parent / "templates"
_PICTURES = ("image/jpeg", "image/png", "image/webp")


def web_page(document: Document) -> bytes:
    from markupsafe import Markup

    finely = find_spec("matplotlib") is not None  # plain bars are no finer where they are drawn again
    page = page_of(document, visible, draw_svg(document), phone=finely)
    for block in blocks_of(page):
        for drawing in ("svg", "narrow"):
            if block.get(drawing):
                block[drawing] = Markup(block[drawing])  # noqa: S704 - our own drawing, its texts escaped
        if block["kind"] == "picture":
            block["source"] = _inline(block["type"], block["data"])
    text: str = _template().render(page=page, fonts={weight: _font(weight) for weight in WEB})
    return text.encode("utf-8", "replace")


@cache
def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    house = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    return house.get_template("report.html")


def _font(weight: int) -> str:
    return base64.b64encode(WEB[weight].read_bytes()).decode()


def _inline(media_type: str, data: bytes) -> str:
    if media_type not in _PICTURES:
        return ""
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"
