"""The writing half of an import of buyer requests. What a row is recognised by stands in `request_importing`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from realty_cli.auth.policy import Act, require
from realty_cli.clients.importer import ClientImporter
from realty_cli.clients.request_importing import Row
from realty_cli.clients.request_kinds import RequestStatus
from realty_cli.clients.requests import RequestService, problems_of
from realty_cli.errors import FieldProblem
from realty_cli.kit.importing import Prepared
from realty_cli.store.database import in_list
from realty_cli.store.keyed_import import KeyedImporter
from realty_cli.store.scope import visible

_COLUMNS = {"i": "id", "x": "external_id", "s": "stable_key"}


class _Known(NamedTuple):
    id: int
    in_bin: bool
    import_hash: int | None
    created_at: str


class RequestImporter(KeyedImporter[_Known, Row]):
    """Writes prepared rows of requests, and enters the clients whom they name."""

    def __init__(
        self, requests: RequestService, clients: ClientImporter, on_rejected: Callable[[Prepared], None] | None = None
    ) -> None:
        require(requests.actor, Act.CLIENT_IMPORT)
        super().__init__(requests.log, on_rejected)
        self._requests, self._clients = requests, clients
        self._db, self._actor = requests.db, requests.actor

    def look(self, letter: str, values: Sequence[Any]) -> list[tuple[Any, _Known]]:
        params: dict[str, Any] = {}
        column, some = _COLUMNS[letter], in_list("key", values, params)
        rows = self._db.all(
            f"SELECT {column}, id, deleted_at IS NOT NULL, import_hash, created_at FROM requests"
            f" WHERE {column} IN {some} AND {visible(self._actor, params)} ORDER BY id",
            params,
        )
        return [(key, _Known(number, bool(in_bin), *more)) for key, number, in_bin, *more in rows]

    def match(self, row: Row, known: dict[str, list[_Known]]) -> _Known | None:
        for key in row.keys:
            for one in known.get(key, ()):
                # The same number in another store is another request; the moment of its making tells them apart.
                if key[0] != "i" or one.created_at == row.made:
                    return one
        return None

    def add(self, rows: Sequence[Row]) -> None:
        new = []
        for row in rows:
            client = self._client(row)
            if client is None:
                self._refuse(row, FieldProblem("client_id", "import.client_unknown", {}))
                continue
            number, owner = client
            given = {"status": RequestStatus.ACTIVE.value, "currency": self._requests.currency, **row.values}
            new.append({**given, "client_id": number, "owner_id": owner})
        if new:
            self._requests.rows.insert(new)
            self.report.created += len(new)

    def update(self, row: Row, number: int) -> None:
        before = self._requests.rows.states([number])[number]
        changes = {name: value for name, value in row.values.items() if name != "stable_key"}
        if problems := problems_of({**before, **changes}):
            self._refuse(row, *problems)
            return
        told = any(before.get(name) != value for name, value in changes.items() if name != "import_hash")
        if told:
            self._requests.rows.update([(before, changes)])
        self.updated(row.line, number, told)

    def _client(self, row: Row) -> tuple[int, int] | None:
        """The client who asks, with his owner: by number where that is one of the actor's, else whom the row names."""
        numbers: list[int | None] = [row.client_id] if row.made is None or row.person is None else []
        if row.person is not None:
            numbers = numbers + self._clients.people([row.person])
        for number in numbers:
            params: dict[str, Any] = {"id": number}
            found = number and self._db.one(
                f"SELECT id, owner_id FROM clients WHERE id = :id AND deleted_at IS NULL AND"
                f" {visible(self._actor, params)}",
                params,
            )
            if found:
                return int(found[0]), int(found[1])
        return None

    def _refuse(self, row: Row, *problems: FieldProblem) -> None:
        self.reject(row.source._replace(problems=problems))
