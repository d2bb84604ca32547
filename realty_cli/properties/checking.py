"""The checks of `schemas.listing.PropertyCreate` for rows of an import: a model a row would cost most of the time.

`Checks.checked` takes the values that can be told to be right field by field, which is nearly every row of nearly every
file, and `Checks.all_checked` many rows at once, each field over all of them. Whatever they do not know for right is
left to the schema, which alone says what is wrong: they never disagree (`tests/test_properties/test_checking.py`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any

from pydantic_core import PydanticCustomError

from realty_cli.kit import phones, schema
from realty_cli.kit.ids import MAX_ID
from realty_cli.kit.money import MOST_MINOR, MoneyError, to_minor
from realty_cli.properties.kinds import (
    MAX_TAGS,
    MAX_TITLE,
    BuildingMaterial,
    DealType,
    Market,
    PropertyType,
    Renovation,
    Status,
)
from realty_cli.properties.schemas import listing
from realty_cli.properties.schemas.listing import MAX_AREA, MAX_LINE, MIN_AREA

#: Answers a value as the schema would, or raises one of `_DOUBTS`.
_Check = Callable[[Any], Any]
#: Answers the values of a field in many rows as the schema would, None where it is not sure.
_CheckAll = Callable[[list[Any]], list[Any] | None]


class _Doubt(Exception):
    """Perhaps wrong; the schema knows."""


_DOUBTS = (_Doubt, PydanticCustomError, MoneyError)
_MOST_MAJOR = MOST_MINOR // 100


def _line(most: int) -> _Check:
    def check(value: Any) -> str:
        if type(value) is str and len(value) <= most and value.isprintable():
            return value.strip()
        raise _Doubt

    return check


def _title(value: Any) -> str:
    if type(value) is str and len(value) <= MAX_TITLE and value.isprintable() and (found := value.strip()):
        return found
    raise _Doubt


def _text(value: Any) -> str:
    if type(value) is str and len(value) <= listing.MAX_DESCRIPTION:
        return schema.text(value)
    raise _Doubt


def _web(value: Any) -> str | None:
    if type(value) is str and len(value) <= 2_000 and value.isprintable():
        found = value.strip()
        if found[:8].lower().startswith(("http://", "https://")):
            return found
    raise _Doubt


def _money(value: Any) -> int:
    if type(value) is int and 0 <= value <= _MOST_MAJOR:
        return value * 100
    return to_minor(value)


def _whole(least: int, most: int) -> _Check:
    def check(value: Any) -> int:
        if type(value) is int and least <= value <= most:
            return value
        raise _Doubt

    return check


def _float(least: float, most: float) -> _Check:
    def check(value: Any) -> float:
        if type(value) is float and least <= value <= most:
            return value
        if type(value) is int and least <= value <= most:
            return float(value)
        raise _Doubt

    return check


def _flag(value: Any) -> bool:
    if value is True or value is False:
        return value
    raise _Doubt


def _one_of(words: type[Any]) -> _Check:
    known = frozenset(str(word) for word in words)

    def check(value: Any) -> str:
        if type(value) is str and value in known:
            return value
        raise _Doubt

    return check


def _currency(value: Any) -> str:
    if type(value) is str:
        return listing.iso_currency(value)
    raise _Doubt


def _phone(value: Any) -> str:
    if type(value) is str and len(value) <= 60 and value.isprintable() and (found := phones.normalise(value.strip())):
        return found
    raise _Doubt


def _cadastral(value: Any) -> str:
    if type(value) is str and value.isprintable():
        return listing.compact_cadastral(value.strip())
    raise _Doubt


def _tags(value: Any) -> list[str]:
    if type(value) is list and len(value) <= MAX_TAGS:
        return list(dict.fromkeys(tag for one in value if (tag := _tag(one))))
    raise _Doubt


def _attributes(value: Any) -> dict[str, str]:
    if type(value) is not dict or len(value) > listing.MAX_ATTRIBUTES:
        raise _Doubt
    made = {}
    for name, text in value.items():
        if type(name) is not str or type(text) is not str or not 0 < len(name) <= 200 or not name.isprintable():
            raise _Doubt
        if len(text) > listing.MAX_ATTRIBUTE or name[0].isspace() or name[-1].isspace():
            raise _Doubt
        made[name] = schema.text(text)
    return made


_tag = _line(100)
_short, _area, _id = _line(MAX_LINE), _float(MIN_AREA, MAX_AREA), _whole(1, MAX_ID)

_CHECKS: dict[str, _Check] = {
    "external_id": _line(200), "source": _line(100), "source_url": _web, "title": _title, "description": _text,
    "property_type": _one_of(PropertyType), "deal_type": _one_of(DealType), "status": _one_of(Status),
    "price": _money, "currency": _currency, "market": _one_of(Market), "rooms": _whole(0, 100),
    **dict.fromkeys(("is_studio", "is_euro", "is_apartments", "is_free_layout", "mortgage", "bargain"), _flag),
    **dict.fromkeys(("area_total", "area_living", "area_kitchen", "area_land"), _area),
    "floor": _whole(-10, 300), "floors_total": _whole(1, 300), "year_built": _whole(1000, 2200),
    "building_material": _one_of(BuildingMaterial), "renovation": _one_of(Renovation),
    # Above zero: the schema takes smaller ones than any ceiling has.
    "ceiling_height": _float(0.001, 100),
    **dict.fromkeys(("country", "region", "city", "district", "street", "metro", "contact_name"), _short),
    "house": _line(60), "flat": _line(60), "postal_code": _line(20), "address": _line(1_000),
    "latitude": _float(-90, 90), "longitude": _float(-180, 180), "metro_minutes": _whole(0, 1_000),
    "cadastral_number": _cadastral, "commission": _float(0, 1_000), "deposit": _money, "final_price": _money,
    "contact_phone": _phone, "tags": _tags, "attributes": _attributes, "client_id": _id, "owner_id": _id,
    "exclusive_from": schema.day, "exclusive_until": schema.day,
}  # fmt: skip


def _lines(most: int) -> _CheckAll:
    def check(values: list[Any]) -> list[Any] | None:
        if set(map(type, values)) != {str} or max(map(len, values)) > most or "" in values:
            return None
        return values if "".join(values).isprintable() and list(map(str.strip, values)) == values else None

    return check


def _words(words: type[Any]) -> _CheckAll:
    known = frozenset(str(word) for word in words)

    def check(values: list[Any]) -> list[Any] | None:
        return values if set(map(type, values)) == {str} and known.issuperset(values) else None

    return check


def _numbers(kind: type[Any], least: float, most: float) -> _CheckAll:
    def check(values: list[Any]) -> list[Any] | None:
        if set(map(type, values)) != {kind} or (kind is float and not math.isfinite(sum(values))):
            return None
        return values if min(values) >= least and max(values) <= most else None

    return check


def _amounts(values: list[Any]) -> list[Any] | None:
    if set(map(type, values)) != {int} or min(values) < 0 or max(values) > _MOST_MAJOR:
        return None
    return [value * 100 for value in values]


#: For the fields that most files have; the others are checked value by value.
_CHECKS_OF_ALL: dict[str, _CheckAll] = {
    "external_id": _lines(200), "source": _lines(100), "title": _lines(MAX_TITLE),
    "description": _lines(listing.MAX_DESCRIPTION), "address": _lines(1_000), "house": _lines(60), "flat": _lines(60),
    **dict.fromkeys(("country", "region", "city", "district", "street", "metro", "contact_name"), _lines(MAX_LINE)),
    "property_type": _words(PropertyType), "deal_type": _words(DealType), "status": _words(Status),
    "building_material": _words(BuildingMaterial), "renovation": _words(Renovation), "price": _amounts,
    "rooms": _numbers(int, 0, 100), "floor": _numbers(int, -10, 300), "floors_total": _numbers(int, 1, 300),
    "year_built": _numbers(int, 1000, 2200), "metro_minutes": _numbers(int, 0, 1_000),
    **dict.fromkeys(("area_total", "area_living", "area_kitchen", "area_land"), _numbers(float, MIN_AREA, MAX_AREA)),
    "latitude": _numbers(float, -90, 90), "longitude": _numbers(float, -180, 180),
}  # fmt: skip
_NEEDED = frozenset({"title", "property_type", "deal_type"})


class Checks:
    """The checks for readers in one time zone."""

    def __init__(self, zone: str | None) -> None:
        def moment(value: Any) -> Any:
            return schema.moment(value, zone)

        self.zone = zone
        self._checks = {**_CHECKS, "listed_at": moment, "closed_at": moment}

    @property
    def names(self) -> set[str]:
        return set(self._checks)

    def all_checked(self, rows: Sequence[dict[str, Any]], clean: Set[str] = frozenset()) -> bool:
        """Whether every one of these is plainly right; then each is now as `checked` gives it, else as it was.

        `clean`: texts that all rows have and that are known to be right (`mapping.Plan.clean`).
        """
        found: list[tuple[str, Sequence[dict[str, Any]], list[Any]]] = []
        names: set[str] = set().union(*rows)
        if not names >= _NEEDED:
            return False
        try:
            for name in names - clean:
                those = rows
                try:
                    values = [row[name] for row in rows]
                except KeyError:
                    if name in _NEEDED:
                        return False
                    those = [row for row in rows if name in row]
                    values = [row[name] for row in those]
                check_all = _CHECKS_OF_ALL.get(name)
                made = check_all(values) if check_all else None
                if made is None:
                    check = self._checks[name]
                    made = [check(value) for value in values]
                    if None in made or "" in made:
                        return False
                if made is not values:
                    found.append((name, those, made))
        except (KeyError, *_DOUBTS):
            return False
        for name, those, values in found:
            for row, value in zip(those, values, strict=True):
                row[name] = value
        return True

    def checked(self, values: Mapping[str, Any]) -> dict[str, Any] | None:
        """The values as the schema gives them, without those that say nothing; None where the schema has to look."""
        checks, made = self._checks, {}
        try:
            for name, value in values.items():
                check = checks[name]
                if value is not None and (found := check(value)) != "":
                    made[name] = found
        except (KeyError, *_DOUBTS):
            return None
        return made if made.keys() >= _NEEDED else None
