"""Analytics: portal statistics, alerts, reports, estimates, and what aggregates read."""

from __future__ import annotations

from realty_cli.store.migrations import (
    alerting,
    analytics_indexes,
    channel_stats,
    digests,
    event_indexes,
    listing_sums,
    money_indexes,
    recommending,
    reporting,
    valuing,
)

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    channel_stats.upgrade()
    digests.upgrade()
    alerting.upgrade()
    reporting.upgrade()
    valuing.upgrade()
    recommending.upgrade()
    analytics_indexes.upgrade()
    money_indexes.upgrade()
    event_indexes.upgrade()
    listing_sums.upgrade()


def downgrade() -> None:
    """Stores only go forward; a backup is the way back."""
