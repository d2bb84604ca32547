"""What the planning of the calendar answers, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

_SIDE = {
    "event_id": 12, "instance_start": "2034-05-16T07:00:00.000000Z", "title": "Показ на Лесной",
    "start": "2034-05-16T07:00:00.000000Z", "end": "2034-05-16T08:00:00.000000Z", "status": "scheduled",
}  # fmt: skip
CONFLICTS: dict[str, Any] = {
    "checked": 1,
    "truncated": False,
    "conflicts": [
        {
            "kind": "time", "severity": "hard",
            "overlap": {
                "start": "2034-05-16T07:30:00.000000Z", "end": "2034-05-16T08:00:00.000000Z", "minutes": 30,
            },
            "a": _SIDE, "b": "candidate", "detail": None,
        }
    ],
    "warnings": [],
}  # fmt: skip
SUGGESTIONS: dict[str, Any] = {
    "suggestions": [
        {
            "start": "2034-05-16T08:15:00.000000Z", "end": "2034-05-16T09:15:00.000000Z",
            "start_local": "2034-05-16T11:15+03:00", "end_local": "2034-05-16T12:15+03:00", "tz": "Europe/Moscow",
            "attendee_local": None, "score": 65,
            "reasons": [{"code": "base", "points": 50}, {"code": "cluster", "points": 15}],
            "travel_before_minutes": 0, "travel_after_minutes": 0, "off_grid": True,
        }
    ],
    "considered": 22,
    "rejected": {"busy": 4, "notice": 0, "hours": 1, "holiday": 0, "cap": 0, "travel": 0},
    "empty_reason": None,
}  # fmt: skip
PLAN: dict[str, Any] = {
    "date": "2034-05-16",
    "timezone": "Europe/Moscow",
    "stops": [
        {
            "event_id": 12, "recurrence_id": None, "title": "Показ на Лесной", "event_type": "showing",
            "location": "Лесная, 5", "start": "2034-05-16T06:00:00.000000Z", "end": "2034-05-16T07:00:00.000000Z",
            "start_local": "2034-05-16T09:00+03:00", "end_local": "2034-05-16T10:00+03:00",
            "entered_start": "2034-05-16T07:00:00.000000Z", "moved": True, "fixed": False, "travel_minutes": 0,
            "slack_minutes": 600, "late_minutes": 0, "warnings": [],
        }
    ],
    "totals": {"late_minutes": 0, "travel_minutes": 0, "elapsed_minutes": 60},
    "entered": {"late_minutes": 0, "travel_minutes": 0, "elapsed_minutes": 60},
    "saved_minutes": 0,
    "warnings": [],
}  # fmt: skip
SETTINGS: dict[str, Any] = {
    "working_hours": {"mon": [["09:00", "20:00"]], "sat": [["10:00", "18:00"]], "sun": []},
    "lunch": ["13:00", "14:00"],
    "buffers": {"showing": {"before": 15, "after": 15}},
    "min_notice_minutes": 120,
    "granularity": 30,
    "max_per_day": {"showing": 6},
    "country": "RU",
    "skip_holidays": True,
    "days": [{"day": "2034-05-20", "working": True, "name": None}],
    "agency_days": [{"day": "2034-12-30", "working": False, "name": "Корпоратив"}],
    "speed_kmh": 22.0,
    "rush_speed_kmh": 16.0,
    "parking_minutes": 10,
    "horizon_days": 14,
    "default_reminders": [{"minutes_before": 60, "channel": "app"}],
    "timezone": "Europe/Moscow",
    "version": 1,
}
NOTIFICATIONS: dict[str, Any] = {
    "channels": ["app", "telegram"], "quiet_from": "22:00", "quiet_to": "08:00", "digest": True, "digest_at": "08:00",
    "version": 1,
}  # fmt: skip
