"""The facts of a listing that its own text states, each with the words that say so."""

from __future__ import annotations

from collections.abc import Mapping

from realty_cli.properties.drafting.addresses import find_address
from realty_cli.properties.drafting.amenities import find_amenities
from realty_cli.properties.drafting.areas import find_areas
from realty_cli.properties.drafting.building import find_ceiling, find_flags, find_material, find_renovation, find_year
from realty_cli.properties.drafting.findings import Finding
from realty_cli.properties.drafting.floors import find_floors
from realty_cli.properties.drafting.money import find_money
from realty_cli.properties.drafting.numerals import numbers
from realty_cli.properties.drafting.offer import (
    deal_from_price,
    find_bargain,
    find_deal_type,
    find_market,
    find_mortgage,
    find_property_type,
)
from realty_cli.properties.drafting.rooms import find_rooms
from realty_cli.properties.drafting.source import Source
from realty_cli.properties.drafting.transit import find_transit
from realty_cli.properties.drafting.vocabulary import Hit, by_category, listing_phrases

#: The order in which fields are given: that of a listing's card.
ORDER = (
    "property_type", "deal_type", "market", "rooms", "bedrooms", "is_studio", "is_euro", "is_apartments",
    "is_free_layout", "area_total", "area_living", "area_kitchen", "area_land", "floor", "floors_total", "price",
    "currency", "deposit", "commission", "mortgage", "bargain", "year_built", "building_material", "renovation",
    "ceiling_height", "metro", "metro_minutes", "street", "house", "cadastral_number", "amenities", "phones",
)  # fmt: skip


def extract(source: Source) -> dict[str, Finding]:
    """Listing fields by name; a field about which the text says nothing is absent."""
    return extract_with(source, by_category(listing_phrases().hits(source)))


def extract_with(source: Source, hits: Mapping[str, list[Hit]]) -> dict[str, Finding]:
    """The same with the phrases already found."""
    found_numbers = numbers(source)
    found = find_property_type(source, hits.get("type", []))
    kind = found["property_type"].value if found else None
    flags = hits.get("flag", [])
    rooms = find_rooms(source, flags, kind)
    if kind is None and rooms:
        first = next(iter(rooms.values()))
        kind = "apartment"
        found["property_type"] = Finding(kind, first.evidence, "inferred")
    found |= rooms
    found |= find_deal_type(source, hits.get("deal", []))
    deal = found["deal_type"].value if "deal_type" in found else None
    money, price = find_money(source, found_numbers, deal)
    found |= money
    if deal is None:
        found |= deal_from_price(price, source)
        deal = found["deal_type"].value if "deal_type" in found else None
    found |= find_areas(source, found_numbers, kind)
    found |= find_floors(source, kind)
    found |= find_year(source)
    found |= find_ceiling(source)
    found |= find_material(source, hits.get("material", []), kind)
    found |= find_renovation(source, hits.get("renovation", []))
    found |= find_flags(source, flags, kind)
    found |= find_market(source, hits.get("market", []))
    found |= find_mortgage(source, hits.get("mortgage", []))
    found |= find_bargain(source, hits.get("bargain", []))
    transit, stations = find_transit(source, found_numbers)
    found |= transit
    found |= find_address(source, stations)
    found |= find_amenities(source, hits.get("amenity", []), hits.get("utility", []), kind, deal)
    found |= _contacts(source)
    return {name: found[name] for name in ORDER if name in found}


def _contacts(source: Source) -> dict[str, Finding]:
    """Phones in E.164 and cadastral numbers without blanks."""
    found: dict[str, Finding] = {}
    seen: dict[str, tuple[int, int]] = {}
    for span in source.numbers_to_call:
        seen.setdefault(span.phone, (span.start, span.end))
    if seen:
        found["phones"] = Finding(list(seen), tuple(source.span(*where) for where in seen.values()))
    if source.cadastral:
        start, end = source.cadastral[0]
        number = "".join(source.folded[start:end].split())
        found["cadastral_number"] = Finding(number, (source.span(start, end),))
    return found
