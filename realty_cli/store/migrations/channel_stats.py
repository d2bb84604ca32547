"""Part of 0007: what portals say of listings, by day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from realty_cli.store import columns


def upgrade() -> None:
    op.create_table(
        "channel_stats",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("property_id", columns.Key, nullable=False),
        sa.Column("portal", columns.Plain, nullable=False),
        sa.Column("day", columns.Day, nullable=False),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.Column("contacts", sa.Integer(), nullable=False),
        sa.Column("favourites", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", columns.Moment, nullable=False),
        sa.Column("updated_at", columns.Moment, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_channel_stats_once", "channel_stats", ["property_id", "portal", "day"], unique=True)
    op.create_index("ix_channel_stats_day", "channel_stats", ["day", "property_id"])
