"""Readers of the cells that say several things at once: a price and its terms, rooms and the kind of flat, a link.

See `columns` for what a reader is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from realty_cli.errors import FieldProblem
from realty_cli.kit import phones
from realty_cli.properties import addresses, lexicon, links, notation, terms, values
from realty_cli.properties.amounts import Money, money, pledge
from realty_cli.properties.columns import MAX_LINE, MAX_TITLE, NOTHING, Column, Read, Reading, cut, kept, said
from realty_cli.properties.headline import headline
from realty_cli.properties.values import Unreadable, blank, line, unknown

#: Above any price in any currency; the store refuses more.
MAX_PRICE = 10**13
_MINUS_ONE = ("-1", "-1.0", "-1,0")


# --------------------------------------------------------------------------------------------------------------- money
def price(column: Column) -> Read:
    scale, currency = column.unit.scale, column.unit.currency
    foreign = currency if currency != "RUB" else None

    def read(cell: str) -> Reading:
        if cell.isdecimal() and scale == 1 and foreign is None and len(cell) <= 13 and cell.strip("0"):
            return ({"price": int(cell)}, None, (), ())
        text = line(cell)
        if text in _MINUS_ONE:
            return NOTHING
        try:
            found = money(text, scale)
        except Unreadable as reason:
            return ({}, None, (FieldProblem(column.label, reason.code, {"value": text[:80]}),), ())
        if found is None:
            return NOTHING
        if found.amount is not None and found.amount > MAX_PRICE:
            return ({}, None, (FieldProblem(column.label, "money.too_large", {"value": text[:80], "most": MAX_PRICE}),), ())
        return _priced(column, text, found, foreign)

    return read


def _priced(column: Column, text: str, found: Money, foreign: str | None) -> Reading:
    fields: dict[str, Any] = {}
    told = terms.read(found.rest)
    fields.update(told.fields)
    attributes = dict(told.attributes)
    if told.rest and found.amount is not None:
        attributes["price_terms"] = cut(", ".join(told.rest))
    if found.per_area:
        attributes["price_per_m2"] = cut(text)
    elif found.amount is None:
        attributes["price_text"] = cut(text)
    else:
        fields["price"] = found.amount
        if found.at_least or found.period in ("week", "year"):
            attributes["price_text"] = cut(text)
        code = found.currency or foreign
        if code:
            fields["_currency"] = code
    if found.period:
        fields["_period"] = found.period
        told = told._replace(deal="daily_rent" if found.period == "day" else "rent")
    if told.deal:
        fields["_deal_value"] = told.deal
    warnings = (FieldProblem(column.label, "import.price_from", {"value": text[:80]}),) if found.at_least else ()
    return (fields, attributes or None, (), warnings)


def deposit(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text) and text.casefold() != "нет" or text in _MINUS_ONE:
            return NOTHING
        months = re.fullmatch(r"(\d(?:[.,]\d)?)\s*(?:мес\w*\.?|months?)", text.casefold())
        if months:
            return said({"_deposit_months": float(months[1].replace(",", "."))}, {column.label: text})
        try:
            found = pledge(text)
        except Unreadable:
            return kept(column, text)
        if found is None or found.amount is None or found.amount > MAX_PRICE:
            return kept(column, text)
        return said({"deposit": found.amount})

    return read


def commission(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if text in ("", *_MINUS_ONE):
            return NOTHING
        try:
            share = values.percent(text)
        except Unreadable:
            # A commission in money, or in words.
            return kept(column, text)
        if share is None:
            return NOTHING
        if not column.own and not 0 <= share <= 200:
            return kept(column, text)
        return said({"commission": share})

    return read


def deal_terms(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text):
            return NOTHING
        told = terms.read(terms.split(text))
        attributes = dict(told.attributes)
        if told.rest:
            attributes[column.label] = cut(", ".join(told.rest))
        fields = dict(told.fields)
        if told.deal:
            fields["_deal_terms"] = told.deal
        return said(fields, attributes or None)

    return read


def currency(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text):
            return NOTHING
        code = lexicon.currencies().get(lexicon.fold(text))
        if code is None and len(text) == 3 and text.isascii() and text.isalpha():
            code = text.upper()
        return said({"currency": code}) if code else kept(column, text, "import.unknown_word")

    return read


def period(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text):
            return NOTHING
        found = lexicon.enumerated("deal_type", text)
        if found is None:
            return kept(column, text)
        return said({"_period": "day" if found.value == "daily_rent" else "month", "_deal_value": found.value})

    return read


# --------------------------------------------------------------------------------------------------------------- kinds
#: Words of a type column that say what every listing of a portal is; they tell nothing.
_SAY_NOTHING = frozenset({"жилая", "жилая недвижимость", "living", "residential", "городская", "загородная"})


def property_type(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text):
            return NOTHING
        folded = lexicon.fold(text)
        found = lexicon.kind(text)
        deal = lexicon.enumerated("deal_type", text)
        fields: dict[str, Any] = {}
        if deal:
            fields["_deal_kind"] = deal.value
        if found:
            fields.update(found.facts)
            plain = found.exact or lexicon.words("property_type").whole(folded) is not None
            counted = _rooms(text) if any(character.isdigit() for character in text) else {}
            return said({**fields, **counted}, None if plain or deal else {"subtype": cut(text)})
        try:
            counted = _rooms(text)
        except ValueError:
            counted = {}
        if counted:
            return said({**fields, **counted, "property_type": "apartment"})
        if deal or folded in _SAY_NOTHING or folded.replace(".", "").isdecimal():
            return said(fields, {column.label: cut(text)} if not deal else None)
        return kept(column, text, "import.unknown_word")

    return read


def _rooms(text: str) -> dict[str, Any]:
    try:
        found = notation.rooms(text)
    except Unreadable:
        return {}
    return _room_fields(found) if found else {}


def _room_fields(found: notation.Rooms) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if found.count is not None and found.count <= 50:
        fields["rooms"] = found.count
    for name in ("is_studio", "is_euro", "is_free_layout", "is_apartments"):
        if getattr(found, name):
            fields[name] = True
    return fields


def rooms(column: Column) -> Read:
    parse = notation.rooms_code if column.field == "rooms_code" else notation.rooms

    def read(cell: str) -> Reading:
        text = cell if cell.isdecimal() else line(cell)
        try:
            found = parse(text)
        except Unreadable:
            told = lexicon.kind(text)
            if told is None:
                return kept(column, text, "import.unreadable")
            return said({"_kind": told.facts}, None if told.exact else {column.label: cut(text)})
        if found is None:
            return NOTHING
        if found.count is not None and found.count > 50 and not column.own:
            return kept(column, text, "import.implausible")
        fields = _room_fields(found) if not column.own else {"rooms": found.count}
        if not text.isdecimal() and (told := lexicon.kind(text)):
            fields["_kind"] = told.facts
        if found.layout:
            return said(fields, {"rooms_layout": found.layout})
        return said(fields, {"rooms_text": cut(text)} if found.at_least else None)

    return read


def bedrooms(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text) or text in _MINUS_ONE:
            return NOTHING
        try:
            count = values.whole(text)
        except Unreadable:
            count = None
        return said({"_bedrooms": count} if count and count <= 50 else {}, {"bedrooms": cut(text)})

    return read


def _word(field: str, find: Callable[[str], lexicon.Meaning | None], *, warn: bool = True) -> Callable[[Column], Read]:
    """A column of an enumeration; words that the table only knows the beginning of are kept beside it."""

    def make(column: Column) -> Read:
        def read(cell: str) -> Reading:
            text = line(cell)
            if blank(text):
                return NOTHING
            found = find(text)
            if found is None:
                return kept(column, text, "import.unknown_word" if warn else None)
            return said({field: found.value}, None if found.exact else {f"{field}_text": cut(text)})

        return read

    return make


def deal_type(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text):
            return NOTHING
        found = lexicon.enumerated("deal_type", text)
        kind = lexicon.kind(text)
        told = terms.read(terms.split(text))
        fields: dict[str, Any] = {**told.fields, **({"_kind": kind.facts} if kind else {})}
        attributes = dict(told.attributes)
        if found:
            folded = lexicon.fold(text)
            daily = found.value == "rent" and any(word in folded for word in ("посут", "сутк", "daily", "short"))
            fields["deal_type"] = "daily_rent" if daily else found.value
        elif told.deal:
            fields["_deal_terms"] = told.deal
        elif not fields and not attributes:
            return kept(column, text, "import.unknown_word")
        if told.rest and not found:
            attributes[column.label] = cut(text)
        return said(fields, attributes or None)

    return read


def status(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text):
            return NOTHING
        found = lexicon.enumerated("status", text)
        if found:
            same = lexicon.fold(text) == found.value
            nuance = found.value in ("reserved", "withdrawn") and not same
            return said({"status": found.value}, {"status_text": cut(text)} if nuance else None)
        kind = lexicon.kind(text)
        if kind:
            return said({"_kind": kind.facts})
        return kept(column, text, "import.unknown_word")

    return read


def market(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if blank(text):
            return NOTHING
        found = lexicon.enumerated("market", text)
        if found:
            return said({"market": found.value})
        try:
            new = values.boolean(text)
        except Unreadable:
            return kept(column, text, "import.unknown_word")
        return NOTHING if new is None else said({"market": "new_building" if new else "resale"})

    return read


def building_material(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if blank(text):
            return NOTHING
        # `монолитный, 2017 г.`
        words, comma, rest = text.rpartition(",")
        built: dict[str, Any] = {}
        if comma and re.fullmatch(r"\s*(?:1[6-9]|20)\d\d\s*(?:г\.?|год\w*)?\.?\s*", rest):
            built = {"_built": values.year(rest)}
            text = words.strip()
        found = lexicon.material(text)
        if found is None:
            kind = lexicon.kind(text)
            if kind and not kind.facts.get("is_studio"):
                return said({"_kind": kind.facts, **built}, {column.label: cut(text)})
            return said(built, {column.label: cut(text)})
        return said({"building_material": found.value, **built}, None if found.exact else {column.label: cut(text)})

    return read


def year_built(column: Column) -> Read:
    latest = column.now.year + 15

    def read(cell: str) -> Reading:
        text = line(cell)
        if text in _MINUS_ONE:
            return NOTHING
        try:
            found = values.year(text)
        except Unreadable:
            return kept(column, text, "import.unreadable")
        if found is None:
            return NOTHING
        if not column.own and not 1500 <= found <= latest:
            return kept(column, text, "import.implausible")
        return said({"year_built": found}, None if len(text) <= 6 or len(text) <= 8 and "г" in text else {column.label: text})

    return read


# ------------------------------------------------------------------------------------------------------------- contacts
def contact_phone(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text):
            return NOTHING
        one = phones.normalise(text)
        found = [one] if one else phones.find(text)
        if not found:
            return kept(column, text, "phone.unreadable")
        name = _name_beside(text) if not one else ""
        fields: dict[str, Any] = {"contact_phone": found[0]}
        if name:
            fields["_contact_name"] = name
        return said(fields, {"phones": ", ".join(found)} if len(found) > 1 else None)

    return read


def _name_beside(text: str) -> str:
    """A name that stands with a phone: `Анна, +7 912 345-67-89`."""
    name = " ".join(re.sub(r"[+\d()\-–./:;,]|\b(?:тел|моб|доб|т|м|ext)\b\.?", " ", text, flags=re.IGNORECASE).split())
    return name if 2 < len(name) <= 100 and all(part.isalpha() for part in name.split()) else ""


def contact_name(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text):
            return NOTHING
        if sum(character.isdigit() for character in text) >= 10:
            found = phones.find(text)
            if found:
                name = _name_beside(text)
                fields: dict[str, Any] = {"contact_name": name} if name else {}
                return said({**fields, "_contact_phone": found[0]}, {"phones": ", ".join(found)} if len(found) > 1 else None)
        # A portal's number of a user is not a name.
        if re.fullmatch(r"(?:id|user|пользователь)\s*\d+|\d+", text, re.IGNORECASE):
            return kept(column, text)
        if len(text) > MAX_LINE:
            return kept(column, text, "import.too_long", most=MAX_LINE)
        return said({"contact_name": text})

    return read


def tags(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text) or text == "[]":
            return NOTHING
        pieces: list[Any] = []
        if text.startswith("["):
            try:
                pieces = json.loads(text)
            except ValueError:
                pieces = text.strip("[]").split(",")
        else:
            pieces = re.split(r"[;,|]", text)
        found = [tag[:100] for piece in pieces if (tag := str(piece).strip(" '\"#"))]
        return said({"tags": list(dict.fromkeys(found))[:50]}) if found else NOTHING

    return read


def attribute_table(column: Column) -> Read:
    """The `attributes` of our own files: a JSON object."""

    def read(cell: str) -> Reading:
        text = values.block(cell)
        if unknown(text) or text == "{}":
            return NOTHING
        try:
            table = json.loads(text)
        except ValueError:
            return kept(column, text)
        if not isinstance(table, dict):
            return kept(column, text)
        return said({}, {str(name)[:200]: cut(str(value)) for name, value in table.items() if name and value is not None})

    return read


# --------------------------------------------------------------------------------------------------------------- links
def source_url(column: Column) -> Read:
    read_link = links.LinkReader(from_slug=column.lone)

    def read(cell: str) -> Reading:
        text = cell.strip() if "&" not in cell else line(cell)
        try:
            found = read_link(text)
        except (Unreadable, ValueError):
            return kept(column, line(cell), "import.not_a_link")
        if found is None:
            return NOTHING
        if len(found.url) > 2_000 or not found.url.isprintable():
            return kept(column, found.url, "import.too_long", most=2_000)
        return ({"source_url": found.url, "_link": found.facts}, None, (), ())

    return read


def source(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text):
            return NOTHING
        domain = re.sub(r"^(?:https?://)?(?:www\.)?", "", text.casefold()).partition("/")[0]
        name = lexicon.portals().get(domain) or _PORTAL_NAMES.get(lexicon.fold(text))
        if text.startswith("http") and len(text) > len(domain) + 12:
            return said({"_link_elsewhere": text, **({"source": name} if name else {})})
        return said({"source": name or text[:100]})

    return read


_PORTAL_NAMES = {
    "циан": "cian", "cian": "cian", "авито": "avito", "avito": "avito", "домклик": "domclick", "дом клик": "domclick", "domclick": "domclick",
    "яндекс": "yandex", "яндекс недвижимость": "yandex", "яндекс.недвижимость": "yandex", "yandex": "yandex", "юла": "youla", "этажи": "etagi",
}  # fmt: skip


# -------------------------------------------------------------------------------------------------------------- places
def city(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text):
            return NOTHING
        if len(text) > MAX_LINE:
            return kept(column, text, "import.too_long", most=MAX_LINE)
        if column.own:
            return said({"city": text})
        if "," in text:
            facts = addresses.take_apart(text)
            name = facts.get("city") or facts.get("settlement") or text
            return said({"city": name, "_place": facts, "_line": text})
        found = addresses.part(text)
        return said({"city": found.value if found.what == "city" else text})

    return read


def _sorted(field: str, sort: Callable[[str], dict[str, str]]) -> Callable[[Column], Read]:
    beside = ("okrug", "quarter", "residential_complex")

    def make(column: Column) -> Read:
        def read(cell: str) -> Reading:
            text = line(cell)
            if unknown(text) or text in _MINUS_ONE:
                return NOTHING
            if len(text) > MAX_LINE:
                return kept(column, text, "import.too_long", most=MAX_LINE)
            if column.own:
                return said({field: text})
            facts = sort(text)
            if not facts:
                return kept(column, text, "import.unreadable")
            fields: dict[str, Any] = {
                name if name == field else f"_{name}": value for name, value in facts.items() if name not in beside
            }
            if field == "district" and text.casefold() == "область":
                return said({"_outside": True}, {column.label: text})
            return said(fields, {name: facts[name] for name in beside if name in facts} or None)

        return read

    return make


def house(column: Column) -> Read:
    """A number of a house; in Cian's export the column of that name holds `4/24, Монолитно-кирпичный`."""

    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text) or text in _MINUS_ONE:
            return NOTHING
        if column.field == "house_or_floors":
            try:
                found = notation.floors(text)
            except Unreadable:
                found = None
            if found and found.floor is not None and (found.rest or (found.total and column.lone)):
                walls = {"_walls": found.rest} if found.rest else {}
                total = {"floors_total": found.total} if found.total else {}
                return said({"floor": found.floor, **total, **walls})
            if column.lone and lexicon.material(text) and not any(character.isdigit() for character in text):
                return said({"_walls": text})
        number = text if column.own else addresses.house_number(text)
        if len(number) > 60:
            return kept(column, text, "import.too_long", most=60)
        return said({"house": number})

    return read


