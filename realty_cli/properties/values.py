"""One small parser a kind of value, for the notations in which people and portals write numbers about real estate.

Each takes the text of a cell and answers the value, None where the text says that nothing is known, or raises
`Unreadable`. Nothing else is ever raised, whatever the text. Areas, amounts of money, rooms, floors, stations and dates
have modules of their own in `reading`: surfaces, amounts, notation, moments.
"""

from __future__ import annotations

import math
import re
from html import unescape
from typing import Any, NamedTuple

from realty_cli.properties.reading.lexicon import fold, tokens

#: Words for "not known" in any column. `нет` is one only where it cannot be an answer; see `unknown`.
NOT_SAID = frozenset({
    "", "-", "--", "---", "—", "–", "―", "−", "_", ".", "?", "…", "none", "nan", "null", "nil", "n/a", "na", "#n/a",
    "#н/д",
    "н/д", "нд", "<na>", "nat", "undefined", "unknown", "нет данных", "нет информации", "нет инфо", "не указано",
    "не указан", "не указана", "не указаны", "не известно", "неизвестно", "не определено", "не задано", "не заполнено",
    "не заполнен", "без названия", "not specified", "not available", "no data", "пусто", "(пусто)", "#знач!",
    "#ссылка!",
    "#value!", "#ref!", "#дел/0!", "#div/0!", "#имя?", "#name?",
})  # fmt: skip
_NO = frozenset({"нет", "no", "отсутствует"})

_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]\w{1,30});", re.IGNORECASE)
# Controls, lone surrogates and the invisible marks that pages carry; they end up in terminals and break searches.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ud800-\udfff]"
)
_TAG = re.compile(r"<(?:/?[a-z][a-z0-9]*\b[^<>]{0,200}|!--[^<>]{0,200}--)/?>", re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|/p|/div|/li)\b[^<>]{0,50}>", re.IGNORECASE)


class Unreadable(Exception):
    """A value that cannot be read as what its column says; `code` and `params` name the sentence."""

    def __init__(self, code: str = "import.unreadable", **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


def line(text: str) -> str:
    """A cell as one clean line: entities resolved, controls dropped, white space of any width as single spaces."""
    if text.isprintable() and "&" not in text and "  " not in text and text[:1] != "'" and "<" not in text:
        return text.strip()
    return " ".join(block(text).split())


def block(text: str) -> str:
    """A cell as clean text that may have several lines."""
    if text.isprintable() and "&" not in text and "<" not in text and text[:1] not in "' ":
        return text.strip()
    if text.isprintable() and "&" not in text and "<" not in text:
        return _unguarded(text.strip())
    if "&" in text:
        text = _ENTITY.sub(lambda found: unescape(found[0]), text)
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub("\n", text))
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return _unguarded(_INVISIBLE.sub("", text).strip())


def _unguarded(text: str) -> str:
    """Without a spreadsheet's guard against formulas."""
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


def blank(text: str) -> bool:
    """Whether a clean cell says that nothing is said."""
    return len(text) <= 16 and text.casefold() in NOT_SAID


def unknown(text: str) -> bool:
    """As `blank`, in a column where `нет` is no answer either."""
    return len(text) <= 16 and (text.casefold() in NOT_SAID or text.casefold() in _NO)


# ------------------------------------------------------------------------------------------------------------- numbers
NUMBER = re.compile(r"([+-]?)(\d{1,3}(?:[ ']\d{3})+|\d{1,12})(?:[.,](\d{1,15}))?")
_GROUPED = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+)\.(\d{1,15})")


def simple(text: str) -> float | None:
    """`45` or `45.5`, the notations that most cells have; None for any other."""
    before, point, after = text.partition(".")
    if not before.isdecimal() or len(text) > 24 or (point and not after.isdecimal()):
        return None
    return float(text)


def number(text: str) -> float | None:
    """A number alone: `34,8`, `34.8`, `1 200`, `1,234.5`. A comma is a decimal one unless a point follows it."""
    exact = simple(text)
    if exact is not None:
        return exact
    figures = plain(text)
    if unknown(figures):
        return None
    found = NUMBER.fullmatch(figures) or _GROUPED.fullmatch(figures)
    if not found:
        raise Unreadable(text=text)
    return as_float(found)


