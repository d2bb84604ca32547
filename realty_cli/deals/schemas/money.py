"""Commission lines, payments, expenses and targets as they come in and go out."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from realty_cli.deals.money_kinds import (
    MAX_SHARES,
    ExpenseCategory,
    Payer,
    PaymentDirection,
    PaymentMethod,
    PaymentPurpose,
    ShareRole,
    TargetMetric,
    TargetScope,
)
from realty_cli.deals.schemas.deal import Currency, Effect
from realty_cli.deals.sharing import RATE_DECIMALS
from realty_cli.kit.schema import Date, Day, FilledLine, Id, Instant, Line, Moment, Money, Schema, Text, Word
from realty_cli.properties.schemas.listing import Short, never_null

_Note = Annotated[Text, Field(max_length=2_000)]
#: Per cent: more than 0, at most 100, with at most four decimals.
Rate = Annotated[float, Field(gt=0, le=100, allow_inf_nan=False, examples=[2.5])]


def _exact(rate: float | None) -> float | None:
    if rate is not None and round(rate, RATE_DECIMALS) != rate:
        raise PydanticCustomError("rate_decimals", "too many decimals", {"most": RATE_DECIMALS})
    return rate


def _kept(value: Any) -> Any:
    if value is None:
        raise PydanticCustomError("required", "cannot be emptied")
    return value


class Split(Schema):
    """A part of a line: per cent of it, or a sum. `account_id` is an agent here, `client_id` one of your clients."""

    role: Word[ShareRole]
    account_id: Id | None = None
    client_id: Id | None = None
    name: Annotated[Line, Field(max_length=300)] | None = Field(default=None, description="of somebody else")
    rate: Rate | None = None
    amount: Money | None = None

    @field_validator("rate")
    @classmethod
    def _rate(cls, value: float | None) -> float | None:
        return _exact(value)

    @model_validator(mode="after")
    def _one(self) -> Split:
        if (self.rate is None) == (self.amount is None):
            raise PydanticCustomError("rate_or_amount", "either rate or amount")
        return self


_Splits = Annotated[list[Split], Field(max_length=MAX_SHARES)]


class _CommissionFields(Schema):
    rate: Rate | None = Field(default=None, description="per cent of the price of the deal")
    amount: Money | None = Field(default=None, description="a sum, instead of a rate")
    splits: _Splits | None = Field(default=None, description="who gets what of it; a list replaces the one before")
    due_on: Day | None = None
    paid_at: Moment | None = Field(default=None, description="payments set it when they cover the line")
    note: _Note | None = None

    @field_validator("rate")
    @classmethod
    def _rate(cls, value: float | None) -> float | None:
        return _exact(value)


class CommissionCreate(_CommissionFields):
    """A line of commission in a deal, in the deal's currency: per cent of the price, or a sum."""

    deal_id: Id
    payer: Word[Payer]


class CommissionUpdate(_CommissionFields):
    """Only the fields that are sent change; null empties a field. A `rate` takes the place of an `amount`, and back."""

    payer: Word[Payer] | None = None

    model_config = ConfigDict(json_schema_extra=never_null("payer"))
    _keeps = field_validator("payer")(_kept)


class SplitResponse(Schema):
    """A part of a line, and what it comes to; null while the price is not known."""

    role: ShareRole
    account_id: int | None
    client_id: int | None
    name: str | None
    rate: float | None
    amount: float | None
    comes_to: float | None


class CommissionResponse(Schema):
    """A line as it goes out. `comes_to` is null while the price is not known; `agency` is what the parts leave."""

    id: int
    owner_id: int
    deal_id: int
    payer: Payer
    rate: float | None
    amount: float | None
    currency: str
    comes_to: float | None
    splits: list[SplitResponse]
    agency: float | None
    came: float = Field(description="what was paid so far")
    settled: str = Field(description="none, part, whole, over; unknown while the price is not known")
    due_on: Date | None
    paid_at: Instant | None
    note: str | None
    version: int
    created_at: Instant
    updated_at: Instant
    deleted_at: Instant | None


class PaymentCreate(Schema):
    """Money that came for a deal (`in`) or went back (`out`). With a line of commission, `deal_id` may be left out."""

    deal_id: Id | None = None
    commission_id: Id | None = None
    client_id: Id | None = Field(default=None, description="who paid")
    purpose: Word[PaymentPurpose] | None = Field(default=None, description="commission for a line, else price")
    direction: Word[PaymentDirection] = PaymentDirection.IN
    amount: Money
    at: Moment | None = Field(default=None, description="now where left out")
    method: Word[PaymentMethod] | None = None
    note: _Note | None = None


class PaymentUpdate(Schema):
    """Only the fields that are sent change; null empties a field."""

    client_id: Id | None = None
    amount: Money | None = None
    direction: Word[PaymentDirection] | None = None
    at: Moment | None = None
    method: Word[PaymentMethod] | None = None
    note: _Note | None = None

    model_config = ConfigDict(json_schema_extra=never_null("amount", "direction", "at"))
    _keeps = field_validator("amount", "direction", "at")(_kept)


