"""How deals and offers are taken back, and what of other slices they stand on, for `desk.undo`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from realty_cli.deals.listings import Listings, holds
from realty_cli.deals.repository import DealRows
from realty_cli.store.database import Connection
from realty_cli.store.rows import UndoRows, refuse_named
from realty_cli.store.word_index import in_parts

#: What names a deal, column by column.
_NAMING_DEALS = (
    "deal_links.before_id",
    "offers.deal_id",
    "commissions.deal_id",
    "payments.deal_id",
    "expenses.deal_id",
)
#: What of this slice names a listing, and what a client.
NAMING_LISTINGS = ("deals.property_id", "offers.property_id", "expenses.property_id")
NAMING_CLIENTS = ("deal_parties.client_id", "offers.client_id", "payments.client_id")


class Undoable(Protocol):
    """As `desk.undo` has it, which stands above."""

    def existing(self, numbers: Sequence[int]) -> set[int]: ...

    def remove(self, numbers: Sequence[int]) -> None: ...

    def insert(self, states: Mapping[int, Mapping[str, Any]]) -> None: ...

    def rewrite(self, states: Mapping[int, Mapping[str, Any]]) -> None: ...

    def withdrawn(self, operation: int, undo: int, *, redo: bool) -> None: ...


class UndoDeals(UndoRows):
    def __init__(self, rows: DealRows, listings: Listings) -> None:
        super().__init__(rows)
        self._deals, self._listings = rows, listings

    def remove(self, numbers: Sequence[int]) -> None:
        refuse_named(self._deals.db, _NAMING_DEALS, numbers)
        super().remove(numbers)

    def insert(self, states: Mapping[int, Mapping[str, Any]]) -> None:
        self._refuse_held(states)
        super().insert(states)
        # The store works out what lines come to as they are written, and these may be there already.
        for some, params in in_parts(list(states)):
            self._deals.db.run(
                f"UPDATE commissions SET deal_id = deal_id WHERE deal_id IN {some} AND deleted_at IS NULL", params
            )

    def rewrite(self, states: Mapping[int, Mapping[str, Any]]) -> None:
        self._refuse_held(states)
        super().rewrite(states)

    def _refuse_held(self, states: Mapping[int, Mapping[str, Any]]) -> None:
        for number, state in states.items():
            deal = {"deleted_at": None, "property_id": None, **state, "id": number}
            if holds(deal):
                self._listings.refuse_held(deal)


class UndoCommissions(UndoRows):
    def remove(self, numbers: Sequence[int]) -> None:
        refuse_named(self._rows.db, ("payments.commission_id",), numbers)
        super().remove(numbers)


class StandsUnder:
    """An `Undoable` of a lower slice whose objects are named by the tables of this one."""

    def __init__(self, db: Connection, inner: Undoable, naming: Sequence[str]) -> None:
        self._db, self._inner, self._naming = db, inner, naming
        self.existing, self.insert, self.rewrite = inner.existing, inner.insert, inner.rewrite
        self.withdrawn = inner.withdrawn

    def remove(self, numbers: Sequence[int]) -> None:
        refuse_named(self._db, self._naming, numbers)
        self._inner.remove(numbers)
