"""Addresses: taken apart only where their own words say what a part is, and put together from the parts of a file.

What a part is, is said by a word in it (`р-н`, `ул.`, `д.`), by a list of cities, or by its place right before the
number of a house. A part that nothing tells about stays in the address line and becomes no field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from realty_cli.properties.reading.lexicon import cities, fold

_STREET_WORDS = (
    r"ул|улица|пр-т|пр-кт|просп|проспект|пр|проезд|пр-д|ш|шоссе|пер|переулок|б-р|бул|бульвар|наб|набережная|пл|площадь|"
    r"линия|аллея|тупик|туп|тракт|дорога|дор|спуск|магистраль|просека|въезд|взвоз|съезд|кольцо|street|st|avenue|ave|road|rd|lane|ln|drive|dr|blvd|boulevard"
)
_STREET = re.compile(rf"(?:^|\s)(?:{_STREET_WORDS})(?:\.|\s|$)", re.IGNORECASE)
_KINDS_OF_PLACE = (
    r"поселок|посёлок|пос|п|рп|рабочий поселок|дп|пгт|кп|с|село|д|дер|деревня|хутор|х|станица|ст-ца|аул"
    r"|снт|днп|днт|слобода"
)
_SETTLEMENT = re.compile(
    rf"(?:{_KINDS_OF_PLACE})\.?\s+[«\"А-ЯЁ].*|.*[а-яё»\"]\s+(?:поселок|посёлок|рп|дп|пгт|кп|село|деревня|хутор|станица|снт|днп)"
)
_CITY = re.compile(r"(?:г\.?|гор\.?|город)\s+(?=[А-ЯЁ])(.+)|(.+?)\s+г\.?", re.IGNORECASE)
_REGION = re.compile(
    r".*\b(?:область|обл\.?|край|республика|респ\.?|автономный округ|ао)\b.*|республика\s.*", re.IGNORECASE
)
_OKRUGS = {
    "цао": "ЦАО", "сао": "САО", "свао": "СВАО", "вао": "ВАО", "ювао": "ЮВАО", "юао": "ЮАО", "юзао": "ЮЗАО",
    "зао": "ЗАО", "сзао": "СЗАО",
    "зелао": "ЗелАО", "нао": "НАО", "тао": "ТАО", "тинао": "ТиНАО",
    "центральный": "ЦАО", "северный": "САО", "северо-восточный": "СВАО", "восточный": "ВАО", "юго-восточный": "ЮВАО",
    "южный": "ЮАО",
    "юго-западный": "ЮЗАО", "западный": "ЗАО", "северо-западный": "СЗАО", "зеленоградский": "ЗелАО",
    "новомосковский": "НАО", "троицкий": "ТАО",
}  # fmt: skip
_OKRUG_WORDS = re.compile(r"(.+?)\s+(?:ао|административный округ)")
_DISTRICT = re.compile(r"(?:р-н|район|рн)\.?\s+(.+)|(.+?)\s+(?:р-н|рн)\.?", re.IGNORECASE)
_DISTRICT_LAST = re.compile(r".+\s+район", re.IGNORECASE)
_WIDER = re.compile(
    r".*\b(?:городской округ|муниципальный округ|поселение|сельсовет|м\.о\.|г\.о\.|внутригородск\w+|район города)\b.*",
    re.IGNORECASE,
)
_QUARTER = re.compile(
    r".*\b(?:мкр|микрорайон|м-н|мкрн|кв-л|квартал|жилой массив|массив|ж/м|территория|тер|промзона)\b.*", re.IGNORECASE
)
_COMPLEX = re.compile(
    r"(?:жк|жилой комплекс|клубный дом|апарт-комплекс)\.?\s+(.+)|(.+?)\s+(?:жк|жилой комплекс|клубный дом)",
    re.IGNORECASE,
)
_METRO = re.compile(r"(?:м|метро)\.\s*(.+)|метро\s+(.+)", re.IGNORECASE)
_FLAT = re.compile(r"(?:кв|квартира|оф|офис|ап|apt|flat|unit)\.?\s*№?\s*(\d{1,5}[а-яa-z]?)", re.IGNORECASE)
_POSTAL = re.compile(r"\d{6}")
_COUNTRIES = {
    "россия": "Россия",
    "рф": "Россия",
    "российская федерация": "Россия",
    "казахстан": "Казахстан",
    "беларусь": "Беларусь",
    "кыргызстан": "Кыргызстан",
    "киргизия": "Кыргызстан",
    "узбекистан": "Узбекистан",
}

_LETTER = r"[а-яa-z]"
_HOUSE = re.compile(
    rf"(?:д(?:ом)?\.?\s*№?\s*|№\s*)?(?:вл(?:ад)?\.?\s*)?\d{{1,4}}(?:{_LETTER}(?![а-яa-z]{{2}}))?(?:[/-]\d{{1,4}}{_LETTER}?)*"
    rf"(?:\s*,?\s*(?:к|корп|корпус|с|стр|строение|лит|литера|вл|соор|блок|секция)\.?\s*(?:\d{{1,4}}{_LETTER}?|[а-я])(?:/\d{{1,3}})?)*",
    re.IGNORECASE,
)
_BUILDING = re.compile(
    r"(?:к|корп|корпус|с|стр|строение|лит|литера|блок|секция|вл|уч|участок)\.?\s*\d{1,4}[а-яa-z]?(?:[./]\d{1,3}[а-яa-z]?)*|литера?\.?\s*[а-я]",
    re.IGNORECASE,
)
_HOUSE_LIKE = re.compile(
    r"(?:к|вл|с|стр|корп)?\.?\s?\d{1,4}[а-яa-z]?(?:[./-]\d{1,4}[а-яa-z]?)*(?:[кс]\d{1,3}[а-яa-z]?)*", re.IGNORECASE
)
_HOUSE_AT_END = re.compile(
    r"(.*[^\d\s,].*?)[\s,]+((?:д\.?\s?)?\d{1,4}[а-яa-z]?(?:[/-]\d{1,4}[а-яa-z]?)?(?:\s?[кс]\d{1,3})*)", re.IGNORECASE
)
_ENGLISH = re.compile(r"(\d{1,5}[a-z]?)\s+([a-z][a-z .'-]+)", re.IGNORECASE | re.ASCII)
_FLAT_AT_END = re.compile(r"(.*\d.*?)\s+(?:кв|квартира|apt)\.?\s*(\d{1,5}[а-я]?)", re.IGNORECASE)
_ADJECTIVE = re.compile(r"(?:\d{1,2}-я\s+)?(?:[А-ЯЁ][а-яё-]+\s+)*[А-ЯЁ][а-яё-]*(?:ая|яя)")

What = Literal[
    "country", "region", "city", "okrug", "district", "wider", "settlement", "quarter", "complex", "metro", "street",
    "house", "building", "flat", "postal_code", "",
]  # fmt: skip


class Part(NamedTuple):
    """A piece of an address and what it is; empty where nothing tells."""

    what: What
    value: str


#: Longer pieces are prose.
_LONGEST_PART = 120
_PARTS: dict[str, Part] = {}


def part(text: str) -> Part:
    """What a piece of an address between two commas is."""
    found = _PARTS.get(text)
    if found is None:
        found = _part(" ".join(text.split())) if len(text) <= _LONGEST_PART else Part("", text)
        if len(_PARTS) >= 16_384:
            _PARTS.clear()
        _PARTS[text] = found
    return found


def _part(text: str) -> Part:
    folded = fold(text)
    first = text[:1]
    if first.isdigit() or folded.startswith(("д.", "дом ", "вл", "№", "д ")):
        if _POSTAL.fullmatch(text):
            return Part("postal_code", text)
        if _HOUSE.fullmatch(text):
            return Part("house", text)
    if found := cities().get(folded):
        return Part("city", found)
    if folded in _COUNTRIES:
        return Part("country", _COUNTRIES[folded])
    if folded.partition(" (")[0] in _OKRUGS and (text.isupper() or "ао" in folded):
        return Part("okrug", _OKRUGS[folded.partition(" (")[0]])
    if (found_okrug := _OKRUG_WORDS.fullmatch(folded)) and found_okrug[1] in _OKRUGS:
        return Part("okrug", _OKRUGS[found_okrug[1]])
    if found_match := _FLAT.fullmatch(text):
        return Part("flat", found_match[1])
    if _BUILDING.fullmatch(text):
        return Part("building", text)
    for what, pattern in _NAMED:
        if named := pattern.search(text) if what == "street" else pattern.fullmatch(text):
            value = text if what == "street" else next((group for group in named.groups() if group), text)
            return Part(what, value.strip())
    return Part("", text)


_NAMED: tuple[tuple[What, re.Pattern[str]], ...] = (
    ("metro", _METRO), ("wider", _WIDER), ("region", _REGION), ("district", _DISTRICT), ("district", _DISTRICT_LAST),
    ("complex", _COMPLEX), ("quarter", _QUARTER), ("street", _STREET), ("city", _CITY), ("settlement", _SETTLEMENT),
)  # fmt: skip


def take_apart(address: str) -> dict[str, Any]:
    """The fields that a one-line address tells: city, district, street, house, flat, ...

    Besides stand what is no field: `okrug`, `quarter`, `residential_complex`, and `settlement`, a village or a part of
    a city by the name. Nothing is guessed: a street has a word for street, or an adjective's ending right before the
    number of a house.
    """
    facts: dict[str, Any] = {}
    before = Part("", "")
    for each in address.split(","):
        piece = each.strip()
        if not piece:
            continue
        if len(piece) <= _LONGEST_PART and (ended := _FLAT_AT_END.fullmatch(piece)) and "flat" not in facts:
            piece, facts["flat"] = ended.groups()
        now = part(piece)
        what, value = now
        if what == "house":
            _house(facts, before, value)
        elif what == "building" and "street" in facts:
            facts["house"] = f"{facts['house']} {value}" if "house" in facts else value
        elif what == "street":
            _street(facts, value)
        elif what in ("complex", "quarter"):
            facts.setdefault("residential_complex" if what == "complex" else "quarter", value)
        elif what and what not in ("wider", "building"):
            facts.setdefault(what, value)
        before = now
    return facts


def _house(facts: dict[str, Any], before: Part, value: str) -> None:
    if "house" in facts:
        return
    if "street" not in facts:
        if before.what or not _ADJECTIVE.fullmatch(before.value):
            return
        facts["street"] = before.value
    facts["house"] = house_number(value)


def _street(facts: dict[str, Any], value: str) -> None:
    if "street" in facts:
        return
    if english := _ENGLISH.fullmatch(value):
        facts["house"], facts["street"] = english.groups()
        return
    ended = _HOUSE_AT_END.fullmatch(value)
    if (
        ended
        and _STREET.search(ended[1])
        and not re.fullmatch(rf"(?:{_STREET_WORDS})\.?", ended[1].strip(), re.IGNORECASE)
    ):
        facts["street"] = ended[1].strip()
        facts["house"] = house_number(ended[2])
    else:
        facts["street"] = value


def house_number(text: str) -> str:
    """The number of a house without the word for house: `д. 8/5` is `8/5`; a float's `.0` goes too."""
    found = re.sub(r"^(?:д(?:ом)?\.?\s*№?|№)\s*(?=\d|вл)", "", text.strip(), flags=re.IGNORECASE)
    return found.removesuffix(".0")


