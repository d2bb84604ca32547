"""Examples of what comparing answers."""

from __future__ import annotations

from typing import Any

COMPARABLES: dict[str, Any] = {
    "property_id": 5, "title": "2-комнатная квартира, 54 м²", "price": 8_900_000, "currency": "RUB",
    "area_total": 54.0, "as_of": "2026-03-10T09:00:00+00:00",
    "recommended": {"price": 8_700_000, "account_id": 2, "by": "Анна Орлова", "at": "2026-03-09T16:20:00+00:00"},
    "basis": "asking", "label": "Ожидаемая цена предложения",
    "estimate": {
        "price": 8_600_000, "low": 7_500_000, "high": 9_900_000, "half_width": 0.1395, "price_per_m2": 159_259,
        "low_per_m2": 138_889, "high_per_m2": 183_333, "method": "hedonic", "interval": "conformal", "coverage": 0.8,
        "confidence": "high",
        "text": "Ожидаемая цена предложения: 8,6 млн ₽, скорее всего от 7,5 млн ₽ до 9,9 млн ₽.",
    },
    "refusal": None,
    "position": {"difference": 0.0349, "within": True, "text": "Просят на 3 % больше оценки, в вероятных пределах."},
    "sale": {"ratio": 0.97, "n": 14, "price": 8_300_000},
    "level": {"step": 2, "text": "в радиусе 1 км, площадь ±15 %, столько же комнат, такой же дом"},
    "steps": [
        {"step": 1, "text": "в радиусе 0,5 км, площадь ±15 %, столько же комнат, такой же дом", "found": 3},
        {"step": 2, "text": "в радиусе 1 км, площадь ±15 %, столько же комнат, такой же дом", "found": 13},
    ],
    "n": 13, "pool": 214, "pool_sold": 61,
    "spread": {"low": 8_100_000, "median": 8_550_000, "average": 8_590_000, "high": 9_300_000},
    "items": [
        {
            "property_id": 9, "outside_id": None, "source": None, "source_url": None, "title": "2-к квартира, 52 м²",
            "address": "Казань, Портовая ул., 17", "district": "Вахитовский", "status": "sold", "kind": "sold",
            "price": 8_200_000, "final_price": 8_000_000, "price_on": "2026-01-20", "area_total": 52.0, "rooms": 2,
            "floor": 3, "floors_total": 9, "year_built": 1985, "price_per_m2": 157_692, "latitude": 55.79,
            "longitude": 49.11, "distance_km": 0.4, "months_ago": 1.6, "days_on_market": 38, "score": 68,
            "weight": 0.21, "adjusted_price": 8_520_000, "adjusted_per_m2": 157_778,
            "adjustments": [{"name": "area", "label": "площадь", "share": 0.035, "amount": 287_000}],
        }
    ],
    "pool_error": 0.081, "notes": ["Из объектов, оценённых так же, 8 из 10 попадают в эти границы."],
}  # fmt: skip
ANALYTICS: dict[str, Any] = {
    "property_id": 5, "title": "2-комнатная квартира, 54 м²", "status": "active", "currency": "RUB",
    "as_of": "2026-03-10T09:00:00+00:00", "days_on_market": 62, "cumulative_days": 62, "comparable_days_median": 41.0,
    "comparable_days_n": 9, "exposure_index": 1.51,
    "price": {"current": 8_900_000, "first": 9_200_000, "reductions": 1, "change_share": -0.0326},
    "price_history": [{"on": "2026-01-07", "price": 9_200_000}, {"on": "2026-02-12", "price": 8_900_000}],
    "showings": {"last_7": 1, "total": 6, "upcoming": 1, "cancelled": 2, "no_show": 1},
    "enquiries": {
        "last_7": 4, "total": 27, "on_portals": 23, "to_us": 11, "by_source": [{"source": "avito", "count": 7}],
    },
    "calls": 9,
    "weeks": [{"week": "2026-03-02", "showings": 1, "enquiries": 2, "price_changes": 0}],
    "feedback": {
        "n": 4, "mean_rating": 3.5, "objections": [{"code": "шумно", "label": "шумно", "count": 2}],
        "expensive_share": 0.5,
    },
    "channels": {"views": 1840, "contacts": 23, "favourites": 57},
    "position": {
        "difference": 0.0349, "within": True, "text": "Просят на 3 % больше оценки, в вероятных пределах.",
        "estimate": 8_600_000, "low": 7_500_000, "high": 9_900_000, "confidence": "high",
        "dots": [
            {"property_id": 5, "price_per_m2": 164_815, "own": True},
            {"property_id": 9, "price_per_m2": 157_778, "own": False},
        ],
    },
}  # fmt: skip
ACCURACY: dict[str, Any] = {
    "n": 12, "median_error": 0.064, "bias": 0.012, "within_10": 0.75, "coverage": 0.83, "coverage_n": 12,
    "promised": 0.8, "low_sample": False, "text": "12 продаж: половина оценок ошиблась не более чем на 6,4 %.",
    "by_confidence": [{"confidence": "high", "n": 7, "median_error": 0.048}],
    "items": [
        {
            "property_id": 9, "title": "2-к квартира, 52 м²", "estimated_on": "2026-01-05", "closed_on": "2026-01-20",
            "currency": "RUB", "expected": 8_300_000, "paid": 8_000_000, "error": 0.0375, "within": True,
            "confidence": "high",
        }
    ],
}  # fmt: skip
