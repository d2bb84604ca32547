"""Part of 0006: the index of kinds also holds the city, and on SQLite finds the matches of a request as well.

There the index of matches was a fifth of what entering a listing cost, and saved half of what a match does. PostgreSQL
keeps it: it looks at rows where SQLite looks at the index.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # Either may be missing: an import that fills a store builds them at its end (`properties.late_indexes`).
        op.execute("DROP INDEX IF EXISTS ix_properties_match")
    op.execute("DROP INDEX IF EXISTS ix_properties_kinds")
    live = sa.text("deleted_at IS NULL")
    op.create_index(
        "ix_properties_kinds",
        "properties",
        ["deal_type", "price", "price_per_m2", "currency", "status", "property_type", "rooms", "city"],
        sqlite_where=live,
        postgresql_where=live,
    )
