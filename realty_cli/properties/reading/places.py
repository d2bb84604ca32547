"""Readers of where an object is: address, its parts, stations.

See `cells` for what a reader is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from realty_cli.properties import values
from realty_cli.properties.reading import addresses, lexicon, notation
from realty_cli.properties.reading.cells import MAX_LINE, MINUS_ONE, NOTHING, Column, Read, Reading, cut, kept, said
from realty_cli.properties.values import Unreadable, line, unknown


def city(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text):
            return NOTHING
        if len(text) > MAX_LINE:
            return kept(column, text, "import.too_long", most=MAX_LINE)
        if column.own:
            return said({"city": text})
        if "," in text:
            facts = addresses.take_apart(text)
            name = facts.get("city") or facts.get("settlement") or text
            return said({"city": name, "_place": facts, "_line": text})
        found = addresses.part(text)
        return said({"city": found.value if found.what == "city" else text})

    return read


def _sorted(field: str, sort: Callable[[str], dict[str, str]]) -> Callable[[Column], Read]:
    beside = ("okrug", "quarter", "residential_complex")

    def make(column: Column) -> Read:
        def read(cell: str) -> Reading:
            text = line(cell)
            if unknown(text) or text in MINUS_ONE:
                return NOTHING
            if len(text) > MAX_LINE:
                return kept(column, text, "import.too_long", most=MAX_LINE)
            if column.own:
                return said({field: text})
            if not any(character.isalpha() for character in text) and field == "district":
                return kept(column, text)
            facts = sort(text)
            if not facts:
                return kept(column, text, "import.unreadable")
            fields: dict[str, Any] = {
                name if name == field else f"_{name}": value for name, value in facts.items() if name not in beside
            }
            if field == "district" and text.casefold() == "область":
                return said({"_outside": True}, {column.label: text})
            return said(fields, {name: facts[name] for name in beside if name in facts} or None)

        return read

    return make


def house(column: Column) -> Read:
    """A number of a house; in Cian's export the column of that name holds `4/24, Монолитно-кирпичный`."""

    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text) or text in MINUS_ONE:
            return NOTHING
        if column.field == "house_or_floors":
            try:
                found = notation.floors(text)
            except Unreadable:
                found = None
            if found and found.floor is not None and (found.rest or (found.total and column.lone)):
                walls = {"_walls": found.rest} if found.rest else {}
                total = {"floors_total": found.total} if found.total else {}
                return said({"floor": found.floor, **total, **walls})
            if column.lone and lexicon.material(text) and not any(character.isdigit() for character in text):
                return said({"_walls": text})
        number = text if column.own else addresses.house_number(text)
        if len(number) > 60:
            return kept(column, text, "import.too_long", most=60)
        return said({"house": number})

    return read


def address(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text):
            return NOTHING
        if len(text) > 1_000:
            return kept(column, text, "import.too_long", most=1_000)
        return said({"address": text, "_place": addresses.take_apart(text)} if column.lone else {"address": text})

    return read


def okrug(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text):
            return NOTHING
        found = addresses.part(text)
        if not any(character.isalpha() for character in text):
            return kept(column, text)
        return said({}, {"okrug": found.value if found.what == "okrug" else cut(text)})

    return read


def metro(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell) if "\n" not in cell else values.block(cell)
        if column.own:
            return said({"metro": text}) if text else NOTHING
        found = notation.stations(text)
        if not found:
            return NOTHING if unknown(text) or "метро" in text.casefold() else kept(column, text)
        first = found[0]
        attributes = _way(first.minutes, first.on_foot, first.metres)
        fields: dict[str, Any] = {"metro": first.name[:MAX_LINE]}
        if first.minutes is not None and first.on_foot and first.minutes <= 600:
            fields["metro_minutes"] = first.minutes
        if len(found) > 1:
            attributes["metro_stations"] = cut(", ".join(text.split("\n")))
        return said(fields, attributes or None)

    return read


def _way(minutes: int | None, on_foot: bool, metres: int | None) -> dict[str, str]:
    attributes: dict[str, str] = {}
    if minutes is not None and not on_foot:
        attributes["metro_transport_minutes"] = str(minutes)
    if metres is not None:
        attributes["metro_distance_m"] = str(metres)
    return attributes


def metro_way(column: Column) -> Read:
    """Minutes or metres to a station."""
    metres_only = column.field == "metro_distance" and column.unit.other != "min"
    unit = "km" if column.unit.other == "km" or column.label.casefold().endswith("km") else "m"

    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text) or text in MINUS_ONE:
            return NOTHING
        try:
            if metres_only and "мин" not in text and "min" not in text:
                metres = values.distance(text, unit)
                if metres is None:
                    return NOTHING
                return said({}, {"metro_distance_m": str(metres)})
            found = values.travel(text)
        except Unreadable:
            return kept(column, text)
        if found is None:
            return NOTHING
        if found.minutes is not None and not column.own and not 0 <= found.minutes <= 600:
            return kept(column, text, "import.implausible")
        fields = {"metro_minutes": found.minutes} if found.minutes is not None and found.on_foot else {}
        return said(fields, _way(found.minutes, found.on_foot, found.metres) or None)

    return read


READERS: dict[str, Callable[[Column], Read]] = {
    "city": city,
    "district": _sorted("district", addresses.sort_district),
    "street": _sorted("street", addresses.sort_street),
    "house": house,
    "house_or_floors": house,
    "address": address,
    "okrug": okrug,
    "metro": metro,
    "metro_minutes": metro_way,
    "metro_distance": metro_way,
}
