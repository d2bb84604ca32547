"""What deals and buyer requests are recognised by when a file comes again: columns of 0006."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from realty_cli.store import columns


def upgrade() -> None:
    for table in ("deals", "requests"):
        op.add_column(table, sa.Column("stable_key", columns.Plain, nullable=True))
        op.add_column(table, sa.Column("import_hash", sa.BigInteger(), nullable=True))
        given = sa.text("stable_key IS NOT NULL")
        op.create_index(
            f"ix_{table}_stable", table, ["owner_id", "stable_key"], sqlite_where=given, postgresql_where=given
        )