def join(record: Mapping[str, Any], attributes: Mapping[str, str]) -> str | None:
    """One line from the parts of a listing, widest first, without saying anything twice; None for a city alone."""
    street, house = record.get("street"), record.get("house")
    complex_name = attributes.get("residential_complex") if not street else None
    if complex_name and not _COMPLEX.fullmatch(complex_name) and "жк" not in complex_name.casefold():
        complex_name = f"ЖК {complex_name}"
    near = (attributes.get("okrug"), record.get("district"), attributes.get("quarter"), complex_name, street, house)
    if not any(near):
        return None
    pieces = (record.get("region"), record.get("city"), *near)
    return ", ".join(dict.fromkeys(piece for piece in pieces if piece))


def sort_street(text: str) -> dict[str, str]:
    """What a cell of a street column holds: a street, or the okrug, quarter, station or house that stands there."""
    found = part(text)
    if found.what in ("okrug", "metro", "quarter"):
        return {found.what: found.value}
    if found.what == "complex":
        return {"residential_complex": found.value}
    if found.what == "city":
        return {"quarter": found.value}
    if found.what == "house" or (len(text) <= _LONGEST_PART and _HOUSE_LIKE.fullmatch(text)):
        return {"house": house_number(text)}
    if found.what == "street":
        facts: dict[str, Any] = {}
        _street(facts, text)
        return facts
    return {"street": text}


def sort_district(text: str) -> dict[str, str]:
    """What a cell of a district column holds; an empty answer for pieces of text that are no district at all."""
    found = part(text)
    if found.what == "okrug":
        return {"okrug": found.value}
    if _HOUSE_LIKE.fullmatch(text) or len(text) > 60 or re.search(r"\d-?\s?комн|кварти", text, re.IGNORECASE):
        return {}
    return {"district": text}
