"""Areas: which number is the whole, which the kitchen, which the plot, and which is none of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from realty_cli.properties.drafting.findings import Finding
from realty_cli.properties.drafting.numerals import Number, after, before, whole
from realty_cli.properties.drafting.source import Source
from realty_cli.properties.drafting.stations import may_begin

#: Square metres in one of each: hundredth (сотка), hectare, acre, square foot.
SOTKA, HECTARE, ACRE, SQUARE_FOOT = 100.0, 10_000.0, 4046.8564, 0.09290304

_UNIT = re.compile(
    r"\s?-?(?:(?P<metre>кв\.?\s?м(?:етр[а-я]{0,3})?\b|м\.?\s?кв\b|м\s?2(?!\d)|m\s?2(?!\d)"
    r"|квадрат[а-я]{0,8}(?:\sметр[а-я]{0,3})?|кв\.?метр[а-я]{0,3}"
    r"|квм\b|кв\b(?!\.?\s?(?:-ра|\d))|sq\.?\s?m(?:et(?:er|re)s?)?\b|sqm\b|square\smet(?:er|re)s?)"
    r"|(?P<sotka>сот(?:ка|ки|ок|\b))|(?P<hectare>га\b|гектар[а-я]{0,3}|hectares?\b|ha\b)|(?P<acre>acres?\b)"
    r"|(?P<foot>sq\.?\s?f(?:ee|oo)?t\b|sqft\b|square\sf(?:ee|oo)t|ft2(?!\d))"
    r"|(?P<bare>м\b|m\b|метр(?:а|ов|овая|овой|овую|овый)?\b|метрах\b))"
)
_ROLE = re.compile(
    r"(?P<kitchen>(?:гостин[а-я]{1,3}\s?-\s?)?кухн[а-я]{0,4}(?:\s?[-/+]\s?(?:гостин|столов|студи"
    r"|ниш)[а-я]{1,4})?|kitchen(?:[\s/-](?:living(?:\sroom)?|diner|lounge))?)|(?P<living>жил(?:ая|ой|ую|\b)"
    r"|living\s(?:area|space))"
    r"|(?P<other>лоджи|балкон|терас|террас|веранд|холл|коридор|прихож|сан\.?\s?уз|с/у|ванн|гардероб|кладов"
    r"|погреб|подвал|мансард|чердак"
    r"|баня|бани|бане|гараж(?:ом)?\sна|хозблок|бассейн|теплиц|беседк|ширин|длин|высот|потол|фасад|ворот|потолк"
    r"|ceiling|balcon|terrace|bathroom|hall|garden|от\sм(?:етро|\.)"
    r"|до\s(?:метро|м\.|станц|остановк|мкад|центр|мор|пляж|школ|озер|рек|лес|магаз|воды)|в\s$|через\s|спортзал|приусад)"
    r"|(?P<roomlike>комнат|спальн|гостин|зал[аеы]?\b|детск|кабинет|столов|bedroom|living\sroom|lounge|study"
    r"|reception|room)"
    r"|(?P<store>гараж|бокс\b|машино-?\s?мест|паркинг|парковочн|garage|parking)"
    r"|(?P<land>участ[а-я]{0,4}|земл[а-я]{0,4}|надел|plot|land)"
    r"|(?P<total>общ[а-я]{0,4}|площад[а-я]{0,4}|s\b|квартир|кв-р|студи|однушк|двушк|трешк|апартамент"
    r"|дом[а-я]{0,2}\b|дач[аиу]|коттедж|таунхаус|помещен|офис"
    r"|склад|магазин|псн|метраж[а-я]{0,2}|всего|total|area|apartment|flat|studio|house|office|floor\sarea|size"
    r"|condo|villa|cottage)"
)
_TRIPLE = re.compile(
    r"(?<![\d/.,])(\d{1,4}(?:[.,]\d{1,2})?)\s?/\s?(\d{1,4}(?:[.,]\d{1,2})?)\s?/\s?(\d{1,3}(?:[.,]\d{1,2})?)(?![\d/]|[.,]\d)"
)
_TWO = re.compile(r"(?<![\d/.,])(\d{2,4}(?:[.,]\d{1,2})?)\s?/\s?(\d{1,4}(?:[.,]\d{1,2})?)\s?(?:кв\.?\s?м\b|м2|м\b)")
_LABELLED = re.compile(
    r"(?:(?P<kitchen>\bкух(?:н[а-я]{1,4}|\.)(?:-гостин[а-я]{1,4}|-столов[а-я]{1,4})?)|(?P<living>\bжил(?:ая"
    r"|\.))|(?P<total>\bобщ(?:ая|\.)|\bs\s?общ\.?))"
    r"(?:\s?(?:площадь|пл\.?))?\s?[:=-]?\s?(?P<number>\d{1,4}(?:[.,]\d{1,2})?)(?![\d/]|[.,]\d|\s?(?:-?к\b|эт"
    r"|мин|шт|руб|комн|год|%|чел|лет|тыс|млн|место|спальн))"
)
_RIGHT_STOP = re.compile(r"[,.;:(]\s?|\d|\sи\s|\+")
_NOT_ROLE_RIGHT = re.compile(r"\s(?:на|в|от|до|до\s|с|у|для|за|из|рядом|with|on|in|of\sland)\s")
_DISTANCE_LEFT = re.compile(
    r"(?:\bв|\bчерез|\bдо|\bоколо|за|within|высот[а-я]{0,3}|потол[а-я]{0,4}|ceilings?(?:\sof)?)\s?[:-]?\s?$"
)
_DISTANCE_RIGHT = re.compile(r"\s?(?:до|от|к|from|to|away|ширин|длин|пешком|высот|потол)\b")
_DIMENSION = re.compile(r"(?:\d\s?|\b)[xх*]\s?$")
_POINT_AND_NAME = re.compile(r"\. ?([А-ЯЁ][а-яё]+)")
_ENDING = re.compile(r"[а-я]{0,4}\.?\s?")
_PER = re.compile(r"(?:за|/|per|на)\s?(?:1\s?)?$")
_KITCHEN_OF = re.compile(r"(?:\d{1,2})-?(?:ти|х)?\s?-?метров[а-я]{1,3}\sкухн")
_LIMITS = {"kitchen": (2.0, 200.0), "living": (4.0, 5000.0), "total": (5.0, 200_000.0), "land": (10.0, 50_000_000.0)}
_LOOK = 34


@dataclass(frozen=True, slots=True)
class Area:
    """One area of the text in square metres. `role` is kitchen, living, total, land, roomlike, other, or None."""

    role: str | None
    value: float
    start: int
    end: int
    certain: bool
    unit: str


def areas(source: Source, numbers: list[Number]) -> list[Area]:
    """Every area with its role, in the order of the text. `certain`: the text itself names the role or the unit."""
    found: list[Area] = []
    previous = 0
    for index, number in enumerate(numbers):
        unit = _UNIT.match(source.masked, number.end)
        if unit is None or number.ordinal or _DIMENSION.search(source.masked, max(0, number.start - 3), number.start):
            continue
        kind = unit.lastgroup or ""
        value = number.value
        if kind in {"metre", "bare", "foot"} and number.grouped is not None and number.grouped <= 20_000:
            value = number.grouped if kind == "foot" or source.language == "en" else value
        left, right = _left(source, number.start, previous), after(source, unit.end(), _LOOK)
        previous = unit.end()
        if _PER.search(left) or (kind == "metre" and number.value == 1):
            continue
        if kind == "bare" and _station_next(source, unit.end()):
            continue
        if kind == "bare" and (_DISTANCE_LEFT.search(left) or _DISTANCE_RIGHT.match(right)):
            continue
        role = _role(kind, left, right, english=source.language == "en")
        value *= {"sotka": SOTKA, "hectare": HECTARE, "acre": ACRE, "foot": SQUARE_FOOT}.get(kind, 1.0)
        if role is None and kind == "bare" and not _listed(source, numbers, index, unit.end()):
            continue
        found.append(
            Area(
                role, round(value, 1 if kind in {"acre", "foot"} else 2), number.start, unit.end(), kind != "bare", kind
            )
        )
    return found + _labelled(source, found)


def _station_next(source: Source, end: int) -> bool:
    """ "15м. Марксистская": minutes to a station, not metres."""
    following = _POINT_AND_NAME.match(source.clean, end)
    return following is not None and may_begin(following[1].lower())


def _left(source: Source, position: int, previous: int) -> str:
    return before(source, position, min(_LOOK, max(0, position - previous)))


def _role(kind: str, left: str, right: str, *, english: bool) -> str | None:
    """The role by the nearest word: left within the sentence, or right up to the next comma or number."""
    if kind in {"sotka", "hectare", "acre"}:
        return "land"
    stop = _RIGHT_STOP.search(right)
    right = right[: stop.start()] if stop else right
    stop = _NOT_ROLE_RIGHT.search(right)
    right = right[: stop.start()] if stop else right
    named_left = None
    for match in _ROLE.finditer(left):
        # In "кухня площадью 9" the kitchen has the say.
        if (
            named_left is None
            or not match.group().startswith("площад")
            or not _ENDING.fullmatch(left, named_left.end(), match.start())
        ):
            named_left = match
    named_right = _ROLE.search(right)
    if (
        english
        and named_right is not None
        and (named_right.start() <= 1 or (named_right.start() <= 14 and named_right.lastgroup in {"other", "land"}))
    ):
        return named_right.lastgroup
    if english and right.startswith(" of living"):
        return "total"
    if named_left is not None:
        gap = left[named_left.end() :]
        joined = "," not in gap and ";" not in gap
        if joined or named_right is None:
            role = named_left.lastgroup
            if role == "living" and named_right is not None and named_right.lastgroup == "kitchen":
                return role
            if (
                role == "total"
                and named_right is not None
                and named_right.lastgroup in {"kitchen", "living"}
                and gap.strip(" -:")
            ):
                return named_right.lastgroup
            return role if joined else ("total" if role == "total" else None)
    return named_right.lastgroup if named_right is not None else None


def _listed(source: Source, numbers: list[Number], index: int, end: int) -> bool:
    """A bare "60.5 м" between commas is the area of an ad's heading, if it could be one."""
    number = numbers[index]
    if number.value < 10 or number.value > 1500 or number.in_words:
        return False
    left, right = before(source, number.start, 12).rstrip(), after(source, end, 6).lstrip()
    return (not left or left[-1] in ",·/-(" or left.endswith(("кв", "кв-ра", "комн"))) and (
        not right or right[0] in ",.·/-)"
    )


