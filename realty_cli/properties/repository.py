"""Writes of listings. Each one keeps row, index of words, histories and change log in step, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from realty_cli.kit.clock import Clock, stamp
from realty_cli.properties import record
from realty_cli.properties.ready import UTF8
from realty_cli.properties.words import document
from realty_cli.store import word_index
from realty_cli.store.changelog import Change, ChangeLog, dumps
from realty_cli.store.database import Connection
from realty_cli.store.word_index import in_parts

KIND = "property"
INDEX = "property_search"
_PRICE_COLUMNS = ("property_id", "old_price", "new_price", "currency", "effective_at", "recorded_at", "operation_id")
_STATUS_COLUMNS = (
    "property_id", "old_status", "new_status", "reason", "effective_at", "recorded_at", "operation_id",
)  # fmt: skip
#: What says something of a listing and of nothing else.
_HANGING = ("property_prices", "property_statuses", "price_estimates", "price_recommendations", "channel_stats")


class PropertyRepository:
    """Values come in as `record.state` gives them: minor units, stored moments, flags as bool, JSON decoded."""

    def __init__(self, db: Connection, log: ChangeLog, clock: Clock) -> None:
        self._db = db
        self._log = log
        self._clock = clock

    def insert(self, rows: Sequence[dict[str, Any]]) -> list[int]:
        """Add listings; `id` is given to those that have none. Returns the ids in order."""
        if not rows:
            return []
        now = stamp(self._clock.now())
        fresh = iter(self._db.next_ids("properties", sum(1 for row in rows if row.get("id") is None)))
        for row in rows:
            if row.get("id") is None:
                row["id"] = next(fresh)
            row.setdefault("created_at", now)
            row.setdefault("updated_at", now)
            row.setdefault("version", 1)
        # Only columns that say something: the driver binds a NULL at ten times the cost of a number.
        used = set().union(*rows)
        columns = tuple(name for name in record.STORED if name in used)
        self._db.insert("properties", columns, [_stored_tuple(row, columns) for row in rows])
        self._log.add_new(KIND, [(row["id"], row["owner_id"]) for row in rows])
        self.index([(row["id"], document(row)) for row in rows])
        return [row["id"] for row in rows]

    def insert_ready(
        self,
        columns: tuple[str, ...],
        rows: Sequence[tuple[Any, ...]],
        words: Sequence[bytes],
        owners: Sequence[int],
    ) -> None:
        """Add listings of an import, as `ready` makes them."""
        now = stamp(self._clock.now())
        ids = self._db.next_ids("properties", len(rows))
        given = ("id", *columns, "owner_id", "created_at", "updated_at", "version")
        stored = [(number, *row, owner, now, now, 1) for number, row, owner in zip(ids, rows, owners, strict=True)]
        self._db.insert("properties", given, stored, UTF8)
        self._log.add_created(KIND, "properties", ids)
        self.index(list(zip(ids, words, strict=True)))

    def update(
        self,
        pairs: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]],
        *,
        action: str = "update",
        reason: str | None = None,
        effective_at: str | None = None,
        touch: bool = True,
        histories: bool = True,
    ) -> list[int]:
        """Lay changes over listings: pairs of the whole state before and the fields to change.

        Returns the ids of those that really changed. Price and status go into their histories, unless this is an undo,
        which withdraws steps of a history instead of adding to it.
        """
        now = stamp(self._clock.now())
        changes: list[Change] = []
        prices: list[tuple[Any, ...]] = []
        statuses: list[tuple[Any, ...]] = []
        words: list[tuple[int, str]] = []
        changed: list[int] = []
        for before, wanted in pairs:
            diff = {name: value for name, value in wanted.items() if before.get(name) != value}
            if not diff:
                continue
            number = before["id"]
            if touch:
                diff.setdefault("updated_at", now)
            self._write(number, diff, before["version"] + 1)
            changed.append(number)
            old = record.compact(before)
            changes.append(Change(KIND, number, before["owner_id"], action, dumps(old), dumps(diff)))
            after = {**before, **diff}
            if not record.SEARCHED.isdisjoint(diff):
                words.append((number, document(after)))
            at = effective_at or now
            if not histories:
                continue
            if "price" in diff:
                prices.append((number, before["price"], after["price"], after["currency"], at, now))
            if "status" in diff:
                statuses.append((number, before["status"], after["status"], reason, at, now))
        self._log.add(changes)
        if prices or statuses:
            operation = self._log.operation()
            self._db.insert("property_prices", _PRICE_COLUMNS, [(*row, operation) for row in prices])
            self._db.insert("property_statuses", _STATUS_COLUMNS, [(*row, operation) for row in statuses])
        self.index(words, replace=True)
        return changed

    def _write(self, number: int, diff: Mapping[str, Any], version: int) -> None:
        values = record.stored(diff)
        sets = ", ".join(f"{name} = :{name}" for name in values)
        self._db.run(
            f"UPDATE properties SET {sets}, version = :next_version WHERE id = :listing",
            {**values, "next_version": version, "listing": number},
        )

    def remove(self, numbers: Sequence[int], states: Mapping[int, Mapping[str, Any]], action: str) -> None:
        """Take listings out of the store for good; the log keeps what they were."""
        changes = [
            Change(KIND, number, states[number]["owner_id"], action, dumps(record.compact(states[number])), None)
            for number in numbers
        ]
        self._log.add(changes)
        word_index.drop(self._db, INDEX, numbers)
        for some, params in in_parts(numbers):
            self._db.run(f"DELETE FROM properties WHERE id IN {some}", params)

    def forget_histories(self, numbers: Sequence[int]) -> None:
        """What a purge takes beside the listing."""
        for some, params in in_parts(numbers):
            for table in _HANGING:
                self._db.run(f"DELETE FROM {table} WHERE property_id IN {some}", params)
            self._db.run(
                f"DELETE FROM property_not_duplicates WHERE first IN {some} OR second IN {some}",
                params,
            )

    def withdraw_histories(self, operation: int, undo: int) -> None:
        """Steps of price and status that an undone operation made no longer count."""
        for table in ("property_prices", "property_statuses"):
            self._db.run(
                f"UPDATE {table} SET withdrawn_by = :undo WHERE operation_id = :operation AND withdrawn_by IS NULL",
                {"undo": undo, "operation": operation},
            )

    def reinstate_histories(self, undo: int) -> None:
        """Steps that an undo had withdrawn count again, now that the undo itself is undone."""
        for table in ("property_prices", "property_statuses"):
            self._db.run(f"UPDATE {table} SET withdrawn_by = NULL WHERE withdrawn_by = :undo", {"undo": undo})

    def index(self, words: Sequence[tuple[int, str | bytes]], *, replace: bool = False) -> None:
        """Let the search find listings by these documents."""
        word_index.put(self._db, INDEX, words, replace=replace)

    def mark_different(self, owner: int, first: int, second: int) -> None:
        """Remember that two listings are not duplicates of one another."""
        low, high = sorted((first, second))
        self._db.run(
            "INSERT INTO property_not_duplicates (owner_id, first, second, created_at)"
            " VALUES (:owner, :low, :high, :now) ON CONFLICT (first, second) DO NOTHING",
            {"owner": owner, "low": low, "high": high, "now": stamp(self._clock.now())},
        )


def _stored_tuple(row: Mapping[str, Any], columns: Sequence[str]) -> list[Any]:
    values = [row.get(name) for name in columns]
    for name in record.JSON:
        if name in columns:
            at = columns.index(name)
            values[at] = dumps(values[at]) if values[at] else None
    return values
