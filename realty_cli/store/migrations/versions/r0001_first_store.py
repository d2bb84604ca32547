"""The first store: accounts, operations and their changes, listings with photos and histories, search."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from realty_cli.store import columns

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("username", columns.Plain, nullable=False),
        sa.Column("name_key", columns.Plain, nullable=False),
        sa.Column("full_name", columns.Plain, nullable=True),
        sa.Column("email", columns.Plain, nullable=True),
        sa.Column("role", columns.Plain, nullable=False),
        sa.Column("timezone", columns.Plain, nullable=False),
        sa.Column("language", columns.Plain, nullable=False),
        sa.Column("password_hash", columns.Plain, nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", columns.Moment, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "operations",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("at", columns.Moment, nullable=False),
        sa.Column("actor_id", columns.Key, nullable=False),
        sa.Column("source", columns.Plain, nullable=False),
        sa.Column("command", columns.Plain, nullable=False),
        sa.Column("detail", columns.Json, nullable=True),
        sa.Column("undoes", columns.Key, nullable=True),
        sa.Column("undone_by", columns.Key, nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"],
            ["accounts.id"],
        ),
        sa.ForeignKeyConstraint(
            ["undoes"],
            ["operations.id"],
        ),
        sa.ForeignKeyConstraint(
            ["undone_by"],
            ["operations.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_operations_actor_id", "operations", ["actor_id"], unique=False)
    op.create_table(
        "properties",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("external_id", columns.Plain, nullable=True),
        sa.Column("source", columns.Plain, nullable=True),
        sa.Column("source_url", columns.Plain, nullable=True),
        sa.Column("url_key", columns.Plain, nullable=True),
        sa.Column("stable_key", columns.Plain, nullable=True),
        sa.Column("import_hash", columns.Money, nullable=True),
        sa.Column("title", columns.Plain, nullable=False),
        sa.Column("description", columns.Plain, nullable=True),
        sa.Column("property_type", columns.Plain, nullable=False),
        sa.Column("deal_type", columns.Plain, nullable=False),
        sa.Column("status", columns.Plain, nullable=False),
        sa.Column("status_reason", columns.Plain, nullable=True),
        sa.Column("price", columns.Money, nullable=True),
        sa.Column("currency", columns.Plain, nullable=False),
        sa.Column("market", columns.Plain, nullable=True),
        sa.Column("rooms", sa.Integer(), nullable=True),
        sa.Column("is_studio", sa.Boolean(), nullable=True),
        sa.Column("is_euro", sa.Boolean(), nullable=True),
        sa.Column("is_apartments", sa.Boolean(), nullable=True),
        sa.Column("is_free_layout", sa.Boolean(), nullable=True),
        sa.Column("area_total", sa.Double(), nullable=True),
        sa.Column("area_living", sa.Double(), nullable=True),
        sa.Column("area_kitchen", sa.Double(), nullable=True),
        sa.Column("area_land", sa.Double(), nullable=True),
        sa.Column("floor", sa.Integer(), nullable=True),
        sa.Column("floors_total", sa.Integer(), nullable=True),
        sa.Column("year_built", sa.Integer(), nullable=True),
        sa.Column("building_material", columns.Plain, nullable=True),
        sa.Column("renovation", columns.Plain, nullable=True),
        sa.Column("ceiling_height", sa.Double(), nullable=True),
        sa.Column("country", columns.Plain, nullable=True),
        sa.Column("region", columns.Plain, nullable=True),
        sa.Column("city", columns.Plain, nullable=True),
        sa.Column("district", columns.Plain, nullable=True),
        sa.Column("street", columns.Plain, nullable=True),
        sa.Column("house", columns.Plain, nullable=True),
        sa.Column("flat", columns.Plain, nullable=True),
        sa.Column("postal_code", columns.Plain, nullable=True),
        sa.Column("address", columns.Plain, nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("metro", columns.Plain, nullable=True),
        sa.Column("metro_minutes", sa.Integer(), nullable=True),
        sa.Column("cadastral_number", columns.Plain, nullable=True),
        sa.Column("mortgage", sa.Boolean(), nullable=True),
        sa.Column("bargain", sa.Boolean(), nullable=True),
        sa.Column("commission", sa.Double(), nullable=True),
        sa.Column("deposit", columns.Money, nullable=True),
        sa.Column("contact_name", columns.Plain, nullable=True),
        sa.Column("contact_phone", columns.Plain, nullable=True),
        sa.Column("tags", columns.Json, nullable=True),
        sa.Column("attributes", columns.Json, nullable=True),
        sa.Column("client_id", columns.Key, nullable=True),
        sa.Column("listed_at", columns.Moment, nullable=True),
        sa.Column("closed_at", columns.Moment, nullable=True),
        sa.Column("final_price", columns.Money, nullable=True),
        sa.Column("exclusive_from", columns.Day, nullable=True),
        sa.Column("exclusive_until", columns.Day, nullable=True),
        sa.Column(
            "price_per_m2",
            columns.Money,
            sa.Computed(
                "CASE WHEN price IS NOT NULL AND area_total > 0 THEN CAST(ROUND(CAST(price / area_total AS NUMERIC)) AS BIGINT) END",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", columns.Moment, nullable=False),
        sa.Column("updated_at", columns.Moment, nullable=False),
        sa.Column("deleted_at", columns.Moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["accounts.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_properties_bin",
        "properties",
        ["deleted_at"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NOT NULL"),
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    op.create_index(
        "ix_properties_cadastral",
        "properties",
        ["cadastral_number"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL AND cadastral_number IS NOT NULL"),
        postgresql_where=sa.text("deleted_at IS NULL AND cadastral_number IS NOT NULL"),
    )
    op.create_index(
        "ix_properties_city",
        "properties",
        ["city"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL AND city IS NOT NULL"),
        postgresql_where=sa.text("deleted_at IS NULL AND city IS NOT NULL"),
    )
    op.create_index(
        "ix_properties_created",
        "properties",
        ["created_at"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_properties_district",
        "properties",
        ["district"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL AND district IS NOT NULL"),
        postgresql_where=sa.text("deleted_at IS NULL AND district IS NOT NULL"),
    )
    op.create_index(
        "ix_properties_external",
        "properties",
        ["external_id"],
        unique=False,
        sqlite_where=sa.text("external_id IS NOT NULL"),
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_index(
        "ix_properties_kinds",
        "properties",
        ["deal_type", "price", "price_per_m2", "currency", "status", "property_type", "rooms"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_properties_map",
        "properties",
        ["latitude", "longitude"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL AND latitude IS NOT NULL"),
        postgresql_where=sa.text("deleted_at IS NULL AND latitude IS NOT NULL"),
    )
    op.create_index(
        "ix_properties_metro",
        "properties",
        ["metro"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL AND metro IS NOT NULL"),
        postgresql_where=sa.text("deleted_at IS NULL AND metro IS NOT NULL"),
    )
    op.create_index(
        "ix_properties_owner",
        "properties",
        ["owner_id", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_properties_stable",
        "properties",
        ["stable_key"],
        unique=False,
        sqlite_where=sa.text("stable_key IS NOT NULL"),
        postgresql_where=sa.text("stable_key IS NOT NULL"),
    )
    op.create_index(
        "ix_properties_url",
        "properties",
        ["url_key"],
        unique=False,
        sqlite_where=sa.text("url_key IS NOT NULL"),
        postgresql_where=sa.text("url_key IS NOT NULL"),
    )
    op.create_table(
        "property_not_duplicates",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("first", columns.Key, nullable=False),
        sa.Column("second", columns.Key, nullable=False),
        sa.Column("created_at", columns.Moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["accounts.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("first", "second"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "changes",
        sa.Column("seq", columns.Key, autoincrement=True, nullable=False),
        sa.Column("operation_id", columns.Key, nullable=False),
        sa.Column("kind", columns.Plain, nullable=False),
        sa.Column("object_id", columns.Key, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=True),
        sa.Column("action", columns.Plain, nullable=False),
        sa.Column("old_state", columns.Json, nullable=True),
        sa.Column("diff", columns.Json, nullable=True),
        sa.ForeignKeyConstraint(
            ["operation_id"],
            ["operations.id"],
        ),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_changes_object", "changes", ["kind", "object_id", "seq"], unique=False)
    op.create_index("ix_changes_operation", "changes", ["operation_id", "seq"], unique=False)
    op.create_table(
        "photos",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("property_id", columns.Key, nullable=True),
        sa.Column("key", columns.Plain, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("media_type", columns.Plain, nullable=False),
        sa.Column("created_at", columns.Moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["accounts.id"],
        ),
        sa.ForeignKeyConstraint(
            ["property_id"],
            ["properties.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_photos_key", "photos", ["key"], unique=False)
    op.create_index("ix_photos_property", "photos", ["property_id", "position"], unique=False)
    op.create_table(
        "property_prices",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("property_id", columns.Key, nullable=False),
        sa.Column("old_price", columns.Money, nullable=True),
        sa.Column("new_price", columns.Money, nullable=True),
        sa.Column("currency", columns.Plain, nullable=False),
        sa.Column("effective_at", columns.Moment, nullable=False),
        sa.Column("recorded_at", columns.Moment, nullable=False),
        sa.Column("operation_id", columns.Key, nullable=False),
        sa.Column("withdrawn_by", columns.Key, nullable=True),
        sa.ForeignKeyConstraint(
            ["operation_id"],
            ["operations.id"],
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"],
            ["operations.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_property_prices_operation", "property_prices", ["operation_id"], unique=False)
    op.create_index("ix_property_prices_property", "property_prices", ["property_id", "effective_at"], unique=False)
    op.create_index("ix_property_prices_withdrawn_by", "property_prices", ["withdrawn_by"], unique=False)
    op.create_table(
        "property_statuses",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("property_id", columns.Key, nullable=False),
        sa.Column("old_status", columns.Plain, nullable=False),
        sa.Column("new_status", columns.Plain, nullable=False),
        sa.Column("reason", columns.Plain, nullable=True),
        sa.Column("effective_at", columns.Moment, nullable=False),
        sa.Column("recorded_at", columns.Moment, nullable=False),
        sa.Column("operation_id", columns.Key, nullable=False),
        sa.Column("withdrawn_by", columns.Key, nullable=True),
        sa.ForeignKeyConstraint(
            ["operation_id"],
            ["operations.id"],
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"],
            ["operations.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_property_statuses_operation", "property_statuses", ["operation_id"], unique=False)
    op.create_index("ix_property_statuses_property", "property_statuses", ["property_id", "effective_at"], unique=False)
    op.create_index("ix_property_statuses_withdrawn_by", "property_statuses", ["withdrawn_by"], unique=False)

    if op.get_bind().dialect.name == "sqlite":
        # Contentless: the words live in the index only. `store.search` hands it ready stems.
        op.execute(
            "CREATE VIRTUAL TABLE property_search USING fts5(document, content='', contentless_delete=1,"
            " tokenize='ascii')"
        )
    else:
        op.execute("CREATE TABLE property_search (rowid BIGINT PRIMARY KEY, document TSVECTOR NOT NULL)")
        op.execute("CREATE INDEX ix_property_search ON property_search USING gin (document)")


def downgrade() -> None:
    raise NotImplementedError("realty goes back by restoring the backup that precedes every migration")
