"""What was said with clients: calls, messages, meetings, notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from realty_cli.auth.policy import Act, require
from realty_cli.clients import reads, rules
from realty_cli.clients.kinds import USUAL_OUTCOME, Channel, ClientStage, Direction, LeadStage, Outcome
from realty_cli.clients.repository import InteractionRows
from realty_cli.errors import Invalid, NotFound
from realty_cli.kit.clock import not_ahead, stamp
from realty_cli.kit.lazy import lazy
from realty_cli.kit.plain_filter import PlainFilter

if TYPE_CHECKING:
    from realty_cli.clients.schemas.filters import InteractionFilter
    from realty_cli.clients.schemas.interaction import InteractionCreate, InteractionUpdate
    from realty_cli.clients.service import ClientService


class InteractionService:
    def __init__(self, clients: ClientService) -> None:
        self._clients = clients
        self.db, self.actor, self.clock = clients.db, clients.actor, clients.clock

    @lazy
    def rows(self) -> InteractionRows:
        return InteractionRows(self.db, self._clients.log, self.clock)

    def get(self, number: int, *, deleted: bool | None = False) -> dict[str, Any]:
        require(self.actor, Act.CLIENT_READ)
        found = self.rows.state(self.actor, number, deleted=deleted)
        if found is None:
            raise NotFound("interaction.not_found", id=number)
        return self.rows.kind.presented(found)

    def page(self, wanted: InteractionFilter, **page: Any) -> dict[str, Any]:
        """One page, the latest first: `{items, total, limit, offset, next_cursor}`."""
        require(self.actor, Act.CLIENT_READ)
        return reads.interactions(self.db, self.actor, wanted, **page)

    def of(self, client: int, **page: Any) -> dict[str, Any]:
        """What was said with a client, the latest first."""
        self._clients.get(client, deleted=None)
        return self.page(cast("InteractionFilter", PlainFilter({"client_id": [client]})), **page)

    def create(self, client: int, data: InteractionCreate) -> dict[str, Any]:
        """Log what was said. Who has talked with a client is no longer a stranger: the client and the lead move on."""
        require(self.actor, Act.CLIENT_WRITE)
        of = self._clients.live(client)
        values = {name: value for name in data.model_fields_set if (value := getattr(data, name)) not in (None, "")}
        values.setdefault("direction", Direction.OUT.value)
        not_ahead(self.clock, values.get("at"), "at")
        lead = self._lead(of, values.get("lead_id"))
        if lead is not None:
            values["lead_id"] = lead["id"]
        if "property_id" in values:
            self._clients.leads.listing(values["property_id"])
        return self.get(self.enter(of, lead, values))

    def enter(self, client: dict[str, Any], lead: dict[str, Any] | None, values: dict[str, Any]) -> int:
        """Add an interaction of values that have been checked."""
        values |= {"client_id": client["id"], "owner_id": client["owner_id"]}
        values.setdefault("at", stamp(self.clock.now()))
        values.setdefault("outcome", USUAL_OUTCOME[Channel(values["channel"])].value)
        values.setdefault("auto", False)
        (number,) = self.rows.insert([values])
        if values["outcome"] == Outcome.TWO_WAY and values["channel"] != Channel.NOTE and not values["auto"]:
            self._move_on(client, lead, values["at"])
        return number

    def update(self, number: int, data: InteractionUpdate, *, expected_version: int | None = None) -> dict[str, Any]:
        """Change the fields that were sent."""
        require(self.actor, Act.CLIENT_WRITE)
        before = self.rows.live(self.actor, number, expected_version)
        changes = {name: getattr(data, name) for name in data.model_fields_set}
        changes = {name: None if value == "" else value for name, value in changes.items()}
        not_ahead(self.clock, changes.get("at"), "at")
        if changes.get("lead_id") is not None:
            self._lead(self._clients.live(before["client_id"]), changes["lead_id"])
        if changes.get("property_id") is not None:
            self._clients.leads.listing(changes["property_id"])
        self.rows.update([(before, changes)])
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

    def _lead(self, client: dict[str, Any], named: int | None) -> dict[str, Any] | None:
        """The lead that an interaction belongs to: the one named, or the only open one."""
        if named is None:
            found = self._clients.leads.open_of(client["id"])
            return found[0] if len(found) == 1 else None
        lead = self._clients.leads.rows.state(self.actor, named)
        if lead is None or lead["client_id"] != client["id"]:
            raise Invalid.one("lead_id", "lead.not_of_client", id=named, client=client["id"])
        return lead

    def _move_on(self, client: dict[str, Any], lead: dict[str, Any] | None, at: str) -> None:
        if client["stage"] == ClientStage.LEAD:
            self._clients.rows.update([(client, {"stage": ClientStage.CONTACTED.value})])
        if lead is not None and lead["stage"] == LeadStage.NEW:
            changes = rules.move(lead, LeadStage.CONTACTED, at=at, reason=None)
            # Before a lead began it was in no stage: what is logged late moves it from its beginning on.
            self._clients.leads.rows.update([(lead, changes)], effective_at=max(at, lead["created_at"]))
