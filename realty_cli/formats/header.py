"""The header of a table that people made: where it stands under a title, and names that are whole and unique."""

from __future__ import annotations

import re
from collections.abc import Sequence

LOOK_ROWS = 30

_VALUE = re.compile(r"[\d\s.,:/+\-%₽$€]*")


def filled(cells: Sequence[object]) -> int:
    """How many cells hold more than spaces."""
    return sum(1 for cell in cells if not is_blank(cell))


def is_blank(cell: object) -> bool:
    """Whether a cell holds nothing to see."""
    return cell is None or (isinstance(cell, str) and (not cell or cell.isspace()))


def trimmed(cells: Sequence[object]) -> int:
    """How many cells there are up to the last filled one."""
    end = len(cells)
    while end and is_blank(cells[end - 1]):
        end -= 1
    return end


def _names_columns(cells: Sequence[object]) -> bool:
    texts = [cell for cell in cells if not is_blank(cell)]
    return len(texts) >= 2 and all(isinstance(cell, str) and not _VALUE.fullmatch(cell) for cell in texts)


def is_below_title(rows: Sequence[Sequence[object]], header: int) -> bool:
    """Whether the header was taken to stand below a title that is not as wide as itself: a guess that may be wrong."""
    return any(filled(cells) and len(cells) != len(rows[header]) for cells in rows[:header])


def header_index(rows: Sequence[Sequence[object]]) -> int | None:
    """Where among the first rows the header stands; None if nothing is filled.

    It is the first filled row, unless that is a title: one cell alone, and below it, after nothing but more of the
    kind, a row that names columns and is as wide as the title's row is with its empty cells (or three wide).
    """
    first = next((index for index, cells in enumerate(rows) if filled(cells)), None)
    if first is None or filled(rows[first]) > 1:
        return first
    below = next((index for index in range(first + 1, len(rows)) if filled(rows[index]) > 1), None)
    if below is None or not _names_columns(rows[below]):
        return first
    wide = len(rows[below]) > 2 or len(rows[below]) == len(rows[first])
    return below if wide else first


def header_names(cells: Sequence[object]) -> tuple[str, ...]:
    """Column names from the header's cells: spaces and line ends made single spaces, trailing nameless columns cut,
    other nameless ones called `#3` by their place, repeated ones told apart as `Цена (2)`.
    """
    names: list[str] = []
    plain = [" ".join(str(cell).replace("\ufeff", "").split()) if cell is not None else "" for cell in cells]
    while plain and not plain[-1]:
        plain.pop()
    taken = set(plain)
    seen: set[str] = set()
    for place, name in enumerate(plain, 1):
        unique = name or f"#{place}"
        count = 1
        while unique in seen or (count > 1 and unique in taken):
            count += 1
            unique = f"{name or f'#{place}'} ({count})"
        seen.add(unique)
        names.append(unique)
    return tuple(names)
