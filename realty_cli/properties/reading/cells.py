"""One reader a field: the cell of a column in, what it says of a listing out.

A reader is called once for each different text of a column and its answer is used for every row that repeats it, so
nobody may change what it answers. Compound cells write several fields. What only hints at a field (the words of a
title, the path of a link) goes under a key that begins with `_`; `settling` weighs it against the rest of the row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from realty_cli.errors import FieldProblem
from realty_cli.properties import values
from realty_cli.properties.reading import moments, notation, surfaces
from realty_cli.properties.reading.amounts import money
from realty_cli.properties.reading.headers import Unit
from realty_cli.properties.values import Unreadable, blank, line, unknown

#: How "unknown" is written in columns of numbers.
MINUS_ONE = ("-1", "-1.0", "-1,0")

MAX_TITLE, MAX_DESCRIPTION, MAX_LINE, MAX_ATTRIBUTE, MAX_KEY = 300, 20_000, 500, 2_000, 200

#: Fields, attributes, problems (the row cannot be taken), warnings (something of the row was set aside).
Reading = tuple[dict[str, Any], dict[str, str] | None, tuple[FieldProblem, ...], tuple[FieldProblem, ...]]
Read = Callable[[str], Reading]

NOTHING: Reading = ({}, None, (), ())


@dataclass(frozen=True, slots=True)
class Column:
    """What a reader is made for. `label` is the header as an attribute is called; `own`: the file is our own export.

    `lone`: the file has no other column for what a compound cell of this one may tell (see `plans`).
    """

    field: str
    label: str
    unit: Unit
    now: datetime
    own: bool = False
    lone: bool = True


def said(fields: dict[str, Any], attributes: dict[str, str] | None = None) -> Reading:
    return (fields, attributes, (), ())


def kept(column: Column, text: str, code: str | None = None, **params: Any) -> Reading:
    """The cell under its own header; with `code`, and a warning that says why it is no field."""
    attributes = {column.label: cut(text)}
    if code is None:
        return ({}, attributes, (), ())
    return ({}, attributes, (), (FieldProblem(column.label, code, {"value": text[:80], **params}),))


def cut(text: str, most: int = MAX_ATTRIBUTE) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _number(
    field: str, parse: Callable[[str], Any], least: float, most: float, *, zero: bool = True, bare: bool = False
) -> Callable[[Column], Read]:
    """A column of one number. `zero`: 0 is a value, not an empty cell. `bare`: a plain number within
    the bounds, if it is not 0, is what `parse` makes of it."""

    def make(column: Column) -> Read:
        def read(cell: str) -> Reading:
            if bare and (exact := values.simple(cell)) and least <= exact <= most:
                return ({field: exact}, None, (), ())
            if cell.replace(".", "", 1).isdecimal():
                text = cell
            else:
                text = line(cell)
                if unknown(text) or text in MINUS_ONE:
                    return NOTHING
            try:
                value = parse(text)
            except Unreadable:
                return kept(column, text, "import.unreadable")
            if value is None or (value == 0 and not zero):
                return NOTHING
            if not column.own and not least <= value <= most:
                return kept(column, text, "import.implausible")
            return ({field: value}, None, (), ())

        return read

    return make


def _text(field: str, most: int = MAX_LINE) -> Callable[[Column], Read]:
    def make(column: Column) -> Read:
        def read(cell: str) -> Reading:
            text = line(cell)
            if unknown(text):
                return NOTHING
            if len(text) > most:
                return kept(column, text, "import.too_long", most=most)
            return ({field: text}, None, (), ())

        return read

    return make


def _flag(field: str) -> Callable[[Column], Read]:
    def make(column: Column) -> Read:
        def read(cell: str) -> Reading:
            text = line(cell)
            try:
                value = values.boolean(text)
            except Unreadable:
                return kept(column, text)
            return NOTHING if value is None else said({field: value})

        return read

    return make


def _moment(field: str, *, day: bool = False) -> Callable[[Column], Read]:
    parse = moments.day if day else moments.moment

    def make(column: Column) -> Read:
        def read(cell: str) -> Reading:
            text = line(cell)
            if text in ("", "-1", "0"):
                return NOTHING
            try:
                value = parse(text, column.now)
            except Unreadable:
                return kept(column, text, "import.unreadable")
            return NOTHING if value is None else said({field: value})

        return read

    return make


def floor(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = cell if cell.isdecimal() else line(cell)
        try:
            found = notation.floors(text)
        except Unreadable:
            return kept(column, text, "import.unreadable")
        if found is None or found.floor is None:
            return NOTHING
        if not -10 <= found.floor <= 300 or (found.total or 1) > 300:
            return kept(column, text, "import.implausible")
        fields: dict[str, Any] = {"floor": found.floor}
        if found.total:
            fields["floors_total"] = found.total
        if text in MINUS_ONE:
            fields["_minus_one"] = True
        if not found.rest:
            return said(fields)
        fields["_walls"] = found.rest
        return said(fields)

    return read


def floors_total(column: Column) -> Read:
    """The floors of a house; under `floors` some portals write the floor too: `2 этаж из 16`."""
    plain = _number("floors_total", notation.storeys, 1, 300)(column)

    def read(cell: str) -> Reading:
        reading = plain(cell)
        if not reading[3] or not any(character.isdigit() for character in cell):
            return reading
        try:
            found = notation.floors(line(cell))
        except Unreadable:
            return reading
        if found is None or found.total is None or found.floor is None or not -10 <= found.floor <= found.total <= 300:
            return reading
        return said({"_floor": found.floor, "floors_total": found.total})

    return read


def area(column: Column) -> Read:
    """A surface, or the three of a flat in one cell; land counts as land in whatever column it stands."""
    field = column.field
    unit = column.unit.surface or "m2"
    # A plot smaller than a hundred square metres is none: the figure is in sotkas.
    sotkas = field == "area_land" and column.unit.surface is None and not column.own

    def read(cell: str) -> Reading:
        text = cell if cell.isdecimal() else line(cell)
        if text in MINUS_ONE:
            return NOTHING
        try:
            found = surfaces.areas(text, unit)
        except Unreadable:
            return kept(column, text, "import.unreadable")
        if found is None:
            return NOTHING
        first = found.total if found.total is not None else found.land
        if not first:
            return NOTHING if first == 0 and found.land is None else kept(column, text, "import.implausible")
        if first > 100_000_000 or first < 0:
            return kept(column, text, "import.implausible")
        fields: dict[str, Any] = {}
        if found.land is not None:
            fields["area_land"] = found.land
        if found.total is not None:
            size = found.total * surfaces.SOTKA if sotkas and found.total < 100 else found.total
            fields[field] = size
        if field == "area_total":
            if found.living is not None:
                fields["area_living"] = found.living
            if found.kitchen is not None:
                fields["area_kitchen"] = found.kitchen
            if found.undecided is not None:
                return said(fields, {column.label: text})
        elif found.living is not None or found.kitchen is not None or found.undecided is not None:
            return kept(column, text, "import.unreadable")
        return said(fields)

    return read


def cadastral(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        try:
            found = values.cadastral(text)
        except Unreadable:
            return kept(column, text, "import.unreadable")
        if not found:
            return NOTHING
        return said({"cadastral_number": found[0]}, {"cadastral_numbers": ", ".join(found)} if len(found) > 1 else None)

    return read


def coordinates(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        try:
            found = values.coordinates(text)
        except Unreadable:
            return kept(column, text, "import.unreadable")
        if not found or found == (0, 0):
            return NOTHING
        return said({"latitude": found[0], "longitude": found[1]})

    return read


def figures(field: str, most: int) -> Callable[[Column], Read]:
    """A number that is a name: of a house, a flat, an advertisement. A spreadsheet's `.0` is not part of it."""

    def make(column: Column) -> Read:
        def read(cell: str) -> Reading:
            text = line(cell)
            if unknown(text) or text == "-1":
                return NOTHING
            if not column.own and text.endswith(".0") and text[:-2].isdecimal():
                text = text[:-2]
            if len(text) > most:
                return kept(column, text, "import.too_long", most=most)
            return said({field: text})

        return read

    return make


