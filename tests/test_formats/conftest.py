"""What the format tests share: reading a whole table, and building workbooks that no program would save."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from realty_cli.errors import Invalid
from realty_cli.formats.codec import Limits, ReadOptions, RowProblem
from realty_cli.formats.registry import codec_for


@dataclass
class Whole:
    """A table read to its end."""

    headers: list[tuple[str, ...]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    rows: list[list[object]] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    encoding: str | None = None
    delimiter: str | None = None
    failure: Invalid | None = None

    @property
    def codes(self) -> list[tuple[int, str]]:
        return [(problem.line, problem.code) for problem in self.problems]

    @property
    def records(self) -> list[dict[str, object]]:
        return [dict(zip(self.headers[0], row, strict=True)) for row in self.rows]


def whole(source: Path | BinaryIO, name: str | None = None, limits: Limits = Limits(), **options: Any) -> Whole:
    """Read everything; an Invalid in mid-reading is kept in `failure`, one at opening is raised."""
    codec = codec_for(source if isinstance(source, Path) else "-", name)
    found = Whole()
    with codec.read(source, limits, options=ReadOptions(**options)) as table:
        found.encoding, found.delimiter = table.encoding, table.delimiter
        try:
            for block in table.blocks():
                assert len(block.lines) == len(block.rows)
                if not any(block.header is header for header in found.headers):
                    found.headers.append(block.header)
                found.lines += block.lines
                found.rows += [list(row) for row in block.rows]
                found.problems += block.problems
        except Invalid as failure:
            found.failure = failure
    return found


@pytest.fixture(scope="session")
def read() -> Callable[..., Whole]:
    """Read a path, a stream, bytes or text to the end."""

    def read_any(source: Path | BinaryIO | bytes | str, *args: Any, **kwargs: Any) -> Whole:
        if isinstance(source, str):
            source = source.encode()
        return whole(io.BytesIO(source) if isinstance(source, bytes) else source, *args, **kwargs)

    return read_any


@pytest.fixture(scope="session")
def refused() -> Callable[..., AbstractContextManager[None]]:
    """`with refused(code):` expects Invalid with one field at fault, for that code and with these params."""

    @contextmanager
    def expect(code: str, **params: object) -> Iterator[None]:
        with pytest.raises(Invalid) as caught:
            yield
        (problem,) = caught.value.fields
        assert problem.code == code
        assert {name: problem.params[name] for name in params} == params

    return expect


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)
WORKBOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="Лист1" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"/></Relationships>'
)
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


HEADER = f'<row r="1">{text_cell("A1", "title")}{text_cell("B1", "price")}</row>'


def build(
    rows: str = "",
    *,
    sheet_path: str = "worksheets/sheet1.xml",
    members: dict[str | zipfile.ZipInfo, bytes] | None = None,
    header: str = HEADER,
) -> bytes:
    """A small workbook with the given rows of XML and further members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS.format("officeDocument", "xl/workbook.xml"))
        archive.writestr("xl/workbook.xml", WORKBOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS.format("worksheet", sheet_path))
        archive.writestr("xl/" + sheet_path, SHEET.format(header + rows))
        for name, data in (members or {}).items():
            archive.writestr(name, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


@pytest.fixture(scope="session")
def workbook() -> Callable[..., bytes]:
    return build


@pytest.fixture(scope="session")
def cell() -> Callable[[str, str], str]:
    return text_cell
