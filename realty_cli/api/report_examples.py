"""Reports and their schedules as the OpenAPI document shows them."""

from __future__ import annotations

from typing import Any

BODY: dict[str, Any] = {
    "report_type": "property_summary", "title": "Объекты: январь 2024", "subtitle": "",
    "answer": "В продаже 23 объекта, новых 6, закрыто 2, медиана срока до сделки 47 дн.", "language": "ru",
    "agency": "Иванов Алексей", "period": "январь 2024", "as_of": "2024-02-01T00:00:00+03:00", "filters": [],
    "currency": "RUB", "definitions_version": "1",
    "sections": [{
        "title": "Продажа",
        "blocks": [{
            "kind": "table", "name": "stale", "title": "", "note": "",
            "columns": [{"name": "days", "title": "На рынке", "unit": "days", "currency": None}],
            "rows": [{"days": 74.0}],
        }],
    }],
    "metrics": {},
}  # fmt: skip
READY: dict[str, Any] = {
    "id": 12, "owner_id": 3, "schedule_id": None, "report_type": "agency", "format": "xlsx", "status": "ready",
    "title": "Агентство: 1-й квартал 2024",
    "request": {"report_type": "agency", "format": "xlsx", "period": "2024-Q1", "language": "ru"},
    "file": "/api/v1/analytics/reports/12/file", "file_name": "agency-2024-04-01.xlsx",
    "media_type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "size": 48_213,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "error": None,
    "created_at": "2024-04-01T06:00:00Z", "started_at": "2024-04-01T06:00:02Z",
    "finished_at": "2024-04-01T06:00:05Z", "expires_at": "2024-04-08T06:00:05Z",
}  # fmt: skip
WAITING: dict[str, Any] = {
    **READY, "status": "waiting", "title": None, "file": None, "file_name": None, "media_type": None, "size": None,
    "sha256": None, "started_at": None, "finished_at": None, "expires_at": None,
}  # fmt: skip
LIST = {"items": [READY], "total": 1, "limit": 20, "offset": 0, "next_cursor": None}
SCHEDULE: dict[str, Any] = {
    "report": {"report_type": "performance", "period": "last week", "format": "pdf", "language": "ru"},
    "id": 3, "owner_id": 3, "name": None, "cron": "0 9 * * mon", "deliver": "email", "enabled": True,
    "next_at": "2024-04-08T06:00:00Z", "last_at": "2024-04-01T06:00:00Z", "version": 1,
    "created_at": "2024-03-28T12:00:00Z", "updated_at": "2024-03-28T12:00:00Z", "deleted_at": None,
}  # fmt: skip
SCHEDULES = {"items": [SCHEDULE], "total": 1, "limit": 20, "offset": 0, "next_cursor": None}
_BINARY = {"schema": {"type": "string", "format": "binary"}}
FILES: dict[str, Any] = {
    "application/pdf": _BINARY,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": _BINARY,
    "application/zip": _BINARY,
    "text/csv": {"schema": {"type": "string"}},
    "text/html": {"schema": {"type": "string"}},
    "text/markdown": {"schema": {"type": "string"}},
}
