"""What the title of an advertisement tells: `2-к квартира, 54 м², 3/9 эт.`, `Дом 120 м² на участке 6 сот.`"""

from __future__ import annotations

import re
from typing import Any

from realty_cli.properties.reading.lexicon import enumerated, fold, kind
from realty_cli.properties.reading.notation import rooms
from realty_cli.properties.reading.surfaces import HECTARE, SOTKA
from realty_cli.properties.values import Unreadable

#: Longer texts are prose; figures in them may be about anything.
LONGEST = 160

_LEAD = (
    r"(?:[^\w]*(?:прода\w+|сда\w+|срочно\w*|аренда|купить|снять|посуточно|в аренду|уютн\w+|отличн\w+"
    r"|for sale|for rent)\b)*[^\w]*"
)
_ROOMS = re.compile(
    rf"{_LEAD}((?:евро[- ]?)?\d{{1,2}}\s*[-–]?\s*(?:х|ти|ех)?\s*[-–]?\s*(?:к(?![а-я])|комн?[а-я]*|кк?в\b"
    rf"|е(?![а-я])|e(?![a-z])|rooms?|bed\w*)\.?\s*(?:евро)?"
    r"|(?:квартира-|апартаменты-|апарт-)?студи[яию]|studio|своб\w*\.?\s?планир\w*"
    r"|(?:евро)?(?:одно|двух|трех|четырех|пяти|шести)комн\w*|(?:евро)?(?:однуш|двуш|треш)к\w*|многокомнатн\w+)"
)
_AREA = re.compile(r"(?<![\d.,])(\d{1,6}(?:[.,]\d{1,2})?)\s*(?:м²|м2|m²|m2|кв\.?\s*м|sq\.?\s?m|sqm)")
_LAND = re.compile(r"(?<![\d.,])(\d{1,5}(?:[.,]\d{1,2})?)\s*(сот|га\b)")
_FLOORS = (
    re.compile(r"(?<![\d.,/])(-?\d{1,3})\s*(?:/|из)\s*(\d{1,3})\s*(?:эт|floor|fl\b)"),
    re.compile(r"(?:этаж|эт\.?|floor)\s*(-?\d{1,3})\s*(?:/|из)\s*(\d{1,3})"),
    re.compile(r"(?<![\d.,/])(-?\d{1,3})(?:-?[йыоm]{1,2})?\s*этаж(?!н)(?:\s*(?:из|/)\s*(\d{1,3}))?"),
    re.compile(r",\s*(\d{1,2})\s*/\s*(\d{1,3})\s*$"),
)


def headline(text: str) -> dict[str, Any]:
    """The fields that a title names, `deal_type` among them; nothing for prose."""
    if not text or len(text) > LONGEST:
        return {}
    folded = fold(text)
    facts: dict[str, Any] = {}
    found_kind = kind(re.split(r"[,;(]", folded, maxsplit=1)[0])
    if found_kind:
        facts.update(found_kind.facts)
    facts.pop("is_studio", None)
    _rooms(facts, folded)
    sizes = _AREA.search(folded)
    if sizes:
        facts["area_total"] = float(sizes[1].replace(",", "."))
    if land := _LAND.search(folded):
        facts["area_land"] = round(float(land[1].replace(",", ".")) * (HECTARE if land[2] == "га" else SOTKA), 2)
        facts.setdefault("property_type", "land")
    for pattern in _FLOORS:
        if found := pattern.search(folded):
            facts["floor"] = int(found[1])
            if found[2]:
                facts["floors_total"] = int(found[2])
            break
    first = re.search(r"[a-zа-я]+(?:\s[a-zа-я]+)?", folded)
    if (
        first
        and (deal := enumerated("deal_type", first[0]))
        and first[0].startswith(("прода", "сда", "аренд", "купить", "снять", "посуточ", "for "))
    ):
        facts["deal_type"] = "rent" if deal.value == "rent" and "посуточ" not in folded else deal.value
        if "посуточ" in folded:
            facts["deal_type"] = "daily_rent"
    return {field: value for field, value in facts.items() if value not in (0.0, None) or field in ("rooms", "floor")}


def _rooms(facts: dict[str, Any], folded: str) -> None:
    found = _ROOMS.match(folded)
    if not found or facts.get("property_type") == "room":
        return
    try:
        count = rooms(found[1])
    except Unreadable:
        return
    if count is None:
        return
    facts.setdefault("property_type", "apartment")
    if count.number is not None and count.number <= 50:
        facts["rooms"] = count.number
    for name in ("is_studio", "is_euro", "is_free_layout"):
        if getattr(count, name):
            facts[name] = True
    if "евро" in folded[found.end() : found.end() + 12] and count.number:
        facts["is_euro"] = True
    if "апарт" in folded:
        facts["is_apartments"] = True
