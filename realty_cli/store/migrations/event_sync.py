"""Part of 0006: calendars elsewhere that are kept in step, and what was agreed with them last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from realty_cli.store import columns


def upgrade() -> None:
    op.create_table(
        "calendar_integrations",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("provider", columns.Plain, nullable=False),
        sa.Column("name", columns.Plain, nullable=False),
        sa.Column("url", columns.Plain, nullable=False),
        sa.Column("username", columns.Plain, nullable=True),
        sa.Column("secret_ref", columns.Plain, nullable=False),
        sa.Column("private_ok", sa.Boolean(), nullable=False),
        sa.Column("conflict", columns.Plain, nullable=False),
        sa.Column("days_back", sa.Integer(), nullable=False),
        sa.Column("token", columns.Plain, nullable=True),
        sa.Column("created_at", columns.Moment, nullable=False),
        sa.Column("last_synced_at", columns.Moment, nullable=True),
        sa.Column("last_error", columns.Plain, nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_calendar_integrations_owner", "calendar_integrations", ["owner_id", "id"])
    op.create_table(
        "sync_links",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("integration_id", columns.Key, nullable=False),
        sa.Column("uid", columns.Plain, nullable=False),
        sa.Column("href", columns.Plain, nullable=False),
        sa.Column("etag", columns.Plain, nullable=True),
        sa.Column("base", columns.Json, nullable=False),
        sa.Column("local_rev", columns.Plain, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["integration_id"], ["calendar_integrations.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sync_links_uid", "sync_links", ["integration_id", "uid"], unique=True)
    op.create_table(
        "sync_conflicts",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("integration_id", columns.Key, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("uid", columns.Plain, nullable=False),
        sa.Column("clashes", columns.Json, nullable=False),
        sa.Column("state", columns.Plain, nullable=False),
        sa.Column("created_at", columns.Moment, nullable=False),
        sa.Column("resolved_at", columns.Moment, nullable=True),
        sa.ForeignKeyConstraint(["integration_id"], ["calendar_integrations.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sync_conflicts_integration", "sync_conflicts", ["integration_id", "id"])
