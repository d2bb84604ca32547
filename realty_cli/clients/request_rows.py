"""Writes of requests: rows, change log, and the columns by which a listing finds them, in step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from realty_cli.clients.request_record import REQUEST, SOURCES, derived
from realty_cli.kit.clock import Clock
from realty_cli.store.changelog import ChangeLog
from realty_cli.store.database import Connection
from realty_cli.store.rows import Rows


class RequestRows(Rows):
    def __init__(self, db: Connection, log: ChangeLog, clock: Clock) -> None:
        super().__init__(db, log, clock, REQUEST)

    def insert(self, rows: Sequence[dict[str, Any]], *args: Any, **options: Any) -> list[int]:
        for row in rows:
            row |= derived(row)
        return super().insert(rows, *args, **options)

    def written(self, rows: Sequence[Mapping[str, Any]], changed: frozenset[str] | None) -> None:
        if changed is None or SOURCES.isdisjoint(changed):
            return
        for row in rows:
            values = derived(row)
            sets = ", ".join(f"{name} = :{name}" for name in values)
            self.db.run(f"UPDATE requests SET {sets} WHERE id = :id", {**values, "id": row["id"]})
