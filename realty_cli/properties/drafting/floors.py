"""Floors and storeys: "5/9 эт.", "на седьмом этаже девятиэтажного дома", "floor 12 of 25"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from realty_cli.properties.drafting.findings import Finding
from realty_cli.properties.drafting.numerals import COMPOUND_PATTERN, after, before, compound, named
from realty_cli.properties.drafting.source import Source

_SUFFIX = r"(?:-?\s?(?:ый|ой|ий|й|ом|ем|м|го|ого|ти|х|ми|и)\b)?"
_WORD = r"[а-я]{4,16}(?:\s(?:перв|втор|трет|четверт|пят|шест|седьм|восьм|девят)[а-я]{1,4})?"
_PAIR = re.compile(
    r"(?<![\d/.,])(?P<floor>-?\d{1,2})" + _SUFFIX + r"\s?(?:/|из|-?й?\sиз|of)\s?(?P<total>\d{1,3})(?![\d/]|[.,]\d)"
    r"(?P<after>\s?-?(?:[а-я]{1,2}\.?\s?)?(?:эт(?:аж[а-я]{0,3})?\b|-?этажн|floor\b))?"
)
_PAIR_AFTER_LABEL = re.compile(
    r"\b(?:этаж(?:ность)?|эт|floor)(?:\s?/\s?этаж(?:ность|ей))?\b[\s.:=№-]{0,3}(?P<floor>-?\d{1,2})" + _SUFFIX
    + r"(?:\s?(?:этаж\s)?(?:/|из|of|в)\s?(?P<total>\d{1,3})(?![\d/]|[.,]\d|\s?(?:м\b|м2|кв|мин)))?"
)  # fmt: skip
_FLOOR = re.compile(
    r"(?<![\d/.,-])(?P<floor>\d{1,2})" + _SUFFIX + r"-?\s?эт(?P<end>\.|аж[а-я]{0,3}|\b)"
    r"(?:\s?[(,]?\s?(?:из|/)\s?(?P<total>\d{1,3})(?![\d/]|[.,]\d|\s?(?:м\b|м2|кв)))?"
)
_FLOOR_IN_WORDS = re.compile(
    r"\b(?P<word>" + _WORD + r")\sэтаж(?P<end>[а-я]{0,2})\b(?:\s?(?:из|/)\s?(?P<total>\d{1,2}|[а-я]{4,14})\b)?"
)
_STOREYS = re.compile(
    r"(?<![\d/.,])(?P<digits>\d{1,3})\s?-?\s?(?:ти|х|ми|и)?\s?-?\s?(?:этажн|уровнев|этажк)"
    r"|\b(?P<compound>" + COMPOUND_PATTERN + r")\s?-?(?:этажн|уровнев|этажк)"
    r"|\b(?:этажей(?:\sв\sдоме)?|этажность(?:\sдома)?)\s?[:=-]?\s?(?P<labelled>\d{1,3})\b"
    r"|(?<![\d/.,-])(?P<counted>\d{1,3})\sэтаж(?:а|ей)\b"
    r"|\b(?P<word>два|три|четыре|пять)\sэтажа?(?:ей)?\b"
    r"|\b(?:в|на)\s(?P<levels>\d|двух|трех|два|три)\s?(?:-?х)?\s?уровн"
    r"|\b(?P<english>\d{1,3}|[a-z]{3,9})[\s-]?(?:storeys?|storeyed|stor(?:y|ies|ied)|floors|level)\b"
)
_FLOOR_EN = re.compile(
    r"\b(?:(?P<digits>\d{1,3})(?:st|nd|rd|th)"
    r"|(?P<word>[a-z]{5,11}(?:-[a-z]{5,7})?))[\s-]floor\b(?!\s(?:of\sliving|area|heating|plan|space))"
    r"|\bfloors?[\s:]{1,2}(?P<number>\d{1,3})\b"
)
_OF_TOTAL_EN = re.compile(
    r"\s?,?\s?(?:\(?(?:out\s)?of|in)\s(?:an?\s)?(?P<total>\d{1,3}|[a-z]{3,9})(?:[\s-]?(?:stor|floors?|level)"
    r"|\)|\b(?!\s?(?:sq|m2|bed)))"
)
_LAST = re.compile(r"\bпоследн(?:ий|ем)\sэтаж|\btop\sfloor\b")
_BASEMENT = re.compile(r"\bцокольн(?:ый|ом|ого)\sэтаж|\bв\s(?:цоколе|подвале)\b|\bполуподвал")
_NOT_OURS = re.compile(
    r"(?:магазин|супермаркет|аптек|паркинг|парковк|ресторан|лифт|кофейн|салон|офис|кафе|пекарн|консьерж|детск"
    r"|сбербанк|пятероч)[^,;]{0,22}$"
)
_NOT_A_FLOOR = re.compile(r"(?:\bне|между|кроме|дом[а-я]?|д\.|ул\.?|улиц[а-я]|корп\.?|кв\.|с)\s?$")
_HOUSE_LEFT = re.compile(
    r"(?:\bд(?:ом)?\.?\s?№?\s?|\b(?:ул|пр|пер|ш|наб|пл)\.?[^,]{0,30}[,\s]\s?|улиц[а-я]\s[^,]{1,40}[,\s]\s?"
    r"|проспект[а-я]?\s[^,]{1,30}[,\s]\s?|"
    r"\b(?:улица|проспект|шоссе|переулок|бульвар|ул|пер|проезд|пр-т|наб\.?),?\s|квартал\s|мкр\.?\s|кв\.\s"
    r"|сануз[а-я]{1,3}\s|балкон[а-я]{0,2}\s)$"
)
_SHARE_RIGHT = re.compile(
    r"\s?[а-я]{0,14}\s?дом[ао]?\b|\s?(?:-?[аяую]{1,2}\s)?(?:дол[яиюе]|часть|част[ия]|share|\d?\s?(?:м\b|м2"
    r"|кв\.?\s?м|сот|мес|недел|дн|руб|час))"
)
_BARE_RIGHT = re.compile(r"\s?(?:$|[,;.\n)|•·-]|(?:п|к|б|м|кирп|пан|мон|бл)[а-я.]{0,12}(?:\b|$))")
MAX_FLOOR = 120


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Floor and storeys as one place of the text has them; the higher the rank, the plainer the text."""

    floor: int | None
    total: int | None
    start: int
    end: int
    rank: int
    note: str | None = None


