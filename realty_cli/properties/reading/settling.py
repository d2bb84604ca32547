"""What one row says as a whole: hints take the places that no column filled, and figures that cannot be are set aside.

Nothing is lost: a field that is set aside becomes an attribute under its own name, with a warning that says why.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from realty_cli.errors import FieldProblem
from realty_cli.properties.reading import addresses, lexicon
from realty_cli.properties.reading.surfaces import SOTKA

#: The warning of a row whose kind of deal nothing but its price tells.
BY_PRICE = "import.deal_type_by_price"
#: What only hints at a field, and the field; an own column of the file goes before its hint.
_HINTS = (
    ("_currency", "currency"),
    ("_built", "year_built"),
    ("_floor", "floor"),
    ("_house", "house"),
    ("_metro", "metro"),
    ("_contact_name", "contact_name"),
    ("_contact_phone", "contact_phone"),
    ("_bedrooms", "rooms"),
    ("_link_elsewhere", "source_url"),
    ("_line", "address"),
)
#: What speaks of several fields at once and is weighed by itself.
_OF_SEVERAL = frozenset({"_title", "_place", "_link", "_outside"})
_PLACE_FIELDS = ("country", "region", "city", "district", "street", "house", "flat", "postal_code", "metro")
_WITHOUT_ROOMS = frozenset({"house", "land", "commercial", "garage", "parking", "room"})
_WITH_CELLARS = frozenset({"parking", "garage", "commercial", "other"})


@dataclass(slots=True)
class Circumstances:
    """What the file as a whole tells about each of its rows.

    `deal_header`, `deal_file`, `type_file`: told by a header and by the name of the file. `deal_sample`: what every row
    of the sample that tells anything agrees on. `minus_one`: the file writes -1 for what it does not know. `own`: we
    exported it, and every field is as it was.
    """

    own: bool = False
    defaults: Mapping[str, Any] = field(default_factory=dict)
    deal_header: str | None = None
    deal_file: str | None = None
    deal_sample: str | None = None
    deal_prices: str | None = None
    """What the prices of the sample agree on, where nothing else tells anything."""
    type_file: str | None = None
    minus_one: bool = False
    bare_total: bool = False
    """The column of the total area names no unit."""
    swapped: bool = False
    """The file has latitudes under longitude and the other way round."""


def settle(
    record: dict[str, Any],
    attributes: dict[str, str],
    warnings: list[FieldProblem],
    file: Circumstances,
    *,
    minus_one: bool,
    told: Collection[str],
) -> FieldProblem | None:
    """Make one listing of what the cells of a row said, in place. `minus_one`: another number of the row is -1.
    `told`: the names of all that hints at a field, and perhaps of more.

    Returns what is missing that a listing cannot do without.
    """
    hints = {name: record.pop(name) for name in told if name in record}
    if file.own:
        return _own(record, file)
    title, place, link = hints.get("_title"), hints.get("_place"), hints.get("_link") or {}
    if not hints.keys() <= _OF_SEVERAL:
        _hinted(record, attributes, hints)
    if file.defaults:
        _fill(record, file.defaults)
    if title:
        if "deal_type" in title:
            hints["_deal_title"] = title["deal_type"]
        _fill(record, title, but=("deal_type",))
    if place:
        _place(record, attributes, place, link, outside="_outside" in hints)
    if link:
        _fill(record, link, but=("deal_type", "city") if place or "_outside" in hints else ("deal_type",))
    if "property_type" not in record:
        record["property_type"] = file.type_file or _derived_type(record)
    missing = _deal(record, hints, link, file, warnings)
    if "status" in record:
        _status(record)
    if record.get("is_studio"):
        record["rooms"] = 0
    elif record.get("rooms") == 0:
        _no_rooms(record)
    if "floor" in record:
        _floor(record, attributes, warnings, bare="_minus_one" in hints, uncertain=minus_one or file.minus_one)
    if "area_total" in record:
        _areas(record, attributes, warnings, file)
    if "deposit" in record or "_deposit_months" in hints:
        _deposit(record, attributes, warnings, hints.get("_deposit_months"))
    if "latitude" in record or "longitude" in record:
        _coordinates(record, attributes, warnings, swapped=file.swapped)
    if "tags" in record:
        record["tags"] = list(record["tags"])
    if "address" not in record and (built := addresses.join(record, attributes)):
        record["address"] = built
    return missing


def _hinted(record: dict[str, Any], attributes: dict[str, str], hints: Mapping[str, Any]) -> None:
    if "_kind" in hints:
        _fill(record, hints["_kind"])
    if "_deal_kind" in hints:
        record.setdefault("deal_type", hints["_deal_kind"])
    for hint, name in _HINTS:
        if hint in hints:
            record.setdefault(name, hints[hint])
    if "_walls" in hints:
        _walls(record, attributes, hints["_walls"])


def _fill(record: dict[str, Any], facts: Mapping[str, Any], but: tuple[str, ...] = ()) -> None:
    for name, value in facts.items():
        if name not in record and name not in but:
            record[name] = value


def _set_aside(record: dict[str, Any], attributes: dict[str, str], name: str) -> str:
    text = str(record.pop(name))
    attributes.setdefault(name, text)
    return text


def _walls(record: dict[str, Any], attributes: dict[str, str], text: str) -> None:
    found = lexicon.material(text)
    if found is None or not found.exact:
        attributes.setdefault("building_material_text", text)
    if found is not None:
        record.setdefault("building_material", found.value)


def _place(
    record: dict[str, Any],
    attributes: dict[str, str],
    place: Mapping[str, Any],
    link: Mapping[str, Any],
    *,
    outside: bool,
) -> None:
    for name, value in place.items():
        if name not in record and name in _PLACE_FIELDS:
            record[name] = value
    for name in ("okrug", "residential_complex"):
        if name in place:
            attributes.setdefault(name, place[name])
    if "city" in record:
        return
    settlement, city = place.get("settlement"), link.get("city")
    # A `посёлок` inside a city's district is a part of the city; a village is a place of its own.
    inside = settlement and settlement.casefold().startswith("пос") and "district" in record
    if settlement and not (inside and city):
        record["city"] = settlement
    elif city and not outside:
        record["city"] = city


# --------------------------------------------------------------------------------------------------------- kind of deal
def _deal(
    record: dict[str, Any],
    hints: Mapping[str, Any],
    link: Mapping[str, Any],
    file: Circumstances,
    warnings: list[FieldProblem],
) -> FieldProblem | None:
    deal = (
        record.get("deal_type")
        or file.deal_header
        or link.get("deal_type")
        or file.deal_file
        or hints.get("_deal_value")
        or hints.get("_deal_terms")
        or hints.get("_deal_title")
        or file.deal_sample
    )
    if deal is None:
        deal = _deal_by_price(record) or file.deal_prices
        if deal is None:
            return FieldProblem("deal_type", "import.deal_type_unknown", {})
        warnings.append(FieldProblem("deal_type", BY_PRICE, {"deal": deal}))
    if deal == "rent" and hints.get("_period") == "day":
        deal = "daily_rent"
    record["deal_type"] = deal
    return None


#: Nobody lets homes or premises for more than the first a square metre and month, nobody sells them for less than the
#: second, in the markets that quote these currencies; what lies between says nothing.
_PER_AREA = {"RUB": (5_000, 20_000), "USD": (60, 300), "EUR": (60, 300)}
#: The same for a whole flat or house of unknown size.
_WHOLE = {"RUB": (150_000, 1_500_000), "USD": (3_000, 30_000), "EUR": (3_000, 30_000)}
_BUILT = frozenset({"apartment", "room", "house", "commercial"})


def _deal_by_price(record: Mapping[str, Any]) -> str | None:
    """Sale or rent where only the price can tell: the two differ by two orders of magnitude."""
    price, area, kind = record.get("price"), record.get("area_total"), record["property_type"]
    bounds = (_PER_AREA if area else _WHOLE).get(record.get("currency", "RUB"))
    if not price or bounds is None or kind not in (_BUILT if area else ("apartment", "house")):
        return None
    if area:
        if area < 5:
            return None
        price /= area
    rent, sale = bounds
    return "rent" if price <= rent else "sale" if price >= sale else None


def _status(record: dict[str, Any]) -> None:
    """What is let cannot be sold: a portal has one word for both."""
    if record.get("deal_type") in ("rent", "daily_rent"):
        if record["status"] == "sold":
            record["status"] = "rented"
    elif record["status"] == "rented":
        record["status"] = "sold"


def _derived_type(record: Mapping[str, Any]) -> str:
    if any(name in record for name in ("rooms", "floor", "is_studio", "is_free_layout", "area_kitchen")):
        return "apartment"
    if "area_land" in record:
        return "house" if "area_total" in record else "land"
    return "apartment" if record.get("is_apartments") is not None else "other"


def _own(record: dict[str, Any], file: Circumstances) -> FieldProblem | None:
    """Our own export says every field itself; nothing is read out of another one."""
    _fill(record, file.defaults)
    created = record.get("created_at")
    if created is not None and not (isinstance(created, datetime) and created.tzinfo is not None):
        del record["created_at"]
    if "tags" in record:
        record["tags"] = list(record["tags"])
    record.setdefault("property_type", "other")
    return None if "deal_type" in record else FieldProblem("deal_type", "import.deal_type_unknown", {})


# --------------------------------------------------------------------------------------------------- what cannot be so
def _no_rooms(record: dict[str, Any]) -> None:
    """0 rooms is a studio in a flat, and an empty cell elsewhere."""
    if record["property_type"] in _WITHOUT_ROOMS:
        del record["rooms"]
        record.pop("is_studio", None)
    else:
        record["is_studio"] = True


def _floor(
    record: dict[str, Any], attributes: dict[str, str], warnings: list[FieldProblem], *, bare: bool, uncertain: bool
) -> None:
    """`bare`: the cell was -1, a cellar in some files and "unknown" in others (`uncertain`)."""
    floor, total = record["floor"], record.get("floors_total")
    if bare and (uncertain or (total is None and record["property_type"] not in _WITH_CELLARS)):
        if uncertain:
            del record["floor"]
        else:
            _set_aside(record, attributes, "floor")
    elif floor == 0 and record["property_type"] in ("house", "land"):
        del record["floor"]
    elif total is not None and floor > total:
        warnings.append(FieldProblem("floor", "import.floor_above_total", {"floor": floor, "total": total}))
        _set_aside(record, attributes, "floor")
        _set_aside(record, attributes, "floors_total")


def _areas(
    record: dict[str, Any], attributes: dict[str, str], warnings: list[FieldProblem], file: Circumstances
) -> None:
    total, kind = record["area_total"], record["property_type"]
    if kind == "land" and "area_land" not in record:
        # Plots are sold by the sotka; none is smaller than one.
        del record["area_total"]
        record["area_land"] = total * SOTKA if file.bare_total and total < 100 else total
        return
    if (total < 5 and kind in ("apartment", "house", "room")) or (total > 10_000 and kind in ("apartment", "room")):
        text = _set_aside(record, attributes, "area_total")
        warnings.append(FieldProblem("area_total", "import.implausible", {"value": text}))
        return
    for part in ("area_living", "area_kitchen"):
        if part in record and record[part] > total:
            text = _set_aside(record, attributes, part)
            warnings.append(FieldProblem(part, "import.part_above_total", {"value": text, "total": total}))


def _deposit(
    record: dict[str, Any], attributes: dict[str, str], warnings: list[FieldProblem], months: float | None
) -> None:
    price = record.get("price")
    if "deposit" not in record:
        if months is not None and price is not None and record.get("deal_type") == "rent":
            amount = (Decimal(price) * Decimal(str(months))).quantize(Decimal("0.01"))
            record["deposit"] = int(amount) if amount == int(amount) else amount
        return
    if price is not None and record.get("deal_type") != "sale" and record["deposit"] > 100 * price:
        text = _set_aside(record, attributes, "deposit")
        warnings.append(FieldProblem("deposit", "import.implausible", {"value": text}))


def _coordinates(
    record: dict[str, Any], attributes: dict[str, str], warnings: list[FieldProblem], *, swapped: bool
) -> None:
    """Names decide which is which; only figures that cannot stand under them are turned round or set aside."""
    latitude, longitude = record.get("latitude"), record.get("longitude")
    if latitude is None or longitude is None:
        if latitude is not None and abs(latitude) > 90:
            _set_aside(record, attributes, "latitude")
        return
    if abs(latitude) > 90 >= abs(longitude) or (swapped and looks_swapped(latitude, longitude)):
        record["latitude"], record["longitude"] = longitude, latitude
        warnings.append(
            FieldProblem("latitude", "import.coordinates_swapped", {"latitude": latitude, "longitude": longitude})
        )
    elif abs(latitude) > 90:
        _set_aside(record, attributes, "latitude")
        _set_aside(record, attributes, "longitude")


def looks_swapped(latitude: float, longitude: float) -> bool:
    """Whether a point lies in deserts of Asia, and in populated Russia if the figures are read the other way round."""
    return 27 <= latitude < 41 <= longitude <= 62
