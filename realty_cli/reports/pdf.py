"""A document as PDF: tagged, with the language, a title and words for each drawing (PDF/UA-1), set by typst.

One template of ours is all that is ever read as markup; texts go in as data. The setter reads no network (the template
names no package) and no file but the photos, which lie alone in a folder of their own.
"""

from __future__ import annotations

import heapq
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
#: Where a line may end inside of a cell; a no-break space is not among them.
_PLACES = re.compile("[ \u200b]+")
_PER_M2 = re.compile("/(?=[мm]²)")
#: Texts of a column that are measured, and signs of a text beyond which a row may be torn.
_MEASURED = 5
_TORN = 600


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
            _measurable(table)


def _measurable(table: dict[str, Any]) -> None:
    """What the template measures of each column: its longest cells, and the longest words, which are never torn. Rows
    that are no longer than a part of a page are not torn either."""
    table.setdefault("half", False)
    table["short"] = all(len(cell["text"]) < _TORN for row in table["rows"] for cell in row)
    for at, column in enumerate(table["columns"]):
        cells = [row[at] for row in table["rows"]]
        column["longest"] = heapq.nlargest(_MEASURED, cells, key=lambda cell: len(cell["text"]) + len(cell["note"]))
        parts = {part for cell in cells for text in (cell["text"], cell["note"]) for part in _PLACES.split(text)}
        column["words"] = heapq.nlargest(_MEASURED, parts, key=len)


def _clean(text: str) -> str:
    broken = _LONG_WORD.sub(lambda hit: _BREAK.join(re.findall(".{1,12}", hit[0])), drawable(text))
    return _PER_M2.sub(f"{_JOIN}/{_JOIN}", broken)