def find_floors(source: Source, property_type: str | None) -> dict[str, Finding]:
    """`floor` and `floors_total`. A house has storeys and no floor, a plot has neither."""
    if property_type == "land":
        return {}
    candidates = [candidate for candidate in _candidates(source, property_type) if _sane(candidate)]
    best_floor = best_total = None
    for candidate in sorted(candidates, key=lambda one: (-one.rank, one.start)):
        if candidate.floor is not None and best_floor is None:
            best_floor = candidate
        if candidate.total is not None and best_total is None:
            best_total = candidate
    if best_floor is not None and best_floor.total is not None:
        best_total = best_floor
    found: dict[str, Finding] = {}
    if best_floor is not None and property_type not in {"house", "parking", "garage"}:
        evidence = (source.span(best_floor.start, best_floor.end),)
        found["floor"] = Finding(best_floor.floor, evidence, best_floor.note)
    if best_total is not None and property_type not in {"parking", "garage"}:
        fits = best_floor is None or best_floor.floor is None or best_total.total is None
        if fits or best_floor.floor <= best_total.total or property_type == "house":  # type: ignore[union-attr,operator]
            found["floors_total"] = Finding(best_total.total, (source.span(best_total.start, best_total.end),))
    if property_type == "house" and "floors_total" not in found:
        highest = max(
            (one for one in candidates if one.floor is not None), key=lambda one: one.floor or 0, default=None
        )
        if highest is not None and (highest.floor or 0) >= 2:
            found["floors_total"] = Finding(highest.floor, (source.span(highest.start, highest.end),), "inferred")
    if "floor" not in found and property_type not in {"house", "parking", "garage"}:
        found |= _named_floor(source, found)
    return found


def _named_floor(source: Source, found: dict[str, Finding]) -> dict[str, Finding]:
    """The last floor of a known number of storeys, or the basement."""
    last = _LAST.search(source.masked)
    if last is not None and "floors_total" in found and not re.search(r"\bне\s?$", before(source, last.start(), 6)):
        return {"floor": Finding(found["floors_total"].value, (source.span(*last.span()),), "inferred")}
    basement = _BASEMENT.search(source.masked)
    if basement is not None and not _NOT_OURS.search(before(source, basement.start(), 30)):
        return {"floor": Finding(-1, (source.span(*basement.span()),))}
    return {}


def _sane(candidate: _Candidate) -> bool:
    floor, total = candidate.floor, candidate.total
    if floor is not None and not -5 <= floor <= MAX_FLOOR:
        return False
    if total is not None and not 1 <= total <= MAX_FLOOR:
        return False
    return floor is None or total is None or floor <= total


def _candidates(source: Source, property_type: str | None) -> Iterator[_Candidate]:
    yield from _pairs(source)
    yield from _single_floors(source)
    yield from _storeys(source, property_type)
    yield from _english(source)


_FLOOR_WORDS = re.compile(r"эт(?:аж|\b)|floor")
_STOREY_WORDS = re.compile(r"этаж|уровн|stor(?:e|y|i)|level|floors")
_PAIR_MARKS = re.compile(r"/|\bиз\b|\bof\b")


def _within(
    source: Source, words: re.Pattern[str], pattern: re.Pattern[str], left: int, right: int
) -> Iterator[re.Match[str]]:
    """Matches of a costly pattern, looked for only around the plain words that every one of them has."""
    for start, end in source.near(words, left, right):
        yield from pattern.finditer(source.masked, start, end)


