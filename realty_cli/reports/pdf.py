"""A document as PDF: tagged, with the language, a title and words for each drawing (PDF/UA-1), set by typst.

One template of ours is all that is ever read as markup; texts go in as data. The setter reads no network (the template
names no package) and no file but the photos, which lie alone in a folder of their own.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

import orjson

from realty_cli.errors import MissingExtra
from realty_cli.reports.document import Document
from realty_cli.reports.page import blocks_of, draw_svg, page_of
from realty_cli.reports.typeface import FOLDER, drawable

_TEMPLATE = Path(__file__).resolve().parent / "templates" / "report.typ"
_SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png"}
#: A word longer than this gets places where it may be broken.
_LONG_WORD = re.compile(r"\S{25,}")
_BREAK, _JOIN = "\u200b", "\u2060"
_PER_M2 = re.compile("/(?=[мm]²)")
#: Shares of a table's width in signs: of a text at most, of a number at least, and of the space beside it.
_WIDEST, _NARROWEST, _BESIDE = 48, 4, 3
#: What a line of a table holds, and how narrow a text may become for it.
_LINE, _HALF_LINE = (105, 26), (51, 18)
_TORN = 600
#: So much more a line holds when it is set small and close.
_DENSEST = 1.15


def pdf(document: Document) -> bytes:
    """Raises MissingExtra where typst is not installed."""
    try:
        import typst
    except ImportError as error:
        raise MissingExtra("extra.pdf") from error
    page = page_of(document, _clean, draw_svg(document))
    with tempfile.TemporaryDirectory(prefix="realty-pdf-") as folder:
        for number, block in enumerate(blocks_of(page)):
            _prepare(block, Path(folder), number)
        try:
            return _set(typst, page, folder, standards=["ua-1"])
        except typst.TypstError:
            # A photo that cannot be read, or a text that the standard forbids: a plain page is better than none.
            for block in blocks_of(page):
                block |= {"file": None} if block["kind"] == "picture" else {}
            return _set(typst, page, folder, standards=[])


def _set(typst: Any, page: dict[str, Any], folder: str, *, standards: list[str]) -> bytes:
    done: bytes = typst.compile(
        _TEMPLATE.read_bytes(), root=folder, font_paths=[str(FOLDER)], ignore_system_fonts=True, format="pdf",
        sys_inputs={"page": orjson.dumps(page).decode()}, timestamp=0, pdf_standards=standards, package_path=folder,
        package_cache_path=folder,
    )  # fmt: skip
    return done


def _prepare(block: dict[str, Any], folder: Path, number: int) -> None:
    """What the template asks of a block beyond the page's: a photo as a file, and the widths of columns."""
    if block["kind"] == "picture":
        data, suffix = block.pop("data"), _SUFFIXES.get(block.pop("type"))
        block["file"] = f"photo-{number}{suffix}" if suffix else None
        if suffix:
            (folder / f"photo-{number}{suffix}").write_bytes(data)
    for table in (block, block.get("table")):
        if table and "columns" in table:
            _share_width(table, *(_HALF_LINE if block["half"] else _LINE))


def _share_width(table: dict[str, Any], line: int, least: int) -> None:
    """As much for each column as its texts ask for: figures must stay on one line, texts may wrap. Rows that are no
    longer than a part of a page are not torn."""
    table["short"] = all(len(cell["text"]) < _TORN for row in table["rows"] for cell in row)
    for at, column in enumerate(table["columns"]):
        texts = [row[at]["text"] + " " * bool(row[at]["note"]) + row[at]["note"] for row in table["rows"][:200]]
        longest = max((len(text) for text in texts), default=0)
        word = max((len(word) for word in column["title"].split(" ")), default=0) * 1.15
        wanted = max(word, longest if column["number"] else min(longest, _WIDEST))
        column["width"] = max(wanted, _NARROWEST) + _BESIDE
    whole = sum(column["width"] for column in table["columns"])
    texts_of = [column for column in table["columns"] if not column["number"]]
    for column in texts_of:
        # What is too much is taken from the texts, for they may wrap.
        column["width"] = max(
            min(column["width"], least), column["width"] - max(0, whole - line * _DENSEST) / len(texts_of)
        )
    #: How full its lines are.
    table["full"] = sum(column["width"] for column in table["columns"]) / line


def _clean(text: str) -> str:
    broken = _LONG_WORD.sub(lambda hit: _BREAK.join(re.findall(".{1,12}", hit[0])), drawable(text))
    return _PER_M2.sub(f"{_JOIN}/{_JOIN}", broken)
