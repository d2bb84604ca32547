"""What listings hold of a client: whose they are (`client_id`), and whom to call.

For merging two records of one person, for showing all that is held, and for erasing it. The composition root hands this
to the clients' slice, which stands above.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from realty_cli.kit import phones as telephone
from realty_cli.properties import reads
from realty_cli.store.database import in_list
from realty_cli.store.redaction import redact
from realty_cli.store.scope import visible

if TYPE_CHECKING:
    from realty_cli.properties.service import PropertyService

_SHOWN = ("id", "title", "address", "status", "contact_name", "contact_phone", "client_id")
_CONTACT = ("contact_name", "contact_phone")


class ListingPeople:
    def __init__(self, listings: PropertyService) -> None:
        self._listings, self._db = listings, listings.db

    def _of(self, client: int, phones: Sequence[str]) -> list[int]:
        """The client's listings, and those of the actor that name one of the phones."""
        params: dict[str, Any] = {"client": client}
        mine = visible(self._listings.actor, params)
        named = f" OR (contact_phone IN {in_list('phone', phones, params)} AND {mine})" if phones else ""
        rows = self._db.all(f"SELECT id FROM properties WHERE client_id = :client{named} ORDER BY id", params)
        return [row[0] for row in rows]

    def held(self, client: int, phones: Sequence[str]) -> list[dict[str, Any]]:
        """What each of these listings says of the person."""
        states = reads.states(self._db, self._of(client, phones))
        return [{**{name: state.get(name) for name in _SHOWN}, "id": number} for number, state in states.items()]

    def replace(self, old: int, new: int) -> int:
        """One client takes the place of another; gives in how many listings."""
        rows = self._db.all("SELECT id FROM properties WHERE client_id = :client ORDER BY id", {"client": old})
        states = reads.states(self._db, [row[0] for row in rows])
        return len(self._listings.repository.update([(state, {"client_id": new}) for state in states.values()]))

    def erase(self, client: int, phones: Sequence[str]) -> list[int]:
        """Empty whom to call, here and in the log, and the person's phones in texts. The listing itself stays."""
        numbers = self._of(client, phones)
        states = reads.states(self._db, numbers)
        pairs = []
        for state in states.values():
            changes: dict[str, Any] = dict.fromkeys(_CONTACT)
            for name in ("title", "description"):
                changes[name] = _without(state.get(name), phones)
            if table := state.get("attributes"):
                changes["attributes"] = {name: _without(value, phones) for name, value in table.items()}
            pairs.append((state, changes))
        self._listings.repository.update(pairs)
        redact(self._db, "property", numbers, _CONTACT)
        for state, changes in pairs:
            told = [name for name in ("title", "description", "attributes") if name in changes]
            redact(self._db, "property", [state["id"]], [name for name in told if state.get(name) != changes[name]])
        return numbers


def _without(text: Any, phones: Sequence[str]) -> Any:
    """A text in which these phones are hidden, in whatever notation they stand there."""
    if not isinstance(text, str):
        return text
    for span in reversed(telephone.spans(text)):
        if span.phone in phones:
            text = text[: span.start] + "***" + text[span.end :]
    return text
