"""Rooms, floors and stations in the notations of the market: `2-к евро`, `12 из 25`, `м. Сокол (27 мин на машине)`.

As in `values`: a parser takes the text of a cell, answers None for nothing known, and raises nothing but `Unreadable`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from realty_cli.properties.reading.lexicon import fold, tokens
from realty_cli.properties.values import Unreadable, distance, travel, unknown

# --------------------------------------------------------------------------------------------------------------- rooms
_COUNT_WORDS = (
    ("однокомн", 1), ("одноком", 1), ("однушк", 1), ("двухкомн", 2), ("двухком", 2), ("двукомн", 2), ("двушк", 2),
    ("двухшк", 2),
    ("трехкомн", 3), ("трехком", 3), ("трешк", 3), ("трешеч", 3), ("четырехкомн", 4), ("четырехком", 4), ("четверк", 4),
    ("пятикомн", 5), ("пятиком", 5), ("шестикомн", 6), ("семикомн", 7), ("восьмикомн", 8),
    ("одна", 1), ("один", 1), ("две", 2), ("два", 2), ("три", 3), ("четыре", 4), ("пять", 5), ("шесть", 6),
    ("one", 1), ("two", 2), ("three", 3), ("four", 4), ("five", 5), ("six", 6),
)  # fmt: skip
_FREE = re.compile(r"(?:своб\w*|св)[ .]*(?:план\w*)|open[ -]?(?:space|plan)|free[ -]?(?:plan|layout|lay)")
_STUDIO = re.compile(r"(?:^|[^а-яa-z])(?:студи[яиюй]\w*|studio\w*|ст|стд)(?![а-яa-z])")
_EURO = re.compile(r"евро|euro")
_COUNT = re.compile(
    r"(?<![\d.,/])(\d{1,4})(?:[.,]0)?\s*(?:[-–]?\s*(?:х|ми|ти|ех|ух|x)\b)?\s*(\+|и более|и больше|or more)?"
    r"\s*[-–. ]*\s*(?:ком[а-я]*|к(?![а-я])|к\.?\s?кв?|кк?в?\b|е(?![а-я])|e(?![a-z])|rooms?|bed\w*|br\b|k\b)?"
)
_MORE = re.compile(r"(?:более|больше|свыше|more than|over|от)\s*(\d{1,2})")
_SEVERAL = re.compile(r"много\s?комн\w*|multi\s?-?room")
_APARTMENTS = re.compile(r"апарт(?!амент\w*\s*№)")
#: Kinds of layout that portals write after the number of rooms.
_LAYOUTS = re.compile(r"изол\w*|смежн\w*|оба варианта|раздельн\w*|смежно-изолир\w*|separate|combined|both")


class Rooms(NamedTuple):
    """Rooms of a flat. `number` is None if only words are known; `at_least` marks `5+`; `layout`: `Изолированная`."""

    number: int | None = None
    is_studio: bool = False
    is_euro: bool = False
    is_free_layout: bool = False
    is_apartments: bool = False
    at_least: bool = False
    layout: str | None = None


def rooms(text: str) -> Rooms | None:
    """Every notation of a number of rooms; `-1` and its like are None."""
    if text.isdecimal() and len(text) <= 4:
        count = int(text)
        return Rooms(count, is_studio=count == 0)
    folded = fold(text)
    if unknown(folded) or folded in ("-1", "-1.0", "-2"):
        return None
    is_apartments = bool(_APARTMENTS.search(folded))
    if _STUDIO.search(folded):
        return Rooms(0, is_studio=True, is_euro=bool(_EURO.search(folded)), is_apartments=is_apartments)
    if _FREE.search(folded):
        counted = _counted(_FREE.sub(" ", folded))
        return Rooms(counted[0] or None if counted else None, is_free_layout=True, is_apartments=is_apartments)
    counted = _counted(folded)
    if counted is None:
        if _SEVERAL.search(folded):
            return Rooms(at_least=True, is_apartments=is_apartments)
        raise Unreadable(text=text)
    count, at_least, short_euro = counted
    found = _LAYOUTS.search(folded)
    layout = text[found.start() : found.end()] if found and len(folded) == len(text) else found and found[0]
    return Rooms(
        count,
        is_studio=count == 0,
        is_euro=short_euro or bool(_EURO.search(folded)),
        is_apartments=is_apartments,
        at_least=at_least,
        layout=layout or None,
    )


def _counted(folded: str) -> tuple[int, bool, bool] | None:
    """A count, whether it is a lower bound, and whether a short sign (`2Е`) says euro layout."""
    if found := _MORE.search(folded):
        return int(found[1]), True, False
    found = _COUNT.search(folded)
    if found:
        end = folded[found.end(1) : found.end()].strip(" -–.")
        rest = folded[found.end() :].strip(" -–.,")
        bare = not end and not rest and not folded[: found.start()].strip(" -–.,евроeuro")
        if (
            bare
            or end
            or _EURO.search(folded)
            or re.match(r"[,;](?!\d)|изол|смеж|оба|разд", folded[found.end() :].strip())
        ):
            at_least = bool(found[2]) or "более" in rest or "больше" in rest or "more" in rest
            return int(found[1]), at_least, end[:1] in ("е", "e")
        return None
    for word in tokens(folded):
        stem = word.removeprefix("евро").removeprefix("euro")
        for beginning, count in _COUNT_WORDS:
            if stem.startswith(beginning):
                return count, False, False
    return None


_CODES = {"9": Rooms(0, is_studio=True), "7": Rooms(is_free_layout=True), "6": Rooms(6, at_least=True)}


def rooms_code(text: str) -> Rooms | None:
    """Cian's own code (`FlatRoomsCount`): 1 to 5, 6 for more, 7 a free layout, 9 a studio."""
    return _CODES.get(text.removesuffix(".0")) or rooms(text)


