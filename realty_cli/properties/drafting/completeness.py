"""How fully a listing answers what buyers and tenants ask, and what is missing, the most asked first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from realty_cli.properties.drafting.findings import Completeness, Finding, Part
from realty_cli.properties.drafting.vocabulary import Hit, load

#: Photos that a listing needs for the full weight: rooms, kitchen, bathroom, view, house and yard.
ENOUGH_PHOTOS, ENOUGH_PHOTOS_OUTSIDE = 10, 4
_OUTSIDE = frozenset({"land", "garage", "parking"})
_DEFAULT_TYPE, _DEFAULT_DEAL = "apartment", "sale"


@dataclass(frozen=True, slots=True)
class Question:
    """One row of words/completeness.toml."""

    name: str
    weight: int
    types: frozenset[str]
    deals: frozenset[str]
    fields: tuple[str, ...]
    amenities: frozenset[str]


@lru_cache(maxsize=1)
def questions() -> tuple[Question, ...]:
    """Every question, the weightiest first; among equals in the order of the file."""
    rows = [
        Question(
            name=row["name"],
            weight=row["weight"],
            types=frozenset(row.get("types", ())),
            deals=frozenset(row.get("deals", ())),
            fields=tuple(row.get("fields", ())),
            amenities=frozenset(row.get("amenities", ())),
        )
        for row in load("completeness")["item"]
    ]
    return tuple(sorted(rows, key=lambda row: -row.weight))


def assess(extracted: Mapping[str, Finding], topics: Iterable[Hit], record: Mapping[str, object]) -> Completeness:
    """Score a text together with its record.

    `topics` are the hits of the word list `topic`. The record's type and deal decide which questions are asked; without
    a record those of the text, else a flat for sale. Photos count only when the record has `photos_count`.
    """
    kind = _said("property_type", extracted, record) or _DEFAULT_TYPE
    deal = _said("deal_type", extracted, record) or _DEFAULT_DEAL
    told = {hit.value for hit in topics}
    amenities = set(extracted["amenities"].value) if "amenities" in extracted else set()
    parts: list[Part] = []
    for question in questions():
        if (question.types and kind not in question.types) or (question.deals and deal not in question.deals):
            continue
        if question.name == "photos":
            photos = _photos(record, question.weight, ENOUGH_PHOTOS_OUTSIDE if kind in _OUTSIDE else ENOUGH_PHOTOS)
            if photos is not None:
                parts.append(photos)
            continue
        parts.append(_answer(question, extracted, amenities, told, record))
    whole = sum(part.weight for part in parts)
    earned = sum(part.earned for part in parts)
    missing = tuple(part.name for part in parts if part.earned < part.weight)
    return Completeness(round(100 * earned / whole) if whole else 100, tuple(parts), missing)


def _said(field: str, extracted: Mapping[str, Finding], record: Mapping[str, object]) -> str | None:
    recorded = record.get(field)
    if recorded:
        return str(recorded)
    return str(extracted[field].value) if field in extracted else None


def _answer(
    question: Question,
    extracted: Mapping[str, Finding],
    amenities: set[str],
    told: set[str],
    record: Mapping[str, object],
) -> Part:
    found_in = None
    if any(_filled(record.get(field)) for field in question.fields):
        found_in = "record"
    elif (
        any(field in extracted for field in question.fields) or amenities & question.amenities or question.name in told
    ):
        found_in = "text"
    return Part(question.name, question.weight, question.weight if found_in else 0, found_in)


def _filled(value: Any) -> bool:
    return value is not None and value != "" and value != []


def _photos(record: Mapping[str, object], weight: int, enough: int) -> Part | None:
    count = record.get("photos_count")
    if not isinstance(count, int) or isinstance(count, bool):
        return None
    earned = weight * min(max(count, 0), enough) // enough
    return Part("photos", weight, earned, "record" if count > 0 else None)
