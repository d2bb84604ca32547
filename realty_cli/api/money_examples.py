"""Examples of the money of deals for the OpenAPI document. The tests hold them against its schemas."""

from __future__ import annotations

from typing import Any, Final

_ENDS: Final = {
    "version": 1, "created_at": "2024-05-06T09:00:00.000000Z", "updated_at": "2024-05-06T09:00:00.000000Z",
    "deleted_at": None,
}  # fmt: skip

COMMISSION: Final[dict[str, Any]] = {
    "id": 4, "owner_id": 1, "deal_id": 3, "payer": "buyer", "rate": 2.5, "amount": None, "currency": "RUB",
    "splits": [
        {
            "role": "agent", "account_id": 1, "client_id": None, "name": None, "rate": 50, "amount": None,
            "comes_to": 153_750,
        }
    ],
    "due_on": "2024-06-20", "paid_at": None, "note": None, **_ENDS, "comes_to": 307_500, "agency": 153_750,
    "came": 100_000, "settled": "part",
}  # fmt: skip

PAYMENT: Final[dict[str, Any]] = {
    "id": 9, "owner_id": 1, "deal_id": 3, "commission_id": 4, "client_id": 11, "purpose": "commission",
    "direction": "in", "amount": 100_000, "currency": "RUB", "at": "2024-06-10T09:00:00.000000Z",
    "method": "transfer", "note": None, **_ENDS,
}  # fmt: skip

PAID: Final[dict[str, Any]] = {
    **PAYMENT,
    "changed": [{"kind": "commission", "id": 4, "field": "paid_at", "old": None, "new": "2024-06-10T09:00:00.000000Z"}],
}

EXPENSE: Final[dict[str, Any]] = {
    "id": 6, "owner_id": 1, "external_id": None, "spent_on": "2024-06-01", "category": "portals", "source": "cian",
    "campaign": None, "property_id": 5, "deal_id": 3, "amount": 3_000, "currency": "RUB", "note": None, **_ENDS,
}  # fmt: skip

TARGET: Final[dict[str, Any]] = {
    "id": 2, "owner_id": 1, "scope": "agent", "metric": "gci", "period": "month", "starts_on": "2024-06-01",
    "ends_on": "2024-06-30", "value": 500_000, "currency": "RUB", "note": None, **_ENDS,
}  # fmt: skip


def _page(item: dict[str, Any]) -> dict[str, Any]:
    return {"items": [item], "total": 1, "limit": 20, "offset": 0, "next_cursor": None}


COMMISSIONS: Final = _page(COMMISSION)
PAYMENTS: Final = _page(PAYMENT)
EXPENSES: Final = _page(EXPENSE)
TARGETS: Final = _page(TARGET)

MONEY: Final[dict[str, Any]] = {
    "id": 3, "currency": "RUB", "price": 12_300_000, "commissions": [COMMISSION], "agreed": 307_500, "unknown": 0,
    "came": 100_000, "outstanding": 207_500,
    "earnings": [{"role": "agent", "account_id": 1, "client_id": None, "name": None, "amount": 153_750}],
    "agency": 153_750, "payments": [PAYMENT], "expenses": [EXPENSE], "spent": 3_000, "net": 150_750,
}  # fmt: skip