def _pairs(source: Source) -> Iterator[_Candidate]:
    text = source.masked
    for match in _within(source, _FLOOR_WORDS, _PAIR_AFTER_LABEL, 12, 40):
        if match["total"] is None and text[match.start() : match.end()].startswith("этажност"):
            continue
        if re.search(r"\d(?:-?[а-я]{1,3})? ?$", text[max(0, match.start() - 6) : match.start()]):
            continue
        if _UNITS_RIGHT.match(text, match.end()) or _STOREYED_RIGHT.match(text, match.end()):
            continue
        total = int(match["total"]) if match["total"] else None
        yield _Candidate(int(match["floor"]), total, match.start(), match.end(), 9 if total else 7)
    for match in _within(source, _PAIR_MARKS, _PAIR, 12, 24):
        floor, total = int(match["floor"]), int(match["total"])
        left = before(source, match.start(), 44)
        if match["after"]:
            yield _Candidate(floor, total, match.start(), match.end(), 10)
            continue
        slash = "/" in match.group()
        if (floor, total) in {(24, 7), (1, 1)} or total < 2 or floor > total or _SHARE_RIGHT.match(text, match.end()):
            continue
        if _HOUSE_LEFT.search(left) or not _BARE_RIGHT.match(after(source, match.end(), 14)):
            continue
        if slash:
            yield _Candidate(floor, total, match.start(), match.end(), 4)


_STOREYED_RIGHT = re.compile(r"-?\s?(?:ти|х|ми|и)?-?\s?этаж")
_UNITS_RIGHT = re.compile(r"\s?(?:м\b|м2|кв\.?\s?м|мин|комн|-?к\b|сот|руб|тыс|квартир)")


def _single_floors(source: Source) -> Iterator[_Candidate]:
    for match in _within(source, _FLOOR_WORDS, _FLOOR, 14, 24):
        if match["end"] in {"ажа", "ажей", "ажн", "ажно", "ажный", "ажная"} and "-го" not in match.group():
            continue
        if match["end"].startswith("ажн") or match["end"] in {"ажка", "ажке", "ажки"}:
            continue
        left = before(source, match.start(), 30)
        if _NOT_A_FLOOR.search(left):
            continue
        rank = 3 if _NOT_OURS.search(left) else 8
        total = int(match["total"]) if match["total"] else None
        yield _Candidate(int(match["floor"]), total, match.start(), match.end(), rank)
    for match in _within(source, _FLOOR_WORDS, _FLOOR_IN_WORDS, 40, 30):
        floor, start = _ordinal(match["word"], match.start("word"))
        left = before(source, start, 30)
        if floor is None or _NOT_A_FLOOR.search(left) or match["end"] in {"ей", "ах", "и"}:
            continue
        total = _value(match["total"]) if match["total"] else None
        yield _Candidate(floor, total, start, match.end(), 3 if _NOT_OURS.search(left) else 8)


def _ordinal(phrase: str, start: int) -> tuple[int | None, int]:
    """The value of "двадцать первом" or of its last word alone, and where that begins."""
    words = phrase.split(" ")
    values = [named(word) for word in words]
    if len(words) == 2:
        if values[0] is not None and values[1] is not None and values[0] >= 20 and values[1] < 10:
            return values[0] + values[1], start
        return values[1], start + len(words[0]) + 1
    return values[0], start


def _value(text: str) -> int | None:
    return int(text) if text.isdigit() else named(text)


def _storeys(source: Source, property_type: str | None) -> Iterator[_Candidate]:
    for match in _within(source, _STOREY_WORDS, _STOREYS, 40, 36):
        kind = match.lastgroup or ""
        text = match[kind]
        total = compound(text) if kind == "compound" else _value(text)
        if property_type != "house" and ("уровн" in match.group() or "level" in match.group()):
            continue
        if total is None:
            continue
        yield _Candidate(
            None, total, match.start(), match.end(), 5 if kind in {"digits", "compound", "labelled"} else 4
        )


def _english(source: Source) -> Iterator[_Candidate]:
    if "floor" not in source.masked:
        return
    for match in _FLOOR_EN.finditer(source.masked):
        kind = match.lastgroup or ""
        note = None
        if kind == "word" and match["word"] == "ground":
            floor: int | None = 1
            note = "ground"
        elif kind == "word":
            floor = _hyphened(match["word"])
        else:
            floor = int(match[kind])
        if floor is None:
            continue
        tail = _OF_TOTAL_EN.match(source.masked, match.end())
        total = _value(tail["total"]) if tail else None
        end = tail.end("total") if tail and total else match.end()
        yield _Candidate(floor, total, match.start(), end, 8, note)


def _hyphened(word: str) -> int | None:
    parts = word.split("-")
    values = [named(part) for part in parts]
    if None in values:
        return None
    return sum(value for value in values if value is not None)
