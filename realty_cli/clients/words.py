"""The words by which a client is found, as the search index takes them: names in any form, any piece of a phone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from realty_cli.store import search

_NAMES = ("name", "last_name", "first_name", "middle_name", "company_name")
_WORD = re.compile(r"[^\W\d_]+")


def document(client: Mapping[str, Any]) -> str:
    """The stems of a client's texts, its number elsewhere, and its phones in every fragment."""
    get = client.get
    names = " ".join(dict.fromkeys(text for name in _NAMES if (text := get(name))))
    texts = [get("telegram"), get("notes"), *(get("tags") or ()), *(one["value"] for one in get("emails") or ())]
    stems = search.document(" ".join(filter(None, texts)))
    phones = search.phone_tokens(*(one["value"] for one in get("phones") or ()))
    return " ".join(part for part in (_of_names(names), stems, search.code(get("external_id")), phones) if part)


@lru_cache(maxsize=4096)
def _of_names(names: str) -> str:
    """The stems under which the forms of a name are looked for.

    A stemmer takes the ending of Иванов for one of a case and that of Иванову for another: their stems are иван and
    иванов. So each word stands there as it is, as its stem, and as the stem of that; Павел also as in Павла.
    """
    found = dict.fromkeys(search.document(names).split())
    for word in _WORD.findall(search.fold(names)):
        found[word] = None
        if len(word) > 4 and word.endswith("ел"):
            found[word[:-2] + "л"] = None
    for word in tuple(found):
        found |= dict.fromkeys(search.document(word).split())
    return " ".join(found)
