"""What a list may be narrowed by: the query string of HTTP and the options of `list`, `export`, `bulk` and `search`."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any

from pydantic import Field, WithJsonSchema, field_validator
from pydantic_core import PydanticCustomError

from realty_cli.kit.schema import WHOLE, Day, Id, Line, Moment, Money, Schema, TextSchema, Word
from realty_cli.properties.kinds import BuildingMaterial, DealType, Market, PropertyType, Renovation, Status

_Bound = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
_Words = Annotated[list[Annotated[Line, Field(max_length=300)]], Field(max_length=100)]
#: Numbers a person may type for a count of rooms, a floor or a year.
_Count = Annotated[int, Field(ge=-1_000_000, le=1_000_000), WHOLE]

_LATITUDE, _LONGITUDE = ({"type": "number", "minimum": -most, "maximum": most} for most in (90, 180))
_Box = Annotated[
    list[float],
    WithJsonSchema(
        {
            "type": "array",
            "prefixItems": [_LONGITUDE, _LATITUDE, _LONGITUDE, _LATITUDE],
            "items": {"type": "number"},
            "minItems": 4,
            "maxItems": 4,
            "examples": [[37.3, 55.5, 37.9, 55.9]],
        }
    ),
]


class PropertyFilter(Schema):
    """Every part narrows the list; several values in one part mean "any of"."""

    q: Annotated[Line, Field(max_length=1_000)] | None = None
    property_type: list[Word[PropertyType]] | None = None
    deal_type: list[Word[DealType]] | None = None
    status: list[Word[Status]] | None = None
    market: list[Word[Market]] | None = None
    building_material: list[Word[BuildingMaterial]] | None = None
    renovation: list[Word[Renovation]] | None = None
    price_min: Money | None = None
    price_max: Money | None = None
    currency: Annotated[Line, Field(max_length=3)] | None = None
    price_per_m2_min: Money | None = None
    price_per_m2_max: Money | None = None
    rooms: Annotated[list[_Count], Field(max_length=100)] | None = None
    rooms_min: _Count | None = None
    rooms_max: _Count | None = None
    area_min: _Bound | None = None
    area_max: _Bound | None = None
    kitchen_min: _Bound | None = None
    land_min: _Bound | None = None
    land_max: _Bound | None = None
    floor_min: _Count | None = None
    floor_max: _Count | None = None
    year_min: _Count | None = None
    year_max: _Count | None = None
    city: _Words | None = None
    district: _Words | None = None
    metro: _Words | None = None
    metro_minutes_max: _Count | None = None
    bbox: _Box | None = Field(default=None, description="west,south,east,north in degrees")
    tags: _Words | None = None
    source: _Words | None = None
    external_id: _Words | None = None
    owner_id: list[Id] | None = None
    ids: Annotated[list[Id], Field(max_length=10_000)] | None = None
    mortgage: bool | None = None
    bargain: bool | None = None
    is_studio: bool | None = None
    is_euro: bool | None = None
    is_apartments: bool | None = None
    has_photos: bool | None = None
    has_price: bool | None = None
    listed_from: Moment | None = None
    listed_to: Moment | None = None
    created_from: Moment | None = None
    created_to: Moment | None = None
    updated_from: Moment | None = None
    updated_to: Moment | None = None
    exclusive_until_from: Day | None = None
    exclusive_until_to: Day | None = None
    deleted: bool = False

    @field_validator("bbox", mode="before")
    @classmethod
    def _box(cls, value: Any) -> Any:
        if value is None:
            return None
        parts: Any = value
        if isinstance(value, str):
            parts = value.split(",")
        elif isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
            parts = value[0].split(",")
        try:
            west, south, east, north = (float(part) for part in parts)
        except (TypeError, ValueError):
            raise PydanticCustomError("bbox", "west,south,east,north in degrees") from None
        if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
            raise PydanticCustomError("bbox", "west,south,east,north in degrees")
        return [west, south, east, north]


@lru_cache(maxsize=1)
def _everything() -> PropertyFilter:
    """The filter that names nothing. Copying it costs a fifth of filling in the defaults of fifty fields."""
    return PropertyFilter()


class FilterQuery(PropertyFilter, TextSchema):
    """The filter as a query string gives it."""

    def given(self) -> dict[str, Any]:
        """What the list is to be narrowed by, without what else a query says."""
        return {name: getattr(self, name) for name in self.model_fields_set & PropertyFilter.model_fields.keys()}

    def narrowed(self) -> PropertyFilter:
        """The filter alone."""
        return _everything().model_copy(update=self.given())


Sort = Annotated[
    Line, Field(max_length=200, description="keys with - for descending: -price,title", examples=["-price"])
]
_Limit = Annotated[int, Field(ge=1, le=100), WHOLE]
_Offset = Annotated[int, Field(ge=0, le=10_000_000), WHOLE]
_Cursor = Annotated[str, Field(max_length=2_000, description="next_cursor of the page before")]


class PropertyQuery(FilterQuery):
    """A list as a query string asks for it."""

    sort: Sort | None = None
    limit: _Limit = 20
    offset: _Offset = 0
    cursor: _Cursor | None = None
    total: bool = Field(default=True, description="false: do not count")


class DuplicateQuery(FilterQuery):
    """Proposals of duplicates as a query string asks for them."""

    limit: Annotated[int, Field(ge=1, le=20_000)] = 50


class PropertySearchRequest(Schema):
    """A search: words, filters, order and facets in one request."""

    text: Annotated[Line, Field(max_length=1_000)] = ""
    filters: PropertyFilter = Field(default_factory=PropertyFilter)
    sort: Sort | None = None
    facets: bool = True
    limit: _Limit = 20
    offset: _Offset = 0
    cursor: _Cursor | None = None
