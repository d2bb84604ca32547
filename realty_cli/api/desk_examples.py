"""Examples of what spans the slices, for the OpenAPI document. The tests hold them against its schemas."""

from __future__ import annotations

from typing import Any, Final

from realty_cli.api import client_examples, deal_examples, event_examples, property_examples

CHANGES: Final[dict[str, Any]] = {
    "items": [
        {
            "seq": 121, "at": "2024-02-01T09:30:00.000000Z", "actor": "anna", "source": "api",
            "command": "PUT /api/v1/properties/5", "operation_id": 48, "kind": "property", "object_id": 5,
            "action": "update", "old": {"owner_id": 1, "title": "Квартира в центре", "price": 12_900_000},
            "new": {"owner_id": 1, "title": "Квартира в центре", "price": 12_500_000}, "diff": {"price": 12_500_000},
        }
    ],
    "next_since": 121,
    "more": False,
}  # fmt: skip

TODAY: Final[dict[str, Any]] = {
    "date": "2024-07-10", "until": "2024-07-17", "timezone": "Europe/Moscow", "total": 1, "overdue": 0,
    "sections": [
        {
            "name": "exclusives", "title": "Exclusive agreements that end", "total": 1, "overdue": 0,
            "items": [
                {
                    "kind": "property", "id": 5, "owner_id": 1, "title": "2-комн. квартира, 54,3 м², ул. Лесная, 7",
                    "due": "2024-07-15", "days": 5,
                    "facts": {"status": "active", "address": "Москва, ул. Лесная, 7", "client_id": None},
                }
            ],
        }
    ],
}  # fmt: skip

FOUND: Final[dict[str, Any]] = {
    "q": "лесная", "total": 3, "properties": property_examples.PAGE,
    "clients": {"items": [client_examples.CLIENT], "total": 1, "limit": 20, "offset": 0, "next_cursor": None},
    "deals": deal_examples.PAGE,
    "events": event_examples.PAGE,
}  # fmt: skip
