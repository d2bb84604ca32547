"""What a dwelling and its house have, by neutral names; denied ones are not among them."""

from __future__ import annotations

import re

from realty_cli.properties.drafting.findings import Finding, Span
from realty_cli.properties.drafting.numerals import after, before
from realty_cli.properties.drafting.source import Source
from realty_cli.properties.drafting.vocabulary import Hit, negated

_SURROUNDINGS = re.compile(
    r"(?:рядом|поблизости|шаговой\sдоступности|пешей\sдоступности|недалеко|инфраструктур[а-я]|в\sокрестностях"
    r"|напротив|соседн[а-я]{2,3})\b[^.;!?\n]{0,120}$|\b(?:nearby|close\sto|walking\sdistance"
    r"|near)\b[^.;,!?\n]{0,40}$"
)
_NEARBY_COUNTS = frozenset({"pool", "gym", "sauna", "parking", "playground", "garage", "security"})
_NOT_A_PLACE = re.compile(
    r"(?:места?\sпод|место\sдля|под|можно\s(?:сделать|поставить|оборудовать|построить)"
    r"|возможность\s(?:установки|провести|подключения)|планируется|without|готово\sпод|вывод\sпод|space\sfor"
    r"|room\sfor)\s(?:\S+\s)?$"
)
_COMBINED = re.compile(
    r"(?:сан\.?\s?уз[а-я]{1,4}|с/у|\bсу|туалет)[^.;!?\n,]{0,22}?\b(?P<how>совмещ|совм|раздел|разд\b)"
    r"|\b(?P<first>совмещен|раздельн)[а-я]{2,4}\s(?:\S+\s)?(?:сан\.?\s?уз|с/у|туалет)"
)
_PETS = re.compile(
    r"\b(?:животн[а-я]{2,3}|питомц[а-я]{1,2}|домашними\sлюбимцами|кошк[а-я]{0,3}|кот(?:а|у|ом|ами|ами|ы"
    r"|ик[а-я]{0,2}|енк[а-я]{0,2})?|собак[а-я]{0,3}|pets?|dogs?|cats?)\b"
)
_CHILDREN = re.compile(r"\b(?:дет(?:и|ей|ьми|ям|ками|ок)|ребен[а-я]{2,4}|малыш[а-я]{1,3}|children|kids)\b")
_ALLOWED = re.compile(
    r"\b(?:можно|разреш[а-я]{2,4}|допуска[а-я]{2,4}|допустим[а-я]{0,2}|рассмотр[а-я]{1,4}"
    r"|рассматрива[а-я]{2,4}|обсужда[а-я]{2,4}|по\sдоговор[а-я]{2,6}|возможно|приветству[а-я]{2,4}|не\sпротив"
    r"|согласн[а-я]|allowed|welcome|considered|friendly|accepted|ok\b|okay|fine)"
)
_WITH = re.compile(r"\bс\s(?:(?:маленьк[а-я]{2,3}|небольш[а-я]{2,3}|домашн[а-я]{2,3})\s)?$")
_FORBIDDEN = re.compile(
    r"\b(?:без|нельзя|не\s(?:допуск[а-я]{2,5}|рассматрива[а-я]{2,4}|сда[а-я]{1,5}|разреша[а-я]{2,4}"
    r"|принима[а-я]{2,4}|желатель[а-я]{1,3})|запрещ[а-я]{2,4}|кроме|исключ[а-я]{2,4}|не\sс\b|просьба\sбез|no\b"
    r"|not\b|without|sorry)"
)
_NOT_GUESTS = re.compile(r"(?:выгул|площадк|приют|магазин|ветеринар|для\s(?:игр|семьи)|школ|сад|поликлин|cinema)")
_UTILITY_TYPES = frozenset({"house", "land", "garage", "commercial", "parking", None})
_WATER_VIEW = re.compile(
    r"(?:вид[а-я]{0,2}|у|к|выход[а-я]?|возле|около|большой|первая\sлини[а-я]|на|рядом\sс|до)\s(?:\S+\s)?$"
)
_PLANNED = re.compile(
    r"\s?-?\s?(?:в\sперспективе|в\sпланах|планиру[а-я]{2,4}|будет|будут|проведут|in\sthe\sfuture|planned)"
)
_AC = frozenset({"ac", "a c", "a/c"})
#: What a stronger name makes needless: a parking space offered is not also "with parking".
_OWN = {"parking": frozenset({"parking"}), "garage": frozenset({"garage", "parking"})}


def find_amenities(
    source: Source, hits: list[Hit], utilities: list[Hit], property_type: str | None, deal_type: str | None
) -> dict[str, Finding]:
    """`amenities`: a sorted list of names, with the evidence of each in the same order."""
    evidence: dict[str, Span] = {}
    denied: set[str] = set()
    for hit in hits + (utilities if property_type in _UTILITY_TYPES else []):
        name = hit.value
        if (
            name in evidence
            or name in _OWN.get(property_type or "", ())
            or name == "bathroom_combined"
            or name == "bathroom_separate"
        ):
            continue
        if negated(source, hit):
            denied.add(name)
            continue
        if not _belongs(source, hit, property_type):
            continue
        evidence[name] = source.span(hit.start, hit.end)
    for name in denied & {"lift", "furniture", "balcony", "parking"}:
        evidence.pop(name, None)
    evidence |= _bathrooms(source, hits)
    if deal_type != "sale":
        evidence |= _guests(source, "pets", _PETS) | _guests(source, "children", _CHILDREN)
    if not evidence:
        return {}
    names = sorted(evidence)
    return {"amenities": Finding(names, tuple(evidence[name] for name in names))}


