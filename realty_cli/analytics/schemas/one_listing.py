"""How one listing does."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from realty_cli.kit.schema import Instant, Schema


class PriceSoFar(Schema):
    """`reductions` counts falls of half a per cent or more; `change_share` is of the first price."""

    current: float | None
    first: float | None
    reductions: int
    change_share: float | None


class PriceFrom(Schema):
    on: str
    price: float


class ShowingCounts(Schema):
    """`last_7` and `total` took place."""

    last_7: int
    total: int
    upcoming: int
    cancelled: int
    no_show: int


class SourceCount(Schema):
    source: str | None
    count: int


class EnquiryCounts(Schema):
    """Contacts that portals report, and enquiries that we know of, by days. `last_7` and `total` count both, and once
    what came by a portal that reports it that day; `by_source` tells of those `to_us`."""

    last_7: int
    total: int
    on_portals: int
    to_us: int
    by_source: list[SourceCount]


class ListingWeek(Schema):
    """A week by its Monday."""

    week: str
    showings: int
    enquiries: int
    price_changes: int


class Objection(Schema):
    code: str
    label: str
    count: int


class FeedbackSummary(Schema):
    """`expensive_share` is of those who said something of the price."""

    n: int
    mean_rating: float | None
    objections: list[Objection]
    expensive_share: float | None


class ChannelTotals(Schema):
    """What portals counted, in all."""

    views: int
    contacts: int
    favourites: int


class PositionDot(Schema):
    """A price per square metre, of a comparable as it would be for this listing."""

    property_id: int | None
    price_per_m2: float
    own: bool


class ListingPosition(Schema):
    """Where the asking price stands beside what comparables say."""

    difference: float
    within: bool
    text: str
    estimate: float
    low: float
    high: float
    confidence: Literal["high", "medium", "low"]
    dots: list[PositionDot]


class PropertyAnalytics(Schema):
    """How a listing does. Nothing in it names a client."""

    property_id: int
    title: str
    status: str
    currency: str
    as_of: Instant
    days_on_market: int | None = Field(description="as active, since it came on the market last")
    cumulative_days: int | None = Field(description="as active, over absences of less than 90 days")
    comparable_days_median: float | None = Field(description="of its kind and place, taken within a year")
    comparable_days_n: int
    exposure_index: float | None = Field(description="its days beside those of its kind")
    price: PriceSoFar
    price_history: list[PriceFrom]
    showings: ShowingCounts
    enquiries: EnquiryCounts
    calls: int
    weeks: list[ListingWeek]
    feedback: FeedbackSummary
    channels: ChannelTotals | None
    position: ListingPosition | None
