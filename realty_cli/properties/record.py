"""A listing as it is stored and as it is shown: the columns, their kinds, and the way from one form to the other.

`tables.py` declares the same columns for the database; a test holds the two together. This module is light, so that a
`list` needs neither SQLModel nor the schemas of a response.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from realty_cli.kit.clock import stamp
from realty_cli.kit.money import from_minor
from realty_cli.properties.spells import Standing, on_market, spells_of

MONEY = frozenset({"price", "deposit", "final_price", "price_per_m2"})
FLAGS = frozenset({"is_studio", "is_euro", "is_apartments", "is_free_layout", "mortgage", "bargain"})
JSON = frozenset({"tags", "attributes"})
FLOATS = frozenset({
    "area_total", "area_living", "area_kitchen", "area_land", "ceiling_height", "latitude", "longitude", "commission",
})  # fmt: skip
#: All that is a number in the store; the rest is text.
NUMBERS = MONEY | FLAGS | FLOATS | frozenset({
    "id", "owner_id", "import_hash", "rooms", "floor", "floors_total", "year_built", "metro_minutes", "client_id",
    "version",
})  # fmt: skip

#: Columns in the order of the table.
COLUMNS: tuple[str, ...] = (
    "id", "owner_id", "external_id", "source", "source_url", "url_key", "stable_key", "import_hash", "title",
    "description", "property_type", "deal_type", "status", "status_reason", "price", "currency", "market", "rooms",
    "is_studio",
    "is_euro", "is_apartments", "is_free_layout", "area_total", "area_living", "area_kitchen", "area_land", "floor",
    "floors_total", "year_built", "building_material", "renovation", "ceiling_height", "country", "region", "city",
    "district", "street", "house", "flat", "postal_code", "address", "latitude", "longitude", "metro",
    "metro_minutes", "cadastral_number", "mortgage", "bargain", "commission", "deposit", "contact_name",
    "contact_phone", "tags", "attributes", "client_id", "listed_at", "closed_at", "final_price", "exclusive_from",
    "exclusive_until", "price_per_m2", "version", "created_at", "updated_at", "deleted_at",
)  # fmt: skip

#: Columns that a row is inserted with (the database computes `price_per_m2`).
STORED: tuple[str, ...] = tuple(name for name in COLUMNS if name != "price_per_m2")
#: What the change log keeps of a listing: all that was entered, nothing that the store computes or counts.
STATE: tuple[str, ...] = tuple(name for name in STORED if name not in ("id", "version"))
_STATE = frozenset(STATE)
#: The keys by which imports recognise a row.
KEYS = frozenset({"url_key", "stable_key", "import_hash"})
#: What a listing shows: everything but these keys.
SHOWN: tuple[str, ...] = tuple(name for name in COLUMNS if name not in KEYS)
#: Columns whose words the full-text search finds.
SEARCHED = frozenset({
    "title", "description", "region", "city", "district", "street", "house", "address", "metro", "property_type",
    "deal_type", "rooms", "tags", "attributes", "external_id", "cadastral_number", "contact_name", "contact_phone",
    "postal_code",
})  # fmt: skip
#: The fields of a file that we export, in its order; `version` counts our own writes and is nobody else's business.
EXPORTED: tuple[str, ...] = tuple(name for name in SHOWN if name not in ("version", "deleted_at"))

SELECT = ", ".join(SHOWN)
_MONEY_AT = tuple((SHOWN.index(name), name) for name in SHOWN if name in MONEY)
_FLAGS_AT = tuple((SHOWN.index(name), name) for name in SHOWN if name in FLAGS)
_TAGS_AT, _ATTRIBUTES_AT = SHOWN.index("tags"), SHOWN.index("attributes")


def shown(row: Sequence[Any], now: datetime) -> dict[str, Any]:
    """A row of `SELECT`, whatever follows in it, as the API and `--json` show it, without its photos."""
    listing: dict[str, Any] = dict(zip(SHOWN, row, strict=False))
    for at, name in _MONEY_AT:
        if row[at] is not None:
            listing[name] = from_minor(row[at])
    for at, name in _FLAGS_AT:
        if row[at] is not None:
            listing[name] = row[at] == 1
    tags, attributes = row[_TAGS_AT], row[_ATTRIBUTES_AT]
    listing["tags"] = orjson.loads(tags) if tags else []
    listing["attributes"] = orjson.loads(attributes) if attributes else {}
    listing["days_on_market"] = days_on_market(listing, now)
    return listing


def days_on_market(listing: Mapping[str, Any], now: datetime) -> int | None:
    """Whole days from listing (or creation) to closing (or now); None for a draft, which is not on the market."""
    if listing["status"] == "draft":
        return None
    start = datetime.fromisoformat(listing["listed_at"] or listing["created_at"])
    end = datetime.fromisoformat(listing["closed_at"]) if listing["closed_at"] else now
    return max(0, (end - start).days)


def days_after(listing: Mapping[str, Any], moves: Sequence[Sequence[str]], now: datetime) -> int | None:
    """`days_on_market` of a listing that has moved: its whole days as active since it came on the market last, which
    is the rule of analytics (docs/metrics.md). Without moves both are the same. `moves` are old and new status and
    since when, as they were learned."""
    if listing["status"] == "draft":
        return None
    facts = Standing(listing["status"], listing["listed_at"], listing["created_at"], listing["closed_at"])
    found = on_market(spells_of(facts, [(old, new, at) for old, new, at in moves]), stamp(now))
    return 0 if found is None else int(found[1])


def state(row: Sequence[Any]) -> dict[str, Any]:
    """A row of all `COLUMNS` as plain values: flags as bool, JSON decoded."""
    values: dict[str, Any] = dict(zip(COLUMNS, row, strict=True))
    for name in FLAGS:
        if values[name] is not None:
            values[name] = bool(values[name])
    for name in JSON:
        if values[name] is not None:
            values[name] = orjson.loads(values[name])
    return values


def stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values as the database takes them: JSON as text. The opposite of `state`."""
    row = dict(values)
    for name in JSON:
        if row.get(name):
            row[name] = orjson.dumps(row[name]).decode()
        elif name in row:
            row[name] = None
    return row


def presented(values: Mapping[str, Any]) -> dict[str, Any]:
    """Some stored values, as the log keeps them, in the form in which a listing shows them."""
    found = {name: value for name, value in values.items() if name not in KEYS}
    for name in found.keys() & MONEY:
        if found[name] is not None:
            found[name] = from_minor(found[name])
    for name, nothing in (("tags", []), ("attributes", {})):
        if name in found and found[name] is None:
            found[name] = nothing
    return found


def compact(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the log writes of a listing: fields that say something."""
    return {name: value for name, value in values.items() if value is not None and name in _STATE}
