"""Metro stations by any form of their names: declined ("в Сокольниках"), in capitals, or in Latin letters."""

from __future__ import annotations

import re
from functools import lru_cache

import snowballstemmer

from realty_cli.properties.drafting.vocabulary import load

_PARTS = re.compile(r"[^\W_]+")
_STEMMER = snowballstemmer.stemmer("russian")
_LATIN = str.maketrans({
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "i",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "h", "ц": "ts", "ч": "ch", "ш": "sh",
    "щ": "sch", "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia",
})  # fmt: skip
#: Endings that one name takes in different systems of transliteration, brought to one spelling.
_LATIN_SPELLINGS = (
    ("shch", "sch"), ("kh", "h"), ("yo", "e"), ("jo", "e"), ("yu", "iu"), ("ju", "iu"),
    ("ya", "ia"), ("ja", "ia"), ("ye", "e"), ("je", "e"),
    ("iy", "i"), ("yy", "i"), ("ij", "i"), ("y", "i"), ("j", "i"), ("tz", "ts"), ("'", ""), ("ii", "i"),
    ("iia", "ia"), ("aia", "aa"), ("ie", "e"), ("ia", "a"),
)  # fmt: skip
_ENGLISH_WORDS = {
    "prospekt": "prospekt",
    "avenue": "prospekt",
    "park": "park",
    "square": "ploschad",
    "street": "ulitsa",
    "prospect": "prospekt",
}
MOST_WORDS = 4


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """The part of a Russian word that declension leaves alone."""
    return str(_STEMMER.stemWord(word.replace("ё", "е")))


def latin(word: str) -> str:
    """One spelling for every way to write a Russian name in Latin letters."""
    word = word.lower().translate(_LATIN)
    for written, plain in _LATIN_SPELLINGS:
        word = word.replace(written, plain)
    return word


@lru_cache(maxsize=1)
def _names() -> tuple[dict[tuple[str, ...], str], dict[tuple[str, ...], str]]:
    """Station names by stems and by Latin spelling."""
    russian: dict[tuple[str, ...], str] = {}
    english: dict[tuple[str, ...], str] = {}
    for city in load("stations").values():
        for name in " ".join(city.split()).split(", "):
            parts = _PARTS.findall(name.lower())
            russian.setdefault(tuple(stem(part) for part in parts), name)
            english.setdefault(tuple(latin(part) for part in parts), name)
    return russian, english


@lru_cache(maxsize=1)
def _first_stems() -> frozenset[str]:
    return frozenset(key[0] for key in _names()[0])


def known(words: list[str]) -> tuple[str, int] | None:
    """The station whose name these folded words begin with, and how many of them it takes."""
    if not words:
        return None
    russian, english = _names()
    cyrillic = words[0][0] > "z" or words[0].isdigit()
    keys = (
        [stem(word) for word in words[:MOST_WORDS]]
        if cyrillic
        else [latin(_ENGLISH_WORDS.get(word, word)) for word in words[:MOST_WORDS]]
    )
    names = russian if cyrillic else english
    for size in range(len(keys), 0, -1):
        name = names.get(tuple(keys[:size]))
        if name is not None:
            return name, size
    return None


def may_begin(word: str) -> bool:
    """A quick refusal for most words."""
    return stem(word) in _first_stems()
