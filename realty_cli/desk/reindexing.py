"""The indexes of words as a whole: whether they were built by today's rules, and building them anew.

Rules of words change with a release of realty or of its stemmers (`store.search`, `<slice>/words.py`); an index that
was built before then finds by the old ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from realty_cli.clients import repository as clients
from realty_cli.clients import words as client_words
from realty_cli.deals import repository as deals
from realty_cli.deals import words as deal_words
from realty_cli.events import repository as events
from realty_cli.events import words as event_words
from realty_cli.kit.clock import Clock
from realty_cli.properties import reads
from realty_cli.properties import repository as properties
from realty_cli.properties import words as property_words
from realty_cli.store import word_index
from realty_cli.store.changelog import ChangeLog
from realty_cli.store.database import Connection

_CHUNK = 1_000
#: Rows of a table that `outdated` looks at, evenly from the oldest to the newest.
SAMPLE = 200


@dataclass(frozen=True)
class Indexed:
    """One table whose rows are found by words, and how its documents are made."""

    table: str
    index: str
    states: Callable[[Sequence[int]], Mapping[int, Mapping[str, Any]]]
    document: Callable[[Mapping[str, Any]], str]


class Reindexing:
    """`log` and `clock` are those of the transaction; nothing is logged, for no object changes."""

    def __init__(self, db: Connection, log: ChangeLog, clock: Clock) -> None:
        self._db = db
        self.kinds = (
            Indexed("properties", properties.INDEX, lambda some: reads.states(db, some), property_words.document),
            Indexed("clients", clients.INDEX, clients.ClientRows(db, log, clock).states, client_words.document),
            Indexed("deals", deals.INDEX, deals.DealRows(db, log, clock).states, deal_words.document),
            Indexed("events", events.INDEX, events.EventRows(db, log, clock).states, event_words.document),
        )

    def total(self) -> int:
        """How many rows are found by words."""
        return sum(self._db.value(f"SELECT count(*) FROM {kind.table}") for kind in self.kinds)

    def outdated(self) -> int:
        """How many rows of a sample are not found by all of their words as they are cut today."""
        return sum(not self._found(kind, state) for kind in self.kinds for state in self._sample(kind))

    def rebuild(self) -> Iterator[int]:
        """Index all rows anew in the running write transaction; gives how many are done, every thousand."""
        done = 0
        for kind in self.kinds:
            self._db.run(f"DELETE FROM {kind.index}" if not self._db.sqlite else
                         f"INSERT INTO {kind.index} ({kind.index}) VALUES ('delete-all')")  # fmt: skip
            after = 0
            while numbers := self._numbers(kind, "id > :after", _CHUNK, after=after):
                states = kind.states(numbers)
                word_index.put(self._db, kind.index, [(number, kind.document(states[number])) for number in numbers])
                after = numbers[-1]
                done += len(numbers)
                yield done

    def _sample(self, kind: Indexed) -> list[Mapping[str, Any]]:
        last = self._db.value(f"SELECT max(id) FROM {kind.table}") or 0
        numbers = self._numbers(kind, "id % :step = 0", 2 * SAMPLE, step=max(1, last // SAMPLE))
        states = kind.states(numbers)
        return [states[number] for number in numbers]

    def _numbers(self, kind: Indexed, condition: str, most: int, **params: int) -> list[int]:
        sql = f"SELECT id FROM {kind.table} WHERE {condition} ORDER BY id LIMIT :most"
        return [row[0] for row in self._db.all(sql, {**params, "most": most})]

    def _found(self, kind: Indexed, state: Mapping[str, Any]) -> bool:
        words = sorted(set(kind.document(state).split()))
        if not words:
            return True
        params: dict[str, Any] = {"id": state["id"]}
        if self._db.sqlite:
            params["words"] = " AND ".join('"' + word.replace('"', '""') + '"' for word in words)
            return bool(self._db.one(f"SELECT 1 FROM {kind.index} WHERE document MATCH :words AND rowid = :id", params))
        params["words"] = words
        return bool(self._db.one(
            f"SELECT 1 FROM {kind.index} WHERE rowid = :id"
            " AND tsvector_to_array(document) @> CAST(:words AS text[])", params,
        ))  # fmt: skip
