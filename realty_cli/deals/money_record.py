"""Commission lines, payments, expenses and targets as they are stored. `tables.py` declares the same columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realty_cli.kit.money import from_minor
from realty_cli.store.rows import RowKind

COMMISSION = RowKind(
    kind="commission",
    table="commissions",
    missing="commission.not_found",
    not_in_bin="commission.not_in_bin",
    columns=(
        "id", "owner_id", "deal_id", "payer", "rate", "amount", "currency", "splits", "due_on", "paid_at", "note",
        "version", "created_at", "updated_at", "deleted_at", "earned", "earned_kind", "earned_at",
    ),
    hidden=frozenset({"earned", "earned_kind", "earned_at"}),
    derived=frozenset({"earned", "earned_kind", "earned_at"}),
    money=frozenset({"amount", "earned"}),
    json={"splits": []},
)  # fmt: skip

PAYMENT = RowKind(
    kind="payment",
    table="payments",
    missing="payment.not_found",
    not_in_bin="payment.not_in_bin",
    columns=(
        "id", "owner_id", "deal_id", "commission_id", "client_id", "purpose", "direction", "amount", "currency", "at",
        "method", "note", "version", "created_at", "updated_at", "deleted_at",
    ),
    money=frozenset({"amount"}),
)  # fmt: skip

EXPENSE = RowKind(
    kind="expense",
    table="expenses",
    missing="expense.not_found",
    not_in_bin="expense.not_in_bin",
    columns=(
        "id", "owner_id", "external_id", "spent_on", "category", "source", "campaign", "property_id", "deal_id",
        "amount", "currency", "note", "version", "created_at", "updated_at", "deleted_at",
    ),
    money=frozenset({"amount"}),
)  # fmt: skip

#: The value of a target is in hundredths, whatever its metric counts.
TARGET = RowKind(
    kind="target",
    table="targets",
    missing="target.not_found",
    not_in_bin="target.not_in_bin",
    columns=(
        "id", "owner_id", "scope", "metric", "period", "starts_on", "ends_on", "value", "currency", "note", "version",
        "created_at", "updated_at", "deleted_at",
    ),
    money=frozenset({"value"}),
)  # fmt: skip

#: What a part of a line may hold.
SPLIT = ("role", "account_id", "client_id", "name", "rate", "amount")


def commission_presented(values: Mapping[str, Any]) -> dict[str, Any]:
    """Some values of a line in the form in which it shows them, the sums of its parts in units."""
    found = COMMISSION.presented(values)
    if "splits" in found:
        found["splits"] = [split_presented(one) for one in found["splits"]]
    return found


def split_presented(split: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: split.get(name) for name in SPLIT}
    if shown["amount"] is not None:
        shown["amount"] = from_minor(shown["amount"])
    return shown
