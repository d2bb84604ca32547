"""What is offered and how: the type of property, the deal, the market, mortgage and bargaining."""

from __future__ import annotations

import re

from realty_cli.properties.drafting.findings import Finding
from realty_cli.properties.drafting.money import Sum
from realty_cli.properties.drafting.numerals import after, before
from realty_cli.properties.drafting.rooms import is_dwelling
from realty_cli.properties.drafting.source import Source
from realty_cli.properties.drafting.vocabulary import Hit, negated
from realty_cli.properties.kinds import DealType, PropertyType

_VERB = re.compile(
    r"\b(?:прода(?:м|ю|ем|ется|етс?я|жа|ются|дим)|сда(?:м|ю|ем|ется|етс?я|ются|дим)|аренда|предлага(?:ю|ем"
    r"|ется)(?:\s(?:к\sпродаже|в\sаренду|на\sпродажу))?|купи(?:ть|те)|снять"
    r"|(?:for\s(?:sale|rent|let)|to\slet|to\srent|selling|we\soffer|offered|offering)\b)"
)
#: Words that describe the surroundings of a dwelling more often than they name what is offered.
_WEAK = {
    "house": 1.0,
    "room": 1.0,
    "land": 1.2,
    "garage": 1.2,
    "parking": 1.2,
    "commercial": 1.2,
    "apartment": 2.0,
    "studio": 2.0,
}
_ROOM_WORD = re.compile(r"комнат[ауы]?\b|room\b")
_ROOM_IN = re.compile(
    r"\b(?:комнат[ауы]|(?<![\d-]-)(?<!\d[ -])room)\b[^.;!?\n]{0,60}?\s(?:в"
    r"|in)\s(?:an?\s)?(?:[^\s.]+\s){0,3}?(?:\d[\s-]{0,2}(?:х|к|комн|bed|room)|[а-я]{3,14}комнатн|коммун"
    r"|квартир|общежит|flat|apartment|house|share|блок|секци)"
)
_ROOM_OFFERED = re.compile(
    r"\b(?:сда[а-я]{1,5}|прода[а-я]{1,6}|аренда|снять|купить)\s(?:(?:срочно|отличн[а-я]{2}|уютн[а-я]{2}"
    r"|больш[а-я]{2,3}|светл[а-я]{2}|изолированн[а-я]{2})\s){0,2}комнат[ауы]?\b"
    r"|^\W{0,4}комната\b|\bкомнат[ауы]\s(?:\d|где-?\s?то|площадью)|\broom\s(?:to|for)\s(?:rent|let)"
    r"|\b(?:single|double|en-?suite)\sroom\b"
)
_BUILDING_DOM = re.compile(
    r"(?:этажн[а-я]{2,3}|панельн[а-я]{2,3}|кирпичн[а-я]{2,3}|монолитн[а-я]{2,3}|блочн[а-я]{2,3}|нов[а-я]{2,3}"
    r"|наш[а-я]{1,2}|сталинск[а-я]{2,3}|жил[а-я]{2,3}|сам|этот|этом|многоквартирн[а-я]{2,3}|хорош[а-я]{2,3}|с"
    r"|рядом\sс|в|от|у|из|до|возле|около|под|за|около|к)\s$"
)
_DOM_NOT_HOUSE = re.compile(
    r"\s?(?:№|\d{1,3}(?![\d,.]*\s?(?:[xх*]|кв|м))|сдан|сдает|быт|культур|быт|отдыха|престар|офиц|после\sкап|творчеств)"
)
_HOUSE_TITLE = re.compile(
    r"\b(?:жилой|двухэтажный|одноэтажный|трехэтажный|загородный|дачный|кирпичный|деревянный|бревенчатый"
    r"|каркасный|новый|отличный|прекрасный|частный|уютный|большой|садовый)?\s?дом\b[^.;!?\n]{0,50}\b(?:на|с"
    r"|и)\s(?:земельн[а-я]{2,3}\s)?участк"
)
_ON_PLOT = re.compile(r"\bучаст(?:ок|ке|ком)|\bсот(?:ок|ки|\.|ках)|\bземл|\bснт\b|\bкп\b|\bплощадь\sдома|\bижс\b|\bдач")
_NOT_PARKING_OFFER = re.compile(
    r"(?:есть|и|с|плюс|\+|рядом|около|включен[а-я]?|паркинг|собственн[а-я]{2,3}|имеется|возможн[а-я]{2,3}"
    r"|можно|приобрести|отдельн[а-я]{1,2}|купить)\s$"
)
_FLAT_GROUND = re.compile(r"flat[\s-](?:terrain|plot|land|screen|roof|rate|fee|site|ground)")
_COMES_ALONG = re.compile(r"[^.,;!?\n]{0,24}\b(?:имеется|есть|в\sподарок|включен|приобрет|отдельно|included)")
_BESIDES = re.compile(
    r"(?:\bна|\bв|\bесть|\bс|\bпод|\bдля|рядом|\bи|\bдо|\bиз|\bя|\+|\bor|\band|\bwith|double|single|\bof"
    r"|\bdetached|,)\s$|\bon\san?\s(?:\S+\s){0,3}$"
)
_LAND_OF_HOUSE = re.compile(r"\bна\s(?:\S+\s){0,2}$|\bдом[а-я]{0,2}\b[^.;\n]{0,25}$")
_OTHER_FLATS = re.compile(
    r"(?:соседн[а-я]{2,3}|на\sэтаже\s\S{1,3}|\d\s|обмен\s(?:\S+\s)?на\s(?:\S+\s)?|(?:вторая|все)\s)$"
)
_AREA_NEXT = re.compile(r"\s(?:\S{1,20}\s){0,2}?[\d.,]{1,6}\s?(?:кв|м\b|м2|[xх*])")
_NEW_SENTENCE = re.compile(r"[;!?\n]|\.\s")
_DEAL_NOISE_AFTER = {
    "rent": re.compile(
        r"\s?(?:income|yield|(?:в\s)?(?:\d\s?-?\s?[м]?\s?кв\b|(?:эксплуатаци|[1-4]\s?кв\.|20\d\d|декабр|перв"
        r"|втор|трет|четверт|iv?|дом\b|корпус)))"
    ),
    "sale": re.compile(r"\s?(?:лес|мебел|билет)"),
}
_INVEST = re.compile(
    r"сдач[иуе]\s(?:в\s)?$|(?:под|для|можно|выгодно|чтобы|сейчас|раньше|успешно|легко|идеальн[а-я]{1,3}\sдля|подходит\sдля|после"
    r"|право|с\sправом|приносит)\s(?:\S+\s){0,2}$|(?:доход|бизнес|поток|договор)[а-я]{0,3}\s(?:от\s)?$"
)
_MORTGAGE_ENCUMBRANCE = re.compile(r"\b(?:в|под|погашен[а-я]{0,2}|остаток|закрыт[а-я]|была|действующ[а-я]{2,3})\s$")
_NO_DEBTS = re.compile(r"(?:\s?(?:и|,|/|или)\s?(?:прочих\s|других\s)?(?:обремен|долг|арест|залог))")
_MORTGAGE_REFUSED = re.compile(
    r"[^.;!?,\n]{0,14}\b(?:не\s(?:подход|рассматр|возможн|проход|предлаг|интересу)|невозможн|нет\b|исключен"
    r"|not\s(?:possible|available|accepted))"
)
_MORTGAGE_ENCUMBERED_RIGHT = re.compile(r"\s?(?:погашен|закрыт|сбер[а-я]{0,6}\s(?:будет|остат)|выплачен)")