def address(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text):
            return NOTHING
        if len(text) > 1_000:
            return kept(column, text, "import.too_long", most=1_000)
        return said({"address": text, "_place": addresses.take_apart(text)} if column.lone else {"address": text})

    return read


def okrug(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text):
            return NOTHING
        found = addresses.part(text)
        return said({}, {"okrug": found.value if found.what == "okrug" else cut(text)})

    return read


# ------------------------------------------------------------------------------------------------------------- stations
def metro(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell) if "\n" not in cell else values.block(cell)
        if column.own:
            return said({"metro": text}) if text else NOTHING
        found = notation.stations(text)
        if not found:
            return NOTHING
        first = found[0]
        attributes = _way(first.minutes, first.on_foot, first.metres)
        fields: dict[str, Any] = {"metro": first.name[:MAX_LINE]}
        if first.minutes is not None and first.on_foot and first.minutes <= 600:
            fields["metro_minutes"] = first.minutes
        if len(found) > 1:
            attributes["metro_stations"] = cut(", ".join(text.split("\n")))
        return said(fields, attributes or None)

    return read


def _way(minutes: int | None, on_foot: bool, metres: int | None) -> dict[str, str]:
    attributes: dict[str, str] = {}
    if minutes is not None and not on_foot:
        attributes["metro_transport_minutes"] = str(minutes)
    if metres is not None:
        attributes["metro_distance_m"] = str(metres)
    return attributes