def _labelled(source: Source, found: list[Area]) -> list[Area]:
    """ "общая 54, жилая 31, кухня 9": labels stand in for the unit."""
    taken = {area.start for area in found}
    more = []
    for match in _LABELLED.finditer(source.masked):
        start, end = match.span("number")
        if start in taken:
            continue
        role = next(name for name in ("kitchen", "living", "total") if match[name])
        more.append(Area(role, float(match["number"].replace(",", ".")), start, end, certain=True, unit="label"))
    return more


def triple(source: Source) -> tuple[tuple[float, float, float], int, int] | None:
    """ "98/62/12": total, living, kitchen. A date or a share of numbers that do not fit one another is none."""
    for match in _TRIPLE.finditer(source.masked):
        total, living, kitchen = (float(part.replace(",", ".")) for part in match.groups())
        if 12 <= total <= 2000 and total > living > 0 and 2 <= kitchen < total and living + kitchen <= total * 1.02:
            return (total, living, kitchen), match.start(), match.end()
    return None


def find_areas(source: Source, numbers: list[Number], property_type: str | None) -> dict[str, Finding]:
    """`area_total`, `area_living`, `area_kitchen`, `area_land`, in square metres."""
    found: dict[str, Finding] = {}
    three = triple(source)
    if three is not None:
        values, start, end = three
        evidence = (source.span(start, end),)
        for name, value in zip(("area_total", "area_living", "area_kitchen"), values, strict=True):
            found[name] = Finding(whole(value), evidence)
    candidates = areas(source, numbers)
    if three is not None:
        candidates = [area for area in candidates if not three[1] <= area.start < three[2]]
    two = _TWO.search(source.masked) if three is None else None
    for role in ("kitchen", "living", *(() if property_type == "apartment" else ("land",))):
        low, high = _LIMITS[role]
        for area in candidates:
            if area.role == role and low <= area.value <= high:
                found.setdefault(f"area_{role}", Finding(whole(area.value), (source.span(area.start, area.end),)))
                break
    total = _total(candidates, property_type)
    if "area_total" not in found and total is not None:
        found["area_total"] = Finding(whole(total.value), (source.span(total.start, total.end),))
    if two is not None and ("area_total" not in found or total is None or total.start == two.start(2)):
        value = float(two[1].replace(",", "."))
        if value > float(two[2].replace(",", ".")):
            found["area_total"] = Finding(whole(value), (source.span(two.start(1), two.end(1)),))
    if property_type == "land" and "area_land" not in found and "area_total" in found:
        found["area_land"] = found.pop("area_total")
    elif property_type == "land":
        found.pop("area_total", None)
    return found


def _total(candidates: list[Area], property_type: str | None) -> Area | None:
    """The area of what is offered: what the text calls so, else the first that belongs to nothing else."""
    low, high = _LIMITS["total"]
    fit = [area for area in candidates if low <= area.value <= high]
    roles: tuple[str | None, ...] = ("total", None)
    if property_type == "room":
        roles = ("roomlike", *roles)
    elif property_type in {"garage", "parking"}:
        roles = ("store", *roles)
    for role in roles:
        for area in fit:
            if area.role == role:
                return area
    return None
