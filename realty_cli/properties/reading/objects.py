"""Readers of what a row says about the object: its kind, rooms, walls, finish, and the title that tells them.

See `cells` for what a reader is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from realty_cli.errors import FieldProblem
from realty_cli.properties import values
from realty_cli.properties.reading import lexicon, notation
from realty_cli.properties.reading.cells import (
    MAX_DESCRIPTION,
    MAX_TITLE,
    MINUS_ONE,
    NOTHING,
    Column,
    Read,
    Reading,
    cut,
    kept,
    said,
)
from realty_cli.properties.reading.headline import headline
from realty_cli.properties.values import Unreadable, blank, line, unknown

#: Words of a type column that say what every listing of a portal is; they tell nothing.
_SAY_NOTHING = frozenset({"жилая", "жилая недвижимость", "living", "residential", "городская", "загородная"})


def property_type(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text):
            return NOTHING
        folded = lexicon.fold(text)
        found = lexicon.kind(text)
        deal = lexicon.enumerated("deal_type", text)
        fields: dict[str, Any] = {}
        if deal:
            fields["_deal_kind"] = deal.value
        if found:
            fields.update(found.facts)
            plain = found.exact or lexicon.words("property_type").whole(folded) is not None
            counted = _rooms(text) if any(character.isdigit() for character in text) else {}
            return said({**fields, **counted}, None if plain or deal else {"subtype": cut(text)})
        try:
            counted = _rooms(text)
        except ValueError:
            counted = {}
        if counted:
            return said({**fields, **counted, "property_type": "apartment"})
        if deal or folded in _SAY_NOTHING or folded.replace(".", "").isdecimal():
            return said(fields, {column.label: cut(text)} if not deal else None)
        return kept(column, text, "import.unknown_word")

    return read


def _rooms(text: str) -> dict[str, Any]:
    try:
        found = notation.rooms(text)
    except Unreadable:
        return {}
    return _room_fields(found) if found else {}


def _room_fields(found: notation.Rooms) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if found.number is not None and found.number <= 50:
        fields["rooms"] = found.number
    for name in ("is_studio", "is_euro", "is_free_layout", "is_apartments"):
        if getattr(found, name):
            fields[name] = True
    return fields


def rooms(column: Column) -> Read:
    parse = notation.rooms_code if column.field == "rooms_code" else notation.rooms

    def read(cell: str) -> Reading:
        text = cell if cell.isdecimal() else line(cell)
        try:
            found = parse(text)
        except Unreadable:
            told = lexicon.kind(text)
            if told is None:
                return kept(column, text, "import.unreadable")
            return said({"_kind": told.facts}, None if told.exact else {column.label: cut(text)})
        if found is None:
            return NOTHING
        if found.number is not None and found.number > 50 and not column.own:
            return kept(column, text, "import.implausible")
        fields: dict[str, Any] = {"rooms": found.number} if column.own else _room_fields(found)
        if not text.isdecimal() and (told := lexicon.kind(text)):
            fields["_kind"] = told.facts
        if found.layout:
            return said(fields, {"rooms_layout": found.layout})
        return said(fields, {"rooms_text": cut(text)} if found.at_least else None)

    return read


def bedrooms(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text) or text in MINUS_ONE:
            return NOTHING
        try:
            count = values.whole(text)
        except Unreadable:
            count = None
        return said({"_bedrooms": count} if count and count <= 50 else {}, {"bedrooms": cut(text)})

    return read


def _word(field: str, find: Callable[[str], lexicon.Meaning | None], *, warn: bool = True) -> Callable[[Column], Read]:
    """A column of an enumeration; words that the table only knows the beginning of are kept beside it."""

    def make(column: Column) -> Read:
        def read(cell: str) -> Reading:
            text = line(cell)
            found = find(text)
            # `none` is a value of ours and a word of others for an empty cell.
            if blank(text) and not (column.own and found):
                return NOTHING
            if found is None:
                return kept(column, text, "import.unknown_word" if warn else None)
            return said({field: found.value}, None if found.exact else {f"{field}_text": cut(text)})

        return read

    return make


def building_material(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if blank(text):
            return NOTHING
        # `монолитный, 2017 г.`
        words, comma, rest = text.rpartition(",")
        built: dict[str, Any] = {}
        if comma and re.fullmatch(r"\s*(?:1[6-9]|20)\d\d\s*(?:г\.?|год\w*)?\.?\s*", rest):
            built = {"_built": values.year(rest)}
            text = words.strip()
        found = lexicon.material(text)
        if found is None:
            kind = lexicon.kind(text)
            if kind and not kind.facts.get("is_studio"):
                return said({"_kind": kind.facts, **built}, {column.label: cut(text)})
            return said(built, {column.label: cut(text)})
        return said({"building_material": found.value, **built}, None if found.exact else {column.label: cut(text)})

    return read


def year_built(column: Column) -> Read:
    latest = column.now.year + 15

    def read(cell: str) -> Reading:
        text = line(cell)
        if text in MINUS_ONE:
            return NOTHING
        try:
            found = values.year(text)
        except Unreadable:
            return kept(column, text, "import.unreadable")
        if found is None:
            return NOTHING
        if not column.own and not 1500 <= found <= latest:
            return kept(column, text, "import.implausible")
        return said(
            {"year_built": found}, None if len(text) <= 6 or (len(text) <= 8 and "г" in text) else {column.label: text}
        )

    return read


def title(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if blank(text):
            return NOTHING
        facts = headline(text) if column.lone else {}
        fields: dict[str, Any] = {"title": cut(text, MAX_TITLE)}
        if facts:
            fields["_title"] = facts
        return said(fields, {"title_full": cut(text)} if len(text) > MAX_TITLE else None)

    return read


def description(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = values.block(cell)
        if blank(text):
            return NOTHING
        if len(text) > MAX_DESCRIPTION:
            problem = FieldProblem(column.label, "import.cut", {"most": MAX_DESCRIPTION})
            return ({"description": cut(text, MAX_DESCRIPTION)}, None, (), (problem,))
        # Some portals put the headline where the text belongs.
        facts = headline(text) if column.lone else {}
        return said({"description": text, "_title": facts} if facts else {"description": text})

    return read


READERS: dict[str, Callable[[Column], Read]] = {
    "property_type": property_type,
    "rooms": rooms,
    "rooms_code": rooms,
    "bedrooms": bedrooms,
    "building_material": building_material,
    "renovation": _word("renovation", lambda text: lexicon.enumerated("renovation", text)),
    "year_built": year_built,
    "title": title,
    "description": description,
}
