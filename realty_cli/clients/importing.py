"""The reading half of an import of clients: from the rows of any file to checked ones. Needs no store.

A row is recognised by our own id (in a file that we exported), else by its external id, else by a phone, an e-mail or
a Telegram name that a client of that name has, else, where it has none of these, by the name itself. Two people of one
phone are two clients. A row that stands exactly as it stood at its last import changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from realty_cli.clients import rules
from realty_cli.clients.mapping import Converted, Plan, keep, plan
from realty_cli.clients.mapping import require_known as require_known
from realty_cli.clients.names import name_key
from realty_cli.clients.schemas.client import ClientCreate
from realty_cli.clients.schemas.lead import LeadCreate
from realty_cli.clients.service import values_of
from realty_cli.errors import FieldProblem, Invalid
from realty_cli.formats.codec import Block, Table
from realty_cli.kit.ahead import ahead
from realty_cli.kit.importing import Prepared
from realty_cli.kit.schema import validate

#: Without these a row is no client; any other field that cannot be taken is kept as an attribute instead.
ESSENTIAL = frozenset({"name", "phones", "emails"})


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
            block.header, user_map=self.mapping, defaults=self.defaults, now=self.now, extra_aliases=self.extra_aliases
        )


@dataclass(slots=True)
class Row:
    """A row that can be taken: what it says of a client, what of a lead, and by what it is recognised, strongest
    first: `i` own id, `x` external id, `p` phone, `e` e-mail, `t` Telegram, `s` the name itself."""

    line: int
    values: dict[str, Any]
    lead: dict[str, Any]
    keys: tuple[str, ...]
    made: str | None
    name_key: str | None
    warnings: Sequence[FieldProblem] = ()


@dataclass(slots=True)
class Rows:
    """The rows of one block."""

    good: list[Row] = field(default_factory=list)
    rejected: list[Prepared] = field(default_factory=list)
    repeated: int = 0
    """Rows that repeat an earlier one of the file to the letter."""

    def __len__(self) -> int:
        return len(self.good) + len(self.rejected) + self.repeated


Batch = tuple[Rows, tuple[int, int | None]]


@contextmanager
def read_ahead(table: Table, reading: Reading, *, own_process: bool = False) -> Iterator[Iterator[Batch]]:
    """Batches of checked rows, made in a thread beside the writing of the last ones."""
    yield ahead(_batches(table, reading))


def _batches(table: Table, reading: Reading) -> Iterator[Batch]:
    reader = _Reader(reading)
    for block in table.blocks():
        yield reader.rows(block), table.progress()


class _Reader:
    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._plans: dict[tuple[str, ...], Plan] = {}
        self._same: dict[str, list[int]] = {}

    def rows(self, block: Block) -> Rows:
        found = Rows()
        for problem in block.problems:
            why = [FieldProblem("row", problem.code, problem.params)]
            found.rejected.append(Prepared(problem.line, problem.cells, block.header, why))
        if not block.rows:
            return found
        how = self._plans.get(block.header)
        if how is None:
            how = self._plans[block.header] = self._reading.plan(block)
        for number, cells in zip(block.lines, block.rows, strict=True):
            converted = how.convert(cells)
            if not converted.problems:
                self._check(converted)
            if converted.problems:
                found.rejected.append(Prepared(number, cells, block.header, converted.problems))
            elif (row := self._row(number, cells, block.header, converted)) is None:
                found.repeated += 1
            else:
                found.good.append(row)
        found.rejected.sort(key=lambda one: one.line)
        return found

    def _check(self, found: Converted) -> None:
        """Values as the schemas take them. What is not accepted moves to the attributes, so that no row is lost for a
        field that a client can do without."""
        zone = self._reading.zone
        for _ in range(2):
            try:
                checked = values_of(validate(ClientCreate, found.values, zone=zone, typed=True))
                break
            except Invalid as error:
                names = {problem.field.partition(".")[0] for problem in error.fields}
                if names & ESSENTIAL or not names <= found.values.keys():
                    found.problems += error.fields
                    return
                for name in names:
                    keep(found.values, name, str(found.values.pop(name)))
                found.warnings += error.fields
        else:
            found.problems.append(FieldProblem("row", "import.row_empty", {}))
            return
        found.values = {name: value for name, value in checked.items() if value not in (None, [], {}, "")}
        found.values |= rules.named({}, found.values)
        self._check_lead(found)

    def _check_lead(self, found: Converted) -> None:
        if not found.lead:
            return
        lead = dict(found.lead)
        if "lead_note" in lead:
            lead["note"] = lead.pop("lead_note")
        try:
            model = validate(LeadCreate, lead, zone=self._reading.zone, typed=True)
            given = {name: getattr(model, name) for name in model.model_fields_set}
            found.lead = {name: value for name, value in given.items() if value not in (None, "")}
            refused = rules.contradictions(found.lead)
        except Invalid as error:
            refused = error.fields
        if refused:
            for name, value in found.lead.items():
                keep(found.values, name, str(value))
            found.lead = {}
            found.warnings += refused

    def _row(self, number: int, cells: Sequence[object], header: tuple[str, ...], found: Converted) -> Row | None:
        values = found.values
        values.pop("referrer_id", None)
        digest = _digest(header, cells, self._reading)
        get = values.get
        key = name_key(get("last_name"), get("first_name"), get("middle_name"), get("company_name"))
        keys = [f"i{found.own[0]}"] if found.own else []
        if external := get("external_id"):
            keys.append("x" + external)
        keys += ["p" + one["value"] for one in get("phones", ())]
        keys += ["e" + one["value"] for one in get("emails", ())]
        keys += [f"t{name}"] if (name := get("telegram")) else []
        if len(keys) == (found.own is not None):
            earlier = self._same.setdefault(key or values["name"], [])
            if digest in earlier:
                return None
            values["stable_key"] = f"{key or values['name']}#{len(earlier)}"
            earlier.append(digest)
            keys.append("s" + values["stable_key"])
        values["import_hash"] = digest
        made = found.own[1] if found.own else None
        return Row(number, values, found.lead, tuple(keys), made, key, found.warnings)


def _digest(header: tuple[str, ...], cells: Sequence[object], reading: Reading) -> int:
    said = repr(
        (header, sorted(reading.mapping.items()), sorted(reading.defaults.items()), [str(one) for one in cells])
    )
    return int.from_bytes(hashlib.blake2b(said.encode("utf-8", "replace"), digest_size=8).digest(), "big", signed=True)
