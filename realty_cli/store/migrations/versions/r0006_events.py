"""The calendar: events, their instances, reminders, feedback, templates, settings, feeds, and calendars kept in step."""

from __future__ import annotations

from realty_cli.store.migrations import (
    calendar_feeds,
    calendar_settings,
    event_care,
    event_sync,
    event_tables,
    file_keys,
    listing_indexes,
)

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    file_keys.upgrade()
    listing_indexes.upgrade()
    event_tables.upgrade()
    event_care.upgrade()
    calendar_feeds.upgrade()
    event_sync.upgrade()
    calendar_settings.upgrade()


def downgrade() -> None:
    """Stores only go forward; a backup is the way back."""
