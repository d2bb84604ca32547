"""The words by which a listing is found, as the search index takes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import chain
from typing import Any

from realty_cli.store import search

#: A person looks for "аренда квартиры" also where the text of the listing says neither.
_KIND_WORDS = {
    "apartment": "квартира apartment flat",
    "house": "дом house",
    "room": "комната room",
    "land": "участок земля land plot",
    "commercial": "коммерческая commercial",
    "garage": "гараж garage",
    "parking": "машиноместо паркинг parking",
    "other": "",
    "sale": "продажа продать купить sale",
    "rent": "аренда снять сдать rent",
    "daily_rent": "посуточно сутки аренда daily rent",
}
_TEXTS = (
    "title", "description", "address", "city", "district", "region", "street", "house", "metro", "cadastral_number",
    "contact_name",
)  # fmt: skip
#: The free attributes whose values a person would look for.
_ATTRIBUTES = ("residential_complex", "house_series")


@lru_cache(maxsize=256)
def _kind_words(property_type: str, deal_type: str, rooms: int | None) -> str:
    studio = "студия studio" if rooms == 0 else ""
    return search.document(_KIND_WORDS.get(property_type, ""), _KIND_WORDS.get(deal_type, ""), studio)


def document(listing: Mapping[str, Any]) -> str:
    """The stems of a listing's texts and its phone in every fragment, ready for the index."""
    get = listing.get
    texts: Iterable[str | None] = map(get, _TEXTS)
    if get("tags") or get("attributes"):
        attributes = get("attributes") or {}
        texts = chain(texts, get("tags") or (), map(attributes.get, _ATTRIBUTES))
    parts = [
        search.document(" ".join(filter(None, texts))),
        _kind_words(listing["property_type"], listing["deal_type"], get("rooms")),
    ]
    for name in ("external_id", "postal_code"):
        if text := get(name):
            parts.append(search.code(text))
    if phone := get("contact_phone"):
        parts.append(search.phone_tokens(phone))
    return " ".join(filter(None, parts))
