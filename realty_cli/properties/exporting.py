"""Export of listings: the values of any filter, row by row, as files take them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import orjson

from realty_cli.errors import Invalid
from realty_cli.kit.money import from_minor
from realty_cli.properties import record

_DAYS = "days_on_market"
_FOR_DAYS = ("status", "listed_at", "closed_at", "created_at")
#: All that the API answers of a listing, but for its photos.
WHOLE: tuple[str, ...] = (*record.SHOWN, _DAYS)


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
    needed = _FOR_DAYS if _DAYS in fields else ()
    return tuple(dict.fromkeys(name for name in (*fields, *needed) if name != _DAYS))


def rows(
    stored: Iterable[Sequence[Any]], fields: Sequence[str], now: datetime | None = None, *, whole: bool = False
) -> Iterator[list[Any]]:
    """Stored values of `columns_of(fields)` as a file shows them: money in units, flags as true and false, lists and
    attributes as such. `whole`: a listing without any has an empty list, as the API shows it, and not nothing.
    `now`: the day to which an open listing counts its days on the market."""
    columns = columns_of(fields)
    converters = [(at, convert) for at, name in enumerate(columns) if (convert := _converter(name)) is not None]
    empty = [(columns.index(name), kind) for name, kind in (("tags", list), ("attributes", dict)) if name in columns]
    places = [columns.index(name) if name != _DAYS else -1 for name in fields]
    dates = [columns.index(name) for name in _FOR_DAYS] if _DAYS in fields else None
    as_they_stand = tuple(fields) == columns
    for values in stored:
        row = list(values)
        for at, convert in converters:
            if row[at] is not None:
                row[at] = convert(row[at])
        if whole:
            for at, kind in empty:
                if row[at] is None:
                    row[at] = kind()
        if as_they_stand:
            yield row
            continue
        if dates is not None and now is not None:
            known = dict(zip(_FOR_DAYS, (values[at] for at in dates), strict=True))
            row.append(record.days_on_market(known, now))
        yield [row[at] for at in places]


def _converter(name: str) -> Callable[[Any], Any] | None:
    if name in record.MONEY:
        return from_minor
    if name in record.FLAGS:
        return bool
    if name in record.JSON:
        return orjson.loads
    return None
