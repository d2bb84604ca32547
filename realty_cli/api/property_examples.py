"""Examples of listings for the OpenAPI document. The tests hold them against its schemas and send the requests."""

from __future__ import annotations

from typing import Any, Final

PHOTO: Final = {
    "id": 12, "position": 0, "width": 2560, "height": 1707, "bytes": 412_310, "media_type": "image/jpeg",
    "is_cover": True,
}  # fmt: skip

LISTING: Final[dict[str, Any]] = {
    "id": 5, "owner_id": 1, "external_id": "301548761", "source": "cian",
    "source_url": "https://www.cian.ru/sale/flat/301548761/", "title": "2-комн. квартира, 54,3 м², ул. Лесная, 7",
    "description": "Светлая квартира с видом во двор, 7 минут пешком от метро.", "property_type": "apartment",
    "deal_type": "sale", "status": "active", "status_reason": None, "price": 12_500_000, "currency": "RUB",
    "market": "resale", "rooms": 2, "is_studio": None, "is_euro": None, "is_apartments": None, "is_free_layout": None,
    "area_total": 54.3, "area_living": 31, "area_kitchen": 9.5, "area_land": None, "floor": 5, "floors_total": 9,
    "year_built": 1974, "building_material": "brick", "renovation": "cosmetic", "ceiling_height": 2.64,
    "country": None, "region": None, "city": "Москва", "district": "Тверской", "street": "ул. Лесная", "house": "7",
    "flat": "12", "postal_code": None, "address": "Москва, ул. Лесная, 7", "latitude": 55.7811, "longitude": 37.5903,
    "metro": "Белорусская", "metro_minutes": 7, "cadastral_number": "77:01:0004012:1234", "mortgage": True,
    "bargain": True, "commission": 2, "deposit": None, "contact_name": "Анна", "contact_phone": "+79161234567",
    "tags": ["срочно"], "attributes": {"Вид из окон": "во двор"}, "client_id": None,
    "listed_at": "2024-01-15T07:00:00.000000Z", "closed_at": None, "final_price": None, "exclusive_from": None,
    "exclusive_until": "2024-07-15", "version": 3, "created_at": "2024-01-15T07:00:00.000000Z",
    "updated_at": "2024-02-01T09:30:00.000000Z", "deleted_at": None, "price_per_m2": 230_202.58, "days_on_market": 17,
    "photos": [PHOTO],
}  # fmt: skip

PAGE: Final = {"items": [LISTING], "total": 1, "limit": 20, "offset": 0, "next_cursor": None}

FACETS: Final = {
    "property_type": [{"value": "apartment", "count": 1}], "deal_type": [{"value": "sale", "count": 1}],
    "status": [{"value": "active", "count": 1}], "rooms": [{"value": 2, "count": 1}],
    "city": [{"value": "Москва", "count": 1}], "district": [{"value": "Тверской", "count": 1}],
}  # fmt: skip

STATISTICS: Final = {
    "total": 1, "by_status": {"active": 1}, "by_property_type": {"apartment": 1}, "by_deal_type": {"sale": 1},
    "by_rooms": {"2": 1}, "by_city": {"Москва": 1},
    "prices": [
        {
            "deal_type": "sale", "currency": "RUB", "count": 1, "total": 12_500_000, "average": 12_500_000,
            "median": 12_500_000, "minimum": 12_500_000, "maximum": 12_500_000, "average_per_m2": 230_202.58,
            "median_per_m2": 230_202.58,
        }
    ],
    "average_days_on_market": 17.1, "without_price": 0, "without_photos": 0, "created_last_30_days": 1,
    "closed_last_30_days": 0,
}  # fmt: skip

HISTORY: Final = {
    "id": 5,
    "entries": [
        {
            "field": "price", "old": None, "new": 12_900_000, "reason": None,
            "effective_at": "2024-01-15T07:00:00.000000Z", "recorded_at": "2024-01-15T07:00:00.000000Z", "actor": None,
            "operation_id": None,
        },
        {
            "field": "price", "old": 12_900_000, "new": 12_500_000, "reason": None,
            "effective_at": "2024-02-01T09:30:00.000000Z", "recorded_at": "2024-02-01T09:30:00.000000Z",
            "actor": "anna", "operation_id": 41,
        },
    ],
}  # fmt: skip

DUPLICATES: Final = {
    "items": [
        {
            "a": 5, "b": 9, "score": 0.93, "title_a": LISTING["title"], "title_b": "Двушка на Лесной",
            "reasons": [
                {
                    "code": "duplicate.cadastral_same", "params": {"number": "77:01:0004012:1234"},
                    "message": "The same cadastral number 77:01:0004012:1234.",
                }
            ],
        }
    ],
    "total": 1,
}  # fmt: skip

BULK: Final = {"matched": 14, "changed": 12, "unchanged": 2, "dry_run": False, "operation_id": 57}

IMPORTED: Final = {
    "import_id": 58, "created": 118, "updated": 1, "unchanged": 0, "rejected": 1,
    "rows": [
        {"line": 7, "outcome": "updated", "id": 5, "errors": []},
        {
            "line": 12, "outcome": "rejected", "id": None,
            "errors": [
                {
                    "field": "price", "code": "import.price_unreadable",
                    "message": "“договорная” is not one price. Write a single amount, like 12 500 000 or 12,5 млн,"
                    " or leave the cell empty.",
                }
            ],
        },
    ],
    "warnings": [
        {
            "line": 31, "field": "renovation", "code": "import.unknown_word",
            "message": "The word “хайтек” is not known for this field and was kept as an attribute. Set the field by"
            " hand or with --set.",
        }
    ],
}  # fmt: skip

UNDONE: Final = {
    "operation_id": 59, "undone": 58, "command": "POST /api/v1/properties/import flats.csv", "redo": False,
    "removed": 118, "restored": 0, "reverted": 1,
}  # fmt: skip

ANALYSIS: Final = {
    "listing_id": None, "provider": "local", "language": "ru",
    "extracted": {"rooms": {"value": 2, "note": None, "evidence": ["двухкомнатная"]}},
    "contradictions": [
        {
            "field": "floor", "said": 6, "recorded": 5, "evidence": "6 этаж", "code": "contradiction.floor",
            "message": "The text says 6, the record 5. Correct one of them.",
        }
    ],
    "completeness": {
        "score": 38, "missing": ["price", "photos"],
        "parts": [{"name": "rooms", "weight": 6, "earned": 6, "found_in": "text"}],
    },
    "problems": [
        {
            "code": "wording.shouting", "message": "Words in capitals. Write them in small letters.", "start": 0,
            "end": 6, "evidence": "СРОЧНО", "suggestion": "Срочно",
        }
    ],
    "suggested_text": "Продаётся двухкомнатная квартира на 6 этаже, 7 минут пешком от метро.",
}  # fmt: skip


def answers(schema: Any, example: Any, status: int = 200, description: str = "Done") -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says of the good answer of an endpoint (`responses`)."""
    content = {"application/json": {"example": example}}
    return {status: {"model": schema, "description": description, "content": content}}


def named(**bodies: Any) -> dict[str, Any]:
    """Examples of a body by name (`Body(openapi_examples=...)`)."""
    return {name: {"value": value} for name, value in bodies.items()}
