"""The writing half of an import: recognises rows that the store has, and creates or updates listings.

What a row is recognised by stands in `importing`, with the reading half.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

from realty_cli.auth.policy import Act, require
from realty_cli.kit.actor import Actor
from realty_cli.kit.importing import Outcome, Prepared, Report
from realty_cli.properties import reads, rules
from realty_cli.properties.kinds import CLOSED
from realty_cli.properties.late_indexes import PutOff, worth_it
from realty_cli.properties.ready import NO_PRICE, Packed, Ready
from realty_cli.properties.repository import PropertyRepository
from realty_cli.settings import Settings
from realty_cli.store import import_run
from realty_cli.store.changelog import ChangeLog
from realty_cli.store.database import Connection
from realty_cli.store.scope import visible
from realty_cli.store.selection import among

#: Keys of one question to the store.
_LOOKED_UP = 2_000
#: Listings of the store by key: `(id, in_bin, import_hash, source, external_id, created_at)` each.
Known = dict[str, list[tuple[Any, ...]]]


class Importer(import_run.Importer[Ready | Packed]):
    """Writes prepared rows of listings."""

    def __init__(
        self,
        db: Connection,
        actor: Actor,
        settings: Settings,
        repository: PropertyRepository,
        log: ChangeLog,
        now: str,
        *,
        on_rejected: Callable[[Prepared], None] | None = None,
    ) -> None:
        require(actor, Act.PROPERTY_IMPORT)
        super().__init__(log, on_rejected)
        self._db, self._actor, self._settings = db, actor, settings
        self._repository, self._now = repository, now
        self._late: PutOff | None = None

    def take(self, batch: Ready | Packed) -> None:
        """Write one batch of rows."""
        rows = batch.unpacked()
        for one in rows.rejected:
            self.reject(one)
        self.report.unchanged += rows.repeated
        known = self._lookup(rows.keys)
        named = set(chain.from_iterable(rows.keys))
        if not known and len(named) == sum(map(len, rows.keys)):
            for at in rows.warnings:
                self._warn(rows, at)
            self._add(rows, range(len(rows.lines)))
            return
        self._take_one_by_one(rows, known)

    def _take_one_by_one(self, rows: Ready, known: Known) -> None:
        new: list[int] = []
        updates: list[tuple[int, int]] = []
        fresh: set[str] = set()
        hash_at = rows.columns.index("import_hash")
        for at, keys in enumerate(rows.keys):
            if not fresh.isdisjoint(keys):
                # The batch names one thing twice: the first one must be in the store for the second to meet it.
                self._add(rows, new)
                self._update(rows, updates)
                new, updates = [], []
                known |= self._lookup([keys])
            match = self._match(rows, at, known)
            said = rows.values[at][hash_at]
            if match is None or match[2] != said:
                self._warn(rows, at)
            if match is None:
                new.append(at)
            elif match[1]:
                self.report.in_bin += 1
                self.report.unchanged += 1
            elif match[2] == said:
                self.report.unchanged += 1
                continue
            else:
                updates.append((at, match[0]))
            fresh.update(keys)
        self._add(rows, new)
        self._update(rows, updates)

    @property
    def put_off(self) -> bool:
        """Whether indexes wait for the end of this import."""
        return self._late is not None

    def expect(self, rows: float) -> None:
        """So many rows are to come: where they are many more than the store has, its indexes may wait for the end."""
        if self._late is None and worth_it(self._db, rows):
            late = PutOff(self._db)
            if late.drop():
                self._late = late

    def _warn(self, rows: Ready, at: int) -> None:
        if at in rows.warnings:
            self.warn(rows.lines[at], rows.warnings[at])

    def finish(self) -> Report:
        """The last of the work; what it still has to be is kept."""
        if self._late is not None:
            self._late.build()
        return super().finish()

    def over(self) -> None:
        """Nothing more comes, whether all went well or not."""
        if self._late is not None:
            self._late.over()

    # Recognising ---------------------------------------------------------------------------------------------------

    def _lookup(self, rows: Sequence[Sequence[str]]) -> Known:
        found: Known = {}
        for letter, column in (("i", "id"), ("x", "external_id"), ("u", "url_key"), ("s", "stable_key")):
            wanted = [key[1:] for keys in rows for key in keys if key[0] == letter]
            for start in range(0, len(wanted), _LOOKED_UP):
                params: dict[str, Any] = {}
                part: list[Any] = wanted[start : start + _LOOKED_UP]
                if letter == "i":
                    part = [int(value) for value in part]
                sql = (
                    f"SELECT {column}, id, deleted_at, import_hash, source, external_id, created_at FROM properties"
                    f" WHERE {among(self._db, column, 'key', part, params)} AND {visible(self._actor, params)}"
                    " ORDER BY id"
                )
                for key, number, deleted, digest, *rest in self._db.all(sql, params):
                    found.setdefault(f"{letter}{key}", []).append((number, deleted is not None, digest, *rest))
        return found

    def _match(self, rows: Ready, at: int, known: Known) -> tuple[int, bool, int | None] | None:
        values = rows.values[at]
        for key in rows.keys[at]:
            for number, in_bin, digest, source, external, created in known.get(key, ()):
                if key[0] == "i":
                    # The same number in another store is another listing; the moment of its making tells them apart.
                    if created != rows.own[at]:
                        continue
                elif key[0] == "x":
                    # Two portals count from one: their numbers are the same listing only if the portals are.
                    if _differ(source, rows, values, "source"):
                        continue
                elif key[0] == "u" and _differ(external, rows, values, "external_id"):
                    continue
                return number, in_bin, digest
        return None

    # Writing -------------------------------------------------------------------------------------------------------

    def _add(self, rows: Ready, places: Sequence[int]) -> None:
        if not places:
            return
        values = rows.values
        at = rows.columns.index("currency")
        new, owners = [], []
        currency = self._settings.currency
        for place in places:
            row = values[place]
            if row[at] is None:
                row = (*row[:at], currency, *row[at + 1 :])
            new.append(row)
            owners.append(self._owner(rows.owners.get(place)))
        self._repository.insert_ready(rows.columns, new, rows.documents(places), owners)
        self.report.created += len(places)

    def _owner(self, said: int | None) -> int:
        """Rows say for themselves whose they are only where an administrator moves a whole agency."""
        return said if said and self._actor.sees_all and self._owner_exists(said) else self._actor.id

    def _owner_exists(self, owner: int) -> bool:
        return self._db.one("SELECT 1 FROM accounts WHERE id = :id", {"id": owner}) is not None

    def _update(self, rows: Ready, updates: Sequence[tuple[int, int]]) -> None:
        if not updates:
            return
        states = reads.states(self._db, [number for _, number in updates])
        for at, number in updates:
            before = states[number]
            changes = self._changes(before, rows.row(at))
            if not any(before.get(name) != value for name, value in changes.items() if name != "import_hash"):
                self.report.unchanged += 1
                continue
            self._repository.update([(before, changes)])
            states[number] = {**before, **changes, "version": before["version"] + 1}
            self.report.updated += 1
            self.outcome(Outcome(rows.lines[at], "updated", number))

    def _changes(self, before: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
        """What of a row's values changes a listing."""
        changes.pop("stable_key", None)
        if "attributes" in changes and before.get("attributes"):
            changes["attributes"] = {**before["attributes"], **changes["attributes"]}
        if before["status"] == "draft" and before.get("status_reason") == NO_PRICE and changes.get("price") is not None:
            changes.setdefault("status", "active")
            changes["status_reason"] = None
        if "status" in changes:
            rules.close_rightly(changes, changes.get("deal_type", before["deal_type"]))
        refused = rules.contradictions({**before, **changes}, frozenset(changes))
        for problem in refused:
            changes.pop(problem.field, None)
        if changes.get("status", before["status"]) != before["status"]:
            closed = rules.complete({**before, **changes}, self._now) if changes["status"] in CLOSED else {}
            # What the row itself does not say of the deal follows from its status.
            for name in ("closed_at", "final_price"):
                if name not in changes and before[name] != closed.get(name):
                    changes[name] = closed.get(name)
        return changes


def _differ(stored: str | None, rows: Ready, values: tuple[Any, ...], name: str) -> bool:
    """Whether the store and the row both name this, and not the same."""
    said = values[rows.columns.index(name)] if name in rows.columns else None
    return bool(stored and said and stored != said)
