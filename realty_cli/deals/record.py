"""Deals and offers as they are stored and shown. `tables.py` declares the same columns; a test holds them together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from realty_cli.kit.money import from_minor
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
        "attributes", "version", "created_at", "updated_at", "deleted_at", "stable_key", "import_hash", "agreed",
    ),
    hidden=frozenset({"stable_key", "import_hash", "agreed"}),
    derived=frozenset({"agreed"}),
    money=frozenset({"amount", "deposit", "final_price", "mortgage_amount", "agreed"}),
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

#: What a deal shows of its row.
SHOWN: tuple[str, ...] = tuple(name for name in DEAL.columns if name not in DEAL.hidden)
_MONEY_AT = tuple((at, name) for at, name in enumerate(SHOWN) if name in DEAL.money)
_TAGS_AT, _ATTRIBUTES_AT = SHOWN.index("tags"), SHOWN.index("attributes")
#: An empty list, as SQLite and as PostgreSQL gather one.
_NONE = ("[]", None)
#: Columns of a deal whose words the search finds.
SEARCHED = frozenset({"title", "notes", "tags", "external_id", "contract_number", "mortgage_bank", "kind"})


def shown(row: Sequence[Any]) -> dict[str, Any]:
    """A row of `SHOWN` and its parties, links and what waits for it (JSON each) as the API and `--json` show it."""
    deal: dict[str, Any] = dict(zip(SHOWN, row, strict=False))
    for at, name in _MONEY_AT:
        if row[at] is not None:
            deal[name] = from_minor(row[at])
    deal["tags"] = orjson.loads(row[_TAGS_AT]) if row[_TAGS_AT] else []
    deal["attributes"] = orjson.loads(row[_ATTRIBUTES_AT]) if row[_ATTRIBUTES_AT] else {}
    parties, after, before = row[-3:]
    deal["parties"] = (
        []
        if parties in _NONE
        else [{"client_id": client, "role": role, "name": name} for client, role, name in orjson.loads(parties)]
    )
    deal["after"] = [] if after in _NONE else orjson.loads(after)
    deal["before"] = [] if before in _NONE else orjson.loads(before)
    return deal


def written(row: Sequence[Any]) -> orjson.Fragment:
    """The same for a row that ends with `DEAL.written` and three lists that SQLite wrote."""
    deal, parties, after, before = row[-4:]
    return orjson.Fragment(b'%b,"parties":%b,"after":%b,"before":%b}' % (deal[:-1], parties, after, before))
