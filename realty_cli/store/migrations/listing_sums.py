"""Part of 0007: what lives of listings come to, by the day, beside the moves that these sums are of.

Nothing writes here but `analytics.listing_sums`, after the fact: entering a listing costs what it did.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from realty_cli.store import columns

_COUNTED = ("drafts", "stands", "holds", "sold", "rented", "off", "comes", "reserved", "closed", "withdrawn")


def upgrade() -> None:
    op.create_table(
        "listing_moves",
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("property_id", columns.Key, autoincrement=False, nullable=False),
        *_kind(),
        *(sa.Column(name, sa.SmallInteger(), nullable=False) for name in _COUNTED),
        sa.Column("earlier", sa.BigInteger(), nullable=True),
        sa.Column("later", sa.BigInteger(), nullable=True),
        sa.Column("days", sa.Double(), nullable=True),
        sa.Column("plain", sa.SmallInteger(), nullable=False),
        sa.Column("property_type", columns.Plain, nullable=True),
        sa.Column("district", columns.Plain, nullable=True),
        sa.Column("rooms", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("at", "property_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_listing_moves_property", "listing_moves", ["property_id"])
    moved = sa.text("plain < 1")
    op.create_index(
        "ix_listing_moves_moved", "listing_moves", ["plain", "at", "property_id"], sqlite_where=moved,
        postgresql_where=moved,
    )  # fmt: skip
    op.create_table(
        "listing_days",
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        *_kind(),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _COUNTED),
        sa.PrimaryKeyConstraint("day", "deal_type", "currency"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "listing_sums",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.Column("seq", columns.Key, nullable=False),
        sa.Column("operation", columns.Key, nullable=False),
        sa.Column("built_to", columns.Key, nullable=True),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _kind() -> list[sa.Column[str]]:
    return [sa.Column(name, columns.Plain, nullable=False) for name in ("deal_type", "currency")]
