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
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter
from typing import Any

from pydantic import ValidationError

from realty_cli.errors import FieldProblem, Invalid
from realty_cli.formats.codec import Block, Table
from realty_cli.kit.ahead import Child, ahead
from realty_cli.kit.clock import stamp
from realty_cli.kit.importing import Prepared
from realty_cli.kit.schema import problems
from realty_cli.properties import rules
from realty_cli.properties.checking import Checks
from realty_cli.properties.mapping import Converted, Plan, plan
from realty_cli.properties.own_files import OwnPlan
from realty_cli.properties.ready import Maker, Packed, Ready, Row
from realty_cli.properties.schemas.listing import PropertyCreate
from realty_cli.properties.titles import build_title

#: Without these a row is no listing; any other field that cannot be read is kept as an attribute instead.
ESSENTIAL = frozenset({"title", "property_type", "deal_type", "price", "currency"})


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
            for row in _rows(block, read, hasher, checks, the_plan.clean):
                if isinstance(row, Row):
                    good.append(row)
                else:
                    bad.append(row)
            if block.problems:
                bad.sort(key=lambda one: one.line)
        yield maker.ready(good, bad, stemmed=balance.stemmed)


#: Rows that are checked together; one of them in doubt, and each is looked at by itself.
_TOGETHER = 250
#: What a reader hands over: rows, and how far in the file they stand (bytes read, bytes in all if known).
Batch = tuple[Ready | Packed, tuple[int, int | None]]


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


def _rows(
    block: Block, read: Sequence[Converted], hasher: hashlib.blake2b, checks: Checks, clean: frozenset[str]
) -> Iterator[Row | Prepared]:
    for start in range(0, len(read), _TOGETHER):
        some = slice(start, start + _TOGETHER)
        good = [one.record for one in read[some] if not one.problems]
        for record in good:
            if not record.get("title"):
                record["title"] = build_title(record)
        unsure = None if checks.all_checked(good, clean) else checks
        for line, cells, converted in zip(block.lines[some], block.rows[some], read[some], strict=True):
            yield _row(line, cells, block.header, converted, hasher, unsure)


def _row(
    line: int,
    cells: Sequence[object],
    header: tuple[str, ...],
    converted: Converted,
    salt: hashlib.blake2b,
    checks: Checks | None,
) -> Row | Prepared:
    """`checks`: None where the row has passed them."""
    if converted.problems:
        return Prepared(line, cells, header, list(converted.problems))
    values = converted.record
    number, created = values.pop("id", None), values.pop("created_at", None)
    own = None if number is None or created is None else (number, stamp(created))
    kept: dict[str, Any] | None
    if checks is None:
        kept = _kept(values)
    else:
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
        return _kept(sent), []
    return by_schema(values, checks.zone)


def _kept(sent: dict[str, Any]) -> dict[str, Any]:
    if not sent.get("status"):
        sent.pop("status", None)
    return sent if rules.harmless(sent) else _consistent(sent)


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
