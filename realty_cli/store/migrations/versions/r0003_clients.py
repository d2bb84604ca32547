"""Clients: people and companies, their phones and addresses, leads, interactions, consents, and words to find them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from realty_cli.store import columns

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _clients()
    _client_contacts()
    _leads()
    _lead_stages()
    _interactions()
    _consents()
    _client_not_duplicates()
    _words()


def downgrade() -> None:
    raise NotImplementedError("realty goes back by restoring the backup that precedes every migration")


def _ends() -> tuple[sa.Column[Any], ...]:
    """The columns with which every table of objects ends."""
    return (
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", columns.Moment, nullable=False),
        sa.Column("updated_at", columns.Moment, nullable=False),
        sa.Column("deleted_at", columns.Moment, nullable=True),
    )


def _index(name: str, table: str, over: list[str], where: str = "deleted_at IS NULL") -> None:
    condition = sa.text(where)
    op.create_index(name, table, over, unique=False, sqlite_where=condition, postgresql_where=condition)


def _clients() -> None:
    op.create_table(
        "clients",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("external_id", columns.Plain, nullable=True),
        sa.Column("stable_key", columns.Plain, nullable=True),
        sa.Column("import_hash", sa.BigInteger(), nullable=True),
        sa.Column("kind", columns.Plain, nullable=False),
        sa.Column("name", columns.Plain, nullable=False),
        sa.Column("name_key", columns.Plain, nullable=True),
        sa.Column("last_name", columns.Plain, nullable=True),
        sa.Column("first_name", columns.Plain, nullable=True),
        sa.Column("middle_name", columns.Plain, nullable=True),
        sa.Column("company_name", columns.Plain, nullable=True),
        sa.Column("roles", columns.Json, nullable=True),
        sa.Column("stage", columns.Plain, nullable=False),
        sa.Column("temperature", columns.Plain, nullable=True),
        sa.Column("source", columns.Plain, nullable=True),
        sa.Column("campaign", columns.Plain, nullable=True),
        sa.Column("referrer_id", columns.Key, nullable=True),
        sa.Column("telegram", columns.Plain, nullable=True),
        sa.Column("birthday", columns.Day, nullable=True),
        sa.Column("language", columns.Plain, nullable=True),
        sa.Column("notes", columns.Plain, nullable=True),
        sa.Column("tags", columns.Json, nullable=True),
        sa.Column("attributes", columns.Json, nullable=True),
        sa.Column("last_contact_at", columns.Moment, nullable=True),
        sa.Column("merged_into", columns.Key, nullable=True),
        sa.Column("erased_at", columns.Moment, nullable=True),
        *_ends(),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    _index("ix_clients_bin", "clients", ["deleted_at"], "deleted_at IS NOT NULL")
    _index("ix_clients_contacted", "clients", ["last_contact_at"], "deleted_at IS NULL AND last_contact_at IS NOT NULL")
    _index("ix_clients_created", "clients", ["created_at"])
    _index("ix_clients_external", "clients", ["owner_id", "external_id"], "external_id IS NOT NULL")
    _index("ix_clients_hash", "clients", ["owner_id", "import_hash"], "import_hash IS NOT NULL")
    _index("ix_clients_merged", "clients", ["merged_into"], "merged_into IS NOT NULL")
    _index("ix_clients_name", "clients", ["name"])
    _index("ix_clients_name_key", "clients", ["owner_id", "name_key"], "name_key IS NOT NULL")
    _index("ix_clients_owner", "clients", ["owner_id", "id"])
    _index("ix_clients_referrer", "clients", ["referrer_id"], "deleted_at IS NULL AND referrer_id IS NOT NULL")
    _index("ix_clients_roles", "clients", ["roles", "id"], "deleted_at IS NULL AND roles IS NOT NULL")
    _index("ix_clients_source", "clients", ["source", "id"], "deleted_at IS NULL AND source IS NOT NULL")
    _index("ix_clients_stable", "clients", ["owner_id", "stable_key"], "stable_key IS NOT NULL")
    _index("ix_clients_stage", "clients", ["stage", "source", "temperature", "kind", "id"])
    _index("ix_clients_tagged", "clients", ["id"], "deleted_at IS NULL AND tags IS NOT NULL")
    _index("ix_clients_telegram", "clients", ["telegram"], "deleted_at IS NULL AND telegram IS NOT NULL")
    _index("ix_clients_updated", "clients", ["updated_at"])


def _client_contacts() -> None:
    op.create_table(
        "client_contacts",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("client_id", columns.Key, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("channel", columns.Plain, nullable=False),
        sa.Column("value", columns.Plain, nullable=False),
        sa.Column("label", columns.Plain, nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"]),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("client_id", "channel", "value"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_client_contacts_value", "client_contacts", ["channel", "value"], unique=False)


def _leads() -> None:
    op.create_table(
        "leads",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("client_id", columns.Key, nullable=False),
        sa.Column("external_id", columns.Plain, nullable=True),
        sa.Column("side", columns.Plain, nullable=False),
        sa.Column("stage", columns.Plain, nullable=False),
        sa.Column("temperature", columns.Plain, nullable=True),
        sa.Column("source", columns.Plain, nullable=True),
        sa.Column("campaign", columns.Plain, nullable=True),
        sa.Column("referrer_id", columns.Key, nullable=True),
        sa.Column("budget_min", columns.Money, nullable=True),
        sa.Column("budget_max", columns.Money, nullable=True),
        sa.Column("currency", columns.Plain, nullable=False),
        sa.Column("property_id", columns.Key, nullable=True),
        sa.Column("note", columns.Plain, nullable=True),
        sa.Column("lost_reason", columns.Plain, nullable=True),
        sa.Column("first_response_at", columns.Moment, nullable=True),
        sa.Column("closed_at", columns.Moment, nullable=True),
        *_ends(),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    _index("ix_leads_bin", "leads", ["deleted_at"], "deleted_at IS NOT NULL")
    _index("ix_leads_client", "leads", ["client_id"])
    _index("ix_leads_closed", "leads", ["closed_at"], "deleted_at IS NULL AND closed_at IS NOT NULL")
    _index("ix_leads_created", "leads", ["created_at"])
    _index("ix_leads_external", "leads", ["owner_id", "external_id"], "external_id IS NOT NULL")
    _index("ix_leads_owner", "leads", ["owner_id", "id"])
    _index("ix_leads_property", "leads", ["property_id"], "deleted_at IS NULL AND property_id IS NOT NULL")
    _index("ix_leads_source", "leads", ["source", "id"], "deleted_at IS NULL AND source IS NOT NULL")
    _index("ix_leads_stage", "leads", ["stage", "id"])
    _index(
        "ix_leads_untouched",
        "leads",
        ["created_at"],
        "deleted_at IS NULL AND first_response_at IS NULL AND closed_at IS NULL",
    )


def _lead_stages() -> None:
    op.create_table(
        "lead_stages",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("lead_id", columns.Key, nullable=False),
        sa.Column("old_stage", columns.Plain, nullable=True),
        sa.Column("new_stage", columns.Plain, nullable=False),
        sa.Column("reason", columns.Plain, nullable=True),
        sa.Column("effective_at", columns.Moment, nullable=False),
        sa.Column("recorded_at", columns.Moment, nullable=False),
        sa.Column("operation_id", columns.Key, nullable=False),
        sa.Column("withdrawn_by", columns.Key, nullable=True),
        sa.ForeignKeyConstraint(["operation_id"], ["operations.id"]),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["operations.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_lead_stages_lead", "lead_stages", ["lead_id", "effective_at"], unique=False)
    op.create_index("ix_lead_stages_operation", "lead_stages", ["operation_id"], unique=False)
    op.create_index("ix_lead_stages_withdrawn_by", "lead_stages", ["withdrawn_by"], unique=False)


def _interactions() -> None:
    op.create_table(
        "interactions",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("client_id", columns.Key, nullable=False),
        sa.Column("lead_id", columns.Key, nullable=True),
        sa.Column("property_id", columns.Key, nullable=True),
        sa.Column("external_id", columns.Plain, nullable=True),
        sa.Column("intake_key", columns.Plain, nullable=True),
        sa.Column("channel", columns.Plain, nullable=False),
        sa.Column("direction", columns.Plain, nullable=False),
        sa.Column("at", columns.Moment, nullable=False),
        sa.Column("outcome", columns.Plain, nullable=False),
        sa.Column("auto", sa.Boolean(), nullable=False),
        sa.Column("duration_seconds", sa.Integer(), nullable=True),
        sa.Column("text", columns.Plain, nullable=True),
        *_ends(),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    _index("ix_interactions_at", "interactions", ["at"])
    _index("ix_interactions_bin", "interactions", ["deleted_at"], "deleted_at IS NOT NULL")
    _index("ix_interactions_client", "interactions", ["client_id", "at"])
    _index("ix_interactions_external", "interactions", ["external_id"], "external_id IS NOT NULL")
    _index("ix_interactions_intake", "interactions", ["intake_key"], "intake_key IS NOT NULL")
    _index("ix_interactions_lead", "interactions", ["lead_id", "at"], "deleted_at IS NULL AND lead_id IS NOT NULL")
    _index("ix_interactions_owner", "interactions", ["owner_id", "id"])
    _index(
        "ix_interactions_property", "interactions", ["property_id"], "deleted_at IS NULL AND property_id IS NOT NULL"
    )


def _consents() -> None:
    op.create_table(
        "consents",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("client_id", columns.Key, nullable=False),
        sa.Column("purpose", columns.Plain, nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("at", columns.Moment, nullable=False),
        sa.Column("evidence", columns.Plain, nullable=True),
        sa.Column("expires_at", columns.Moment, nullable=True),
        sa.Column("withdrawn_at", columns.Moment, nullable=True),
        sa.Column("note", columns.Plain, nullable=True),
        *_ends(),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    _index("ix_consents_bin", "consents", ["deleted_at"], "deleted_at IS NOT NULL")
    _index("ix_consents_client", "consents", ["client_id", "purpose"])
    _index("ix_consents_expires", "consents", ["expires_at"], "deleted_at IS NULL AND expires_at IS NOT NULL")
    _index("ix_consents_owner", "consents", ["owner_id", "id"])


def _client_not_duplicates() -> None:
    op.create_table(
        "client_not_duplicates",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("first", columns.Key, nullable=False),
        sa.Column("second", columns.Key, nullable=False),
        sa.Column("created_at", columns.Moment, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("first", "second"),
        sqlite_autoincrement=True,
    )


def _words() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # Contentless, as the search of listings: `store.search` hands it ready stems.
        op.execute(
            "CREATE VIRTUAL TABLE client_search"
            " USING fts5(document, content='', contentless_delete=1, tokenize='ascii')"
        )
    else:
        op.execute("CREATE TABLE client_search (rowid BIGINT PRIMARY KEY, document TSVECTOR NOT NULL)")
        op.execute("CREATE INDEX client_search_words ON client_search USING gin (document)")
