"""A buyer request, a match and a mark as they come in and go out."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from realty_cli.clients.request_kinds import MAX_NAMES, MAX_PLACES, Fit, MarkKind, RequestStatus
from realty_cli.clients.schemas.parts import Notes, Number
from realty_cli.kit.schema import WHOLE, FilledLine, Id, Instant, Line, Moment, Money, Schema, Word
from realty_cli.properties.kinds import DealType, PropertyType
from realty_cli.properties.schemas.listing import Area, Short, iso_currency, never_null


def _once(values: list[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


_Names = Annotated[
    list[Annotated[FilledLine, Field(max_length=300)]], Field(max_length=MAX_NAMES), AfterValidator(_once)
]
_Wishes = Annotated[
    list[Annotated[FilledLine, Field(max_length=100)]], Field(max_length=MAX_NAMES), AfterValidator(_once)
]
_Types = Annotated[list[Word[PropertyType]], Field(max_length=20), AfterValidator(_once)]
_Rooms = Annotated[list[Annotated[int, Field(ge=0, le=100), WHOLE]], Field(max_length=MAX_NAMES), AfterValidator(_once)]
_Floor = Annotated[int, Field(ge=-10, le=300), WHOLE]
_Year = Annotated[int, Field(ge=1000, le=2200), WHOLE]


class Circle(Schema):
    """A place on the map and how far from it."""

    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
    radius_km: Annotated[float, Field(gt=0, le=1_000, allow_inf_nan=False)]
    name: Annotated[Line, Field(max_length=300)] | None = None


class _Fields(Schema):
    """What creation and change have in common; what is left out asks for nothing."""

    lead_id: Id | None = None
    external_id: Number | None = None
    title: Short | None = None
    status: Word[RequestStatus] | None = Field(default=None, description="only an active request is matched")
    property_types: _Types | None = None
    price_min: Money | None = None
    price_max: Money | None = Field(default=None, description="up to a tenth more is a near miss")
    currency: Annotated[str, AfterValidator(iso_currency)] | None = Field(default=None, examples=["RUB"])
    rooms: _Rooms | None = Field(default=None, description="any of these; 0 is a studio")
    area_min: Area | None = Field(default=None, description="a tenth less still weighs, and excludes among must")
    area_max: Area | None = None
    kitchen_min: Area | None = None
    land_min: Area | None = None
    land_max: Area | None = None
    floor_min: _Floor | None = Field(default=None, description="weighs; excludes where must names floor")
    floor_max: _Floor | None = None
    year_min: _Year | None = Field(default=None, description="weighs; excludes where must names year")
    year_max: _Year | None = None
    cities: _Names | None = None
    districts: _Names | None = Field(default=None, description="a district, a station or a circle must hold")
    metros: _Names | None = None
    metro_minutes_max: Annotated[int, Field(ge=0, le=1_000), WHOLE] | None = None
    places: Annotated[list[Circle], Field(max_length=MAX_PLACES)] | None = None
    must: _Wishes | None = Field(
        default=None,
        description="mortgage, bargain, new_building, resale, euro, free_layout, no_apartments, not_first_floor,"
        " not_last_floor, renovated; area, kitchen, land, floor, year, metro_minutes make a bound strict; any other"
        " text is a tag or an attribute",
        examples=[["mortgage", "not_first_floor", "балкон"]],
    )
    nice: _Wishes | None = Field(default=None, description="as must; weighs and never excludes")
    note: Notes | None = None
    owner_id: Id | None = Field(default=None, description="administrators only")


class BuyerRequestCreate(_Fields):
    """A new request of a client. It is the owner's of the client where nobody else is named."""

    client_id: Id
    deal_type: Word[DealType]


class BuyerRequestUpdate(_Fields):
    """Only the fields that are sent change; null or an empty list asks for nothing any more."""

    deal_type: Word[DealType] | None = None

    model_config = ConfigDict(json_schema_extra=never_null("deal_type", "status", "currency"))

    @field_validator("deal_type", "status", "currency")
    @classmethod
    def _keeps(cls, value: Any) -> Any:
        if value is None:
            raise PydanticCustomError("required", "cannot be emptied")
        return value


