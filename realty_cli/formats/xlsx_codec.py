"""XLSX: sheets as Excel, LibreOffice and portals save them. Nothing is computed: a formula is its saved value."""

from __future__ import annotations

import math
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from realty_cli.errors import Invalid
from realty_cli.formats.atomic import writable
from realty_cli.formats.codec import BLOCK_ROWS, Block, Limits, ReadOptions, RowProblem, Table, WriteOptions
from realty_cli.formats.header import LOOK_ROWS, header_index, header_names, trimmed
from realty_cli.formats.source import Source, brief, size_text
from realty_cli.formats.xlsx_safety import WorkbookGuard
from realty_cli.formats.xlsx_writing import write_sheet

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_SPOOLED = 8 << 20


class XlsxTable(Table):
    """Rows of one sheet; cells are str, int, float, bool, date, time, datetime, timedelta, or None where empty."""

    def __init__(self, file: BinaryIO, size: int, name: str, limits: Limits, options: ReadOptions) -> None:
        self._file = file
        self._size = size
        self._name = name
        self._limits = limits
        WorkbookGuard(file, name, limits).check()
        file.seek(0)
        self._book = _load(file, name)
        sheet, rows, above = self._choose(options.sheet)
        self.sheet = sheet.name
        self._line = above + 2  # the library gives empty rows on top, though no empty columns on the left
        self._height = max(1, sheet.height)
        self._rows = rows
        self._rows_read = 0

    def blocks(self) -> Iterator[Block]:
        block = Block(self.header, [], [], [])
        for row in self._rows:
            self._rows_read += 1
            if self._rows_read > self._limits.rows:
                raise Invalid.one("file", "file.too_many_rows", path=self._name, limit=self._limits.rows)
            self._add(row, block)
            self._line += 1
            if len(block.rows) + len(block.problems) >= BLOCK_ROWS:
                yield block
                block = Block(self.header, [], [], [])
        if block.rows or block.problems or not self._rows_read:
            yield block

    def progress(self) -> tuple[int, int | None]:
        return min(self._size, self._size * self._rows_read // self._height), self._size

    def close(self) -> None:
        self._book.close()
        self._file.close()

    def _choose(self, wanted: str | None) -> tuple[CalamineSheet, Iterator[list[Any]], int]:
        """The sheet asked for or the first visible one with anything in it, its rows below the header, and how many
        rows stand above the header.
        """
        from python_calamine import SheetTypeEnum, SheetVisibleEnum

        sheets = [sheet for sheet in self._book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        names = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
        if wanted is not None:
            if wanted not in {sheet.name for sheet in sheets}:
                raise Invalid.one("sheet", "xlsx.no_sheet", path=self._name, sheet=wanted, known=", ".join(names))
            names = [wanted]
        for name in names:
            with _calamine(self._name):
                sheet = self._book.get_sheet_by_name(name)
                rows = iter(sheet.iter_rows())
            first = list(islice(rows, LOOK_ROWS))
            index = header_index(first)
            if index is not None:
                self.header = header_names(first[index])
                return sheet, chain(first[index + 1 :], rows), index
        raise Invalid.one("file", "file.empty", path=self._name)

    def _add(self, row: Sequence[Any], block: Block) -> None:
        width, limit = len(self.header), self._limits.field_bytes
        cells = [_cell(cell) for cell in row]
        end = len(cells)
        if cells[-1] is None or end > width:
            end = trimmed(cells)
            if end == 0:
                return
        if end > width:
            params: dict[str, object] = {"expected": width, "found": end}
            block.problems.append(RowProblem(self._line, "row.too_many_cells", params, tuple(cells)))
            return
        for name, cell in zip(self.header, cells, strict=False):
            if cell.__class__ is str and len(cell) > limit:
                params = {"column": brief(name), "limit": size_text(limit)}
                block.problems.append(RowProblem(self._line, "row.field_too_long", params))
                return
        block.rows.append(cells[:width] + [None] * (width - len(cells)))
        block.lines.append(self._line)


def _cell(value: Any) -> Any:
    """Sheets know only floating point: whole numbers are given as int, infinite ones (which are errors) as nothing."""
    kind = value.__class__
    if kind is str:
        return value or None
    if kind is not float:
        return value
    if value.is_integer() and abs(value) < 1 << 53:
        return int(value)
    return value if math.isfinite(value) else None


@contextmanager
def _calamine(name: str) -> Iterator[None]:
    from python_calamine import CalamineError

    try:
        yield
    except (CalamineError, OSError, ValueError) as error:
        raise Invalid.one("file", "xlsx.damaged", path=name, reason=str(error)) from None
    except BaseException as error:
        # A panic of the Rust library is no Exception, lest it be caught: here it says only that the file is broken.
        if type(error).__name__ != "PanicException":
            raise
        raise Invalid.one("file", "xlsx.damaged", path=name, reason="unreadable structure") from None


def _load(file: BinaryIO, name: str) -> CalamineWorkbook:
    from python_calamine import load_workbook

    with _calamine(name):
        return load_workbook(file)


class XlsxCodec:
    """Reads the first visible sheet that has rows, or the one named; writes a single sheet."""

    name = "xlsx"
    suffixes: tuple[str, ...] = (".xlsx",)
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def read(
        self, source: Path | BinaryIO, limits: Limits = Limits(), *, options: ReadOptions = ReadOptions()
    ) -> XlsxTable:
        file, size, name = _seekable(source, limits)
        try:
            return XlsxTable(file, size, name, limits, options)
        except BaseException:
            file.close()
            raise

    def write(
        self,
        target: Path | BinaryIO,
        header: Sequence[str],
        rows: Iterable[Sequence[object]],
        *,
        options: WriteOptions = WriteOptions(),
    ) -> int:
        with writable(target, options) as out:
            return write_sheet(out, header, rows)


def _seekable(origin: Path | BinaryIO, limits: Limits) -> tuple[BinaryIO, int, str]:
    """A file that can be gone through more than once, its size and its name: a stream is copied to a temporary one."""
    with closing(Source(origin, limits)) as source:
        copy = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=_SPOOLED))  # noqa: SIM115
        try:
            shutil.copyfileobj(source, copy, 1 << 18)
        except BaseException:
            copy.close()
            raise
        return copy, copy.tell(), source.name