def attribute(column: Column) -> Read:
    """Any other column, under its own header or the name that the table gives it."""
    russian = not column.label.isascii()

    def read(cell: str) -> Reading:
        text = cell.strip() if cell.isprintable() and "&" not in cell and "<" not in cell else values.block(cell)
        if blank(text):
            return NOTHING
        if russian and text in ("True", "False"):
            text = "да" if text == "True" else "нет"
        if len(text) > MAX_ATTRIBUTE:
            problem = FieldProblem(column.label, "import.cut", {"most": MAX_ATTRIBUTE})
            return ({}, {column.label: cut(text)}, (), (problem,))
        return ({}, {column.label: text}, (), ())

    return read


def amount(field: str) -> Callable[[Column], Read]:
    """Money that is not the price: a closing price of our own or another's file."""

    def make(column: Column) -> Read:
        def read(cell: str) -> Reading:
            text = line(cell)
            if unknown(text) or text in (*MINUS_ONE, "0", "0.0"):
                return NOTHING
            try:
                found = money(text, column.unit.scale)
            except Unreadable:
                found = None
            if found is None or found.amount is None:
                return kept(column, text, "import.unreadable")
            return said({field: found.amount})

        return read

    return make


READERS: dict[str, Callable[[Column], Read]] = {
    "floors_total": floors_total,
    "ceiling_height": _number("ceiling_height", values.ceiling, 1.8, 20, zero=False),
    "latitude": _number("latitude", values.coordinate, -180, 180, bare=True),
    "longitude": _number("longitude", values.coordinate, -180, 180, bare=True),
    "id": _number("id", values.whole, 1, 2**63 - 1),
    "owner_id": _number("owner_id", values.whole, 1, 2**63 - 1),
    "floor": floor,
    "area_total": area,
    "area_living": area,
    "area_kitchen": area,
    "area_land": area,
    "cadastral_number": cadastral,
    "coordinates": coordinates,
    "external_id": figures("external_id", 200),
    "flat": figures("flat", 60),
    "postal_code": figures("postal_code", 20),
    "country": _text("country"),
    "region": _text("region"),
    "is_studio": _flag("is_studio"),
    "is_euro": _flag("is_euro"),
    "is_apartments": _flag("is_apartments"),
    "is_free_layout": _flag("is_free_layout"),
    "mortgage": _flag("mortgage"),
    "bargain": _flag("bargain"),
    "listed_at": _moment("listed_at"),
    "closed_at": _moment("closed_at"),
    "created_at": _moment("created_at"),
    "exclusive_from": _moment("exclusive_from", day=True),
    "exclusive_until": _moment("exclusive_until", day=True),
    "final_price": amount("final_price"),
}
