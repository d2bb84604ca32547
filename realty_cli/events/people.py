"""What the calendar holds of a client: for merging two records of one person, for showing it all, for erasing.

The clients' slice, which stands below, is handed this by the composition root.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from realty_cli.events.record import EVENT
from realty_cli.events.repository import INDEX
from realty_cli.store.database import Connection
from realty_cli.store.redaction import forget_words, names_somebody
from realty_cli.store.rows import Rows

#: The fields of each kind in which somebody may have written of a person. Erasing empties them here and in the log.
TEXTS: dict[str, tuple[str, ...]] = {
    "event": (
        "title", "description", "attendees", "notes", "outcome_note", "external_id", "import_hash", "ics",
    ),
    "feedback": ("objections", "note"),
}  # fmt: skip
_KEPT_LIST = frozenset({"attendees", "objections", "ics"})


class EventPeople:
    """`kinds`: those whose rows name a client (`client_id`), events among them."""

    def __init__(self, db: Connection, kinds: Sequence[Rows]) -> None:
        self._db = db
        self._rows = {one.kind.kind: one for one in kinds}

    def naming(self, client: int) -> dict[str, list[int]]:
        """The objects of each kind that name a client, those in the bin too."""
        return {
            kind: [
                row[0]
                for row in self._db.all(
                    f"SELECT id FROM {rows.kind.table} WHERE client_id = :client ORDER BY id", {"client": client}
                )
            ]
            for kind, rows in self._rows.items()
        }

    def held(self, client: int) -> dict[str, list[dict[str, Any]]]:
        """All of these objects as they show themselves, and the events to which the person is asked."""
        named = self.naming(client)
        named["event"] = list(dict.fromkeys([*named["event"], *self._asked(client)]))
        return {
            kind: [rows.kind.presented(state) for state in rows.states(named[kind]).values()]
            for kind, rows in self._rows.items()
        }

    def replace(self, old: int, new: int) -> int:
        """One client takes the place of another; gives in how many objects."""
        named, count = self.naming(old), 0
        for kind, rows in self._rows.items():
            count += len(rows.update([(state, {"client_id": new}) for state in rows.states(named[kind]).values()]))
        return count

    def erase(self, client: int, names: Sequence[str]) -> dict[str, list[int]]:
        """Empty what was written about a person: times, places, statuses and outcomes stay, so that totals stay true.

        A title goes where a word of his `names` stands in it. From events of others he goes as one who is to come.
        """
        named = self.naming(client)
        for kind, rows in self._rows.items():
            pairs = []
            for state in rows.states(named[kind]).values():
                changes: dict[str, Any] = {
                    name: [] if name in _KEPT_LIST else None for name in TEXTS[kind] if name != "title"
                }
                if kind == "event" and names_somebody(state["title"], names):
                    changes["title"] = f"№ {state['id']}"
                pairs.append((state, changes))
            rows.update(pairs)
        events = self._rows["event"]
        asked = [number for number in self._asked(client) if number not in named["event"]]
        contacts = self._contacts(client)
        events.update([
            (state, {"attendees": [one for one in state["attendees"] if not _is_one_of(one, contacts)]})
            for state in events.states(asked).values()
        ])  # fmt: skip
        named["event"] += asked
        if named["event"]:
            forget_words(self._db, INDEX)
        return named

    def _contacts(self, client: int) -> list[str]:
        rows = self._db.all("SELECT value FROM client_contacts WHERE client_id = :client", {"client": client})
        return [row[0] for row in rows]

    def _asked(self, client: int) -> list[int]:
        """Events, whosoever they are, among whose attendees one of the client's contacts stands."""
        contacts = self._contacts(client)
        if not contacts:
            return []
        found = self._db.all(f"SELECT id, attendees FROM {EVENT.table} WHERE attendees IS NOT NULL ORDER BY id")
        return [number for number, text in found if any(_is_one_of(one, contacts) for one in orjson.loads(text))]


def _is_one_of(attendee: Mapping[str, Any], contacts: Sequence[str]) -> bool:
    return attendee.get("phone") in contacts or (attendee.get("email") or "").casefold() in contacts
