"""A lead, one need of one client, as it comes in and goes out."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from realty_cli.clients.kinds import LeadSide, LeadStage, Temperature
from realty_cli.clients.schemas.parts import Notes, Number, Source
from realty_cli.kit.schema import Id, Instant, Moment, Money, Schema, Word
from realty_cli.properties.schemas.listing import Short, iso_currency, never_null

Currency = Annotated[str, AfterValidator(iso_currency)]


class _Fields(Schema):
    """What creation and change have in common; every field may be left out."""

    external_id: Number | None = None
    temperature: Word[Temperature] | None = None
    source: Source | None = None
    campaign: Source | None = None
    referrer_id: Id | None = Field(default=None, description="the client who recommended us")
    budget_min: Money | None = None
    budget_max: Money | None = None
    currency: Currency | None = Field(default=None, examples=["RUB"])
    property_id: Id | None = Field(default=None, description="the listing that was asked about")
    note: Notes | None = None
    owner_id: Id | None = Field(default=None, description="administrators only")


class LeadCreate(_Fields):
    """A new lead of a client. Source and campaign are the client's where they are left out."""

    side: Word[LeadSide] = Field(description="what the client wants: buyer buys, landlord lets")
    stage: Word[LeadStage] | None = Field(default=None, description="an open stage; new where left out")
    created_at: Moment | None = Field(default=None, description="when the client first asked, if not now")


class LeadUpdate(_Fields):
    """Only the fields that are sent change; null empties a field. The stage has an endpoint of its own."""

    side: Word[LeadSide] | None = None
    lost_reason: Short | None = None

    model_config = ConfigDict(json_schema_extra=never_null("side", "currency"))

    @field_validator("side", "currency")
    @classmethod
    def _keeps(cls, value: Any) -> Any:
        if value is None:
            raise PydanticCustomError("required", "cannot be emptied")
        return value


class LeadStageChange(Schema):
    """A move to another stage. `effective_at` is when it happened, if not now; `lost` needs a reason."""

    stage: Word[LeadStage]
    reason: Short | None = Field(default=None, examples=["купили у застройщика"])
    effective_at: Moment | None = None


class LeadResponse(Schema):
    """A lead as it goes out. `first_response_at` is our first try to reach the client, or the first talk of both."""

    id: int
    owner_id: int
    client_id: int
    external_id: str | None
    side: LeadSide
    stage: LeadStage
    temperature: Temperature | None
    source: str | None
    campaign: str | None
    referrer_id: int | None
    budget_min: float | None
    budget_max: float | None
    currency: str
    property_id: int | None
    note: str | None
    lost_reason: str | None
    first_response_at: Instant | None
    closed_at: Instant | None
    version: int
    created_at: Instant
    updated_at: Instant
    deleted_at: Instant | None


class LeadListResponse(Schema):
    """One page, as of clients."""

    items: list[LeadResponse]
    total: int | None
    limit: int
    offset: int
    next_cursor: str | None


class LeadStep(Schema):
    """One step; `effective_at` is when it held, `recorded_at` when we learned of it. The first one has no `old`."""

    field: str
    old: LeadStage | None
    new: LeadStage
    reason: str | None
    effective_at: Instant
    recorded_at: Instant
    actor: str | None
    operation_id: int


class LeadHistory(Schema):
    """The stages of a lead from the beginning, oldest first."""

    id: int
    entries: list[LeadStep]
