"""How a csv file is divided: its delimiter and where its header stands, found by trying.

`csv.Sniffer` guesses from character counts and takes a letter or the decimal comma for a delimiter. Here each
candidate splits the beginning of the file, and the one wins whose rows are as wide as its header.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from itertools import islice

from realty_cli.formats.header import LOOK_ROWS, filled, header_index, is_below_title, trimmed

# The comma comes last: it also stands inside names ("Площадь, м2") and numbers.
_CANDIDATES = ("\t", ";", "^", "|", ",")
_SAMPLE_ROWS = 100
_SEP_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_SPACED_QUOTES = re.compile(r'"[^"\r\n]*"(?:(?P<mark>[,;|^\t]) +"[^"\r\n]*")(?:(?P=mark) +"[^"\r\n]*")*\s*')


@dataclass(frozen=True, slots=True)
class Dialect:
    """`delimiter` divides cells; `found` is False if each row is a single cell and it only must not occur. `header`
    counts the rows above the header, blank ones too (None: nothing is filled); `sep_line` says that the first line is
    Excel's `sep=;`; `spaced` that a space stands between the delimiter and the next quote.
    """

    delimiter: str
    found: bool
    header: int | None
    sep_line: bool = False
    spaced: bool = False


def split(text: str, delimiter: str, spaced: bool) -> list[list[str]]:
    """The first hundred rows of the text, blank ones included; a field over the limit ends them."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=spaced)
    rows: list[list[str]] = []
    try:
        rows.extend(islice(reader, _SAMPLE_ROWS))
    except csv.Error:
        pass
    return rows


def _agreement(rows: list[list[str]], header: int) -> float:
    """The share of rows that are as wide as the header; one that ends early counts for a third, one cell for none."""
    width = len(rows[header])
    named = trimmed(rows[header])
    below = [cells for cells in rows[header + 1 :] if filled(cells)]
    if not below:
        return 1.0
    same = sum(1 for cells in below if len(cells) == width or named == trimmed(cells))
    short = sum(1 for cells in below if 1 < len(cells) < width and named != trimmed(cells))
    return (same + short / 3) / len(below)


def _whole_rows(text: str, complete: bool) -> str:
    if complete:
        return text
    end = max(text.rfind("\n"), text.rfind("\r"))
    return text[: end + 1] if end >= 0 else text


def dialect_of(text: str, *, complete: bool, delimiter: str | None = None) -> Dialect:
    """The dialect of a file that begins with `text`; `complete` says that this is the whole file.

    With `delimiter` only the header is looked for. The csv module's field limit must be raised by the caller.
    """
    text = _whole_rows(text.removeprefix("\ufeff"), complete)
    first, end, rest = text.partition("\n") if "\n" in text else text.partition("\r")
    sep = _SEP_LINE.fullmatch(first + end)
    if sep:
        text = rest
        delimiter = delimiter or sep[1]
    spaced = _SPACED_QUOTES.fullmatch(text.split("\n", 1)[0]) is not None
    if delimiter is None:
        return _best(text, spaced)
    rows = split(text, delimiter, spaced)
    header = header_index(rows[:LOOK_ROWS]) if rows or not text.strip() else 0
    return Dialect(delimiter, True, header, sep is not None, spaced)


def _best(text: str, spaced: bool) -> Dialect:
    best: tuple[float, Dialect] | None = None
    single: Dialect | None = None
    for candidate in _CANDIDATES:
        rows = split(text, candidate, spaced)
        header = header_index(rows[:LOOK_ROWS])
        if header is None:
            if rows or not text.strip():
                return Dialect(candidate, False, None)
            continue
        if trimmed(rows[header]) < 2:
            # Of those that divide nothing the comma is taken, being last: then our own export's quoting holds.
            if all(trimmed(cells) < 2 for cells in rows):
                single = Dialect(candidate, False, header)
            continue
        score = _agreement(rows, header) - (0.2 if candidate == "," else 0.0)
        if is_below_title(rows, header):
            score /= 2
        if best is None or score > best[0] + 1e-9:
            best = score, Dialect(candidate, True, header, spaced=spaced)
    if best is not None and (best[0] > 0.0 or single is None):
        return best[1]
    return single or Dialect(",", False, 0)
