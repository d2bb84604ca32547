"""How many rooms: "2-к", "трёшка", "евродвушка", "двухкомнатная", "3 bed"."""

from __future__ import annotations

import re

from realty_cli.properties.drafting.findings import Finding
from realty_cli.properties.drafting.numerals import COMPOUND_PATTERN, before, compound, named
from realty_cli.properties.drafting.source import Source
from realty_cli.properties.drafting.vocabulary import Hit

_COUNT = r"(?P<digits>\d{1,2})"
_ROOMS = re.compile(
    r"(?<![\d/.,№])" + _COUNT + r"(?:"
    r"(?P<euro>\s?-?[еe](?:вро)?(?:-?[кk])?\b(?!\s?м))"
    r"|\s?-?\s?(?:х|ух|ех|и|но)?\s?-?\s?комн(?:атн[а-я]{1,3}|\.|\b|ат(?:ы|а)?\b)"
    r"|\s?-?\s?(?:х|ух|ех)?\s?-?\s?[кk]\s?[./-]?\s?(?:кв?\b|[кk]\s?в\b|квартир|апарт|студ)"
    r"|-[кk]\b\.?|[кk]\b(?=[\s,.]*(?:[кk]в|апарт|\d{2,3}(?:[.,]\d)?\s?(?:м\b|м2|кв)|/|,|$))"
    r"|\s?-?[кk]{2}в\b|\s?-?кв-р|\s?-?\s?к\.?-?ка\b|\s?-?ком\b"
    r"|\s?-?\s?rooms?\b|-?\s?room(?:ed)?\b"
    r")"
    r"|\b(?:кол(?:ичеств|-)о\s)?комнат\s?[:=-]\s?(?P<labelled>\d{1,2})\b"
    r"|\b(?P<compound>" + COMPOUND_PATTERN + r")\s?-?\s?комн"
    r"|\b(?P<word>одна|две|три|четыре|пять|шесть|семь|two|three|four|five"
    r"|six)\s(?:\w{3,16}\s)?(?:комнат[ыа]?\b|rooms?\b)"
    r"|\b(?P<wordroom>one|two|three|four|five|six)-room(?:ed)?\b"
    r"|\b(?P<slang>евро|е-|евро-|евро\s)?(?P<slangnum>одн|дв|тр|четыр)(?P<slangend>ушк|ешк|ойк|еш)[а-я]{1,3}\b"
    r"|\bевро\s?-?\s?(?P<eurodigits>[2345])\b(?!\s?[%/])"
    r"|\b(?P<multi>многокомнатн)"
)
_SLANG = {"одн": 1, "дв": 2, "тр": 3, "четыр": 4}
_BEDROOMS = re.compile(
    r"(?<![\d/.,])(?P<digits>\d{1,2})[\s-]?(?:bed(?:room(?:ed|s)?|s|der)?|br|bd|bdrm?s?)\b"
    r"|\b(?P<word>one|two|three|four|five|six|seven|eight|single)[\s-](?:\w{3,12}\s)?bed(?:room(?:ed|s)?|s)?\b"
    r"|(?<![\d/.,])(?P<ru>\d{1,2})\s(?:\w{4,14}\s)?спал(?:ьни|ьней|ьня|ен)\b|\b(?P<ruword>две|три|четыре|пять"
    r"|шесть|двумя|тремя|четырьмя|пятью)\s(?:\w{4,14}\s)?спальн"
    r"|\b(?:bedrooms?|спален|спальни)\s?:\s?(?P<labelled>\d{1,2})\b"
)
_EURO_NEAR = re.compile(r"[\s.,-]*(?:комн[а-я.]{0,10}\s|кв[а-я.]{0,8}\s|квартир[а-я]\s)?\(?евро(?:формат|планиров|\b)")
_NOT_OURS = re.compile(
    r"(?:дом[а-я]?|д\.|корп\.?|стр\.?|№|школ[а-я]|сад[а-я]?|на\s(?:этаже|площадке)(?:\s(?:по|всего))?|по"
    r"|только|всего)\s?$|(?:ул|пр-т|пер|улиц[а-я])\.?\s[^,]{2,30},?\s$"
)
_HOUSE_NUMBER = re.compile(r"[\s,]?(?:д\.?|дом|ул\.[^,]{1,30},|улица[^,]{1,30},)\s?$")
_NEIGHBOURS = re.compile(r"\s?(?:на\sэтаже|на\sплощадке)")


_OTHER_STUDIOS = (
    "фото",
    "фитнес",
    "кухней",
    "кухня",
    "йога",
    "арт",
    "танц",
    "beauty",
    "yoga",
    "дизайн",
    "музыкальная",
    "recording",
)
_STUDIOS_OF = ("красот", "дизайн", "йог", "танц", "загар", "маникюр", "звукозап", "растяж", "веб")


