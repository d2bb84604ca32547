"""The title of a listing that has none: `2-к квартира, 45 м², 5/9 эт., Портовая ул., 17`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

LONGEST = 200

_NOUNS = {
    "ru": {
        "apartment": "Квартира", "house": "Дом", "room": "Комната", "land": "Участок",
        "commercial": "Коммерческое помещение",
        "garage": "Гараж", "parking": "Машиноместо", "other": "Объект недвижимости",
    },
    "en": {
        "apartment": "Flat", "house": "House", "room": "Room", "land": "Land", "commercial": "Commercial premises",
        "garage": "Garage", "parking": "Parking space", "other": "Property",
    },
}  # fmt: skip
_HECTARE, _SOTKA = 10_000, 100


def build_title(record: Mapping[str, Any], language: str = "ru") -> str:
    """A title from the kind of object, rooms, areas, floor and place of a listing, as the record of an import has them.

    `language` is `ru` or `en`. Never empty and never longer than LONGEST; parts that the listing lacks are left out.
    """
    russian = language != "en"
    kind = str(record.get("property_type") or "other")
    attributes = record.get("attributes") or {}
    pieces = [_head(record, kind, attributes, russian)]
    total, land = _number(record.get("area_total")), _number(record.get("area_land"))
    if total:
        size = f"{_figure(total, russian)} м²" if russian else f"{_figure(total, russian)} m²"
        if kind == "house":
            pieces[0] = f"{pieces[0]} {size}"
        else:
            pieces.append(size)
    if land:
        _add_land(pieces, kind, land, russian)
    if floor := _floor(record, russian):
        pieces.append(floor)
    pieces.extend(_place(record, attributes, russian))
    return _shorten(pieces)


def _head(record: Mapping[str, Any], kind: str, attributes: Mapping[str, Any], russian: bool) -> str:
    if kind != "apartment":
        subtype = _text(attributes.get("subtype"))
        if kind in ("house", "commercial", "other") and 2 < len(subtype) <= 40:
            return subtype[:1].upper() + subtype[1:]
        return _NOUNS["ru" if russian else "en"].get(kind, _NOUNS["ru" if russian else "en"]["other"])
    apartments, rooms = bool(record.get("is_apartments")), record.get("rooms")
    if record.get("is_studio") or rooms == 0:
        if russian:
            return "Апартаменты-студия" if apartments else "Студия"
        return "Studio apartment (non-residential)" if apartments else "Studio"
    if record.get("is_free_layout"):
        if russian:
            return f"{'Апартаменты' if apartments else 'Квартира'} свободной планировки"
        return "Open-plan flat"
    if isinstance(rooms, int) and rooms > 0:
        euro = bool(record.get("is_euro"))
        if russian:
            return f"{rooms}-к {'евро' if euro else ''}{'апартаменты' if apartments else 'квартира'}"
        return f"{rooms}-room {'euro-layout ' if euro else ''}{'serviced apartment' if apartments else 'flat'}"
    if apartments:
        return "Апартаменты" if russian else "Serviced apartment"
    return _NOUNS["ru" if russian else "en"]["apartment"]


def _add_land(pieces: list[str], kind: str, land: float, russian: bool) -> None:
    if not russian:
        size = f"{_figure(land / _HECTARE, russian)} ha" if land >= _HECTARE else f"{_figure(land, russian)} m²"
        plot = f"plot {size}"
    else:
        size = (
            f"{_figure(land / _HECTARE, russian)} га" if land >= _HECTARE else f"{_figure(land / _SOTKA, russian)} сот."
        )
        plot = f"участок {size}"
    if kind == "land":
        pieces[0] = f"{pieces[0]} {size}"
    else:
        pieces.append(plot)


def _floor(record: Mapping[str, Any], russian: bool) -> str:
    floor, total = record.get("floor"), record.get("floors_total")
    if not isinstance(floor, int) or record.get("property_type") in ("house", "land"):
        return ""
    place = f"{floor}/{total}" if isinstance(total, int) else str(floor)
    return f"{place} эт." if russian else f"floor {place}"


def _place(record: Mapping[str, Any], attributes: Mapping[str, Any], russian: bool) -> list[str]:
    """The street and house, or as much as is known: the address line, a residential complex, a district, a station."""
    city, address = _text(record.get("city")), _text(record.get("address"))
    if street := _text(record.get("street")):
        return [street, _text(record.get("house"))]
    if address and address != city:
        return [address]
    pieces = [city, _text(record.get("district"))]
    if name := _text(attributes.get("residential_complex")):
        pieces.append(name if "жк" in name.casefold() or not russian else f"ЖК {name}")
    elif metro := _text(record.get("metro")):
        pieces.append(f"м. {metro}" if russian else f"{metro} metro")
    return pieces


def _text(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _number(value: object) -> float:
    if not isinstance(value, int | float | Decimal):
        return 0.0
    try:
        number = float(value)
    except (OverflowError, ValueError):
        return 0.0
    return number if 0 < number < math.inf else 0.0


def _figure(value: float, russian: bool) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if russian else text


def _shorten(pieces: list[str]) -> str:
    title = ", ".join(piece for piece in pieces if piece)
    if len(title) <= LONGEST:
        return title
    cut = title[: LONGEST - 1]
    return f"{cut.rpartition(' ')[0] or cut}…".replace(",…", "…")
