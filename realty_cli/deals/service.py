"""The only door to the rules of deals. Command line and API translate; this decides, and never commits or prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from realty_cli.auth.owning import owner_of, require_mine
from realty_cli.auth.policy import Act, require
from realty_cli.clients.repository import LeadRows
from realty_cli.deals import reads, rules
from realty_cli.deals.kinds import BEGINNINGS, ENDED, HOLDING, LeadsOfLost, Stage
from realty_cli.deals.leads import DealLeads
from realty_cli.deals.listings import Listings, holds
from realty_cli.deals.money import Money
from realty_cli.deals.offers import OfferService
from realty_cli.deals.people import DealPeople
from realty_cli.deals.repository import DealRows
from realty_cli.errors import Conflict, FieldProblem, Invalid, NotFound
from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import Clock, not_ahead, stamp
from realty_cli.kit.lazy import lazy
from realty_cli.properties.repository import PropertyRepository
from realty_cli.settings import Settings
from realty_cli.store.changelog import ChangeLog
from realty_cli.store.database import Connection

if TYPE_CHECKING:
    from realty_cli.deals.schemas.deal import (
        Closing,
        DealCreate,
        DealUpdate,
        Loss,
        Release,
        Reservation,
        StageChange,
    )
    from realty_cli.deals.schemas.filters import DealFilter


class DealService:
    """Deals as one actor may see and change them, in one transaction."""

    def __init__(
        self, db: Connection, actor: Actor, clock: Clock, settings: Settings, log: ChangeLog,
        properties: PropertyRepository,
    ) -> None:  # fmt: skip
        self.db = db
        self.actor = actor
        self.clock = clock
        self.settings = settings
        self.log = log
        self.listings = Listings(db, actor, properties)

    @lazy
    def rows(self) -> DealRows:
        return DealRows(self.db, self.log, self.clock)

    @lazy
    def leads(self) -> DealLeads:
        return DealLeads(LeadRows(self.db, self.log, self.clock), self.actor)

    @lazy
    def offers(self) -> OfferService:
        return OfferService(self)

    @lazy
    def money(self) -> Money:
        return Money(self)

    @lazy
    def people(self) -> DealPeople:
        return DealPeople(self)

    # Reading ------------------------------------------------------------------------------------------------------

    def get(self, number: int, *, deleted: bool | None = False) -> dict[str, Any]:
        require(self.actor, Act.DEAL_READ)
        found = reads.get(self.db, self.actor, number, deleted=deleted)
        if found is None:
            raise NotFound("deal.not_found", id=number)
        return found

    def page(
        self,
        wanted: DealFilter,
        *,
        sort: str | None = None,
        limit: int = 20,
        offset: int = 0,
        cursor: str | None = None,
        total: bool = True,
        written: bool = False,
    ) -> dict[str, Any]:
        """One page: `{items, total, limit, offset, next_cursor}`; `written` as for `reads.page`."""
        require(self.actor, Act.DEAL_READ)
        return reads.page(
            self.db, self.actor, wanted, sort=sort, limit=limit, offset=offset, cursor=cursor, total=total,
            written=written,
        )  # fmt: skip

    def history(self, number: int) -> dict[str, Any]:
        """The stages, oldest first."""
        self.get(number, deleted=None)
        return {"id": number, "entries": self.rows.steps(number)}

    def chain(self, number: int) -> dict[str, Any]:
        """The deals that hang on one another with this one."""
        self.get(number)
        return {"id": number, "links": reads.chain(self.db, self.actor, number)}

    # Changing -----------------------------------------------------------------------------------------------------

    def create(self, data: DealCreate) -> dict[str, Any]:
        require(self.actor, Act.DEAL_WRITE)
        values = {name: value for name, value in values_of(data).items() if value is not None}
        values["owner_id"] = owner_of(self.db, self.actor, values.get("owner_id"), Act.DEAL_ASSIGN)
        values.setdefault("stage", Stage.LEAD.value)
        if values["stage"] not in BEGINNINGS:
            raise Invalid.one("stage", "deal.begins_open", allowed=", ".join(BEGINNINGS))
        listing = self.listings.named(values["property_id"]) if "property_id" in values else None
        if listing is not None:
            values.setdefault("kind", rules.kind_of(listing["deal_type"]).value)
            values.setdefault("currency", listing["currency"])
            values.setdefault("title", listing["title"])
        missing = [FieldProblem(name, "field.missing") for name in ("title", "kind") if name not in values]
        _refuse(missing)
        values.setdefault("currency", self.settings.currency)
        _refuse(rules.contradictions(values))
        if listing is not None:
            self.listings.agrees(values, listing)
        self._check_named(values, None)
        (number,) = self.rows.insert([values])
        return self.get(number) if "parties" in values or "after" in values else reads.inserted(values)

    def update(self, number: int, data: DealUpdate, *, expected_version: int | None = None) -> dict[str, Any]:
        """Change the fields that were sent."""
        require(self.actor, Act.DEAL_WRITE)
        before = self.rows.live(self.actor, number, expected_version)
        changes = values_of(data)
        if changes.get("owner_id") is None:
            changes.pop("owner_id", None)
        else:
            changes["owner_id"] = owner_of(self.db, self.actor, changes["owner_id"], Act.DEAL_ASSIGN)
        changes = {name: value for name, value in changes.items() if before.get(name) != value}
        after = {**before, **changes}
        if not {"property_id", "kind", "currency"}.isdisjoint(changes):
            self.refuse_other_listing(before, changes)
            listing = self.listings.of(after)
            if changes.get("property_id") is not None:
                listing = self.listings.named(changes["property_id"])
            if listing is not None:
                self.listings.agrees(after, listing)
        _refuse(rules.contradictions(after, frozenset(changes)))
        self._check_named(changes, number)
        self.rows.update([(before, changes)])
        if "owner_id" in changes:
            self.offers.hand_over(number, changes["owner_id"])
            self.money.hand_over(number, changes["owner_id"])
        return self.get(number)

    def change_stage(self, number: int, data: StageChange, *, expected_version: int | None = None) -> dict[str, Any]:
        """Move a deal, and with it its listing; `changed` in the answer says what else moved."""
        before = self._about_to_move(number, data.effective_at, expected_version)
        return self.move_to(
            before, Stage(data.stage), data.effective_at,
            reason=data.reason, final_price=data.final_price, reserved_until=data.reserved_until,
        )  # fmt: skip

    def reserve(self, number: int, data: Reservation, *, expected_version: int | None = None) -> dict[str, Any]:
        """Take the listing for this deal alone: of two who try at once, one succeeds. Raises Conflict for the other."""
        before = self._about_to_move(number, data.effective_at, expected_version)
        to = Stage.CONTRACT if before["stage"] == Stage.CONTRACT else Stage.RESERVED
        return self.move_to(before, to, data.effective_at, reserved_until=data.until)

    def release(self, number: int, data: Release, *, expected_version: int | None = None) -> dict[str, Any]:
        """Give the listing back; the deal goes on."""
        before = self._about_to_move(number, data.effective_at, expected_version)
        if not holds(before):
            raise Conflict("deal.not_held", id=number)
        if data.stage in HOLDING | ENDED:
            raise Invalid.one("stage", "deal.begins_open", allowed=", ".join(BEGINNINGS))
        return self.move_to(before, Stage(data.stage), data.effective_at, reason=data.reason)

    def close(self, number: int, data: Closing, *, expected_version: int | None = None) -> dict[str, Any]:
        """The deal is done, its listing sold or rented out, and the open lead of its client won."""
        before = self._about_to_move(number, data.effective_at, expected_version)
        return self.move_to(before, Stage.CLOSED, data.effective_at, final_price=data.final_price)

    def lose(self, number: int, data: Loss, *, expected_version: int | None = None) -> dict[str, Any]:
        """Nothing came of it; a listing that was held is free again. The lead of its client goes on, unless `leads`
        says that he wants nothing more."""
        before = self._about_to_move(number, data.effective_at, expected_version)
        end = data.leads == LeadsOfLost.LOST
        return self.move_to(before, Stage.LOST, data.effective_at, reason=data.reason, end_leads=end)

    def _about_to_move(self, number: int, effective_at: str | None, expected_version: int | None) -> dict[str, Any]:
        require(self.actor, Act.DEAL_WRITE)
        before = self.rows.live(self.actor, number, expected_version)
        not_ahead(self.clock, effective_at)
        return before

    def move_to(
        self,
        before: dict[str, Any],
        to: Stage,
        effective_at: str | None,
        *,
        reason: str | None = None,
        final_price: int | None = None,
        reserved_until: str | None = None,
        end_leads: bool = False,
    ) -> dict[str, Any]:
        """Move a deal whose state and rights have been checked. `end_leads`: what a lost one answered is lost too."""
        now, at = Stage(before["stage"]), effective_at or stamp(self.clock.now())
        if to == Stage.CLOSED != now and final_price is None and before["amount"] is None:
            final_price = self.listings.price(before["property_id"])
        changes = rules.move(
            before, to, at=at, reason=reason, final_price=final_price, reserved_until=reserved_until
        )  # fmt: skip
        if to == Stage.CLOSED and changes.get("final_price", before["final_price"]) is None:
            raise Invalid.one("final_price", "deal.final_price_missing")
        changed: list[dict[str, Any]] = []
        if to in HOLDING and now not in HOLDING:
            changed = self.listings.hold(before, at)
        elif to == Stage.CLOSED and changes:
            changed = self.listings.close(before, changes.get("final_price"), at)
        elif now in HOLDING and to not in HOLDING | {Stage.CLOSED}:
            changed = self.listings.free(before, at)
        elif now == Stage.CLOSED != to:
            changed = self.listings.reopen(before, at) + self.leads.reopen(before, at)
        if to == Stage.CLOSED != now:
            changed += self.leads.win(before, at)
        elif to == Stage.LOST and end_leads and reason:
            changed += self.leads.lose(before, at, reason)
        self.rows.update([(before, changes)], reason=reason, effective_at=effective_at)
        return {**self.get(before["id"]), "changed": changed}

    def delete(self, number: int, *, expected_version: int | None = None) -> None:
        """Move to the bin; a listing that the deal holds is free again."""
        require(self.actor, Act.DEAL_WRITE)
        before = self.rows.live(self.actor, number, expected_version)
        now = stamp(self.clock.now())
        if holds(before):
            self.listings.free(before, now)
        self.rows.update([(before, {"deleted_at": now})], action="delete", touch=False)

    def restore(self, number: int) -> dict[str, Any]:
        """Bring back from the bin; a deal that held its listing takes it again, if nobody else has."""
        require(self.actor, Act.DEAL_WRITE)
        before = self.rows.restorable(self.actor, number)
        if Stage(before["stage"]) in HOLDING:
            self.listings.hold(before, stamp(self.clock.now()))
        self.rows.update([(before, {"deleted_at": None})], action="restore", touch=False)
        return self.get(number)

    # Rules shared by the above ---------------------------------------------------------------------------------------

    def refuse_other_listing(self, before: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
        """While a deal holds its listing, or has closed it, it cannot turn to another one."""
        if "property_id" in changes and Stage(before["stage"]) in HOLDING | {Stage.CLOSED}:
            raise Conflict("deal.keeps_listing", stage=before["stage"])

    def _check_named(self, values: Mapping[str, Any], number: int | None) -> None:
        """Clients, lead and deals that are named have to be the actor's."""
        if values.get("lead_id") is not None:
            self.require_mine("leads", [values["lead_id"]], "lead_id", "lead.not_found")
        self.require_mine("clients", [one["client_id"] for one in values.get("parties") or ()], "parties",
                          "client.unknown")  # fmt: skip
        if after := values.get("after"):
            self.require_mine("deals", after, "after", "deal.not_found")
            if number is not None:
                self._refuse_circle(number, after)

    def require_mine(self, table: str, numbers: Sequence[int], field: str, code: str) -> None:
        """Raise Invalid unless the actor sees all of these, none of them in the bin."""
        require_mine(self.db, self.actor, table, numbers, field, code)

    def _refuse_circle(self, number: int, after: Sequence[int]) -> None:
        if number in after:
            raise Invalid.one("after", "deal.chain_circle", id=number)
        waits = reads.links(self.db, self.actor, number)
        for one in after:
            waits |= reads.links(self.db, self.actor, one)
        waits[number] = list(after)
        if rules.in_order(waits) is None:
            raise Invalid.one("after", "deal.chain_circle", id=number)


def values_of(data: DealCreate | DealUpdate) -> dict[str, Any]:
    """The fields that were sent; an empty text or list says nothing, like null. Parties and links come as the store
    keeps them, each once."""
    values = {name: getattr(data, name) for name in data.model_fields_set}
    if values.get("parties"):
        values["parties"] = list(
            {
                (one.client_id, one.role): {"client_id": one.client_id, "role": one.role} for one in values["parties"]
            }.values()
        )
    if values.get("after"):
        values["after"] = sorted(set(values["after"]))
    found = {name: None if value in ("", [], {}) else value for name, value in values.items()}
    return {name: [] if value is None and name in ("parties", "after") else value for name, value in found.items()}


def _refuse(problems: Sequence[FieldProblem]) -> None:
    if problems:
        raise Invalid("invalid", problems)