class BuyerRequestResponse(Schema):
    """A request as it goes out. Money is in units of `currency`; an empty list asks for nothing."""

    id: int
    owner_id: int
    client_id: int
    lead_id: int | None
    external_id: str | None
    title: str | None
    status: RequestStatus
    deal_type: DealType
    property_types: list[PropertyType]
    price_min: float | None
    price_max: float | None
    currency: str
    rooms: list[int]
    area_min: float | None
    area_max: float | None
    kitchen_min: float | None
    land_min: float | None
    land_max: float | None
    floor_min: int | None
    floor_max: int | None
    year_min: int | None
    year_max: int | None
    cities: list[str]
    districts: list[str]
    metros: list[str]
    metro_minutes_max: int | None
    places: list[Circle]
    must: list[str]
    nice: list[str]
    note: str | None
    version: int
    created_at: Instant
    updated_at: Instant
    deleted_at: Instant | None


class BuyerRequestListResponse(Schema):
    """One page, as of clients."""

    items: list[BuyerRequestResponse]
    total: int | None
    limit: int
    offset: int
    next_cursor: str | None


class MatchPart(Schema):
    """One thing that was asked for and what the listing has. `percent` is how far the price stands from the end of the
    budget, or an area from the bound that it misses; `wanted` is a pair of bounds, a list of names, or a wish."""

    name: str
    fit: Fit
    wanted: list[float | str | None] | str
    found: float | str | bool | None
    percent: float | None


class MatchedProperty(Schema):
    """The listing of a match."""

    id: int
    title: str
    property_type: PropertyType
    price: float | None
    currency: str
    rooms: int | None
    area_total: float | None
    floor: int | None
    floors_total: int | None
    city: str | None
    district: str | None
    metro: str | None
    owner_id: int


class MatchedRequest(Schema):
    """The request of a match. `client_name` is null where the client is not one of yours."""

    id: int
    client_id: int
    client_name: str | None
    title: str | None
    price_min: float | None
    price_max: float | None
    currency: str
    owner_id: int


class MatchMark(Schema):
    """What became of the pair. `reopened`: the price has been cut since, so that it is proposed again."""

    id: int
    mark: MarkKind
    price: float | None
    at: Instant
    note: str | None
    reopened: bool


class MatchResponse(Schema):
    """A pair of a request and a listing. `bargain` is what must come off the price, in per cent; null for a match."""

    request_id: int
    property_id: int
    score: int
    bargain: float | None
    parts: list[MatchPart]
    mark: MatchMark | None
    property: MatchedProperty | None = None
    request: MatchedRequest | None = None


class BargainStep(Schema):
    """With so many per cent off the price, so many more would match."""

    percent: int
    more: int


class NearMisses(Schema):
    """What a bargain would bring: how many in all, how many at which step, and the nearest of them."""

    total: int
    steps: list[BargainStep]
    items: list[MatchResponse]


class MatchListResponse(Schema):
    """The best first. `hidden` were shown or refused and are not proposed again (`marked=true` shows them).

    `complete` is false where the newest thousand alone were compared: the request asks for next to nothing.
    """

    items: list[MatchResponse]
    total: int
    limit: int
    offset: int
    hidden: int
    complete: bool
    near: NearMisses


class MarkCreate(Schema):
    """What became of a listing that was proposed. A second mark of the same pair replaces the first."""

    request_id: Id
    property_id: Id
    mark: Word[MarkKind]
    at: Moment | None = Field(default=None, description="when it happened, if not now")
    note: Short | None = Field(default=None, examples=["шумно"])


class MarkResponse(Schema):
    """A mark as it goes out; `price` is the listing's when it was set."""

    id: int
    owner_id: int
    request_id: int
    property_id: int
    mark: MarkKind
    price: float | None
    at: Instant
    note: str | None
    version: int
    created_at: Instant
    updated_at: Instant
    deleted_at: Instant | None


class MarkListResponse(Schema):
    """One page, as of clients."""

    items: list[MarkResponse]
    total: int | None
    limit: int
    offset: int
    next_cursor: str | None