def as_float(found: re.Match[str]) -> float:
    """The value of a match of NUMBER."""
    sign, whole, decimals = found.group(1), found.group(2), found.group(3)
    digits = whole.replace(" ", "").replace("'", "").replace(",", "")
    return float(f"{sign}{digits}.{decimals or 0}")


def plain(text: str) -> str:
    """Single spaces, and one sign for minus and for an apostrophe."""
    return " ".join(text.replace("−", "-").replace("’", "'").split())


def whole(text: str) -> int | None:
    """A whole number: `5`, `5.0`, `1 200`."""
    if text.isdecimal() and len(text) <= 12:
        return int(text)
    value = number(text)
    if value is None:
        return None
    if value != int(value):
        raise Unreadable(text=text)
    return int(value)


_TRUE = frozenset({
    "1", "1.0", "true", "t", "yes", "y", "да", "есть", "+", "истина", "возможна", "возможен", "возможно", "имеется",
    "✓", "✔", "x", "х",
    "v", "on", "доступна", "доступно", "уместен", "разрешено", "можно", "одобрена", "подходит", "торг", "ипотека",
})  # fmt: skip
_FALSE = frozenset({
    "0", "0.0", "false", "f", "no", "n", "нет", "-", "ложь", "невозможна", "невозможно", "невозможен", "не возможна",
    "не возможен", "не возможно",
    "отсутствует", "неуместен", "запрещено", "нельзя", "off", "без торга", "не подходит", "не предусмотрен",
    "не предусмотрена", "недоступна", "✗", "✘",
})  # fmt: skip


def boolean(text: str) -> bool | None:
    """Yes or no, in Russian or English, as words, signs or figures."""
    folded = fold(text) or text.strip()
    if folded in _TRUE:
        return True
    if folded in _FALSE:
        return False
    if blank(folded):
        return None
    words = tokens(folded)
    if words and words[0] in ("нет", "без", "не", "no", "not"):
        return False
    if words and words[0] in ("да", "есть", "yes", "возможен", "возможна", "можно"):
        return True
    raise Unreadable(text=text)


_PERCENT = re.compile(r"(?:комиссия|commission)?\s*[:-]?\s*([+-]?)(\d{1,6})(?:[.,](\d{1,6}))?\s*(?:%|проц\w*|percent)?")


def percent(text: str) -> float | None:
    """A share in per cent: `50%`, `1,5 %`, `50`; `без комиссии` is 0."""
    if text.isdecimal() and len(text) <= 6:
        return float(text)
    folded = fold(text)
    if folded.startswith(("без комис", "нет комис", "no fee", "no commission")) or folded in _NO:
        return 0.0
    if blank(folded):
        return None
    found = _PERCENT.fullmatch(folded)
    if not found:
        raise Unreadable(text=text)
    return as_float(found)


# ---------------------------------------------------------------------------------------- distances, heights and years
_DISTANCE = re.compile(r"(?<![\d.,])(\d{1,6}(?:[.,]\d{1,4})?)\s*(километр\w*|метр\w*|км|km|м|m)\b")
_MINUTES = re.compile(r"(\d{1,4})\s*[-–]?\s*(?:мин\w*|min\w*)\b\.?")
_NOT_ON_FOOT = (
    "транспорт",
    "машин",
    "авто",
    "трамва",
    "троллейб",
    "маршрут",
    "такси",
    "transport",
    "car",
    "bus",
    "drive",
    "driving",
)


class Travel(NamedTuple):
    """A way to a station: minutes and whether they are walked, metres."""

    minutes: int | None = None
    on_foot: bool = True
    metres: int | None = None