def _belongs(source: Source, hit: Hit, property_type: str | None) -> bool:
    """Whether the thing is part of what is offered, not of the neighbourhood, a wish, or another word."""
    text, name = source.folded, hit.value
    word = text[hit.start : hit.end]
    left, right = before(source, hit.start, 140), after(source, hit.end, 30)
    if name in _NEARBY_COUNTS and _SURROUNDINGS.search(left):
        return False
    if _NOT_A_PLACE.search(left) and name not in {"security", "video_surveillance"}:
        return False
    if _PLANNED.match(right):
        return False
    if name == "water":
        return not _WATER_VIEW.search(left[-22:]) or "водопровод" in word or "скважин" in word
    if name == "electricity" and word in {"свет", "света", "светом"}:
        return not re.search(r"(?:дневн[а-я]{2,3}|много|солнечн[а-я]{2,3}|белый|море|больше)\s$", left)
    if name == "gas":
        return not re.match(r"\s?(?:бетон|блок|он)", right)
    if name == "lift" and re.search(r"(?:\d|на\s|park|ski\s)$", left[-5:]):
        return left.endswith(("\n", " ")) and not re.search(r"ski\s$", left)
    if name == "appliances":
        return not re.match(r"\s?(?:безопасн|электрон\w*\sмагаз)", right) and not (
            word == "бытовой" and not right.startswith(" тех")
        )
    if name == "storage":
        return not re.match(r"\s?(?:помещени|unit\sfor\srent|heater)", right) and property_type != "commercial"
    if name == "garage":
        return (
            property_type in {"house", "land"}
            or re.search(r"(?:есть|и|с|with|\+|double|плюс|single)\s$", left) is not None
        )
    if name == "security":
        return not re.match(r"\s?(?:deposit|здоровь|природ|зон)", right)
    if name == "view":
        if word == "view" and re.search(r"(?:\bto|\bplease|\bcall|\band|\bcan)\s$|^$", left):
            return False
        return not re.match(r"\s?(?:право|разрешен|деятельн|сверху|использован|по\sзапрос)", right) and not re.search(
            r"(?:общий|в|свежий|внешний|товарный)\s$", left[-12:]
        )
    if name == "heating":
        return property_type in {"house", "commercial", "garage"} and not re.search(r"underfloor\s$", left)
    if name == "terrace" and (property_type == "land" or re.match(r"\s?(?:house|d\b)", right)):
        return False
    if name == "air_conditioning" and word in _AC:
        return source.language == "en" and source.clean[hit.start].isupper()
    if name == "furniture":
        return not re.match(r"\s?(?:магазин|фабрик|можно\s(?:вывез|убрат)|не\sост|вывоз)", right)
    return name != "internet" or not re.match(r"\s?(?:магазин|показ)", right)


def _bathrooms(source: Source, hits: list[Hit]) -> dict[str, Span]:
    """Combined or separate bathroom, in either order of words."""
    found: dict[str, Span] = {}
    for match in _COMBINED.finditer(source.masked):
        name = "bathroom_combined" if (match["how"] or match["first"]).startswith("совм") else "bathroom_separate"
        found.setdefault(name, source.span(*match.span()))
    for hit in hits:
        if hit.value in {"bathroom_combined", "bathroom_separate"}:
            found.setdefault(hit.value, source.span(hit.start, hit.end))
    return found


def _guests(source: Source, kind: str, pattern: re.Pattern[str]) -> dict[str, Span]:
    """Whether tenants may bring pets or children; nothing where the text only mentions some."""
    for match in pattern.finditer(source.masked):
        left, right = before(source, match.start(), 48), after(source, match.end(), 46)
        left = re.split(r"[,(](?=[^,(]{0,3}\b(?:можно|без|с)\b)", left)[-1]
        if _NOT_GUESTS.search(left[-18:]) or _NOT_GUESTS.match(right.strip()[:12]):
            continue
        span = source.span(match.start(), match.end())
        near = right.split(",")[0].split(" но ")[0]
        forbids = _FORBIDDEN.search(near) or (_FORBIDDEN.search(left) and not re.search(r"можно[^.;]{0,14}$", left))
        allows = _ALLOWED.search(near) or _ALLOWED.search(left)
        if forbids and not re.search(r"\bне\sпротив", left + near):
            return {f"{kind}_forbidden": span}
        if allows or (
            _WITH.search(left)
            and not re.search(r"семь[а-я]{1,2}\s$|пар[а-я]{1,2}\s$", left[: -2 if len(left) > 2 else None])
        ):
            return {f"{kind}_allowed": span}
    return {}
