"""What buyers look for, and which listings they were shown or refused."""

from __future__ import annotations

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise NotImplementedError("realty goes back by restoring the backup that precedes every migration")
