"""The building and its state: year, walls, finish, ceilings; and the legal flags of what is offered."""

from __future__ import annotations

import re

from realty_cli.properties.drafting.findings import Finding
from realty_cli.properties.drafting.numerals import after, before, whole
from realty_cli.properties.drafting.source import Source
from realty_cli.properties.drafting.vocabulary import Hit

_YEAR = r"(?P<year>1[789]\d\d|20[0-4]\d)"
_YEARS = tuple(
    re.compile(pattern.replace("YEAR", _YEAR))
    for pattern in (
        r"(?<!\d)YEAR\s?(?:г(?:ода?|\.)?\.?)?\s?(?:постройки|п\.|г/п|п\b|ввода|сдачи)",
        r"\bгод[уа]?\s(?:постройки|строительства|сдачи|ввода)(?:\sдома)?\s?[:=-]{0,2}\s?YEAR(?!\d)",
        r"\b(?:построен[а-я]{0,2}|постройки|возведен[а-я]{0,2}"
        r"|введен[а-я]{0,2}(?:\sв\sэксплуатацию)?)\s(?:дом\s)?(?:в\s)?(?:[1-4]\s?кв(?:артал[еа]?"
        r"|\.)?\s)?YEAR(?!\d)",
        r"\b(?:дом[а-я]{0,2}|корпус[а-я]?|жк|здани[ея]|гараж|баня|корпуса)\s(?:\S{2,20}\s){0,3}?(?:(?:сдан"
        r"|сдается|построен|введен|от|с)[а-я]{0,2}\s)?(?:в\s)?(?:[1-4]\s?кв(?:артал[еа]?"
        r"|\.)?\s)?YEAR\s?(?:г(?:од[ауе]?|\.|\b)|(?=[,.;\n]|$))",
        r"\b(?:сдан|сдач[аиу]|сдается|заселени[ея]|ключи)[^.;\n\d]{0,24}(?:(?:[1-4]|i{1,3}|iv)[\s-]?(?:й\s"
        r"|ый\s|ой\s)?кв(?:артал[еа]?|\.)?\s)?YEAR(?!\d)",
        r"\b(?:built|constructed|completed|completion|handover|erected|year\sbuilt)\s?[:,]?\s?(?:in\s|c\.\s?"
        r"|date\s?:?\s?)?(?:q[1-4]\s)?YEAR(?!\d)",
        r"(?<!\d)YEAR(?:\s|-)(?:built|build|construction|building)",
    )
)
_ANY_YEAR = re.compile(r"(?:1[789]|20)\d\d")
_YEAR_NOISE = re.compile(
    r"(?:ремонт|реновац|капремонт|собственност|покупк|проживае|владени|сдавал|лифт|коммуникац|проводк|окна"
    r"|крыш|renovat|refurbish|redecorat|owned)[^,.;]{0,24}$"
)
_CEILING = re.compile(
    r"(?:потол[а-я]{2,4}|ceilings?(?:\sheight)?"
    r"|h\s?=)[^\d.;\n]{0,18}(?P<metres>\d[.,]\d{1,2}(?!\d)|\d(?![\d.,]|\s?см))(?:\s?м\.?\s(?P<over>\d\d)\s?см\b)?\s?(?:м|m)?(?:\b"
    r"|(?=\s|$))(?!\s?(?:-?х|шт|уровн|этаж|к\b|комн|level|тип))"
    r"|(?:потол[а-я]{2,4}|ceilings?)[^\d.;\n]{0,18}(?P<cm>[2-9]\d\d)(?:\s?см|\s?cm|\b)(?!\d)"
    r"|(?P<before>\d(?:[.,]\d{1,2})?)[\s-]?(?:м(?:етр[а-я]{0,5})?|m|metre|meter)\.?\s(?:high\s)?(?:потол|ceiling)"
    r"|(?P<feet>\d{1,2})[\s-]?(?:ft|feet|foot)\.?\s(?:high\s)?ceiling"
    r"|ceilings?[^\d.;\n]{0,18}(?P<feetafter>\d{1,2})\s?(?:ft|feet)"
)
_FENCE = re.compile(
    r"\s?(?:\S{1,14}\s)?(?:забор|окн|двер|пол\b|полы|лестниц|мебел|бан[яие]\b|сара[йя]|хозблок|беседк|ворот"
    r"|дорожк|бордюр|столик|рам|стеклопакет|пристрой|fence|wall\sunit|floor|window|door|heating|heater|beam"
    r"|deck|panel)"
)
_NOT_WALLS = re.compile(
    r"(?:варочн|газов|стенов|электрич|индукцион|солнечн|сэндвич|управлен|декоратив|отделан|exposed)[а-я]*\s$"
)
_MATERIAL_RANK = {"monolith_brick": 3, "aerated_concrete": 2, "stalin": 1}
_BATH = re.compile(
    r"(?:баня|гараж|сарай|забор|беседка|хозблок|пристройка|веранда|терраса|второй\sэтаж|мансарда)\s(?:\S+\s){0,2}$"
)


def find_year(source: Source) -> dict[str, Finding]:
    """`year_built`, or the year in which the building is to be handed over."""
    windows = source.near(_ANY_YEAR, 50, 24)
    for pattern in _YEARS:
        for match in (one for start, end in windows for one in pattern.finditer(source.masked, start, end)):
            if _YEAR_NOISE.search(before(source, match.start("year"), 40)):
                continue
            return {"year_built": Finding(int(match["year"]), (source.span(*match.span()),))}
    return {}


