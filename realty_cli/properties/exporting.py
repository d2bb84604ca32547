"""Export of listings: the values of any filter, row by row, as files take them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import orjson

from realty_cli.errors import Invalid
from realty_cli.kit.money import from_minor
from realty_cli.properties import record


def fields_of(wanted: Sequence[str] | None) -> tuple[str, ...]:
    """The fields to export, checked; all of them by default."""
    if not wanted:
        return record.EXPORTED
    for name in wanted:
        if name not in record.SHOWN:
            raise Invalid.one("fields", "field.unknown", name=name)
    return tuple(dict.fromkeys(wanted))


def _converter(name: str) -> Callable[[Any], Any] | None:
    if name in record.MONEY:
        return from_minor
    if name in record.FLAGS:
        return bool
    if name in record.JSON:
        return orjson.loads
    return None


def rows(stored: Iterable[Sequence[Any]], fields: Sequence[str]) -> Iterator[list[Any]]:
    """Stored values as a file shows them: money in units, flags as true and false, lists and attributes whole."""
    converters = [(at, convert) for at, name in enumerate(fields) if (convert := _converter(name)) is not None]
    for values in stored:
        row = list(values)
        for at, convert in converters:
            if row[at] is not None:
                row[at] = convert(row[at])
        yield row
