"""One door to every format: a document in, the bytes of a file out. What draws and sets is loaded by the format that
needs it."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from realty_cli.errors import Invalid
from realty_cli.reports.document import Document

#: Formats with the media type and the suffix of their files; a csv of several tables is a zip.
FORMATS = {
    "json": ("application/json", ".json"),
    "md": ("text/markdown; charset=utf-8", ".md"),
}


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
    media_type, suffix = FORMATS[format]
    if format == "md":
        from realty_cli.reports.markdown import markdown

        return Rendered(markdown(document), media_type, suffix)
    options = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS | orjson.OPT_APPEND_NEWLINE
    return Rendered(orjson.dumps(document.data, option=options), media_type, suffix)
