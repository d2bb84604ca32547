"""Deals and offers as they are stored and shown. `tables.py` declares the same columns; a test holds them together."""

from __future__ import annotations

from realty_cli.store.rows import RowKind, Steps

DEAL = RowKind(
    kind="deal",
    table="deals",
    missing="deal.not_found",
    not_in_bin="deal.not_in_bin",
    columns=(
        "id", "owner_id", "external_id", "title", "property_id", "lead_id", "kind", "side", "stage", "amount",
        "currency", "deposit_kind", "deposit", "deposit_due", "deposit_paid_at", "expected_close", "reserved_at",
        "reserved_until", "closed_at", "final_price", "lost_reason", "mortgage_status", "mortgage_bank",
        "mortgage_amount", "mortgage_until", "contract_kind", "contract_number", "contract_date", "notes", "tags",
        "attributes", "version", "created_at", "updated_at", "deleted_at", "stable_key", "import_hash",
    ),
    hidden=frozenset({"stable_key", "import_hash"}),
    money=frozenset({"amount", "deposit", "final_price", "mortgage_amount"}),
    json={"tags": [], "attributes": {}},
    parts=("parties", "after"),
    steps=Steps("deal_stages", "deal_id", "stage"),
)  # fmt: skip

OFFER = RowKind(
    kind="offer",
    table="offers",
    missing="offer.not_found",
    not_in_bin="offer.not_in_bin",
    columns=(
        "id", "owner_id", "deal_id", "property_id", "client_id", "amount", "currency", "at", "status", "decided_at",
        "valid_until", "note", "version", "created_at", "updated_at", "deleted_at",
    ),
    money=frozenset({"amount"}),
)  # fmt: skip

#: Columns of a deal whose words the search finds.
SEARCHED = frozenset({"title", "notes", "tags", "external_id", "contract_number", "mortgage_bank", "kind"})