def find_rooms(source: Source, flags: list[Hit], property_type: str | None) -> dict[str, Finding]:
    """`rooms`, `bedrooms`, `is_studio`, `is_euro`. A plot, a garage and premises have none."""
    if property_type in {"land", "garage", "parking", "commercial"}:
        return {}
    found: dict[str, Finding] = {}
    counted = _counted(source)
    studio = _studio(source, flags)
    if studio is not None and (counted is None or studio.start < counted[1] or counted[0] == 0):
        evidence = (source.span(studio.start, studio.end),)
        found |= {"rooms": Finding(0, evidence), "is_studio": Finding(True, evidence)}
    elif counted is not None:
        rooms, start, end, euro = counted
        found["rooms"] = Finding(rooms, (source.span(start, end),))
        if euro:
            found["is_euro"] = Finding(True, (source.span(start, end),))
    if "is_euro" not in found and "rooms" in found and found["rooms"].value:
        found |= _euro(source, flags)
    bedrooms = _bedrooms(source)
    if bedrooms is not None and "is_studio" not in found:
        count, start, end, english = bedrooms
        evidence = (source.span(start, end),)
        found["bedrooms"] = Finding(count, evidence)
        if property_type == "house" and "rooms" in found and found["rooms"].value <= count and not english:
            # "две комнаты внизу, три спальни наверху": the rooms are only some of them.
            del found["rooms"]
        if english and "rooms" not in found:
            found["rooms"] = Finding(count, evidence, "bedrooms")
    return found


def _counted(source: Source) -> tuple[int, int, int, bool] | None:
    """The first count of rooms: number, where, and whether the flat is a euro one."""
    text = source.masked
    for match in _ROOMS.finditer(text):
        start, end = match.span()
        euro = False
        if match["slangnum"]:
            rooms = _SLANG[match["slangnum"]]
            euro = match["slang"] is not None
            if match["slangnum"] == "тр" and match["slangend"] == "ушк":
                continue
        elif match["compound"]:
            rooms = compound(match["compound"])
        elif match["word"] or match["wordroom"]:
            value = named(match["word"] or match["wordroom"])
            if value is None:
                continue
            rooms = value
        elif match["multi"]:
            continue
        else:
            rooms = int(match["digits"] or match["labelled"] or match["eurodigits"])
            euro = bool(match["euro"] or match["eurodigits"])
            left = before(source, start, 40)
            if match["digits"] and (_NOT_OURS.search(left) or _HOUSE_NUMBER.search(left)):
                continue
        if not 1 <= rooms <= (30 if "комн" in match.group() or "room" in match.group() else 9) or _NEIGHBOURS.match(
            text, end
        ):
            continue
        euro = euro or _EURO_NEAR.match(text, end) is not None
        return rooms, start, end, euro
    return None


def _studio(source: Source, flags: list[Hit]) -> Hit | None:
    """The first "студия" that is a dwelling: neither a photo studio nor a kitchen-studio."""
    return next((hit for hit in flags if hit.value == "studio" and is_dwelling(source, hit)), None)


def is_dwelling(source: Source, hit: Hit) -> bool:
    """Whether a "студия" is one to live in: neither a photo studio nor a kitchen-studio."""
    text = source.folded
    left, right = text[max(0, hit.start - 12) : hit.start], text[hit.end : hit.end + 24]
    if left.endswith("-") and not left.endswith(("квартира-", "квартиру-", "апартаменты-", "апарт-", "квартиры-")):
        return False
    return not (left.rstrip(" -").endswith(_OTHER_STUDIOS) or right.lstrip().startswith(_STUDIOS_OF))


def _euro(source: Source, flags: list[Hit]) -> dict[str, Finding]:
    for hit in flags:
        if hit.value != "euro":
            continue
        text = source.folded[hit.start : hit.end]
        if text == "евро":
            left, right = before(source, hit.start, 12), source.folded[hit.end : hit.end + 12]
            if not re.search(r"(?:-?к|комн\.?|кв\.?|комнатная)\s?\(?$", left) or right.lstrip(" -").startswith(
                ("ремонт", "окна", "отделк")
            ):
                continue
        return {"is_euro": Finding(True, (source.span(hit.start, hit.end),))}
    return {}


def _bedrooms(source: Source) -> tuple[int, int, int, bool] | None:
    if "спал" not in source.masked and "b" not in source.masked:
        return None
    for match in _BEDROOMS.finditer(source.masked):
        english = not (match["ru"] or match["ruword"] or "спал" in match.group())
        if match["word"] or match["ruword"]:
            word = match["word"] or match["ruword"]
            count = 1 if word == "single" else named(word)
        else:
            count = int(match["digits"] or match["ru"] or match["labelled"])
        if count is not None and 1 <= count <= 30:
            return count, match.start(), match.end(), english
    return None
