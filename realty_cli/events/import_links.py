"""What events of a file name beside themselves: listings, clients and deals by number, templates by name, and the
event that took the place of one that was called off, by its UID."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from realty_cli.errors import FieldProblem
from realty_cli.events.ics.drafts import Draft
from realty_cli.events.ics.fields import NAMED
from realty_cli.events.kinds import EventStatus
from realty_cli.events.repository import EventRows
from realty_cli.kit.actor import Actor
from realty_cli.store.database import Connection
from realty_cli.store.scope import visible
from realty_cli.store.word_index import in_parts

NUMBERED = {"property_id": "properties", "client_id": "clients", "deal_id": "deals"}
#: UID and original start: how files know an event.
Name = tuple[str, str | None]
Warn = Callable[[int, Sequence[FieldProblem]], None]
_AT_ONCE = 400


class Links:
    """Those of one import. Whoever reads it hears of what names nothing of the actor's."""

    def __init__(self, db: Connection, actor: Actor, rows: EventRows, warn: Warn) -> None:
        self._db, self._actor, self._rows, self._warn = db, actor, rows, warn
        self._templates: dict[str, int] = {}
        self._events: dict[Name, int] = {}
        #: Events whose successor had not come yet: line, number of the row, name of the other.
        self._waiting: list[tuple[int, int, Name]] = []

    def learn(self, drafts: Sequence[Draft]) -> None:
        """Find what these drafts name; numbers and templates that are not the actor's are taken out of them."""
        self._keep_own_numbers(drafts)
        self._find_templates(drafts)
        wanted = {name[0] for draft in drafts if (name := successor(draft.values)) is not None}
        self._events = self._numbers(sorted(wanted))

    def laid(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The columns of a draft with numbers in place of names; no successor where it is not known yet."""
        found = {name: value for name, value in values.items() if name not in NAMED}
        if values.get("template") is not None:
            found["template_id"] = self._templates.get(values["template"])
        if (name := successor(values)) is not None:
            found["rescheduled_to"] = self._events.get(name)
        return found

    def note(self, draft: Draft, number: int) -> None:
        """A draft stands in the store under this number: what it names may come later in the file."""
        name = successor(draft.values)
        if name is not None and name not in self._events:
            self._waiting.append((draft.line, number, name))

    def close(self) -> None:
        """Everything has come: name the successors that were missing, and tell of those that still are."""
        found = self._numbers(sorted({name[0] for _, _, name in self._waiting}))
        states = self._rows.states([number for _, number, _ in self._waiting])
        for line, number, name in self._waiting:
            if number not in states or states[number]["status"] != EventStatus.CANCELLED:
                continue
            if name in found:
                self._rows.update([(states[number], {"rescheduled_to": found[name]})], touch=False)
            else:
                self._warn(line, [FieldProblem("rescheduled_to_uid", "ics.successor_unknown", {"uid": name[0]})])
                # Looked at again when the file comes again, for by then it may be here.
                self._rows.update([(states[number], {"import_hash": None})], touch=False)
        self._waiting.clear()

    def _numbers(self, uids: Sequence[str]) -> dict[Name, int]:
        found: dict[Name, int] = {}
        for start in range(0, len(uids), _AT_ONCE):
            params: dict[str, Any] = {f"uid{place}": uid for place, uid in enumerate(uids[start : start + _AT_ONCE])}
            names = ", ".join(f":{name}" for name in params)
            sql = f"SELECT uid, recurrence_id, id FROM events WHERE owner_id = :me AND uid IN ({names})"
            params["me"] = self._actor.id
            found |= {(uid, original): number for uid, original, number in self._db.all(sql, params)}
        return found

    def _find_templates(self, drafts: Sequence[Draft]) -> None:
        if any(draft.values.get("template") is not None for draft in drafts) and not self._templates:
            # The first of a name counts, one in the bin only where there is no other.
            rows = self._db.all(
                "SELECT name, id FROM event_templates WHERE owner_id = :me"
                " ORDER BY CASE WHEN deleted_at IS NULL THEN 1 ELSE 0 END, id DESC",
                {"me": self._actor.id},
            )
            self._templates = dict(rows)
        for draft in drafts:
            name = draft.values.get("template")
            if name is not None and name not in self._templates:
                self._warn(draft.line, [FieldProblem("template", "ics.template_unknown", {"name": name})])
                draft.values["template"] = None

    def _keep_own_numbers(self, drafts: Sequence[Draft]) -> None:
        """A number means one of the actor's objects, or nothing: the file may come from another store."""
        for column, table in NUMBERED.items():
            named = sorted({draft.values[column] for draft in drafts if draft.values.get(column) is not None})
            mine: set[int] = set()
            for some, params in in_parts(named):
                scope = visible(self._actor, params)
                mine.update(
                    row[0]
                    for row in self._db.all(
                        f"SELECT id FROM {table} WHERE id IN {some} AND deleted_at IS NULL AND {scope}", params
                    )
                )
            for draft in drafts:
                if draft.values.get(column) is not None and draft.values[column] not in mine:
                    self._warn(draft.line, [FieldProblem(column, "ics.link_unknown", {"id": draft.values[column]})])
                    draft.values[column] = None


def successor(values: Mapping[str, Any]) -> Name | None:
    """The name of the event that took the place of this one: of one that was called off, as the rules have it."""
    uid = values.get("rescheduled_to_uid")
    if uid is None or values["status"] != EventStatus.CANCELLED:
        return None
    name = (uid, values.get("rescheduled_to_recurrence_id"))
    return None if name == (values["uid"], values["recurrence_id"]) else name
