"""Proposals of clients that may be one person, over the store. Nothing is merged: a person looks, and merges or says
"not the same"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from realty_cli.auth.policy import Act, require
from realty_cli.clients.likeness import Candidate, find
from realty_cli.errors import Invalid
from realty_cli.kit.clock import stamp
from realty_cli.kit.messages import message
from realty_cli.store.database import in_list
from realty_cli.store.scope import visible
from realty_cli.store.word_index import in_parts

if TYPE_CHECKING:
    from realty_cli.clients.service import ClientService

_COLUMNS = (
    "id", "owner_id", "kind", "name_key", "first_name", "middle_name", "birthday", "telegram", "external_id",
)  # fmt: skip


class ClientDoubles:
    def __init__(self, clients: ClientService) -> None:
        self._clients = clients
        self._db, self._actor = clients.db, clients.actor

    def propose(self, *, limit: int = 50, language: str = "en") -> dict[str, Any]:
        """Pairs that may be one person, the surest first: `{items: [{a, b, score, reasons, ...}], total}`."""
        require(self._actor, Act.CLIENT_READ)
        dismissed = [tuple(row) for row in self._db.all("SELECT first, second FROM client_not_duplicates")]
        found = find(self._candidates(), dismissed=dismissed)
        shown = found[:limit]
        names = self._names({number for pair in shown for number in (pair.a, pair.b)})
        return {
            "items": [
                {
                    "a": pair.a,
                    "b": pair.b,
                    "score": round(pair.score, 3),
                    "name_a": names[pair.a],
                    "name_b": names[pair.b],
                    "reasons": [
                        {"code": one.code, "params": one.params, "message": message(one.code, language, **one.params)}
                        for one in pair.reasons
                    ],
                }
                for pair in shown
            ],
            "total": len(found),
        }

    def mark_different(self, first: int, second: int) -> None:
        """Two clients were looked at and are not one person; they are not proposed again."""
        require(self._actor, Act.CLIENT_WRITE)
        if first == second:
            raise Invalid.one("different", "client.merge_itself", id=first)
        for number in (first, second):
            self._clients.get(number)
        low, high = sorted((first, second))
        self._db.run(
            "INSERT INTO client_not_duplicates (owner_id, first, second, created_at)"
            " VALUES (:owner, :low, :high, :now) ON CONFLICT (first, second) DO NOTHING",
            {"owner": self._actor.id, "low": low, "high": high, "now": stamp(self._clients.clock.now())},
        )

    def _candidates(self) -> list[Candidate]:
        """The clients who share a phone, an e-mail, a Telegram name or a name with another one: nobody else can be
        proposed, and they are few among all."""
        params: dict[str, Any] = {}
        alone = f"c.deleted_at IS NULL AND c.erased_at IS NULL AND {visible(self._actor, params, 'c')}"
        contacts = "client_contacts t JOIN clients c ON c.id = t.client_id"
        sharing = " UNION ".join([
            f"SELECT t.client_id FROM {contacts} JOIN (SELECT t.channel, t.value FROM {contacts} WHERE {alone}"
            " GROUP BY t.channel, t.value HAVING count(*) > 1) s ON s.channel = t.channel AND s.value = t.value",
            *(
                f"SELECT c.id FROM clients c JOIN (SELECT c.{name} FROM clients c"
                f" WHERE c.{name} IS NOT NULL AND {alone} GROUP BY c.{name} HAVING count(*) > 1) s"
                f" ON s.{name} = c.{name}"
                for name in ("telegram", "name_key")
            ),
        ])  # fmt: skip
        rows = self._db.all(
            f"SELECT {', '.join('c.' + name for name in _COLUMNS)} FROM clients c"
            f" WHERE {alone} AND c.id IN ({sharing})",
            params,
        )
        found: dict[tuple[int, str], tuple[str, ...]] = {}
        for some, numbers in in_parts([row[0] for row in rows]):
            for number, channel, value in self._db.all(
                f"SELECT client_id, channel, value FROM client_contacts WHERE client_id IN {some} ORDER BY id", numbers
            ):
                found[number, channel] = (*found.get((number, channel), ()), value)
        return [
            Candidate(
                **dict(zip(_COLUMNS, row, strict=True)),
                phones=found.get((row[0], "phone"), ()),
                emails=found.get((row[0], "email"), ()),
            )
            for row in rows
        ]

    def _names(self, numbers: set[int]) -> dict[int, str]:
        if not numbers:
            return {}
        params: dict[str, Any] = {}
        sql = f"SELECT id, name FROM clients WHERE id IN {in_list('id', sorted(numbers), params)}"
        return dict(self._db.all(sql, params))
