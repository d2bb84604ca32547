"""Everything that is held about one person: shown to the person, and erased for good.

Erasing leaves a tombstone: ids, dates, stages, sums and where somebody came from stay, so that totals stay true. What
tells who it was is gone from rows, contacts and texts, from the index of words, from letters and answers that wait to
be repeated, and from the past in the change log; so an erasure cannot be undone, nor what came before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

import orjson

from realty_cli.auth.policy import Act, require
from realty_cli.clients.record import CLIENT
from realty_cli.clients.repository import INDEX
from realty_cli.errors import Conflict, NotFound
from realty_cli.kit.clock import stamp
from realty_cli.store import word_index
from realty_cli.store.changelog import Change, dumps
from realty_cli.store.database import in_list
from realty_cli.store.redaction import forget_words, overwrite, redact
from realty_cli.store.rows import Rows

if TYPE_CHECKING:
    from realty_cli.clients.service import ClientService

#: What of a client tells who it is. Source, campaign, roles, stage and dates do not.
PERSONAL = (
    "external_id", "stable_key", "import_hash", "name", "last_name", "first_name", "middle_name", "company_name",
    "telegram", "birthday", "language", "notes", "tags", "attributes", "phones", "emails",
)  # fmt: skip
#: Fields of what hangs on a client in which somebody may have written of a person, by kind.
TEXTS: dict[str, tuple[str, ...]] = {
    "lead": ("external_id", "note", "lost_reason"),
    "interaction": ("external_id", "intake_key", "text"),
    "consent": ("evidence", "note"),
    "request": ("external_id", "title", "note", "stable_key", "import_hash", "places"),
    "mark": ("note",),
}
_MOST_IN_LOG = 10_000


class Holder(Protocol):
    """What slices above hold of a client."""

    def held(self, client: int) -> dict[str, list[dict[str, Any]]]:
        """Everything, by kind, as it shows itself."""
        ...

    def erase(self, client: int, names: Sequence[str]) -> dict[str, list[int]]:
        """Empty what was written about a person; gives the objects of each kind whose past has to lose `TEXTS`."""
        ...


class Listings(Protocol):
    """What listings hold of a client: the seller's name and phone."""

    def held(self, client: int, phones: Sequence[str]) -> list[dict[str, Any]]: ...

    def erase(self, client: int, phones: Sequence[str]) -> list[int]:
        """Empty who is to be called, and say in which listings; their past in the log is emptied with it."""
        ...


