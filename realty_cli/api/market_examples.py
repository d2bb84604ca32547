"""Examples of numbers of listings and events in the API's description: those of the same small October."""

from __future__ import annotations

from typing import Any

from realty_cli.api.metrics_examples import AS_OF, OWN, PERIOD, shown

_COUNTS = {
    "inventory": 42, "reserved_now": 5, "drafts": 3, "active_any": 57, "new": 14, "reserved": 8, "closed": 6,
    "withdrawn": 2,
}  # fmt: skip
_NO_DATA: list[list[float | None]] = [[None] * 24 for _ in range(7)]
PROPERTIES: dict[str, Any] = {
    "period": PERIOD,
    "scope": OWN,
    "compared": None,
    "totals": shown("properties", {**_COUNTS, "quality_score": 71.4}, 42),
    "blocks": [
        {
            "deal_type": "sale",
            "currency": "RUB",
            **shown("properties", {
                **_COUNTS, "sell_through": 0.75, "fallout_rate": 0.14, "pending_ratio": 0.119,
                "dom_closed_median": 38.0, "dom_closed_mean": 44.6, "dom_closed_p90": 88.0, "dom_reserved_median": 35.5,
                "cdom_median": 41.0, "days_to_close_median": 21.0, "age_of_inventory_median": 47.0,
                "median_survival": 63.0, "price_median": 890_000_000, "price_mean": 971_500_000,
                "price_per_m2_asking_median": 15_820_000, "price_per_m2_sold_median": 15_110_000,
                "price_per_sotka_asking_median": 28_000_000, "price_per_sotka_sold_median": 26_500_000,
                "inventory_value": 40_803_000_000, "sale_to_list": 0.972, "sale_to_original": 0.944,
                "price_reduced_share": 0.19, "price_reduced_ever_share": 0.38, "reduction_depth_median": 0.034,
                "reduction_total_median": 0.052, "price_increases": 1, "absorption_rate": 0.151,
                "months_of_supply": 6.63, "showings_per_week": 0.8, "views_per_day": 21.5, "contacts_per_day": 0.4,
                "favourites_per_day": 0.9,
            }, 42),
            "by_type": [
                {
                    "value": "apartment", "inventory": 36, "share": 0.8571, "new": 12, "closed": 6,
                    "price_median": 8_650_000, "price_per_m2_median": 159_300, "dom_median": 38.0,
                }
            ],
            "by_district": [
                {
                    "value": None, "inventory": 4, "share": 0.0952, "new": 1, "closed": 0, "price_median": 7_400_000,
                    "price_per_m2_median": 141_000, "dom_median": None,
                }
            ],
            "by_rooms": [],
            "by_status": [{"status": "active", "count": 42}, {"status": "reserved", "count": 5}],
            "price_histogram": [{"low": 6_000_000, "high": 8_000_000, "count": 17}],
            "stale": [
                {
                    "property_id": 17, "title": "2-комн. квартира, ул. Пушкина, 12", "days": 131.0,
                    "typical_days": 41.0, "index": 3.2, "comparables": 9,
                }
            ],
        }
    ],
    "data_quality": {
        "share_with_price": 1.0, "share_with_area": 0.98, "share_with_district": 0.9, "share_with_listed_at": 1.0,
    },
    **AS_OF,
}  # fmt: skip
CHANNELS_IMPORTED: dict[str, Any] = {
    "import_id": None, "created": 310, "updated": 2, "unchanged": 0, "rejected": 1,
    "rows": [
        {
            "line": 9, "outcome": "rejected", "id": None,
            "errors": [
                {
                    "field": "property_code", "code": "channels.listing_unknown",
                    "message": "There is no listing of yours that is called A-17. Enter it first, or name it by its"
                    " number.",
                }
            ],
        }
    ],
    "warnings": [],
}  # fmt: skip
EVENTS: dict[str, Any] = {
    "period": PERIOD,
    "scope": OWN,
    "compared": None,
    **shown("events", {
        "total": 96, "due": 96, "scheduled": 3, "completed": 74, "cancelled": 13, "no_show": 6, "rescheduled": 9,
        "stale_open": 3, "showings": 41, "calls": 18, "completion_rate": 0.796, "no_show_rate": 0.075,
        "cancellation_rate": 0.135, "cancelled_by_agent": 0.02, "cancelled_by_client": 0.09, "cancelled_by_owner": 0.02,
        "late_cancel_rate": 0.03, "confirmation_rate": 0.61, "reschedule_mean": 0.1, "showings_per_sale": 6.8,
        "showings_per_sale_median": 6, "showing_to_offer": 0.18, "busy_hours": 71.5, "utilisation": 0.29,
        "conflicts": 1, "conflict_hours": 0.5,
        "average_duration": 0.8, "actual_duration": 0.7, "travel_misses": 2, "feedback_rate": 0.7,
        "rating_mean": 3.9,
    }, 96),
    "by_status": [{"value": "completed", "count": 74}, {"value": "cancelled", "count": 13}],
    "by_type": [{"value": "showing", "count": 55}],
    "by_agent": [
        {
            "owner_id": 2, "agent": "Мария Белова", "due": 96, "completed": 74, "cancelled": 13, "no_show": 6,
            "stale_open": 3, "showings": 41, "completion_rate": 0.7957, "busy_hours": 71.5,
        }
    ],
    "heatmap": [[0] * 24 for _ in range(7)],
    "rate": _NO_DATA,
    "dead_hours": [{"weekday": 0, "hour": 9, "due": 9, "completed": 3, "rate": 0.651}],
    "data_quality": {
        "share_with_outcome": 0.97, "share_showings_with_property": 0.93, "share_cancelled_with_reason": 1.0,
    },
    **AS_OF,
}  # fmt: skip
