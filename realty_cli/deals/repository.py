"""Writes of deals: rows with their clients and links, the index of words, stages and change log in step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from realty_cli.deals.record import DEAL, SEARCHED
from realty_cli.deals.words import document
from realty_cli.kit.clock import Clock
from realty_cli.store import word_index
from realty_cli.store.changelog import ChangeLog
from realty_cli.store.database import Connection
from realty_cli.store.rows import Rows
from realty_cli.store.word_index import in_parts

INDEX = "deal_search"


class DealRows(Rows):
    """`parties` is a list of `{client_id, role}`, `after` one of numbers of deals."""

    def __init__(self, db: Connection, log: ChangeLog, clock: Clock) -> None:
        super().__init__(db, log, clock, DEAL)

    def read_parts(self, states: Mapping[int, dict[str, Any]]) -> None:
        super().read_parts(states)
        for some, params in in_parts(list(states)):
            for deal, client, role in self.db.all(
                f"SELECT deal_id, client_id, role FROM deal_parties WHERE deal_id IN {some} ORDER BY deal_id, position",
                params,
            ):
                states[deal]["parties"].append({"client_id": client, "role": role})
            for deal, before in self.db.all(
                f"SELECT deal_id, before_id FROM deal_links WHERE deal_id IN {some} ORDER BY deal_id, before_id", params
            ):
                states[deal]["after"].append(before)

    def write_parts(self, number: int, parts: Mapping[str, Any]) -> None:
        if "parties" in parts:
            self.db.run("DELETE FROM deal_parties WHERE deal_id = :id", {"id": number})
            rows = [(number, one["client_id"], one["role"], at) for at, one in enumerate(parts["parties"])]
            self.db.insert("deal_parties", ("deal_id", "client_id", "role", "position"), rows)
        if "after" in parts:
            self.db.run("DELETE FROM deal_links WHERE deal_id = :id", {"id": number})
            self.db.insert("deal_links", ("deal_id", "before_id"), [(number, one) for one in parts["after"]])

    def written(self, rows: Sequence[Mapping[str, Any]], changed: frozenset[str] | None) -> None:
        if changed is None or not SEARCHED.isdisjoint(changed):
            words = [(row["id"], document(row)) for row in rows]
            word_index.put(self.db, INDEX, words, replace=changed is not None)

    def removing(self, numbers: Sequence[int]) -> None:
        word_index.drop(self.db, INDEX, numbers)
        for some, params in in_parts(numbers):
            self.db.run(f"DELETE FROM deal_parties WHERE deal_id IN {some}", params)
            self.db.run(f"DELETE FROM deal_links WHERE deal_id IN {some}", params)
