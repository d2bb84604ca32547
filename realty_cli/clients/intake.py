"""The one way in for enquiries, from wherever they come: who asks is found or entered, what was asked is logged, and a
lead is opened unless the same need is open already. Safe to repeat."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import orjson

from realty_cli.auth.owning import owner_of
from realty_cli.auth.policy import Act, require
from realty_cli.clients import reads, rules
from realty_cli.clients.kinds import Channel, ClientStage, Direction, LeadSide, LeadStage
from realty_cli.clients.leads import SIDE_OF
from realty_cli.clients.schemas.parts import in_order
from realty_cli.clients.service import ClientService, values_of
from realty_cli.errors import Invalid
from realty_cli.kit.clock import not_ahead, stamp
from realty_cli.store.scope import visible

if TYPE_CHECKING:
    from realty_cli.clients.schemas.interaction import IntakeRequest

#: For so long the same enquiry is taken for a repetition; later somebody asks again.
REMEMBERED = timedelta(days=1)
_NAMES = ("name", "last_name", "first_name", "middle_name", "company_name", "kind")
#: What a client takes from an enquiry where it says nothing itself.
_COMPLETED = ("telegram", "language", "source", "campaign", "referrer_id", "temperature")
#: What a lead takes from it.
_OF_LEAD = ("temperature", "source", "campaign", "referrer_id", "budget_min", "budget_max", "currency", "property_id")

#: What is logged of it.
_OF_WORDS = ("channel", "outcome", "text", "at", "external_id", "property_id")


class Intake:
    """Everything happens in one transaction, of which there is one at a time: two at once make one person."""

    def __init__(self, clients: ClientService) -> None:
        self._clients = clients
        self.db, self.actor, self.clock = clients.db, clients.actor, clients.clock

    def take(self, data: IntakeRequest) -> dict[str, Any]:
        require(self.actor, Act.CLIENT_WRITE)
        values = {name: value for name, value in values_of(data).items() if value not in (None, [])}
        if not any(values.get(name) for name in ("phones", "emails", "telegram")):
            raise Invalid.one("phones", "intake.no_contact")
        owner_of(self.db, self.actor, values.get("owner_id"), Act.CLIENT_ASSIGN)
        not_ahead(self.clock, values.get("at"), "at")
        key = _digest(values)
        if (known := self._known(values.get("external_id"), key)) is not None:
            return self._answer(known, repeated=True)
        self._clients.check_referrer(values, None)
        values["side"] = self._side(values)
        found = self._people(values)
        client = found[0] if found else self._enter(values)
        if found:
            self._complete(client, values)
        before = self._clients.live(client)
        lead, fresh = self._lead(before, values)
        interaction = self._log(before, lead, values, key)
        return self._answer(interaction, created_client=not found, created_lead=fresh, others=found[1:])

    # Whether it has been here before ---------------------------------------------------------------------------------

    def _known(self, external: str | None, key: str) -> int | None:
        """The interaction that was made of this enquiry."""
        params: dict[str, Any] = {}
        scope = visible(self.actor, params)
        if external is not None:
            params["external"] = external
            which = "external_id = :external AND intake_key IS NOT NULL"
        else:
            params |= {"key": key, "since": stamp(self.clock.now() - REMEMBERED)}
            which = "intake_key = :key AND created_at > :since"
        found = self.db.value(
            f"SELECT max(id) FROM interactions WHERE {which} AND deleted_at IS NULL AND {scope}", params
        )
        return None if found is None else int(found)

    # Who asks --------------------------------------------------------------------------------------------------------

    def _people(self, values: dict[str, Any]) -> list[int]:
        phones, emails = ([one["value"] for one in values.get(name, ())] for name in ("phones", "emails"))
        return reads.with_contacts(
            self.db, self.actor, phones, emails, values.get("telegram"), owner=values.get("owner_id")
        )

    def _enter(self, values: dict[str, Any]) -> int:
        taken = (*_NAMES, *_COMPLETED, "phones", "emails", "tags", "owner_id")
        client = {name: values[name] for name in taken if name in values}
        return self._clients.enter({"owner_id": self.actor.id, **client, "roles": [values["side"]]})

    def _complete(self, number: int, values: dict[str, Any]) -> None:
        """Add what was not known of a client. What is known stays: an enquiry may be somebody else's by the phone."""
        before = self._clients.live(number)
        changes = {name: values[name] for name in _COMPLETED if before[name] is None and name in values}
        if changes.get("referrer_id") == number:
            del changes["referrer_id"]
        for name in ("phones", "emails"):
            known = {one["value"] for one in before[name]}
            if more := [one for one in values.get(name, ()) if one["value"] not in known]:
                changes[name] = [*before[name], *more]
        changes["roles"] = in_order([*(before["roles"] or ()), values["side"]])
        if tags := values.get("tags"):
            changes["tags"] = list(dict.fromkeys([*(before["tags"] or ()), *tags]))
        if rules.is_nameless(before) and any(name in values for name in _NAMES[:-1]):
            called = {name: values[name] for name in _NAMES if name in values}
            changes |= called | rules.named(before, called)
        if before["stage"] == ClientStage.LOST:
            changes["stage"] = ClientStage.LEAD.value
        self._clients.rows.update([(before, changes)])

    # What for --------------------------------------------------------------------------------------------------------

    def _side(self, values: dict[str, Any]) -> str:
        listing = self._clients.leads.listing(values["property_id"]) if "property_id" in values else None
        if "side" in values:
            return str(values["side"])
        return (SIDE_OF[listing["deal_type"]] if listing else LeadSide.BUYER).value

    def _lead(self, client: dict[str, Any], values: dict[str, Any]) -> tuple[dict[str, Any], bool]:
        """The open lead for this need, completed, or a new one; and whether it is new."""
        leads = self._clients.leads
        given = {name: values[name] for name in _OF_LEAD if name in values}
        for lead in leads.open_of(client["id"]):
            if lead["side"] == values["side"]:
                changes = {name: value for name, value in given.items() if lead[name] is None}
                if not rules.contradictions({**lead, **changes}):
                    leads.rows.update([(lead, changes)])
                return leads.rows.states([lead["id"]])[lead["id"]], False
        given |= {"side": values["side"], "stage": LeadStage.NEW.value, "owner_id": client["owner_id"]}
        if "at" in values:
            given["created_at"] = values["at"]
        number = leads.enter(client, given)
        return leads.rows.states([number])[number], True

    # In what words ---------------------------------------------------------------------------------------------------

    def _log(self, client: dict[str, Any], lead: dict[str, Any], values: dict[str, Any], key: str) -> int:
        said: dict[str, Any] = {name: values[name] for name in _OF_WORDS if name in values}
        said.setdefault("channel", Channel.MESSAGE.value)
        said |= {"direction": Direction.IN.value, "lead_id": lead["id"], "intake_key": key}
        return self._clients.interactions.enter(client, lead, said)

    def _answer(
        self,
        interaction: int,
        *,
        created_client: bool = False,
        created_lead: bool = False,
        repeated: bool = False,
        others: list[int] | None = None,
    ) -> dict[str, Any]:
        said = self._clients.interactions.get(interaction)
        client = self._clients.get(said["client_id"], deleted=None)
        return {
            "id": client["id"],
            "client": client,
            "lead": self._clients.leads.get(said["lead_id"], deleted=None),
            "interaction": said,
            "created_client": created_client,
            "created_lead": created_lead,
            "repeated": repeated,
            "others": others or [],
        }


def _digest(values: dict[str, Any]) -> str:
    """One enquiry, however often it is sent. No person is found by it: the text of an enquiry is part of it."""
    return hashlib.sha256(orjson.dumps(values, option=orjson.OPT_SORT_KEYS)).hexdigest()
