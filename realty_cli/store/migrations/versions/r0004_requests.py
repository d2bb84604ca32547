"""What buyers look for, and which listings they were shown or refused."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from realty_cli.store import columns

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _requests()
    _match_marks()
    # Of listings on the market alone. No other statement says that the kind of deal is not empty, so none is planned
    # by this index.
    _index(
        "ix_properties_match",
        "properties",
        ["deal_type", "city", "price", "property_type", "rooms", "area_total", "district", "currency", "owner_id"],
        "deleted_at IS NULL AND status = 'active' AND deal_type <> ''",
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


def _requests() -> None:
    op.create_table(
        "requests",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("client_id", columns.Key, nullable=False),
        sa.Column("lead_id", columns.Key, nullable=True),
        sa.Column("external_id", columns.Plain, nullable=True),
        sa.Column("title", columns.Plain, nullable=True),
        sa.Column("status", columns.Plain, nullable=False),
        sa.Column("deal_type", columns.Plain, nullable=False),
        sa.Column("property_types", columns.Json, nullable=True),
        sa.Column("price_min", columns.Money, nullable=True),
        sa.Column("price_max", columns.Money, nullable=True),
        sa.Column("currency", columns.Plain, nullable=False),
        sa.Column("rooms", columns.Json, nullable=True),
        sa.Column("area_min", sa.Double(), nullable=True),
        sa.Column("area_max", sa.Double(), nullable=True),
        sa.Column("kitchen_min", sa.Double(), nullable=True),
        sa.Column("land_min", sa.Double(), nullable=True),
        sa.Column("land_max", sa.Double(), nullable=True),
        sa.Column("floor_min", sa.Integer(), nullable=True),
        sa.Column("floor_max", sa.Integer(), nullable=True),
        sa.Column("year_min", sa.Integer(), nullable=True),
        sa.Column("year_max", sa.Integer(), nullable=True),
        sa.Column("cities", columns.Json, nullable=True),
        sa.Column("districts", columns.Json, nullable=True),
        sa.Column("metros", columns.Json, nullable=True),
        sa.Column("metro_minutes_max", sa.Integer(), nullable=True),
        sa.Column("places", columns.Json, nullable=True),
        sa.Column("must", columns.Json, nullable=True),
        sa.Column("nice", columns.Json, nullable=True),
        sa.Column("note", columns.Plain, nullable=True),
        sa.Column("type_bits", sa.BigInteger(), nullable=True),
        sa.Column("room_bits", sa.BigInteger(), nullable=True),
        sa.Column("city_keys", columns.Plain, nullable=True),
        sa.Column("place_keys", columns.Plain, nullable=True),
        *_ends(),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    _index("ix_requests_bin", "requests", ["deleted_at"], "deleted_at IS NOT NULL")
    _index("ix_requests_client", "requests", ["client_id"])
    _index("ix_requests_created", "requests", ["created_at"])
    _index("ix_requests_external", "requests", ["owner_id", "external_id"], "external_id IS NOT NULL")
    _index("ix_requests_lead", "requests", ["lead_id"], "deleted_at IS NULL AND lead_id IS NOT NULL")
    _index(
        "ix_requests_match",
        "requests",
        ["deal_type", "price_max", "price_min", "currency", "type_bits", "room_bits", "area_min", "area_max",
         "owner_id"],
        "deleted_at IS NULL AND status = 'active'",
    )  # fmt: skip
    _index("ix_requests_owner", "requests", ["owner_id", "id"])
    _index("ix_requests_updated", "requests", ["updated_at"])


def _match_marks() -> None:
    op.create_table(
        "match_marks",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("request_id", columns.Key, nullable=False),
        sa.Column("property_id", columns.Key, nullable=False),
        sa.Column("mark", columns.Plain, nullable=False),
        sa.Column("price", columns.Money, nullable=True),
        sa.Column("at", columns.Moment, nullable=False),
        sa.Column("note", columns.Plain, nullable=True),
        *_ends(),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    _index("ix_match_marks_owner", "match_marks", ["owner_id", "id"])
    _index("ix_match_marks_pair", "match_marks", ["request_id", "property_id"], unique=True)
    _index("ix_match_marks_property", "match_marks", ["property_id"])
