"""Import of listings: from the rows of any file to created, updated, unchanged and rejected ones.

Two halves, so that one runs ahead of the other (`kit.ahead`): `prepare`, here, is pure and turns cells into checked
values; `importer.Importer` recognises rows that are here already and writes. A row is recognised by our own id (in a
file that we exported), else by its external id, else by its link, else by a key over the thing itself
(`rules.stable_key`).

A row that stands exactly as it stood at its last import changes nothing, whatever the agent edited since: the file
only speaks where it says something new.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from pydantic import ValidationError

from realty_cli.errors import FieldProblem, Invalid
from realty_cli.formats.codec import Block, Table
from realty_cli.kit.ahead import Child, ahead
from realty_cli.kit.clock import stamp
from realty_cli.kit.messages import message
from realty_cli.kit.schema import problems
from realty_cli.properties import rules
from realty_cli.properties.checking import Checks
from realty_cli.properties.mapping import Converted, Plan, plan
from realty_cli.properties.own_files import OwnPlan
from realty_cli.properties.ready import Maker, Packed, Prepared, Ready, Row
from realty_cli.properties.schemas.listing import PropertyCreate
from realty_cli.properties.titles import build_title

#: Without these a row is no listing; any other field that cannot be read is kept as an attribute instead.
ESSENTIAL = frozenset({"title", "property_type", "deal_type", "price", "currency"})
#: Columns that we add to the file of rejected rows; they are not read back.
REASON_COLUMNS = ("realty_line", "realty_reason")
MOST_OUTCOMES = 100_000
_MOST_ALIASES = 1 << 20


@dataclass(slots=True)
class Outcome:
    line: int
    outcome: str
    id: int | None = None
    problems: Sequence[FieldProblem] = ()


@dataclass(slots=True)
class Report:
    """What an import did, with every outcome but created and unchanged."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    in_bin: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    warnings: list[tuple[int, FieldProblem]] = field(default_factory=list)
    """Line and reason of values that were kept as attributes, cut, or taken with a doubt."""
    import_id: int | None = None

    @property
    def rows(self) -> int:
        return self.created + self.updated + self.unchanged + self.rejected

    @property
    def counts(self) -> dict[str, int]:
        """How many rows came to what."""
        return {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
        }

    def body(self, language: str) -> dict[str, Any]:
        """As API and `--json` answer it."""
        return {
            "import_id": self.import_id,
            **self.counts,
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
                for one in sorted(self.outcomes, key=lambda one: one.line)
            ],
            "warnings": [
                {"line": line, "field": p.field, "code": p.code, "message": message(p.code, language, **p.params)}
                for line, p in self.warnings
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

    def plan(self, block: Block) -> Plan | OwnPlan:
        made = plan(
            block.header,
            sample=block.rows[:200],
            user_map=self.mapping,
            defaults=self.defaults,
            file_name=self.file_name,
            now=self.now,
            extra_aliases=self.extra_aliases,
        )
        told = self.mapping or self.defaults or self.extra_aliases
        return OwnPlan(block.header, made) if made.file.own and not told else made


class Balance:
    """Which of two processes stems: the writing one while it waits for the reading one."""

    def __init__(self) -> None:
        self.stemmed = True
        self._since = perf_counter()

    def handed_over(self, at: float) -> None:
        """A block that was ready `at` this moment is taken by now. It took long where the other one is busy."""
        now = perf_counter()
        self.stemmed = now - at > (at - self._since) / 4
        self._since = now


def prepare(blocks: Iterable[Block], reading: Reading, balance: Balance = Balance()) -> Iterator[Ready]:
    """The rows of each block, checked and made ready. Needs no store."""
    plans: dict[tuple[str, ...], tuple[Plan | OwnPlan, hashlib.blake2b]] = {}
    checks, maker = Checks(reading.zone), Maker(stamp(reading.now))
    for block in blocks:
        found = plans.get(block.header)
        if found is None and block.rows:
            made = reading.plan(block)
            salt = repr((block.header, sorted(reading.mapping.items()), sorted(reading.defaults.items()))).encode()
            found = plans[block.header] = (
                made,
                hashlib.blake2b(digest_size=8, key=hashlib.blake2b(salt, digest_size=8).digest()),
            )
        good: list[Row] = []
        bad = [
            Prepared(problem.line, problem.cells, block.header, [FieldProblem("row", problem.code, problem.params)])
            for problem in block.problems
        ]
        if found is not None:
            the_plan, hasher = found
            read = the_plan.convert_all(block.rows)
            for line, cells, converted in zip(block.lines, block.rows, read, strict=True):
                row = _row(line, cells, block.header, converted, hasher, checks)
                if isinstance(row, Row):
                    good.append(row)
                else:
                    bad.append(row)
            if block.problems:
                bad.sort(key=lambda one: one.line)
        yield maker.ready(good, bad, stemmed=balance.stemmed)


#: What a reader hands over: rows, and how far in the file they stand (bytes read, bytes in all if known).
Batch = tuple[Ready | Packed, tuple[int, int | None]]
#: Files larger than this are read by a process of their own; below, starting it costs more than it saves.
LARGE_FILE = 4 << 20


def _batches(table: Table, reading: Reading) -> Iterator[Batch]:
    for rows in prepare(table.blocks(), reading):
        yield rows, table.progress()


def _balanced(table: Table, reading: Reading) -> Iterator[Batch]:
    balance = Balance()
    for rows in prepare(table.blocks(), reading, balance):
        ready = perf_counter()
        yield rows, table.progress()
        balance.handed_over(ready)


@contextmanager
def read_ahead(table: Table, reading: Reading, *, own_process: bool) -> Iterator[Iterator[Batch]]:
    """Batches of checked rows, made beside the writing of the last ones.

    With `own_process` a second core reads (see `kit.ahead.Child`): enter before any connection is opened.
    """
    if not own_process:
        yield ahead(_batches(table, reading))
        return
    child = Child(_balanced(table, reading))
    try:
        # The thread in between keeps the child's pipe empty while this process waits for the database.
        yield ahead(child)
    finally:
        child.close()


def _row(
    line: int,
    cells: Sequence[object],
    header: tuple[str, ...],
    converted: Converted,
    salt: hashlib.blake2b,
    checks: Checks,
) -> Row | Prepared:
    if converted.problems:
        return Prepared(line, cells, header, list(converted.problems))
    values = converted.record
    number, created = values.pop("id", None), values.pop("created_at", None)
    own = None if number is None or created is None else (number, stamp(created))
    if not values.get("title"):
        values["title"] = build_title(values)
    kept, problems_found = checked(values, checks)
    if kept is None:
        return Prepared(line, cells, header, problems_found)
    try:
        text = "\x1f".join(cells)  # type: ignore[arg-type]
    except TypeError:  # cells of a workbook or of JSON
        text = "\x1f".join(map(str, cells))
    hasher = salt.copy()
    hasher.update(text.encode("utf-8", "replace"))
    number_of_row = int.from_bytes(hasher.digest(), "big", signed=True)
    return Row(line, number_of_row, kept, converted.warnings, own)


def checked(values: dict[str, Any], checks: Checks) -> tuple[dict[str, Any] | None, list[FieldProblem]]:
    """Values as the schema of a new listing takes them.

    An unreadable field that a listing can do without moves to its attributes, so that nothing the file said is lost
    and no listing is lost for it.
    """
    title = values.get("title")
    if title and len(title) > 300:
        values["title"] = rules.shorten(title)
    sent = checks.checked(values)
    if sent is not None:
        if not sent.get("status"):
            sent.pop("status", None)
        return (sent if rules.harmless(sent) else _consistent(sent)), []
    return by_schema(values, checks.zone)


def by_schema(values: dict[str, Any], zone: str | None) -> tuple[dict[str, Any] | None, list[FieldProblem]]:
    """The same by the schema itself."""
    context = {"zone": zone}
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
        if (value := made[name]) or (value is not None and value != "")
    }
    if not sent.get("status"):
        sent.pop("status", None)
    return _consistent(sent), []


def _consistent(sent: dict[str, Any]) -> dict[str, Any]:
    """The values without those that cannot be true beside the others."""
    against = [one for one in rules.contradictions({**sent, "status": "draft"}) if one.field in sent]
    if against:
        sent = _set_aside(sent, {problem.field for problem in against})
    return sent


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


def require_known(names: Iterable[str], option: str = "--set") -> None:
    """Refuse to set a field that no listing has."""
    for name in names:
        if name not in PropertyCreate.model_fields:
            raise Invalid.one(option, "field.unknown", name=name)


def read_aliases(path: Path) -> dict[str, list[str]]:
    """A user's own table of headers: `field = ["Header", ...]`, TOML."""
    if path.exists() and not path.is_file():
        raise Invalid.one("--aliases", "file.not_regular", path=str(path))
    if path.exists() and path.stat().st_size > _MOST_ALIASES:
        raise Invalid.one("--aliases", "file.too_large", path=str(path), limit=f"{_MOST_ALIASES >> 20} MiB")
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
