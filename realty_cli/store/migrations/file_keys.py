"""Part of 0006: what deals and buyer requests are recognised by when a file comes again, and indexes for the filters of
deals that had none."""

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
    _live("ix_deals_updated", "updated_at")
    _live("ix_deals_lead", "lead_id", given=True)
    _live("ix_deals_deposit", "deposit_due", given=True)
    _live("ix_deals_reserved", "reserved_until", given=True)
    _live("ix_deals_mortgage", "mortgage_until", given=True)


def _live(name: str, column: str, *, given: bool = False) -> None:
    condition = sa.text("deleted_at IS NULL" + (f" AND {column} IS NOT NULL" if given else ""))
    op.create_index(name, "deals", [column], sqlite_where=condition, postgresql_where=condition)
