"""The change log: every change of every object, in the transaction that makes it.

One table drives `realty log`, undo, webhooks, synchronisation and the API's `GET /changes`. Its rows are only ever
added. `seq` is the order of commits, since there is one writer at a time (`store.database`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import Clock, stamp
from realty_cli.store.database import Connection


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an operation comes from: `cli`, `api`, `import` or `undo`, and the command or request that asked for it."""

    source: str
    command: str


class Change(NamedTuple):
    """One change, as the columns of the table; `old_state` and `diff` are JSON."""

    kind: str
    object_id: int
    owner_id: int | None
    action: str
    old_state: str | None
    diff: str | bytes | None


#: What an action does to its object. `remove` is what undoing a creation does; `purge` is final.
ACTIONS = ("create", "update", "delete", "restore", "remove", "purge")
_COLUMNS = ("operation_id", "kind", "object_id", "owner_id", "action", "old_state", "diff")
_MADE = _COLUMNS[:5]
_JSON = frozenset({"diff"})


def dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


def _whole(value: Any) -> Any:
    """A text that may hold the name of a file as the system gave it: bytes that are no text become escapes."""
    if not isinstance(value, str) or value.isascii():
        return value
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


class ChangeLog:
    """The log as one operation writes it. The operation's own row is added with its first change, so that a command
    that changes nothing leaves nothing behind."""

    def __init__(self, db: Connection, actor: Actor, clock: Clock, origin: Origin) -> None:
        self.db = db
        self.actor = actor
        self.origin = origin
        self._clock = clock
        self._operation: int | None = None

    @property
    def operation_id(self) -> int | None:
        """The id of the operation, once it has changed something."""
        return self._operation

    def operation(self) -> int:
        """The id of the operation, made now if need be."""
        if self._operation is None:
            (self._operation,) = self.db.next_ids("operations", 1)
            self.db.run(
                "INSERT INTO operations (id, at, actor_id, source, command)"
                " VALUES (:id, :at, :actor, :source, :command)",
                {
                    "id": self._operation,
                    "at": stamp(self._clock.now()),
                    "actor": self.actor.id,
                    "source": self.origin.source,
                    "command": _whole(self.origin.command),
                },
            )
        return self._operation

    def add(self, changes: Sequence[Change]) -> None:
        if changes:
            number = self.operation()
            self.db.insert("changes", _COLUMNS, [(number, *change) for change in changes], _JSON)

    def add_new(self, kind: str, made: Sequence[tuple[int, int | None]]) -> None:
        """Log that objects of these numbers and owners were made, as `add_created` does."""
        number = self.operation()
        self.db.insert("changes", _MADE, [(number, kind, object_id, owner, "create") for object_id, owner in made])

    def add_created(self, kind: str, table: str, ids: range) -> None:
        """Log that these rows of a table were made, without a copy of what they hold: it may be half of a store.

        The object itself says it until it changes, then the state before its first change does (`desk.log`).
        """
        self.db.run(
            "INSERT INTO changes (operation_id, kind, object_id, owner_id, action)"
            f" SELECT :operation, :kind, id, owner_id, 'create' FROM {table}"
            " WHERE id BETWEEN :first AND :last ORDER BY id",
            {"operation": self.operation(), "kind": kind, "first": ids[0], "last": ids[-1]},
        )

    def describe(self, detail: Mapping[str, Any]) -> None:
        """Keep what a person will want to know of the operation (file, counts)."""
        if self._operation is not None:
            self.db.run(
                "UPDATE operations SET detail = :detail WHERE id = :id",
                {"detail": dumps({name: _whole(value) for name, value in detail.items()}), "id": self._operation},
            )
