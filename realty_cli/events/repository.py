"""Writes of events: rows, their instances, the index of words and the change log in step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from realty_cli.events import instances
from realty_cli.events.record import EVENT, PLACED, SEARCHED
from realty_cli.events.words import document
from realty_cli.kit.clock import Clock
from realty_cli.store import word_index
from realty_cli.store.changelog import ChangeLog
from realty_cli.store.database import Connection
from realty_cli.store.rows import Rows
from realty_cli.store.word_index import in_parts

INDEX = "event_search"


class EventRows(Rows):
    """Whatever writes events, an undo among it, leaves their instances laid anew."""

    def __init__(self, db: Connection, log: ChangeLog, clock: Clock) -> None:
        super().__init__(db, log, clock, EVENT)

    def written(self, rows: Sequence[Mapping[str, Any]], changed: frozenset[str] | None) -> None:
        if changed is None or not PLACED.isdisjoint(changed):
            instances.rebuild(self.db, [row["id"] for row in rows], self.clock)
        if changed is None or not SEARCHED.isdisjoint(changed):
            words = [(row["id"], document(row)) for row in rows]
            word_index.put(self.db, INDEX, words, replace=changed is not None)

    def remove(self, numbers: Sequence[int], action: str) -> None:
        """A series has again what its exceptions stood for."""
        series: set[int] = set()
        for some, params in in_parts(numbers):
            sql = f"SELECT DISTINCT series_id FROM events WHERE id IN {some} AND series_id IS NOT NULL"
            series.update(row[0] for row in self.db.all(sql, params))
        super().remove(numbers, action)
        if left := sorted(series.difference(numbers)):
            instances.rebuild(self.db, left, self.clock)

    def removing(self, numbers: Sequence[int]) -> None:
        instances.drop(self.db, numbers)
        word_index.drop(self.db, INDEX, numbers)
