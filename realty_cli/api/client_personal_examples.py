"""Examples of files, duplicates, consents and personal data for the OpenAPI document; tests hold them against it."""

from __future__ import annotations

from typing import Any, Final

from realty_cli.api.client_examples import CLIENT, INTERACTION, LEAD, page

IMPORTED: Final[dict[str, Any]] = {
    "import_id": 71, "created": 40, "updated": 1, "unchanged": 0, "rejected": 1,
    "rows": [
        {"line": 7, "outcome": "updated", "id": 11, "errors": []},
        {
            "line": 12, "outcome": "rejected", "id": None,
            "errors": [{
                "field": "name", "code": "client.nameless",
                "message": "Nothing tells who the client is. Give a name, a phone, an e-mail or a Telegram name.",
            }],
        },
    ],
    "warnings": [{
        "line": 9, "field": "Телефон", "code": "phone.unreadable",
        "message": "“нет” is not a phone and was kept as an attribute.",
    }],
}  # fmt: skip
UNDONE: Final[dict[str, Any]] = {
    "operation_id": 72, "undone": 71, "command": "POST /api/v1/clients/import clients.csv", "redo": False,
    "removed": 43, "restored": 0, "reverted": 1,
}  # fmt: skip
DOUBLES: Final[dict[str, Any]] = {
    "items": [{
        "a": 11, "b": 14, "score": 0.875, "name_a": "Иванов Пётр Сергеевич", "name_b": "Petr Ivanov",
        "reasons": [
            {"code": "double.phone", "params": {"value": "+79161234567"}, "message": "the same phone +79161234567"},
            {"code": "double.name", "params": {}, "message": "the same name"},
        ],
    }],
    "total": 1,
}  # fmt: skip
MERGED: Final[dict[str, Any]] = {
    "client": CLIENT, "merged": [14], "moved": {"lead": 1, "interaction": 3, "deal": 1}, "operation_id": 73,
}  # fmt: skip
CONSENT: Final[dict[str, Any]] = {
    "id": 41, "owner_id": 1, "client_id": 11, "purpose": "processing", "granted": True, "valid": True,
    "at": "2024-01-15T07:00:00.000000Z", "evidence": "Подписанный бланк, папка 7, лист 12",
    "expires_at": "2027-01-15T00:00:00.000000Z", "withdrawn_at": None, "note": None, "version": 1,
    "created_at": "2024-01-15T07:00:00.000000Z", "updated_at": "2024-01-15T07:00:00.000000Z", "deleted_at": None,
}  # fmt: skip
CONSENTS: Final = page(CONSENT)
RETENTION: Final[dict[str, Any]] = {
    "items": [{
        "id": 11, "owner_id": 1, "name": "Иванов Пётр Сергеевич", "reason": "expired",
        "since": "2027-01-15T00:00:00.000000Z", "last_contact_at": "2024-02-01T09:30:00.000000Z", "consent_id": 41,
    }],
    "total": 1, "limit": 20, "offset": 0,
}  # fmt: skip
PERSONAL: Final[dict[str, Any]] = {
    "id": 11, "generated_at": "2026-03-10T09:00:00.000000Z", "client": CLIENT, "merged": [], "leads": [LEAD],
    "interactions": [INTERACTION], "consents": [CONSENT],
    "properties": [{
        "id": 5, "title": "Квартира в центре", "address": None, "status": "active", "contact_name": "Пётр",
        "contact_phone": "+79161234567", "client_id": 11,
    }],
    "other": {},
    "log": [{
        "seq": 90, "at": "2024-01-15T07:00:00.000000Z", "actor": "anna", "command": "POST /api/v1/clients",
        "kind": "client", "object_id": 11, "action": "create", "changed": {"name": "Иванов Пётр Сергеевич"},
    }],
}  # fmt: skip
ERASED: Final[dict[str, Any]] = {
    "id": 11, "erased_at": "2026-03-10T09:00:00.000000Z", "clients": [11],
    "emptied": {"lead": 1, "interaction": 3, "consent": 1}, "log_entries": 7,
}  # fmt: skip
