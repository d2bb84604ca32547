"""The words by which an event is found, as the search index takes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realty_cli.store import search

_TYPE_WORDS = {
    "showing": "показ просмотр showing viewing",
    "meeting": "встреча meeting",
    "call": "звонок call",
    "inspection": "осмотр inspection",
    "photo_session": "фотосъёмка съёмка photo session",
    "open_house": "день открытых дверей open house",
    "deal": "сделка deal",
    "task": "задача дело task",
}


def document(event: Mapping[str, Any]) -> str:
    """The stems of an event's texts, and who is to come."""
    get = event.get
    texts = [get(name) for name in ("title", "description", "location", "notes", "outcome_note")]
    texts += [*(get("tags") or ()), _TYPE_WORDS.get(event["event_type"], "")]
    people = get("attendees") or ()
    texts += [one.get(name) for one in people for name in ("name", "email")]
    stems = search.document(" ".join(filter(None, texts)))
    phones = search.phone_tokens(*(one["phone"] for one in people if str(one.get("phone") or "").startswith("+")))
    return " ".join(part for part in (stems, phones, search.code(get("external_id"))) if part)
