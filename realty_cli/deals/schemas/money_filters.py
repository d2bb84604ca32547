"""What lists of commission lines, payments, expenses and targets may be narrowed by."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from realty_cli.clients.schemas.filters import PageQuery
from realty_cli.deals.money_kinds import (
    ExpenseCategory,
    Payer,
    PaymentDirection,
    PaymentMethod,
    PaymentPurpose,
    TargetMetric,
    TargetScope,
)
from realty_cli.deals.schemas.filters import _Ids, _Words
from realty_cli.kit.schema import Day, Id, Line, Moment, Money, Schema, Word

_Currency = Annotated[list[Annotated[Line, Field(max_length=3)]], Field(max_length=100)]


class _Filter(Schema):
    """Every part narrows the list; several values in one part mean "any of"."""

    owner_id: list[Id] | None = None
    ids: _Ids | None = None
    deleted: bool = False


class CommissionFilter(_Filter):
    """Lines of commission."""

    deal_id: _Ids | None = None
    payer: list[Word[Payer]] | None = None
    paid: bool | None = None
    due_on_from: Day | None = None
    due_on_to: Day | None = None
    paid_from: Moment | None = None
    paid_to: Moment | None = None


class PaymentFilter(_Filter):
    """Payments."""

    deal_id: _Ids | None = None
    commission_id: _Ids | None = None
    client_id: _Ids | None = None
    purpose: list[Word[PaymentPurpose]] | None = None
    direction: list[Word[PaymentDirection]] | None = None
    method: list[Word[PaymentMethod]] | None = None
    currency: _Currency | None = None
    amount_min: Money | None = None
    amount_max: Money | None = None
    at_from: Moment | None = None
    at_to: Moment | None = None


class ExpenseFilter(_Filter):
    """Expenses."""

    deal_id: _Ids | None = None
    property_id: _Ids | None = None
    category: list[Word[ExpenseCategory]] | None = None
    source: _Words | None = None
    campaign: _Words | None = None
    external_id: _Words | None = None
    currency: _Currency | None = None
    amount_min: Money | None = None
    amount_max: Money | None = None
    spent_on_from: Day | None = None
    spent_on_to: Day | None = None


class TargetFilter(_Filter):
    """Targets. `on` is a day that the period holds."""

    scope: list[Word[TargetScope]] | None = None
    metric: list[Word[TargetMetric]] | None = None
    on: Day | None = None


class CommissionQuery(CommissionFilter, PageQuery):
    """A list as a query string asks for it."""

    def narrowed(self) -> CommissionFilter:
        return CommissionFilter().model_copy(update=_given(self, CommissionFilter))


class PaymentQuery(PaymentFilter, PageQuery):
    """A list as a query string asks for it."""

    def narrowed(self) -> PaymentFilter:
        return PaymentFilter().model_copy(update=_given(self, PaymentFilter))


class ExpenseQuery(ExpenseFilter, PageQuery):
    """A list as a query string asks for it."""

    def narrowed(self) -> ExpenseFilter:
        return ExpenseFilter().model_copy(update=_given(self, ExpenseFilter))


class TargetQuery(TargetFilter, PageQuery):
    """A list as a query string asks for it."""

    def narrowed(self) -> TargetFilter:
        return TargetFilter().model_copy(update=_given(self, TargetFilter))


def _given(query: Schema, shape: type[Schema]) -> dict[str, object]:
    return {name: getattr(query, name) for name in query.model_fields_set & shape.model_fields.keys()}
