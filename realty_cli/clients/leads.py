"""Leads: one need of one client, from the first enquiry to the end of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from realty_cli.auth.owning import owner_of
from realty_cli.auth.policy import Act, require
from realty_cli.clients import reads, rules
from realty_cli.clients.kinds import ENDED, OPEN, LeadSide, LeadStage
from realty_cli.clients.repository import LeadRows
from realty_cli.errors import Invalid, NotFound
from realty_cli.kit.clock import not_ahead, stamp
from realty_cli.kit.lazy import lazy
from realty_cli.kit.plain_filter import PlainFilter
from realty_cli.store.scope import visible

if TYPE_CHECKING:
    from realty_cli.clients.schemas.filters import LeadFilter
    from realty_cli.clients.schemas.lead import LeadCreate, LeadStageChange, LeadUpdate
    from realty_cli.clients.service import ClientService

#: What somebody wants who asks about a listing.
SIDE_OF = {"sale": LeadSide.BUYER, "rent": LeadSide.TENANT, "daily_rent": LeadSide.TENANT}


class LeadService:
    def __init__(self, clients: ClientService) -> None:
        self._clients = clients
        self.db, self.actor, self.clock = clients.db, clients.actor, clients.clock

    @lazy
    def rows(self) -> LeadRows:
        return LeadRows(self.db, self._clients.log, self.clock)

    def get(self, number: int, *, deleted: bool | None = False) -> dict[str, Any]:
        require(self.actor, Act.CLIENT_READ)
        found = self.rows.state(self.actor, number, deleted=deleted)
        if found is None:
            raise NotFound("lead.not_found", id=number)
        return self.rows.kind.presented(found)

    def page(self, wanted: LeadFilter, **page: Any) -> dict[str, Any]:
        """One page: `{items, total, limit, offset, next_cursor}`."""
        require(self.actor, Act.CLIENT_READ)
        return reads.leads(self.db, self.actor, wanted, **page)

    def of(self, client: int, **page: Any) -> dict[str, Any]:
        """The leads of a client, in the bin or not, that are not in the bin themselves."""
        self._clients.get(client, deleted=None)
        return self.page(cast("LeadFilter", PlainFilter({"client_id": [client]})), **page)

    def history(self, number: int) -> dict[str, Any]:
        """The stages, oldest first."""
        self.get(number, deleted=None)
        return {"id": number, "entries": self.rows.steps(number)}

    def create(self, client: int, data: LeadCreate) -> dict[str, Any]:
        require(self.actor, Act.CLIENT_WRITE)
        of = self._clients.live(client)
        values = {name: value for name in data.model_fields_set if (value := getattr(data, name)) not in (None, "")}
        wanted = values.get("owner_id")
        if wanted is None:
            values["owner_id"] = of["owner_id"]
        elif wanted != of["owner_id"]:
            values["owner_id"] = owner_of(self.db, self.actor, wanted, Act.CLIENT_ASSIGN)
        not_ahead(self.clock, values.get("created_at"), "created_at")
        if values.setdefault("stage", LeadStage.NEW.value) not in OPEN:
            raise Invalid.one("stage", "lead.begins_open", allowed=", ".join(OPEN))
        self._clients.check_referrer(values, client)
        return self.get(self.enter(of, values))

    def enter(self, client: dict[str, Any], values: dict[str, Any]) -> int:
        """Add a lead of values whose owner and stage have been checked."""
        return self.rows.insert([self.completed(client, values)], effective_at=values.get("created_at"))[0]

    def completed(self, client: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
        """The values with what a new lead takes from its client and the listing."""
        listing = self.listing(values["property_id"]) if values.get("property_id") is not None else None
        values["client_id"] = client["id"]
        values.setdefault("currency", listing["currency"] if listing else self._clients.settings.currency)
        for name in ("source", "campaign", "referrer_id"):
            if client[name] is not None:
                values.setdefault(name, client[name])
        _refuse(values)
        return values

    def update(self, number: int, data: LeadUpdate, *, expected_version: int | None = None) -> dict[str, Any]:
        """Change the fields that were sent."""
        require(self.actor, Act.CLIENT_WRITE)
        before = self.rows.live(self.actor, number, expected_version)
        changes = {name: getattr(data, name) for name in data.model_fields_set}
        changes = {name: None if value == "" else value for name, value in changes.items()}
        if changes.get("owner_id") is None:
            changes.pop("owner_id", None)
        else:
            changes["owner_id"] = owner_of(self.db, self.actor, changes["owner_id"], Act.CLIENT_ASSIGN)
        if changes.get("property_id") is not None:
            self.listing(changes["property_id"])
        if changes.get("lost_reason") and before["stage"] != LeadStage.LOST:
            raise Invalid.one("lost_reason", "lead.not_lost", stage=before["stage"])
        if "lost_reason" in changes and not changes["lost_reason"] and before["stage"] == LeadStage.LOST:
            raise Invalid.one("lost_reason", "lead.reason_missing")
        self._clients.check_referrer(changes, before["client_id"])
        _refuse({**before, **changes})
        self.rows.update([(before, changes)])
        return self.get(number)

    def change_stage(
        self, number: int, data: LeadStageChange, *, expected_version: int | None = None
    ) -> dict[str, Any]:
        require(self.actor, Act.CLIENT_WRITE)
        before = self.rows.live(self.actor, number, expected_version)
        not_ahead(self.clock, data.effective_at)
        at = data.effective_at or stamp(self.clock.now())
        changes = rules.move(before, LeadStage(data.stage), at=at, reason=data.reason)
        self.rows.update([(before, changes)], reason=data.reason, effective_at=data.effective_at)
        return self.get(number)

    def delete(self, number: int, *, expected_version: int | None = None) -> None:
        """Move to the bin."""
        require(self.actor, Act.CLIENT_WRITE)
        before = self.rows.live(self.actor, number, expected_version)
        self.rows.update([(before, {"deleted_at": stamp(self.clock.now())})], action="delete", touch=False)

    def restore(self, number: int) -> dict[str, Any]:
        """Bring back from the bin."""
        require(self.actor, Act.CLIENT_WRITE)
        before = self.rows.restorable(self.actor, number)
        self._clients.live(before["client_id"])
        self.rows.update([(before, {"deleted_at": None})], action="restore", touch=False)
        return self.get(number)

    def open_of(self, client: int) -> list[dict[str, Any]]:
        """The open leads of a client that the actor may see, oldest first."""
        params: dict[str, Any] = {"client": client}
        ended = ", ".join(f"'{stage}'" for stage in sorted(ENDED))
        found = self.db.all(
            f"SELECT id FROM leads WHERE client_id = :client AND deleted_at IS NULL AND stage NOT IN ({ended})"
            f" AND {visible(self.actor, params)} ORDER BY id",
            params,
        )
        states = self.rows.states([row[0] for row in found])
        return [states[row[0]] for row in found]

    def listing(self, number: int) -> dict[str, Any]:
        """What a lead takes from the listing that was asked about. Raises Invalid on `property_id`."""
        params: dict[str, Any] = {"id": number}
        scope = visible(self.actor, params)
        sql = f"SELECT deal_type, currency FROM properties WHERE id = :id AND deleted_at IS NULL AND {scope}"
        found = self.db.one(sql, params)
        if found is None:
            raise Invalid.one("property_id", "property.not_found", id=number)
        return {"deal_type": found[0], "currency": found[1]}


def _refuse(lead: dict[str, Any]) -> None:
    if problems := rules.contradictions(lead):
        raise Invalid("invalid", problems)
