"""The words by which a deal is found, as the search index takes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realty_cli.store import search

_KIND_WORDS = {"sale": "сделка продажа купля deal sale", "rent": "сделка аренда наём deal rent lease"}


def document(deal: Mapping[str, Any]) -> str:
    """The stems of a deal's texts, and its numbers."""
    get = deal.get
    texts = [get("title"), get("notes"), get("mortgage_bank"), *(get("tags") or ()), _KIND_WORDS.get(deal["kind"], "")]
    stems = search.document(" ".join(filter(None, texts)))
    numbers = [search.code(get(name)) for name in ("external_id", "contract_number")]
    return " ".join(part for part in (stems, *numbers) if part)
