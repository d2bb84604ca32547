"""Examples of requests, matches and marks for the OpenAPI document. The tests hold them against its schemas."""

from __future__ import annotations

from typing import Any, Final

REQUEST: Final[dict[str, Any]] = {
    "id": 41, "owner_id": 1, "client_id": 11, "lead_id": 21, "external_id": None, "title": "Двушка у парка",
    "status": "active", "deal_type": "sale", "property_types": ["apartment"], "price_min": None,
    "price_max": 12_500_000, "currency": "RUB", "rooms": [2, 3], "area_min": 50.0, "area_max": None,
    "kitchen_min": None, "land_min": None, "land_max": None, "floor_min": 3, "floor_max": None, "year_min": None,
    "year_max": None, "cities": ["Москва"], "districts": ["Тверской"], "metros": [], "metro_minutes_max": None,
    "places": [], "must": ["mortgage"], "nice": ["балкон"], "note": None, "version": 1,
    "created_at": "2024-01-15T07:20:00.000000Z", "updated_at": "2024-01-15T07:20:00.000000Z", "deleted_at": None,
}  # fmt: skip

_PARTS: Final[list[dict[str, Any]]] = [
    {"name": "price", "fit": "fits", "wanted": [None, 12_500_000], "found": 12_000_000, "percent": -4.0},
    {"name": "place", "fit": "fits", "wanted": ["москва", "тверской"], "found": "Тверской", "percent": None},
    {"name": "rooms", "fit": "fits", "wanted": [2, 3], "found": 2, "percent": None},
    {"name": "area", "fit": "fits", "wanted": [50.0, None], "found": 54.3, "percent": None},
    {"name": "floor", "fit": "near", "wanted": [3, None], "found": 2, "percent": None},
    {"name": "must", "fit": "fits", "wanted": "mortgage", "found": True, "percent": None},
    {"name": "nice", "fit": "misses", "wanted": "балкон", "found": False, "percent": None},
]
_MATCH: Final[dict[str, Any]] = {
    "request_id": 41, "property_id": 5, "score": 93, "bargain": None, "parts": _PARTS, "mark": None, "property": None,
    "request": None,
}  # fmt: skip
_LISTING: Final[dict[str, Any]] = {
    "id": 5, "title": "2-комн. квартира, 54,3 м², ул. Лесная, 7", "property_type": "apartment", "price": 12_000_000,
    "currency": "RUB", "rooms": 2, "area_total": 54.3, "floor": 2, "floors_total": 12, "city": "Москва",
    "district": "Тверской", "metro": "Белорусская", "owner_id": 1,
}  # fmt: skip
_WISH: Final[dict[str, Any]] = {
    "id": 41, "client_id": 11, "client_name": "Иванов Пётр Сергеевич", "title": "Двушка у парка", "price_min": None,
    "price_max": 12_500_000, "currency": "RUB", "owner_id": 1,
}  # fmt: skip


def _page(item: dict[str, Any]) -> dict[str, Any]:
    near = {"total": 4, "steps": [{"percent": 3, "more": 4}], "items": []}
    return {
        "items": [item], "total": 1, "limit": 20, "offset": 0, "hidden": 2, "complete": True, "near": near,
    }  # fmt: skip


OF_REQUEST: Final = _page({**_MATCH, "property": _LISTING})
OF_LISTING: Final = _page({**_MATCH, "request": _WISH})

MARK: Final[dict[str, Any]] = {
    "id": 51, "owner_id": 1, "request_id": 41, "property_id": 5, "mark": "refused", "price": 12_000_000,
    "at": "2024-02-03T10:00:00.000000Z", "note": "шумно", "version": 1, "created_at": "2024-02-03T10:05:00.000000Z",
    "updated_at": "2024-02-03T10:05:00.000000Z", "deleted_at": None,
}  # fmt: skip
