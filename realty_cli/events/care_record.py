"""Templates and feedback as they are stored. `tables.py` declares the same columns; a test holds them together."""

from __future__ import annotations

from realty_cli.store.rows import RowKind

TEMPLATE = RowKind(
    kind="template",
    table="event_templates",
    missing="template.not_found",
    not_in_bin="template.not_in_bin",
    columns=(
        "id", "owner_id", "name", "title", "event_type", "duration_minutes", "description", "location", "reminders",
        "buffer_before", "buffer_after", "color", "priority", "busy", "tags", "version", "created_at", "updated_at",
        "deleted_at",
    ),
    flags=frozenset({"busy"}),
    json={"reminders": [], "tags": []},
)  # fmt: skip

FEEDBACK = RowKind(
    kind="feedback",
    table="showing_feedback",
    missing="feedback.not_found",
    not_in_bin="feedback.not_in_bin",
    columns=(
        "id", "owner_id", "event_id", "recurrence_id", "client_id", "property_id", "rating", "price_opinion",
        "objections", "interested", "note", "source", "version", "created_at", "updated_at", "deleted_at",
    ),
    flags=frozenset({"interested"}),
    json={"objections": []},
)  # fmt: skip
