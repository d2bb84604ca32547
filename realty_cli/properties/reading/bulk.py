"""Columns of which every cell is of the plainest kind, read in a few steps over the whole of them.

Each answers what the reader of its field (`cells`) says of every cell, or None where it is not sure of one; a test
holds the two together. Only fields whose cells are mostly all different have one: others are remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from realty_cli.properties.reading.cells import MAX_DESCRIPTION, MAX_TITLE, MINUS_ONE, Column
from realty_cli.properties.values import unknown

#: What each cell of a column says, none of them empty.
Bulk = Callable[[Sequence[str]], list[dict[str, Any]] | None]
#: Fields of text; a column of them that is read as a whole needs no further check.
TEXTS = frozenset({"external_id", "title", "description"})
#: No more digits than a float or a price keeps.
_FIGURES = 13
#: Longer cells are words.
_SHORT = 16


def reader(column: Column) -> Bulk | None:
    make = _READERS.get(column.field)
    return make(column) if make else None


def _degrees(column: Column) -> Bulk:
    field = column.field

    def read(cells: Sequence[str]) -> list[dict[str, Any]] | None:
        joined = "\n".join(cells)
        if not joined.isascii() or not joined.replace(".", "").replace("\n", "").isdecimal():
            return None
        if joined[0] == "." or joined[-1] == "." or "\n." in joined or ".\n" in joined or max(map(len, cells)) > 24:
            return None
        try:
            found = list(map(float, cells))
        except ValueError:
            return None
        if max(found) > 180 or 0.0 in found:
            return None
        return [{field: value} for value in found]

    return read


def _price(column: Column) -> Bulk | None:
    if column.unit.scale != 1 or column.unit.currency not in (None, "RUB"):
        return None

    def read(cells: Sequence[str]) -> list[dict[str, Any]] | None:
        joined = "".join(cells)
        if not (joined.isascii() and joined.isdecimal()) or max(map(len, cells)) > _FIGURES or "" in cells:
            return None
        found = list(map(int, cells))
        return None if 0 in found else [{"price": value} for value in found]

    return read


def _texts(most: int, *, line: bool = True, name: bool = False) -> Callable[[Column], Bulk | None]:
    """Texts of any length to `most`. `line`: they are one line, with single spaces; `name`: they may be figures."""

    def make(column: Column) -> Bulk | None:
        if column.lone and not name:
            return None
        field = column.field

        def read(cells: Sequence[str]) -> list[dict[str, Any]] | None:
            joined = "".join(cells)
            if not joined.isprintable() or "&" in joined or "<" in joined or "'" in joined:
                return None
            if max(map(len, cells)) > most or list(map(str.strip, cells)) != list(cells):
                return None
            if line and any("  " in cell for cell in cells):
                return None
            if name and any(cell.endswith(".0") for cell in cells):
                return None
            if any(unknown(cell) or cell in MINUS_ONE for cell in cells if len(cell) <= _SHORT):
                return None
            return [{field: cell} for cell in cells]

        return read

    return make


_READERS: dict[str, Callable[[Column], Bulk | None]] = {
    "latitude": _degrees,
    "longitude": _degrees,
    "price": _price,
    "external_id": _texts(200, name=True),
    "title": _texts(MAX_TITLE),
    "description": _texts(MAX_DESCRIPTION, line=False),
}
