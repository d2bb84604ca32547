"""Part of 0008: how likely clients are to recommend us, 0 to 10, as they said when they were asked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def upgrade() -> None:
    op.add_column("interactions", sa.Column("score", sa.Integer(), nullable=True))
    condition = sa.text("deleted_at IS NULL AND score IS NOT NULL")
    op.create_index(
        "ix_interactions_score", "interactions", ["at", "client_id", "id", "score", "owner_id", "deleted_at"],
        sqlite_where=condition, postgresql_where=condition,
    )  # fmt: skip
