"""Where a listing's text and its record say different things, with the tolerance that a reader would grant."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from realty_cli.properties.drafting.findings import Contradiction, Finding
from realty_cli.properties.drafting.source import Source
from realty_cli.properties.drafting.stations import known, latin, stem

_PARTS = re.compile(r"[^\W_]+")
_STREET_WORDS = """
улица ул проспект пр т кт просп шоссе ш переулок пер бульвар б р бул набережная наб площадь пл проезд д аллея тупик
тракт линия имени им street st avenue ave road rd lane boulevard blvd drive embankment
"""
_STREET_TYPES = frozenset(_STREET_WORDS.split())
_HOUSE_PARTS = (
    (r"(?:корпус|корп|кор)\.?", "к"),
    (r"(?:строение|стр)\.?", "с"),
    (r"(?:владение|влад)\.?", "вл"),
    (r"\b(?:дом|д)\.?\s?", ""),
)
#: Values that name the same thing more or less exactly.
_COMPATIBLE: dict[str, tuple[frozenset[str], ...]] = {
    "property_type": (frozenset({"garage", "parking"}),),
    "building_material": (
        frozenset({"monolith", "monolith_brick"}), frozenset({"brick", "monolith_brick"}),
        frozenset({"brick", "stalin"}), frozenset({"brick", "old_fund"}),
        frozenset({"block", "aerated_concrete"}), frozenset({"wood", "frame"}),
    ),
    "renovation": (
        frozenset({"none", "needs_repair"}), frozenset({"none", "rough"}), frozenset({"rough", "pre_finish"}),
    ),
}  # fmt: skip

Agree = Callable[[Finding, Any], bool]


def number(value: object) -> float | None:
    """A finite number out of what a record may hold, or None."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        text = value.strip().replace("\u00a0", "").replace(" ", "").replace(",", ".")
        try:
            value = float(text)
        except ValueError:
            return None
    if not isinstance(value, int | float | Decimal):
        return None
    result = float(value)
    return result if math.isfinite(result) else None


def _close(absolute: float, relative: float) -> Agree:
    """Numbers nearer than the larger of the two tolerances; anything that is no number is not compared."""

    def agree(said: Finding, recorded: Any) -> bool:
        value = number(recorded)
        return value is None or abs(value - said.value) < max(absolute, relative * abs(value)) + 1e-9

    return agree


def _rooms(said: Finding, recorded: Any) -> bool:
    value = number(recorded)
    if value is None:
        return True
    # English ads count bedrooms; a record may count the living room too.
    allowed = {said.value, said.value + 1} if said.note == "bedrooms" else {said.value}
    return value in allowed


def _floor(said: Finding, recorded: Any) -> bool:
    value = number(recorded)
    return value is None or value == said.value or (said.note == "ground" and value in {0, 1})


def _minutes(said: Finding, recorded: Any) -> bool:
    value = number(recorded)
    return value is None or abs(value - said.value) <= max(3.0, 0.3 * value)


def _named(field: str) -> Agree:
    def agree(said: Finding, recorded: Any) -> bool:
        value = str(recorded)
        if value in {said.value, "other", ""}:
            return True
        return any({value, said.value} <= group for group in _COMPATIBLE.get(field, ()))

    return agree


def _flag(said: Finding, recorded: Any) -> bool:
    return not isinstance(recorded, bool) or recorded == said.value


def _percent(said: Finding, recorded: Any) -> bool:
    value = number(recorded)
    # Above a hundred the record holds a sum, which a percentage cannot contradict.
    return value is None or value > 100 or abs(value - said.value) < 0.01


def _cadastral(said: Finding, recorded: Any) -> bool:
    return str(said.value) in re.sub(r"\s", "", str(recorded))


_RULES: dict[str, Agree] = {
    "property_type": _named("property_type"),
    "deal_type": _named("deal_type"),
    "market": _named("market"),
    "rooms": _rooms,
    "is_studio": _flag,
    "is_euro": _flag,
    "is_apartments": _flag,
    "is_free_layout": _flag,
    "area_total": _close(1.0, 0.01),
    "area_living": _close(1.0, 0.01),
    "area_kitchen": _close(1.0, 0.01),
    "area_land": _close(10.0, 0.05),
    "floor": _floor,
    "floors_total": _close(0.5, 0.0),
    "price": _close(1.0, 0.005),
    "deposit": _close(1.0, 0.01),
    "commission": _percent,
    "mortgage": _flag,
    "bargain": _flag,
    "year_built": _close(1.5, 0.0),
    "building_material": _named("building_material"),
    "renovation": _named("renovation"),
    "ceiling_height": _close(0.1, 0.0),
    "metro_minutes": _minutes,
    "cadastral_number": _cadastral,
}


