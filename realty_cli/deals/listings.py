"""What a deal does to its listing: hold it for itself alone, give it back, close it.

The listing may belong to somebody else (an administrator put two agents together): the deal moves it all the same, and
the log says who did. Whether somebody may act on the deal is decided before this.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realty_cli.deals.kinds import HOLDING, Stage
from realty_cli.deals.rules import kind_of
from realty_cli.errors import Conflict, FieldProblem, Invalid
from realty_cli.kit.actor import Actor
from realty_cli.kit.money import from_minor
from realty_cli.properties import reads
from realty_cli.properties.kinds import Status
from realty_cli.properties.repository import PropertyRepository
from realty_cli.properties.rules import closing, contradictions, move, told_in
from realty_cli.store.database import Connection
from realty_cli.store.scope import visible

_MONEY = frozenset({"final_price", "amount"})


def effect(kind: str, number: int, field: str, old: Any, new: Any) -> dict[str, Any]:
    """What an answer says of a change beside the object that was acted on."""
    if field in _MONEY:
        old, new = (None if value is None else from_minor(value) for value in (old, new))
    return {"kind": kind, "id": number, "field": field, "old": old, "new": new}


class Listings:
    """The listings of deals, in one transaction of one actor."""

    def __init__(self, db: Connection, actor: Actor, repository: PropertyRepository) -> None:
        self._db, self._actor, self._repository = db, actor, repository

    def named(self, number: int) -> dict[str, Any]:
        """A listing that the actor names: one of his own, on the market. Raises Invalid on `property_id`."""
        found = reads.state(self._db, self._actor, number)
        if found is None or found["deleted_at"] is not None:
            raise Invalid.one("property_id", "property.not_found", id=number)
        return found

    def of(self, deal: Mapping[str, Any]) -> dict[str, Any] | None:
        """The listing of a deal, whosever it is and wherever; None where there is none or it is gone for good."""
        number = deal.get("property_id")
        return None if number is None else reads.states(self._db, [number]).get(number)

    def agrees(self, deal: Mapping[str, Any], listing: Mapping[str, Any]) -> None:
        """Refuse a sale of what is for rent, and amounts in another currency than the listing's."""
        if deal["kind"] != kind_of(listing["deal_type"]):
            raise Invalid.one("kind", "deal.other_kind", kind=deal["kind"], deal_type=listing["deal_type"])
        if deal["currency"] != listing["currency"]:
            raise Invalid.one(
                "currency", "deal.other_currency", currency=deal["currency"], listing=listing["currency"]
            )  # fmt: skip

    def price(self, number: int | None) -> int | None:
        """The asking price."""
        found = None if number is None else reads.states(self._db, [number]).get(number)
        return None if found is None else found["price"]

    def hold(self, deal: Mapping[str, Any], at: str) -> list[dict[str, Any]]:
        """Take the listing of a deal for it alone. Raises Conflict where another deal has it or it is not for sale."""
        listing = self.of(deal)
        if listing is None:
            return []
        self.refuse_held(deal)
        status = Status(listing["status"])
        if listing["deleted_at"] is not None or status not in (Status.ACTIVE, Status.RESERVED):
            raise Conflict("deal.listing_off_market", id=listing["id"], status=status.value)
        return self._move(listing, Status.RESERVED, at)

    def free(self, deal: Mapping[str, Any], at: str) -> list[dict[str, Any]]:
        """Give the listing back to the market, unless somebody has moved it elsewhere meanwhile."""
        listing = self.of(deal)
        if listing is None or listing["status"] != Status.RESERVED:
            return []
        return self._move(listing, Status.ACTIVE, at)

    def close(self, deal: Mapping[str, Any], final_price: int | None, at: str) -> list[dict[str, Any]]:
        """The listing is sold or rented out, for this price."""
        listing = self.of(deal)
        if listing is None:
            return []
        self.refuse_held(deal)
        to = closing(listing["deal_type"])
        other = self._db.value(
            "SELECT id FROM deals WHERE property_id = :listing AND id <> :deal AND stage = 'closed'"
            " AND deleted_at IS NULL ORDER BY id DESC",
            {"listing": listing["id"], "deal": deal["id"]},
        )
        if listing["status"] == to and other is not None:
            raise Conflict("deal.listing_closed", id=listing["id"])
        if deal["currency"] != listing["currency"]:
            raise Conflict("deal.other_currency", currency=deal["currency"], listing=listing["currency"])
        return self._move(listing, to, at, final_price)

    def reopen(self, deal: Mapping[str, Any], at: str) -> list[dict[str, Any]]:
        """A closed deal fell through: what it had closed is on the market again."""
        listing = self.of(deal)
        if listing is None or listing["status"] != closing(listing["deal_type"]):
            return []
        return self._move(listing, Status.ACTIVE, at)

    def refuse_held(self, deal: Mapping[str, Any]) -> None:
        """Raise Conflict where another deal has the listing; it says whose only to those who may know."""
        if deal.get("property_id") is None:
            return
        params: dict[str, Any] = {"listing": deal["property_id"], "deal": deal.get("id") or 0}
        row = self._db.one(
            f"SELECT d.id, a.username, d.reserved_at, CASE WHEN {visible(self._actor, params, 'd')} THEN 1 ELSE 0 END"
            " FROM deals d JOIN accounts a ON a.id = d.owner_id WHERE d.property_id = :listing AND d.id <> :deal"
            " AND d.deleted_at IS NULL AND d.stage IN ('reserved', 'contract')",
            params,
        )
        if row is None:
            return
        holder, username, since, known = row
        if known:
            raise Conflict("deal.held", id=deal["property_id"], deal=holder, username=username, since=since)
        raise Conflict("deal.held_by_other", id=deal["property_id"])

    def _move(
        self, listing: dict[str, Any], to: Status, at: str, final_price: int | None = None
    ) -> list[dict[str, Any]]:
        changes = move(listing, to, final_price=final_price, at=at)
        if "status" in changes:
            changes["status_reason"] = None
        if problems := contradictions({**listing, **changes}, frozenset(changes)):
            told = told_in(problems, self._actor.timezone)
            raise Invalid("invalid", [FieldProblem("effective_at", one.code, one.params) for one in told])
        if not self._repository.update([(listing, changes)], effective_at=at):
            return []
        return [
            effect("property", listing["id"], name, listing[name], changes[name])
            for name in ("status", "final_price")
            if name in changes and changes[name] != listing[name]
        ]


def holds(deal: Mapping[str, Any]) -> bool:
    """Whether a deal in such a state has its listing for itself alone."""
    return deal["deleted_at"] is None and Stage(deal["stage"]) in HOLDING
