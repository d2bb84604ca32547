"""Figures of an agency: what is open, and what it is owed."""

from __future__ import annotations

from realty_cli.store.migrations import (
    client_scores,
    closing_index,
    commission_sums,
    listing_asks,
    open_indexes,
    open_listings,
)

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    open_indexes.upgrade()
    open_listings.upgrade()
    listing_asks.upgrade()
    closing_index.upgrade()
    commission_sums.upgrade()
    client_scores.upgrade()


def downgrade() -> None:
    """Stores only go forward; a backup is the way back."""
