"""What lists, statistics and histories answer with."""

from __future__ import annotations

from realty_cli.kit.schema import Schema
from realty_cli.properties.schemas.listing import PropertyResponse


class PropertyListResponse(Schema):
    items: list[PropertyResponse]
    total: int | None
    limit: int
    offset: int
    next_cursor: str | None


class FacetValue(Schema):
    value: str | int | None
    count: int


class PropertySearchResponse(PropertyListResponse):
    facets: dict[str, list[FacetValue]] | None


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
    """One step of a listing's price or status; `effective_at` is when it held, `recorded_at` when we learned of it."""

    field: str
    old: str | float | None
    new: str | float | None
    reason: str | None
    effective_at: str
    recorded_at: str
    actor: str | None
    operation_id: int | None


class PropertyHistory(Schema):
    id: int
    entries: list[HistoryEntry]
