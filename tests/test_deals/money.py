"""Commission lines, payments, expenses and targets for tests: short ways to make them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from realty_cli.app import Work
from realty_cli.deals.schemas import money, money_filters
from realty_cli.kit.schema import validate

Deed = Callable[[Work], dict[str, Any]]


def line(deal: int, **fields: Any) -> Deed:
    if "amount" not in fields:
        fields.setdefault("rate", 2.5)
    data = {"deal_id": deal, "payer": "buyer", **fields}
    return lambda work: work.deals.money.commissions.create(validate(money.CommissionCreate, data))


def change_line(number: int, **fields: Any) -> Deed:
    return lambda work: work.deals.money.commissions.update(number, validate(money.CommissionUpdate, fields))


def lines(work: Work, sort: str | None = None, **wanted: Any) -> dict[str, Any]:
    shape = money_filters.CommissionFilter
    return work.deals.money.commissions.page(validate(shape, wanted), sort=sort, limit=100)


def pay(amount: float, **fields: Any) -> Deed:
    data = {"amount": amount, **fields}
    return lambda work: work.deals.money.payments.create(validate(money.PaymentCreate, data))


def change_payment(number: int, **fields: Any) -> Deed:
    return lambda work: work.deals.money.payments.update(number, validate(money.PaymentUpdate, fields))


def payments(work: Work, sort: str | None = None, **wanted: Any) -> dict[str, Any]:
    return work.deals.money.payments.page(validate(money_filters.PaymentFilter, wanted), sort=sort, limit=100)


def spend(amount: float, **fields: Any) -> Deed:
    data = {"category": "advertising", "amount": amount, **fields}
    return lambda work: work.deals.money.expenses.create(validate(money.ExpenseCreate, data))


def change_expense(number: int, **fields: Any) -> Deed:
    return lambda work: work.deals.money.expenses.update(number, validate(money.ExpenseUpdate, fields))


def expenses(work: Work, sort: str | None = None, **wanted: Any) -> dict[str, Any]:
    return work.deals.money.expenses.page(validate(money_filters.ExpenseFilter, wanted), sort=sort, limit=100)


def aim(**fields: Any) -> Deed:
    data = {"metric": "gci", "period": "2026-03", "value": 500_000, **fields}
    return lambda work: work.deals.money.targets.create(validate(money.TargetCreate, data))


def targets(work: Work, sort: str | None = None, **wanted: Any) -> dict[str, Any]:
    return work.deals.money.targets.page(validate(money_filters.TargetFilter, wanted), sort=sort, limit=100)
