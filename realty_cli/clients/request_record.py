"""Requests and marks as they are stored and shown. `tables.py` declares the same columns; a test holds them
together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realty_cli.kit.places import fold
from realty_cli.store.rows import RowKind

REQUEST = RowKind(
    kind="request",
    table="requests",
    missing="buyer_request.unknown",
    not_in_bin="buyer_request.not_in_bin",
    columns=(
        "id", "owner_id", "client_id", "lead_id", "external_id", "title", "status", "deal_type", "property_types",
        "price_min", "price_max", "currency", "rooms", "area_min", "area_max", "kitchen_min", "land_min", "land_max",
        "floor_min", "floor_max", "year_min", "year_max", "cities", "districts", "metros", "metro_minutes_max",
        "places", "must", "nice", "note", "type_bits", "room_bits", "city_keys", "place_keys", "version",
        "created_at", "updated_at", "deleted_at", "stable_key", "import_hash",
    ),
    money=frozenset({"price_min", "price_max"}),
    json={name: [] for name in ("property_types", "rooms", "cities", "districts", "metros", "places", "must", "nice")},
    hidden=frozenset({"type_bits", "room_bits", "city_keys", "place_keys", "stable_key", "import_hash"}),
    derived=frozenset({"type_bits", "room_bits", "city_keys", "place_keys"}),
)  # fmt: skip

MARK = RowKind(
    kind="mark",
    table="match_marks",
    missing="mark.not_found",
    not_in_bin="mark.not_in_bin",
    columns=(
        "id", "owner_id", "request_id", "property_id", "mark", "price", "at", "note", "version", "created_at",
        "updated_at", "deleted_at",
    ),
    money=frozenset({"price"}),
)  # fmt: skip

#: Fields of a request that its derived columns follow from.
SOURCES = frozenset({"property_types", "rooms", "cities", "districts", "metros", "places"})
_TYPES = ("apartment", "house", "room", "land", "commercial", "garage", "parking", "other")
#: Rooms beyond this share a bit.
_LAST_ROOM = 40
CIRCLE = "|*|"


def type_bit(property_type: str) -> int:
    return 1 << _TYPES.index(property_type)


def room_bit(rooms: int) -> int:
    return 1 << min(rooms, _LAST_ROOM)


def place_key(kind: str, name: str) -> str:
    """A name of a place as `city_keys` and `place_keys` hold it."""
    return f"|{kind}:{fold(name).replace('|', ' ')}|"


def derived(request: Mapping[str, Any]) -> dict[str, Any]:
    """The columns by which requests are found for a listing: sets as bits, names folded. None is no condition."""
    get = request.get
    types, rooms = get("property_types") or (), get("rooms") or ()
    cities = "".join(place_key("c", name) for name in get("cities") or ())
    places = "".join(
        place_key(kind, name) for kind, field in (("d", "districts"), ("m", "metros")) for name in get(field) or ()
    )
    if get("places"):
        places += CIRCLE
    return {
        "type_bits": sum(map(type_bit, set(types))) or None,
        "room_bits": sum({room_bit(one) for one in rooms}) or None,
        "city_keys": cities or None,
        "place_keys": places or None,
    }
