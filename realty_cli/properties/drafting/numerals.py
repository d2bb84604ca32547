"""Numbers of a text, in digits and in words, and the words around them."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from realty_cli.properties.drafting.source import Source

_DIGITS = re.compile(
    r"(?<!\d)(?<!\d[.,])(?:"
    r"(?P<spaced>\d{1,3}(?:[ '_]\d{3}){1,4}(?!\d))"
    r"|(?P<pointed>\d{1,3}(?:([.,])\d{3})(?:\3\d{3}){1,3}(?!\d))"
    r"|(?P<plain>\d{1,12})(?!\d)"
    r")(?P<part>[.,]\d{1,4}(?!\d))?"
)


class Number(NamedTuple):
    """A quantity in the text. `grouped` is the other reading of "250,000": thousands parted, not decimals."""

    start: int
    end: int
    value: float
    grouped: float | None = None
    ordinal: bool = False
    in_words: bool = False


_CARDINALS_RU = {
    1: "один одна одно одну одной одного одном", 2: "два две двух двумя двум", 3: "три трех тремя трем",
    4: "четыре четырех четырьмя", 5: "пять пяти пятью", 6: "шесть шести", 7: "семь семи", 8: "восемь восьми",
    9: "девять девяти", 10: "десять десяти", 11: "одиннадцать одиннадцати", 12: "двенадцать двенадцати",
    13: "тринадцать тринадцати", 14: "четырнадцать четырнадцати", 15: "пятнадцать пятнадцати",
    16: "шестнадцать шестнадцати", 17: "семнадцать семнадцати", 18: "восемнадцать восемнадцати",
    19: "девятнадцать девятнадцати", 20: "двадцать двадцати", 30: "тридцать тридцати", 40: "сорок сорока",
    50: "пятьдесят пятидесяти", 60: "шестьдесят шестидесяти", 70: "семьдесят семидесяти",
    80: "восемьдесят восьмидесяти", 90: "девяносто", 100: "сто", 200: "двести", 300: "триста", 400: "четыреста",
    500: "пятьсот", 600: "шестьсот", 700: "семьсот", 800: "восемьсот", 900: "девятьсот",
}  # fmt: skip
_ORDINAL_STEMS_RU = {
    1: "перв", 2: "втор", 4: "четверт", 5: "пят", 6: "шест", 7: "седьм", 8: "восьм", 9: "девят", 10: "десят",
    11: "одиннадцат", 12: "двенадцат", 13: "тринадцат", 14: "четырнадцат", 15: "пятнадцат", 16: "шестнадцат",
    17: "семнадцат", 18: "восемнадцат", 19: "девятнадцат", 20: "двадцат", 30: "тридцат",
}  # fmt: skip
_ORDINAL_ENDINGS_RU = ("ый", "ой", "ом", "ого", "ая", "ую", "ым", "ому")
_THIRD_RU = "третий третьем третьего третья третьей третью третьим"
_CARDINALS_EN = """
one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen twenty
"""
_ORDINALS_EN = """
first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
sixteenth seventeenth eighteenth nineteenth twentieth
"""
_TENS_EN = "thirty forty fifty sixty seventy eighty ninety"


def _names() -> dict[str, tuple[int, bool]]:
    """Every word that is a number by itself: its value and whether it says which one."""
    names = {form: (value, False) for value, forms in _CARDINALS_RU.items() for form in forms.split()}
    names |= {
        stem + ending: (value, True) for value, stem in _ORDINAL_STEMS_RU.items() for ending in _ORDINAL_ENDINGS_RU
    }
    names |= dict.fromkeys(_THIRD_RU.split(), (3, True))
    names |= {name: (value, False) for value, name in enumerate(_CARDINALS_EN.split(), 1)}
    names |= {name: (value, True) for value, name in enumerate(_ORDINALS_EN.split(), 1)}
    names |= {name: (value, False) for value, name in zip(range(30, 100, 10), _TENS_EN.split(), strict=True)}
    return names


_NAMES = _names()

#: "девятиэтажный", "трехкомнатная": the number that begins a compound word.
COMPOUND = {
    "одно": 1, "двух": 2, "двух ": 2, "трех": 3, "четырех": 4, "пяти": 5, "шести": 6, "семи": 7, "восьми": 8,
    "девяти": 9, "десяти": 10, "одиннадцати": 11, "двенадцати": 12, "тринадцати": 13, "четырнадцати": 14,
    "пятнадцати": 15, "шестнадцати": 16, "семнадцати": 17, "восемнадцати": 18, "девятнадцати": 19, "двадцати": 20,
    "двадцатиодно": 21, "двадцатидвух": 22, "двадцатитрех": 23, "двадцатичетырех": 24, "двадцатипяти": 25,
    "тридцати": 30,
}  # fmt: skip
COMPOUND_PATTERN = (
    r"(?:двадцати(?:одно|двух|трех|четырех|пяти)?|тридцати|одиннадцати|двенадцати|тринадцати|четырнадцати|пятнадцати"
    r"|шестнадцати|семнадцати|восемнадцати|девятнадцати|одно|двух|трех|четырех|пяти|шести|семи|восьми|девяти|десяти)"
)


def compound(word: str) -> int:
    """The value of a match of COMPOUND_PATTERN."""
    return COMPOUND[word]


def named(word: str) -> int | None:
    """The value of one number word, cardinal or ordinal."""
    entry = _NAMES.get(word)
    return entry[0] if entry else None


def read_digits(match: re.Match[str]) -> Number:
    part = match["part"]
    digits = match["spaced"] or match["pointed"] or match["plain"]
    whole = int("".join(char for char in digits if char.isdigit()))
    if part is None:
        return Number(match.start(), match.end(), float(whole))
    value = whole + int(part[1:]) / 10 ** (len(part) - 1)
    grouped = None
    if len(part) == 4 and (match["plain"] and len(digits) <= 3 and whole):
        grouped = float(whole * 1000 + int(part[1:]))
    return Number(match.start(), match.end(), value, grouped)


def numbers(source: Source) -> list[Number]:
    """Every number of the text in its order. Contacts, dates and cadastral numbers are not among them."""
    found = [read_digits(match) for match in _DIGITS.finditer(source.masked)]
    found += _in_words(source)
    found.sort(key=lambda number: number.start)
    return found


def _in_words(source: Source) -> list[Number]:
    words, found, at = source.words, [], 0
    while at < len(words):
        entry = _NAMES.get(words[at].text)
        if entry is None:
            at += 1
            continue
        first, (total, ordinal) = at, entry
        scale = _scale(total)
        at += 1
        while at < len(words) and not ordinal and scale > 1:
            following = _NAMES.get(words[at].text)
            gap = words[at].start - words[at - 1].end
            if following is None or gap != 1 or _scale(following[0]) >= scale or (scale == 10 and following[0] > 9):
                break
            total += following[0]
            ordinal = following[1]
            scale = _scale(following[0])
            at += 1
        found.append(Number(words[first].start, words[at - 1].end, float(total), None, ordinal, in_words=True))
    return found


def _scale(value: int) -> int:
    if value >= 100:
        return 100
    return 10 if value >= 20 else 1


def before(source: Source, position: int, width: int = 40) -> str:
    """What stands left of a position within its sentence, contacts blanked."""
    edge = source.boundaries[bisect_right(source.boundaries, position) - 1]
    return source.masked[max(edge, position - width) : position]


def after(source: Source, position: int, width: int = 40) -> str:
    """What stands right of a position within its sentence."""
    ends = source.boundaries
    at = bisect_right(ends, position)
    edge = ends[at] if at < len(ends) else len(source.masked)
    return source.masked[position : min(edge, position + width)]


def whole(value: float) -> float | int:
    """An integer where nothing stands behind the point."""
    return int(value) if value == int(value) else round(value, 2)
