"""Part of 0007: estimates of prices, and comparables from elsewhere."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from realty_cli.store import columns


def upgrade() -> None:
    op.create_table(
        "outside_comparables",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("row_key", columns.Plain, nullable=False),
        sa.Column("import_hash", sa.BigInteger(), nullable=True),
        sa.Column("source", columns.Plain, nullable=True),
        sa.Column("source_url", columns.Plain, nullable=True),
        sa.Column("title", columns.Plain, nullable=False),
        sa.Column("property_type", columns.Plain, nullable=False),
        sa.Column("deal_type", columns.Plain, nullable=False),
        sa.Column("sold", sa.Boolean(), nullable=False),
        sa.Column("price", columns.Money, nullable=False),
        sa.Column("currency", columns.Plain, nullable=False),
        sa.Column("priced_at", columns.Moment, nullable=False),
        sa.Column("market", columns.Plain, nullable=True),
        sa.Column("rooms", sa.Integer(), nullable=True),
        sa.Column("area", sa.Double(), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=True),
        sa.Column("floors_total", sa.Integer(), nullable=True),
        sa.Column("year_built", sa.Integer(), nullable=True),
        sa.Column("building_material", columns.Plain, nullable=True),
        sa.Column("renovation", columns.Plain, nullable=True),
        sa.Column("city", columns.Plain, nullable=True),
        sa.Column("district", columns.Plain, nullable=True),
        sa.Column("street", columns.Plain, nullable=True),
        sa.Column("house", columns.Plain, nullable=True),
        sa.Column("address", columns.Plain, nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("metro", columns.Plain, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", columns.Moment, nullable=False),
        sa.Column("updated_at", columns.Moment, nullable=False),
        sa.Column("deleted_at", columns.Moment, nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outside_comparables_key", "outside_comparables", ["owner_id", "row_key"], unique=True)
    op.create_index("ix_outside_comparables_pool", "outside_comparables", ["deal_type", "property_type", "city", "id"])
    op.create_table(
        "price_estimates",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("property_id", columns.Key, nullable=False),
        sa.Column("day", columns.Day, nullable=False),
        sa.Column("at", columns.Moment, nullable=False),
        sa.Column("basis", columns.Plain, nullable=False),
        sa.Column("price", columns.Money, nullable=False),
        sa.Column("low", columns.Money, nullable=False),
        sa.Column("high", columns.Money, nullable=False),
        sa.Column("sale_price", columns.Money, nullable=True),
        sa.Column("currency", columns.Plain, nullable=False),
        sa.Column("interval_kind", columns.Plain, nullable=False),
        sa.Column("confidence", columns.Plain, nullable=False),
        sa.Column("method", columns.Plain, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_price_estimates_once", "price_estimates", ["property_id", "day"], unique=True)
