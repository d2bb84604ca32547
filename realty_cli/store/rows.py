"""Objects that are a row each: one way to read, write, log and undo them, whatever their kind.

A slice says what its columns hold (`RowKind`) and gets a repository (`Rows`) and an `Undoable` (`UndoRows`). Lists that
belong to an object and stand in a table of their own (the clients of a deal) are its `parts`: a subclass of `Rows`
reads and writes them, and they are in the object's state like any column. Moves of one field may have a history
(`Steps`), which an undo withdraws.

Listings do not go this way: they are written by the million, and read at a price that this would raise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson

from realty_cli.errors import Conflict, NotFound, Stale
from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import Clock, stamp
from realty_cli.kit.ids import MAX_ID
from realty_cli.kit.money import from_minor
from realty_cli.store.changelog import Change, ChangeLog, dumps
from realty_cli.store.database import Connection, in_list
from realty_cli.store.scope import visible
from realty_cli.store.word_index import in_parts


@dataclass(frozen=True)
class Steps:
    """The history of one field: a table with `old_<field>`, `new_<field>`, reason, dates and operation."""

    table: str
    of: str
    """The column that names the object."""
    field: str


@dataclass(frozen=True)
class RowKind:
    """What the columns of a table hold. `columns` begins with `id` and names every one, in the order of the table."""

    kind: str
    """How the change log calls it."""
    table: str
    missing: str
    """The code of the error that there is none of this number."""
    not_in_bin: str
    """The code of the error that it is not in the bin."""
    columns: tuple[str, ...]
    money: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()
    json: Mapping[str, Any] = field(default_factory=dict)
    """Columns of JSON, and what each shows where it says nothing."""
    hidden: frozenset[str] = frozenset()
    """Columns that are nobody's business but ours."""
    derived: frozenset[str] = frozenset()
    """Columns that the slice computes of other things: written beside the log, and never by an undo."""
    parts: tuple[str, ...] = ()
    """Lists that stand in tables of their own; empty where nothing is said."""
    steps: Steps | None = None

    @cached_property
    def select(self) -> str:
        return ", ".join("p." + name for name in self.columns)

    @cached_property
    def kept(self) -> frozenset[str]:
        """What the log keeps: all that was entered, nothing that the store counts."""
        return frozenset((*self.columns, *self.parts)) - {"id", "version"} - self.derived

    @cached_property
    def written(self) -> str:
        """What makes SQLite write a row, but for its parts, as the JSON of what it shows, which is faster than to make
        objects of it. Bytes: a text would be decoded, and encoded again to be sent. For kinds without flags. From
        9 * 10**12 on a price may be written with more than two decimals of the same number."""
        assert not self.flags
        fields = []
        for name in self.columns:
            said = f"p.{name}"
            if name in self.json:
                said = f"json(coalesce({said}, '{dumps(self.json[name])}'))"
            elif name in self.money:
                said = f"iif({said} % 100, {said} / 100.0, {said} / 100)"
            if name not in self.hidden:
                fields.append(f"'{name}', {said}")
        return f"CAST(json_object({', '.join(fields)}) AS BLOB)"

    def state(self, row: Sequence[Any]) -> dict[str, Any]:
        """A row of all columns as plain values: flags as bool, JSON decoded. Parts are not in it."""
        values: dict[str, Any] = dict(zip(self.columns, row, strict=True))
        for name in self.flags:
            if values[name] is not None:
                values[name] = bool(values[name])
        for name in self.json:
            if values[name] is not None:
                values[name] = orjson.loads(values[name])
        return values

    def stored(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Plain values as the database takes them, without the parts."""
        row = {name: value for name, value in values.items() if name not in self.parts}
        for name in self.json:
            if name in row:
                row[name] = dumps(row[name]) if row[name] else None
        return row

    def presented(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Some of an object's values in the form in which it shows them; the parts as they come."""
        found = dict(values)  # a copy is five times as fast as going through the names, and lists have twenty wide rows
        for name in self.hidden:
            found.pop(name, None)
        for name in self.money:
            if found.get(name) is not None:
                found[name] = from_minor(found[name])
        for name, nothing in self.json.items():
            if name in found and not found[name]:
                found[name] = nothing
        return found

    def compact(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What the log writes: fields that say something."""
        return {name: value for name, value in values.items() if value not in (None, []) and name in self.kept}


class Rows:
    """Reads and writes of one kind, which keep rows, parts, history and change log in step, in one transaction."""

    def __init__(self, db: Connection, log: ChangeLog, clock: Clock, kind: RowKind) -> None:
        self.db, self.log, self.clock, self.kind = db, log, clock, kind

    # What a subclass with parts or an index of words gives -------------------------------------------------------

    def read_parts(self, states: Mapping[int, dict[str, Any]]) -> None:
        """Lay the parts into states that were just read."""
        for state in states.values():
            for name in self.kind.parts:
                state[name] = []

    def write_parts(self, number: int, parts: Mapping[str, Any]) -> None:
        """Replace parts of an object."""

    def written(self, rows: Sequence[Mapping[str, Any]], changed: frozenset[str] | None) -> None:
        """Objects stand so now; `changed` names the fields, None for new ones."""

    def removing(self, numbers: Sequence[int]) -> None:
        """Take out what hangs on rows that are about to go."""

    # Reading -----------------------------------------------------------------------------------------------------

    def states(self, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
        """Every stored value of objects by id, without a filter: the ids have passed one, or the act is the store's."""
        found: dict[int, dict[str, Any]] = {}
        for some, params in in_parts(numbers):
            for row in self.db.all(f"SELECT {self.kind.select} FROM {self.kind.table} p WHERE p.id IN {some}", params):
                found[row[0]] = self.kind.state(row)
        self.read_parts(found)
        return found

    def state(self, actor: Actor, number: int, *, deleted: bool | None = False) -> dict[str, Any] | None:
        """One object that the actor may see: live (False), in the bin (True) or wherever (None)."""
        if not 0 < number <= MAX_ID:
            return None
        params: dict[str, Any] = {"id": number}
        place = {False: " AND p.deleted_at IS NULL", True: " AND p.deleted_at IS NOT NULL", None: ""}[deleted]
        row = self.db.one(
            f"SELECT {self.kind.select} FROM {self.kind.table} p"
            f" WHERE p.id = :id{place} AND {visible(actor, params, 'p')}",
            params,
        )
        if row is None:
            return None
        found = {number: self.kind.state(row)}
        self.read_parts(found)
        return found[number]

    def live(self, actor: Actor, number: int, expected_version: int | None = None) -> dict[str, Any]:
        """An object that is about to change. Raises NotFound, or Stale for another version."""
        found = self.state(actor, number)
        if found is None:
            raise NotFound(self.kind.missing, id=number)
        if expected_version is not None and found["version"] != expected_version:
            raise Stale("stale", version=found["version"], expected=expected_version)
        return found

    # Writing -----------------------------------------------------------------------------------------------------

    def insert(
        self, rows: Sequence[dict[str, Any]], action: str = "create", *, effective_at: str | None = None,
        histories: bool = True,
    ) -> list[int]:  # fmt: skip
        """Add objects; `id` is given to those that have none. Returns the ids in order."""
        if not rows:
            return []
        now = stamp(self.clock.now())
        fresh = iter(self.db.next_ids(self.kind.table, sum(1 for row in rows if row.get("id") is None)))
        for row in rows:
            if row.get("id") is None:
                row["id"] = next(fresh)
            row.setdefault("created_at", now)
            row.setdefault("updated_at", now)
            row.setdefault("version", 1)
        stored = [self.kind.stored(row) for row in rows]
        columns = self.kind.columns
        self.db.insert(self.kind.table, columns, [[row.get(name) for name in columns] for row in stored])
        self.log.add([
            Change(self.kind.kind, row["id"], row["owner_id"], action, None, dumps(self.kind.compact(row)))
            for row in rows
        ])  # fmt: skip
        for row in rows:
            if parts := {name: row[name] for name in self.kind.parts if row.get(name)}:
                self.write_parts(row["id"], parts)
        if self.kind.steps is not None and histories:
            at = effective_at or now
            moves = [(row["id"], None, row[self.kind.steps.field], None, at, now) for row in rows]
            self._step(self.kind.steps, moves)
        self.written(rows, None)
        return [row["id"] for row in rows]

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
        """Lay changes over objects: pairs of the whole state before and the fields to change.

        Returns the ids of those that really changed.
        """
        now = stamp(self.clock.now())
        changes: list[Change] = []
        moves: list[tuple[Any, ...]] = []
        steps = self.kind.steps
        changed: list[int] = []
        for before, wanted in pairs:
            diff = {name: value for name, value in wanted.items() if not _same(before.get(name), value)}
            if not diff:
                continue
            number = before["id"]
            if touch:
                diff.setdefault("updated_at", now)
            self._write(number, diff, before["version"] + 1)
            changed.append(number)
            old = dumps(self.kind.compact(before))
            changes.append(Change(self.kind.kind, number, before["owner_id"], action, old, dumps(diff)))
            if steps is not None and steps.field in diff:
                moves.append((number, before[steps.field], diff[steps.field], reason, effective_at or now, now))
            self.written([{**before, **diff}], frozenset(diff))
        self.log.add(changes)
        if moves and histories:
            assert steps is not None
            self._step(steps, moves)
        return changed

    def remove(self, numbers: Sequence[int], action: str) -> None:
        """Take objects out of the store for good; the log keeps what they were."""
        for number, state in self.states(numbers).items():
            old = dumps(self.kind.compact(state))
            self.log.add([Change(self.kind.kind, number, state["owner_id"], action, old, None)])
        self.removing(numbers)
        for some, params in in_parts(numbers):
            self.db.run(f"DELETE FROM {self.kind.table} WHERE id IN {some}", params)

    def restorable(self, actor: Actor, number: int) -> dict[str, Any]:
        """An object in the bin that the actor may bring back."""
        found = self.state(actor, number, deleted=None)
        if found is None:
            raise NotFound(self.kind.missing, id=number)
        if found["deleted_at"] is None:
            raise Conflict(self.kind.not_in_bin, id=number)
        return found

    def _write(self, number: int, diff: Mapping[str, Any], version: int) -> None:
        values = self.kind.stored(diff)
        sets = "".join(f"{name} = :{name}, " for name in values)
        self.db.run(
            f"UPDATE {self.kind.table} SET {sets}version = :next_version WHERE id = :object",
            {**values, "next_version": version, "object": number},
        )
        if parts := {name: diff[name] or [] for name in self.kind.parts if name in diff}:
            self.write_parts(number, parts)

    # The history of one field ------------------------------------------------------------------------------------

    def _step(self, steps: Steps, moves: Sequence[tuple[Any, ...]]) -> None:
        columns = (
            steps.of, f"old_{steps.field}", f"new_{steps.field}", "reason", "effective_at", "recorded_at",
            "operation_id",
        )  # fmt: skip
        operation = self.log.operation()
        self.db.insert(steps.table, columns, [(*move, operation) for move in moves])

    def steps(self, number: int) -> list[dict[str, Any]]:
        """The moves of an object, oldest first, but for those that were taken back. It has passed the row filter."""
        steps = self.kind.steps
        assert steps is not None
        rows = self.db.all(
            f"SELECT h.old_{steps.field}, h.new_{steps.field}, h.reason, h.effective_at, h.recorded_at, a.username,"
            f" h.operation_id FROM {steps.table} h JOIN operations o ON o.id = h.operation_id"
            f" LEFT JOIN accounts a ON a.id = o.actor_id WHERE h.{steps.of} = :id AND h.withdrawn_by IS NULL"
            " ORDER BY h.effective_at, h.id",
            {"id": number},
        )
        names = ("old", "new", "reason", "effective_at", "recorded_at", "actor", "operation_id")
        return [{"field": steps.field, **dict(zip(names, row, strict=True))} for row in rows]

    def withdraw_steps(self, operation: int, undo: int) -> None:
        if self.kind.steps is not None:
            self.db.run(
                f"UPDATE {self.kind.steps.table} SET withdrawn_by = :undo"
                " WHERE operation_id = :operation AND withdrawn_by IS NULL",
                {"undo": undo, "operation": operation},
            )

    def reinstate_steps(self, undo: int) -> None:
        if self.kind.steps is not None:
            self.db.run(
                f"UPDATE {self.kind.steps.table} SET withdrawn_by = NULL WHERE withdrawn_by = :undo", {"undo": undo}
            )


class UndoRows:
    """How objects of one kind are taken back, for `desk.undo`."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def existing(self, numbers: Sequence[int]) -> set[int]:
        params: dict[str, Any] = {}
        some = in_list("id", numbers, params)
        return {
            row[0] for row in self._rows.db.all(f"SELECT id FROM {self._rows.kind.table} WHERE id IN {some}", params)
        }

    def remove(self, numbers: Sequence[int]) -> None:
        self._rows.remove(numbers, "remove")

    def insert(self, states: Mapping[int, Mapping[str, Any]]) -> None:
        self._rows.insert([{**state, "id": number} for number, state in states.items()], histories=False)

    def rewrite(self, states: Mapping[int, Mapping[str, Any]]) -> None:
        now = self._rows.states(list(states))
        kept = self._rows.kind.kept
        pairs = [(now[number], {name: state.get(name) for name in kept}) for number, state in states.items()]
        self._rows.update(pairs, touch=False, histories=False)

    def withdrawn(self, operation: int, undo: int, *, redo: bool) -> None:
        if redo:
            self._rows.reinstate_steps(operation)
        else:
            self._rows.withdraw_steps(operation, undo)


def refuse_named(db: Connection, columns: Sequence[str], numbers: Sequence[int]) -> None:
    """Raise Conflict where a row names one of these objects in one of the columns (`table.column`)."""
    for place in columns:
        table, _, column = place.partition(".")
        params: dict[str, Any] = {}
        used = db.one(f"SELECT {column} FROM {table} WHERE {column} IN {in_list('id', numbers, params)}", params)
        if used is not None:
            raise Conflict("undo.named", object=used[0], by=table)


def _same(old: Any, new: Any) -> bool:
    """An empty list says as little as none."""
    return bool(old == new) or (old in (None, [], {}) and new in (None, [], {}))
