"""One door to every format: a document in, the bytes of a file out. What draws and sets is loaded by the format that
needs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import orjson

from realty_cli.errors import Invalid, MissingExtra
from realty_cli.reports.document import Chart, Document

#: Formats with the media type and the suffix of their files; a csv of several tables is a zip.
FORMATS = {
    "json": ("application/json", ".json"),
    "csv": ("text/csv; charset=utf-8", ".csv"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
    "pdf": ("application/pdf", ".pdf"),
    "html": ("text/html; charset=utf-8", ".html"),
    "md": ("text/markdown; charset=utf-8", ".md"),
    "text": ("text/plain; charset=utf-8", ".txt"),
}
_ZIP = ("application/zip", ".zip")
#: Formats that load what draws.
_DRAWN = frozenset({"html", "pdf"})
_JSON = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS | orjson.OPT_APPEND_NEWLINE


class _Way:
    """Whether this process draws by itself: a command does, and ends; a server has another process do it."""

    apart = False


def draw_apart() -> None:
    """From now on have a process of its own draw, whose memory goes with it."""
    _Way.apart = True


@dataclass(frozen=True, slots=True)
class Rendered:
    data: bytes
    media_type: str
    suffix: str


def render(document: Document, format: str) -> Rendered:  # noqa: A002
    """The whole document. The same document gives the same bytes.

    Raises Invalid for a format that is none of ours, and MissingExtra where what sets it is not installed.
    """
    if format not in FORMATS:
        raise Invalid.one("format", "report.format_unknown", value=format, formats=sorted(FORMATS))
    if format == "csv":
        from realty_cli.reports.delimited import comma_separated

        data, several = comma_separated(document)
        return Rendered(data, *(_ZIP if several else FORMATS["csv"]))
    if format in _DRAWN and _Way.apart:
        from realty_cli.reports.apart import apart

        return Rendered(apart(_bytes, document, format), *FORMATS[format])
    return Rendered(_bytes(document, format), *FORMATS[format])


def picture(chart: Chart, language: str, currency: str, form: Literal["svg", "png"]) -> bytes:
    """A chart by itself, with its title. Raises MissingExtra where what draws is not installed."""
    if _Way.apart:
        from realty_cli.reports.apart import apart

        drawn: bytes = apart(_picture, chart, language, currency, form)
        return drawn
    return _picture(chart, language, currency, form)


def _picture(chart: Chart, language: str, currency: str, form: Literal["svg", "png"]) -> bytes:
    from realty_cli.reports.wording import Wording

    try:
        from realty_cli.reports.charts.drawing import draw
    except ImportError as error:
        raise MissingExtra("extra.charts") from error
    return draw(chart, Wording(language, currency), form)


def _bytes(document: Document, form: str) -> bytes:
    match form:
        case "html":
            from realty_cli.reports.web_page import web_page

            return web_page(document)
        case "pdf":
            from realty_cli.reports.pdf import pdf

            return pdf(document)
        case "xlsx":
            from realty_cli.reports.workbook import workbook

            return workbook(document)
        case "md":
            from realty_cli.reports.markdown import markdown

            return markdown(document)
        case "text":
            from realty_cli.reports.text import text

            return text(document).encode("utf-8", "replace")
        case _:
            return orjson.dumps(document.data, option=_JSON)
