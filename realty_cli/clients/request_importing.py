"""The reading half of an import of buyer requests: from the rows of any file to checked ones. Needs no store.

A row is recognised by our own id (in a file that we exported), else by its external id, else by who asks for what: the
same client, kind of deal and kinds of property, the second such row of a file being the second such request. A row that
stands exactly as it stood at its last import changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from realty_cli.clients import person_cells
from realty_cli.clients.importing import Row as Person
from realty_cli.clients.request_mapping import CLIENT, plan
from realty_cli.clients.request_mapping import require_known as require_known
from realty_cli.clients.requests import problems_of, values_of
from realty_cli.clients.schemas.request import BuyerRequestCreate
from realty_cli.errors import FieldProblem
from realty_cli.formats.codec import Block, Table
from realty_cli.kit.importing import Prepared
from realty_cli.properties.kinds import DealType
from realty_cli.properties.reading import rows
from realty_cli.properties.reading.fields import Cells, FieldPlan
from realty_cli.properties.reading.rows import Reading as Reading
from realty_cli.properties.reading.sheet import fingerprint

ESSENTIAL = frozenset({"deal_type", "client_id"})
#: Stands for the client until the store tells who it is.
_NOBODY = 1
_ROLES = {DealType.SALE: "buyer"}


@dataclass(slots=True)
class Row:
    """A row that can be taken. The client is `client_id`, or else `person`. Keys: `i` own id, `x` external id, `s` who
    asks for what."""

    line: int
    source: Prepared
    values: dict[str, Any]
    client_id: int | None
    person: Person | None
    keys: tuple[str, ...]
    made: str | None
    warnings: Sequence[FieldProblem] = ()


Batch = rows.Batch[Row]


def read_ahead(table: Table, reading: Reading, *, own_process: bool = False) -> AbstractContextManager[Iterator[Batch]]:
    """Batches of checked rows, made in a thread beside the writing of the last ones."""
    return rows.read_ahead(table, RequestReader(reading))


class RequestReader(rows.RowReader[Cells, Row]):
    def __init__(self, reading: Reading) -> None:
        super().__init__(reading)
        self._same: dict[int, list[int]] = {}

    def plan(self, block: Block) -> FieldPlan:
        return plan(block.header, self.reading)

    def check(self, found: Cells) -> None:
        values = found.values
        values.setdefault("deal_type", DealType.SALE.value)
        noted = values.pop("attributes", {})
        values["client_id"] = _NOBODY
        checked = rows.checked(
            BuyerRequestCreate, values, self.reading.zone, ESSENTIAL, found.problems, found.warnings, values_of
        )
        if checked is None:
            return
        noted |= values.pop("attributes", {})
        del checked["client_id"]
        if noted:
            # A request has no attributes; what it says besides is not lost.
            more = "\n".join(f"{name}: {text}" for name, text in noted.items())
            checked["note"] = f"{checked['note']}\n{more}" if checked.get("note") else more
        found.problems += problems_of(checked)
        found.values = checked

    def row(self, source: Prepared, found: Cells, digest: int) -> Row | None:
        values, said = found.values, found.people.get(CLIENT, {})
        client = said.get("id")
        role = _ROLES.get(values["deal_type"], "tenant")
        person = person_cells.person(source.line, said, role, self.reading.zone, found.warnings)
        keys = [f"i{found.own[0]}"] if found.own else []
        if external := values.get("external_id"):
            keys.append("x" + external)
        else:
            who = person.keys[0] if person else client
            what = fingerprint(who, values["deal_type"], sorted(values.get("property_types", ())))
            earlier = self._same.setdefault(what, [])
            if digest in earlier:
                return None
            values["stable_key"] = f"{what}#{len(earlier)}"
            earlier.append(digest)
            keys.append("s" + values["stable_key"])
        values["import_hash"] = digest
        made = found.own[1] if found.own else None
        return Row(source.line, source, values, client, person, tuple(keys), made, found.warnings)
