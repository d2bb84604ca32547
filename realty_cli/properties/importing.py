"""Import of listings: from the rows of any file to created, updated, unchanged and rejected ones.

Two halves, so that one runs ahead of the other (`kit.ahead`): `prepare` is pure and turns cells into checked values;
`Importer` recognises rows that are here already and writes. A row is recognised by our own id (in a file that we
exported), else by its external id, else by its link, else by a key over the thing itself (`rules.stable_key`).

A row that stands exactly as it stood at its last import changes nothing, whatever the agent edited since: the file
only speaks where it says something new.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from realty_cli.auth.policy import Act, require
from realty_cli.errors import FieldProblem, Invalid
from realty_cli.formats.codec import Block
from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import stamp
from realty_cli.kit.messages import message
from realty_cli.kit.schema import problems
from realty_cli.properties import reads, rules
from realty_cli.properties.mapping import Plan, plan
from realty_cli.properties.repository import PropertyRepository
from realty_cli.properties.schemas.listing import PropertyCreate
from realty_cli.properties.titles import build_title
from realty_cli.settings import Settings
from realty_cli.store.changelog import ChangeLog
from realty_cli.store.database import Connection, in_list
from realty_cli.store.scope import visible

#: Without these a row is no listing; any other field that cannot be read is kept as an attribute instead.
ESSENTIAL = frozenset({"title", "property_type", "deal_type", "price", "currency"})
#: Why a row without a price became a draft, so that a later import with one may activate it.
NO_PRICE = "import.no_price"
#: Columns that we add to the file of rejected rows; they are not read back.
REASON_COLUMNS = ("realty_line", "realty_reason")
_MOST_OUTCOMES = 100_000


@dataclass(slots=True)
class Prepared:
    """One row after reading: values for a listing, or the problems that reject it."""

    line: int
    cells: Sequence[object]
    header: tuple[str, ...]
    hash: int = 0
    values: dict[str, Any] | None = None
    problems: list[FieldProblem] = field(default_factory=list)
    own: tuple[int, str] | None = None
    """Id and creation moment, in a file that we exported ourselves."""


@dataclass(slots=True)
class Outcome:
    line: int
    outcome: str
    id: int | None = None
    problems: list[FieldProblem] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """What an import did, with every outcome but created and unchanged."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    in_bin: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    import_id: int | None = None

    @property
    def rows(self) -> int:
        return self.created + self.updated + self.unchanged + self.rejected

    def body(self, language: str) -> dict[str, Any]:
        """As API and `--json` answer it."""
        return {
            "import_id": self.import_id,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "rows": [
                {
                    "line": one.line,
                    "outcome": one.outcome,
                    "id": one.id,
                    "errors": [
                        {"field": p.field, "code": p.code, "message": message(p.code, language, **p.params)}
                        for p in one.problems
                    ],
                }
                for one in self.outcomes
            ],
        }


@dataclass(frozen=True)
class Reading:
    """How a file is to be read."""

    zone: str
    now: datetime
    file_name: str = ""
    mapping: dict[str, str] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    extra_aliases: dict[str, list[str]] = field(default_factory=dict)

    def plan(self, block: Block) -> Plan:
        return plan(
            block.header,
            sample=block.rows[:200],
            user_map=self.mapping,
            defaults=self.defaults,
            file_name=self.file_name,
            now=self.now,
            extra_aliases=self.extra_aliases,
        )


def prepare(blocks: Iterable[Block], reading: Reading) -> Iterator[list[Prepared]]:
    """Checked values for the rows of each block. Needs no store."""
    plans: dict[tuple[str, ...], tuple[Plan, bytes]] = {}
    context = {"zone": reading.zone}
    for block in blocks:
        found = plans.get(block.header)
        if found is None and block.rows:
            made = reading.plan(block)
            salt = repr((block.header, sorted(reading.mapping.items()), sorted(reading.defaults.items()))).encode()
            found = plans[block.header] = made, hashlib.blake2b(salt, digest_size=8).digest()
        batch: list[Prepared] = []
        for problem in block.problems:
            reason = FieldProblem("row", problem.code, problem.params)
            batch.append(Prepared(problem.line, problem.cells, block.header, problems=[reason]))
        if found is not None:
            the_plan, salt_digest = found
            for line, cells in zip(block.lines, block.rows, strict=True):
                batch.append(_row(line, cells, block.header, the_plan, salt_digest, context))
            if block.problems:
                batch.sort(key=lambda one: one.line)
        yield batch


def _row(
    line: int, cells: Sequence[object], header: tuple[str, ...], the_plan: Plan, salt: bytes, context: dict[str, Any]
) -> Prepared:
    converted = the_plan.convert(cells)
    prepared = Prepared(line, cells, header)
    if converted.problems:
        prepared.problems = list(converted.problems)
        return prepared
    values = converted.record
    number, created = values.pop("id", None), values.pop("created_at", None)
    if number is not None and created is not None:
        prepared.own = number, stamp(created)
    if not values.get("title"):
        values["title"] = build_title(values)
    prepared.values, prepared.problems = checked(values, context)
    try:
        text = "\x1f".join(cells)  # type: ignore[arg-type]
    except TypeError:  # cells of a workbook or of JSON
        text = "\x1f".join(map(str, cells))
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8, key=salt).digest()
    prepared.hash = int.from_bytes(digest, "big", signed=True)
    return prepared


