"""Areas of flats and land in the notations of the market: `48 м²`, `56.2/33.0/8.0`, `6 соток`, `120 м² / 6 сот.`"""

from __future__ import annotations

import re
from typing import NamedTuple

from realty_cli.properties.values import NUMBER, Unreadable, as_float, plain, simple, unknown

SOTKA, HECTARE, SQUARE_FOOT, ACRE = 100.0, 10_000.0, 0.09290304, 4046.8564224

_UNITS = (
    (re.compile(r"(?:м²|m²|м2|m2|кв\.?\s*м(?:етр\w*|\b)\.?|sq\.?\s*(?:m|meters?|metres?)\b\.?|sqm\b)"), "m2"),
    (re.compile(r"(?:sq\.?\s*(?:ft|feet)\b\.?|sqft\b|ft²|ft2\b|кв\.?\s*фут\w*)"), "ft2"),
    (re.compile(r"(?:[сc][оo][тt](?:[кk]\w*|[оo][кk])?\b\.?|sotk\w*|sotok)"), "sotka"),
    (re.compile(r"(?:га\b\.?|гектар\w*|ha\b|hectares?\b)"), "ha"),
    (re.compile(r"acres?\b"), "acre"),
)
_IN_SQUARE_METRES = {"m2": 1.0, "sotka": SOTKA, "ha": HECTARE, "ft2": SQUARE_FOOT, "acre": ACRE}
_AREA = re.compile(
    r"(?:(?:s|пл\w*|площад\w*|общ\w*|total|area)[.:]*\s*)*" + NUMBER.pattern + r"\s*(m2|ft2|sotka|ha|acre)?\.?"
)
_GROUP = re.compile(r"(?<=\d),(?=\d{3}\.\d)")
_GROUP_IN_FEET = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_LABELLED = re.compile(r"(общ|жил|кух|total|living|kitchen)[^\d/]{0,20}?(\d{1,6}(?:[.,]\d{1,6})?)")
_LABELS = {"общ": 0, "total": 0, "жил": 1, "living": 1, "кух": 2, "kitchen": 2}


class Areas(NamedTuple):
    """Square metres. `undecided` is a second figure that may be the living room or the kitchen."""

    total: float | None = None
    living: float | None = None
    kitchen: float | None = None
    land: float | None = None
    undecided: float | None = None


def area(text: str, unit: str = "m2") -> float | None:
    """One area in square metres: `48 м²`, `61 кв.м`, `6 соток`, `0.1 га`. `unit` is what a bare number is in."""
    found = areas(text, unit)
    if found is None:
        return None
    one = found.total if found.total is not None else found.land
    if one is None or found.living is not None or found.kitchen is not None or found.undecided is not None:
        raise Unreadable(text=text)
    return one


def areas(text: str, unit: str = "m2") -> Areas | None:
    """One area or a set of them: `56.2/33.0/8.0` is total, living, kitchen; `120 м² / 6 сот.` a house and its land.

    Of two figures the second is the living room if it takes more than two fifths of the first, and the kitchen if it
    takes less than three tenths; in between the text does not say which.
    """
    exact = simple(text)
    if exact is not None and unit == "m2":
        return Areas(exact)
    folded = plain(text.casefold().replace("ё", "е"))
    if unknown(folded):
        return None
    for pattern, name in _UNITS:
        folded = pattern.sub(name, folded)
    # Who measures in feet groups by commas; so does who has a point for decimals.
    folded = (_GROUP_IN_FEET if unit == "ft2" or "ft2" in folded else _GROUP).sub("", folded)
    labelled = _LABELLED.findall(folded)
    if len(labelled) > 1 or (labelled and "/" not in folded):
        return _by_label(folded, labelled)
    parts: list[tuple[float | None, str]] = []
    for piece in re.split(r"[/|;\\]", folded.strip(" /;|")):
        part = piece.strip()
        if unknown(part) or part == "x":
            parts.append((None, unit))
            continue
        found = _AREA.fullmatch(part.rstrip(","))
        if not found:
            raise Unreadable(text=text)
        parts.append((as_float(found), found.group(4) or unit))
    if len(parts) > 4 or all(value is None for value, _ in parts):
        raise Unreadable(text=text)
    return _sorted(parts)


def _by_label(folded: str, labelled: list[tuple[str, str]]) -> Areas:
    sizes: list[float | None] = [None, None, None]
    for label, figure in labelled:
        if sizes[_LABELS[label]] is None:
            sizes[_LABELS[label]] = float(figure.replace(",", "."))
    if sizes[0] is None:
        first = NUMBER.match(folded)
        sizes[0] = as_float(first) if first else None
    return Areas(*sizes)


def _sorted(parts: list[tuple[float | None, str]]) -> Areas:
    inside: list[float | None] = []
    land: float | None = None
    for value, unit in parts:
        size = None if value is None else round(value * _IN_SQUARE_METRES[unit], 4)
        if unit in ("sotka", "ha", "acre") and size is not None:
            land = size
        else:
            inside.append(size)
    # A zero among several figures stands for one that nobody entered.
    if len(inside) > 1:
        inside = [size or None for size in inside]
    total = inside[0] if inside else None
    if len(inside) >= 3:
        return Areas(total, inside[1], inside[2], land)
    second = inside[1] if len(inside) == 2 else None
    if second is None or not total:
        return Areas(total, None, None, land, second)
    if second > total:
        return Areas(total, None, None, land, second)
    share = second / total
    if share > 0.4:
        return Areas(total, second, None, land)
    if share < 0.3:
        return Areas(total, None, second, land)
    return Areas(total, None, None, land, second)
