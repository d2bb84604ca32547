"""How what portals say of a day is stored, logged and undone."""

from __future__ import annotations

from realty_cli.store.rows import RowKind

COUNTS = ("views", "contacts", "favourites")
DAY = RowKind(
    kind="channel_day",
    table="channel_stats",
    missing="",
    not_in_bin="",
    columns=("id", "owner_id", "property_id", "portal", "day", *COUNTS, "version", "created_at", "updated_at"),
)
