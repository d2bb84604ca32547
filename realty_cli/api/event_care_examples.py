"""Examples of templates, feedback and figures of events for the OpenAPI document. Tests hold them to its schemas."""

from __future__ import annotations

from typing import Any, Final

from realty_cli.api.event_examples import EVENT as EVENT
from realty_cli.events.kinds import EventStatus, EventType

_ENDS: Final[dict[str, Any]] = {
    "version": 1, "created_at": "2024-06-01T07:00:00.000000Z", "updated_at": "2024-06-01T07:00:00.000000Z",
    "deleted_at": None,
}  # fmt: skip
NEW_TEMPLATE: Final[dict[str, Any]] = {
    "name": "Показ квартиры", "event_type": "showing", "duration_minutes": 45, "buffer_before": 15,
    "reminders": [{"minutes_before": 60, "channel": "email"}],
}  # fmt: skip
TEMPLATE: Final[dict[str, Any]] = {
    "id": 4, "owner_id": 1, "name": "Показ квартиры", "title": "Показ квартиры", "event_type": "showing",
    "duration_minutes": 45, "description": None, "location": None,
    "reminders": [{"minutes_before": 60, "channel": "email"}], "buffer_before": 15, "buffer_after": None,
    "color": None, "priority": None, "busy": None, "tags": [], **_ENDS,
}  # fmt: skip
NEW_FEEDBACK: Final[dict[str, Any]] = {
    "rating": 3, "price_opinion": "high", "objections": ["шумно"], "interested": False,
}  # fmt: skip
_FEEDBACK: Final[dict[str, Any]] = {
    "id": 4, "owner_id": 1, "event_id": 12, "recurrence_id": None, "client_id": 11, "property_id": 5, "rating": 3,
    "price_opinion": "high", "objections": ["шумно"], "interested": False, "note": None, "source": "typed", **_ENDS,
}  # fmt: skip
FEEDBACK: Final[dict[str, Any]] = {**_FEEDBACK, "mark_id": 3, "interaction_id": 31}
REMINDERS: Final[dict[str, Any]] = {
    "items": [{
        "id": 7, "event_id": 12, "recurrence_id": None, "title": "Показ квартиры", "location": "Садовая, 5",
        "minutes_before": 60, "channel": "app", "due_at": "2024-06-01T07:00:00.000000Z", "state": "told",
        "claimed_at": "2024-06-01T07:00:05.000000Z",
    }],
    "total": 1,
}  # fmt: skip


def _page(item: dict[str, Any]) -> dict[str, Any]:
    return {"items": [item], "total": 1, "limit": 20, "offset": 0, "next_cursor": None}


def _share(value: float | None, n: int) -> dict[str, Any]:
    return {"value": value, "n": n, "low_sample": n < 5, "status": "ok" if n else "no_data"}


TEMPLATES: Final = _page(TEMPLATE)
FEEDBACKS: Final = _page(_FEEDBACK)
STATISTICS: Final[dict[str, Any]] = {
    "start": "2024-05-31T21:00:00.000000Z", "end": "2024-06-30T21:00:00.000000Z", "timezone": "Europe/Moscow",
    "partial": True, "as_of": "2024-06-15T09:00:00.000000Z", "total": 14, "due": 8, "upcoming": 6, "rescheduled": 1,
    "stale_open": 1, "by_status": {one.value: 2 for one in EventStatus},
    "by_type": {one.value: 1 for one in EventType}, "completion_rate": _share(0.7143, 7), "no_show_rate": _share(0, 5),
    "cancellation_rate": {
        "total": _share(0.25, 8), "agent": _share(0, 8), "client": _share(0.25, 8), "owner": _share(0, 8),
    },
    "late_cancel_rate": _share(0.125, 8), "confirmation_rate": _share(0.5, 8), "reschedule_mean": 0.1,
    "utilisation": _share(0.125, 92), "average_minutes": 47.5, "average_actual_minutes": 40.0, "busy_hours": 11.5,
    "conflicts": 0,
    "feedback": {"count": 3, "rate": _share(0.6, 5), "mean_rating": 3.67},
    "heatmap": [[0] * 24 for _ in range(7)], "completed_heatmap": [[0] * 24 for _ in range(7)],
    "by_agent": [
        {
            "owner_id": 1, "due": 8, "completed": 5, "cancelled": 2, "no_show": 0, "stale_open": 1, "showings": 4,
            "completion_rate": 0.7143, "busy_hours": 6.5,
        }
    ],
}  # fmt: skip
