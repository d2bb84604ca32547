"""What reading a file has in common for every kind of object that stands above listings: headers and words as data
(`headers.toml` of the slice), columns, cells that are set aside, amounts from and to."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from importlib.resources import files
from types import MappingProxyType
from typing import Any, NamedTuple

from realty_cli.errors import Invalid
from realty_cli.properties.reading import amounts
from realty_cli.properties.reading.headers import ATTRIBUTE, Aliases, Unit, index_of
from realty_cli.properties.reading.lexicon import fold
from realty_cli.properties.reading.raw import as_text
from realty_cli.properties.values import Unreadable, blank, block, line

LEFT_OUT = "-"
#: Between several values of one cell.
SEVERAL = re.compile(r"[;,|\n]")
_RANGE = re.compile(r"(?:от|from)?\s*(\d.*?)\s*(?:-|–|—|\bдо\b|\bto\b|\.\.+)\s*(\d.*)")
_BOUND = re.compile(r"(от|from|до|to|up to)\s*(\d.*)")
_FIGURES = re.compile(r"[\d\s.,'\u00a0]+")
_NUMBERED = re.compile(r" \(\d+\)$")
_MOST_ATTRIBUTES, _LONGEST = 180, 2_000
_NONE: Mapping[str, Any] = MappingProxyType({})


class Column(NamedTuple):
    """A header of the file and what its column is read as: a field, `attributes.<name>`, or `-` for nothing."""

    header: str
    target: str
    unit: Unit = Unit()


class Vocabulary:
    """Headers and words of one kind of object: `file` of `package`, with the tables `fields`, `attributes`, `words`."""

    def __init__(self, package: str, file: str = "headers.toml") -> None:
        self._package, self._file = package, file

    @cached_property
    def table(self) -> dict[str, Any]:
        return tomllib.loads(files(self._package).joinpath(self._file).read_text(encoding="utf-8"))

    @cached_property
    def fields(self) -> frozenset[str]:
        """What a person can tell a column to be, besides `attributes.<name>` and `-`."""
        return frozenset(self.table["fields"])

    @cached_property
    def _index(self) -> dict[str, tuple[str, int]]:
        return index_of(self.table)

    @cached_property
    def words(self) -> dict[str, dict[str, str]]:
        """For each field of words, what each of its words means."""
        return {
            name: {fold(word): value for value, words in values.items() for word in words}
            for name, values in self.table["words"].items()
        }

    def word(self, target: str, text: str) -> str:
        """What a cell of words means. Raises `Unreadable`."""
        found = self.words[target].get(fold(text))
        if found is None:
            raise Unreadable("import.unknown_word")
        return found

    def require_known(self, names: Iterable[str], option: str = "--set") -> None:
        """Refuse to set a field that no such object has."""
        for name in names:
            if name not in self.fields:
                raise Invalid.one(option, "field.unknown", name=name)

    def columns(
        self,
        header: Sequence[str],
        *,
        user_map: Mapping[str, str] = _NONE,
        extra_aliases: Mapping[str, Sequence[str]] = _NONE,
        ours: frozenset[str] = frozenset(),
        given: frozenset[str] = frozenset(),
    ) -> list[Column]:
        """What each column of a file is. `ours` are headers that mean themselves, `given` those that are not read.

        Raises Invalid for a field that there is not, a header that the file lacks, and a file of which nothing is
        understood.
        """
        titles = [line(as_text(name)) for name in header]
        for target in (*extra_aliases, *user_map.values()):
            if target not in self.fields and target != LEFT_OUT and not target.startswith(ATTRIBUTE):
                raise Invalid.one(target, "field.unknown", name=target)
        for name in user_map:
            if line(name) not in titles:
                raise Invalid.one(name, "import.no_such_header", header=name, headers=", ".join(titles[:20]))
        told = {line(name): target for name, target in user_map.items()}
        aliases = Aliases(extra_aliases, self._index)
        found = []
        for at, title in enumerate(titles):
            match = aliases.match(_NUMBERED.sub("", title)) if title else None
            target = match.target if match and match.target else ATTRIBUTE + (title or f"column {at + 1}")
            target = title if title in ours else LEFT_OUT if title in given else target
            found.append(Column(title, told.get(title, target), match.unit if match else Unit()))
        if not any(one.target != LEFT_OUT and not one.target.startswith(ATTRIBUTE) for one in found):
            raise Invalid.one("header", "import.no_columns", headers=", ".join(titles[:12]))
        return found


def keep(values: dict[str, Any], name: str, text: str) -> None:
    """A cell that is no field of the object, under its own header among the attributes."""
    name, table = line(name)[:200], values.setdefault("attributes", {})
    if name and text and len(table) < _MOST_ATTRIBUTES:
        table.setdefault(name, block(text)[:_LONGEST])


def listed(cell: object, parts: re.Pattern[str] = SEVERAL) -> list[str]:
    """Several values of one cell, as text."""
    some = cell if isinstance(cell, list) else parts.split(as_text(cell).strip().strip("[]"))
    return [text for one in some if not blank(text := line(as_text(one)).strip(" '\"#"))]


def bounded(target: str, stem: str, text: str, unit: Unit) -> dict[str, Any]:
    """An amount from and to: `<stem>_min`, `<stem>_max` and `currency`. `target` is `stem`, where a bare amount is the
    most that would be paid, or one of the two."""
    if blank(text):
        return {}
    folded = fold(text)
    if target == stem and (pair := _RANGE.fullmatch(folded)):
        low, high = pair[1], pair[2]
        if _FIGURES.fullmatch(low):
            low += _FIGURES.sub("", high, count=1)  # 5-7 млн
        return {**amount(f"{stem}_min", low, unit), **amount(f"{stem}_max", high, unit)}
    if bound := _BOUND.fullmatch(folded):
        named = f"{stem}_min" if bound[1] in ("от", "from") else f"{stem}_max"
        return amount(named if target == stem else target, bound[2], unit)
    return amount(f"{stem}_max" if target == stem else target, text, unit)


def amount(name: str, text: str, unit: Unit) -> dict[str, Any]:
    """One amount under `name`, and its currency where one is said. Raises `Unreadable`."""
    found = amounts.money(text, unit.scale)
    if found is None or found.amount is None:
        raise Unreadable("import.price_unreadable")
    currency = found.currency or unit.currency
    return {name: found.amount, **({"currency": currency} if currency else {})}


def fingerprint(*said: object) -> int:
    """A number that stands for what a row says, for the column `import_hash`."""
    text = repr(said)
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big", signed=True)
