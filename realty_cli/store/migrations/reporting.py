"""Part of 0007: reports that were asked for, and those that come by themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from realty_cli.store import columns


def upgrade() -> None:
    op.create_table(
        "report_schedules",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("name", columns.Plain, nullable=True),
        sa.Column("request", columns.Json, nullable=False),
        sa.Column("cron", columns.Plain, nullable=False),
        sa.Column("deliver", columns.Plain, nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("next_at", columns.Moment, nullable=True),
        sa.Column("last_at", columns.Moment, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", columns.Moment, nullable=False),
        sa.Column("updated_at", columns.Moment, nullable=False),
        sa.Column("deleted_at", columns.Moment, nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    _where("ix_report_schedules_owner", "report_schedules", ["owner_id", "id"], "deleted_at IS NULL")
    _where("ix_report_schedules_next", "report_schedules", ["next_at"], "next_at IS NOT NULL")
    op.create_table(
        "reports",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("schedule_id", columns.Key, nullable=True),
        sa.Column("report_type", columns.Plain, nullable=False),
        sa.Column("format", columns.Plain, nullable=False),
        sa.Column("request", columns.Json, nullable=False),
        sa.Column("deliver", columns.Plain, nullable=False),
        sa.Column("status", columns.Plain, nullable=False),
        sa.Column("title", columns.Plain, nullable=True),
        sa.Column("file_name", columns.Plain, nullable=True),
        sa.Column("media_type", columns.Plain, nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("sha256", columns.Plain, nullable=True),
        sa.Column("error", columns.Json, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", columns.Moment, nullable=False),
        sa.Column("started_at", columns.Moment, nullable=True),
        sa.Column("finished_at", columns.Moment, nullable=True),
        sa.Column("expires_at", columns.Moment, nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_reports_owner", "reports", ["owner_id", "id"])
    _where("ix_reports_waiting", "reports", ["id"], "status IN ('waiting', 'running')")
    _where("ix_reports_expires", "reports", ["expires_at"], "expires_at IS NOT NULL")
    op.create_table(
        "report_files",
        sa.Column("report_id", columns.Key, autoincrement=False, nullable=False),
        sa.Column("data", columns.Bytes, nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"]),
        sa.PrimaryKeyConstraint("report_id"),
    )


def _where(name: str, table: str, over: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, over, sqlite_where=where, postgresql_where=where)
