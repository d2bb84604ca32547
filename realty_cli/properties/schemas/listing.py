"""A listing as it comes in and goes out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from realty_cli.kit.phones import normalise
from realty_cli.kit.schema import (
    WHOLE,
    Date,
    Day,
    FilledLine,
    Id,
    Instant,
    Line,
    Moment,
    Money,
    Schema,
    Text,
    Word,
    pattern,
)
from realty_cli.properties.kinds import (
    MAX_TAGS,
    MAX_TITLE,
    BuildingMaterial,
    DealType,
    Market,
    PropertyType,
    Renovation,
    Status,
)

#: Limits that keep a record a record: they stand far above anything real.
MAX_DESCRIPTION, MAX_LINE, MAX_AREA = 20_000, 500, 100_000_000.0
#: A smaller area makes the price of a square metre leave 64 bits.
MIN_AREA = 0.01
MAX_ATTRIBUTES, MAX_ATTRIBUTE = 200, 2_000

Short = Annotated[Line, Field(max_length=MAX_LINE)]
Area = Annotated[float, Field(ge=MIN_AREA, le=MAX_AREA, allow_inf_nan=False)]


def _phone(value: str) -> str:
    found = normalise(value)
    if found is None:
        raise PydanticCustomError("phone", "not a phone number")
    return found


def iso_currency(value: str) -> str:
    if len(value) != 3 or not value.isascii() or not value.isalpha():
        raise PydanticCustomError("currency", "not an ISO 4217 code")
    return value.upper()


def compact_cadastral(value: str) -> str:
    """`AA:BB:CCCCCC(C):K`: the quarter has six or seven digits, the last part any length."""
    compact = "".join(value.split())
    parts = compact.split(":")
    shape = [len(part) for part in parts]
    digits = all(part.isascii() and part.isdigit() for part in parts)
    if len(parts) != 4 or not digits or shape[:2] != [2, 2] or shape[2] not in (6, 7) or not 1 <= shape[3] <= 20:
        raise PydanticCustomError("cadastral", "not a cadastral number")
    return compact


_CADASTRAL = "^ *[0-9]{2} *: *[0-9]{2} *: *[0-9]{6,7} *: *[0-9]{1,20} *$"


def _tags(value: list[str]) -> list[str]:
    """One spelling once, in the order given."""
    return list(dict.fromkeys(tag for tag in value if tag))


Phone = Annotated[Line, Field(max_length=60), AfterValidator(_phone)]
Tags = Annotated[list[Annotated[Line, Field(max_length=100)]], Field(max_length=MAX_TAGS), AfterValidator(_tags)]
Attributes = Annotated[
    dict[Annotated[FilledLine, Field(max_length=200)], Annotated[Text, Field(max_length=MAX_ATTRIBUTE)]],
    Field(max_length=MAX_ATTRIBUTES),
]


class _Fields(Schema):
    """What creation and change have in common; every field may be left out."""

    external_id: Annotated[Line, Field(max_length=200)] | None = None
    source: Annotated[Line, Field(max_length=100)] | None = None
    source_url: Annotated[Line, Field(max_length=2_000), pattern("^([Hh][Tt][Tt][Pp][Ss]?://.*)?$")] | None = None
    description: Annotated[Text, Field(max_length=MAX_DESCRIPTION)] | None = None
    price: Money | None = None
    currency: Annotated[str, AfterValidator(iso_currency)] | None = Field(default=None, examples=["RUB"])
    market: Word[Market] | None = None
    rooms: Annotated[int, Field(ge=0, le=100), WHOLE] | None = Field(default=None, description="0 is a studio")
    is_studio: bool | None = None
    is_euro: bool | None = None
    is_apartments: bool | None = None
    is_free_layout: bool | None = None
    area_total: Area | None = Field(default=None, description="square metres")
    area_living: Area | None = None
    area_kitchen: Area | None = None
    area_land: Area | None = Field(default=None, description="square metres (one sotka is 100)")
    floor: Annotated[int, Field(ge=-10, le=300), WHOLE] | None = None
    floors_total: Annotated[int, Field(ge=1, le=300), WHOLE] | None = None
    year_built: Annotated[int, Field(ge=1000, le=2200), WHOLE] | None = None
    building_material: Word[BuildingMaterial] | None = None
    renovation: Word[Renovation] | None = None
    ceiling_height: Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)] | None = None
    country: Short | None = None
    region: Short | None = None
    city: Short | None = None
    district: Short | None = None
    street: Short | None = None
    house: Annotated[Line, Field(max_length=60)] | None = None
    flat: Annotated[Line, Field(max_length=60)] | None = None
    postal_code: Annotated[Line, Field(max_length=20)] | None = None
    address: Annotated[Line, Field(max_length=1_000)] | None = None
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = None
    metro: Short | None = None
    metro_minutes: Annotated[int, Field(ge=0, le=1_000), WHOLE] | None = Field(default=None, description="on foot")
    cadastral_number: Annotated[Line, AfterValidator(compact_cadastral)] | None = Field(
        default=None, examples=["77:01:0001001:1234"]
    )
    mortgage: bool | None = None
    bargain: bool | None = None
    commission: Annotated[float, Field(ge=0, le=1_000, allow_inf_nan=False)] | None = Field(
        default=None, description="per cent"
    )
    deposit: Money | None = None
    contact_name: Short | None = None
    contact_phone: Phone | None = Field(default=None, examples=["+79161234567"])
    tags: Tags | None = None
    attributes: Attributes | None = None
    client_id: Id | None = None
    listed_at: Moment | None = None
    closed_at: Moment | None = None
    final_price: Money | None = None
    exclusive_from: Day | None = None
    exclusive_until: Day | None = None
    owner_id: Id | None = Field(default=None, description="administrators only")

    @field_validator("source_url")
    @classmethod
    def _only_web(cls, value: str | None) -> str | None:
        # A stored link ends up in reports and browsers: javascript: and file: have no business there.
        if value and not value.lower().startswith(("http://", "https://")):
            raise PydanticCustomError("url", "not a web address")
        return value or None


class PropertyCreate(_Fields):
    """A new listing. `price` may be missing while `status` is draft."""

    title: Annotated[FilledLine, Field(max_length=MAX_TITLE)] = Field(examples=["Квартира в центре"])
    property_type: Word[PropertyType]
    deal_type: Word[DealType]
    status: Word[Status] | None = None


def never_null(*names: str) -> Callable[[dict[str, Any]], None]:
    """For fields that may be left out and not be emptied: what says so in the OpenAPI document."""

    def say(schema: dict[str, Any]) -> None:
        for name in names:
            shape = schema["properties"][name]
            shape.pop("default", None)
            shape |= next(one for one in shape.pop("anyOf") if one != {"type": "null"})

    return say


class PropertyUpdate(_Fields):
    """Only the fields that are sent change; null empties a field. Status has an endpoint and command of its own."""

    title: Annotated[FilledLine, Field(max_length=MAX_TITLE)] | None = None
    property_type: Word[PropertyType] | None = None
    deal_type: Word[DealType] | None = None

    model_config = ConfigDict(json_schema_extra=never_null("title", "property_type", "deal_type", "currency"))

    @field_validator("title", "property_type", "deal_type", "currency")
    @classmethod
    def _keeps(cls, value: Any) -> Any:
        if value is None:
            raise PydanticCustomError("required", "cannot be emptied")
        return value


class StatusChange(Schema):
    """A move of status. `effective_at` is when it happened, if not now."""

    status: Word[Status]
    reason: Annotated[Line, Field(max_length=MAX_LINE)] | None = None
    final_price: Money | None = None
    effective_at: Moment | None = None


class PhotoInfo(Schema):
    """A photo as a listing shows it; the first one is the cover."""

    id: int
    position: int
    width: int
    height: int
    bytes: int
    media_type: str
    is_cover: bool


class PropertyResponse(Schema):
    """A listing as it goes out. Money is in units of `currency`, moments in UTC."""

    id: int
    external_id: str | None
    title: str
    description: str | None
    property_type: PropertyType
    deal_type: DealType
    status: Status
    status_reason: str | None
    price: float | None
    currency: str
    market: Market | None
    rooms: int | None
    is_studio: bool | None
    is_euro: bool | None
    is_apartments: bool | None
    is_free_layout: bool | None
    area_total: float | None
    area_living: float | None
    area_kitchen: float | None
    area_land: float | None
    floor: int | None
    floors_total: int | None
    year_built: int | None
    building_material: BuildingMaterial | None
    renovation: Renovation | None
    ceiling_height: float | None
    country: str | None
    region: str | None
    city: str | None
    district: str | None
    street: str | None
    house: str | None
    flat: str | None
    postal_code: str | None
    address: str | None
    latitude: float | None
    longitude: float | None
    metro: str | None
    metro_minutes: int | None
    cadastral_number: str | None
    mortgage: bool | None
    bargain: bool | None
    commission: float | None
    deposit: float | None
    contact_name: str | None
    contact_phone: str | None
    source: str | None
    source_url: str | None
    tags: list[str]
    attributes: dict[str, str]
    photos: list[PhotoInfo]
    owner_id: int
    client_id: int | None
    listed_at: Instant | None
    closed_at: Instant | None
    final_price: float | None
    exclusive_from: Date | None
    exclusive_until: Date | None
    days_on_market: int | None
    price_per_m2: float | None
    version: int
    created_at: Instant
    updated_at: Instant
    deleted_at: Instant | None
