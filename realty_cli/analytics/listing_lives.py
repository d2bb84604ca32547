"""Lives of the listings of a scope, as a stream: each with its moves and its prices, none twice, at a flat memory.

What ended long before the question plays no part in it and is not read: a listing that is closed, and was already
closed at `since`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from realty_cli.analytics.lives import Facts, Life, prices_of, spells_of
from realty_cli.analytics.scope import Scope
from realty_cli.store.database import Connection, Row

_COLUMNS = (
    "p.id, p.owner_id, p.deal_type, p.currency, p.property_type, p.district, p.rooms, p.status, p.price, p.final_price,"
    " p.area_total, p.listed_at, p.created_at, p.closed_at"
)
_OPEN = "('draft', 'active', 'reserved')"


def relevant(scope: Scope, params: dict[str, Any], since: str, *, standing: bool = True) -> str:
    """A statement: the numbers of the listings of a scope that are open (`standing`) or changed since a moment."""
    params["since"] = since
    mine = scope.listings(params)
    # Each way by an index of its own; together they would be one look through all listings.
    open_ = f"SELECT p.id FROM properties p WHERE {mine} AND p.status IN {_OPEN} UNION " if standing else ""
    return (
        f"{open_}SELECT p.id FROM properties p WHERE {mine} AND p.closed_at >= :since"
        f" UNION SELECT p.id FROM property_statuses s JOIN properties p ON p.id = s.property_id"
        f" WHERE s.effective_at >= :since AND {mine}"
    )


def lives(db: Connection, scope: Scope, since: str, *, standing: bool = True) -> Iterator[Life]:
    """Every listing of the scope that was not closed at `since` already, in the order of numbers. Without `standing`,
    those alone that were closed or moved since."""
    params: dict[str, Any] = {}
    wanted = relevant(scope, params, since, standing=standing)
    facts = db.stream(f"SELECT {_COLUMNS} FROM properties p WHERE p.id IN ({wanted}) ORDER BY p.id", params)
    moves = _Beside(
        db.stream(
            "SELECT s.property_id, s.old_status, s.new_status, s.effective_at FROM property_statuses s"
            f" WHERE s.withdrawn_by IS NULL AND s.property_id IN ({wanted}) ORDER BY s.property_id, s.id",
            params,
        )
    )
    prices = _Beside(
        db.stream(
            "SELECT s.property_id, s.old_price, s.new_price, s.effective_at FROM property_prices s"
            f" WHERE s.withdrawn_by IS NULL AND s.property_id IN ({wanted}) ORDER BY s.property_id, s.id",
            params,
        )
    )
    for row in facts:
        one = Facts(*row)
        yield Life(one, spells_of(one, moves.of(one.id)), prices_of(prices.of(one.id)))


class _Beside:
    """Rows of a stream that belong to a number, where numbers only grow."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._groups = groupby(rows, key=itemgetter(0))
        self._next = next(self._groups, None)

    def of(self, number: int) -> list[Any]:
        while self._next is not None and self._next[0] < number:
            self._next = next(self._groups, None)
        if self._next is None or self._next[0] != number:
            return []
        found = [row[1:] for row in self._next[1]]
        self._next = next(self._groups, None)
        return found
