"""Writes of clients, leads and interactions: rows, contacts, index of words, histories and change log in step.

Some columns say what follows from other rows (`RowKind.derived`): the name as duplicates are looked for, when a client
was last in touch, when a lead first got an answer. They are computed here, whoever writes, an undo too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from realty_cli.clients.names import name_key
from realty_cli.clients.record import CLIENT, CONTACTS, INTERACTION, LEAD, NAMES, SEARCHED
from realty_cli.clients.words import document
from realty_cli.kit.clock import Clock
from realty_cli.store import word_index
from realty_cli.store.changelog import ChangeLog
from realty_cli.store.database import Connection
from realty_cli.store.rows import Rows
from realty_cli.store.word_index import in_parts

INDEX = "client_search"
_CONTACTS = ("client_id", "owner_id", "channel", "value", "label", "position")


class ClientRows(Rows):
    """`phones` and `emails` are lists of `{value, label}`, the first one the main one."""

    def __init__(self, db: Connection, log: ChangeLog, clock: Clock) -> None:
        super().__init__(db, log, clock, CLIENT)

    def insert(self, rows: Sequence[dict[str, Any]], *args: Any, **options: Any) -> list[int]:
        for row in rows:
            row["name_key"] = _key(row)
        return super().insert(rows, *args, **options)

    def read_parts(self, states: Mapping[int, dict[str, Any]]) -> None:
        super().read_parts(states)
        for some, params in in_parts(list(states)):
            for client, channel, value, label in self.db.all(
                "SELECT client_id, channel, value, label FROM client_contacts"
                f" WHERE client_id IN {some} ORDER BY client_id, position",
                params,
            ):
                states[client][CONTACTS[channel]].append({"value": value, "label": label})

    def write_parts(self, number: int, parts: Mapping[str, Any]) -> None:
        owner = self.db.value("SELECT owner_id FROM clients WHERE id = :id", {"id": number})
        for channel, name in CONTACTS.items():
            if name not in parts:
                continue
            self.db.run(
                "DELETE FROM client_contacts WHERE client_id = :id AND channel = :channel",
                {"id": number, "channel": channel},
            )
            rows = [(number, owner, channel, one["value"], one["label"], at) for at, one in enumerate(parts[name])]
            self.db.insert("client_contacts", _CONTACTS, rows)

    def written(self, rows: Sequence[Mapping[str, Any]], changed: frozenset[str] | None) -> None:
        for row in rows if changed else ():
            if not NAMES.isdisjoint(changed or ()):
                self._compute("name_key", row["id"], _key(row))
            if changed and "owner_id" in changed:
                self.db.run(
                    "UPDATE client_contacts SET owner_id = :owner WHERE client_id = :id",
                    {"owner": row["owner_id"], "id": row["id"]},
                )
        if changed is None or not SEARCHED.isdisjoint(changed):
            words = [(row["id"], document(row)) for row in rows]
            word_index.put(self.db, INDEX, words, replace=changed is not None)

    def _compute(self, name: str, number: int, value: Any) -> None:
        self.db.run(f"UPDATE clients SET {name} = :value WHERE id = :id", {"value": value, "id": number})

    def removing(self, numbers: Sequence[int]) -> None:
        word_index.drop(self.db, INDEX, numbers)
        for some, params in in_parts(numbers):
            self.db.run(f"DELETE FROM client_contacts WHERE client_id IN {some}", params)


def _key(client: Mapping[str, Any]) -> str | None:
    get = client.get
    return name_key(get("last_name"), get("first_name"), get("middle_name"), get("company_name"), get("name"))


class LeadRows(Rows):
    def __init__(self, db: Connection, log: ChangeLog, clock: Clock) -> None:
        super().__init__(db, log, clock, LEAD)

    def written(self, rows: Sequence[Mapping[str, Any]], changed: frozenset[str] | None) -> None:
        # A lead that comes back by an undo finds its interactions there.
        if changed is None:
            answered(self.db, (row["id"] for row in rows))


class InteractionRows(Rows):
    def __init__(self, db: Connection, log: ChangeLog, clock: Clock) -> None:
        super().__init__(db, log, clock, INTERACTION)
        #: Clients and leads that rows about to change hang on.
        self._left: set[tuple[int, int | None]] = set()

    def _write(self, number: int, diff: Mapping[str, Any], version: int) -> None:
        self._leave([number])
        super()._write(number, diff, version)

    def _leave(self, numbers: Sequence[int]) -> None:
        for some, params in in_parts(numbers):
            self._left |= set(self.db.all(f"SELECT client_id, lead_id FROM interactions WHERE id IN {some}", params))

    def written(self, rows: Sequence[Mapping[str, Any]], changed: frozenset[str] | None) -> None:
        self._follow({(row["client_id"], row.get("lead_id")) for row in rows})

    def removing(self, numbers: Sequence[int]) -> None:
        self._leave(numbers)

    def remove(self, numbers: Sequence[int], action: str) -> None:
        super().remove(numbers, action)
        self._follow(set())

    def _follow(self, now: set[tuple[int, int | None]]) -> None:
        touched, self._left = now | self._left, set()
        for client in {client for client, _ in touched}:
            self.db.run(
                "UPDATE clients SET last_contact_at = (SELECT max(at) FROM interactions WHERE client_id = :id"
                " AND deleted_at IS NULL AND channel <> 'note' AND NOT auto) WHERE id = :id",
                {"id": client},
            )
        answered(self.db, {lead for _, lead in touched if lead is not None})


def answered(db: Connection, leads: Iterable[int]) -> None:
    """Compute when leads first got an answer: our first try to reach the client, or the first talk of both. What a
    program sends by itself is none, nor is a note."""
    for lead in leads:
        db.run(
            "UPDATE leads SET first_response_at = (SELECT min(at) FROM interactions WHERE lead_id = :id"
            " AND deleted_at IS NULL AND NOT auto AND channel <> 'note'"
            " AND (direction = 'out' OR outcome = 'two_way')) WHERE id = :id",
            {"id": lead},
        )
