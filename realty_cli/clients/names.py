"""Names of people and companies: taken apart, put together, and the form in which two spellings are one.

Pure. Russian order ("Фамилия Имя Отчество") where the words do not tell, the other way round for Latin letters.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from realty_cli.kit.lookalikes import skeleton

_WORD = re.compile(r"[^\W\d_][^\W\d_'’.-]*(?:[-'’][^\W\d_]+)*\.?")
_INITIAL = re.compile(r"[^\W\d_]\.?")
_JOINED_INITIALS = re.compile(r"(?<!\w)([^\W\d_])\.\s*([^\W\d_])\.?(?![\w])")
_QUOTES = re.compile('[«»„“”"]')
_ASIDE = re.compile(r"[(\[][^)\]]*[)\]]?|,.*$|\s[-–—]\s.*$")
_TURNED = re.compile(r"([A-Za-z'’-]+), ([A-Za-z'’-]+)")
_CYRILLIC = re.compile("[а-яёіїєґ]", re.IGNORECASE)
_LATIN = str.maketrans({
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "y",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
    "і": "i", "ї": "i", "є": "e", "ґ": "g", "ў": "u", "'": "", "’": "",
})  # fmt: skip
# From many ways to write a sound in Latin letters to one; in this order.
_SOUNDS = tuple((re.compile(pattern), put) for pattern, put in (
    ("shch|sch|sh", "s"), ("ch", "q"), ("ck", "k"), ("c(?=[eiy])", "ts"), ("c", "k"), ("kh", "h"), ("zh", "z"),
    ("ph", "f"), ("th", "t"), ("tz", "ts"), ("x", "ks"), ("w", "v"), ("[iy]+o", "e"),
    ("^[iyj]+(?=[au])", "i"), ("(?<!^)[iyj]+(?=[aeu])|^[iyj]+(?=e)", ""),
    ("[yj]", "i"), ("i+$", ""), (r"(.)\1+", r"\1"),
))  # fmt: skip


class Name(NamedTuple):
    """What somebody is called. A company has `company` and no other part."""

    last: str | None = None
    first: str | None = None
    middle: str | None = None
    company: str | None = None


@lru_cache(maxsize=1)
def _tables() -> dict[str, Any]:
    found = tomllib.loads(files("realty_cli.clients").joinpath("names.toml").read_text(encoding="utf-8"))
    return {name: frozenset(words) if name != "patronymics" else tuple(words) for name, words in found.items()}


def fold(text: str) -> str:
    """Small letters, ё as е, single spaces."""
    return " ".join(text.casefold().replace("ё", "е").split())


def is_company(text: str) -> bool:
    """Whether this is what a company is called: a legal form, quotes, or a word that no person bears."""
    words = [word.strip(".,") for word in _QUOTES.sub(" ", fold(text)).split()]
    if any(word in _tables()["companies"] for word in words):
        return True
    return bool(re.search("«.+»", text)) or any(word in _tables()["company_words"] for word in words)


def read_name(text: str) -> Name:
    """A person's or a company's name as somebody wrote it."""
    plain = " ".join(text.split())
    if is_company(plain):
        return Name(company=plain)
    last, first, middle = split_name(plain)
    return Name(last, first, middle)


def split_name(text: str) -> tuple[str | None, str | None, str | None]:
    """Family name, first name and patronymic of a person, in whatever order they were written; None for what is not
    there. Remarks in brackets or behind a comma are left out; what is no name at all is kept as the first one."""
    if turned := _TURNED.fullmatch(text.strip()):  # Smith, John
        text = f"{turned[2]} {turned[1]}"
    plain = " ".join(_ASIDE.sub(" ", text).split()) or " ".join(text.split())
    plain = _JOINED_INITIALS.sub(r"\1. \2.", plain)
    words = [hit[0] for hit in _WORD.finditer(plain)]
    while len(words) > 1 and fold(words[0]).rstrip(".") in _tables()["titles"]:
        words = words[1:]
    if not words:
        return None, plain or None, None
    words = [_capital(word) for word in words]
    return _arranged(words)


def _arranged(words: list[str]) -> tuple[str | None, str | None, str | None]:
    initials = [word for word in words if _INITIAL.fullmatch(word)]
    full = [word for word in words if not _INITIAL.fullmatch(word)]
    if initials and full:
        letters = [word.rstrip(".") + "." for word in initials]
        if len(full) == 2 and len(letters) == 1 and words[-1] == initials[0]:  # Иванов Пётр И.
            last, first, _ = _two(full)
            return last, first, letters[0]
        return " ".join(full), letters[0], letters[1] if len(letters) > 1 else None
    if len(words) == 1:
        return (words[0], None, None) if _is_family(words[0]) and not _is_first(words[0]) else (None, words[0], None)
    if fold(words[-1]) in _tables()["patronymic_words"] and len(words) > 3:
        return " ".join(words[:-3]), words[-3], f"{words[-2]} {words[-1]}"
    if len(words) == 3 and _is_patronymic(words[1]) and _is_first(words[0]):  # Роман Аркадьевич Абрамович
        return words[2], words[0], words[1]
    # The first word of all is never a patronymic: "Павлович" is a family name as well.
    at = next((at for at in range(len(words) - 1, 0, -1) if _is_patronymic(words[at])), None)
    if at is not None and (len(words) > 2 or _is_first(words[0]) or not _is_family(words[0])):
        rest = words[:at] + words[at + 1 :]
        if at == 1 and len(words) > 2:  # Иван Иванович Иванов
            return " ".join(words[2:]), words[0], words[at]
        return " ".join(rest[:-1]) or None, rest[-1], words[at]
    return _two(words)


def _two(words: list[str]) -> tuple[str | None, str | None, str | None]:
    """A family name and a first one; a third word can only be a middle name."""
    russian = bool(_CYRILLIC.search(words[0]))
    begins, ends = _is_first(words[0]), _is_first(words[-1])
    first_comes_first = not russian
    if begins != ends:
        first_comes_first = begins
    elif not begins and _is_family(words[0]) != _is_family(words[-1]):
        first_comes_first = _is_family(words[-1])
    if first_comes_first:
        middle = " ".join(words[1:-1]) or None
        return words[-1], words[0], middle
    if len(words) == 2 or ends:
        return " ".join(words[:-1]), words[-1], None
    return words[0], words[1], " ".join(words[2:])


def _capital(word: str) -> str:
    """A word written in one case, as names are; any other stays as it was written."""
    if len(word) > 1 and (word.islower() or word.isupper()) and fold(word) not in _tables()["particles"]:
        return "-".join(part[:1].upper() + part[1:].lower() for part in word.split("-"))
    return word


def _is_first(word: str) -> bool:
    return fold(word) in _tables()["firsts"]


def _is_patronymic(word: str) -> bool:
    folded = fold(word)
    return len(folded) > 5 and folded.endswith(_tables()["patronymics"])


def _is_family(word: str) -> bool:
    folded = fold(word)
    return any(len(folded) > size + 1 and folded[-size:] in _tables()["families"] for size in (2, 3, 4, 5))


def full_name(last: str | None, first: str | None, middle: str | None, company: str | None = None) -> str | None:
    """The name as it is shown: "Фамилия Имя Отчество", or the company's."""
    return " ".join(part for part in (last, first, middle) if part) or company or None


@lru_cache(maxsize=16_384)
def sound(word: str) -> str:
    """A word as it sounds, in few letters: Юлия, Yulia, Iuliia and Julia are one, Щербакова and Scherbakova too."""
    found = fold(word).translate(_LATIN)
    if not found.isascii():
        found = skeleton(found)
    found = re.sub(r"[\W_]+", "", found)
    for pattern, put in _SOUNDS:
        found = pattern.sub(put, found)
    return found


def name_key(
    last: str | None, first: str | None, middle: str | None = None, company: str | None = None, name: str | None = None
) -> str | None:
    """The form in which two spellings of one name are equal: letters, ё, order and transliteration do not matter.

    Of a person: family and first name, for many write no patronymic. None where nothing is left to compare.
    """
    if not (last or first):
        return company_key(company or name or "") or None
    parts = [found for word in (last, first) if word and (found := sound(word))]
    return " ".join(sorted(parts)) or None


def company_key(text: str) -> str:
    """A company's name without its legal form and quotes."""
    words = [word.strip(".,") for word in _QUOTES.sub(" ", fold(text)).split()]
    kept = [word for word in words if word not in _tables()["companies"]] or words
    return " ".join(found for word in kept if (found := sound(word)))
