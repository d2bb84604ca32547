"""Deals for tests: short ways to make them, and what stands beside them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from realty_cli.app import Work
from realty_cli.deals.schemas.deal import DealCreate, DealUpdate, StageChange
from realty_cli.deals.schemas.filters import DealFilter, OfferFilter
from realty_cli.deals.schemas.offers import OfferCreate, OfferDecision, OfferUpdate
from realty_cli.kit.schema import validate
from realty_cli.properties.schemas.listing import PropertyCreate, StatusChange
from tests.conftest import Agency
from tests.test_properties.listings import FLAT

DEAL: dict[str, Any] = {"title": "Сделка", "kind": "sale", "side": "buyer"}


def listing(agency: Agency, user: str | None = None, **fields: Any) -> int:
    data = validate(PropertyCreate, {**FLAT, **fields})
    return int(agency.do(lambda work: work.properties.create(data), user=user)["id"])


def status(agency: Agency, number: int, to: str, **more: Any) -> None:
    data = validate(StatusChange, {"status": to, **more})
    agency.do(lambda work: work.properties.change_status(number, data))


def create(**fields: Any) -> Callable[[Work], dict[str, Any]]:
    return lambda work: work.deals.create(validate(DealCreate, {**DEAL, **fields}))


def change(number: int, **fields: Any) -> Callable[[Work], dict[str, Any]]:
    return lambda work: work.deals.update(number, validate(DealUpdate, fields))


def move(number: int, stage: str, **more: Any) -> Callable[[Work], dict[str, Any]]:
    return lambda work: work.deals.change_stage(number, validate(StageChange, {"stage": stage, **more}))


def found(work: Work, sort: str | None = None, **wanted: Any) -> dict[str, Any]:
    return work.deals.page(validate(DealFilter, wanted), sort=sort, limit=100)


def offer(**fields: Any) -> Callable[[Work], dict[str, Any]]:
    return lambda work: work.deals.offers.create(validate(OfferCreate, {"amount": 4_900_000, **fields}))


def change_offer(number: int, **fields: Any) -> Callable[[Work], dict[str, Any]]:
    return lambda work: work.deals.offers.update(number, validate(OfferUpdate, fields))


def decide(number: int, status: str, **more: Any) -> Callable[[Work], dict[str, Any]]:
    return lambda work: work.deals.offers.decide(number, validate(OfferDecision, {"status": status, **more}))


def offers(work: Work, **wanted: Any) -> dict[str, Any]:
    return work.deals.offers.page(validate(OfferFilter, wanted), limit=100)


def client(agency: Agency, name: str, user: str | None = None) -> int:
    """A client as a bare row: what deals need of one is that it is there and whose it is."""

    def insert(work: Work) -> int:
        now = "2026-03-10T09:00:00.000000Z"
        columns = (
            "id", "owner_id", "kind", "name", "stage", "version", "created_at", "updated_at",
        )  # fmt: skip
        (number,) = work.db.next_ids("clients", 1)
        row = (number, work.actor.id, "person", name, "active", 1, now, now)
        work.db.insert("clients", columns, [row])
        return number

    return int(agency.do(insert, user=user))