def checked(values: dict[str, Any], context: dict[str, Any]) -> tuple[dict[str, Any] | None, list[FieldProblem]]:
    """Values as the schema of a new listing takes them.

    An unreadable field that a listing can do without moves to its attributes, so that nothing the file said is lost
    and no listing is lost for it.
    """
    title = values.get("title")
    if title and len(title) > 300:
        values["title"] = rules.shorten(title)
    try:
        model = PropertyCreate.__pydantic_validator__.validate_python(values, context=context)
    except ValidationError as error:
        found = problems(error)
        names = {problem.field.partition(".")[0] for problem in found}
        if names & ESSENTIAL or not names <= values.keys():
            return None, [problem for problem in found if problem.field.partition(".")[0] in ESSENTIAL] or found
        values = _set_aside(values, names)
        try:
            model = PropertyCreate.__pydantic_validator__.validate_python(values, context=context)
        except ValidationError as again:
            return None, problems(again)
    made = model.__dict__
    sent = {
        name: value
        for name in model.__pydantic_fields_set__
        if (value := made[name]) or value is not None and value != ""
    }
    if not sent.get("status"):
        sent.pop("status", None)
    against = [one for one in rules.contradictions({**sent, "status": "draft"}) if one.field in sent]
    if against:
        sent = _set_aside(sent, {problem.field for problem in against})
    return sent, []


def _set_aside(values: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    attributes = dict(values.get("attributes") or {})
    kept = {name: value for name, value in values.items() if name not in names and name != "attributes"}
    for name in names:
        if name != "attributes" and name in values:
            attributes.setdefault(name, str(values[name])[:2_000])
    if "attributes" in names:
        attributes = {str(k)[:200].strip(): str(v)[:2_000] for k, v in list(attributes.items())[:200] if str(k).strip()}
    if attributes:
        kept["attributes"] = attributes
    return kept


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
                known |= self._lookup([keys])
            match = self._match(row, keys, known)
            if match is None:
                self._add(row, keys)
            elif match[1]:
                self.report.in_bin += 1
                self.report.unchanged += 1
            elif match[2] == row.hash:
                self.report.unchanged += 1
            else:
                updates.append((row, match[0]))
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
        if len(self.report.outcomes) < _MOST_OUTCOMES:
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

    def _add(self, row: Prepared, keys: Sequence[str]) -> None:
        values = row.values
        assert values is not None
        # Rows say for themselves whose they are only where an administrator moves a whole agency.
        owner = values.pop("owner_id", None)
        values["owner_id"] = owner if owner and self._actor.sees_all and self._owner_exists(owner) else self._actor.id
        values.pop("client_id", None)
        if values.get("price") is None:
            if values.get("status") in (None, "active", "reserved"):
                values["status"], values["status_reason"] = "draft", NO_PRICE
        values.setdefault("status", "active")
        values.setdefault("currency", self._settings.currency)
        values["import_hash"] = row.hash
        self._pending.append(rules.complete(values, self._now))
        self._fresh_keys.update(keys)

    def _owner_exists(self, owner: int) -> bool:
        return self._db.one("SELECT 1 FROM accounts WHERE id = :id", {"id": owner}) is not None

    def _flush(self) -> None:
        if self._pending:
            self._repository.insert(self._pending)
            self.report.created += len(self._pending)
            self._pending = []

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
        after = {**before, **changes}
        refused = rules.contradictions(after, frozenset(changes))
        for problem in refused:
            changes.pop(problem.field, None)
        if "status" in changes and changes["status"] != before["status"]:
            changes |= {
                name: value
                for name, value in rules.complete(dict(after), self._now).items()
                if name in ("closed_at", "final_price") and before.get(name) != value
            }
        changes["import_hash"] = row.hash
        return changes


def require_known(names: Iterable[str]) -> None:
    """Refuse `--set` of a field that no listing has."""
    for name in names:
        if name not in PropertyCreate.model_fields:
            raise Invalid.one("--set", "field.unknown", name=name)


def read_aliases(path: Path) -> dict[str, list[str]]:
    """A user's own table of headers: `field = ["Header", ...]`, TOML."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid.one("--aliases", "aliases.unreadable", path=str(path), reason=str(error)) from error
    found: dict[str, list[str]] = {}
    for name, headers in data.items():
        if isinstance(headers, str):
            headers = [headers]
        if not isinstance(headers, list) or not all(isinstance(one, str) for one in headers):
            raise Invalid.one("--aliases", "aliases.shape", name=name)
        found[name] = headers
    return found


def rejected_rows(bad: Sequence[Prepared], language: str) -> tuple[list[str], Iterator[list[Any]]]:
    """Rejected rows as a file: the columns they came with, then their line and the reason."""
    names = list(dict.fromkeys(name for row in bad for name in row.header if name not in REASON_COLUMNS))

    def lines() -> Iterator[list[Any]]:
        for row in bad:
            cells = dict(zip(row.header, row.cells, strict=False))
            why = "; ".join(f"{p.field}: {message(p.code, language, **p.params)}" for p in row.problems)
            yield [*(cells.get(name, "") for name in names), row.line, why]

    return [*names, *REASON_COLUMNS], lines()
