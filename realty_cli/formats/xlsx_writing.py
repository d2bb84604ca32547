"""Writing a sheet row by row. Texts stay texts: nothing becomes a formula, a link or a number by its looks."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, BinaryIO

from realty_cli.errors import Invalid
from realty_cli.formats.source import brief
from realty_cli.formats.values import cell_text

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
MAX_TEXT = 32_767

#: Widths of columns in characters, by their names: rows are written before all of them are seen.
_NARROWEST, _WIDEST = 11, 40
_DIGITS = 15
_LARGEST = 9.99999999999999e307
_NOT_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


class _Sink:
    """What the library's zip is written to. Once the writing has failed it takes everything in silence: the abandoned
    zip tries to finish itself when it is collected, and would complain where nobody can answer.
    """

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self.given_up = False

    def write(self, data: bytes) -> int:
        return len(data) if self.given_up else self._out.write(data)

    def tell(self) -> int:
        return 0 if self.given_up else self._out.tell()

    def seek(self, offset: int, whence: int = 0) -> int:
        return 0 if self.given_up else self._out.seek(offset, whence)

    def flush(self) -> None:
        if not self.given_up:
            self._out.flush()


def write_sheet(out: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Write a workbook of one sheet, the header bold and held in view; returns the number of rows below it.

    Raises Invalid where the format itself has no room: 1,048,576 rows with the header, 16,384 columns, 32,767
    characters a cell. Nothing reaches `out` before the last row has been seen. Numbers that a sheet would change beyond
    rounding to 15 digits are written as text; the few characters that XML cannot hold become U+FFFD.
    """
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import FileCreateError

    if len(header) > MAX_COLUMNS:
        raise Invalid.one("format", "xlsx.no_room_columns", limit=MAX_COLUMNS, found=len(header))
    with tempfile.TemporaryDirectory(prefix="realty-xlsx-") as folder:
        sink = _Sink(out)
        book = Workbook(sink, {**_OPTIONS, "tmpdir": folder})
        sheet = book.add_worksheet()
        try:
            sheet.freeze_panes(1, 0)
            bold = book.add_format({"bold": True})
            for column, name in enumerate(header):
                sheet.set_column(column, column, min(max(len(name) + 2, _NARROWEST), _WIDEST))
                _write_text(sheet, 0, column, name, header, bold)
            count = _write_rows(sheet, header, rows)
            book.close()
        except FileCreateError as error:
            raise error.args[0] from None
        finally:
            sink.given_up = True
            sheet._opt_close()
    return count


def _write_rows(sheet: Worksheet, header: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    write_number, width = sheet.write_number, len(header)
    number = 0
    for number, row in enumerate(rows, 1):
        if number >= MAX_ROWS:
            raise Invalid.one("format", "xlsx.no_room_rows", limit=MAX_ROWS)
        if len(row) != width:
            raise ValueError(f"a row of {len(row)} cells under a header of {width}")
        for column, value in enumerate(row):
            kind = value.__class__
            if kind is str:
                if value:
                    _write_text(sheet, number, column, value, header)  # type: ignore[arg-type]
            elif kind is bool:
                sheet.write_boolean(number, column, value)
            elif isinstance(value, int | float | Decimal) and _fits(value):
                write_number(number, column, float(value))
            elif text := cell_text(value):
                _write_text(sheet, number, column, text, header)
    return number


def _fits(value: int | float | Decimal) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite() and len(value.as_tuple().digits) <= _DIGITS
    return abs(value) < 10**_DIGITS if isinstance(value, int) else abs(value) <= _LARGEST


def _write_text(
    sheet: Worksheet, row: int, column: int, text: str, header: Sequence[str], style: object = None
) -> None:
    if len(text) > MAX_TEXT // 2:
        size = len(text.encode("utf-16-le", "surrogatepass")) // 2
        if size > MAX_TEXT:
            raise Invalid.one(
                "format", "xlsx.no_room_text", row=row, column=brief(header[column]), found=size, limit=MAX_TEXT
            )
    if _NOT_XML.search(text):
        text = _NOT_XML.sub("\ufffd", text)
    if text.startswith("<r>") and text.endswith("</r>"):
        # The library takes this for its own finished XML; as a rich string of three parts it is text again.
        sheet.write_rich_string(row, column, text[:1], text[1:2], text[2:])
    else:
        sheet.write_string(row, column, text, style)