def find_property_type(source: Source, hits: list[Hit]) -> dict[str, Finding]:
    """The type of what is offered: the noun after "продам" weighs most, then the title, then the rest."""
    text = source.folded
    room = (_ROOM_IN.search(text) or _ROOM_OFFERED.search(text)) if _ROOM_WORD.search(text) else None
    verbs = [match.end() for match in _VERB.finditer(text)]
    plot = _ON_PLOT.search(text) is not None
    rooms_at = room.start() if room else -1
    best: tuple[float, Hit] | None = None
    for hit in hits:
        if hit.value == "studio" and not is_dwelling(source, hit):
            continue
        if _FLAT_GROUND.match(text, hit.start):
            continue
        rank = _type_rank(source, hit, verbs, plot=plot)
        if hit.value == "room" and room is not None and rooms_at <= hit.start < room.end():
            rank += 6.0
        if rank >= _LEAST and (best is None or rank > best[0]):
            best = (rank, hit)
    if best is None:
        return {}
    value = "apartment" if best[1].value == "studio" else best[1].value
    return {"property_type": Finding(PropertyType(value).value, (source.span(best[1].start, best[1].end),))}


def _type_rank(source: Source, hit: Hit, verbs: list[int], *, plot: bool) -> float:
    text = source.folded
    rank = _noun_rank(source, hit, plot=plot)
    nearest = max((end for end in verbs if end <= hit.start), default=None)
    if nearest is not None and hit.start - nearest < 48 and not _NEW_SENTENCE.search(text, nearest, hit.start):
        rank += 3.0 - (hit.start - nearest) / 40
    if hit.start < 90 and rank >= _LEAST:
        rank += 1.0 - hit.start / 100
    return rank


