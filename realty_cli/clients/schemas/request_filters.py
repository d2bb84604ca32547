"""What lists of requests, marks and matches may be narrowed by."""

from __future__ import annotations

from typing import Annotated, cast

from pydantic import Field

from realty_cli.clients.request_kinds import MarkKind, RequestStatus
from realty_cli.clients.schemas.filters import PageQuery
from realty_cli.kit.schema import WHOLE, Id, Line, Moment, Money, Schema, TextSchema, Word
from realty_cli.properties.kinds import DealType, PropertyType

_Ids = Annotated[list[Id], Field(max_length=10_000)]


class BuyerRequestFilter(Schema):
    """Every part narrows the list; several values in one part mean "any of"."""

    client_id: _Ids | None = None
    lead_id: _Ids | None = None
    status: list[Word[RequestStatus]] | None = None
    deal_type: list[Word[DealType]] | None = None
    property_type: list[Word[PropertyType]] | None = Field(default=None, description="named in the request")
    budget_from: Money | None = Field(default=None, description="would pay up to this much or more")
    budget_to: Money | None = Field(default=None, description="would pay up to this much or less")
    external_id: Annotated[list[Annotated[Line, Field(max_length=300)]], Field(max_length=100)] | None = None
    owner_id: list[Id] | None = None
    ids: _Ids | None = None
    created_from: Moment | None = None
    created_to: Moment | None = None
    updated_from: Moment | None = None
    updated_to: Moment | None = None
    deleted: bool = False


class MarkFilter(Schema):
    """Every part narrows the list; several values in one part mean "any of"."""

    request_id: _Ids | None = None
    property_id: _Ids | None = None
    mark: list[Word[MarkKind]] | None = None
    owner_id: list[Id] | None = None
    ids: _Ids | None = None
    at_from: Moment | None = None
    at_to: Moment | None = None
    deleted: bool = False


class BuyerRequestQuery(BuyerRequestFilter, PageQuery):
    """A list of requests as a query string asks for it."""

    def narrowed(self) -> BuyerRequestFilter:
        return cast(BuyerRequestFilter, self.given())


class MarkQuery(MarkFilter, PageQuery):
    """A list of marks as a query string asks for it."""

    def narrowed(self) -> MarkFilter:
        return cast(MarkFilter, self.given())


class MatchQuery(TextSchema):
    """Which matches are wanted, as a query string asks for them."""

    score_min: Annotated[int, Field(ge=0, le=100), WHOLE] = 0
    marked: bool = Field(default=False, description="also what was shown or refused")
    limit: Annotated[int, Field(ge=1, le=100), WHOLE] = 20
    offset: Annotated[int, Field(ge=0, le=10_000_000), WHOLE] = 0
