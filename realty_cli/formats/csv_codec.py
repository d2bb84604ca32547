"""CSV and TSV: what people and Excel really save, and what any spreadsheet opens without harm."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from realty_cli.errors import Invalid
from realty_cli.formats.atomic import writable
from realty_cli.formats.charset import MARKING, Marks, text_encoding
from realty_cli.formats.codec import BLOCK_ROWS, Block, Limits, ReadOptions, RowProblem, Table, WriteOptions
from realty_cli.formats.csv_columns import Column, Kind, write_columns
from realty_cli.formats.csv_writing import write_csv
from realty_cli.formats.dialect import dialect_of
from realty_cli.formats.header import header_names, trimmed
from realty_cli.formats.source import HEAD_BYTES, EndlessLineError, Source, brief, size_text
from realty_cli.kit.formula_guard import unguarded

# A last line that no file has: alone in its row when all quotes were closed, else swallowed by the open field.
_END = "\0end of file"
# Bytes that are decoded at a time; Python's own least costs more calls than work.
_CHUNK, _LEAST_CHUNK = 1 << 16, 8192
_PARSING = threading.Lock()


@contextmanager
def _field_limit(size: int) -> Iterator[None]:
    """The csv module has one field limit for the process: ours holds while a block is parsed, then it is put back."""
    with _PARSING:
        before = csv.field_size_limit(size)
        try:
            yield
        finally:
            csv.field_size_limit(before)


class CsvTable(Table):
    """Rows of a csv file; cells are str. Blank rows are skipped, short ones padded with "", empty extra cells cut."""

    encoding: str

    def __init__(self, source: Source, limits: Limits, options: ReadOptions) -> None:
        self._source = source
        self._limits = limits
        self.encoding = text_encoding(source.sample(), source.name, options.encoding)
        self._text = io.TextIOWrapper(io.BufferedReader(source, 1 << 17), self.encoding, MARKING, newline="")
        # Of a line that is too long no more is read than tells it.
        self._text._CHUNK_SIZE = max(_LEAST_CHUNK, min(_CHUNK, limits.row_bytes))  # type: ignore[attr-defined]
        self._marks = Marks.count
        self._held: list[str] = []  # the lines of the row that is being put together
        self._look = False  # whether that row needs more than its width checked
        self._rows_read = 0
        with _field_limit(limits.field_bytes):
            head = source.head
            dialect = dialect_of(
                head.decode(self.encoding, "replace"), complete=len(head) < HEAD_BYTES, delimiter=options.delimiter
            )
            if dialect.header is None:
                raise Invalid.one("file", "file.empty", path=source.name)
            self.delimiter = dialect.delimiter if dialect.found else None
            self._lines_above = 0
            if dialect.sep_line:
                self._text.readline()
                self._lines_above = 1
            self._feed = self._lines()
            self._reader = csv.reader(
                self._feed, delimiter=dialect.delimiter, skipinitialspace=dialect.spaced, doublequote=True
            )
            self.header = self._read_header(dialect.header)

    def blocks(self) -> Iterator[Block]:
        first, more = True, True
        while more:
            block = Block(self.header, [], [], [])
            fault: Invalid | None = None
            with _field_limit(self._limits.field_bytes):
                try:
                    more = self._fill(block)
                except Invalid as error:
                    fault, more = error, False
            if Marks.count != self._marks:
                self._drop_undecodable(block)
            self._rows_read += len(block.rows) + len(block.problems)
            if self._rows_read > self._limits.rows:
                raise Invalid.one("file", "file.too_many_rows", path=self._source.name, limit=self._limits.rows)
            if block.rows or block.problems or first:
                yield block
            if fault is not None:
                raise fault
            first = False

    def progress(self) -> tuple[int, int | None]:
        return self._source.bytes_read, self._source.total

    def close(self) -> None:
        self._source.close()

    def _lines(self) -> Iterator[str]:
        limit, held = self._limits.row_bytes, self._held
        size = 0
        try:
            for line in self._text:
                size = size + len(line) if held else len(line)
                if size > limit:
                    raise EndlessLineError
                held.append(line)
                if "'" in line or "\0" in line:
                    self._look = True
                yield line
        except EndlessLineError:
            line_number = self._line_after() - len(held)
            raise Invalid.one(
                "file", "file.row_too_long", path=self._source.name, line=line_number, limit=size_text(limit)
            ) from None
        self._look = True
        yield _END

    def _line_after(self) -> int:
        return self._lines_above + self._reader.line_num + 1

    def _read_header(self, above: int) -> tuple[str, ...]:
        cells: list[str] = []
        line = 0
        try:
            for _ in range(above + 1):
                self._held.clear()
                line = self._line_after()
                cells = next(self._reader)
        except csv.Error as error:
            raise Invalid.one("file", "file.bad_header", path=self._source.name, line=line, reason=str(error)) from None
        if cells and cells[-1].endswith(_END):
            raise Invalid.one("file", "file.open_quote_in_header", path=self._source.name, line=line)
        if trimmed(cells) > self._limits.columns:
            raise Invalid.one(
                "file", "file.too_many_columns", path=self._source.name, found=len(cells), limit=self._limits.columns
            )
        self._held.clear()
        self._look = False
        self._start = self._line_after()
        return header_names([unguarded(cell) for cell in cells])

    def _fill(self, block: Block) -> bool:
        """Read into the block until it is full; False at the end of the file."""
        reader, width, rows, lines, held = self._reader, len(self.header), block.rows, block.lines, self._held
        room = BLOCK_ROWS
        start = self._start
        while room > 0:
            offset = self._lines_above + 1
            try:
                for row in reader:
                    held.clear()
                    if len(row) == width and not self._look:
                        if any(row):
                            rows.append(row)
                            lines.append(start)
                    else:
                        self._look = False
                        if row and row[-1].endswith(_END):
                            self._end(row, start, block)
                            return False
                        self._odd_row(row, start, block)
                    start = reader.line_num + offset
                    room -= 1
                    if room <= 0:
                        break
                else:
                    return False
            except csv.Error as error:
                self._skip_open_field()
                last = self._line_after() - 1
                block.problems.append(self._unparsed(start, last, str(error)))
                self._held.clear()
                self._look = False
                start = last + 1
                room -= 1
        self._start = start
        return True

    def _skip_open_field(self) -> None:
        """After an error, pass over the rest of the row, if the error struck inside quotes that are still open."""
        csv.field_size_limit(self._limits.row_bytes + len(_END))
        try:
            *_, last = csv.reader(chain(self._held, [_END]), self._reader.dialect)
        except csv.Error:
            return
        finally:
            csv.field_size_limit(self._limits.field_bytes)
        if last == [_END]:
            return
        for line in self._feed:
            self._lines_above += 1
            if line == _END or line.count('"') % 2:
                return

    def _end(self, row: list[str], start: int, block: Block) -> None:
        if row != [_END]:
            row[-1] = row[-1].removesuffix(_END)
            last = self._lines_above + self._reader.line_num - 1
            block.problems.append(RowProblem(start, "row.open_quote", {"last": last}, tuple(row)))

    def _unparsed(self, start: int, last: int, reason: str) -> RowProblem:
        if "field limit" in reason:
            limit = size_text(self._limits.field_bytes)
            return RowProblem(start, "row.field_too_long", {"limit": limit, "last": last})
        return RowProblem(start, "row.broken", {"reason": reason})

    def _odd_row(self, row: list[str], line: int, block: Block) -> None:
        width = len(self.header)
        cells = [unguarded(cell) for cell in row]
        end = trimmed(cells)
        if end == 0:
            return
        if end > width:
            params = {"expected": width, "found": end}
            block.problems.append(RowProblem(line, "row.too_many_cells", params, tuple(cells[: self._limits.columns])))
            return
        if any("\0" in cell for cell in cells):
            column = next(name for name, cell in zip(self.header, cells, strict=False) if "\0" in cell)
            block.problems.append(RowProblem(line, "row.nul", {"column": brief(column)}, tuple(cells)))
            return
        block.rows.append(cells[:width] + [""] * (width - len(cells)))
        block.lines.append(line)

    def _drop_undecodable(self, block: Block) -> None:
        kept: list[tuple[int, Sequence[object]]] = []
        for line, row in zip(block.lines, block.rows, strict=True):
            if "".join(map(str, row)).isprintable() or not any(_undecoded(str(cell)) for cell in row):
                kept.append((line, row))
                continue
            column = next(name for name, cell in zip(self.header, row, strict=True) if _undecoded(str(cell)))
            shown = tuple(str(cell).encode("utf-8", "backslashreplace").decode() for cell in row)
            params = {"column": brief(column), "encoding": self.encoding}
            block.problems.append(RowProblem(line, "row.undecodable", params, shown))
        block.lines[:] = [line for line, _ in kept]
        block.rows[:] = [row for _, row in kept]
        block.problems.sort(key=lambda problem: problem.line)


def _undecoded(text: str) -> bool:
    return any("\udc00" <= char <= "\udcff" for char in text)


class CsvCodec:
    """`csv` finds its delimiter among comma, semicolon, tab, bar and caret; `tsv` is always tabs."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.suffixes: tuple[str, ...] = (f".{name}",)
        self.media_type = "text/tab-separated-values" if name == "tsv" else "text/csv"

    def read(
        self, source: Path | BinaryIO, limits: Limits = Limits(), *, options: ReadOptions = ReadOptions()
    ) -> CsvTable:
        if self.name == "tsv" and options.delimiter is None:
            options = replace(options, delimiter="\t")
        opened = Source(source, limits, line_limit=limits.row_bytes)
        try:
            return CsvTable(opened, limits, options)
        except BaseException:
            opened.close()
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
            return write_csv(out, header, rows, options, self._delimiter(options))

    def write_columns(
        self,
        target: Path | BinaryIO,
        header: Sequence[str],
        kinds: Sequence[Kind],
        batches: Iterable[Sequence[Column]],
        *,
        options: WriteOptions = WriteOptions(),
    ) -> int:
        """The same as `write`, from batches of columns, of which it is told what they hold; several times as fast."""
        with writable(target, options) as out:
            return write_columns(out, header, kinds, batches, options, self._delimiter(options))

    def _delimiter(self, options: WriteOptions) -> str:
        return options.delimiter or ("\t" if self.name == "tsv" else ";" if options.excel else ",")