def distance(text: str, unit: str = "m") -> int | None:
    """Metres: `2,4 км`, `600 м`; a bare number is in `unit` (`m` or `km`)."""
    folded = fold(text)
    if unknown(folded):
        return None
    found = _DISTANCE.search(folded)
    if found:
        return round(float(found[1].replace(",", ".")) * (1000 if found[2][0] in "кk" else 1))
    value = number(folded)
    if value is None:
        return None
    # Nobody measures a way in fractions of a metre.
    return round(value * (1000 if unit == "km" or (value < 50 and value != int(value)) else 1))


def travel(text: str) -> Travel | None:
    """A way: `⋅ 15 мин. на транспорте`, `5 минут пешком`, `600 м`, `7` (minutes on foot)."""
    folded = fold(text)
    if unknown(folded):
        return None
    minutes = _MINUTES.search(folded)
    found = _DISTANCE.search(_MINUTES.sub(" ", folded))
    metres = distance(found[0]) if found else None
    if minutes is None and metres is None:
        return Travel(whole(folded))
    return Travel(int(minutes[1]) if minutes else None, not any(word in folded for word in _NOT_ON_FOOT), metres)


_HEIGHT = re.compile(
    r"(?:потол\w*|высота|ceilings?)?\D{0,12}?(\d{1,5}(?:[.,]\d{1,4})?)\s*(мм|см|метр\w*|м|mm|cm|m|ft|feet)?\b\.?"
)


def ceiling(text: str) -> float | None:
    """The height of a ceiling in metres; centimetres and millimetres written as metres are recognised by their size."""
    folded = fold(text)
    if unknown(folded) or folded in ("0", "0.0"):
        return None
    found = _HEIGHT.fullmatch(folded)
    if not found:
        raise Unreadable(text=text)
    value = float(found[1].replace(",", "."))
    if found[2] in ("ft", "feet"):
        value *= 0.3048
    elif 1800 <= value <= 9000:
        value /= 1000
    elif 180 <= value <= 900:
        value /= 100
    return round(value, 3)


_YEAR = re.compile(r"(?<!\d)(1[6-9]\d\d|20\d\d|21\d\d)(?!\d)")


def year(text: str) -> int | None:
    """A year: `1957`, `1957.0`, `2012 г.`, `II кв. 2025`; 0 is none."""
    if len(text) == 4 and text.isdecimal():
        return int(text)
    folded = fold(text)
    if unknown(folded) or folded in ("0", "0.0"):
        return None
    found = _YEAR.findall(folded)
    if len(set(found)) != 1:
        raise Unreadable(text=text)
    return int(found[0])


# --------------------------------------------------------------------------------------- places and registered numbers
def coordinate(text: str) -> float | None:
    """Degrees: `55.799011`, `55,752364`; 0 is none."""
    value = number(text)
    if value is None or value == 0:
        return None
    if abs(value) > 180 or not math.isfinite(value):
        raise Unreadable(text=text)
    return value


_PAIR = re.compile(r"[\[({]?\s*(-?\d{1,3}(?:[.,]\d+)?)\s*[,; ]\s*(-?\d{1,3}(?:[.,]\d+)?)\s*[\])}]?")


def coordinates(text: str) -> tuple[float, float] | None:
    """Latitude and longitude in one cell: `55.79, 49.11`; in the order in which they stand."""
    figures = plain(text)
    if unknown(figures):
        return None
    found = _PAIR.fullmatch(figures)
    if not found:
        raise Unreadable(text=text)
    return float(found[1].replace(",", ".")), float(found[2].replace(",", "."))


_CADASTRAL = re.compile(r"\d{2}:\d{2}:\d{6,7}:\d{1,20}")


def cadastral(text: str) -> list[str] | None:
    """Cadastral numbers, several to a cell where the house and its land have one each: `77:01:0001001:1234`."""
    joined = text.replace("：", ":")
    if unknown(joined.strip()):
        return None
    found = [match for piece in re.split(r"[;,|\n]", joined) if (match := _cadastral_in(piece))]
    if not found:
        raise Unreadable(text=text)
    return found


def _cadastral_in(piece: str) -> str | None:
    compact = "".join(character for character in piece if not character.isspace())
    found = _CADASTRAL.search(compact)
    return found[0] if found else None
