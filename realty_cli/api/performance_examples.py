"""Examples of performance and comparison in the API's description."""

from __future__ import annotations

from typing import Any

from realty_cli.api.metrics_examples import AS_OF, OWN, PERIOD, shown

_BEFORE = PERIOD | {
    "start": "2026-09-01T00:00:00+03:00", "end": "2026-10-01T00:00:00+03:00", "first_date": "2026-09-01",
    "last_date": "2026-09-30",
}  # fmt: skip
_INDICATOR = {
    "key": "money.gci", "label": "Валовая комиссия", "value": 2_880_000, "unit": "money", "currency": "RUB",
    "target": 3_000_000, "target_source": "user", "expected_now": 3_000_000, "attainment": 0.96, "status": "amber",
    "previous": 2_400_000, "change_pct": 0.2, "trend": "up", "weight": 3.0, "owner": "agency",
    "sparkline": [1_900_000, 2_100_000, 2_300_000, 2_000_000, 2_400_000, 2_880_000],
    "definition": "Комиссия агентства до вычета чьих-либо долей",
}  # fmt: skip
INDICATORS: dict[str, Any] = {
    "period": PERIOD, "scope": OWN, "compared": _BEFORE, "items": [_INDICATOR], "total": 1, **AS_OF,
}  # fmt: skip
OVERVIEW: dict[str, Any] = {
    "period": PERIOD,
    "scope": OWN,
    "compared": _BEFORE,
    "score": 91.5,
    "indicators": [_INDICATOR],
    "highlights": ["Показы: 120 % от того, что нужно к этому дню"],
    "risks": ["Новые лиды: 62 % от того, что нужно к этому дню"],
    "leaderboard": [
        {
            "place": 1, "owner_id": 2, "agent": "Мария Белова", "currency": "RUB", "gci": 2_880_000, "deals": 6,
            "score": 96.0,
        }
    ],
    "data_quality": {
        "share_events_with_outcome": 0.93, "share_deals_with_commission": 1.0, "share_leads_with_source": 0.98,
    },
    **AS_OF,
}  # fmt: skip
COMPARISON: dict[str, Any] = {
    "current": PERIOD,
    "previous": _BEFORE,
    "mode": "previous",
    "aligned": False,
    "working_days": 27,
    "previous_working_days": 26,
    "groups": [
        {
            "name": "clients", "deal_kind": None, "currency": "RUB",
            "metrics": list(shown("clients", {"new_leads": 40, "contacted_share": 0.8}, 40).values()),
        }
    ],
    "mix_effect": [
        {
            "deal_kind": "sale", "currency": "RUB", "total": 1_200_000, "like_for_like": 400_000, "mix": 800_000,
            "deals": 6, "previous_deals": 5,
        }
    ],
    "notes": ["Периоды разной длины: 31 и 30 дней. Суммы и количества различаются уже этим."],
    **AS_OF,
}  # fmt: skip
