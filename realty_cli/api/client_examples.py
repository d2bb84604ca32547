"""Examples of clients, leads and interactions for the OpenAPI document. The tests hold them against its schemas."""

from __future__ import annotations

from typing import Any, Final

CLIENT: Final[dict[str, Any]] = {
    "id": 11, "owner_id": 1, "external_id": None, "kind": "person", "name": "Иванов Пётр Сергеевич",
    "last_name": "Иванов", "first_name": "Пётр", "middle_name": "Сергеевич", "company_name": None,
    "roles": ["buyer", "seller"], "stage": "contacted", "temperature": "warm", "source": "avito", "campaign": None,
    "referrer_id": None,
    "phones": [{"value": "+79161234567", "label": None}, {"value": "+74952223344", "label": "рабочий"}],
    "emails": [{"value": "ivanov@example.com", "label": None}], "telegram": "ivanov_p", "birthday": "1984-05-17",
    "language": "ru", "notes": "Ищет двушку у парка", "tags": ["ипотека"], "attributes": {},
    "last_contact_at": "2024-02-01T09:30:00.000000Z", "merged_into": None, "erased_at": None, "version": 2,
    "created_at": "2024-01-15T07:00:00.000000Z", "updated_at": "2024-02-01T09:30:00.000000Z", "deleted_at": None,
}  # fmt: skip

LEAD: Final[dict[str, Any]] = {
    "id": 21, "owner_id": 1, "client_id": 11, "external_id": None, "side": "buyer", "stage": "contacted",
    "temperature": "warm", "source": "avito", "campaign": None, "referrer_id": None, "budget_min": 9_000_000,
    "budget_max": 12_500_000, "currency": "RUB", "property_id": 5, "note": None, "lost_reason": None,
    "first_response_at": "2024-01-15T07:12:00.000000Z", "closed_at": None, "version": 2,
    "created_at": "2024-01-15T07:00:00.000000Z", "updated_at": "2024-01-15T07:12:00.000000Z", "deleted_at": None,
}  # fmt: skip

INTERACTION: Final[dict[str, Any]] = {
    "id": 31, "owner_id": 1, "client_id": 11, "lead_id": 21, "property_id": 5, "external_id": None, "channel": "call",
    "direction": "out", "at": "2024-01-15T07:12:00.000000Z", "outcome": "two_way", "auto": False,
    "duration_seconds": 184, "score": None, "text": "Договорились посмотреть в субботу", "version": 1,
    "created_at": "2024-01-15T07:16:00.000000Z", "updated_at": "2024-01-15T07:16:00.000000Z", "deleted_at": None,
}  # fmt: skip

ENQUIRY: Final[dict[str, Any]] = {
    **INTERACTION, "id": 30, "channel": "message", "direction": "in", "outcome": "attempt", "duration_seconds": None,
    "at": "2024-01-15T07:00:00.000000Z", "text": "Здравствуйте, квартира ещё продаётся?",
}  # fmt: skip

INTAKE: Final[dict[str, Any]] = {
    "id": 11, "client": CLIENT, "lead": LEAD, "interaction": ENQUIRY, "created_client": True, "created_lead": True,
    "repeated": False, "others": [],
}  # fmt: skip


def page(item: dict[str, Any]) -> dict[str, Any]:
    return {"items": [item], "total": 1, "limit": 20, "offset": 0, "next_cursor": None}


HISTORY: Final[dict[str, Any]] = {
    "id": 21,
    "entries": [
        {
            "field": "stage", "old": None, "new": "new", "reason": None, "effective_at": "2024-01-15T07:00:00.000000Z",
            "recorded_at": "2024-01-15T07:00:00.000000Z", "actor": "anna", "operation_id": 61,
        },
        {
            "field": "stage", "old": "new", "new": "contacted", "reason": None,
            "effective_at": "2024-01-15T07:12:00.000000Z", "recorded_at": "2024-01-15T07:16:00.000000Z",
            "actor": "anna", "operation_id": 62,
        },
    ],
}  # fmt: skip
