"""Reading the change log: for people (`realty log`), and in sequence for whatever follows it (`GET /changes`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import orjson

from realty_cli.auth.policy import Act, require
from realty_cli.errors import Invalid
from realty_cli.kit.actor import Actor
from realty_cli.kit.ids import MAX_ID
from realty_cli.store.database import Connection
from realty_cli.store.scope import visible
from realty_cli.store.selection import any_of

# A creation that says nothing of what was made (`ChangeLog.add_created`) is told by the next change of the object.
_MADE = (
    "CASE WHEN c.old_state IS NULL AND c.diff IS NULL THEN (SELECT n.old_state FROM changes n WHERE n.kind = c.kind"
    " AND n.object_id = c.object_id AND n.seq > c.seq ORDER BY n.seq LIMIT 1) ELSE c.diff END"
)
_CHANGE = (
    f"c.seq, o.at, a.username, o.source, o.command, c.operation_id, c.kind, c.object_id, c.action, c.old_state, {_MADE}"
)
_FROM = "changes c JOIN operations o ON o.id = c.operation_id JOIN accounts a ON a.id = o.actor_id"
#: Changes that one page of the sequence looks at, most of which may be other people's.
_STRETCH = 20_000


#: Stored fields of an object, all of them or some, as the object itself shows them.
Presenter = Callable[[Mapping[str, Any]], dict[str, Any]]
#: Objects as they stand, by number, as the log keeps them.
States = Callable[[Sequence[int]], Mapping[int, Mapping[str, Any]]]


class LogService:
    """`presenters`: for each kind of object, how its fields are shown (amounts in units, say). `states`: for each kind
    that is created by the million, its objects."""

    def __init__(
        self,
        db: Connection,
        actor: Actor,
        presenters: Mapping[str, Presenter],
        states: Mapping[str, States] = MappingProxyType({}),
    ) -> None:
        self._db, self._actor, self._presenters, self._states = db, actor, presenters, states

    def operations(
        self, *, limit: int = 20, kind: str | None = None, object_id: int | None = None
    ) -> list[dict[str, Any]]:
        """The newest operations with what they touched, newest first."""
        require(self._actor, Act.LOG_READ)
        if object_id is not None and abs(object_id) > MAX_ID:
            return []
        params: dict[str, Any] = {"limit": limit}
        conditions = []
        if not self._actor.sees_all:
            conditions.append("o.actor_id = :me")
            params["me"] = self._actor.id
        if object_id is not None:
            conditions.append(
                "EXISTS (SELECT 1 FROM changes c"
                " WHERE c.operation_id = o.id AND c.kind = :kind AND c.object_id = :object)"
            )
            params |= {"kind": kind or "property", "object": object_id}
        where = " AND ".join(conditions) or "1 = 1"
        rows = self._db.all(
            "SELECT o.id, o.at, a.username, o.source, o.command, o.detail, o.undoes, o.undone_by"
            f" FROM operations o JOIN accounts a ON a.id = o.actor_id WHERE {where} ORDER BY o.id DESC LIMIT :limit",
            params,
        )
        return [self._operation(row) for row in rows]

    def _operation(self, row: tuple[Any, ...]) -> dict[str, Any]:
        number, at, actor, source, command, detail, undoes, undone_by = row
        touched = self._db.all(
            "SELECT kind, action, count(*), min(object_id) FROM changes WHERE operation_id = :id"
            " GROUP BY kind, action ORDER BY kind, action",
            {"id": number},
        )
        return {
            "id": number,
            "at": at,
            "actor": actor,
            "source": source,
            "command": command,
            "detail": orjson.loads(detail) if detail else None,
            "undoes": undoes,
            "undone_by": undone_by,
            "changes": [
                {"kind": kind, "action": action, "count": count, "object_id": first if count == 1 else None}
                for kind, action, count, first in touched
            ],
        }

    def changes(
        self,
        *,
        since: int = 0,
        limit: int = 100,
        kind: str | Sequence[str] | None = None,
        object_id: int | None = None,
        operation_id: int | None = None,
    ) -> dict[str, Any]:
        """Changes after a sequence number, oldest first: `{items, next_since, more}`, scoped by the row filter.

        One page looks at no more than a stretch of the log, so that it costs the same wherever it begins and however
        few of the changes are the actor's: it may be empty while there is `more`.
        """
        require(self._actor, Act.LOG_READ)
        if max(map(abs, (since, object_id or 0, operation_id or 0))) > MAX_ID:
            return {"items": [], "next_since": since, "more": False}
        params: dict[str, Any] = {"since": since, "limit": limit + 1}
        kinds = [kind] if isinstance(kind, str) else list(kind or self._presenters)
        if unknown := [one for one in kinds if one not in self._presenters]:
            raise Invalid.one("kind", "log.kind", value=unknown[0], known=", ".join(self._presenters))
        # The sign keeps SQLite from an index over kinds, after which it would sort the whole stretch.
        column = "+c.kind" if self._db.sqlite and object_id is None else "c.kind"
        conditions = ["c.seq > :since", self._mine(params), any_of(column, "kind", kinds, params)]
        for name, value in (("object_id", object_id), ("operation_id", operation_id)):
            if value is not None:
                conditions.append(f"c.{name} = :{name}")
                params[name] = value
        end = None
        if object_id is None and operation_id is None:
            newest = int(self._db.value("SELECT coalesce(max(seq), 0) FROM changes"))
            end = params["end"] = min(newest, since + _STRETCH)
            conditions.append("c.seq <= :end")
        rows = self._db.all(
            f"SELECT {_CHANGE} FROM {_FROM} WHERE {' AND '.join(conditions)} ORDER BY c.seq LIMIT :limit", params
        )
        made = self._made(rows[:limit])
        items = [self._change(row, made.get((row[6], row[7]))) for row in rows[:limit]]
        if len(rows) > limit:
            return {"items": items, "next_since": items[-1]["seq"], "more": True}
        if end is not None and end < newest:
            return {"items": items, "next_since": end, "more": True}
        return {"items": items, "next_since": items[-1]["seq"] if items else since, "more": False}

    def _mine(self, params: dict[str, Any]) -> str:
        """What was the actor's before the change, and what the change made the actor's."""
        own = visible(self._actor, params, "c")
        if self._actor.sees_all:
            return own
        params["me"] = self._actor.id
        owner = "json_extract(c.diff, '$.owner_id')" if self._db.sqlite else "CAST(c.diff ->> 'owner_id' AS bigint)"
        return f"({own} OR (c.old_state IS NOT NULL AND {owner} = :me))"

    def _made(self, rows: Sequence[tuple[Any, ...]]) -> dict[tuple[str, int], Mapping[str, Any]]:
        """What was created, where neither the change nor a later one tells it: by kind and number."""
        untold: dict[str, list[int]] = {}
        for row in rows:
            if row[9] is None and row[10] is None:
                untold.setdefault(row[6], []).append(row[7])
        return {
            (kind, number): state
            for kind, numbers in untold.items()
            if kind in self._states
            for number, state in self._states[kind](numbers).items()
        }

    def _change(self, row: tuple[Any, ...], made: Mapping[str, Any] | None) -> dict[str, Any]:
        seq, at, actor, source, command, operation, kind, number, action, old, diff = row
        shown = self._presenters[kind]
        before = shown(orjson.loads(old)) if old else None
        if old is None and diff is None:
            changed = None if made is None else shown(made)
        else:
            changed = shown(orjson.loads(diff)) if diff else None
        return {
            "seq": seq,
            "at": at,
            "actor": actor,
            "source": source,
            "command": command,
            "operation_id": operation,
            "kind": kind,
            "object_id": number,
            "action": action,
            "old": before,
            "new": None if changed is None else {**(before or {}), **changed},
            "diff": changed,
        }
