"""Requests, listings and their matches, entered and asked for in a few words."""

from __future__ import annotations

from typing import Any

from realty_cli.clients.schemas.client import ClientCreate
from realty_cli.clients.schemas.request import BuyerRequestCreate, BuyerRequestUpdate, MarkCreate
from realty_cli.kit.schema import validate
from realty_cli.properties.schemas.listing import PropertyCreate, PropertyUpdate
from tests.conftest import Agency

FLAT: dict[str, Any] = {
    "title": "Двушка на Лесной", "property_type": "apartment", "deal_type": "sale", "status": "active",
    "price": 12_000_000, "rooms": 2, "area_total": 54.3, "area_kitchen": 9.5, "floor": 5, "floors_total": 12,
    "year_built": 2010, "city": "Москва", "district": "Тверской", "metro": "Белорусская", "metro_minutes": 7,
    "latitude": 55.78, "longitude": 37.58, "mortgage": True, "tags": ["балкон"], "attributes": {"Парковка": "есть"},
}  # fmt: skip
WANTED: dict[str, Any] = {
    "deal_type": "sale", "property_types": ["apartment"], "rooms": [2, 3], "price_max": 12_500_000, "area_min": 50,
    "floor_min": 3, "cities": ["москва"], "districts": ["тверской"],
}  # fmt: skip


def client(agency: Agency, user: str | None = None, name: str = "Иванов Пётр") -> int:
    data = validate(ClientCreate, {"name": name})
    return int(agency.do(lambda work: work.clients.create(data), user=user)["id"])


def listing(agency: Agency, user: str | None = None, **fields: Any) -> int:
    data = validate(PropertyCreate, {**FLAT, **fields})
    return int(agency.do(lambda work: work.properties.create(data), user=user)["id"])


def request(agency: Agency, user: str | None = None, *, of: int | None = None, **fields: Any) -> int:
    number = client(agency, user) if of is None else of
    data = validate(BuyerRequestCreate, {**WANTED, **fields, "client_id": number})
    return int(agency.do(lambda work: work.requests.create(data), user=user)["id"])


def change_request(agency: Agency, number: int, user: str | None = None, **fields: Any) -> dict[str, Any]:
    data = validate(BuyerRequestUpdate, fields)
    changed: dict[str, Any] = agency.do(lambda work: work.requests.update(number, data), user=user)
    return changed


def change_listing(agency: Agency, number: int, user: str | None = None, **fields: Any) -> None:
    data = validate(PropertyUpdate, fields)
    agency.do(lambda work: work.properties.update(number, data), user=user)


def mark(agency: Agency, request: int, listing: int, mark: str = "shown", user: str | None = None) -> dict[str, Any]:
    data = validate(MarkCreate, {"request_id": request, "property_id": listing, "mark": mark})
    made: dict[str, Any] = agency.do(lambda work: work.requests.matches.mark(data), "matches mark", user)
    return made


def of_request(agency: Agency, number: int, user: str | None = None, **page: Any) -> dict[str, Any]:
    body: dict[str, Any] = agency.ask(lambda work: work.requests.matches.of_request(number, **page), user)
    return body


def of_listing(agency: Agency, number: int, user: str | None = None, **page: Any) -> dict[str, Any]:
    body: dict[str, Any] = agency.ask(lambda work: work.requests.matches.of_listing(number, **page), user)
    return body
