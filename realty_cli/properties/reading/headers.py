"""Which field a column holds, by its header: the tables of `headers.toml`, matched in a normal form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import unescape
from typing import Any

from realty_cli.properties.reading.lexicon import load, tokens

ATTRIBUTE = "attributes."

_SQUARE = re.compile(r"кв\.?\s*м(?:етр\w*)?\b\.?|м²|m²|\bsqm\b|\bsq\.?\s*(?:m|meters?|metres?)\b\.?|\bm2\b")
_SIGNS = str.maketrans(
    {"₽": " руб ", "$": " usd ", "€": " eur ", "№": " no ", "#": " no ", "%": " percent ", "²": "2", "₸": " kzt "}
)
_SCALES = {
    "тыс": 1_000,
    "тысяч": 1_000,
    "тысячах": 1_000,
    "т": 1_000,
    "млн": 1_000_000,
    "миллионов": 1_000_000,
    "thousand": 1_000,
    "mln": 1_000_000,
    "million": 1_000_000,
}
_CURRENCIES = {
    "руб": "RUB", "рублей": "RUB", "рублях": "RUB", "рубли": "RUB", "р": "RUB", "rub": "RUB", "rur": "RUB",
    "usd": "USD", "долл": "USD",
    "долларов": "USD", "eur": "EUR", "тенге": "KZT", "тг": "KZT", "kzt": "KZT", "сом": "KGS", "kgs": "KGS",
    "сум": "UZS", "byn": "BYN", "грн": "UAH",
    "uah": "UAH", "gbp": "GBP", "aed": "AED",
}  # fmt: skip
_SURFACES = {
    "м2": "m2", "метры": "m2", "сот": "sotka", "соток": "sotka", "сотки": "sotka", "сотках": "sotka",
    "сотка": "sotka", "га": "ha", "гектар": "ha",
    "гектаров": "ha", "sqft": "ft2", "ft2": "ft2", "acres": "acre", "feet": "ft2", "sqm": "m2",
}  # fmt: skip
_EMPTY_TAILS = frozenset({"value", "name", "text", "amount", "title", "display_name", "displayname", "full", "0"})
_PICTURES = ("image", "photo", "img", "picture", "video", "plan")
_MINOR = {
    "м": "m", "m": "m", "км": "km", "km": "km", "мин": "min", "минут": "min", "минуты": "min", "min": "min",
    "percent": "percent", "шт": "", "г": "", "лет": "",
    "см": "cm", "мм": "mm", "кв": "",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unit:
    """What a header says of its numbers: `scale` 1000 for `тыс.`, a currency, a surface (`m2 sotka ha ft2 acre`)."""

    scale: int = 1
    currency: str | None = None
    surface: str | None = None
    other: str | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """What a header says: a field (or `attributes.<name>`), its place among the names of that field, units, deal."""

    target: str | None
    rank: int = 0
    unit: Unit = Unit()
    deal: str | None = None


def words_of(header: str) -> list[str]:
    """The words of a header in lower case, signs and square metres written out."""
    text = unescape(header).casefold().replace("ё", "е").translate(_SIGNS)
    return tokens(_SQUARE.sub(" м2 ", text).replace("_", " "))


def key(header: str) -> str:
    """The normal form by which headers are compared: letters and figures only."""
    return "".join(words_of(header))


class Aliases:
    """Every known header. `extra` (field -> headers, as in `headers.toml`) goes before what the package knows; `own`
    are the headers of another kind of object than listings (`index_of`)."""

    def __init__(self, extra: Mapping[str, Sequence[str]], own: Mapping[str, tuple[str, int]] | None = None) -> None:
        self._index = dict(_own_index() if own is None else own)
        self._deals = _own_deals() if own is None else {}
        for target, names in extra.items():
            for rank, name in enumerate(names):
                self._index[key(name)] = (target, rank - len(names))

    def match(self, header: str) -> Header:
        """What a header says; a header that nothing is known of has no target."""
        words = words_of(header)
        deal = self._deals.get("".join(words))
        unit = Unit()
        for narrowed, unit in _narrowings(words):
            joined = "".join(narrowed)
            found = self._index.get(joined)
            if found:
                return _settled(Header(found[0], found[1], unit, deal or self._deals.get(joined)), words)
        for tail in (*_tails(header), key(re.sub(r"\([^)]*\)?", " ", header))):
            found = self._index.get(tail)
            if found:
                return Header(found[0], found[1] + 100, unit, deal)
        close = self._close("".join(words))
        return Header(close[0], close[1] + 200, unit, deal) if close else Header(None, 0, unit, deal)

    def _close(self, wanted: str) -> tuple[str, int] | None:
        """The one name that a slip of the pen away is meant; figures are never slips."""
        if not 6 <= len(wanted) <= 24:
            return None
        near = {
            self._index[name]
            for name in self._index
            if len(name) >= 5 and abs(len(name) - len(wanted)) <= 1 and name[0] == wanted[0] and _one_slip(name, wanted)
        }
        targets = {target for target, _ in near}
        return min(near, key=lambda item: item[1]) if len(targets) == 1 else None


def _settled(header: Header, words: list[str]) -> Header:
    """An amount for a unit of surface (`Цена, руб./м2`) is no price."""
    if header.target == "price" and header.unit.surface:
        return Header(ATTRIBUTE + "price_per_m2", 50, header.unit, header.deal)
    # `sqft_living` and the like name their unit inside the name.
    if header.target and header.target.startswith("area_") and header.unit.surface is None:
        joined = "".join(words)
        surface = "ft2" if "sqft" in joined or "feet" in joined else "acre" if "acre" in joined else None
        if surface is None and ("соток" in joined or "сотки" in joined):
            surface = "sotka"
        return replace(header, unit=replace(header.unit, surface=surface))
    return header


def _narrowings(words: list[str]) -> Iterable[tuple[list[str], Unit]]:
    """The words whole, then without money units, then without surfaces, then without all units."""
    unit = Unit()
    yield words, unit
    rest = words
    for table in (_SCALES | _CURRENCIES, _SURFACES, _MINOR):
        kept = [word for word in rest if word not in table]
        if not kept or len(kept) == len(rest):
            continue
        for word in rest:
            if word in table:
                unit = _with(unit, word, table)
        rest = kept
        yield rest, unit


def _with(unit: Unit, word: str, table: Mapping[str, Any]) -> Unit:
    if word in _SCALES and table is not _SURFACES and table is not _MINOR:
        return replace(unit, scale=_SCALES[word])
    if word in _CURRENCIES and table is not _SURFACES and table is not _MINOR:
        return replace(unit, currency=_CURRENCIES[word])
    if table is _SURFACES:
        return replace(unit, surface=_SURFACES[word])
    return replace(unit, other=_MINOR[word] or unit.other)


def _tails(header: str) -> Iterable[str]:
    """The last parts of a dotted path: `all_data.house.ceiling_height`, `area.value`, `agent.name`."""
    parts = [part for part in re.split(r"[./>]|__", header) if part.strip()]
    if len(parts) < 2 or not header.isascii() or any(part.casefold().startswith(_PICTURES) for part in parts):
        return
    yield key(parts[-2] + parts[-1])
    yield key(parts[-2] if parts[-1].casefold() in _EMPTY_TAILS else parts[-1])


def _one_slip(first: str, second: str) -> bool:
    """Whether one letter is wrong, missing, too much, or swapped with its neighbour."""
    if first == second:
        return True
    at = next((i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second)))
    one, other = first[at:], second[at:]
    if any(rest[:1].isdigit() for rest in (one, other)):
        return False
    return (
        one[1:] == other[1:]
        or one[1:] == other
        or one == other[1:]
        or (one[:2] == other[1::-1] and one[2:] == other[2:])
    )


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return load("headers.toml")


@lru_cache(maxsize=1)
def _own_index() -> dict[str, tuple[str, int]]:
    return index_of(_table())


def index_of(table: Mapping[str, Any]) -> dict[str, tuple[str, int]]:
    """What every header of a table like `headers.toml` means: the field, and its place among that field's names."""
    index: dict[str, tuple[str, int]] = {}
    for target, names in table["fields"].items():
        for rank, name in enumerate(names):
            index.setdefault(key(name), (target, rank))
    for name, names in table["attributes"].items():
        for rank, alias in enumerate(names):
            index.setdefault(key(alias), (ATTRIBUTE + name, rank))
    return index


@lru_cache(maxsize=1)
def _own_deals() -> dict[str, str]:
    return {key(name): deal for deal, names in _table()["deal_type"].items() for name in names}
