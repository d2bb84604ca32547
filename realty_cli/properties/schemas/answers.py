"""What lists, statistics, histories and analyses answer with."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from realty_cli.kit.schema import Instant, Schema
from realty_cli.properties.schemas.listing import PropertyResponse


class PropertyListResponse(Schema):
    """One page. `next_cursor` leads to the next one, null on the last; `total` is null where it was not asked for."""

    items: list[PropertyResponse]
    total: int | None
    limit: int
    offset: int
    next_cursor: str | None


class FacetValue(Schema):
    value: str | int
    count: int


class Facets(Schema):
    """How many listings found have each value, most first; each facet leaves its own filter out."""

    property_type: list[FacetValue]
    deal_type: list[FacetValue]
    status: list[FacetValue]
    rooms: list[FacetValue]
    city: list[FacetValue]
    district: list[FacetValue]


class PropertySearchResponse(PropertyListResponse):
    """A page with its facets, null where they were not asked for."""

    facets: Facets | None


class PriceSummary(Schema):
    """Prices of one deal type in one currency: sums and averages over unlike things mean nothing."""

    deal_type: str
    currency: str
    count: int
    total: float
    average: float
    median: float
    minimum: float
    maximum: float
    average_per_m2: float | None
    median_per_m2: float | None


class PropertyStatistics(Schema):
    """Counts and prices of the listings that the caller may see."""

    total: int
    by_status: dict[str, int]
    by_property_type: dict[str, int]
    by_deal_type: dict[str, int]
    by_rooms: dict[str, int]
    by_city: dict[str, int]
    prices: list[PriceSummary]
    average_days_on_market: float | None
    without_price: int
    without_photos: int
    created_last_30_days: int
    closed_last_30_days: int


class HistoryEntry(Schema):
    """One step of a listing's price or status; `effective_at` is when it held, `recorded_at` when we learned of it.

    `actor` and `operation_id` are null for what the listing began with.
    """

    field: Literal["price", "status"]
    old: float | str | None
    new: float | str | None
    reason: str | None
    effective_at: Instant
    recorded_at: Instant
    actor: str | None
    operation_id: int | None


class PropertyHistory(Schema):
    """Price and status from the beginning, oldest first."""

    id: int
    entries: list[HistoryEntry]


class DuplicateReason(Schema):
    """Why two listings may be one property, or what speaks against it."""

    code: str
    params: dict[str, Any]
    message: str


class DuplicatePair(Schema):
    a: int
    b: int
    score: float = Field(description="0 to 1")
    title_a: str
    title_b: str
    reasons: list[DuplicateReason]


class DuplicateList(Schema):
    """Pairs that may be one property, the surest first."""

    items: list[DuplicatePair]
    total: int


class ExtractedFact(Schema):
    """A fact that a text states, and the words that state it. `note` says how to take it: bedrooms, ground, range,
    inferred."""

    value: Any
    note: str | None
    evidence: list[str]


class TextContradiction(Schema):
    """The text says one thing, the record another."""

    field: str
    said: Any
    recorded: Any
    evidence: str
    code: str
    message: str


class CompletenessPart(Schema):
    """One thing that a buyer or tenant asks, and where it is answered."""

    name: str
    weight: int
    earned: int
    found_in: Literal["record", "text"] | None


class TextCompleteness(Schema):
    """How fully buyers' questions are answered, 0 to 100, and what is missing, the most asked first."""

    score: int
    missing: list[str]
    parts: list[CompletenessPart]


class WordingProblem(Schema):
    """A stretch of the text to mend: `suggestion` goes in its place, empty to leave it out."""

    code: str
    message: str
    start: int
    end: int
    evidence: str
    suggestion: str | None


class DescriptionAnalysis(Schema):
    """What a text says of a listing, and what can be better. Nothing of it is written to the listing."""

    listing_id: int | None
    provider: str
    language: Literal["ru", "en"]
    extracted: dict[str, ExtractedFact]
    contradictions: list[TextContradiction]
    completeness: TextCompleteness
    problems: list[WordingProblem]
    suggested_text: str


class UndoResult(Schema):
    """What taking back did: objects removed, brought back, and put as they were before."""

    operation_id: int
    undone: int
    command: str
    redo: bool
    removed: int
    restored: int
    reverted: int
