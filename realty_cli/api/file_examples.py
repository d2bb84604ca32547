"""What files of deals and of buyer requests come to, as the OpenAPI document shows it."""

from __future__ import annotations

from typing import Any, Final

DEALS_IMPORTED: Final[dict[str, Any]] = {
    "import_id": 81, "created": 12, "updated": 1, "unchanged": 0, "rejected": 1,
    "rows": [
        {"line": 4, "outcome": "updated", "id": 3, "errors": []},
        {
            "line": 9, "outcome": "rejected", "id": None,
            "errors": [{
                "field": "side", "code": "import.side_unknown",
                "message": "Nothing tells on whose side we are in this deal. Add --set side=buyer (or seller, both,"
                " tenant, landlord), or name the buyer or the seller in a column.",
            }],
        },
    ],
    "warnings": [],
}  # fmt: skip
REQUESTS_IMPORTED: Final[dict[str, Any]] = {
    "import_id": 91, "created": 7, "updated": 0, "unchanged": 2, "rejected": 1,
    "rows": [{
        "line": 5, "outcome": "rejected", "id": None,
        "errors": [{
            "field": "client_id", "code": "import.client_unknown",
            "message": "The row does not say whose this is. Give a name, a phone, or client_id with the number of one"
            " of your clients.",
        }],
    }],
    "warnings": [],
}  # fmt: skip
UNDONE: Final[dict[str, Any]] = {
    "operation_id": 82, "undone": 81, "command": "POST /api/v1/deals/import deals.csv", "redo": False,
    "removed": 26, "restored": 0, "reverted": 2,
}  # fmt: skip
