"""Prices that agents recommend for listings: software shows what others ask, an agent decides, and both are kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import stamp
from realty_cli.kit.money import from_minor
from realty_cli.store.database import Connection
from realty_cli.store.scope import visible

#: A recommendation speaks for so long; the market of a season ago is another one.
KEPT = timedelta(days=90)
_LAST = (
    "SELECT r.price, r.account_id, r.at, coalesce(nullif(a.full_name, ''), a.username) FROM price_recommendations r"
    " JOIN accounts a ON a.id = r.account_id JOIN properties p ON p.id = r.property_id WHERE r.property_id = :id"
    " AND r.currency = :currency AND r.at > :since"
)


def recommended(db: Connection, actor: Actor, listing: Mapping[str, Any], now: datetime) -> dict[str, Any] | None:
    """The newest price that somebody recommended, in units; None without one in the last 90 days."""
    params: dict[str, Any] = {"id": listing["id"], "currency": listing["currency"], "since": stamp(now - KEPT)}
    row = db.one(f"{_LAST} AND {visible(actor, params, 'p')} ORDER BY r.id DESC LIMIT 1", params)
    if row is None:
        return None
    price, account, at, name = row
    return {"price": from_minor(price), "account_id": account, "by": str(name), "at": at}


def recommend(db: Connection, actor: Actor, listing: Mapping[str, Any], minor: int, now: datetime) -> None:
    """Keep what the actor recommends, in hundredths; the same as the newest is no news."""
    found = recommended(db, actor, listing, now)
    if found is not None and found["account_id"] == actor.id and round(found["price"] * 100) == minor:
        return
    (number,) = db.next_ids("price_recommendations", 1)
    db.run(
        "INSERT INTO price_recommendations (id, owner_id, property_id, account_id, price, currency, at)"
        " VALUES (:id, :owner, :listing, :account, :price, :currency, :at)",
        {
            "id": number, "owner": listing["owner_id"], "listing": listing["id"], "account": actor.id, "price": minor,
            "currency": listing["currency"], "at": stamp(now),
        },
    )  # fmt: skip
