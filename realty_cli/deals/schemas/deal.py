"""A deal as it comes in and goes out."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from realty_cli.deals.kinds import (
    MAX_LINKS,
    MAX_PARTIES,
    ContractKind,
    DealKind,
    DepositKind,
    LeadsOfLost,
    MortgageStatus,
    PartyRole,
    Side,
    Stage,
)
from realty_cli.kit.schema import Date, Day, FilledLine, Id, Instant, Line, Moment, Money, Schema, Text, Word
from realty_cli.properties.kinds import MAX_TITLE
from realty_cli.properties.schemas.listing import Attributes, Short, Tags, iso_currency, never_null

MAX_NOTES = 20_000
Currency = Annotated[str, AfterValidator(iso_currency)]


class Party(Schema):
    """A client in a deal, and what for."""

    client_id: Id
    role: Word[PartyRole]


class _Fields(Schema):
    """What creation and change have in common; every field may be left out."""

    external_id: Annotated[Line, Field(max_length=200)] | None = None
    property_id: Id | None = None
    lead_id: Id | None = None
    amount: Money | None = Field(default=None, description="what is agreed upon")
    currency: Currency | None = Field(default=None, examples=["RUB"])
    deposit_kind: Word[DepositKind] | None = Field(default=None, description="аванс, задаток, обеспечительный платёж")
    deposit: Money | None = None
    deposit_due: Day | None = None
    deposit_paid_at: Moment | None = None
    expected_close: Day | None = None
    reserved_until: Day | None = None
    mortgage_status: Word[MortgageStatus] | None = None
    mortgage_bank: Short | None = None
    mortgage_amount: Money | None = None
    mortgage_until: Day | None = Field(default=None, description="the last day on which the approval holds")
    contract_kind: Word[ContractKind] | None = None
    contract_number: Annotated[Line, Field(max_length=100)] | None = None
    contract_date: Day | None = None
    notes: Annotated[Text, Field(max_length=MAX_NOTES)] | None = None
    tags: Tags | None = None
    attributes: Attributes | None = None
    parties: Annotated[list[Party], Field(max_length=MAX_PARTIES)] | None = Field(
        default=None, description="the clients; a list replaces the one before"
    )
    after: Annotated[list[Id], Field(max_length=MAX_LINKS)] | None = Field(
        default=None, description="deals that must close before this one can"
    )
    owner_id: Id | None = Field(default=None, description="administrators only")


class DealCreate(_Fields):
    """A new deal. With a listing, `kind`, `currency` and `title` follow from it where they are left out."""

    title: Annotated[FilledLine, Field(max_length=MAX_TITLE)] | None = Field(
        default=None, examples=["Иванов покупает на Лесной"]
    )
    kind: Word[DealKind] | None = None
    side: Word[Side]
    stage: Word[Stage] | None = Field(default=None, description="lead, showing or offer; lead where left out")


class DealUpdate(_Fields):
    """Only the fields that are sent change; null empties a field. The stage has endpoints and commands of its own."""

    title: Annotated[FilledLine, Field(max_length=MAX_TITLE)] | None = None
    kind: Word[DealKind] | None = None
    side: Word[Side] | None = None

    model_config = ConfigDict(json_schema_extra=never_null("title", "kind", "side", "currency"))

    @field_validator("title", "kind", "side", "currency")
    @classmethod
    def _keeps(cls, value: Any) -> Any:
        if value is None:
            raise PydanticCustomError("required", "cannot be emptied")
        return value


class StageChange(Schema):
    """A move to another stage. `effective_at` is when it happened, if not now.

    `final_price` goes with `closed`, `reserved_until` with `reserved` and `contract`; `lost` needs a reason.
    """

    stage: Word[Stage]
    reason: Short | None = None
    final_price: Money | None = None
    reserved_until: Day | None = None
    effective_at: Moment | None = None


class Reservation(Schema):
    """Take the listing for this deal alone."""

    until: Day | None = None
    effective_at: Moment | None = None


class Release(Schema):
    """Give the listing back to the market; the deal goes on."""

    stage: Word[Stage] = Field(default=Stage.OFFER, description="showing or offer")
    reason: Short | None = None
    effective_at: Moment | None = None


class Closing(Schema):
    """`final_price` is the agreed amount where it is left out."""

    final_price: Money | None = None
    effective_at: Moment | None = None


class Loss(Schema):
    """Why nothing came of it."""

    reason: Annotated[FilledLine, Field(max_length=500)] = Field(examples=["купили другую квартиру"])
    leads: Word[LeadsOfLost] = Field(default=LeadsOfLost.KEEP, description="lost where the client wants nothing more")
    effective_at: Moment | None = None


class PartyResponse(Schema):
    """`name` is null where the client is not one of yours."""

    client_id: int
    role: PartyRole
    name: str | None


class DealResponse(Schema):
    """A deal as it goes out. Money is in units of `currency`, moments in UTC.

    `after` are the deals that must close before this one can, `before` those that wait for it.
    """

    id: int
    owner_id: int
    external_id: str | None
    title: str
    property_id: int | None
    lead_id: int | None
    kind: DealKind
    side: Side
    stage: Stage
    amount: float | None
    currency: str
    deposit_kind: DepositKind | None
    deposit: float | None
    deposit_due: Date | None
    deposit_paid_at: Instant | None
    expected_close: Date | None
    reserved_at: Instant | None
    reserved_until: Date | None
    closed_at: Instant | None
    final_price: float | None
    lost_reason: str | None
    mortgage_status: MortgageStatus | None
    mortgage_bank: str | None
    mortgage_amount: float | None
    mortgage_until: Date | None
    contract_kind: ContractKind | None
    contract_number: str | None
    contract_date: Date | None
    notes: str | None
    tags: list[str]
    attributes: dict[str, str]
    parties: list[PartyResponse]
    after: list[int]
    before: list[int]
    version: int
    created_at: Instant
    updated_at: Instant
    deleted_at: Instant | None


class Effect(Schema):
    """What an act changed beside the deal: a field of a listing or of another deal, old and new."""

    kind: str
    id: int
    field: str
    old: float | str | None
    new: float | str | None


class DealMoveResponse(DealResponse):
    """The deal after a move, and `changed`: what else the move changed."""

    changed: list[Effect]


class DealListResponse(Schema):
    """One page. `next_cursor` leads to the next one, null on the last; `total` is null where it was not asked for."""

    items: list[DealResponse]
    total: int | None
    limit: int
    offset: int
    next_cursor: str | None


class StageEntry(Schema):
    """One step; `effective_at` is when it held, `recorded_at` when we learned of it. The first one has no `old`."""

    field: str
    old: Stage | None
    new: Stage
    reason: str | None
    effective_at: Instant
    recorded_at: Instant
    actor: str | None
    operation_id: int


class DealHistory(Schema):
    """The stages of a deal from the beginning, oldest first."""

    id: int
    entries: list[StageEntry]


class ChainLink(Schema):
    """A deal of a chain. `late` says that it is expected to close before one that it waits for."""

    id: int
    title: str
    stage: Stage
    expected_close: Date | None
    closed_at: Instant | None
    after: list[int]
    late: bool


class DealChain(Schema):
    """The deals of an alternative sale that hang on one another, as far as they are yours, in the order of closing."""

    id: int
    links: list[ChainLink]