class PersonalService:
    """`holders`: what of the slices above holds clients; `texts`: the fields of theirs that the log has to lose."""

    def __init__(
        self, clients: ClientService, listings: Listings, holders: Sequence[Holder], texts: dict[str, tuple[str, ...]]
    ) -> None:
        self._clients, self._listings, self._holders, self._texts = clients, listings, holders, texts
        self._db, self._actor, self._clock = clients.db, clients.actor, clients.clock

    # Showing ---------------------------------------------------------------------------------------------------------

    def everything(self, number: int) -> dict[str, Any]:
        """All that is held about one person, in the bin or not, with the records that were merged into it."""
        require(self._actor, Act.CLIENT_EXPORT)
        shown = self._clients.get(number, deleted=None)
        numbers = [number, *self._merged(number)]
        phones = self._phones(numbers)
        attached: dict[str, list[dict[str, Any]]] = {}
        ids: dict[str, list[int]] = {"client": numbers}
        for rows in self._clients.attached:
            states = self._states(rows, numbers)
            attached[rows.kind.kind] = [rows.kind.presented(state) for state in states]
            ids[rows.kind.kind] = [state["id"] for state in states]
        consents = [self._clients.consents.shown(state) for state in self._states(self._clients.consents.rows, numbers)]
        other = {kind: found for kind, found in self._above(numbers).items() if found}
        known = {"lead", "interaction", "consent"}
        return {
            "id": number,
            "generated_at": stamp(self._clock.now()),
            "client": shown,
            "merged": [self._clients.get(one, deleted=None) for one in numbers[1:]],
            "leads": attached.get("lead", []),
            "interactions": attached.get("interaction", []),
            "consents": consents,
            "properties": list(
                {one["id"]: one for client in numbers for one in self._listings.held(client, phones)}.values()
            ),
            "other": {**{kind: found for kind, found in attached.items() if kind not in known and found}, **other},
            "log": self._log(ids),
        }

    def _above(self, numbers: Sequence[int]) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for number in numbers:
            for holder in self._holders:
                for kind, items in holder.held(number).items():
                    found.setdefault(kind, []).extend(items)
        return found

    def _log(self, ids: dict[str, list[int]]) -> list[dict[str, Any]]:
        """What the log remembers of these objects, oldest first."""
        found = []
        for kind, numbers in ids.items():
            for some, params in word_index.in_parts(numbers):
                rows = self._db.all(
                    "SELECT c.seq, o.at, a.username, o.command, c.kind, c.object_id, c.action, c.diff FROM changes c"
                    " JOIN operations o ON o.id = c.operation_id JOIN accounts a ON a.id = o.actor_id"
                    f" WHERE c.kind = :kind AND c.object_id IN {some} ORDER BY c.seq LIMIT {_MOST_IN_LOG}",
                    {**params, "kind": kind},
                )
                names = ("seq", "at", "actor", "command", "kind", "object_id", "action", "changed")
                found += [dict(zip(names, row, strict=True)) for row in rows]
        hidden = CLIENT.hidden | {"intake_key"}
        for one in found:
            changed = orjson.loads(one["changed"]) if one["changed"] else {}
            one["changed"] = {name: value for name, value in changed.items() if name not in hidden}
        return sorted(found, key=lambda one: one["seq"])

    # Erasing ---------------------------------------------------------------------------------------------------------

    def erase(self, number: int, *, expected_version: int | None = None) -> dict[str, Any]:
        """Forget who a client is, for good. The caller lets the store clean up after the commit (`Realty.scrub`)."""
        require(self._actor, Act.CLIENT_ERASE)
        before = self._clients.rows.state(self._actor, number, deleted=None)
        if before is None:
            raise NotFound("client.not_found", id=number)
        if expected_version is not None:
            self._clients.rows.live(self._actor, number, expected_version)
        if before["erased_at"] is not None:
            raise Conflict("client.erased", id=number)
        if before["merged_into"] is not None:
            raise Conflict("client.erase_survivor", id=number, survivor=before["merged_into"])
        overwrite(self._db)
        numbers = [number, *self._merged(number)]
        states = self._clients.rows.states(numbers)
        phones, emails = self._phones(numbers), self._values(numbers, "email")
        parts = ("last_name", "first_name", "company_name")
        names = list({one[part] for one in states.values() for part in parts if one[part]})
        touched: dict[str, list[int]] = {}
        for client in numbers:
            for holder in self._holders:
                for kind, ids in holder.erase(client, names).items():
                    touched.setdefault(kind, []).extend(ids)
        touched["property"] = sorted({one for client in numbers for one in self._listings.erase(client, phones)})
        for rows in self._clients.attached:
            touched[rows.kind.kind] = self._empty(rows, numbers)
        touched["mark"] = self._empty_marks(touched["request"])
        now = stamp(self._clock.now())
        self._empty_clients(states, now)
        count = sum(redact(self._db, kind, touched[kind], fields) for kind, fields in TEXTS.items() if kind in touched)
        count += sum(redact(self._db, kind, touched.get(kind, ()), fields) for kind, fields in self._texts.items())
        count += redact(self._db, "client", numbers, PERSONAL)
        self._forget_letters(phones, emails, [name for one in states.values() for name in (one["name"],) if name])
        self._seal(states, touched)
        forget_words(self._db, INDEX)
        return {
            "id": number,
            "erased_at": now,
            "clients": numbers,
            "emptied": {kind: len(ids) for kind, ids in touched.items() if ids},
            "log_entries": count,
        }

    def _empty_clients(self, states: dict[int, dict[str, Any]], now: str) -> None:
        nothing = dict.fromkeys((*PERSONAL, "name_key"), None)
        del nothing["phones"], nothing["emails"]
        for number, state in states.items():
            values = {**nothing, "name": f"#{number}", "erased_at": now, "updated_at": now}
            sets = ", ".join(f"{name} = :{name}" for name in values)
            self._db.run(
                f"UPDATE clients SET {sets}, version = :version WHERE id = :id",
                {**values, "version": state["version"] + 1, "id": number},
            )
        word_index.drop(self._db, INDEX, list(states))
        for some, params in word_index.in_parts(list(states)):
            self._db.run(f"DELETE FROM client_contacts WHERE client_id IN {some}", params)
            self._db.run(f"DELETE FROM client_not_duplicates WHERE first IN {some} OR second IN {some}", params)

    def _empty(self, rows: Rows, numbers: Sequence[int]) -> list[int]:
        """Empty the texts of what hangs on these clients; says in which objects."""
        ids = [state["id"] for state in self._states(rows, numbers)]
        fields = [name for name in TEXTS.get(rows.kind.kind, ()) if name in rows.kind.columns and name != "places"]
        sets = [f"{name} = NULL" for name in fields]
        for some, params in word_index.in_parts(ids):
            if sets:
                self._db.run(
                    f"UPDATE {rows.kind.table} SET {', '.join(sets)}, version = version + 1 WHERE id IN {some}", params
                )
            if rows.kind.kind == "lead":
                self._db.run(f"UPDATE lead_stages SET reason = NULL WHERE lead_id IN {some}", params)
        if rows.kind.kind == "request":
            self._unname_places(rows, ids)
        return ids

    def _unname_places(self, rows: Rows, requests: Sequence[int]) -> None:
        """Where somebody looks stays, so that totals stay true; what he calls it (at work, at mother's) goes."""
        for number, state in rows.states(requests).items():
            if state["places"]:
                places = dumps([{**one, "name": None} for one in state["places"]])
                self._db.run("UPDATE requests SET places = :places WHERE id = :id", {"places": places, "id": number})

    def _empty_marks(self, requests: Sequence[int]) -> list[int]:
        """What was noted where a listing was shown or refused."""
        found: list[int] = []
        for some, params in word_index.in_parts(requests):
            rows = self._db.all(f"SELECT id FROM match_marks WHERE request_id IN {some} ORDER BY id", params)
            found += [row[0] for row in rows]
            self._db.run(f"UPDATE match_marks SET note = NULL WHERE request_id IN {some}", params)
        return found

    def _seal(self, states: dict[int, dict[str, Any]], touched: dict[str, list[int]]) -> None:
        """A purge in the log on everything that lost something: nothing of before can be taken back any more."""
        changes = [Change("client", number, state["owner_id"], "purge", None, None) for number, state in states.items()]
        for rows in self._clients.attached:
            for number, state in rows.states(touched[rows.kind.kind]).items():
                changes.append(Change(rows.kind.kind, number, state["owner_id"], "purge", None, None))
        for some, params in word_index.in_parts(touched["mark"]):
            marks = self._db.all(f"SELECT id, owner_id FROM match_marks WHERE id IN {some} ORDER BY id", params)
            changes += [Change("mark", number, owner, "purge", None, None) for number, owner in marks]
        self._clients.log.add(changes)

    def _forget_letters(self, phones: Sequence[str], emails: Sequence[str], names: Sequence[str]) -> None:
        """Letters to the person, and answers that are kept to be given again."""
        params: dict[str, Any] = {}
        if phones or emails:
            some = in_list("to", [*phones, *emails], params)
            self._db.run(f"DELETE FROM outbox WHERE recipient IN {some}", params)
        # As JSON writes them.
        marks = [orjson.dumps(one).decode()[1:-1] for one in (*phones, *emails, *names)]
        for number, body in self._db.all("SELECT id, body FROM idempotency WHERE body IS NOT NULL"):
            if any(mark in body for mark in marks):
                self._db.run("DELETE FROM idempotency WHERE id = :id", {"id": number})

    # What belongs to a person ----------------------------------------------------------------------------------------

    def _merged(self, number: int) -> list[int]:
        """The records that have become this client, at whatever remove."""
        found: list[int] = []
        waiting = [number]
        while waiting:
            some, params = next(iter(word_index.in_parts(waiting[:500])))
            rows = self._db.all(f"SELECT id FROM clients WHERE merged_into IN {some} ORDER BY id", params)
            waiting = waiting[500:] + [row[0] for row in rows if row[0] not in found and row[0] != number]
            found += [one for one in waiting if one not in found]
        return found

    def _states(self, rows: Rows, numbers: Sequence[int]) -> list[dict[str, Any]]:
        found: list[int] = []
        for some, params in word_index.in_parts(numbers):
            ids = self._db.all(f"SELECT id FROM {rows.kind.table} WHERE client_id IN {some} ORDER BY id", params)
            found += [row[0] for row in ids]
        return list(rows.states(found).values())

    def _phones(self, numbers: Sequence[int]) -> list[str]:
        return self._values(numbers, "phone")

    def _values(self, numbers: Sequence[int], channel: str) -> list[str]:
        params: dict[str, Any] = {"channel": channel}
        some = in_list("id", numbers, params)
        rows = self._db.all(
            f"SELECT DISTINCT value FROM client_contacts WHERE channel = :channel AND client_id IN {some}"
            " ORDER BY value",
            params,
        )
        return [row[0] for row in rows]
