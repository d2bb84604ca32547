"""From the rows of any file of listings to the fields of a listing.

`plan` looks once at the headers (and some rows) of a file and compiles a reader a column; `Plan.convert` then turns row
after row into a plain record. Headers are data (`headers.toml`), words too (`reading/lexicon.toml`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from realty_cli.errors import FieldProblem, Invalid
from realty_cli.properties.reading import cells, lexicon
from realty_cli.properties.reading.bulk import TEXTS, Bulk
from realty_cli.properties.reading.bulk import reader as bulk_reader
from realty_cli.properties.reading.cells import MAX_ATTRIBUTE, NOTHING, Column, Read, Reading
from realty_cli.properties.reading.drafts import (
    FIELDS,
    LEFT_OUT,
    READERS,
    Draft,
    draft,
    is_own,
    require_field,
    told_by_headers,
)
from realty_cli.properties.reading.headers import ATTRIBUTE, Aliases, Unit
from realty_cli.properties.reading.raw import as_json, as_text
from realty_cli.properties.reading.settling import BY_PRICE, Circumstances, looks_swapped, settle
from realty_cli.properties.values import blank, line

#: Readers that write several fields go first, so that a field's own column has the last word.
_COMPOUND_FIRST = frozenset({
    "price", "property_type", "rooms", "rooms_code", "floor", "house_or_floors", "area_total", "city", "metro",
})  # fmt: skip
#: Fields whose cells are mostly all different: nothing is gained by remembering them.
_DIFFERENT = frozenset({
    "source_url", "external_id", "description", "id", "created_at", "latitude", "longitude", "coordinates",
})  # fmt: skip
#: Fields in which -1 can only mean "unknown". A floor of -1 exists.
_NUMBERS = frozenset({
    "price", "rooms", "rooms_code", "bedrooms", "area_total", "area_living", "area_kitchen", "area_land",
    "floors_total",
    "year_built", "ceiling_height", "commission", "deposit", "metro_minutes", "metro_distance", "final_price",
})  # fmt: skip
_MOMENTS = frozenset({"listed_at", "closed_at", "created_at", "exclusive_from", "exclusive_until"})
#: Fields that may be texts of any length; no other value is longer than _LONGEST.
_TEXTS = frozenset({"description", "title", "address", "attributes", "tags", "source_url"})
_LONGEST = 1_000
#: Different cells that a column remembers.
_MEMORY = 10_000
_SURPLUS = 20
_NONE: Mapping[str, Any] = MappingProxyType({})

Other = Callable[[object], Reading]


class _Memory(dict[str, "Reading | dict[str, Any]"]):
    """What a column's cells were read as: most as fields alone, which then stand here without the rest of a reading.

    `odd` is set where a reading says more, `whole` where the last column was read as one. `hints` collects the names of
    all that only hints at a field.
    """

    def __init__(self, read: Read, bulk: Bulk | None, most: int, hints: set[str]) -> None:
        self[""] = {}
        self.odd = self.whole = False
        self._read, self._bulk, self._most, self._hints = read, bulk, most, hints
        self._odd: dict[str, Reading] = {}

    def __missing__(self, cell: str) -> Reading | dict[str, Any]:
        reading = self._odd.get(cell)
        if reading is None:
            reading = self._read(cell)
        fields, extra, bad, notes = reading
        for name in fields:
            if name[0] == "_":
                self._hints.add(name)
        if extra or bad or notes:
            self.odd = True
            if len(self._odd) < self._most:
                self._odd[cell] = reading
            return reading
        if len(self) < self._most:
            self[cell] = fields
        return fields

    def all(self, cells: Sequence[str]) -> Sequence[Reading | dict[str, Any]]:
        """What each cell of a column says."""
        found = self._bulk(cells) if self._bulk else None
        self.whole = found is not None
        return list(map(self.__getitem__, cells)) if found is None else found


class Converted(NamedTuple):
    """A row as a record (see `Plan.convert`), why it cannot be taken, and what of it was set aside."""

    record: dict[str, Any]
    problems: list[FieldProblem]
    warnings: list[FieldProblem]


class ColumnPlan(NamedTuple):
    """A header of the file and what its column is read as: a field, `attributes.<name>`, or `-` for nothing."""

    header: str
    target: str


class Plan:
    """How the rows of one file are read; made by `plan`. `columns` says it for people."""

    def __init__(self, titles: Sequence[str], drafts: Sequence[Draft], file: Circumstances, now: datetime) -> None:
        self.columns: tuple[ColumnPlan, ...] = tuple(ColumnPlan(one.header, one.target) for one in drafts)
        self.file = file
        self._titles = list(titles)
        self._width = len(titles)
        self._numbers = [one.index for one in drafts if one.target in _NUMBERS]
        self._steps: list[tuple[int, _Memory, Other]] = []
        self._fallbacks: list[tuple[int, str, str, Read, Other]] = []
        self._hints: set[str] = set()
        self._texts: list[tuple[str, _Memory]] = []
        self.clean: frozenset[str] = frozenset()
        """Texts that each row converted last has, none too long, none with control characters or space around it."""
        taken = {one.target for one in drafts if not one.fallback}
        for one in sorted(drafts, key=lambda one: (one.target not in _COMPOUND_FIRST, one.index)):
            if one.target == LEFT_OUT:
                continue
            read, bulk = _reader(one, taken, now, own=file.own)
            other = _other(one.target, read)
            if one.fallback:
                self._fallbacks.append((one.index, one.label, one.target, read, other))
            else:
                most = 1 if one.target in _DIFFERENT else _MEMORY
                memory = _Memory(read, bulk, most, self._hints)
                self._steps.append((one.index, memory, other))
                if one.target in TEXTS:
                    self._texts.append((one.target, memory))

    def convert(self, cells: Sequence[object]) -> Converted:
        """Read one row. Never raises; what cannot be read becomes a problem, or an attribute with a warning.

        The record holds only what the row says: fields of a listing in their units (money in major units, areas in
        square metres, moments as date, naive or aware datetime), `attributes` with all else, and from our own export
        `id`, `owner_id` and `created_at`. `title` is left out where the file has none.
        """
        width = len(cells)
        if width < self._width:
            cells = [*cells, *[None] * (self._width - width)]
        readings: list[Reading | dict[str, Any]] = []
        for index, memory, other in self._steps:
            cell = cells[index]
            if isinstance(cell, str):
                readings.append(memory[cell])
            elif cell is not None:
                readings.append(other(cell))
        return self._converted(cells, width, readings)

    def convert_all(self, rows: Sequence[Sequence[object]]) -> list[Converted]:
        """The same for many rows: where all cells are texts, column after column, which costs a third."""
        self.clean = frozenset()
        columns = list(zip(*rows, strict=True)) if set(map(len, rows)) == {self._width} else []
        if not columns or any(set(map(type, columns[index])) != {str} for index, _, _ in self._steps):
            return [self.convert(cells) for cells in rows]
        for _, memory, _ in self._steps:
            memory.odd = False
        read: list[Any] = [memory.all(columns[index]) for index, memory, _ in self._steps]
        self.clean = frozenset(name for name, memory in self._texts if memory.whole)
        together = zip(rows, zip(*read, strict=True), strict=True)
        if self._fallbacks or any(memory.odd for _, memory, _ in self._steps):
            return [self._converted(cells, self._width, readings) for cells, readings in together]
        return [self._plain(cells, readings) for cells, readings in together]

    def _plain(self, cells: Sequence[object], readings: Iterable[dict[str, Any]]) -> Converted:
        """A row whose cells say nothing but fields."""
        record: dict[str, Any] = {}
        for fields in readings:
            record.update(fields)
        if not record:
            return self._converted(cells, self._width, ())
        return self._settled(cells, record, {}, [], [], self._hints)

    def _converted(
        self, cells: Sequence[object], width: int, readings: Iterable[Reading | dict[str, Any]]
    ) -> Converted:
        record: dict[str, Any] = {}
        attributes: dict[str, str] = {}
        problems: list[FieldProblem] = []
        warnings: list[FieldProblem] = []
        for reading in readings:
            if isinstance(reading, dict):
                record.update(reading)
                continue
            fields, extra, bad, notes = reading
            record.update(fields)
            if extra:
                attributes.update(extra)
            if bad:
                problems += bad
            if notes:
                warnings += notes
        if self._fallbacks:
            self._fall_back(cells, record, attributes)
        if width > self._width:
            self._surplus(cells, attributes)
        if not record and not attributes:
            return Converted({}, [*problems, FieldProblem("row", "import.row_empty", {})], warnings)
        hints = [name for name in record if name[0] == "_"]
        return self._settled(cells, record, attributes, problems, warnings, hints)

    def _settled(
        self,
        cells: Sequence[object],
        record: dict[str, Any],
        attributes: dict[str, str],
        problems: list[FieldProblem],
        warnings: list[FieldProblem],
        hints: Collection[str],
    ) -> Converted:
        if cells[0] == self._titles[0] and list(cells[: self._width]) == self._titles:
            return Converted({}, [FieldProblem("row", "import.row_is_header", {})], [])
        minus_one = record.get("floor") == -1 and any(_is_minus_one(cells[index]) for index in self._numbers)
        missing = settle(record, attributes, warnings, self.file, minus_one=minus_one, told=hints)
        if missing:
            problems.append(missing)
        if attributes:
            record["attributes"] = attributes
        return Converted(record, problems, warnings)

    def _fall_back(self, cells: Sequence[object], record: dict[str, Any], attributes: dict[str, str]) -> None:
        """Second columns of a field: they fill its gaps, and are attributes where they say otherwise."""
        for index, label, target, read, other in self._fallbacks:
            cell = cells[index]
            if cell is None or cell == "":
                continue
            fields, extra, _, _ = read(cell) if isinstance(cell, str) else other(cell)
            for name, text in (extra or {}).items():
                attributes.setdefault(name, text)
            if target in fields and target in record:
                if record[target] != fields[target]:
                    attributes.setdefault(label, line(as_text(cell))[:MAX_ATTRIBUTE])
                continue
            for name, value in fields.items():
                record.setdefault(name, value)

    def _surplus(self, cells: Sequence[object], attributes: dict[str, str]) -> None:
        for index in range(self._width, min(len(cells), self._width + _SURPLUS)):
            text = line(as_text(cells[index]))
            if not blank(text):
                attributes[f"column {index + 1}"] = text[:MAX_ATTRIBUTE]


def plan(
    header: Sequence[str],
    *,
    sample: Sequence[Sequence[object]] = (),
    user_map: Mapping[str, str] = _NONE,
    defaults: Mapping[str, str] = _NONE,
    file_name: str = "",
    now: datetime,
    extra_aliases: Mapping[str, Sequence[str]] = _NONE,
) -> Plan:
    """Decide how the rows under `header` are read.

    `sample`: some rows, which decide what a header alone leaves open. `user_map`: header -> field, `attributes.<name>`
    or `-`. `defaults`: field -> text, for rows that do not say; it goes before what only a header, a link or the file's
    name suggests. `now` (aware, in the reader's zone) is what `вчера` is counted from. `extra_aliases`: field -> more
    headers, before those the package knows.

    Raises Invalid for a field that no listing has, a header that the file lacks, a default that cannot be read, and a
    file of which no column is understood.
    """
    titles = [line(as_text(name)) for name in header]
    for target in extra_aliases:
        require_field(target, target)
    drafts = draft(titles, Aliases(extra_aliases), sample, user_map)
    if not any(one.target != LEFT_OUT and not one.target.startswith(ATTRIBUTE) for one in drafts):
        raise Invalid.one("header", "import.no_columns", headers=", ".join(titles[:12]))
    named = lexicon.told_by_file_name(file_name)
    file = Circumstances(
        own=is_own(titles),
        defaults=_defaults(defaults, now),
        deal_header=told_by_headers(drafts),
        deal_file=named.get("deal_type"),
        type_file=named.get("property_type"),
        minus_one=_writes_minus_one(drafts, sample),
        bare_total=any(one.target == "area_total" and one.match.unit.surface is None for one in drafts),
    )
    made = Plan(titles, drafts, file, now)
    _learn(file, [made.convert(row) for row in sample])
    return made


def _writes_minus_one(drafts: Iterable[Draft], sample: Sequence[Sequence[object]]) -> bool:
    numbers = [one.index for one in drafts if one.target in _NUMBERS]
    return any(_is_minus_one(row[index]) for row in sample for index in numbers if index < len(row))


def _is_minus_one(cell: object) -> bool:
    return cell in ("-1", "-1.0") or (type(cell) in (int, float) and cell == -1)


def _learn(file: Circumstances, rows: Sequence[Converted]) -> None:
    """What the rows of the sample agree on."""
    records = [row.record for row in rows]
    deals: dict[bool, set[str]] = {True: set(), False: set()}
    for row in rows:
        if "deal_type" in row.record:
            deals[any(one.code == BY_PRICE for one in row.warnings)].add(row.record["deal_type"])
    if len(deals[False]) == 1:
        (file.deal_sample,) = deals[False]
    elif not deals[False] and len(deals[True]) == 1:
        (file.deal_prices,) = deals[True]
    points = [
        (record["latitude"], record["longitude"]) for record in records if {"latitude", "longitude"} <= record.keys()
    ]
    file.swapped = bool(points) and sum(looks_swapped(*point) for point in points) >= 0.8 * len(points)


def _defaults(defaults: Mapping[str, str], now: datetime) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for name, text in defaults.items():
        if name not in FIELDS:
            raise Invalid("invalid", [FieldProblem(name, "field.unknown", {"name": name})])
        fields, _, bad, notes = READERS[name](Column(name, name, Unit(), now, own=True))(text)
        if name not in fields or bad or notes:
            raise Invalid.one(name, "import.default_unreadable", field=name, value=text)
        facts[name] = fields[name]
    return facts


def _reader(one: Draft, taken: set[str], now: datetime, *, own: bool) -> tuple[Read, Bulk | None]:
    """How a cell of a column is read, and where there is a way, the column as a whole."""
    if one.target.startswith(ATTRIBUTE):
        return cells.attribute(Column(one.target, one.target[len(ATTRIBUTE) :], one.match.unit, now)), None
    # What a compound cell may tell, unless the file has a column for just that.
    told = {
        "title": {"property_type", "rooms", "area_total", "floor"} <= taken,
        "source_url": bool(taken & {"rooms", "rooms_code", "area_total", "title"}),
        "address": "street" in taken,
        "house_or_floors": "floor" in taken,
        "description": bool(taken & {"title", "rooms", "area_total"}),
    }
    column = Column(one.target, one.label, one.match.unit, now, own=own, lone=not told.get(one.target, False))
    read = READERS[one.target](column)
    return (read if one.target in _TEXTS else _bounded(column, read)), bulk_reader(column)


def _bounded(column: Column, read: Read) -> Read:
    def read_bounded(cell: str) -> Reading:
        if len(cell) > _LONGEST:
            return cells.kept(column, line(cell[: 4 * MAX_ATTRIBUTE]), "import.too_long", most=_LONGEST)
        return read(cell)

    return read_bounded


def _other(target: str, read: Read) -> Other:
    """The reader for cells that are not text: what spreadsheets and JSON hold."""

    def read_other(cell: object) -> Reading:
        if isinstance(cell, date):
            if target in _MOMENTS:
                day = cell.date() if isinstance(cell, datetime) and target.startswith("exclusive") else cell
                return ({target: day}, None, (), ())
            if target in ("floor", "house_or_floors"):
                # A spreadsheet takes `5/9` for the fifth of September.
                return read(f"{cell.day}/{cell.month}")
        if target == "tags" and isinstance(cell, list):
            return read(json.dumps([as_text(item) for item in cell], ensure_ascii=False))
        if target == "attributes" and isinstance(cell, dict):
            return read(as_json(cell))
        text = as_text(cell)
        return read(text) if text else NOTHING

    return read_other
