"""The writing half of an import: recognises rows that the store has, and creates or updates listings.

What a row is recognised by stands in `importing`, with the reading half.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from realty_cli.auth.policy import Act, require
from realty_cli.kit.actor import Actor
from realty_cli.properties import reads, rules
from realty_cli.properties.importing import MOST_OUTCOMES, NO_PRICE, Outcome, Prepared, Report
from realty_cli.properties.kinds import CLOSED
from realty_cli.properties.repository import PropertyRepository
from realty_cli.settings import Settings
from realty_cli.store.changelog import ChangeLog
from realty_cli.store.database import Connection, in_list
from realty_cli.store.scope import visible


class Importer:
    """Writes prepared rows. `checkpoint` ends one transaction and begins the next; without it all is one."""

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
        self._db, self._actor, self._settings = db, actor, settings
        self._repository, self._log, self._now = repository, log, now
        self._on_rejected = on_rejected
        self.report = Report()
        self.kept = 0
        self._pending: list[dict[str, Any]] = []
        self._pending_words: list[str] = []
        self._fresh_keys: set[str] = set()
        self._same: dict[str, list[int]] = {}

    def take(self, batch: Sequence[Prepared]) -> None:
        """Write one batch of rows."""
        ready = []
        for row in batch:
            if row.values is None or row.problems:
                self._reject(row)
                continue
            keys = self._keys(row)
            if keys is None:
                self.report.unchanged += 1
            else:
                ready.append((row, keys))
        known = self._lookup([keys for _, keys in ready])
        updates: list[tuple[Prepared, int]] = []
        for row, keys in ready:
            if not self._fresh_keys.isdisjoint(keys):
                # The batch names one thing twice: the first one must be in the store for the second to meet it.
                self._flush()
                self._update(updates)
                updates = []
                known |= self._lookup([keys])
            match = self._match(row, keys, known)
            if match is None or match[2] != row.hash:
                self._warn(row)
            if match is None:
                self._add(row)
            elif match[1]:
                self.report.in_bin += 1
                self.report.unchanged += 1
            elif match[2] == row.hash:
                self.report.unchanged += 1
                continue
            else:
                updates.append((row, match[0]))
            self._fresh_keys.update(keys)
        self._flush()
        self._fresh_keys.clear()
        self._update(updates)

    @property
    def import_id(self) -> int | None:
        """The operation that this import is, once it has changed something."""
        return self._log.operation_id

    def committed(self) -> None:
        """What was taken so far is in the store for good."""
        self.kept = self.report.rows

    def note(self) -> None:
        """Keep the counts so far with the operation, for whoever finds it unfinished."""
        report = self.report
        self._log.describe({"created": report.created, "updated": report.updated, "unfinished": True})

    def _warn(self, row: Prepared) -> None:
        if row.warnings and len(self.report.warnings) < MOST_OUTCOMES:
            self.report.warnings += [(row.line, warning) for warning in row.warnings]

    def finish(self) -> Report:
        self.report.import_id = self.import_id
        return self.report

    def forget(self) -> None:
        """The transaction was rolled back: nothing was created or updated after all."""
        self.report.created = self.report.updated = 0
        self.report.import_id = None
        self.report.outcomes = [one for one in self.report.outcomes if one.outcome == "rejected"]

    def _reject(self, row: Prepared) -> None:
        self.report.rejected += 1
        self._outcome(Outcome(row.line, "rejected", None, row.problems))
        if self._on_rejected is not None:
            self._on_rejected(row)

    def _outcome(self, outcome: Outcome) -> None:
        if len(self.report.outcomes) < MOST_OUTCOMES:
            self.report.outcomes.append(outcome)

    # Recognising ---------------------------------------------------------------------------------------------------

    def _keys(self, row: Prepared) -> list[str] | None:
        """The keys of a row, strongest first: `i` own id, `x` external id, `u` link, `s` the thing itself.

        None for a row that repeats an earlier one of the same file to the letter.
        """
        values = row.values
        assert values is not None
        keys = []
        if row.own is not None:
            keys.append(f"i{row.own[0]}")
        if external := values.get("external_id"):
            keys.append("x" + external)
        values["url_key"] = rules.url_key(values.get("source_url"))
        if values["url_key"]:
            keys.append("u" + values["url_key"])
        if len(keys) == (row.own is not None):
            base = rules.stable_key(values, 0).partition(".")[0]
            earlier = self._same.setdefault(base, [])
            if row.hash in earlier:
                return None
            values["stable_key"] = f"{base}.{len(earlier)}"
            earlier.append(row.hash)
            keys.append("s" + values["stable_key"])
        return keys

    def _lookup(self, rows: Sequence[Sequence[str]]) -> dict[str, list[tuple[Any, ...]]]:
        """Listings of the store by key: `(id, in_bin, import_hash, source, external_id, created_at)` each."""
        found: dict[str, list[tuple[Any, ...]]] = {}
        for letter, column in (("i", "id"), ("x", "external_id"), ("u", "url_key"), ("s", "stable_key")):
            wanted = [key[1:] for keys in rows for key in keys if key[0] == letter]
            for start in range(0, len(wanted), 500):
                params: dict[str, Any] = {}
                part: list[Any] = wanted[start : start + 500]
                if letter == "i":
                    part = [int(value) for value in part]
                sql = (
                    f"SELECT {column}, id, deleted_at, import_hash, source, external_id, created_at FROM properties"
                    f" WHERE {column} IN {in_list('key', part, params)} AND {visible(self._actor, params)} ORDER BY id"
                )
                for key, number, deleted, digest, *rest in self._db.all(sql, params):
                    found.setdefault(f"{letter}{key}", []).append((number, deleted is not None, digest, *rest))
        return found

    def _match(
        self, row: Prepared, keys: Sequence[str], known: dict[str, list[tuple[Any, ...]]]
    ) -> tuple[int, bool, int | None] | None:
        values = row.values
        assert values is not None
        for key in keys:
            for number, in_bin, digest, source, external, created in known.get(key, ()):
                if key[0] == "i":
                    # The same number in another store is another listing; the moment of its making tells them apart.
                    assert row.own is not None
                    if created != row.own[1]:
                        continue
                elif key[0] == "x":
                    # Two portals count from one: their numbers are the same listing only if the portals are.
                    if source and values.get("source") and source != values["source"]:
                        continue
                elif key[0] == "u" and external and values.get("external_id") and external != values["external_id"]:
                    continue
                return number, in_bin, digest
        return None

    # Writing -------------------------------------------------------------------------------------------------------

    def _add(self, row: Prepared) -> None:
        values = row.values
        assert values is not None
        # Rows say for themselves whose they are only where an administrator moves a whole agency.
        owner = values.pop("owner_id", None)
        values["owner_id"] = owner if owner and self._actor.sees_all and self._owner_exists(owner) else self._actor.id
        values.pop("client_id", None)
        if values.get("price") is None and values.get("status") in (None, "active", "reserved"):
            values["status"], values["status_reason"] = "draft", NO_PRICE
        values.setdefault("status", "active")
        values.setdefault("currency", self._settings.currency)
        values["import_hash"] = row.hash
        rules.close_rightly(values)
        self._pending.append(rules.complete(values, self._now))
        self._pending_words.append(row.words)

    def _owner_exists(self, owner: int) -> bool:
        return self._db.one("SELECT 1 FROM accounts WHERE id = :id", {"id": owner}) is not None

    def _flush(self) -> None:
        if self._pending:
            self._repository.insert(self._pending, words=self._pending_words)
            self.report.created += len(self._pending)
            self._pending, self._pending_words = [], []

    def _update(self, updates: Sequence[tuple[Prepared, int]]) -> None:
        if not updates:
            return
        states = reads.states(self._db, [number for _, number in updates])
        for row, number in updates:
            before = states[number]
            changes = self._changes(before, row)
            if not any(before.get(name) != value for name, value in changes.items() if name != "import_hash"):
                self.report.unchanged += 1
                continue
            self._repository.update([(before, changes)])
            states[number] = {**before, **changes, "version": before["version"] + 1}
            self.report.updated += 1
            self._outcome(Outcome(row.line, "updated", number))

    def _changes(self, before: dict[str, Any], row: Prepared) -> dict[str, Any]:
        assert row.values is not None
        changes = {
            name: value
            for name, value in row.values.items()
            if name not in ("owner_id", "client_id", "stable_key") and value is not None
        }
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
        changes["import_hash"] = row.hash
        return changes
