"""Part of 0008: how long what was sold or let had stood, side by side: what a median of a month is of.

A move is wide, and a month of a large agency has twenty thousand closings among forty thousand moves.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def upgrade() -> None:
    closed = sa.text("closed = 1 AND days IS NOT NULL")
    op.create_index(
        "ix_listing_moves_closed", "listing_moves", ["deal_type", "currency", "at", "later", "days", "closed"],
        sqlite_where=closed, postgresql_where=closed,
    )  # fmt: skip
