"""Part of 0006: events and their instances."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from realty_cli.store import columns


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("uid", columns.Plain, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("title", columns.Plain, nullable=False),
        sa.Column("description", columns.Plain, nullable=True),
        sa.Column("event_type", columns.Plain, nullable=False),
        sa.Column("status", columns.Plain, nullable=False),
        sa.Column("all_day", sa.Boolean(), nullable=False),
        sa.Column("starts_local", columns.Plain, nullable=False),
        sa.Column("ends_local", columns.Plain, nullable=False),
        sa.Column("timezone", columns.Plain, nullable=True),
        sa.Column("start_time", columns.Moment, nullable=False),
        sa.Column("end_time", columns.Moment, nullable=False),
        sa.Column("location", columns.Plain, nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("property_id", columns.Key, nullable=True),
        sa.Column("client_id", columns.Key, nullable=True),
        sa.Column("deal_id", columns.Key, nullable=True),
        sa.Column("attendees", columns.Json, nullable=True),
        sa.Column("actual_start", columns.Moment, nullable=True),
        sa.Column("actual_end", columns.Moment, nullable=True),
        sa.Column("cancelled_by", columns.Plain, nullable=True),
        sa.Column("rescheduled_to", columns.Key, nullable=True),
        sa.Column("rrule", columns.Plain, nullable=True),
        sa.Column("rdates", columns.Json, nullable=True),
        sa.Column("exdates", columns.Json, nullable=True),
        sa.Column("series_id", columns.Key, nullable=True),
        sa.Column("recurrence_id", columns.Plain, nullable=True),
        sa.Column("related_to", columns.Plain, nullable=True),
        sa.Column("reminders", columns.Json, nullable=True),
        sa.Column("priority", sa.Integer(), nullable=True),
        sa.Column("color", columns.Plain, nullable=True),
        sa.Column("outcome", columns.Plain, nullable=True),
        sa.Column("outcome_note", columns.Plain, nullable=True),
        sa.Column("busy", sa.Boolean(), nullable=False),
        sa.Column("tentative", sa.Boolean(), nullable=False),
        sa.Column("declined", sa.Boolean(), nullable=False),
        sa.Column("buffer_before", sa.Integer(), nullable=True),
        sa.Column("buffer_after", sa.Integer(), nullable=True),
        sa.Column("tags", columns.Json, nullable=True),
        sa.Column("notes", columns.Plain, nullable=True),
        sa.Column("template_id", columns.Key, nullable=True),
        sa.Column("source", columns.Plain, nullable=True),
        sa.Column("external_id", columns.Plain, nullable=True),
        sa.Column("import_hash", sa.BigInteger(), nullable=True),
        sa.Column("ics", columns.Json, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", columns.Moment, nullable=False),
        sa.Column("updated_at", columns.Moment, nullable=False),
        sa.Column("deleted_at", columns.Moment, nullable=True),
        sa.Column("expanded_from", columns.Moment, nullable=True),
        sa.Column("expanded_to", columns.Moment, nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    _index("ix_events_owner", "events", ["owner_id", "start_time"])
    _index("ix_events_start", "events", ["start_time"])
    _index("ix_events_created", "events", ["created_at"])
    for name in ("property", "client", "deal", "series"):
        _index(f"ix_events_{name}", "events", [f"{name}_id"], f"{name}_id IS NOT NULL")
    for name in ("expanded_to", "expanded_from"):
        _index(f"ix_events_{name}", "events", [name], f"deleted_at IS NULL AND {name} IS NOT NULL")
    _index("ix_events_uid", "events", ["owner_id", "uid"], "recurrence_id IS NULL", unique=True)
    exception = ["owner_id", "uid", "recurrence_id"]
    _index("ix_events_exception", "events", exception, "recurrence_id IS NOT NULL", unique=True)
    _index("ix_events_bin", "events", ["deleted_at"], "deleted_at IS NOT NULL")
    op.create_table(
        "event_instances",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("event_id", columns.Key, nullable=False),
        sa.Column("series_id", columns.Key, nullable=True),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("recurrence_id", columns.Plain, nullable=True),
        sa.Column("start_time", columns.Moment, nullable=False),
        sa.Column("end_time", columns.Moment, nullable=False),
        sa.Column("local_date", columns.Day, nullable=False),
        sa.Column("all_day", sa.Boolean(), nullable=False),
        sa.Column("busy", sa.Boolean(), nullable=False),
        sa.Column("soft", sa.Boolean(), nullable=False),
        sa.Column("property_id", columns.Key, nullable=True),
        sa.Column("event_type", columns.Plain, nullable=False),
        sa.Column("status", columns.Plain, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_event_instances_owner", "event_instances", ["owner_id", "start_time", "end_time"])
    op.create_index("ix_event_instances_start", "event_instances", ["start_time"])
    op.create_index(
        "ix_event_instances_long", "event_instances", ["owner_id", "start_time", "end_time"],
        sqlite_where=sa.text("substr(start_time, 1, 10) <> substr(end_time, 1, 10)"),
        postgresql_where=sa.text("end_time - start_time > INTERVAL '1 day'"),
    )  # fmt: skip
    _index("ix_event_instances_property", "event_instances", ["property_id", "start_time"], "property_id IS NOT NULL")
    op.create_index("ix_event_instances_event", "event_instances", ["event_id"])
    _index("ix_event_instances_series", "event_instances", ["series_id"], "series_id IS NOT NULL")
    if op.get_bind().dialect.name == "sqlite":
        # Contentless, as the search of listings: `store.search` hands it ready stems.
        op.execute(
            "CREATE VIRTUAL TABLE event_search USING fts5(document, content='', contentless_delete=1, tokenize='ascii')"
        )
    else:
        op.execute("CREATE TABLE event_search (rowid BIGINT PRIMARY KEY, document TSVECTOR NOT NULL)")
        op.execute("CREATE INDEX event_search_words ON event_search USING gin (document)")


def _index(name: str, table: str, over: list[str], where: str = "deleted_at IS NULL", *, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, table, over, unique=unique, sqlite_where=condition, postgresql_where=condition)
