"""What the words of listing files mean: the tables of `lexicon.toml`, compiled for looking cells up.

Every lookup is by normal form (see `fold`) and answers None, or nothing, for words that the tables do not hold.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

_TOKEN = re.compile(r"[^\W_]+")
# Latin letters that look like Cyrillic ones; files hold them inside Russian words (`cотка`, `кирпичныe`).
_LOOK_ALIKES = str.maketrans("aceopxykmtbh", "асеорхукмтвн")
_CYRILLIC = re.compile("[а-я]")
_CAMEL = re.compile("(?<=[a-z])(?=[A-Z])")


def load(*path: str) -> dict[str, Any]:
    """A table of this package, by its path from `realty_cli.properties`."""
    return tomllib.loads(files("realty_cli.properties").joinpath(*path).read_text(encoding="utf-8"))


def fold(text: str) -> str:
    """The normal form of a cell: lower case, ё as е, single ordinary spaces, no point at the end."""
    return " ".join(text.casefold().replace("ё", "е").split()).rstrip(" .,;")


def tokens(text: str) -> list[str]:
    """The words and figures of a folded text; look-alike Latin letters inside a Russian word become Cyrillic."""
    found = _TOKEN.findall(text)
    return [
        token.translate(_LOOK_ALIKES) if not token.isascii() and _CYRILLIC.search(token) else token for token in found
    ]


class Meaning(NamedTuple):
    """What a cell stands for; `exact` if the table holds the cell whole, so that nothing of it is lost."""

    value: str
    exact: bool


class Words:
    """A closed vocabulary: whole cells, and beginnings of words tried from the left."""

    def __init__(self, whole: Mapping[str, Iterable[str]], beginnings: Mapping[str, Iterable[str]]) -> None:
        self._whole = {fold(entry): value for value, entries in whole.items() for entry in entries}
        self._words: dict[str, str] = {}
        self._stems: list[tuple[str, str]] = []
        for value, entries in beginnings.items():
            for entry in entries:
                if entry.endswith("*"):
                    self._stems.append((entry[:-1], value))
                else:
                    self._words[entry] = value
        self._stems.sort(key=lambda item: -len(item[0]))

    def whole(self, folded: str) -> str | None:
        return self._whole.get(folded)

    def scan(self, words: Iterable[str]) -> str | None:
        for word in words:
            value = self._words.get(word)
            if value is not None:
                return value
            for stem, value in self._stems:
                if word.startswith(stem):
                    return value
        return None

    def find(self, text: str) -> Meaning | None:
        folded = fold(text)
        value = self._whole.get(folded)
        if value is not None:
            return Meaning(value, exact=True)
        value = self.scan(tokens(fold(_CAMEL.sub(" ", text))))
        return None if value is None else Meaning(value, exact=False)


@lru_cache(maxsize=1)
def _tables() -> dict[str, Any]:
    return load("reading", "lexicon.toml")


@lru_cache(maxsize=32)
def words(name: str) -> Words:
    """A vocabulary by its name in `lexicon.toml`."""
    table = _tables()[name]
    if "whole" in table:
        return Words(table["whole"], table.get("beginnings", {}))
    return Words({value: [e for e in entries if not e.endswith("*")] for value, entries in table.items()}, table)


def enumerated(name: str, text: str) -> Meaning | None:
    """The value of an enumeration that a cell names; `name` is `renovation`, `status`, `market`, `deal_type`, ...

    The value itself, as our own files write it, counts as a whole entry.
    """
    folded = fold(text)
    if folded.replace(" ", "_") in _values(name):
        return Meaning(folded.replace(" ", "_"), exact=True)
    return words(name).find(text)


@lru_cache(maxsize=32)
def _values(name: str) -> frozenset[str]:
    table = _tables()[name]
    return frozenset(table.get("whole", table))


def material(text: str) -> Meaning | None:
    """The material of walls. A list (`Панельный, монолитный`) counts by its first member and is not exact."""
    found = enumerated("building_material", text)
    if found is None or found.exact:
        return found
    first = fold(text).split(",")[0]
    if "кирпич" in first and "монолит" in first:
        return Meaning("monolith_brick", exact=False)
    return found


class Kind(NamedTuple):
    """What a cell says of the kind of object, as fields of a listing; `exact` as in `Meaning`."""

    facts: dict[str, Any]
    exact: bool


def kind(text: str) -> Kind | None:
    """The kind of object that a cell names, with what its words tell besides: `Вторичка Апартаменты`, `flatSale`."""
    folded = fold(text)
    found = _kinds().get(folded)
    if found is not None:
        return Kind(found, exact=True)
    parts = tokens(fold(_CAMEL.sub(" ", text)))
    stem = words("property_type").scan(_without_counts(parts))
    if stem is None:
        return None
    facts: dict[str, Any] = {"property_type": stem}
    marks = _marks()
    if stem == "apartment":
        for name in ("is_apartments", "is_studio"):
            if marks[name].scan(parts):
                facts[name] = True
    for name in ("new_building", "resale"):
        if marks[name].scan(parts):
            facts["market"] = name
            break
    return Kind(facts, exact=False)


def _without_counts(parts: list[str]) -> list[str]:
    """`2 комнаты` is a count of rooms, not a room."""
    return [
        part
        for at, part in enumerate(parts)
        if not (part.startswith(("комнат", "room", "bed")) and at and parts[at - 1].isdigit())
    ]


@lru_cache(maxsize=1)
def _kinds() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for key, entries in _tables()["property_type"]["whole"].items():
        name, *marks = key.split()
        facts: dict[str, Any] = {"property_type": name}
        for mark in marks:
            field, _, value = mark.partition("=")
            facts[field] = value or True
        found.update((fold(entry), facts) for entry in entries)
    return found


@lru_cache(maxsize=1)
def _marks() -> dict[str, Words]:
    return {name: Words({}, {name: entries}) for name, entries in _tables()["property_type"]["facts"].items()}


@lru_cache(maxsize=1)
def currencies() -> dict[str, str]:
    """Signs and words of money, folded -> ISO 4217 code."""
    return {fold(sign): code for code, signs in _tables()["currency"].items() for sign in signs}


@lru_cache(maxsize=1)
def portals() -> dict[str, str]:
    """Domain -> the name that a portal has as a source."""
    return dict(_tables()["portal"])


@lru_cache(maxsize=1)
def city_slugs() -> dict[str, str]:
    """A city as links write it -> its name."""
    return dict(_tables()["city_slug"])


@lru_cache(maxsize=1)
def cities() -> dict[str, str]:
    """Names of cities, folded -> as they are written."""
    names = [*_tables()["city_slug"].values(), *_tables()["cities"]["names"]]
    return {fold(name): name for name in names}


@lru_cache(maxsize=1)
def link_words() -> dict[str, dict[str, str]]:
    """`deal_type` and `property_type` -> piece of a link's path -> value."""
    return {
        field: {piece: value for value, pieces in table.items() for piece in pieces}
        for field, table in _tables()["link"].items()
    }


def told_by_file_name(name: str) -> dict[str, str]:
    """The deal and the kind of object that the name of a file tells: `cian_moscow_rent_2024.csv` is about rent."""
    pieces = _TOKEN.findall(fold(name))
    facts: dict[str, str] = {}
    for field, table in _tables()["file"].items():
        for value, beginnings in table.items():
            if any(piece.startswith(tuple(beginnings)) for piece in pieces):
                facts[field] = value
                break
    return facts
