"""Figures of an agency: what is open."""

from __future__ import annotations

from realty_cli.store.migrations import open_indexes

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    open_indexes.upgrade()


def downgrade() -> None:
    """Stores only go forward; a backup is the way back."""
