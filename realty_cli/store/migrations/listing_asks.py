"""Part of 0008: what was asked for listings, from when to when, beside the moves that say when they stood.

Written after the fact by `analytics.listing_sums`, as those are.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from realty_cli.store import columns


def upgrade() -> None:
    op.create_table(
        "listing_asks",
        sa.Column("went", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("property_id", columns.Key, autoincrement=False, nullable=False),
        sa.Column("deal_type", columns.Plain, nullable=False),
        sa.Column("currency", columns.Plain, nullable=False),
        sa.Column("began", sa.BigInteger(), nullable=True),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("metre", sa.Double(), nullable=True),
        sa.Column("paid", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("went", "property_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_listing_asks_property", "listing_asks", ["property_id"])
