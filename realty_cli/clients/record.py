"""Clients, leads and interactions as they are stored and shown. `tables.py` declares the same columns; a test holds
them together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from realty_cli.store.rows import RowKind, Steps

CLIENT = RowKind(
    kind="client",
    table="clients",
    missing="client.not_found",
    not_in_bin="client.not_in_bin",
    columns=(
        "id", "owner_id", "external_id", "stable_key", "import_hash", "kind", "name", "name_key", "last_name",
        "first_name", "middle_name", "company_name", "roles", "stage", "temperature", "source", "campaign",
        "referrer_id", "telegram", "birthday", "language", "notes", "tags", "attributes", "last_contact_at",
        "merged_into", "erased_at", "version", "created_at", "updated_at", "deleted_at",
    ),
    json={"roles": [], "tags": [], "attributes": {}},
    hidden=frozenset({"stable_key", "import_hash", "name_key"}),
    derived=frozenset({"name_key", "last_contact_at"}),
    parts=("phones", "emails"),
)  # fmt: skip

LEAD = RowKind(
    kind="lead",
    table="leads",
    missing="lead.not_found",
    not_in_bin="lead.not_in_bin",
    columns=(
        "id", "owner_id", "client_id", "external_id", "side", "stage", "temperature", "source", "campaign",
        "referrer_id", "budget_min", "budget_max", "currency", "property_id", "note", "lost_reason",
        "first_response_at", "closed_at", "version", "created_at", "updated_at", "deleted_at",
    ),
    money=frozenset({"budget_min", "budget_max"}),
    derived=frozenset({"first_response_at"}),
    steps=Steps("lead_stages", "lead_id", "stage"),
)  # fmt: skip

INTERACTION = RowKind(
    kind="interaction",
    table="interactions",
    missing="interaction.not_found",
    not_in_bin="interaction.not_in_bin",
    columns=(
        "id", "owner_id", "client_id", "lead_id", "property_id", "external_id", "intake_key", "channel", "direction",
        "at", "outcome", "auto", "duration_seconds", "text", "version", "created_at", "updated_at", "deleted_at",
        "score",
    ),
    flags=frozenset({"auto"}),
    hidden=frozenset({"intake_key"}),
)  # fmt: skip

#: Where the contacts of a client stand in its state, by their channel in the table.
CONTACTS = {"phone": "phones", "email": "emails"}
#: The parts of a client's name.
NAMES = frozenset({"name", "last_name", "first_name", "middle_name", "company_name"})
#: Fields of a client whose words the search finds.
SEARCHED = NAMES | {"telegram", "notes", "tags", "external_id", "phones", "emails"}
#: What a client shows of its row.
SHOWN: tuple[str, ...] = tuple(name for name in CLIENT.columns if name not in CLIENT.hidden)
_ROLES_AT, _TAGS_AT, _ATTRIBUTES_AT = SHOWN.index("roles"), SHOWN.index("tags"), SHOWN.index("attributes")


def shown(row: Sequence[Any]) -> dict[str, Any]:
    """A row of `SHOWN` and the contacts (JSON: channel, value, label each) as the API and `--json` show it."""
    client: dict[str, Any] = dict(zip(SHOWN, row, strict=False))
    roles, tags, attributes = row[_ROLES_AT], row[_TAGS_AT], row[_ATTRIBUTES_AT]
    client["roles"] = orjson.loads(roles) if roles else []
    client["tags"] = orjson.loads(tags) if tags else []
    client["attributes"] = orjson.loads(attributes) if attributes else {}
    phones: list[dict[str, Any]] = []
    emails: list[dict[str, Any]] = []
    client["phones"], client["emails"] = phones, emails
    if row[-1]:
        for channel, value, label in orjson.loads(row[-1]):
            (phones if channel == "phone" else emails).append({"value": value, "label": label})
    return client


def written(row: Sequence[Any]) -> orjson.Fragment:
    """The same for a row that ends with `CLIENT.written` and what SQLite wrote of its contacts."""
    client, contacts = row[-2:]
    return orjson.Fragment(b"%b,%b" % (client[:-1], contacts[1:]))
