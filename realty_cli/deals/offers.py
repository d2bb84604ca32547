"""Offers: what somebody would pay, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from realty_cli.auth.owning import owner_of
from realty_cli.auth.policy import Act, require
from realty_cli.deals import reads, rules
from realty_cli.deals.kinds import OfferStatus
from realty_cli.deals.listings import effect
from realty_cli.deals.record import OFFER
from realty_cli.errors import Invalid, NotFound
from realty_cli.kit.clock import not_ahead, stamp
from realty_cli.store.rows import Rows

if TYPE_CHECKING:
    from realty_cli.deals.schemas.filters import OfferFilter
    from realty_cli.deals.schemas.offers import OfferCreate, OfferDecision, OfferUpdate
    from realty_cli.deals.service import DealService


class OfferService:
    """Offers as the actor of `deals` may see and change them."""

    def __init__(self, deals: DealService) -> None:
        self._deals = deals
        self._db, self._actor, self._clock = deals.db, deals.actor, deals.clock
        self.rows = Rows(deals.db, deals.log, deals.clock, OFFER)

    def get(self, number: int, *, deleted: bool | None = False) -> dict[str, Any]:
        require(self._actor, Act.DEAL_READ)
        found = self.rows.state(self._actor, number, deleted=deleted)
        if found is None:
            raise NotFound("offer.not_found", id=number)
        return OFFER.presented(found)

    def page(self, wanted: OfferFilter, **paging: Any) -> dict[str, Any]:
        """One page: `{items, total, limit, offset, next_cursor}`."""
        require(self._actor, Act.DEAL_READ)
        return reads.offers(self._db, self._actor, wanted, **paging)

    def create(self, data: OfferCreate) -> dict[str, Any]:
        require(self._actor, Act.DEAL_WRITE)
        values = {name: getattr(data, name) for name in data.model_fields_set}
        values = {name: value for name, value in values.items() if value not in (None, "")}
        values["owner_id"] = owner_of(self._db, self._actor, values.get("owner_id"), Act.DEAL_ASSIGN)
        self._complete(values)
        values.setdefault("currency", self._deals.settings.currency)
        values.setdefault("at", stamp(self._clock.now()))
        not_ahead(self._clock, values["at"], "at")
        values["status"] = OfferStatus.MADE.value
        (number,) = self.rows.insert([values])
        return self.get(number)

    def update(self, number: int, data: OfferUpdate, *, expected_version: int | None = None) -> dict[str, Any]:
        """Change the fields that were sent."""
        require(self._actor, Act.DEAL_WRITE)
        before = self.rows.live(self._actor, number, expected_version)
        changes = {name: getattr(data, name) for name in data.model_fields_set}
        changes = {name: None if value == "" else value for name, value in changes.items()}
        if changes.get("owner_id") is None:
            changes.pop("owner_id", None)
        else:
            changes["owner_id"] = owner_of(self._db, self._actor, changes["owner_id"], Act.DEAL_ASSIGN)
        changes = {name: value for name, value in changes.items() if before[name] != value}
        if not {"deal_id", "property_id", "client_id"}.isdisjoint(changes):
            self._check(changes)
            after = {**before, **changes}
            if after["deal_id"] is None and after["property_id"] is None:
                raise Invalid.one("deal_id", "offer.of_nothing")
        not_ahead(self._clock, changes.get("at"), "at")
        self.rows.update([(before, changes)])
        return self.get(number)

    def decide(self, number: int, data: OfferDecision, *, expected_version: int | None = None) -> dict[str, Any]:
        """Accept, reject or withdraw. What is accepted in a deal that goes on becomes its amount, and the answer says
        so in `changed`."""
        require(self._actor, Act.DEAL_WRITE)
        before = self.rows.live(self._actor, number, expected_version)
        not_ahead(self._clock, data.effective_at)
        to = OfferStatus(data.status)
        changes = rules.decide(before, to, at=data.effective_at or stamp(self._clock.now()))
        changed: list[dict[str, Any]] = []
        if to == OfferStatus.ACCEPTED and changes:
            changed = self._agree(before)
        self.rows.update([(before, changes)])
        return {**self.get(number), "changed": changed}

    def delete(self, number: int, *, expected_version: int | None = None) -> None:
        """Move to the bin."""
        require(self._actor, Act.DEAL_WRITE)
        before = self.rows.live(self._actor, number, expected_version)
        self.rows.update([(before, {"deleted_at": stamp(self._clock.now())})], action="delete", touch=False)

    def restore(self, number: int) -> dict[str, Any]:
        """Bring back from the bin."""
        require(self._actor, Act.DEAL_WRITE)
        before = self.rows.restorable(self._actor, number)
        self.rows.update([(before, {"deleted_at": None})], action="restore", touch=False)
        return self.get(number)

    def hand_over(self, deal: int, owner: int) -> None:
        """The deal has another owner now; its offers go along."""
        rows = self._db.all("SELECT id FROM offers WHERE deal_id = :deal AND owner_id <> :owner",
                            {"deal": deal, "owner": owner})  # fmt: skip
        states = self.rows.states([row[0] for row in rows])
        self.rows.update([(state, {"owner_id": owner}) for state in states.values()])

    def _agree(self, offer: dict[str, Any]) -> list[dict[str, Any]]:
        deal = None if offer["deal_id"] is None else self._deals.rows.state(self._actor, offer["deal_id"])
        if deal is None or not rules.is_open(deal["stage"]) or deal["currency"] != offer["currency"]:
            return []
        if not self._deals.rows.update([(deal, {"amount": offer["amount"]})]):
            return []
        return [effect("deal", deal["id"], "amount", deal["amount"], offer["amount"])]

    def _complete(self, values: dict[str, Any]) -> None:
        """What follows from the deal or the listing that an offer is for."""
        self._check(values)
        if values.get("deal_id") is not None:
            deal = self._deals.rows.states([values["deal_id"]])[values["deal_id"]]
            values.setdefault("currency", deal["currency"])
            if deal["property_id"] is not None:
                values.setdefault("property_id", deal["property_id"])
        elif values.get("property_id") is not None:
            values.setdefault("currency", self._deals.listings.named(values["property_id"])["currency"])
        else:
            raise Invalid.one("deal_id", "offer.of_nothing")

    def _check(self, values: dict[str, Any]) -> None:
        """Whatever an offer names has to be the actor's."""
        if values.get("deal_id") is not None:
            self._deals.require_mine("deals", [values["deal_id"]], "deal_id", "deal.not_found")
        if values.get("property_id") is not None:
            self._deals.listings.named(values["property_id"])
        if values.get("client_id") is not None:
            self._deals.require_mine("clients", [values["client_id"]], "client_id", "client.unknown")