def metro_way(column: Column) -> Read:
    """Minutes or metres to a station."""
    metres_only = column.field == "metro_distance" and column.unit.other != "min"
    unit = "km" if column.unit.other == "km" or column.label.casefold().endswith("km") else "m"

    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text) or text in _MINUS_ONE:
            return NOTHING
        try:
            if metres_only and "мин" not in text and "min" not in text:
                metres = values.distance(text, unit)
                if metres is None:
                    return NOTHING
                return said({}, {"metro_distance_m": str(metres)})
            found = values.travel(text)
        except Unreadable:
            return kept(column, text)
        if found is None:
            return NOTHING
        if found.minutes is not None and not column.own and not 0 <= found.minutes <= 600:
            return kept(column, text, "import.implausible")
        fields = {"metro_minutes": found.minutes} if found.minutes is not None and found.on_foot else {}
        return said(fields, _way(found.minutes, found.on_foot, found.metres) or None)

    return read


# --------------------------------------------------------------------------------------------------------------- titles
def title(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if blank(text):
            return NOTHING
        facts = headline(text) if column.lone else {}
        fields: dict[str, Any] = {"title": cut(text, MAX_TITLE)}
        if facts:
            fields["_title"] = facts
        return said(fields, {"title_full": cut(text)} if len(text) > MAX_TITLE else None)

    return read


READERS: dict[str, Callable[[Column], Read]] = {
    "price": price,
    "deposit": deposit,
    "commission": commission,
    "terms": deal_terms,
    "currency": currency,
    "period": period,
    "property_type": property_type,
    "rooms": rooms,
    "rooms_code": rooms,
    "bedrooms": bedrooms,
    "deal_type": deal_type,
    "status": status,
    "market": market,
    "building_material": building_material,
    "renovation": _word("renovation", lambda text: lexicon.enumerated("renovation", text), warn=False),
    "year_built": year_built,
    "contact_phone": contact_phone,
    "contact_name": contact_name,
    "tags": tags,
    "attributes": attribute_table,
    "source_url": source_url,
    "source": source,
    "city": city,
    "district": _sorted("district", addresses.sort_district),
    "street": _sorted("street", addresses.sort_street),
    "house": house,
    "house_or_floors": house,
    "address": address,
    "okrug": okrug,
    "metro": metro,
    "metro_minutes": metro_way,
    "metro_distance": metro_way,
    "title": title,
}
