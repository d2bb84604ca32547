"""What comparing a listing with others answers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from realty_cli.kit.schema import Instant, Money, Schema

Sure = Literal["high", "medium", "low"]


class PriceEstimate(Schema):
    """What a listing is likely to be offered for. `interval` is `conformal` where `coverage` of listings valued so lie
    inside, `range` where the bounds are only the lowest and the highest adjusted price."""

    price: float
    low: float
    high: float
    half_width: float = Field(description="half of the interval as a fraction of the price")
    price_per_m2: float
    low_per_m2: float
    high_per_m2: float
    method: Literal["hedonic", "elasticity", "per_m2"]
    interval: Literal["conformal", "range"]
    coverage: float | None
    confidence: Sure
    text: str


class Refusal(Schema):
    """Why there is no number."""

    code: str
    message: str


class PricePosition(Schema):
    """Where the asking price stands: the fraction by which it is above the estimate."""

    difference: float
    within: bool
    text: str


class SaleDiscount(Schema):
    """What was paid beside what was asked last, of own sales, and the price that this makes of the estimate."""

    ratio: float
    n: int
    price: float


class WideningStep(Schema):
    step: int
    text: str


class WideningCount(WideningStep):
    found: int


class PriceSpread(Schema):
    """Prices of the comparables as they would be for the subject."""

    low: float
    median: float
    average: float
    high: float


class PriceAdjustment(Schema):
    """One difference between a comparable and the subject, and what it does to the price."""

    name: str
    label: str
    share: float
    amount: float


class Comparable(Schema):
    """A listing like the subject. `price` was asked last, `final_price` paid; `adjusted_price` is what it would be for
    the subject, `weight` its say in the estimate."""

    property_id: int | None
    outside_id: int | None
    source: str | None
    source_url: str | None
    title: str
    address: str | None
    district: str | None
    status: str
    kind: Literal["asking", "sold"]
    price: float
    final_price: float | None
    price_on: str
    area_total: float
    rooms: int | None
    floor: int | None
    floors_total: int | None
    year_built: int | None
    price_per_m2: float
    latitude: float | None
    longitude: float | None
    distance_km: float | None
    months_ago: float
    days_on_market: int | None
    score: int = Field(description="likeness, 0 to 100")
    weight: float
    adjusted_price: float
    adjusted_per_m2: float
    adjustments: list[PriceAdjustment]


class PriceRecommend(Schema):
    """What the caller recommends to ask for a listing, in its currency."""

    price: Annotated[Money, Field(gt=0)]


class PriceRecommendation(Schema):
    """The newest price that an agent recommended for it in the last 90 days, and who and when."""

    price: float
    account_id: int
    by: str
    at: Instant


class Comparables(Schema):
    """Listings like one, the most like first, and what they say of its price. `steps` tell how far was looked and how
    many were found each time; `pool_error` is the method's median error on what it was fed, each listing unseen."""

    property_id: int
    title: str
    price: float | None
    currency: str
    area_total: float | None
    as_of: Instant
    recommended: PriceRecommendation | None
    basis: Literal["asking", "sale"]
    label: str
    estimate: PriceEstimate | None
    refusal: Refusal | None
    position: PricePosition | None
    sale: SaleDiscount | None
    level: WideningStep | None
    steps: list[WideningCount]
    n: int
    pool: int
    pool_sold: int
    spread: PriceSpread | None
    items: list[Comparable]
    pool_error: float | None
    notes: list[str]


class ClosedEstimate(Schema):
    """The last estimate before a listing was sold or let, and what it went for."""

    property_id: int
    title: str
    estimated_on: str
    closed_on: str
    currency: str
    expected: float
    paid: float
    error: float
    within: bool
    confidence: Sure


class AccuracyPart(Schema):
    confidence: Sure
    n: int
    median_error: float


class EstimateAccuracy(Schema):
    """How far own estimates were off. `coverage` is the share of last asking prices inside the interval, of those with
    a calibrated one; `promised` is what it should be. `items` has the newest hundred."""

    n: int
    median_error: float | None
    bias: float | None
    within_10: float | None
    coverage: float | None
    coverage_n: int
    promised: float
    low_sample: bool
    text: str
    by_confidence: list[AccuracyPart]
    items: list[ClosedEstimate]