class PaymentResponse(Schema):
    """A payment as it goes out."""

    id: int
    owner_id: int
    deal_id: int
    commission_id: int | None
    client_id: int | None
    purpose: PaymentPurpose
    direction: PaymentDirection
    amount: float
    currency: str
    at: Instant
    method: PaymentMethod | None
    note: str | None
    version: int
    created_at: Instant
    updated_at: Instant
    deleted_at: Instant | None


class PaymentMadeResponse(PaymentResponse):
    """The payment, and `changed`: the line or the deposit that it settled."""

    changed: list[Effect]


class _ExpenseFields(Schema):
    external_id: Annotated[Line, Field(max_length=200)] | None = None
    source: Short | None = Field(default=None, description="channel, as clients and leads have it", examples=["cian"])
    campaign: Short | None = None
    property_id: Id | None = None
    deal_id: Id | None = None
    note: _Note | None = None
    owner_id: Id | None = Field(default=None, description="administrators only")


class ExpenseCreate(_ExpenseFields):
    """Money spent: on a channel, a listing, a deal, or on nothing in particular. Today where no day is given."""

    category: Word[ExpenseCategory]
    amount: Money
    currency: Currency | None = Field(default=None, examples=["RUB"])
    spent_on: Day | None = None


class ExpenseUpdate(_ExpenseFields):
    """Only the fields that are sent change; null empties a field."""

    category: Word[ExpenseCategory] | None = None
    amount: Money | None = None
    currency: Currency | None = None
    spent_on: Day | None = None

    model_config = ConfigDict(json_schema_extra=never_null("category", "amount", "currency", "spent_on"))
    _keeps = field_validator("category", "amount", "currency", "spent_on")(_kept)


class ExpenseResponse(Schema):
    """An expense as it goes out."""

    id: int
    owner_id: int
    external_id: str | None
    spent_on: Date
    category: ExpenseCategory
    source: str | None
    campaign: str | None
    property_id: int | None
    deal_id: int | None
    amount: float
    currency: str
    note: str | None
    version: int
    created_at: Instant
    updated_at: Instant
    deleted_at: Instant | None


class TargetCreate(Schema):
    """What somebody means to reach in a period: an agent, or (set by administrators) the agency."""

    metric: Word[TargetMetric]
    period: Annotated[FilledLine, Field(max_length=80)] = Field(examples=["2026-03", "2026-Q2", "2026"])
    value: Money = Field(description="an amount, or a count")
    scope: Word[TargetScope] = TargetScope.AGENT
    currency: Currency | None = Field(default=None, description="of an amount", examples=["RUB"])
    note: _Note | None = None
    owner_id: Id | None = Field(default=None, description="administrators only")


class TargetUpdate(Schema):
    """Only the fields that are sent change; null empties a field. Another metric or period is another target."""

    value: Money | None = None
    note: _Note | None = None

    model_config = ConfigDict(json_schema_extra=never_null("value"))
    _keeps = field_validator("value")(_kept)


class TargetResponse(Schema):
    """A target as it goes out. `ends_on` is the last day of the period."""

    id: int
    owner_id: int
    scope: TargetScope
    metric: TargetMetric
    period: str = Field(description="day, week, month, quarter, year or custom")
    starts_on: Date
    ends_on: Date
    value: float
    currency: str | None
    note: str | None
    version: int
    created_at: Instant
    updated_at: Instant
    deleted_at: Instant | None


class _Page(Schema):
    total: int | None
    limit: int
    offset: int
    next_cursor: str | None


class CommissionListResponse(_Page):
    """One page. `next_cursor` leads to the next one, null on the last; `total` is null where it was not asked for."""

    items: list[CommissionResponse]


class PaymentListResponse(_Page):
    """One page. `next_cursor` leads to the next one, null on the last; `total` is null where it was not asked for."""

    items: list[PaymentResponse]


class ExpenseListResponse(_Page):
    """One page. `next_cursor` leads to the next one, null on the last; `total` is null where it was not asked for."""

    items: list[ExpenseResponse]


class TargetListResponse(_Page):
    """One page. `next_cursor` leads to the next one, null on the last; `total` is null where it was not asked for."""

    items: list[TargetResponse]


class Earning(Schema):
    """What somebody gets of all the lines of a deal."""

    role: ShareRole
    account_id: int | None
    client_id: int | None
    name: str | None
    amount: float


class DealMoney(Schema):
    """The money of a deal in its currency. What is in another one is listed and not added up.

    `agreed` is what the lines come to as far as that is known (`unknown` of them are not), `came` what was paid of it,
    `agency` what the parts leave, `net` that without what was spent on the deal.
    """

    id: int
    currency: str
    price: float | None
    commissions: list[CommissionResponse]
    agreed: float
    unknown: int
    came: float
    outstanding: float
    earnings: list[Earning]
    agency: float
    payments: list[PaymentResponse]
    expenses: list[ExpenseResponse]
    spent: float
    net: float
