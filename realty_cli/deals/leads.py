"""What the end of a deal does to the need that it answers: a closed deal wins the lead, a lost one may lose it.

The lead is the one that the deal names; where it names none, and for the other side of a deal of both, for each client
the only open lead of his side: of several nobody knows which one this deal was. Leads of clients of somebody else are
left alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realty_cli.clients.kinds import ENDED, LeadSide, LeadStage
from realty_cli.clients.repository import LeadRows
from realty_cli.clients.rules import move
from realty_cli.deals.kinds import Side
from realty_cli.deals.listings import effect
from realty_cli.kit.actor import Actor
from realty_cli.store.scope import visible

_ENDED = ", ".join(f"'{stage.value}'" for stage in sorted(ENDED))


class DealLeads:
    """The leads of deals, in one transaction of one actor."""

    def __init__(self, rows: LeadRows, actor: Actor) -> None:
        self._rows, self._db, self._actor = rows, rows.db, actor

    def win(self, deal: Mapping[str, Any], at: str) -> list[dict[str, Any]]:
        """The clients have what they wanted."""
        return self._end(deal, LeadStage.WON, at, None)

    def lose(self, deal: Mapping[str, Any], at: str, reason: str) -> list[dict[str, Any]]:
        """The clients want nothing more."""
        return self._end(deal, LeadStage.LOST, at, reason)

    def reopen(self, deal: Mapping[str, Any], at: str) -> list[dict[str, Any]]:
        """A closed deal fell through: leads that it had won are where they were before."""
        found = []
        for lead in self._named(deal, open_=False):
            if lead["stage"] != LeadStage.WON or lead["closed_at"] != max(deal["closed_at"] or "", lead["created_at"]):
                continue
            steps = [step for step in self._rows.steps(lead["id"]) if step["new"] == LeadStage.WON]
            to = LeadStage(steps[-1]["old"] if steps and steps[-1]["old"] else LeadStage.NEGOTIATION)
            found += self._move(lead, LeadStage.NEGOTIATION if to in ENDED else to, at, None)
        return found

    def _end(self, deal: Mapping[str, Any], to: LeadStage, at: str, reason: str | None) -> list[dict[str, Any]]:
        found = []
        for lead in self._named(deal, open_=True):
            found += self._move(lead, to, max(at, lead["created_at"]), reason)
        return found

    def _move(self, lead: dict[str, Any], to: LeadStage, at: str, reason: str | None) -> list[dict[str, Any]]:
        changes = move(lead, to, at=at, reason=reason)
        if not self._rows.update([(lead, changes)], reason=reason, effective_at=at):
            return []
        return [effect("lead", lead["id"], "stage", lead["stage"], changes["stage"])]

    def _named(self, deal: Mapping[str, Any], *, open_: bool) -> list[dict[str, Any]]:
        stages = f"stage {'NOT ' if open_ else ''}IN ({_ENDED})"
        found, roles = [], set(LeadSide)
        if (lead := deal["lead_id"]) is not None:
            found = self._found(f"id = :lead AND {stages}", {"lead": lead})
            side = self._db.value("SELECT side FROM leads WHERE id = :lead", {"lead": lead})
            roles = roles - {side} if deal["side"] == Side.BOTH else set()
        for party in deal["parties"]:
            if party["role"] in roles:
                params = {"client": party["client_id"], "side": party["role"]}
                some = self._found(f"client_id = :client AND side = :side AND {stages}", params)
                found += some if len(some) == 1 or not open_ else []
        return found

    def _found(self, condition: str, params: dict[str, Any]) -> list[dict[str, Any]]:
        scope = visible(self._actor, params)
        rows = self._db.all(
            f"SELECT id FROM leads WHERE {condition} AND deleted_at IS NULL AND {scope} ORDER BY id", params
        )
        states = self._rows.states([row[0] for row in rows])
        return [states[row[0]] for row in rows]
