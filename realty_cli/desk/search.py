"""Search over everything: the first of every kind that some words find."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from realty_cli.errors import Invalid

#: What a slice offers: a page of its objects by words, as its own list would show it.
Finder = Callable[[str, int], dict[str, Any]]
MOST_WORDS = 1_000


class SearchService:
    """`finders` by the name of what they find, in the order in which a reader wants them."""

    def __init__(self, finders: Mapping[str, Finder]) -> None:
        self._finders = finders

    def everything(self, words: str, *, limit: int = 20, kinds: Sequence[str] | None = None) -> dict[str, Any]:
        """`{q, total, <kind>: page}`; a kind that was not asked for is None."""
        text = words.strip()
        if not text:
            raise Invalid.one("q", "field.text_blank")
        if len(text) > MOST_WORDS:
            raise Invalid.one("q", "field.string_too_long", max_length=MOST_WORDS)
        if unknown := [one for one in kinds or () if one not in self._finders]:
            raise Invalid.one("kind", "search.kind", value=unknown[0], known=", ".join(self._finders))
        found = {
            name: finder(text, limit) if not kinds or name in kinds else None for name, finder in self._finders.items()
        }
        return {"q": text, "total": sum(page["total"] for page in found.values() if page), **found}
