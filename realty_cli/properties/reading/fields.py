"""Cells of a file as fields of an object: a plan of columns, and one reader for each kind of field."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from realty_cli.errors import FieldProblem, Invalid
from realty_cli.properties.reading import moments, sheet, surfaces
from realty_cli.properties.reading.headers import ATTRIBUTE, Unit
from realty_cli.properties.reading.raw import as_text
from realty_cli.properties.reading.sheet import LEFT_OUT, Column, Vocabulary, keep, listed
from realty_cli.properties.values import Unreadable, blank, block, line, whole

_PAIR = re.compile(r"\D*?(-?[\d.,]+)\s*(?:-|–|—|до|to|\.\.+)\s*(-?[\d.,]+)\D*", re.IGNORECASE)
_BEFORE = re.compile(r"\s*(от|до|from|to|не менее|не более|>=?|<=?)\s*", re.IGNORECASE)
_LEAST = frozenset({"от", "from", "не менее", ">", ">="})


@dataclass(slots=True)
class Cells:
    """A row as values, the people whom it names by what they are in it, why it cannot be taken, and what of it was set
    aside. `own` are the id and the moment of its making in a file of ours."""

    values: dict[str, Any] = field(default_factory=dict)
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    problems: list[FieldProblem] = field(default_factory=list)
    warnings: list[FieldProblem] = field(default_factory=list)
    own: tuple[int, str] | None = None


Read = Callable[[Cells, Column, object], None]


class FieldPlan:
    """How the rows of one file are read. `columns` says it for people; `is_own` whether the file is one of ours."""

    def __init__(
        self, columns: Sequence[Column], readers: Mapping[str, Read], defaults: Mapping[str, str], *, is_own: bool
    ) -> None:
        self.columns = tuple(columns)
        self.is_own = is_own
        self._readers, self._defaults = readers, dict(defaults)
        self._titles = [one.header for one in columns]

    def convert(self, cells: Sequence[object]) -> Cells:
        """Read one row. Never raises; what cannot be read becomes a problem, or an attribute with a warning."""
        found = Cells()
        if [line(as_text(cell)) for cell in cells[: len(self._titles)]] == self._titles:
            found.problems.append(FieldProblem("row", "import.row_is_header", {}))
            return found
        for column, cell in zip(self.columns, cells, strict=False):
            if column.target != LEFT_OUT and cell is not None and cell != "":
                self.read(found, column, cell)
        if not (found.values or found.people):
            found.problems.append(FieldProblem("row", "import.row_empty", {}))
            return found
        for name, text in self._defaults.items():
            if name not in found.values:
                self.read(found, Column(name, name), text)
        self._own(found)
        return found

    def read(self, found: Cells, column: Column, cell: object) -> None:
        """One cell; what cannot be read is kept as it stands."""
        text = as_text(cell)
        if blank(line(text)):
            return
        read = self._readers.get(column.target)
        if read is None:
            keep(found.values, column.target.removeprefix(ATTRIBUTE), text)
            return
        try:
            read(found, column, cell)
        except (Unreadable, ValueError) as error:
            keep(found.values, column.header, text)
            code = error.code if isinstance(error, Unreadable) else "import.unreadable"
            found.warnings.append(FieldProblem(column.header, code, {"value": line(text)[:80]}))

    def _own(self, found: Cells) -> None:
        """Numbers of a file of ours mean the same objects in the same store alone: the moment of making tells."""
        number, made = found.values.pop("id", None), found.values.get("created_at")
        if self.is_own and number and made:
            found.own = (number, str(made))
        if self.is_own:
            found.values.pop("created_at", None)


def planned(
    vocabulary: Vocabulary,
    readers: Mapping[str, Read],
    header: Sequence[str],
    marks: frozenset[str],
    *,
    ours: frozenset[str],
    given: frozenset[str],
    user_map: Mapping[str, str],
    defaults: Mapping[str, str],
    extra_aliases: Mapping[str, Sequence[str]],
) -> FieldPlan:
    """Decide how the rows under `header` are read. A file with all of `marks` is one of ours. Raises as
    `Vocabulary.columns`, and for a default that cannot be read."""
    own = marks <= {line(as_text(name)) for name in header}
    columns = vocabulary.columns(
        header, user_map=user_map, extra_aliases=extra_aliases, ours=ours if own else frozenset(), given=given
    )
    made = FieldPlan(columns, readers, defaults, is_own=own)
    for name, text in defaults.items():
        tried = Cells()
        made.read(tried, Column(name, name), text)
        if tried.warnings:
            raise Invalid.one(name, "import.default_unreadable", field=name, value=text)
    return made


# Readers -----------------------------------------------------------------------------------------------------------


def texts(name: str, most: int) -> Read:
    def read(found: Cells, column: Column, cell: object) -> None:
        text = line(as_text(cell))
        if len(text) > most:
            raise Unreadable("import.unreadable")
        found.values.setdefault(name, text)

    return read


def paragraphs(name: str) -> Read:
    """A text of several lines; a second column of the same field is added below."""

    def read(found: Cells, column: Column, cell: object) -> None:
        said = block(as_text(cell))
        found.values[name] = f"{found.values[name]}\n{said}" if name in found.values else said

    return read


def words(name: str, vocabulary: Vocabulary) -> Read:
    return lambda found, column, cell: _put(found, name, vocabulary.word(name, line(as_text(cell))))


def money(name: str) -> Read:
    def read(found: Cells, column: Column, cell: object) -> None:
        for key, value in sheet.amount(name, line(as_text(cell)), column.unit).items():
            found.values.setdefault(key, value)

    return read


def money_range(stem: str) -> Read:
    """An amount from and to: the columns `stem`, `<stem>_min` and `<stem>_max`."""

    def read(found: Cells, column: Column, cell: object) -> None:
        found.values |= sheet.bounded(column.target, stem, line(as_text(cell)), column.unit)

    return read


def days(name: str, now: datetime) -> Read:
    def read(found: Cells, column: Column, cell: object) -> None:
        day = cell if isinstance(cell, date) else moments.moment(line(as_text(cell)), now)
        if day is not None:
            _put(found, name, day.date() if isinstance(day, datetime) else day)

    return read


def moments_of(name: str, now: datetime) -> Read:
    def read(found: Cells, column: Column, cell: object) -> None:
        moment = cell if isinstance(cell, date) else moments.moment(line(as_text(cell)), now)
        if moment is not None:
            _put(found, name, moment)

    return read


def wholes(name: str) -> Read:
    return lambda found, column, cell: _put(found, name, whole(line(as_text(cell))))


def _area(text: str, unit: Unit) -> float | None:
    return surfaces.area(text, unit.surface or "m2")


def _whole(text: str, unit: Unit) -> int | None:
    return whole(text)


def ranges(low: str | None, high: str | None, *, areas: bool = False) -> Read:
    """Figures from and to, `40-60`, `от 40`, `до 5`; a bare one is the least, or the most where nothing else is
    asked for."""
    number: Callable[[str, Unit], float | None] = _area if areas else _whole

    def read(found: Cells, column: Column, cell: object) -> None:
        text = line(as_text(cell))
        if low and high and (pair := _PAIR.fullmatch(text)):
            _put(found, low, number(pair[1], column.unit))
            _put(found, high, number(pair[2], column.unit))
            return
        said = _BEFORE.match(text)
        rest = text[said.end() :] if said else text
        name = low or high
        if said and low and high:
            name = low if said[1].casefold() in _LEAST else high
        assert name is not None
        _put(found, name, number(rest, column.unit))

    return read


def several(name: str, most: int, longest: int) -> Read:
    """A list of names in one cell."""

    def read(found: Cells, column: Column, cell: object) -> None:
        some = [one[:longest] for one in listed(cell)]
        found.values[name] = list(dict.fromkeys([*found.values.get(name, ()), *some]))[:most]

    return read


def table(name: str) -> Read:
    """The attributes of a file of ours."""

    def read(found: Cells, column: Column, cell: object) -> None:
        said = cell if isinstance(cell, dict) else json.loads(as_text(cell) or "{}")
        if not isinstance(said, dict):
            raise Unreadable
        for key, value in said.items():
            keep(found.values, str(key), as_text(value))

    return read


def plain(name: str) -> Read:
    """A text that nobody but us has written."""
    return lambda found, column, cell: _put(found, name, as_text(cell))


def _put(found: Cells, name: str, value: Any) -> None:
    if value is not None:
        found.values.setdefault(name, value)
