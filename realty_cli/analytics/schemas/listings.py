"""What is asked and answered of listings."""

from __future__ import annotations

from pydantic import Field

from realty_cli.analytics.schemas.base import AnalyticsQuery, MetricValue, PeriodShape, RowsTold
from realty_cli.kit.schema import Schema, Word
from realty_cli.properties.kinds import DealType
from realty_cli.properties.schemas.transfer import PropertyImportRequest


class ListingQuery(AnalyticsQuery):
    """Which listings, over which period, compared with what."""

    exclude_outliers: bool = Field(
        default=False, description="leave listings of more than 365 days out of the median of days on the market"
    )


class ChannelImportRequest(PropertyImportRequest):
    """A file of portal statistics and how to read it, as a form with these parts."""


class ListingTotals(Schema):
    """Counts of all listings, whatever their kind of deal: prices of sales and of rents are never added up."""

    inventory: MetricValue
    reserved_now: MetricValue
    drafts: MetricValue
    active_any: MetricValue
    new: MetricValue
    reserved: MetricValue
    closed: MetricValue
    withdrawn: MetricValue
    quality_score: MetricValue


class ListingGroup(Schema):
    """Listings of a block that share a value (null: it is not filled in). `share` is of what is on the market."""

    value: str | None
    inventory: int
    share: float | None
    new: int
    closed: int
    price_median: float | int | None
    price_per_m2_median: float | int | None
    dom_median: float | None


class StatusCount(Schema):
    status: str
    count: int


class PriceBin(Schema):
    """Prices from `low` to below `high`; the last bin holds its upper edge as well."""

    low: float | int
    high: float | int
    count: int


class StaleListing(Schema):
    """A listing that is on the market far longer than its like took to go: `index` times as long."""

    property_id: int
    title: str
    days: float
    typical_days: float
    index: float
    comparables: int


class ListingBlock(Schema):
    """Listings of one kind of deal in one currency."""

    deal_type: Word[DealType]
    currency: str
    inventory: MetricValue
    reserved_now: MetricValue
    drafts: MetricValue
    active_any: MetricValue
    new: MetricValue
    reserved: MetricValue
    closed: MetricValue
    withdrawn: MetricValue
    sell_through: MetricValue
    fallout_rate: MetricValue
    pending_ratio: MetricValue
    dom_closed_median: MetricValue
    dom_closed_mean: MetricValue
    dom_closed_p90: MetricValue
    dom_reserved_median: MetricValue
    cdom_median: MetricValue
    days_to_close_median: MetricValue
    age_of_inventory_median: MetricValue
    median_survival: MetricValue
    price_median: MetricValue
    price_mean: MetricValue
    price_per_m2_asking_median: MetricValue
    price_per_m2_sold_median: MetricValue
    price_per_sotka_asking_median: MetricValue
    price_per_sotka_sold_median: MetricValue
    inventory_value: MetricValue
    sale_to_list: MetricValue
    sale_to_original: MetricValue
    price_reduced_share: MetricValue
    price_reduced_ever_share: MetricValue
    reduction_depth_median: MetricValue
    reduction_total_median: MetricValue
    price_increases: MetricValue
    absorption_rate: MetricValue
    months_of_supply: MetricValue
    showings_per_week: MetricValue
    views_per_day: MetricValue
    contacts_per_day: MetricValue
    favourites_per_day: MetricValue
    by_type: list[ListingGroup]
    by_district: list[ListingGroup]
    by_rooms: list[ListingGroup]
    by_status: list[StatusCount]
    price_histogram: list[PriceBin]
    stale: list[StaleListing]


class ListingQuality(Schema):
    """How much of what the numbers stand on was filled in, as shares of the active listings; None without any."""

    share_with_price: float | None
    share_with_area: float | None
    share_with_district: float | None
    share_with_listed_at: float | None


class PropertyMetrics(Schema):
    """Listings of a period. `blocks` has each kind of deal in each currency (at least sales in the agency's own)."""

    period: PeriodShape
    scope: RowsTold
    compared: PeriodShape | None
    totals: ListingTotals
    blocks: list[ListingBlock]
    data_quality: ListingQuality
    as_of: str
    definitions_version: str
