"""Part of 0007: thresholds, alerts, insights, and what somebody said of one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from realty_cli.store import columns


def upgrade() -> None:
    op.create_table(
        "alert_thresholds",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("rule", columns.Plain, nullable=False),
        sa.Column("name", columns.Plain, nullable=True),
        sa.Column("metric", columns.Plain, nullable=True),
        sa.Column("operator", columns.Plain, nullable=True),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("severe_value", sa.Double(), nullable=True),
        sa.Column("clear_value", sa.Double(), nullable=True),
        sa.Column("period", columns.Plain, nullable=True),
        sa.Column("hold_minutes", sa.Integer(), nullable=True),
        sa.Column("keep_minutes", sa.Integer(), nullable=True),
        sa.Column("cooldown_days", sa.Integer(), nullable=True),
        sa.Column("min_n", sa.Integer(), nullable=True),
        sa.Column("severity", columns.Plain, nullable=True),
        sa.Column("channels", columns.Json, nullable=True),
        sa.Column("quiet_hours", sa.Boolean(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", columns.Moment, nullable=False),
        sa.Column("updated_at", columns.Moment, nullable=False),
        sa.Column("deleted_at", columns.Moment, nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    _where("ix_alert_thresholds_owner", "alert_thresholds", ["owner_id", "id"], "deleted_at IS NULL")
    op.create_table(
        "alerts",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("rule", columns.Plain, nullable=False),
        sa.Column("threshold_id", columns.Key, nullable=True),
        sa.Column("fingerprint", columns.Plain, nullable=False),
        sa.Column("subject_type", columns.Plain, nullable=False),
        sa.Column("subject_id", columns.Key, nullable=True),
        sa.Column("state", columns.Plain, nullable=False),
        sa.Column("severity", columns.Plain, nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("threshold", sa.Double(), nullable=True),
        sa.Column("facts", columns.Json, nullable=True),
        sa.Column("impact", sa.Double(), nullable=False),
        sa.Column("since", columns.Moment, nullable=False),
        sa.Column("fired_at", columns.Moment, nullable=True),
        sa.Column("acknowledged_by", columns.Key, nullable=True),
        sa.Column("acknowledged_at", columns.Moment, nullable=True),
        sa.Column("note", columns.Plain, nullable=True),
        sa.Column("snoozed_until", columns.Moment, nullable=True),
        sa.Column("known_value", sa.Double(), nullable=True),
        sa.Column("known_severity", columns.Plain, nullable=True),
        sa.Column("clear_since", columns.Moment, nullable=True),
        sa.Column("resolved_at", columns.Moment, nullable=True),
        sa.Column("resolved_reason", columns.Plain, nullable=True),
        sa.Column("fired", sa.Integer(), nullable=False),
        sa.Column("in_digest", sa.Boolean(), nullable=False),
        sa.Column("told_at", columns.Moment, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", columns.Moment, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    _where("ix_alerts_open", "alerts", ["owner_id", "fingerprint"], "state <> 'resolved'", unique=True)
    op.create_index("ix_alerts_fingerprint", "alerts", ["owner_id", "fingerprint", "id"])
    op.create_table(
        "alert_checks",
        sa.Column("owner_id", columns.Key, autoincrement=False, nullable=False),
        sa.Column("facts_at", columns.Moment, nullable=True),
        sa.Column("figures_on", columns.Day, nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("owner_id"),
    )
    op.create_table(
        "insight_sets",
        sa.Column("owner_id", columns.Key, autoincrement=False, nullable=False),
        sa.Column("found_on", columns.Day, nullable=False),
        sa.Column("sees_all", sa.Boolean(), nullable=False),
        sa.Column("commission", sa.Double(), nullable=True),
        sa.Column("ideas", columns.Json, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("owner_id"),
    )
    op.create_table(
        "insight_feedback",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("rule", columns.Plain, nullable=False),
        sa.Column("fingerprint", columns.Plain, nullable=False),
        sa.Column("measure", sa.Double(), nullable=False),
        sa.Column("note", columns.Plain, nullable=True),
        sa.Column("at", columns.Moment, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_insight_feedback_owner", "insight_feedback", ["owner_id", "fingerprint"])


def _where(name: str, table: str, over: list[str], condition: str, *, unique: bool = False) -> None:
    where = sa.text(condition)
    op.create_index(name, table, over, unique=unique, sqlite_where=where, postgresql_where=where)