_NUMERIC = frozenset(_RULES) - {
    "property_type", "deal_type", "market", "building_material", "renovation", "cadastral_number",
    "is_studio", "is_euro", "is_apartments", "is_free_layout", "mortgage", "bargain",
}  # fmt: skip


def agrees(field: str, said: Finding, recorded: object) -> bool:
    """Whether two values of a field are the same to a reader: places by name, everything else by its rule.

    What is said may come from a model, hence be anything; what is no value of the field agrees with nothing.
    """
    if not isinstance(said.value, str | int | float):
        return False
    if field in {"metro", "street", "district", "city"}:
        first, second = _key(str(said.value)), _key(str(recorded))
        return first <= second or second <= first
    if field == "house":
        return _house(str(said.value)) == _house(str(recorded))
    rule = _RULES.get(field)
    if rule is None:
        return str(said.value) == str(recorded)
    if field in _NUMERIC and number(said.value if not isinstance(said.value, str) else None) is None:
        return False
    return rule(said, recorded)


def contradictions(
    source: Source, extracted: Mapping[str, Finding], record: Mapping[str, object]
) -> list[Contradiction]:
    """Every field on which the text and the record disagree, in the order of a listing's card."""
    if not record:
        return []
    found: list[Contradiction] = []
    for field, said in extracted.items():
        recorded = record.get(field)
        if field == "phones":
            found += _phones(said, record)
        elif field == "currency":
            if recorded and str(recorded) != said.value:
                found.append(_contradiction("currency", said, recorded))
        elif field == "metro":
            if recorded and not _same_station(source, said, str(recorded)):
                found.append(_contradiction("metro", said, recorded))
        elif field == "street":
            found += _address(extracted, record)
        elif field in _RULES and recorded not in (None, "") and not _excused(field, extracted, record):
            found += [] if _RULES[field](said, recorded) else [_contradiction(field, said, recorded)]
    return found


def _excused(field: str, extracted: Mapping[str, Finding], record: Mapping[str, object]) -> bool:
    """Where another fact explains the difference."""
    if field == "price":
        currency, other_deal = extracted.get("currency"), extracted.get("deal_type")
        if currency is not None and record.get("currency") not in {None, "", currency.value}:
            return True
        return other_deal is not None and record.get("deal_type") not in {None, "", other_deal.value}
    if field == "rooms":
        said, recorded = extracted["rooms"].value, number(record.get("rooms"))
        if "is_studio" in extracted and record.get("is_studio") is True:
            return True
        return ("is_euro" in extracted or record.get("is_euro") is True) and recorded in {said, said - 1, said + 1}
    return False


def _contradiction(field: str, said: Finding, recorded: object) -> Contradiction:
    evidence = said.evidence[0].text if said.evidence else ""
    return Contradiction(field, said.value, _simple(recorded), evidence, f"contradiction.{field}")


def _simple(value: object) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def _phones(said: Finding, record: Mapping[str, object]) -> list[Contradiction]:
    recorded = record.get("contact_phone")
    if not recorded or any(phone in str(recorded) for phone in said.value):
        return []
    contradiction = _contradiction("phones", said, recorded)
    return [
        Contradiction(
            "contact_phone",
            said.value[0],
            contradiction.recorded,
            contradiction.evidence,
            "contradiction.contact_phone",
        )
    ]


def _key(name: str) -> frozenset[str]:
    """Words of a name by stem, in Latin spelling so that both alphabets meet."""
    words = _PARTS.findall(name.lower().replace("ё", "е"))
    return frozenset(latin(stem(word)) for word in words if word not in _STREET_TYPES)


def _same_station(source: Source, said: Finding, recorded: str) -> bool:
    wanted = _key(recorded)
    if not wanted or wanted == _key(str(said.value)):
        return True
    on_map = known(_PARTS.findall(recorded.lower().replace("ё", "е")))
    if on_map is not None and on_map[0] == said.value:
        return True
    # The text may name several stations, the record's among them.
    return wanted <= {latin(stem(word.text)) for word in source.words}


def _address(extracted: Mapping[str, Finding], record: Mapping[str, object]) -> list[Contradiction]:
    said = extracted["street"]
    recorded = str(record.get("street") or "")
    line = str(record.get("address") or "")
    wanted = _key(str(said.value))
    ours = _key(recorded) if recorded else _key(line)
    if not wanted or not ours:
        return []
    if not (wanted <= ours or (recorded and ours <= wanted)):
        return [_contradiction("street", said, recorded or line)]
    house = extracted.get("house")
    if house is not None and record.get("house") and _house(str(house.value)) != _house(str(record["house"])):
        return [_contradiction("house", house, record["house"])]
    return []


def _house(text: str) -> str:
    """ "15 корп. 2" and "15К2" alike."""
    text = text.lower()
    for pattern, short in _HOUSE_PARTS:
        text = re.sub(pattern, short, text)
    return re.sub(r"[\s,.\"«»-]", "", text)
