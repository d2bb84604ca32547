"""Writing csv in batches: columns are looked at as wholes, so that clean ones cost next to nothing."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import islice
from typing import BinaryIO

from realty_cli.formats.codec import WriteOptions
from realty_cli.formats.values import cell_text
from realty_cli.kit.formula_guard import any_suspect, guarded

_BATCH = 500
_NONE = type(None)
_EXACT = frozenset((int, _NONE))
_TEXT = frozenset((str, _NONE))
_FLOAT = frozenset((float, int, _NONE))


def number_text(value: object, decimal_comma: bool) -> str:
    """The text of a cell that may hold a number, which no spreadsheet takes for a formula, or anything else."""
    text = cell_text(value)
    if decimal_comma and isinstance(value, float | Decimal):
        return text.replace(".", ",")
    return text if isinstance(value, int | float | Decimal) else guarded(text)


def _all_finite(values: Sequence[object]) -> bool:
    try:
        return all(map(math.isfinite, filter(None, values)))  # type: ignore[arg-type]
    except OverflowError:  # an integer beyond floating point
        return False


def _column(values: Sequence[object], decimal_comma: bool) -> Sequence[object] | None:
    """The column as it has to be written, None if the csv module writes it rightly as it is."""
    try:
        suspect = any_suspect(values)  # type: ignore[arg-type]
    except TypeError:
        kinds = set(map(type, values))
        if kinds <= _EXACT or (kinds <= _FLOAT and not decimal_comma and _all_finite(values)):
            return None
        if not kinds <= _TEXT:
            return [number_text(value, decimal_comma) for value in values]
        suspect = any_suspect(filter(None, values))  # type: ignore[arg-type]
    return [guarded(text) if text else text for text in values] if suspect else None  # type: ignore[arg-type]


class _Batches:
    """Turns batches of rows into encoded csv."""

    def __init__(self, options: WriteOptions, delimiter: str) -> None:
        self._comma = options.excel
        self._ending = "\r\n" if options.excel else options.line_ending
        self._delimiter = delimiter

    def encode(self, rows: Sequence[Sequence[object]]) -> bytes:
        """The rows as UTF-8. Raises ValueError if they differ in length."""
        columns: list[Sequence[object]] = list(zip(*rows, strict=True))
        changed = False
        for place, values in enumerate(columns):
            better = _column(values, self._comma)
            if better is not None:
                columns[place] = better
                changed = True
        ready = list(zip(*columns, strict=True)) if changed else rows
        text = self._format(ready, self._ending)
        # Python 3.11 quotes only the characters of its own line ending: a lone CR would come back as a new row.
        if self._ending == "\n" and "\r" in text:
            text = "".join(self._format([row], "\r\n")[:-2] + "\n" for row in ready)
        return text.encode("utf-8", "backslashreplace")

    def _format(self, rows: Iterable[Sequence[object]], ending: str) -> str:
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=self._delimiter, lineterminator=ending).writerows(rows)
        return out.getvalue()


def header_line(header: Sequence[str], options: WriteOptions, delimiter: str) -> bytes:
    """How the file begins: the byte order mark, if one is wanted, and the header."""
    mark = b"\xef\xbb\xbf" if options.bom or options.excel else b""
    return mark + _Batches(options, delimiter).encode([header])


def write_csv(
    out: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[object]], options: WriteOptions, delimiter: str
) -> int:
    """Write header and rows to an open file; returns how many rows."""
    batches = _Batches(options, delimiter)
    out.write(header_line(header, options, delimiter))
    stream = iter(rows)
    count = 0
    while batch := list(islice(stream, _BATCH)):
        if len(batch[0]) != len(header):
            raise ValueError(f"a row of {len(batch[0])} cells under a header of {len(header)}")
        out.write(batches.encode(batch))
        count += len(batch)
    return count
