"""Examples of events for the OpenAPI document. The tests hold them against its schemas."""

from __future__ import annotations

from typing import Any, Final

EVENT: Final[dict[str, Any]] = {
    "id": 12, "owner_id": 1, "uid": "6b0f1c2e-4a55-4b0c-9d0e-2f7c1f3f9a10@realty", "sequence": 0,
    "title": "Показ: Лесная, 7", "description": None, "event_type": "showing", "status": "scheduled", "all_day": False,
    "start_time": "2034-05-16T07:00:00.000000Z", "end_time": "2034-05-16T08:00:00.000000Z",
    "start_local": "2034-05-16T10:00:00", "end_local": "2034-05-16T11:00:00", "local_date": "2034-05-16",
    "timezone": "Europe/Moscow", "location": "Москва, Лесная, 7", "latitude": 55.78, "longitude": 37.59,
    "property_id": 5, "client_id": 11, "deal_id": None,
    "attendees": [{"name": "Иванова Анна", "email": "anna@example.com", "phone": None, "response": "accepted"}],
    "actual_start": None, "actual_end": None, "cancelled_by": None, "rescheduled_to": None,
    "rrule": "FREQ=WEEKLY;BYDAY=TU;COUNT=4", "rdates": [], "exdates": [], "series_id": 12,
    "recurrence_id": "2034-05-16T07:00:00.000000Z", "related_to": None,
    "reminders": [{"minutes_before": 60, "channel": "app"}], "priority": None, "color": None, "outcome": None,
    "outcome_note": None, "busy": True, "tentative": False, "declined": False, "buffer_before": 15, "buffer_after": 15,
    "tags": [], "notes": "Ключи у консьержа.", "template_id": None, "source": "manual", "external_id": None,
    "warnings": [], "version": 1, "created_at": "2034-05-01T08:00:00.000000Z",
    "updated_at": "2034-05-01T08:00:00.000000Z", "deleted_at": None,
}  # fmt: skip

PAGE: Final = {"items": [EVENT], "total": 1, "limit": 20, "offset": 0, "next_cursor": None}

AGENDA: Final = {
    "items": [EVENT], "total": 1, "timezone": "Europe/Moscow", "start": "2034-05-15T21:00:00.000000Z",
    "end": "2034-05-16T21:00:00.000000Z",
}  # fmt: skip

NEW: Final[dict[str, Any]] = {
    "title": "Показ квартиры", "event_type": "showing", "start_time": "2034-05-16T10:00:00",
    "end_time": "2034-05-16T11:00:00",
}  # fmt: skip
SERIES: Final[dict[str, Any]] = {
    **NEW, "title": "Планёрка", "event_type": "meeting", "rrule": "FREQ=WEEKLY;BYDAY=TU;COUNT=10",
}  # fmt: skip
BULK: Final = {
    "created": 1, "skipped": 1, "items": [EVENT],
    "errors": [{
        "index": 1, "code": "invalid",
        "errors": [{"field": "end_time", "code": "event.end_before_start", "message": "..."}],
    }],
}  # fmt: skip
