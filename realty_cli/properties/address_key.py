"""The normal form of an address: what all spellings of one house have in common.

`ул. Портовая, д. 17`, `Портовая ул., 17` and `Портовая 17` are one house; `9к1`, `9 корп. 1`, `д. 9, к.1` one building.
`parse` reads a line into its parts, `locate` the columns of a listing; `key` gives the one form as text.

A key is `city|settlement|street type|house|flat`, lower case, `ё` as `е`. A key is an address: `key(key(x)) == key(x)`.
Region, district, okrug, microdistrict and residential complex are left out where a street is named: one seller writes
them, the next does not. Kept apart, since they may be two houses: `9/1` and `9к1`, `5А` and `5 лит. А`, `вл. 11` and
`д. 11`, `Ю. Гагарина` and `Юрия Гагарина`. `пр.` is read as проспект; a street without a type is an улица, unless its
name is a masculine adjective (`Ленинский`), which fits every type but that one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from realty_cli.properties.address_reader import Reader, fold, name_of, number_of
from realty_cli.properties.address_words import AREA_TYPES, CITIES, LABELS, STREET_TYPES, Kind

_KEY = re.compile(
    r"([^|]*)\|([^|]*)\|([^|]*)\|((?:вл|уч)?[0-9][^ |]*)?(?: ?к([^ |]+))?(?: ?с([^ |]+))?(?: ?лит([^ |]+))?\|([^|]*)"
)
_BEFORE_NUMBER = re.compile(r"^[^0-9]*(?=[0-9])")
_WORD = re.compile(r"[^\W\d_]+")
_CYRILLIC = re.compile(r"[а-я]")
_MASCULINE = ("ий", "ый")
# Its blocks are numbered through, `корпус 1824`: the town is their street.
_NUMBERED_TOWN = "зеленоград"


class Address(NamedTuple):
    """The parts of an address in lower case, each without its label; None where the text does not name it.

    `area` is a microdistrict, quarter or residential complex with its type (`горки 3 мкр`). `house` is the number with
    its letter (`29а`, `4/22`), `house_type` is `вл` (владение), `уч` (plot) or None (дом), `building` the корпус,
    `structure` the строение, `letter` the литера. `key` names the flat where there is one; `house_key` leaves out flat
    and place: `street type|house`. Both are None unless a house is named on a street, or in an area or a settlement.
    """

    region: str | None = None
    district: str | None = None
    city: str | None = None
    settlement: str | None = None
    area: str | None = None
    street: str | None = None
    street_type: str | None = None
    house_type: str | None = None
    house: str | None = None
    building: str | None = None
    structure: str | None = None
    letter: str | None = None
    flat: str | None = None
    postal_code: str | None = None
    key: str | None = None
    house_key: str | None = None


_NOWHERE = Address()
_PARTS = Address._fields.index("key")


def parse(address: str, *, city: str | None = None) -> Address:
    """Read one line. `city` is what the line takes for granted; a city that the line names itself comes first."""
    return _locate(address, city, None, None, None)


def locate(
    address: str | None,
    *,
    city: str | None = None,
    street: str | None = None,
    house: str | None = None,
    flat: str | None = None,
) -> Address:
    """Read the columns of a listing. The line comes first; `street` and `house` fill in where it names no house."""
    return _locate(address, city, street, house, flat)


def key(
    address: str | None,
    *,
    city: str | None = None,
    street: str | None = None,
    house: str | None = None,
    flat: str | None = None,
) -> str | None:
    """The one form of all spellings of this house (and flat), or None where no house is named."""
    return _locate(address, city, street, house, flat).key


def flat_number(text: str) -> str | None:
    """The number in a column of flats: `кв. 52`, `№52` and `52` are one."""
    return number_of(_BEFORE_NUMBER.sub("", fold(text))).strip(".") or None


@lru_cache(maxsize=1 << 15)
def _locate(address: str | None, city: str | None, street: str | None, house: str | None, flat: str | None) -> Address:
    known = _city_of(city) if city else None
    found = _read(address, known) if address else _NOWHERE
    if found.key is None and house:
        named = _read(f"{street}, {house}", known) if street else _NOWHERE
        if named.key is None and address:
            named = _read(f"{address}, {house}", known)
        found = _with_keys(_filled(named, found))
    if flat and (number := flat_number(flat)):
        found = _with_keys(found._replace(flat=number))
    return found


def _filled(first: Address, second: Address) -> Address:
    """The parts of `first` with the place of `second` where it lacks one; without a house in `first`, the other way."""
    if first.house is None and first.building is None:
        return second._replace(**{name: value for name, value in first._asdict().items() if value})
    place = ("region", "district", "city", "settlement", "area", "flat", "postal_code")
    return first._replace(**{name: getattr(second, name) for name in place if not getattr(first, name)})


@lru_cache(maxsize=1 << 10)
def _city_of(city: str) -> str | None:
    """The city that a column names; None where it names a region or a district."""
    kinds = [(word, LABELS[word][0] if word in LABELS else None) for word in _WORD.findall(fold(city))]
    if any(kind in (Kind.REGION, Kind.DISTRICT) for _, kind in kinds):
        return None
    words = [word for word, kind in kinds if kind not in (Kind.CITY, Kind.SETTLEMENT)]
    return CITIES.get("-".join(words), " ".join(words)) or None


def _read(address: str, known: str | None) -> Address:
    text = fold(address)
    if "|" in text and (stored := _KEY.fullmatch(text)) is not None:
        return _from_key(stored, known)
    found = Reader(text)
    fields, places, street, before = found.fields, found.places, found.street, found.before
    if street is None and before >= 0 and places:
        if before and (found.adjacent or not (found.areas or "settlement" in fields or "garden" in fields)):
            before -= 1
            street = places.pop(before)
        elif not found.cyrillic and before < len(places):
            street = places.pop(before)  # 5 Unter den Linden
    if found.cyrillic and before >= 0:
        del places[before:]  # `рядом с метро`
    # `м. Сокол` is a metro station, `IL` a state.
    names = [" ".join(words) for words in places if words[0] != "м" and (found.cyrillic or len(words[0]) > 2)]
    city = fields.get("city")
    if city is None:
        city = known or (names.pop(0 if found.cyrillic else -1) if names else None)
    names = [name for name in names if name != city]
    settlement = fields.get("settlement")
    if "garden" in fields:
        settlement = f"{settlement} {fields['garden']}" if settlement else fields["garden"]
    areas = sorted(found.areas) if any(label != "очередь" for label, _ in found.areas) else []
    street_name = name_of(street, found.tails) if street else None
    street_type = found.street_type
    if street_name and street_type is None and _CYRILLIC.search(street_name):
        masculine = all(word.endswith(_MASCULINE) for word in street_name.split() if not word.isdigit())
        street_type = None if masculine else "ул"
    return _with_keys(
        Address(
            fields.get("region"),
            fields.get("district") or (names[0] if names else None),
            city,
            None if settlement == city else settlement,
            " ".join(f"{name_of(words)} {label}" for label, words in areas) or None,
            street_name or None,
            street_type,
            found.house_type,
            found.house,
            fields.get("к"),
            fields.get("с"),
            fields.get("лит"),
            fields.get("flat"),
            fields.get("postal_code"),
        )
    )


def _with_keys(found: Address) -> Address:
    if (
        found.city == _NUMBERED_TOWN
        and not (found.street or found.area or found.settlement or found.building)
        and found.house
        and len(found.house) > 2
    ):
        found = found._replace(house=None, building=found.house)
    house = f"{found.house_type or ''}{found.house}" if found.house else ""
    for label, value in (("к", found.building), ("с", found.structure), ("лит", found.letter)):
        if value:
            house = f"{house} {label}{value}" if house else label + value
    street = found.street
    if street is None:
        street = found.area or ""
    else:
        if " " in street:
            street = " ".join(sorted(street.split()))
        if found.street_type:
            street = f"{street} {found.street_type}"
    in_place = street or found.settlement or (found.city == _NUMBERED_TOWN and found.building and not found.house)
    if not house or not in_place:
        return Address._make((*found[:_PARTS], None, None))
    house_key = f"{street}|{house}"
    full = f"{found.city or ''}|{found.settlement or ''}|{house_key}|{found.flat or ''}"
    return Address._make((*found[:_PARTS], full, house_key))


def _from_key(stored: re.Match[str], known: str | None) -> Address:
    city, settlement, street, house, building, structure, letter, flat = (value or None for value in stored.groups())
    words = street.split() if street else []
    kind = words.pop() if len(words) > 1 and words[-1] in STREET_TYPES else None
    is_area = kind is None and bool(words) and words[-1] in AREA_TYPES
    mark = house[:2] if house and house.startswith(("вл", "уч")) else None
    return _with_keys(
        Address(
            city=city or known,
            settlement=settlement,
            area=street if is_area else None,
            street=None if is_area else " ".join(words) or None,
            street_type=kind,
            house_type=mark,
            house=house.removeprefix(mark or "") if house else None,
            building=building,
            structure=structure,
            letter=letter,
            flat=flat,
        )
    )