def find_ceiling(source: Source) -> dict[str, Finding]:
    """`ceiling_height` in metres, between 2 and 9."""
    if "пото" not in source.masked and "ceil" not in source.masked:
        return {}
    for match in _CEILING.finditer(source.masked):
        kind = next(name for name in ("metres", "cm", "before", "feet", "feetafter") if match[name])
        value = float(match[kind].replace(",", ".")) + int(match["over"] or 0) / 100
        if kind == "cm":
            value /= 100
        elif kind in {"feet", "feetafter"}:
            value = round(value * 0.3048, 2)
        if 2.0 <= value <= 9.0:
            return {"ceiling_height": Finding(whole(value), (source.span(*match.span()),))}
    return {}


def find_material(source: Source, hits: list[Hit], property_type: str | None) -> dict[str, Finding]:
    """`building_material` of the building itself, not of its fence, bath-house or window frames."""
    best: tuple[int, int, Hit] | None = None
    for order, hit in enumerate(hits):
        if _NOT_WALLS.search(source.masked, max(0, hit.start - 16), hit.start):
            continue
        if _FENCE.match(source.masked, hit.end) and not re.match(r"\s?дом", after(source, hit.end, 5)):
            continue
        left = before(source, hit.start, 30)
        if _BATH.search(left) or re.search(r"(?:\bне|рядом|из\sокон|соседн[а-я]{2,3})\s$", left):
            continue
        rank = _MATERIAL_RANK.get(hit.value, 2)
        if (
            hit.value == "wood"
            and property_type not in {"house", None}
            and not re.match(r"\s?дом", after(source, hit.end, 6))
        ):
            continue
        if best is None or (rank, -order) > (best[0], best[1]):
            best = (rank, -order, hit)
    if best is None:
        return {}
    hit = best[2]
    return {"building_material": Finding(hit.value, (source.span(hit.start, hit.end),))}


_POSSIBLE = re.compile(
    r"(?:можно|возможност[а-я]|готов[а-я]?|под\sваш|подъезд[а-я]?|без|мечт|бюджет|стоимость|рассрочк[а-я]"
    r"|любой|свой|сделать|нет|предлага[а-я]{2,4}|заказать|в\sподъезде|могу[а-я]*)\s(?:\S+\s){0,2}$"
)
_RENOVATION_RANK = {
    "designer": 5,
    "euro": 4,
    "needs_repair": 4,
    "cosmetic": 3,
    "pre_finish": 5,
    "rough": 4,
    "none": 4,
    "finish": 2,
}
_EURO_ALONE = re.compile(r",\s?(?P<word>евро)\s?(?:,|\.|$)")


def find_renovation(source: Source, hits: list[Hit]) -> dict[str, Finding]:
    """`renovation`: the state of the finish now, not what could be made of it."""
    best: tuple[int, int, Hit] | None = None
    short = _EURO_ALONE.search(source.masked)
    if short is not None and not hits:
        return {"renovation": Finding("euro", (source.span(*short.span("word")),))}
    for order, hit in enumerate(hits):
        word = source.folded[hit.start : hit.end]
        left = before(source, hit.start, 30)
        if word == "бетон" and not re.search(r"(?:голый|в)\s$", left):
            continue
        if word in {"designer", "cosmetic"} and not re.match(
            r"\s(?:renov|finish|interior|kitchen)", after(source, hit.end, 12)
        ):
            continue
        if word.startswith(("дизайнерск", "дизайн проект")) and re.match(
            r"\s?(?:мебел|светильн|люстр|кухн)", after(source, hit.end, 12)
        ):
            continue
        if hit.value not in {"none", "needs_repair"} and _POSSIBLE.search(left):
            continue
        if re.search(r"\bне\s$", left):
            continue
        rank = _RENOVATION_RANK[hit.value]
        if best is None or (rank, -order) > (best[0], best[1]):
            best = (rank, -order, hit)
    if best is None:
        return {}
    hit = best[2]
    return {"renovation": Finding(hit.value, (source.span(hit.start, hit.end),))}


def find_flags(source: Source, hits: list[Hit], property_type: str | None) -> dict[str, Finding]:
    """`is_apartments` (Russian "апартаменты": no registration of residence) and `is_free_layout`."""
    found: dict[str, Finding] = {}
    for hit in hits:
        evidence = (source.span(hit.start, hit.end),)
        left = before(source, hit.start, 14)
        if hit.value == "apartments" and "is_apartments" not in found:
            if re.search(r"\bне\s$", left):
                found["is_apartments"] = Finding(False, evidence)
            elif property_type == "apartment" and not re.search(r"(?:рядом|соседн[а-я]{2,3})\s$", left):
                found["is_apartments"] = Finding(True, evidence)
        if hit.value == "free_layout" and "is_free_layout" not in found and property_type in {"apartment", None}:
            right = after(source, hit.end, 20)
            if not re.match(r"\s?(?:kitchen|office|living)", right) and not re.search(r"\bне\s$", left):
                found["is_free_layout"] = Finding(True, evidence)
    return found
