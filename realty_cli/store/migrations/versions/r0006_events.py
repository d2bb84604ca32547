"""The calendar: events, their instances, reminders, feedback, templates, settings, feeds, and calendars kept in step."""

from __future__ import annotations

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled by the slice `events`."""


def downgrade() -> None:
    """Stores only go forward; a backup is the way back."""
