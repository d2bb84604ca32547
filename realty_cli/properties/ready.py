"""What the reading half of an import hands to the writing one: rows that only have to be found or bound.

A row is made ready as if it were new, which nearly all are: the values in the order of the table, the words of the
search. Texts are UTF-8 here, as both a pipe and SQLite take them, so that the writing
process never looks into one.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, NamedTuple

import orjson

from realty_cli.errors import FieldProblem
from realty_cli.kit.importing import Prepared
from realty_cli.properties import record, rules
from realty_cli.properties.words import document

#: Why a row without a price became a draft, so that a later import with one may activate it.
NO_PRICE = "import.no_price"
#: Columns that are handed over as UTF-8: the long texts, and what is JSON.
_TEXTS = ("title", "description", "address")
UTF8 = frozenset({*_TEXTS, *record.JSON})


class Row(NamedTuple):
    """A row that can be taken. `own` is the id and creation moment in a file that we exported ourselves."""

    line: int
    hash: int
    values: dict[str, Any]
    warnings: Sequence[FieldProblem] = ()
    own: tuple[int, str] | None = None


@dataclass(slots=True)
class Ready:
    """The rows of one block. Lists that run along `lines`, and tables by the place in them of what few rows have."""

    columns: tuple[str, ...] = ()
    lines: list[int] = field(default_factory=list)
    values: list[tuple[Any, ...]] = field(default_factory=list)
    """In the order of `columns`; those in `UTF8` are bytes."""
    words: list[bytes] = field(default_factory=list)
    """What the search finds a row by; empty where the writing process has more time to find that out."""
    keys: list[tuple[str, ...]] = field(default_factory=list)
    """What a row is recognised by, strongest first: `i` own id, `x` external id, `u` link, `s` the thing itself."""
    own: dict[int, str] = field(default_factory=dict)
    """The moment at which a listing of this number was made, in a file that we exported."""
    owners: dict[int, int] = field(default_factory=dict)
    said: dict[int, dict[str, Any]] = field(default_factory=dict)
    """What a row itself says of the fields that were completed for a new listing; None for nothing."""
    warnings: dict[int, Sequence[FieldProblem]] = field(default_factory=dict)
    rejected: list[Prepared] = field(default_factory=list)
    repeated: int = 0
    """Rows that repeat an earlier one of the file to the letter."""

    def __len__(self) -> int:
        return len(self.lines) + len(self.rejected) + self.repeated

    def __reduce__(self) -> tuple[Any, ...]:
        bulk = (
            self.columns,
            self.lines,
            self.values,
            self.words,
            self.keys,
            self.own,
            self.owners,
        )
        return Packed, (marshal.dumps(bulk), self.said, self.warnings, self.rejected, self.repeated, len(self))

    def unpacked(self) -> Ready:
        return self

    def documents(self, places: Iterable[int]) -> list[bytes]:
        """The words by which the search finds these rows."""
        if self.words:
            return [self.words[at] for at in places]
        searched = [(at, name) for at, name in enumerate(self.columns) if name in record.SEARCHED]
        made = []
        for place in places:
            values = self.values[place]
            listing = {name: value for at, name in searched if (value := values[at]) is not None}
            for name in UTF8 & listing.keys():
                listing[name] = orjson.loads(listing[name]) if name in record.JSON else listing[name].decode()
            made.append(document(listing).encode())
        return made

    def row(self, at: int) -> dict[str, Any]:
        """What a row says, field by field, as the schema gives it; with its keys, which the store keeps too."""
        found: dict[str, Any] = {}
        for name, value in zip(self.columns, self.values[at], strict=True):
            if value is not None:
                if name in record.JSON:
                    value = orjson.loads(value)
                found[name] = value.decode() if isinstance(value, bytes) else value
        for name, value in self.said.get(at, {}).items():
            if value is None:
                found.pop(name, None)
            else:
                found[name] = value
        return found


class Packed:
    """`Ready` on its way from another process: unpacked by who needs it, not by who fetches it."""

    def __init__(self, bulk: bytes, said: Any, warnings: Any, rejected: Any, repeated: int, size: int) -> None:
        self._bulk, self._rest, self._size = bulk, (said, warnings, rejected, repeated), size

    def __len__(self) -> int:
        return self._size

    def unpacked(self) -> Ready:
        made = Ready(*marshal.loads(self._bulk))  # noqa: S302 - our own child wrote it
        made.said, made.warnings, made.rejected, made.repeated = self._rest
        return made


class Maker:
    """Makes the rows of one file ready. `now` is when a closed listing was closed that does not say it."""

    def __init__(self, now: str) -> None:
        self._now = now
        self._same: dict[str, list[int]] = {}

    def ready(self, rows: Sequence[Row], rejected: list[Prepared], *, stemmed: bool = True) -> Ready:
        """`stemmed`: the words too."""
        made = Ready(rejected=rejected)
        new: list[dict[str, Any]] = []
        for row in rows:
            values, place = row.values, len(new)
            keys = self._keys(row)
            if keys is None:
                made.repeated += 1
                continue
            owner = values.pop("owner_id", None)
            values.pop("client_id", None)
            if owner:
                made.owners[place] = owner
            if row.own is not None:
                made.own[place] = row.own[1]
            if row.warnings:
                made.warnings[place] = row.warnings
            if said := self._complete(values):
                made.said[place] = said
            values["import_hash"] = row.hash
            made.lines.append(row.line)
            if stemmed:
                made.words.append(document(values).encode())
            made.keys.append(keys)
            for name in _TEXTS:
                if (text := values.get(name)) is not None:
                    values[name] = text.encode()
            for name in record.JSON:
                if name in values:
                    values[name] = orjson.dumps(values[name]) if values[name] else None
            new.append(values)
        used: set[str] = {"currency"}.union(*new)
        made.columns = tuple(name for name in record.STORED if name in used)
        made.values = _tuples(new, made.columns)
        return made

    def _keys(self, row: Row) -> tuple[str, ...] | None:
        """The keys of a row, some of which it keeps; None for a row that repeats an earlier one to the letter."""
        values = row.values
        keys = () if row.own is None else (f"i{row.own[0]}",)
        if external := values.get("external_id"):
            keys = (*keys, "x" + external)
        if (address := values.get("source_url")) and (link := rules.url_key(address)):
            values["url_key"] = link
            keys = (*keys, "u" + link)
        if len(keys) == (row.own is not None):
            base = rules.stable_key(values, 0).partition(".")[0]
            earlier = self._same.setdefault(base, [])
            if row.hash in earlier:
                return None
            values["stable_key"] = f"{base}.{len(earlier)}"
            earlier.append(row.hash)
            keys = (*keys, "s" + values["stable_key"])
        return keys

    def _complete(self, values: dict[str, Any]) -> dict[str, Any]:
        """Add what a new listing needs, and answer what the row said in its place."""
        status, rooms = values.get("status"), values.get("rooms")
        if status == "active" and rooms and "price" in values:
            return {}
        before = dict(values)
        if values.get("price") is None and status in (None, "active", "reserved"):
            values["status"], values["status_reason"] = "draft", NO_PRICE
        values.setdefault("status", "active")
        rules.close_rightly(values)
        rules.complete(values, self._now)
        for name in [name for name, value in values.items() if value is None]:
            del values[name]
        return {name: before.get(name) for name, value in values.items() if before.get(name) != value}


def _tuples(rows: Sequence[Mapping[str, Any]], columns: tuple[str, ...]) -> list[tuple[Any, ...]]:
    get = itemgetter(*columns) if len(columns) > 1 else None
    made = []
    for row in rows:
        if get is not None and len(row) == len(columns):
            made.append(get(row))
        else:
            made.append(tuple(map(row.get, columns)))
    return made