# -------------------------------------------------------------------------------------------------------------- floors
class Floors(NamedTuple):
    """A floor and the floors of its house; `rest` is what stands after a comma (`4/24, Монолитно-кирпичный`)."""

    floor: int | None = None
    total: int | None = None
    rest: str = ""


_FLOOR_NAMES = (
    ("цоколь", 0), ("цокол", 0), ("полуподвал", -1), ("подвал", -1), ("basement", -1), ("cellar", -1),
    ("semi-basement", -1),
    ("ground", 1), ("первый", 1), ("второй", 2), ("третий", 3), ("четвертый", 4), ("пятый", 5), ("шестой", 6),
    ("седьмой", 7), ("восьмой", 8),
    ("девятый", 9), ("десятый", 10), ("first", 1), ("second", 2), ("third", 3),
)  # fmt: skip
_ORDINAL = r"(?:\s*-?(?:й|ый|ий|ой|ом|м|th|st|nd|rd)\b)?"
_STOREY = r"(?:\s*(?:этаж\w*|эт\b\.?|floors?|fl\b\.?|уров\w*))?"
_PLACE = re.compile(
    rf"(?:этаж\w*|эт\.?|floor)?\s*:?\s*(-?\d{{1,3}})(?:[.,]0)?{_ORDINAL}{_STOREY}"
    rf"(?:\s*(?:/|\\|из|of|out of|\|)\s*(?:всего\s*)?(\d{{1,3}})(?:[.,]0)?{_ORDINAL}(?:-?\s*(?:этажн\w*"
    rf"|ти\b|и\b))?{_STOREY})?"
)
_MONTHS = ("янв", "фев", "мар", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
_DATED = re.compile(
    r"(\d{1,2})[.\- ](янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек)\w*\.?|(янв|фев|мар|апр|ма[йя]"
    r"|июн|июл|авг|сен|окт|ноя|дек)\w*[.\- ](\d{2})"
)


def floors(text: str) -> Floors | None:
    """A floor, alone or of a total: `5`, `5/9`, `12 из 25`, `2 этаж из 16`, `Цокольный`, `-1`, `4/24, Монолитный`.

    `5.сен` is what a spreadsheet made of `5/9`, and is read back.
    """
    if text.isdecimal() and len(text) <= 3:
        return Floors(int(text))
    folded = fold(text)
    if unknown(folded):
        return None
    head, comma, rest = folded.partition(",")
    if comma and rest.strip() in ("0", "00"):
        head, rest = f"{head}.0", ""
    head = head.strip()
    found = _PLACE.fullmatch(head)
    if found:
        total = int(found[2]) if found[2] else None
        return Floors(int(found[1]), total or None, _original(text, folded, rest))
    if dated := _DATED.fullmatch(head):
        first, month, second, last = dated.groups()
        if month:
            return Floors(int(first), _month(month))
        return Floors(_month(second), int(last))
    place, *totals = re.split(r"/|\bиз\b|\bof\b", head)
    for name, level in _FLOOR_NAMES:
        if place.strip().startswith(name):
            size = re.fullmatch(r"\s*(\d{1,3})\D*", totals[0]) if totals else None
            return Floors(level, int(size[1]) if size else None, _original(text, folded, rest))
    raise Unreadable(text=text)


def _month(name: str) -> int:
    return next(at for at, beginning in enumerate(_MONTHS, 1) if name.startswith(beginning))


def _original(text: str, folded: str, rest: str) -> str:
    """`rest`, an end of the folded text, in the spelling of the text."""
    rest = rest.strip()
    plain = " ".join(text.split()).rstrip(" .,;")
    return plain[len(plain) - len(rest) :] if rest and len(plain) == len(folded) else rest


_STOREYS = re.compile(
    r"(\d{1,3})(?:[.,]0)?\s*-?\s*(?:(?:ти|и|х|ех|ми)\b)?\s*-?(?:этаж\w*|эт\b\.?|floors?|storeys?|stor\w*|уров\w*)?"
)


def storeys(text: str) -> int | None:
    """The floors of a house: `9`, `9 этажей`, `9-этажный`."""
    if text.isdecimal() and len(text) <= 3:
        return int(text) or None
    folded = fold(text)
    if unknown(folded) or folded in ("-1", "-1.0", "0.0"):
        return None
    found = _STOREYS.fullmatch(folded)
    if not found:
        raise Unreadable(text=text)
    return int(found[1]) or None


# ------------------------------------------------------------------------------------------------------------ stations
class Station(NamedTuple):
    """A station of the underground: name, minutes and whether they are walked, metres."""

    name: str
    minutes: int | None = None
    on_foot: bool = True
    metres: int | None = None


#: What stands further on in a cell is about something else.
_LONGEST = 600
_NO_METRO = frozenset({"без метро", "нет метро", "не метро", "no metro", "метро нет", "none"})
_PREFIX = re.compile(
    r"^(?:(?:ст|станция|station)\.?\s*)?(?:метро\b|м\.|m\.|metro\b)\s*|^(?:ст\.|станция)\s*", re.IGNORECASE
)
_WAY = re.compile(
    r"[(⋅·•,–—-]?\s*(?:~|около|до)?\s*(?:"
    r"(?:\d{1,3}\s*[-–]\s*)?\d{1,4}\s*[-–]?\s*(?:мин\w*|min\w*)\b\.?(?:\s*(?:пешком|пеш\w*\.?|на\s\w+\.?"
    r"|транспортом|walk\w*|by\s\w+|on foot))?"
    r"|(?<![\d.,])\d{1,6}(?:[.,]\d{1,4})?\s*(?:км|метр\w*|м|km|m)\b\.?)\s*\)?",
    re.IGNORECASE,
)


def stations(text: str) -> list[Station]:
    """The stations of a cell in their order; an empty list for `без метро`.

    `Беломорская,1,5 км`, `м. Смоленская (9 мин пешком)`, `Сокол 3 мин. на транспорте`, `Сокол; Аэропорт`.
    """
    text = "\n".join(" ".join(each.split()) for each in text[:_LONGEST].split("\n"))
    if unknown(text) or fold(text) in _NO_METRO:
        return []
    found: list[Station] = []
    for piece in _pieces(text):
        ways = [way[0] for way in _WAY.finditer(piece)]
        name = _PREFIX.sub("", _WAY.sub(" ", piece).strip(" ,.()⋅·•|-–—")).strip(' ,.()"«»')
        name = " ".join(name.split())
        minutes, on_foot, metres = None, True, None
        for way in ways:
            went = travel(way)
            if went and went.minutes is not None:
                minutes, on_foot = went.minutes, went.on_foot
            elif went and went.metres is not None:
                metres = distance(way)
        if name and not unknown(name) and any(character.isalpha() for character in name):
            found.append(Station(name, minutes, on_foot, metres))
        elif found and ways:
            found[-1] = Station(found[-1].name, minutes or found[-1].minutes, on_foot, metres or found[-1].metres)
    return found


def _pieces(text: str) -> list[str]:
    pieces = [piece for piece in re.split(r"[;\n|]+", text) if piece.strip()]
    if len(pieces) != 1 or "," not in text:
        return pieces
    # A comma parts stations, or a station and the way to it; a decimal comma parts nothing.
    return [piece for piece in re.split(r",(?!\d)|(?<!\d),(?=\d{1,4}[.,]?\d*\s*(?:мин|км|м\b))", text) if piece.strip()]