def _noun_rank(source: Source, hit: Hit, *, plot: bool) -> float:
    """How much the noun and the words next to it look like the offer itself."""
    text, value = source.folded, hit.value
    left, word = text[max(0, hit.start - 26) : hit.start], text[hit.start : hit.end]
    if value == "house":
        return _house_rank(source, hit, left, word) + (1.0 if plot else 0.0)
    if value == "room":
        return 3.5 if word.startswith("койко") else 0.3
    if value == "parking" and (_NOT_PARKING_OFFER.search(left) or _COMES_ALONG.match(text, hit.end)):
        return 0.05
    rank = _WEAK[value]
    if value in {"garage", "commercial", "land", "parking"} and _BESIDES.search(left):
        rank = 0.3
    if value == "land" and _LAND_OF_HOUSE.search(left):
        rank = 0.2
    if value == "apartment" and "комн" in text[max(0, hit.start - 14) : hit.end]:
        return rank + 1.2
    if value == "apartment" and word.startswith("кварт") and _OTHER_FLATS.search(left):
        rank *= 0.3
    return rank


def _house_rank(source: Source, hit: Hit, left: str, word: str) -> float:
    """A "дом" is the offer when it stands on its plot or has an area; else it is the building of a flat."""
    text = source.folded
    title = _HOUSE_TITLE.search(text, max(0, hit.start - 24), min(len(text), hit.end + 70)) is not None
    rank = _WEAK["house"]
    if word.startswith("дом") and "домик" not in word:
        if _DOM_NOT_HOUSE.match(text, hit.end):
            return 0
        if _BUILDING_DOM.search(left) and not title:
            rank = 0.1
        elif word != "дом":
            rank = 0.4
        elif not title and not _AREA_NEXT.match(text, hit.end):
            rank = 0.3
    return rank + (2.5 if title else 0.0)


#: What a noun must weigh to name the offer: a house that is only someone's building weighs less.
_LEAST = 0.5
#: A mention of letting that is not an offer ("под сдачу в аренду") weighs less than this.
_ENOUGH = 0.7


def find_deal_type(source: Source, hits: list[Hit]) -> dict[str, Finding]:
    """sale, rent or daily_rent, where the text says it in words."""
    scores: dict[str, tuple[float, Hit]] = {}
    for order, hit in enumerate(hits):
        weight = _deal_weight(source, hit)
        if weight <= 0:
            continue
        held = scores.get(hit.value)
        weight -= min(order, 20) * 0.05
        if held is None or weight > held[0]:
            scores[hit.value] = (weight, hit)
    if not scores or max(weight for weight, _ in scores.values()) < _ENOUGH:
        return {}
    if "daily_rent" in scores and scores["daily_rent"][0] >= 1.5 and "sale" not in scores:
        value = "daily_rent"
    else:
        value = max(scores, key=lambda name: scores[name][0])
    hit = scores[value][1]
    return {"deal_type": Finding(DealType(value).value, (source.span(hit.start, hit.end),))}


