"""Export of listings: the values of any filter, row by row, as files take them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from types import MappingProxyType
from typing import Any

import orjson

from realty_cli.errors import Invalid
from realty_cli.formats.csv_columns import Column, Kind
from realty_cli.kit.money import from_minor
from realty_cli.properties import record

_BATCH = 500
NONE_MOVED: Mapping[int, int | None] = MappingProxyType({})
DAYS = "days_on_market"
_FOR_DAYS = ("id", "status", "listed_at", "closed_at", "created_at")
#: All that the API answers of a listing, but for its photos.
WHOLE: tuple[str, ...] = (*record.SHOWN, DAYS)


def fields_of(wanted: Sequence[str] | None, *, whole: bool = False) -> tuple[str, ...]:
    """The fields to export, checked. By default those that a person has use for, or the `whole` listing."""
    if not wanted:
        return WHOLE if whole else record.EXPORTED
    for name in wanted:
        if name not in WHOLE:
            raise Invalid.one("fields", "field.unknown", name=name)
    return tuple(dict.fromkeys(wanted))


def columns_of(fields: Sequence[str]) -> tuple[str, ...]:
    """The stored columns that `rows` needs for these fields."""
    needed = _FOR_DAYS if DAYS in fields else ()
    return tuple(dict.fromkeys(name for name in (*fields, *needed) if name != DAYS))


def rows(
    stored: Iterable[Sequence[Any]],
    fields: Sequence[str],
    now: datetime | None = None,
    moved: Mapping[int, int | None] = NONE_MOVED,
    *,
    whole: bool = False,
) -> Iterator[list[Any]]:
    """Stored values of `columns_of(fields)` as a file shows them: money in units, flags as true and false, lists and
    attributes as such. `whole`: a listing without any has an empty list, as the API shows it, and not nothing.
    `now`: the day to which an open listing counts its days on the market; `moved`: those of all that have moved."""
    shown = _Shown(fields, now, moved, json=orjson.loads, empty=_NONE if whole else {})
    source = iter(stored)
    while batch := list(islice(source, _BATCH)):
        yield from map(list, zip(*shown.columns(list(zip(*batch, strict=True))), strict=True))


def kinds_of(fields: Sequence[str]) -> list[Kind]:
    """What the columns of `columns` hold."""
    numbers = (record.NUMBERS - record.FLAGS) | {DAYS}
    kinds: dict[str, Kind] = {
        **dict.fromkeys(record.FLAGS, "flag"), **dict.fromkeys(numbers, "number"), **dict.fromkeys(record.JSON, "json")
    }  # fmt: skip
    return [kinds.get(name, "text") for name in fields]


def columns(
    stored: Iterable[Sequence[Column]],
    fields: Sequence[str],
    now: datetime | None = None,
    moved: Mapping[int, int | None] = NONE_MOVED,
    *,
    whole: bool = False,
) -> Iterator[list[Column]]:
    """The same from batches of columns whose text is UTF-8 bytes; lists and attributes are JSON, in such bytes too."""
    shown = _Shown(fields, now, moved, json=_json_again, empty=_NONE_AS_JSON if whole else {})
    return map(shown.columns, stored)


#: What a listing without tags or attributes has, as values and as JSON.
_NONE: Mapping[str, Callable[[], Any]] = {"tags": list, "attributes": dict}
_NONE_AS_JSON: Mapping[str, Callable[[], Any]] = {"tags": lambda: b"[]", "attributes": lambda: b"{}"}


def _json_again(text: bytes) -> bytes:
    # PostgreSQL writes JSON with other spaces than we do.
    return orjson.dumps(orjson.loads(text))


class _Shown:
    """From batches of stored columns to those that a file shows."""

    def __init__(
        self,
        fields: Sequence[str],
        now: datetime | None,
        moved: Mapping[int, int | None],
        *,
        json: Callable[[Any], Any],
        empty: Mapping[str, Callable[[], Any]],
    ) -> None:
        stored = columns_of(fields)
        makers: dict[str, Callable[[Any], Any]] = {
            **dict.fromkeys(record.MONEY, from_minor),
            **dict.fromkeys(record.FLAGS, bool),
            **dict.fromkeys(record.JSON, json),
        }
        self._makers = [(at, makers[name]) for at, name in enumerate(stored) if name in makers]
        self._empty = [(at, empty[name]) for at, name in enumerate(stored) if name in empty]
        self._places = [stored.index(name) if name != DAYS else -1 for name in fields]
        self._dates = [stored.index(name) for name in _FOR_DAYS] if DAYS in fields else []
        self._now, self._moved = now, moved

    def columns(self, stored: Sequence[Column]) -> list[Column]:
        found = list(stored)
        for at, make in self._makers:
            if found[at].count(None) < len(found[at]):
                found[at] = [None if value is None else make(value) for value in found[at]]
        for at, kind in self._empty:
            found[at] = [kind() if value is None else value for value in found[at]]
        if self._dates:
            found.append(self._days([stored[at] for at in self._dates]))
        return [found[at] for at in self._places]

    def _days(self, dates: Sequence[Column]) -> Column:
        if self._now is None:
            return [None] * len(dates[0])
        days = []
        for number, *values in zip(*dates, strict=True):
            if number in self._moved:
                days.append(self._moved[number])
                continue
            texts = [value.decode() if isinstance(value, bytes) else value for value in values]
            days.append(record.days_on_market(dict(zip(_FOR_DAYS[1:], texts, strict=True)), self._now))
        return days
