"""Part of 0007: what aggregates read instead of the tables themselves.

A listing is born open and pays for none of those on listings: what was listed is found among the open ones, and the
closed ones by the day of closing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def upgrade() -> None:
    closed = sa.text("deleted_at IS NULL AND closed_at IS NOT NULL")
    op.create_index(
        "ix_properties_closed", "properties", ["closed_at"], sqlite_where=closed, postgresql_where=closed
    )  # fmt: skip
    op.create_index("ix_property_statuses_effective", "property_statuses", ["effective_at", "property_id"])
    put_off = sa.text("rescheduled_to IS NOT NULL")
    op.create_index("ix_events_put_off", "events", ["rescheduled_to"], sqlite_where=put_off, postgresql_where=put_off)
    # Whole periods are told by what these hold, without a look at the instances.
    op.create_index(
        "ix_event_instances_end", "event_instances",
        ["end_time", "owner_id", "start_time", "event_type", "status", "busy", "all_day", "property_id", "event_id"],
    )  # fmt: skip
    op.create_index(
        "ix_event_instances_kinds", "event_instances",
        ["status", "event_type", "end_time", "owner_id", "property_id"],
    )  # fmt: skip
    for name, columns, where in (
        ("actual", ["actual_start", "actual_end"], "actual_start IS NOT NULL AND actual_end IS NOT NULL"),
        ("placed", ["latitude", "longitude"], "latitude IS NOT NULL AND longitude IS NOT NULL"),
    ):
        known = sa.text(where)
        op.create_index(f"ix_events_{name}", "events", ["id", *columns], sqlite_where=known, postgresql_where=known)
    op.drop_index("ix_event_instances_property", "event_instances")
    at_listing = sa.text("property_id IS NOT NULL")
    op.create_index(
        "ix_event_instances_property", "event_instances",
        ["property_id", "start_time", "end_time", "status", "event_type", "owner_id"],
        sqlite_where=at_listing, postgresql_where=at_listing,
    )  # fmt: skip
    op.drop_index("ix_event_instances_owner", "event_instances")
    op.create_index(
        "ix_event_instances_owner", "event_instances", ["owner_id", "start_time", "end_time", "busy", "all_day"]
    )
