"""Deals: stages, offers, deposits, commission, payments, expenses, targets, and the words by which deals are found."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from realty_cli.store import columns

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _deals()
    _deal_parties()
    _deal_links()
    _deal_stages()
    _offers()
    _commissions()
    _payments()
    _expenses()
    _targets()
    _words()
    # The briefing of the day looks for agreements that end.
    _index(
        "ix_properties_exclusive",
        "properties",
        ["exclusive_until"],
        "deleted_at IS NULL AND exclusive_until IS NOT NULL",
    )


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


def _index(name: str, table: str, over: list[str], where: str = "deleted_at IS NULL", unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, table, over, unique=unique, sqlite_where=condition, postgresql_where=condition)


def _deals() -> None:
    op.create_table(
        "deals",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("external_id", columns.Plain, nullable=True),
        sa.Column("title", columns.Plain, nullable=False),
        sa.Column("property_id", columns.Key, nullable=True),
        sa.Column("lead_id", columns.Key, nullable=True),
        sa.Column("kind", columns.Plain, nullable=False),
        sa.Column("side", columns.Plain, nullable=False),
        sa.Column("stage", columns.Plain, nullable=False),
        sa.Column("amount", columns.Money, nullable=True),
        sa.Column("currency", columns.Plain, nullable=False),
        sa.Column("deposit_kind", columns.Plain, nullable=True),
        sa.Column("deposit", columns.Money, nullable=True),
        sa.Column("deposit_due", columns.Day, nullable=True),
        sa.Column("deposit_paid_at", columns.Moment, nullable=True),
        sa.Column("expected_close", columns.Day, nullable=True),
        sa.Column("reserved_at", columns.Moment, nullable=True),
        sa.Column("reserved_until", columns.Day, nullable=True),
        sa.Column("closed_at", columns.Moment, nullable=True),
        sa.Column("final_price", columns.Money, nullable=True),
        sa.Column("lost_reason", columns.Plain, nullable=True),
        sa.Column("mortgage_status", columns.Plain, nullable=True),
        sa.Column("mortgage_bank", columns.Plain, nullable=True),
        sa.Column("mortgage_amount", columns.Money, nullable=True),
        sa.Column("mortgage_until", columns.Day, nullable=True),
        sa.Column("contract_kind", columns.Plain, nullable=True),
        sa.Column("contract_number", columns.Plain, nullable=True),
        sa.Column("contract_date", columns.Day, nullable=True),
        sa.Column("notes", columns.Plain, nullable=True),
        sa.Column("tags", columns.Json, nullable=True),
        sa.Column("attributes", columns.Json, nullable=True),
        *_ends(),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deals_amount", "deals", ["amount", "id", "deleted_at"])
    _index("ix_deals_bin", "deals", ["deleted_at"], "deleted_at IS NOT NULL")
    _index("ix_deals_closed", "deals", ["closed_at"], "deleted_at IS NULL AND closed_at IS NOT NULL")
    _index("ix_deals_created", "deals", ["created_at"])
    op.create_index("ix_deals_expected", "deals", ["expected_close", "id", "deleted_at"])
    _index("ix_deals_external", "deals", ["external_id"], "external_id IS NOT NULL")
    _index(
        "ix_deals_holding",
        "deals",
        ["property_id"],
        "deleted_at IS NULL AND property_id IS NOT NULL AND stage IN ('reserved', 'contract')",
        unique=True,
    )
    _index("ix_deals_owner", "deals", ["owner_id", "id"])
    _index("ix_deals_property", "deals", ["property_id"], "deleted_at IS NULL AND property_id IS NOT NULL")
    _index("ix_deals_kinds", "deals", ["kind", "stage", "side", "currency", "amount"])
    _index("ix_deals_stage", "deals", ["stage", "id"])
    _index("ix_deals_tagged", "deals", ["id"], "deleted_at IS NULL AND tags IS NOT NULL")
    op.create_index("ix_deals_title", "deals", ["title", "id", "deleted_at"])


def _deal_parties() -> None:
    op.create_table(
        "deal_parties",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("deal_id", columns.Key, nullable=False),
        sa.Column("client_id", columns.Key, nullable=False),
        sa.Column("role", columns.Plain, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("deal_id", "client_id", "role"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deal_parties_client", "deal_parties", ["client_id"], unique=False)


def _deal_links() -> None:
    op.create_table(
        "deal_links",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("deal_id", columns.Key, nullable=False),
        sa.Column("before_id", columns.Key, nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("deal_id", "before_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deal_links_before", "deal_links", ["before_id"], unique=False)


def _deal_stages() -> None:
    op.create_table(
        "deal_stages",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("deal_id", columns.Key, nullable=False),
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
    op.create_index("ix_deal_stages_deal", "deal_stages", ["deal_id", "effective_at"], unique=False)
    op.create_index("ix_deal_stages_operation", "deal_stages", ["operation_id"], unique=False)
    op.create_index("ix_deal_stages_withdrawn_by", "deal_stages", ["withdrawn_by"], unique=False)


def _offers() -> None:
    op.create_table(
        "offers",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("deal_id", columns.Key, nullable=True),
        sa.Column("property_id", columns.Key, nullable=True),
        sa.Column("client_id", columns.Key, nullable=True),
        sa.Column("amount", columns.Money, nullable=False),
        sa.Column("currency", columns.Plain, nullable=False),
        sa.Column("at", columns.Moment, nullable=False),
        sa.Column("status", columns.Plain, nullable=False),
        sa.Column("decided_at", columns.Moment, nullable=True),
        sa.Column("valid_until", columns.Day, nullable=True),
        sa.Column("note", columns.Plain, nullable=True),
        *_ends(),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    _index("ix_offers_client", "offers", ["client_id"], "deleted_at IS NULL AND client_id IS NOT NULL")
    _index("ix_offers_deal", "offers", ["deal_id"], "deleted_at IS NULL AND deal_id IS NOT NULL")
    _index("ix_offers_owner", "offers", ["owner_id", "id"])
    _index("ix_offers_property", "offers", ["property_id"], "deleted_at IS NULL AND property_id IS NOT NULL")


def _commissions() -> None:
    op.create_table(
        "commissions",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("deal_id", columns.Key, nullable=False),
        sa.Column("payer", columns.Plain, nullable=False),
        sa.Column("rate", sa.Double(), nullable=True),
        sa.Column("amount", columns.Money, nullable=True),
        sa.Column("currency", columns.Plain, nullable=False),
        sa.Column("splits", columns.Json, nullable=True),
        sa.Column("due_on", columns.Day, nullable=True),
        sa.Column("paid_at", columns.Moment, nullable=True),
        sa.Column("note", columns.Plain, nullable=True),
        *_ends(),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    _index("ix_commissions_deal", "commissions", ["deal_id"])
    _index(
        "ix_commissions_due", "commissions", ["due_on"], "deleted_at IS NULL AND due_on IS NOT NULL AND paid_at IS NULL"
    )
    _index("ix_commissions_owner", "commissions", ["owner_id", "id"])


def _payments() -> None:
    op.create_table(
        "payments",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("deal_id", columns.Key, nullable=False),
        sa.Column("commission_id", columns.Key, nullable=True),
        sa.Column("client_id", columns.Key, nullable=True),
        sa.Column("purpose", columns.Plain, nullable=False),
        sa.Column("direction", columns.Plain, nullable=False),
        sa.Column("amount", columns.Money, nullable=False),
        sa.Column("currency", columns.Plain, nullable=False),
        sa.Column("at", columns.Moment, nullable=False),
        sa.Column("method", columns.Plain, nullable=True),
        sa.Column("note", columns.Plain, nullable=True),
        *_ends(),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    _index("ix_payments_commission", "payments", ["commission_id"], "deleted_at IS NULL AND commission_id IS NOT NULL")
    _index("ix_payments_deal", "payments", ["deal_id"])
    _index("ix_payments_owner", "payments", ["owner_id", "id"])


def _expenses() -> None:
    op.create_table(
        "expenses",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("external_id", columns.Plain, nullable=True),
        sa.Column("spent_on", columns.Day, nullable=False),
        sa.Column("category", columns.Plain, nullable=False),
        sa.Column("source", columns.Plain, nullable=True),
        sa.Column("campaign", columns.Plain, nullable=True),
        sa.Column("property_id", columns.Key, nullable=True),
        sa.Column("deal_id", columns.Key, nullable=True),
        sa.Column("amount", columns.Money, nullable=False),
        sa.Column("currency", columns.Plain, nullable=False),
        sa.Column("note", columns.Plain, nullable=True),
        *_ends(),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    _index("ix_expenses_day", "expenses", ["spent_on"])
    _index("ix_expenses_deal", "expenses", ["deal_id"], "deleted_at IS NULL AND deal_id IS NOT NULL")
    _index("ix_expenses_owner", "expenses", ["owner_id", "id"])
    _index("ix_expenses_property", "expenses", ["property_id"], "deleted_at IS NULL AND property_id IS NOT NULL")


def _targets() -> None:
    op.create_table(
        "targets",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("scope", columns.Plain, nullable=False),
        sa.Column("metric", columns.Plain, nullable=False),
        sa.Column("period", columns.Plain, nullable=False),
        sa.Column("starts_on", columns.Day, nullable=False),
        sa.Column("ends_on", columns.Day, nullable=False),
        sa.Column("value", columns.Money, nullable=False),
        sa.Column("currency", columns.Plain, nullable=True),
        sa.Column("note", columns.Plain, nullable=True),
        *_ends(),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    _index("ix_targets_owner", "targets", ["owner_id", "id"])
    _index("ix_targets_period", "targets", ["metric", "starts_on"])


def _words() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # Contentless, as the search of listings: `store.search` hands it ready stems.
        op.execute(
            "CREATE VIRTUAL TABLE deal_search USING fts5(document, content='', contentless_delete=1, tokenize='ascii')"
        )
    else:
        op.execute("CREATE TABLE deal_search (rowid BIGINT PRIMARY KEY, document TSVECTOR NOT NULL)")
        op.execute("CREATE INDEX deal_search_words ON deal_search USING gin (document)")
