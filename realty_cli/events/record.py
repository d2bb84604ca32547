"""Events as they are stored and shown. `tables.py` declares the same columns; a test holds them together."""

from __future__ import annotations

from realty_cli.store.rows import RowKind

EVENT = RowKind(
    kind="event",
    table="events",
    missing="event.not_found",
    not_in_bin="event.not_in_bin",
    columns=(
        "id", "owner_id", "uid", "sequence", "title", "description", "event_type", "status", "all_day", "starts_local",
        "ends_local", "timezone", "start_time", "end_time", "location", "latitude", "longitude", "property_id",
        "client_id", "deal_id", "attendees", "actual_start", "actual_end", "cancelled_by", "rescheduled_to", "rrule",
        "rdates", "exdates", "series_id", "recurrence_id", "related_to", "reminders", "priority", "color", "outcome",
        "outcome_note", "busy", "tentative", "declined", "buffer_before", "buffer_after", "tags", "notes",
        "template_id", "source", "external_id", "import_hash", "ics", "version", "created_at", "updated_at",
        "deleted_at", "expanded_from", "expanded_to",
    ),
    flags=frozenset({"all_day", "busy", "tentative", "declined"}),
    json={"attendees": [], "rdates": [], "exdates": [], "reminders": [], "tags": [], "ics": []},
    hidden=frozenset({"import_hash", "ics", "starts_local", "ends_local", "expanded_from", "expanded_to"}),
    derived=frozenset({"expanded_from", "expanded_to"}),
)  # fmt: skip

#: What the words are made of by which an event is found.
SEARCHED = frozenset({
    "title", "description", "event_type", "location", "attendees", "tags", "notes", "outcome_note", "external_id",
})  # fmt: skip

#: What decides where an event lies in time, and whether it keeps others out.
PLACED = frozenset({
    "owner_id", "status", "all_day", "starts_local", "ends_local", "timezone", "property_id", "rrule", "rdates",
    "exdates", "series_id", "recurrence_id", "event_type", "busy", "tentative", "declined", "deleted_at",
})  # fmt: skip

#: Texts of rules that may give more than is laid: by the hour and below, or at several times of a day. An index finds
#: them by these words (`ix_events_dense`).
DENSE = " OR ".join(
    f"rrule LIKE '%{part}%'" for part in ("HOURLY", "MINUTELY", "SECONDLY", "BYHOUR", "BYMINUTE", "BYSECOND")
)