def _deal_weight(source: Source, hit: Hit) -> float:
    text = source.folded
    word = text[hit.start : hit.end]
    noise = _DEAL_NOISE_AFTER.get(hit.value)
    left = text[max(0, hit.start - 34) : hit.start]
    if hit.value == "rent":
        if word.startswith("сдает") and (
            re.search(r"(?:дом|корпус|объект|комплекс|жк|очередь)\s(?:\S+\s)?$", left)
            or (noise and noise.match(text, hit.end))
        ):
            return 0
        if word.startswith("rental") and noise and noise.match(text, hit.end):
            return 0
        if _INVEST.search(left) or word.startswith("арендатор"):
            return 0.4 if word.startswith("арендатор") else 0.2
        if word in {"сниму", "снять"}:
            return 1.0
        return 2.4 if word.startswith(("сд", "аренд", "for", "to")) else 1.6
    if hit.value == "sale":
        if noise and noise.match(text, hit.end):
            return 0
        if word.startswith("продав") and not word.startswith("продаваем"):
            return 1.0
        return 2.5 if word.startswith(("продам", "прода", "for sale", "selling")) else 1.8
    return 1.5 if word in {"сутки", "per day", "short term"} else 2.8


def deal_from_price(price: Sum | None, source: Source) -> dict[str, Finding]:
    """The deal that the price implies where no word says it: by the night, by the month, or millions."""
    if price is None:
        return {}
    value = {"daily": "daily_rent", "monthly": "rent"}.get(price.period or "")
    if value is None and price.amount >= (700_000 if price.currency in {None, "RUB", "KZT"} else 30_000):
        value = "sale"
    if value is None:
        return {}
    return {"deal_type": Finding(value, (source.span(price.start, price.end),), "inferred")}


def find_market(source: Source, hits: list[Hit]) -> dict[str, Finding]:
    """`market`: resale or new_building."""
    for hit in hits:
        left = before(source, hit.start, 20)
        if re.search(r"(?:рядом|окружени[еи]|напротив|строятся|вокруг|среди|не|many)\s(?:\S+\s)?$", left):
            continue
        return {"market": Finding(hit.value, (source.span(hit.start, hit.end),))}
    return {}


def find_mortgage(source: Source, hits: list[Hit]) -> dict[str, Finding]:
    """`mortgage`: whether the seller accepts one. The seller's own mortgage on the flat says nothing of it."""
    refusal = accepted = None
    for hit in hits:
        evidence = (source.span(hit.start, hit.end),)
        if hit.value == "no" and _NO_DEBTS.match(source.masked, hit.end):
            continue
        if hit.value == "no":
            refusal = refusal or Finding(False, evidence)
            continue
        left, right = before(source, hit.start, 24), after(source, hit.end, 40)
        if _MORTGAGE_ENCUMBRANCE.search(left) and not re.search(
            r"(?:можно|подходит|возможн[ао]|купить|продажа)\s(?:\S+\s){0,2}$", left
        ):
            continue
        if _MORTGAGE_ENCUMBERED_RIGHT.match(right):
            continue
        if _MORTGAGE_REFUSED.match(right) or re.search(r"\bне\s(?:\S+\s)?(?:под|в|через|для)?\s?$", left):
            refusal = refusal or Finding(False, evidence)
        elif re.search(r"(?:обременени[яей]|арест[а-я]{0,2}|долг[а-я]{0,2}|залог[а-я]{0,2})[^.;]{0,14}$", left):
            continue
        elif negated(source, hit):
            if _NO_DEBTS.match(right):
                continue
            refusal = refusal or Finding(False, evidence)
        else:
            accepted = accepted or Finding(True, evidence)
    chosen = refusal or accepted
    return {"mortgage": chosen} if chosen else {}


def find_bargain(source: Source, hits: list[Hit]) -> dict[str, Finding]:
    """`bargain`: whether the price may be talked about."""
    accepted = None
    for hit in hits:
        evidence = (source.span(hit.start, hit.end),)
        if (
            hit.value == "no"
            or negated(source, hit)
            or re.match(r"\s?(?:-\s?)?(?:не\s?уместен|исключен|не\sпредусм)", source.masked[hit.end : hit.end + 20])
        ):
            return {"bargain": Finding(False, evidence)}
        accepted = accepted or Finding(True, evidence)
    return {"bargain": accepted} if accepted else {}
