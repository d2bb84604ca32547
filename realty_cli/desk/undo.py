"""Undo: any operation is taken back whole, unless something later stands on it.

An undo is an operation like any other: it writes the opposite changes, marks the one it takes back, and can itself be
undone. What is final (a purge, an address given up, who may sign in) is refused, and where it was the last operation
the refusal names the one that can be taken back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

import orjson

from realty_cli.auth.policy import Act, allows, require
from realty_cli.errors import Conflict, NotFound
from realty_cli.kit.actor import Actor
from realty_cli.kit.ids import MAX_ID
from realty_cli.store.changelog import ChangeLog
from realty_cli.store.database import Connection, in_list

_CHUNK = 1_000
#: An operation whose effect stands: neither taken back, nor itself the taking back of another.
_ACTIVE = "undone_by IS NULL AND undoes IS NULL"
#: Kinds of objects that others belong to, which name them as `<kind>_id`.
_OWNING = ("client", "property", "lead", "deal", "commission", "event", "request")


class Undoable(Protocol):
    """What a slice offers for one kind of object. States are what the log keeps (`old_state`), decoded."""

    def existing(self, numbers: Sequence[int]) -> set[int]:
        """Which of these are in the store."""
        ...

    def remove(self, numbers: Sequence[int]) -> None:
        """Take objects out whose creation is undone. Raises `Conflict` where another object needs one of them."""
        ...

    def insert(self, states: Mapping[int, Mapping[str, Any]]) -> None:
        """Put objects back under their old ids."""
        ...

    def rewrite(self, states: Mapping[int, Mapping[str, Any]]) -> None:
        """Give objects their old state again."""
        ...

    def withdrawn(self, operation: int, undo: int, *, redo: bool) -> None:
        """Take back (or, when an undo is undone, bring back) what else hangs on the operation, such as histories."""
        ...


@runtime_checkable
class Lasting(Protocol):
    """What a slice offers beside, where some changes of a kind are never taken back."""

    def lasting(self, fresh: bool) -> str | None:
        """The code of the refusal for a change of an object that was there, or (`fresh`) was made by the operation."""
        ...


class UndoService:
    """`kinds` in the order of their dependence: a later kind may point at an earlier one."""

    def __init__(self, db: Connection, actor: Actor, log: ChangeLog, kinds: Mapping[str, Undoable]) -> None:
        self._db, self._actor, self._log, self._kinds = db, actor, log, kinds

    def last(self) -> int:
        """The newest operation of the actor's that can be taken back, now or after what stands on it."""
        return self._last()[0]

    def _last(self) -> tuple[int, tuple[int, str] | None]:
        """The same, with the newest after it that never can: `(id, command)`. Where there are only such, raises why
        that one cannot."""
        newest: tuple[int, str] | None = None
        why, before = None, MAX_ID
        sql = f"SELECT id, command FROM operations WHERE actor_id = :me AND id < :before AND {_ACTIVE}"
        while row := self._db.one(f"{sql} ORDER BY id DESC LIMIT 1", {"me": self._actor.id, "before": before}):
            number, command = row
            final = self._final(number)
            if final is None and (later := self._later(number)) is not None:
                final = self._final(later[2])
            if final is None:
                return number, newest
            newest = newest or (number, command)
            why, before = why or Conflict(final, id=number), number
        raise why or NotFound("undo.nothing")

    def undo_import(self, operation: int) -> dict[str, Any]:
        """Take back an import of the actor's, its updates too."""
        params: dict[str, Any] = {"id": operation}
        mine = "" if allows(self._actor, Act.UNDO_OTHERS) else " AND actor_id = :me"
        if mine:
            params["me"] = self._actor.id
        found = 0 < operation <= MAX_ID and self._db.one(
            f"SELECT 1 FROM operations WHERE id = :id AND source = 'import'{mine}", params
        )
        if not found:
            raise NotFound("import.unknown", id=operation)
        return self.undo(operation)

    def undo(self, operation: int | None = None) -> dict[str, Any]:
        """Take back an operation, the actor's last one by default; says what was done."""
        require(self._actor, Act.UNDO)
        number, final_one = self._last() if operation is None else (operation, None)
        if final_one is not None:
            # Not what its author has in mind by "the last": an older one is taken back by its number alone.
            raise Conflict("undo.last_is_final", id=final_one[0], command=final_one[1], before=number)
        row = None
        if 0 < number <= MAX_ID:
            sql = "SELECT actor_id, command, undoes, undone_by FROM operations WHERE id = :id"
            row = self._db.one(sql, {"id": number})
        if row is None or (row[0] != self._actor.id and not allows(self._actor, Act.UNDO_OTHERS)):
            raise NotFound("undo.unknown", id=number)
        _, command, undoes, undone_by = row
        if undone_by is not None:
            raise Conflict("undo.already", id=number, by=undone_by)
        if (final := self._final(number)) is not None:
            raise Conflict(final, id=number)
        self._refuse_dependent(number)
        mine = self._log.operation()
        counts = self._revert(number)
        for kind in self._kinds.values():
            kind.withdrawn(number, mine, redo=undoes is not None)
        self._mark(number, mine, undoes)
        return {"operation_id": mine, "undone": number, "command": command, "redo": undoes is not None, **counts}

    def _mark(self, number: int, mine: int, undoes: int | None) -> None:
        self._db.run("UPDATE operations SET undone_by = :mine WHERE id = :id", {"mine": mine, "id": number})
        self._db.run("UPDATE operations SET undoes = :id WHERE id = :mine", {"mine": mine, "id": number})
        if undoes is not None:
            # The undo is undone: what it had taken back stands again.
            self._db.run("UPDATE operations SET undone_by = NULL WHERE id = :id", {"id": undoes})

    def _final(self, number: int) -> str | None:
        """The code of why an operation is never taken back."""
        if self._db.one("SELECT 1 FROM changes WHERE operation_id = :id AND action = 'purge'", {"id": number}):
            return "undo.purge"
        for kind, undoable in self._kinds.items():
            if not isinstance(undoable, Lasting):
                continue
            for (fresh,) in self._db.all(
                "SELECT DISTINCT old_state IS NULL FROM changes WHERE operation_id = :id AND kind = :kind",
                {"id": number, "kind": kind},
            ):
                if (why := undoable.lasting(bool(fresh))) is not None:
                    return why
        return None

    def _refuse_dependent(self, number: int) -> None:
        if (later := self._later(number)) is not None:
            kind, object_id, operation, command = later
            raise Conflict("undo.depends", id=number, kind=kind, object=object_id, later=operation, command=command)

    def _later(self, number: int) -> tuple[str, int, int, str] | None:
        """The newest operation that stands on this one: `(kind, object, operation, command)`."""
        anything = self._db.one(
            f"SELECT 1 FROM changes c JOIN operations o ON o.id = c.operation_id WHERE o.id <> :id AND {_ACTIVE}"
            " AND c.seq > (SELECT min(seq) FROM changes WHERE operation_id = :id) LIMIT 1",
            {"id": number},
        )
        if anything is None:
            return None
        return self._db.one(
            "SELECT later.kind, later.object_id, o.id, o.command FROM changes mine"
            " JOIN changes later ON later.kind = mine.kind AND later.object_id = mine.object_id"
            " AND later.seq > mine.seq AND later.operation_id <> :id"
            " JOIN operations o ON o.id = later.operation_id"
            " WHERE mine.operation_id = :id AND o.undone_by IS NULL AND o.undoes IS NULL"
            " ORDER BY later.seq DESC LIMIT 1",
            {"id": number},
        )

    def _revert(self, number: int) -> dict[str, int]:
        plans = {kind: self._plan(number, kind) for kind in self._kinds}
        touched = {
            row[0] for row in self._db.all("SELECT DISTINCT kind FROM changes WHERE operation_id = :id", {"id": number})
        }
        if unknown := touched - plans.keys():
            raise RuntimeError(f"no undo is registered for objects of kind {sorted(unknown)}")
        removed = inserted = rewritten = 0
        for kind, undoable in reversed(list(self._kinds.items())):
            gone, _ = plans[kind]
            for some in _chunks(sorted(gone)):
                there = undoable.existing(some)
                if there:
                    undoable.remove([one for one in some if one in there])
                removed += len(there)
        for kind, undoable in self._kinds.items():
            _, states = plans[kind]
            for some in _chunks(sorted(states)):
                there = undoable.existing(some)
                old = self._old_states([states[one] for one in some])
                back = {one: old[one] for one in some if one not in there}
                if back:
                    self._refuse_orphans(back)
                    undoable.insert(back)
                again = {one: old[one] for one in some if one in there}
                if again:
                    undoable.rewrite(again)
                inserted += len(back)
                rewritten += len(again)
        return {"removed": removed, "restored": inserted, "reverted": rewritten}

    def _refuse_orphans(self, states: Mapping[int, Mapping[str, Any]]) -> None:
        """Refuse to put back what belongs to an object that has been taken out since."""
        for kind in _OWNING:
            named = {number for state in states.values() if (number := state.get(f"{kind}_id")) is not None}
            for some in _chunks(sorted(named)):
                if gone := set(some) - self._kinds[kind].existing(some):
                    raise Conflict("undo.orphan", kind=kind, object=min(gone))

    def _plan(self, number: int, kind: str) -> tuple[set[int], dict[int, int]]:
        """What the operation made, and for each object that it found, the change that knows what it was before."""
        made: set[int] = set()
        first: dict[int, int] = {}
        for object_id, seq, fresh in self._db.stream(
            "SELECT object_id, seq, old_state IS NULL FROM changes WHERE operation_id = :id AND kind = :kind"
            " ORDER BY seq",
            {"id": number, "kind": kind},
        ):
            if object_id in made or object_id in first:
                continue
            if fresh:
                made.add(object_id)
            else:
                first[object_id] = seq
        return made, first

    def _old_states(self, changes: Sequence[int]) -> dict[int, Any]:
        params: dict[str, Any] = {}
        sql = f"SELECT object_id, old_state FROM changes WHERE seq IN {in_list('seq', changes, params)}"
        return {object_id: orjson.loads(old) for object_id, old in self._db.all(sql, params)}


def _chunks(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), _CHUNK):
        yield numbers[start : start + _CHUNK]
