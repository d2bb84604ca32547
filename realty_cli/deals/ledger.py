"""What commission lines, payments, expenses and targets have in common: read, entered, changed, binned in one way.

Each kind is a `Ledger` with rules of its own; all of them work within the deals of one actor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from realty_cli.auth.policy import Act, require
from realty_cli.errors import NotFound
from realty_cli.kit.clock import stamp
from realty_cli.store import paging
from realty_cli.store.filtering import begin, newest
from realty_cli.store.paging import Sorting
from realty_cli.store.rows import RowKind, Rows
from realty_cli.store.selection import Selection

if TYPE_CHECKING:
    from realty_cli.deals.service import DealService
    from realty_cli.kit.schema import Schema


class Ledger:
    """One kind of money. A subclass says what its list is narrowed by and what must hold of a row."""

    kind: ClassVar[RowKind]
    sorting: ClassVar[Sorting]
    equal: ClassVar[tuple[str, ...]]
    limits: ClassVar[Mapping[str, str]]
    read: ClassVar[Act] = Act.DEAL_READ
    write: ClassVar[Act] = Act.DEAL_WRITE

    def __init__(self, deals: DealService) -> None:
        self.deals = deals
        self.db, self.actor, self.clock = deals.db, deals.actor, deals.clock
        self.rows = Rows(deals.db, deals.log, deals.clock, self.kind)

    # What a kind gives --------------------------------------------------------------------------------------------

    def narrow(self, wanted: Any, chosen: Selection) -> None:
        """Conditions of the filter that are no equal values and no bounds."""

    def complete(self, values: dict[str, Any]) -> None:
        """Check a new row, and fill in what follows from what was given."""

    def change(self, before: Mapping[str, Any], changes: dict[str, Any]) -> None:
        """Check changes of a row, and complete them."""

    def shown(self, states: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Rows as the API and `--json` show them."""
        return [self.kind.presented(state) for state in states]

    def moved(self, row: Mapping[str, Any]) -> list[dict[str, Any]]:
        """What else changes because a row was entered, changed, binned or brought back; effects of it for the answer.

        `row` is the row as it stands now, or stood last.
        """
        return []

    # Reading ------------------------------------------------------------------------------------------------------

    def get(self, number: int, *, deleted: bool | None = False) -> dict[str, Any]:
        require(self.actor, self.read)
        found = self.rows.state(self.actor, number, deleted=deleted)
        if found is None:
            raise NotFound(self.kind.missing, id=number)
        return self.shown([found])[0]

    def page(
        self,
        wanted: Any,
        *,
        sort: str | None = None,
        limit: int = 20,
        offset: int = 0,
        cursor: str | None = None,
        total: bool = True,
    ) -> dict[str, Any]:
        """One page: `{items, total, limit, offset, next_cursor}`."""
        require(self.actor, self.read)
        chosen = Selection(self.kind.table, "")
        begin(self.actor, wanted, chosen, self.equal, self.limits)
        self.narrow(wanted, chosen)
        found = paging.page(
            self.db, chosen, self.sorting.order(sort), self.kind.columns, limit=limit, offset=offset, cursor=cursor,
            total=total, newest=newest(self.actor, wanted, f"ix_{self.kind.table}_owner"),
        )  # fmt: skip
        return paging.answer(self.shown([self.kind.state(row) for row in found.rows]), found, limit, offset)

    def of_deal(self, number: int) -> list[dict[str, Any]]:
        """The live rows of a deal that the actor may see, oldest first: whole states."""
        rows = self.db.all(
            f"SELECT {self.kind.select} FROM {self.kind.table} p WHERE p.deal_id = :deal AND p.deleted_at IS NULL"
            " ORDER BY p.id",
            {"deal": number},
        )
        return [self.kind.state(row) for row in rows]

    # Changing -----------------------------------------------------------------------------------------------------

    def create(self, data: Schema) -> dict[str, Any]:
        require(self.actor, self.write)
        values = {name: value for name, value in given(data).items() if value is not None}
        for name in type(data).model_fields:
            # Vocabularies that have a default.
            if getattr(data, name) is not None:
                values.setdefault(name, getattr(data, name))
        self.complete(values)
        (number,) = self.rows.insert([values])
        changed = self.moved(self.rows.states([number])[number])
        return self._answer(number, changed)

    def update(self, number: int, data: Schema, *, expected_version: int | None = None) -> dict[str, Any]:
        """Change the fields that were sent."""
        require(self.actor, self.write)
        before = self.rows.live(self.actor, number, expected_version)
        changes = given(data)
        self.change(before, changes)
        changes = {name: value for name, value in changes.items() if before.get(name) != value}
        self.rows.update([(before, changes)])
        return self._answer(number, self.moved(self.rows.states([number])[number]))

    def delete(self, number: int, *, expected_version: int | None = None) -> None:
        """Move to the bin."""
        require(self.actor, self.write)
        before = self.rows.live(self.actor, number, expected_version)
        self.rows.update([(before, {"deleted_at": stamp(self.clock.now())})], action="delete", touch=False)
        self.moved(before)

    def restore(self, number: int) -> dict[str, Any]:
        """Bring back from the bin."""
        require(self.actor, self.write)
        before = self.rows.restorable(self.actor, number)
        self.returns(before)
        self.rows.update([(before, {"deleted_at": None})], action="restore", touch=False)
        return self._answer(number, self.moved(before))

    def returns(self, row: Mapping[str, Any]) -> None:
        """Check that a row may come back from the bin."""

    def hand_over(self, deal: int, owner: int) -> None:
        """The rows of a deal follow it to another owner."""
        pairs = [(state, {"owner_id": owner}) for state in self.of_deal(deal)]
        self.rows.update(pairs)

    def _answer(self, number: int, changed: list[dict[str, Any]]) -> dict[str, Any]:
        found = self.get(number)
        return found | {"changed": changed} if self.tells else found

    #: Whether the answer of a change has `changed`.
    tells: ClassVar[bool] = False

    def mine(self, table: str, number: int | None, field: str, code: str) -> None:
        """Whatever a row names has to be the actor's."""
        if number is not None:
            self.deals.require_mine(table, [number], field, code)


def given(data: Schema) -> dict[str, Any]:
    """The fields that were sent; an empty text or list says nothing, like null."""
    values = {name: getattr(data, name) for name in data.model_fields_set}
    return {name: None if value in ("", []) else value for name, value in values.items()}
