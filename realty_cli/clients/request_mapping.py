"""From the rows of any file of buyer requests to the fields of a request and of the client who asks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

from realty_cli.clients import person_cells
from realty_cli.clients.request_kinds import MAX_NAMES, MAX_PLACES
from realty_cli.properties.reading import fields, lexicon, notation
from realty_cli.properties.reading.fields import Cells, FieldPlan, Read, planned
from realty_cli.properties.reading.raw import as_text
from realty_cli.properties.reading.rows import Reading
from realty_cli.properties.reading.sheet import Column, Vocabulary, listed
from realty_cli.properties.values import Unreadable, number

VOCABULARY = Vocabulary("realty_cli.clients", "request_headers.toml")
require_known = VOCABULARY.require_known
CLIENT = "client"
#: What only files of ours have together.
_MARKS = frozenset({"id", "created_at", "client_id", "deal_type"})
_OURS = frozenset({"id"})
_GIVEN = frozenset({
    "owner_id", "lead_id", "version", "updated_at", "deleted_at", "realty_line", "realty_reason",
})  # fmt: skip
_RANGE = re.compile(r"(\d{1,2})\s*(?:-|–|—|до|\.\.+)\s*(\d{1,2})(?:\D.*)?")
_CIRCLE = re.compile(r"\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*,\s*([\d.]+)\s*(?:=\s*(.*))?")
_PARTS = re.compile(r"[;,/|\n]|\s+(?:и|или|and|or)\s+")
_PLACES = re.compile(r"[;\n|]")
_NONE: Any = MappingProxyType({})


def plan(header: Sequence[str], reading: Reading) -> FieldPlan:
    """Decide how the rows under `header` are read. Raises as `fields.planned`."""
    return planned(
        VOCABULARY, _readers(), header, _MARKS, ours=_OURS, given=_GIVEN, user_map=reading.mapping,
        defaults=reading.defaults, extra_aliases=reading.extra_aliases,
    )  # fmt: skip


def _readers() -> dict[str, Read]:
    readers: dict[str, Read] = {
        "id": fields.wholes("id"),
        "created_at": fields.plain("created_at"),
        "external_id": fields.texts("external_id", 200),
        "title": fields.texts("title", 500),
        "currency": fields.texts("currency", 3),
        "note": fields.paragraphs("note"),
        "status": fields.words("status", VOCABULARY),
        "deal_type": fields.words("deal_type", VOCABULARY),
        "property_types": _types,
        "rooms": _rooms,
        "area": fields.ranges("area_min", "area_max", areas=True),
        "land": fields.ranges("land_min", "land_max", areas=True),
        "floor": fields.ranges("floor_min", "floor_max"),
        "year": fields.ranges("year_min", "year_max"),
        "metro_minutes_max": fields.ranges(None, "metro_minutes_max"),
        "places": _places,
    }
    for name in ("price", "price_min", "price_max"):
        readers[name] = fields.money_range("price")
    for name in ("area_min", "kitchen_min", "land_min"):
        readers[name] = fields.ranges(name, None, areas=True)
    for name in ("area_max", "land_max"):
        readers[name] = fields.ranges(None, name, areas=True)
    for name in ("floor_min", "floor_max", "year_min", "year_max"):
        readers[name] = fields.ranges(name, None)
    for name, longest in (("cities", 300), ("districts", 300), ("metros", 300), ("must", 100), ("nice", 100)):
        readers[name] = fields.several(name, MAX_NAMES, longest)
    readers["client_id"] = person_cells.reader(CLIENT, "id")
    for part in ("name", "last_name", "first_name", "middle_name", "phones", "emails", "telegram"):
        readers[part] = person_cells.reader(CLIENT, part)
    return readers


def _types(found: Cells, column: Column, cell: object) -> None:
    """Kinds of property, with the rooms that stand beside them: `2-к квартира`."""
    for text in listed(cell, _PARTS):
        kind = lexicon.kind(text)
        if kind is None or "property_type" not in kind.facts:
            raise Unreadable("import.unknown_word")
        some = found.values.setdefault("property_types", [])
        if kind.facts["property_type"] not in some:
            some.append(kind.facts["property_type"])


def _rooms(found: Cells, column: Column, cell: object) -> None:
    """`2`, `1-3`, `2, 3`, `студия или 1-к`, `3+`."""
    some: list[int] = []
    for text in listed(cell, _PARTS):
        if pair := _RANGE.fullmatch(text):
            some += range(int(pair[1]), int(pair[2]) + 1)
            continue
        one = notation.rooms(text)
        if one is None or one.number is None:
            raise Unreadable("import.unreadable")
        # `3+` and `от 3` are as many as anybody builds.
        some += range(one.number, 7) if one.at_least else [one.number]
    if some:
        found.values["rooms"] = sorted({*found.values.get("rooms", ()), *some})


def _places(found: Cells, column: Column, cell: object) -> None:
    """Circles on the map: `55.78,37.58,2=работа`, several by semicolons, or as JSON has them."""
    some = cell if isinstance(cell, list) else _PLACES.split(as_text(cell))
    circles: list[dict[str, Any]] = []
    for one in some:
        if isinstance(one, dict):
            circles.append(one)
        elif circle := _CIRCLE.fullmatch(as_text(one)):
            latitude, longitude, radius = (number(figure) for figure in circle.group(1, 2, 3))
            name = (circle[4] or "").strip() or None
            circles.append({"latitude": latitude, "longitude": longitude, "radius_km": radius, "name": name})
        else:
            raise Unreadable("import.unreadable")
    found.values["places"] = [*found.values.get("places", ()), *circles][:MAX_PLACES]
