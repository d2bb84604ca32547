"""Offers as they come in and go out."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from realty_cli.deals.kinds import OfferStatus
from realty_cli.deals.schemas.deal import Currency, Effect
from realty_cli.kit.schema import Date, Day, Id, Instant, Moment, Money, Schema, Text, Word
from realty_cli.properties.schemas.listing import never_null

_Note = Annotated[Text, Field(max_length=2_000)]


class OfferCreate(Schema):
    """What somebody would pay: in a deal, or for a listing before there is one."""

    deal_id: Id | None = None
    property_id: Id | None = None
    client_id: Id | None = None
    amount: Money
    currency: Currency | None = Field(default=None, examples=["RUB"])
    at: Moment | None = Field(default=None, description="when it was made, if not now")
    valid_until: Day | None = None
    note: _Note | None = None
    owner_id: Id | None = Field(default=None, description="administrators only")


class OfferUpdate(Schema):
    """Only the fields that are sent change; null empties a field. The status has an endpoint of its own."""

    deal_id: Id | None = None
    property_id: Id | None = None
    client_id: Id | None = None
    amount: Money | None = None
    currency: Currency | None = None
    at: Moment | None = None
    valid_until: Day | None = None
    note: _Note | None = None
    owner_id: Id | None = Field(default=None, description="administrators only")

    model_config = ConfigDict(json_schema_extra=never_null("amount", "currency", "at"))

    @field_validator("amount", "currency", "at")
    @classmethod
    def _keeps(cls, value: Any) -> Any:
        if value is None:
            raise PydanticCustomError("required", "cannot be emptied")
        return value


class OfferDecision(Schema):
    """What became of an offer, and when, if not now."""

    status: Word[OfferStatus]
    effective_at: Moment | None = None


class OfferResponse(Schema):
    """An offer as it goes out. Money is in units of `currency`, moments in UTC."""

    id: int
    owner_id: int
    deal_id: int | None
    property_id: int | None
    client_id: int | None
    amount: float
    currency: str
    at: Instant
    status: OfferStatus
    decided_at: Instant | None
    valid_until: Date | None
    note: str | None
    version: int
    created_at: Instant
    updated_at: Instant
    deleted_at: Instant | None


class OfferDecisionResponse(OfferResponse):
    """The offer after a decision, and `changed`: what else it changed."""

    changed: list[Effect]


class OfferListResponse(Schema):
    """One page. `next_cursor` leads to the next one, null on the last; `total` is null where it was not asked for."""

    items: list[OfferResponse]
    total: int | None
    limit: int
    offset: int
    next_cursor: str | None
