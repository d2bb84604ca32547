"""Examples of what spans the slices, for the OpenAPI document. The tests hold them against its schemas."""

from __future__ import annotations

from typing import Any, Final

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
