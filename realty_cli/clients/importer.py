"""The writing half of an import of clients. What a row is recognised by stands in `importing`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from realty_cli.auth.policy import Act, require
from realty_cli.clients import rules
from realty_cli.clients.importing import Row
from realty_cli.clients.kinds import LeadStage
from realty_cli.clients.schemas.parts import in_order
from realty_cli.clients.service import ClientService
from realty_cli.kit.clock import stamp
from realty_cli.kit.importing import Prepared
from realty_cli.store.database import in_list
from realty_cli.store.keyed_import import KeyedImporter
from realty_cli.store.scope import visible

_NAMES = ("name", "last_name", "first_name", "middle_name", "company_name", "kind")
_LISTS = ("roles", "tags")


class _Known(NamedTuple):
    """A client of the store that a key may mean."""

    id: int
    in_bin: bool
    import_hash: int | None
    created_at: str
    name_key: str | None


class ClientImporter(KeyedImporter[_Known, Row]):
    """Writes prepared rows of clients, and opens the leads that they tell of."""

    def __init__(self, clients: ClientService, on_rejected: Callable[[Prepared], None] | None = None) -> None:
        require(clients.actor, Act.CLIENT_IMPORT)
        super().__init__(clients.log, on_rejected)
        self._clients, self._db, self._actor = clients, clients.db, clients.actor
        self._now = stamp(clients.clock.now())

    def people(self, rows: Sequence[Row]) -> list[int | None]:
        """The clients whom rows of other objects name (`person_cells`), made where there are none; a name alone means
        the only one who is called so. None for somebody who lies in the bin."""
        known = self.lookup(rows)
        found: list[int | None] = []
        for row in rows:
            match = self.match(row, known)
            if match is None:
                found += self._insert([row])
                known |= self.lookup([row])
            else:
                found.append(None if match.in_bin else match.id)
        return found

    # Recognising ---------------------------------------------------------------------------------------------------

    def look(self, letter: str, values: Sequence[Any]) -> list[tuple[Any, _Known]]:
        params: dict[str, Any] = {}
        some, mine = in_list("key", values, params), visible(self._actor, params, "c")
        # Who was merged into another one is that one now.
        rest = "m.id, m.deleted_at IS NOT NULL, c.import_hash, c.created_at, c.name_key"
        survivor = "JOIN clients m ON m.id = COALESCE(c.merged_into, c.id)"
        if letter in ("p", "e"):
            params["channel"] = "phone" if letter == "p" else "email"
            sql = (
                f"SELECT t.value, {rest} FROM client_contacts t JOIN clients c ON c.id = t.client_id {survivor}"
                f" WHERE t.channel = :channel AND t.value IN {some}"
            )
        else:
            column = {"i": "id", "x": "external_id", "s": "stable_key", "t": "telegram", "n": "name_key"}[letter]
            sql = f"SELECT c.{column}, {rest} FROM clients c {survivor} WHERE c.{column} IN {some}"
        rows = self._db.all(f"{sql} AND c.erased_at IS NULL AND {mine} ORDER BY c.id", params)
        return [(key, _Known(number, bool(in_bin), *more)) for key, number, in_bin, *more in rows]

    def match(self, row: Row, known: dict[str, list[_Known]]) -> _Known | None:
        for key in row.keys:
            if key[0] == "n" and len({one.id for one in known.get(key, ()) if not one.in_bin}) != 1:
                continue  # nobody, or nobody knows which of them
            for one in known.get(key, ()):
                if key[0] == "n" and one.in_bin:
                    continue
                if key[0] == "i":
                    # The same number in another store is another client; the moment of its making tells them apart.
                    if one.created_at != row.made:
                        continue
                elif key[0] in "pet" and not _one_name(one.name_key, row):
                    continue
                return one
        return None

    # Writing -------------------------------------------------------------------------------------------------------

    def add(self, rows: Sequence[Row]) -> None:
        if rows:
            self._insert(rows)

    def _insert(self, rows: Sequence[Row]) -> list[int]:
        new = []
        for row in rows:
            values = dict(row.values)
            said = values.pop("owner_id", None)
            values["owner_id"] = said if said and self._actor.sees_all and self._exists(said) else self._actor.id
            values.setdefault("stage", "lead")
            new.append(values)
        self._clients.rows.insert(new)
        self.report.created += len(new)
        leads = [
            self._lead({**dict.fromkeys(("source", "campaign", "referrer_id")), **client}, row)
            for row, client in zip(rows, new, strict=True)
            if row.lead
        ]
        service = self._clients.leads
        service.rows.insert([lead for lead in leads if "created_at" not in lead])
        for lead in leads:
            if "created_at" in lead and "id" not in lead:
                service.rows.insert([lead], effective_at=lead["created_at"])
        return [client["id"] for client in new]

    def _exists(self, account: int) -> bool:
        return self._db.one("SELECT 1 FROM accounts WHERE id = :id", {"id": account}) is not None

    def update(self, row: Row, number: int) -> None:
        before = self._clients.rows.states([number])[number]
        changes = _changes(before, row)
        told = any(before.get(name) != value for name, value in changes.items() if name != "import_hash")
        if told:
            self._clients.rows.update([(before, changes)])
        if bool(row.lead) and self._update_lead({**before, **changes}, row):
            told = True
        self.updated(row.line, number, told)

    def _update_lead(self, client: dict[str, Any], row: Row) -> bool:
        """The lead of this need says what the row says; a need that has come to its end is not opened again."""
        leads = self._clients.leads
        for lead in leads.open_of(client["id"]):
            if lead["side"] == row.lead["side"]:
                given = {name: value for name, value in row.lead.items() if name not in ("side", "created_at")}
                if rules.contradictions({**lead, **given}):
                    return False
                return bool(leads.rows.update([(lead, given)]))
        ended = self._db.one(
            "SELECT 1 FROM leads WHERE client_id = :client AND side = :side AND deleted_at IS NULL",
            {"client": client["id"], "side": row.lead["side"]},
        )
        if ended is None:
            lead = self._lead(client, row)
            self._clients.leads.rows.insert([lead], effective_at=lead.get("created_at"))
        return ended is None

    def _lead(self, client: dict[str, Any], row: Row) -> dict[str, Any]:
        """The lead that a row opens."""
        given = {**row.lead, "stage": LeadStage.NEW.value, "owner_id": client["owner_id"]}
        if given.get("created_at", "") > self._now:
            del given["created_at"]
        return self._clients.leads.completed(client, given)


def _one_name(known: str | None, row: Row) -> bool:
    """Whether a client and a row of one phone are one person: the name of one holds that of the other."""
    if not known or not row.name_key:
        return True
    mine, other = set(known.split()), set(row.name_key.split())
    return mine <= other or other <= mine


def _changes(before: dict[str, Any], row: Row) -> dict[str, Any]:
    """What of a row's values changes a client: lists grow, a name gives way only to a longer one."""
    changes = {name: value for name, value in row.values.items() if name not in ("stable_key", "owner_id")}
    for name in ("phones", "emails"):
        known = {one["value"] for one in before[name]}
        if name in changes:
            changes[name] = [*before[name], *(one for one in changes[name] if one["value"] not in known)][:20]
    for name in _LISTS:
        if name in changes:
            changes[name] = list(dict.fromkeys([*(before[name] or ()), *changes[name]]))
    if "roles" in changes:
        changes["roles"] = in_order(changes["roles"])
    if "attributes" in changes:
        changes["attributes"] = {**(before["attributes"] or {}), **changes["attributes"]}
    named = {name: changes.pop(name) for name in _NAMES if name in changes}
    by_number = row.keys[0][0] in "ix"
    if (
        named
        and not rules.is_nameless(named)
        and (by_number or rules.is_nameless(before) or len(named.get("name", "")) > len(before["name"]))
    ):
        changes |= {**dict.fromkeys(_NAMES[1:-1]), **named}
    return changes
