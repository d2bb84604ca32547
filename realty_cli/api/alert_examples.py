"""Examples of alerts and insights for the OpenAPI document. The tests hold them against its schemas."""

from __future__ import annotations

from typing import Any, Final

_AT = "2024-06-03T09:00:00.000000Z"
THRESHOLD: Final[dict[str, Any]] = {
    "id": 4, "owner_id": 1, "rule": "metric", "name": "Мало объектов", "metric": "properties.inventory",
    "operator": "lt", "value": 10, "severe_value": None, "clear_value": 12, "period": None, "hold_minutes": 1_440,
    "keep_minutes": None, "cooldown_days": None, "min_n": None, "severity": "warning", "channels": ["email"],
    "quiet_hours": True, "enabled": True, "version": 1, "created_at": _AT, "updated_at": _AT, "deleted_at": None,
}  # fmt: skip
THRESHOLDS: Final = {"items": [THRESHOLD], "total": 1, "limit": 20, "offset": 0, "next_cursor": None}
RULES: Final = {
    "items": [
        {
            "rule": "lead_unanswered", "title": "Заявка без ответа", "unit": "hours", "operator": "gte",
            "value": 0.25, "severe_value": 2, "clear_value": None, "severity": "warning", "min_n": 0, "daily": False,
            "default": 0.25, "threshold_id": None, "enabled": True,
        }
    ],
    "total": 1,
}  # fmt: skip
ALERT: Final[dict[str, Any]] = {
    "id": 7, "owner_id": 1, "rule": "lead_unanswered", "threshold_id": None, "title": "Заявка без ответа",
    "message": "Иванов: заявка 12 ждёт ответа 40 мин рабочего времени",
    "command": "realty clients log 5 call --lead 12", "severity": "warning", "state": "firing",
    "subject": {"type": "lead", "id": 12, "title": "Иванов"}, "value": 0.67, "threshold": 0.25, "unit": "hours",
    "evidence": {}, "fingerprint": "lead_unanswered:lead:12", "started_at": _AT, "fired_at": _AT,
    "acknowledged_by": None, "acknowledged_at": None, "note": None, "snoozed_until": None, "resolved_at": None,
    "resolved_reason": None, "count": 1, "in_digest": False, "version": 1, "updated_at": _AT,
}  # fmt: skip
ACTIVE: Final = {
    "items": [ALERT], "total": 1, "limit": 20, "offset": 0, "by_severity": {"critical": 0, "warning": 1, "info": 0},
    "in_digest": 0,
}  # fmt: skip
INSIGHTS: Final = {
    "items": [
        {
            "id": "leads_not_contacted", "rule": "leads_not_contacted", "kind": "problem",
            "title": "Заявки ждут ответа", "text": "3 заявки за 30 дней ждут ответа", "subject": None,
            "evidence": [
                {
                    "label": "Заявки без ответа", "value": 3, "baseline": None, "n": 3, "low": None, "high": None,
                    "unit": "count",
                }
            ],
            "impact": {
                "amount": 18_000, "unit": "money", "currency": "RUB", "basis": "доля заявок, ставших сделками",
            },
            "confidence": "high", "priority": 18_000,
            "action": {"verb": "Позвонить сегодня", "command": "realty clients leads list --untouched"},
            "valid_until": "2024-06-10T09:00:00.000000Z",
        }
    ],
    "total": 1, "muted": [],
}  # fmt: skip
