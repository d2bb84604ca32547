"""Examples of deals and offers for the OpenAPI document. The tests hold them against its schemas."""

from __future__ import annotations

from typing import Any, Final

DEAL: Final[dict[str, Any]] = {
    "id": 3, "owner_id": 1, "external_id": None, "title": "2-комн. квартира, 54,3 м², ул. Лесная, 7",
    "property_id": 5, "lead_id": None, "kind": "sale", "side": "both", "stage": "reserved", "amount": 12_300_000,
    "currency": "RUB", "deposit_kind": "earnest", "deposit": 100_000, "deposit_due": "2024-05-10",
    "deposit_paid_at": None, "expected_close": "2024-06-15", "reserved_at": "2024-05-06T09:00:00.000000Z",
    "reserved_until": "2024-05-20", "closed_at": None, "final_price": None, "lost_reason": None,
    "mortgage_status": "approved", "mortgage_bank": "Сбербанк", "mortgage_amount": 9_000_000,
    "mortgage_until": "2024-08-01", "contract_kind": "dkp", "contract_number": None, "contract_date": None,
    "notes": "Нужна опека.", "tags": ["альтернатива"], "attributes": {"нотариус": "Петров"},
    "parties": [
        {"client_id": 11, "role": "buyer", "name": "Иванова Анна"},
        {"client_id": 8, "role": "seller", "name": "Смирнов Пётр"},
    ],
    "after": [2], "before": [], "version": 4, "created_at": "2024-05-01T08:00:00.000000Z",
    "updated_at": "2024-05-06T09:00:00.000000Z", "deleted_at": None,
}  # fmt: skip

PAGE: Final = {"items": [DEAL], "total": 1, "limit": 20, "offset": 0, "next_cursor": None}

MOVED: Final = {
    **DEAL,
    "changed": [{"kind": "property", "id": 5, "field": "status", "old": "active", "new": "reserved"}],
}

HISTORY: Final = {
    "id": 3,
    "entries": [
        {
            "field": "stage", "old": None, "new": "lead", "reason": None,
            "effective_at": "2024-05-01T08:00:00.000000Z", "recorded_at": "2024-05-01T08:00:00.000000Z",
            "actor": "anna", "operation_id": 61,
        },
        {
            "field": "stage", "old": "lead", "new": "reserved", "reason": None,
            "effective_at": "2024-05-06T09:00:00.000000Z", "recorded_at": "2024-05-06T09:00:00.000000Z",
            "actor": "anna", "operation_id": 64,
        },
    ],
}  # fmt: skip

CHAIN: Final = {
    "id": 3,
    "links": [
        {
            "id": 2, "title": "Продажа двушки на Речной", "stage": "contract", "expected_close": "2024-06-20",
            "closed_at": None, "after": [], "late": False,
        },
        {
            "id": 3, "title": DEAL["title"], "stage": "reserved", "expected_close": "2024-06-15", "closed_at": None,
            "after": [2], "late": True,
        },
    ],
}  # fmt: skip

OFFER: Final[dict[str, Any]] = {
    "id": 4, "owner_id": 1, "deal_id": 3, "property_id": 5, "client_id": 11, "amount": 12_300_000, "currency": "RUB",
    "at": "2024-05-04T15:00:00.000000Z", "status": "made", "decided_at": None, "valid_until": "2024-05-08",
    "note": "Просит оставить кухню.", "version": 1, "created_at": "2024-05-04T15:02:00.000000Z",
    "updated_at": "2024-05-04T15:02:00.000000Z", "deleted_at": None,
}  # fmt: skip

OFFERS: Final = {"items": [OFFER], "total": 1, "limit": 20, "offset": 0, "next_cursor": None}

DECIDED: Final = {
    **OFFER,
    "status": "accepted",
    "decided_at": "2024-05-05T10:00:00.000000Z",
    "version": 2,
    "changed": [{"kind": "deal", "id": 3, "field": "amount", "old": 12_500_000, "new": 12_300_000}],
}
