"""Secret addresses of calendars: a table of 0006."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from realty_cli.store import columns


def upgrade() -> None:
    op.create_table(
        "calendar_feeds",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("name", columns.Plain, nullable=False),
        sa.Column("token_hash", columns.Plain, nullable=False),
        sa.Column("detail", columns.Plain, nullable=False),
        sa.Column("event_types", columns.Json, nullable=True),
        sa.Column("created_at", columns.Moment, nullable=False),
        sa.Column("last_read_at", columns.Moment, nullable=True),
        sa.Column("revoked_at", columns.Moment, nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_calendar_feeds_owner", "calendar_feeds", ["owner_id", "id"])
