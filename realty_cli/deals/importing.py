"""The reading half of an import of deals: from the rows of any file to checked ones. Needs no store.

A row is recognised by our own id (in a file that we exported), else by its external id, else by what it is called, its
kind, side and contract, the second such row of a file being the second such deal. A row that stands exactly as it stood
at its last import changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from realty_cli.clients import person_cells
from realty_cli.clients.importing import Row as Person
from realty_cli.deals.kinds import ENDED, HOLDING, DealKind, Side, Stage
from realty_cli.deals.mapping import plan
from realty_cli.deals.mapping import require_known as require_known
from realty_cli.deals.schemas.deal import DealCreate
from realty_cli.deals.service import values_of
from realty_cli.errors import FieldProblem
from realty_cli.formats.codec import Block, Table
from realty_cli.kit.importing import Prepared
from realty_cli.kit.schema import Line, Moment, Money
from realty_cli.properties.kinds import MAX_TITLE
from realty_cli.properties.reading import rows
from realty_cli.properties.reading.fields import Cells, FieldPlan
from realty_cli.properties.reading.rows import Reading as Reading
from realty_cli.properties.reading.sheet import fingerprint, keep
from realty_cli.properties.schemas.listing import Short

ESSENTIAL = frozenset({"kind", "side", "stage", "title"})
#: What the person is whom a file calls the client, by the side that we are on.
_CLIENT = {Side.BUYER: "buyer", Side.SELLER: "seller", Side.TENANT: "tenant", Side.LANDLORD: "landlord"}
_RENT = frozenset({"tenant", "landlord"})
_ROLES = {"representative": "partner", "other": "partner"}


class ImportedDeal(DealCreate):
    """A deal of a file: what one begins with, and how far it has come."""

    created_at: Moment | None = None
    closed_at: Moment | None = None
    final_price: Money | None = None
    lost_reason: Short | None = None
    object: Annotated[Line, Field(max_length=MAX_TITLE)] | None = None
    property_code: Annotated[Line, Field(max_length=200)] | None = None
    cadastral_number: Annotated[Line, Field(max_length=100)] | None = None


#: How the listing of a deal is named, the strongest first.
NAMING = ("property_id", "property_code", "cadastral_number")


@dataclass(slots=True)
class Row:
    """A row that can be taken. `people`: role, number of a client of ours or None, and who is named. Keys: `i` own id,
    `x` external id, `s` what the deal is called."""

    line: int
    source: Prepared
    values: dict[str, Any]
    listing: dict[str, Any]
    """What names the listing."""
    people: list[tuple[str, int | None, Person | None]]
    keys: tuple[str, ...]
    made: str | None
    told: frozenset[str]
    """What the file itself says, and is not made up for it."""
    warnings: Sequence[FieldProblem] = ()


Batch = rows.Batch[Row]


def read_ahead(table: Table, reading: Reading, *, own_process: bool = False) -> AbstractContextManager[Iterator[Batch]]:
    """Batches of checked rows, made in a thread beside the writing of the last ones."""
    return rows.read_ahead(table, DealReader(reading))


class DealReader(rows.RowReader[Cells, Row]):
    def __init__(self, reading: Reading) -> None:
        super().__init__(reading)
        self._same: dict[int, list[int]] = {}

    def plan(self, block: Block) -> FieldPlan:
        return plan(block.header, self.reading)

    def check(self, found: Cells) -> None:
        values, people = found.values, found.people
        roles = {who.partition(":")[0] for who in people}
        if "side" not in values and (side := _side(roles)):
            values["side"] = side
        elif "side" not in values:
            found.problems.append(FieldProblem("side", "import.side_unknown", {}))
            return
        checked = rows.checked(
            ImportedDeal, values, self.reading.zone, ESSENTIAL, found.problems, found.warnings, values_of
        )
        if checked is None:
            return
        found.values = checked
        if not any(checked.get(name) for name in ("title", "object", *NAMING)) and not (people or found.own):
            found.problems.append(FieldProblem("title", "field.missing", {}))
        stage = checked.get("stage")
        if stage == Stage.LOST and "lost_reason" not in checked:
            checked["lost_reason"] = checked.get("notes", "—").partition("\n")[0][:500]
        for name, stages in (("closed_at", ENDED), ("final_price", {Stage.CLOSED}), ("lost_reason", {Stage.LOST}),
                             ("reserved_until", HOLDING | {Stage.CLOSED})):  # fmt: skip
            if name in checked and stage not in stages:
                # The day on which a deal was to close, of one that has not.
                keep(checked, name, str(checked.pop(name)))

    def row(self, source: Prepared, found: Cells, digest: int) -> Row | None:
        values, warnings = found.values, found.warnings
        told = frozenset(values)
        listing = {name: values.pop(name) for name in NAMING if name in values}
        called = values.pop("object", None)
        people: list[tuple[str, int | None, Person | None]] = []
        for who, said in found.people.items():
            role = who.partition(":")[0]
            if role == "client":
                role = _CLIENT.get(values["side"], "buyer" if values.get("kind") != DealKind.RENT else "tenant")
            person = person_cells.person(source.line, said, _ROLES.get(role, role), self.reading.zone, warnings)
            people.append((role, said.get("id"), person))
        if "kind" not in values and (values["side"] in _RENT or {role for role, _, _ in people} & _RENT):
            values["kind"] = DealKind.RENT.value
        if "title" not in values and called:
            values["title"] = called
        elif called and called != values["title"]:
            keep(values, "object", called)
        keys = [f"i{found.own[0]}"] if found.own else []
        if external := values.get("external_id"):
            keys.append("x" + external)
        else:
            named = [person.keys[0] for _, _, person in people if person]
            what = fingerprint(
                values.get("title"), sorted(listing.items()), values.get("kind"), values["side"],
                values.get("contract_number"), named if not (values.get("title") or listing) else None,
            )  # fmt: skip
            earlier = self._same.setdefault(what, [])
            if digest in earlier:
                return None
            values["stable_key"] = f"{what}#{len(earlier)}"
            earlier.append(digest)
            keys.append("s" + values["stable_key"])
        values["import_hash"] = digest
        made = found.own[1] if found.own else None
        return Row(source.line, source, values, listing, people, tuple(keys), made, told, warnings)


def _side(roles: set[str]) -> str | None:
    """Whom we work for, where a file names one side of a deal alone, or both."""
    named: Sequence[str] = [one for one in ("buyer", "seller", "tenant", "landlord") if one in roles]
    if len(named) == 1:
        return named[0]
    return Side.BOTH.value if len(named) > 1 else None
