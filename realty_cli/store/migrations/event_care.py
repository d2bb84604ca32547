"""Part of 0006: reminders that were sent, feedback on showings, templates of events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from realty_cli.store import columns


def upgrade() -> None:
    op.create_table(
        "event_reminders",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("event_id", columns.Key, nullable=False),
        sa.Column("recurrence_id", columns.Plain, nullable=False),
        sa.Column("minutes_before", sa.Integer(), nullable=False),
        sa.Column("channel", columns.Plain, nullable=False),
        sa.Column("due_at", columns.Moment, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("state", columns.Plain, nullable=False),
        sa.Column("claimed_at", columns.Moment, nullable=False),
        sa.Column("outbox_id", columns.Key, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    once = ["event_id", "recurrence_id", "minutes_before", "channel", "due_at"]
    op.create_index("ix_event_reminders_once", "event_reminders", once, unique=True)
    op.create_index("ix_event_reminders_due", "event_reminders", ["due_at"])
    op.create_table(
        "showing_feedback",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("event_id", columns.Key, nullable=False),
        sa.Column("recurrence_id", columns.Plain, nullable=True),
        sa.Column("client_id", columns.Key, nullable=True),
        sa.Column("property_id", columns.Key, nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("price_opinion", columns.Plain, nullable=True),
        sa.Column("objections", columns.Json, nullable=True),
        sa.Column("interested", sa.Boolean(), nullable=True),
        sa.Column("note", columns.Plain, nullable=True),
        sa.Column("source", columns.Plain, nullable=False),
        *_standard(),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    _live("ix_showing_feedback_owner", "showing_feedback", ["owner_id", "id"])
    _live("ix_showing_feedback_event", "showing_feedback", ["event_id"])
    _live("ix_showing_feedback_property", "showing_feedback", ["property_id"])
    op.create_table(
        "event_templates",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("name", columns.Plain, nullable=False),
        sa.Column("title", columns.Plain, nullable=False),
        sa.Column("event_type", columns.Plain, nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("description", columns.Plain, nullable=True),
        sa.Column("location", columns.Plain, nullable=True),
        sa.Column("reminders", columns.Json, nullable=True),
        sa.Column("buffer_before", sa.Integer(), nullable=True),
        sa.Column("buffer_after", sa.Integer(), nullable=True),
        sa.Column("color", columns.Plain, nullable=True),
        sa.Column("priority", sa.Integer(), nullable=True),
        sa.Column("busy", sa.Boolean(), nullable=True),
        sa.Column("tags", columns.Json, nullable=True),
        *_standard(),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    _live("ix_event_templates_owner", "event_templates", ["owner_id", "id"])


def _standard() -> list[sa.Column[object]]:
    return [
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", columns.Moment, nullable=False),
        sa.Column("updated_at", columns.Moment, nullable=False),
        sa.Column("deleted_at", columns.Moment, nullable=True),
    ]


def _live(name: str, table: str, over: list[str]) -> None:
    condition = sa.text("deleted_at IS NULL")
    op.create_index(name, table, over, sqlite_where=condition, postgresql_where=condition)
