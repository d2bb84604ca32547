"""Rows of a file that we exported ourselves, read to the letter.

What other people's files mean has to be guessed (`mapping`): a dash is no value, `54 м²` an area, `&lt;` a sign. In a
file of ours every cell is just what a listing held. A cell that somebody wrote anew in between (`12,5 млн`) is read
like any other file's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import orjson

from realty_cli.properties import record
from realty_cli.properties.kinds import BuildingMaterial, DealType, Market, PropertyType, Renovation, Status
from realty_cli.properties.mapping import Converted, Plan

_MONEY = re.compile(r"[0-9]{1,13}(?:\.[0-9]{1,2})?")
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_FLOAT = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,330})?(?:[eE][+-]?[0-9]{1,3})?")
_STAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

#: Answers the value of a cell, or None where the cell is not as we write it.
_Exact = Callable[[Any], Any]
_KINDS = {
    "property_type": PropertyType, "deal_type": DealType, "status": Status, "market": Market,
    "building_material": BuildingMaterial, "renovation": Renovation,
}  # fmt: skip
_WHOLES = frozenset({"id", "owner_id", "rooms", "floor", "floors_total", "year_built", "metro_minutes"})
_MOMENTS = frozenset({"created_at", "listed_at", "closed_at"})
_DAYS = frozenset({"exclusive_from", "exclusive_until"})
#: Without these two no row is understood, whatever else it says.
_NEEDED = frozenset({"property_type", "deal_type"})
#: What the store itself gives a listing, anew in every store.
_GIVEN = frozenset({
    "client_id", "status_reason", "price_per_m2", "version", "updated_at", "deleted_at", "days_on_market", "photos",
})  # fmt: skip


class OwnPlan:
    """Reads rows as `Plan` does, with what is exact put before what is understood."""

    clean: frozenset[str] = frozenset()

    def __init__(self, header: Sequence[str], plan: Plan) -> None:
        self._plan = plan
        self._header = header
        self._columns = [(at, name, _exact(name)) for at, name in enumerate(header) if name not in _GIVEN]

    def convert_all(self, rows: Sequence[Sequence[object]]) -> list[Converted]:
        """As `Plan.convert_all`."""
        return [self.convert(cells) for cells in rows]

    def convert(self, cells: Sequence[object]) -> Converted:
        """As `Plan.convert`."""
        found: dict[str, Any] = {}
        rest: list[object] = list(cells)
        repeated = list(cells[:1]) == list(self._header[:1])
        unread = repeated or len(cells) > len(self._header)
        for at, name, exact in self._columns:
            cell = cells[at] if at < len(cells) else None
            if cell is None or cell in ("", [], {}):
                continue
            value = None if exact is None else exact(cell)
            if value is None:
                unread = True
                continue
            found[name] = value
            if name not in _NEEDED:
                rest[at] = None
        if not unread and found.keys() >= _NEEDED:
            return Converted(found, [], [])
        guessed = self._plan.convert(cells if repeated else rest)
        if "attributes" in found:
            found["attributes"] = {**guessed.record.get("attributes", {}), **found["attributes"]}
        return guessed._replace(record={**guessed.record, **found})


def _exact(name: str) -> _Exact | None:
    if name not in record.SHOWN:
        return None
    if name in record.MONEY:
        return _number(_MONEY, str)
    if name in record.FLOATS:
        return _number(_FLOAT, float)
    if name in _WHOLES:
        return _number(_WHOLE, int)
    if name in record.FLAGS:
        return _flag
    if name in _KINDS:
        return _one_of(frozenset(map(str, _KINDS[name])))
    if name in _MOMENTS:
        return _shaped(_STAMP, datetime.fromisoformat)
    if name in _DAYS:
        return _shaped(_DAY, date.fromisoformat)
    if name in record.JSON:
        return _json(list if name == "tags" else dict)
    return _text


def _number(shape: re.Pattern[str], read: Callable[[str], Any]) -> _Exact:
    def exact(cell: Any) -> Any:
        if isinstance(cell, str):
            return read(cell) if shape.fullmatch(cell) else None
        if isinstance(cell, bool) or not isinstance(cell, int | float):
            return None
        # A workbook has no whole numbers.
        return int(cell) if isinstance(cell, float) and cell.is_integer() and read is int else cell

    return exact


def _shaped(shape: re.Pattern[str], read: Callable[[str], Any]) -> _Exact:
    def exact(cell: Any) -> Any:
        try:
            return read(cell) if isinstance(cell, str) and shape.fullmatch(cell) else None
        except ValueError:
            return None

    return exact


def _json(kind: type[list[str]] | type[dict[str, str]]) -> _Exact:
    def exact(cell: Any) -> Any:
        if isinstance(cell, str):
            try:
                cell = orjson.loads(cell)
            except ValueError:
                return None
        if not isinstance(cell, kind):
            return None
        texts = cell.values() if isinstance(cell, dict) else cell
        return cell if all(isinstance(one, str) for one in texts) else None

    return exact


def _one_of(words: frozenset[str]) -> _Exact:
    return lambda cell: cell if isinstance(cell, str) and cell in words else None


def _flag(cell: Any) -> Any:
    return cell if isinstance(cell, bool) else {"true": True, "false": False}.get(str(cell))


def _text(cell: Any) -> Any:
    return cell if isinstance(cell, str) else None
