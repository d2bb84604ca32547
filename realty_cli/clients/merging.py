"""Several records of one person made one. `realty undo` takes it back: every object that moves is in the log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from realty_cli.auth.policy import Act, require
from realty_cli.clients import rules
from realty_cli.clients.kinds import MAX_CONTACTS, ClientStage
from realty_cli.clients.schemas.parts import in_order
from realty_cli.errors import Conflict, Invalid
from realty_cli.kit.clock import stamp

if TYPE_CHECKING:
    from realty_cli.clients.service import ClientService

#: What the client that is left takes from the others where it says nothing itself.
_COMPLETED = (
    "external_id", "temperature", "source", "campaign", "referrer_id", "telegram", "birthday", "language",
)  # fmt: skip
_NAMES = ("name", "last_name", "first_name", "middle_name", "company_name", "kind")
#: The further on, the more is known of a client; a lost one is only lost where all are.
_STAGES = (ClientStage.LOST, ClientStage.LEAD, ClientStage.CONTACTED, ClientStage.ACTIVE, ClientStage.WON)


class Holder(Protocol):
    """What else names clients, in slices that this one does not know."""

    def replace(self, old: int, new: int) -> int:
        """One client takes the place of another; gives how many objects that changed."""
        ...


class Merger:
    """`holders`: by a word for what they hold, those that have clients in their objects."""

    def __init__(self, clients: ClientService, holders: dict[str, Holder]) -> None:
        self._clients, self._holders = clients, holders
        self._db, self._actor = clients.db, clients.actor

    def merge(self, number: int, others: Sequence[int], *, expected_version: int | None = None) -> dict[str, Any]:
        """`others` become this client: contacts, leads, interactions, consents, deals and listings move to it, and
        they go to the bin with a note of where they went."""
        require(self._actor, Act.CLIENT_WRITE)
        numbers = list(dict.fromkeys(others))
        if number in numbers:
            raise Invalid.one("others", "client.merge_itself", id=number)
        rows = self._clients.rows
        kept = rows.live(self._actor, number, expected_version)
        gone = [rows.live(self._actor, other) for other in numbers]
        for one in (kept, *gone):
            if one["erased_at"] is not None:
                raise Conflict("client.erased", id=one["id"])
            if one["owner_id"] != kept["owner_id"]:
                raise Conflict("client.merge_owners", id=one["id"], other=number)
        now = stamp(self._clients.clock.now())
        for one in gone:
            changes = {"merged_into": number, "deleted_at": now}
            rows.update([(one, changes)])
        rows.update([(kept, merged(kept, gone))])
        moved: dict[str, int] = {}
        for one in gone:
            self._move(one["id"], number, moved)
        return {
            "client": self._clients.get(number),
            "merged": numbers,
            "moved": {name: count for name, count in moved.items() if count},
            "operation_id": self._clients.log.operation_id,
        }

    def _move(self, old: int, new: int, moved: dict[str, int]) -> None:
        def count(kind: str, changed: int) -> None:
            moved[kind] = moved.get(kind, 0) + changed

        for rows in self._clients.attached:
            states = self._of(rows, "client_id", old)
            count(rows.kind.kind, len(rows.update([(one, {"client_id": new}) for one in states])))
        for rows, column in (
            (self._clients.rows, "referrer_id"), (self._clients.rows, "merged_into"),
            (self._clients.leads.rows, "referrer_id"),
        ):  # fmt: skip
            for one in self._of(rows, column, old):
                # Whom the other one had recommended was recommended by this one; nobody recommends himself.
                rows.update([(one, {column: None if one["id"] == new and rows is self._clients.rows else new})])
        for kind, holder in self._holders.items():
            count(kind, holder.replace(old, new))

    def _of(self, rows: Any, column: str, number: int) -> list[dict[str, Any]]:
        found = self._db.all(
            f"SELECT id FROM {rows.kind.table} WHERE {column} = :client ORDER BY id", {"client": number}
        )
        return list(rows.states([row[0] for row in found]).values())


def merged(kept: dict[str, Any], gone: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What a client says that has become one with others: its own words first, lists put together."""
    changes: dict[str, Any] = {}
    everybody = (kept, *gone)
    for name in _COMPLETED:
        changes[name] = next((one[name] for one in everybody if one[name] is not None), None)
    if changes["referrer_id"] in {one["id"] for one in everybody}:
        changes["referrer_id"] = None
    for name in ("phones", "emails"):
        known: dict[str, dict[str, Any]] = {}
        for one in everybody:
            for entry in one[name]:
                known.setdefault(entry["value"], entry)
        changes[name] = list(known.values())[:MAX_CONTACTS]
    changes["roles"] = in_order(role for one in everybody for role in one["roles"] or ())
    changes["tags"] = list(dict.fromkeys(tag for one in everybody for tag in one["tags"] or ()))[:50]
    attributes: dict[str, Any] = {}
    for one in reversed(everybody):
        attributes |= one["attributes"] or {}
    changes["attributes"] = attributes
    notes = list(dict.fromkeys(one["notes"] for one in everybody if one["notes"]))
    changes["notes"] = "\n\n".join(notes)[:20_000] or None
    changes["stage"] = max((ClientStage(one["stage"]) for one in everybody), key=_STAGES.index).value
    if rules.is_nameless(kept):
        named = next((one for one in gone if not rules.is_nameless(one)), kept)
        changes |= {name: named[name] for name in _NAMES}
    return changes
