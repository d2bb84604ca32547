"""Listings of a scope as streams, none twice, at a flat memory: those without a history and those with one move from
the market as they stand, all others as whole lives.

Nearly every listing of a large agency is of the former two kinds, and takes a tenth of what a life takes. What ended
long before the question plays no part in it and is not read: a listing that was closed at `since` already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from realty_cli.analytics.lives import Facts, Life, Step, prices_of, spells_of
from realty_cli.analytics.scope import Scope
from realty_cli.store.database import Connection, Row
from realty_cli.store.selection import among

_COLUMNS = (
    "p.id, p.owner_id, p.deal_type, p.currency, p.property_type, p.district, p.rooms, p.status, p.price, p.final_price,"
    " CASE WHEN p.property_type = 'land' THEN p.area_land ELSE p.area_total END, p.listed_at, p.created_at,"
    " p.closed_at"
)
#: As the condition of the index `ix_properties_open` has it: what says otherwise is not answered by it.
OPEN = "p.status IN ('draft', 'active', 'reserved')"
#: What is open has not closed, and was not paid for: an index of it does not hold that.
_OPEN_COLUMNS = _COLUMNS.replace("p.final_price", "NULL").replace("p.closed_at", "NULL")
_CLOSED = "p.status IN ('sold', 'rented', 'withdrawn')"
_MOVED = "EXISTS (SELECT 1 FROM property_statuses m WHERE m.property_id = p.id AND m.withdrawn_by IS NULL)"
_PRICED = "EXISTS (SELECT 1 FROM property_prices c WHERE c.property_id = p.id AND c.withdrawn_by IS NULL)"
#: One move from the market.
_ONCE = (
    "s.withdrawn_by IS NULL AND s.effective_at >= :since AND s.old_status = 'active'"
    " AND s.new_status = p.status AND NOT EXISTS (SELECT 1 FROM property_statuses m WHERE m.property_id = p.id"
    " AND m.id <> s.id AND m.withdrawn_by IS NULL)"
)
#: What a statement says of a listing whose price has a history.
_WITH_STEPS = 2


class Numbers:
    """Numbers of rows, a byte each: of a million listings a set would take what a server has in all."""

    def __init__(self) -> None:
        self._seen = bytearray()

    def add(self, number: int) -> None:
        try:
            self._seen[number] = 1
        except IndexError:
            self._seen.extend(bytes(number + 1))
            self._seen[number] = 1

    def __contains__(self, number: int) -> bool:
        return number < len(self._seen) and self._seen[number] == 1


class Gone(NamedTuple):
    """A listing that came to the market and left it, in one move at `at`. Without regard to its price."""

    id: int
    born: str
    at: str
    status: str
    deal_type: str
    currency: str


def open_ones(db: Connection) -> str:
    """How to find open listings, behind the name of their table: SQLite would read all listings for it."""
    return " INDEXED BY ix_properties_open" if db.sqlite else ""


class Open(NamedTuple):
    """Some open listings: those on the market that never moved and never changed their price, which are nearly all, as
    plain rows (`PLAIN`); others that never moved, with the steps of their prices; and the numbers of those that have
    moved."""

    plain: list[Row]
    priced: list[tuple[Facts, list[Step]]]
    moved: list[int]


def standing(db: Connection, scope: Scope) -> Iterator[Open]:
    """Open listings, some at a time."""
    params: dict[str, Any] = {}
    mine = scope.listings(params)
    sql = (
        f"SELECT CASE WHEN {_MOVED} THEN 1 WHEN {_PRICED} THEN 2 WHEN p.status <> 'active' THEN 3 ELSE 0 END,"
        f" {_OPEN_COLUMNS} FROM properties p{open_ones(db)} WHERE {mine} AND {OPEN}"
    )
    for rows in db.batches(sql, params):
        steps = _steps(db, [row[1] for row in rows if row[0] == _WITH_STEPS])
        yield Open(
            [row for row in rows if row[0] == 0],
            [(Facts(*row[1:]), steps.get(row[1], [])) for row in rows if row[0] > 1],
            [row[1] for row in rows if row[0] == 1],
        )


def gone(db: Connection, scope: Scope, since: str) -> Iterator[tuple[Facts, str, list[Step]]]:
    """Closed listings that made one move, from the market, since a moment; each with when, and with the steps of its
    price where that was not before the period."""
    params: dict[str, Any] = {"since": since, "start": scope.start}
    mine = scope.listings(params)
    sql = (
        f"SELECT CASE WHEN s.effective_at >= :start AND {_PRICED} THEN 2 ELSE 0 END, s.effective_at, {_COLUMNS}"
        " FROM property_statuses s JOIN properties p ON p.id = s.property_id"
        f" WHERE {mine} AND {_CLOSED} AND {_ONCE}"
    )
    for rows in db.batches(sql, params):
        steps = _steps(db, [row[2] for row in rows if row[0] == _WITH_STEPS])
        for row in rows:
            yield Facts(*row[2:]), row[1], steps.get(row[2], [])


def _steps(db: Connection, numbers: list[int]) -> dict[int, list[Step]]:
    """The steps of the prices of these listings."""
    if not numbers:
        return {}
    params: dict[str, Any] = {}
    found: dict[int, list[Row]] = {}
    for number, *change in db.all(
        "SELECT s.property_id, s.old_price, s.new_price, s.effective_at FROM property_prices s"
        f" WHERE s.withdrawn_by IS NULL AND {among(db, 's.property_id', 'numbers', numbers, params)} ORDER BY s.id",
        params,
    ):
        found.setdefault(number, []).append(tuple(change))
    return {number: prices_of(changes) for number, changes in found.items()}


def left(db: Connection, scope: Scope, since: str) -> Iterator[Gone]:
    """Closed listings that made one move, from the market, since a moment."""
    params: dict[str, Any] = {"since": since}
    mine = scope.listings(params)
    rows = db.stream(
        "SELECT p.id, coalesce(p.listed_at, p.created_at), s.effective_at, p.status, p.deal_type, p.currency"
        " FROM property_statuses s JOIN properties p ON p.id = s.property_id"
        f" WHERE {mine} AND {_CLOSED} AND {_ONCE}",
        params,
    )
    return (Gone(*row) for row in rows)


def arrivals(db: Connection, scope: Scope, since: str) -> Iterator[str]:
    """When each active listing came to the market that never moved."""
    params: dict[str, Any] = {"since": since}
    mine = scope.listings(params)
    rows = db.stream(
        f"SELECT coalesce(p.listed_at, p.created_at) FROM properties p{open_ones(db)} WHERE {mine} AND {OPEN}"
        " AND p.status = 'active' AND coalesce(p.listed_at, p.created_at) >= :since"
        f" AND NOT {_MOVED}",
        params,
    )
    return (row[0] for row in rows)


def lives(
    db: Connection, scope: Scope, since: str, *, standing: bool = True, without: Numbers | None = None
) -> Iterator[Life]:
    """Every listing of the scope that was not closed at `since` already, in the order of numbers. Without `standing`,
    those alone that were closed or moved since; `without` are all that `standing` and `gone` told."""
    told = "" if without is None else f" AND {_MOVED}"
    return _listed(db, scope, since, f" AND {OPEN}{told}" if standing else None, without or Numbers())


def restless(db: Connection, scope: Scope, since: str, without: Numbers, *, standing: bool = False) -> Iterator[Life]:
    """Those of `lives` that do not stand without a move; `without` are all that `left` gave."""
    return _listed(db, scope, since, f" AND {OPEN} AND {_MOVED}" if standing else None, without)


def _listed(db: Connection, scope: Scope, since: str, standing: str | None, without: Numbers) -> Iterator[Life]:
    """What was closed or moved since a moment, and what `standing` says."""
    params: dict[str, Any] = {"since": since}
    mine = scope.listings(params)
    # Each way by an index of its own; together they would be one look through all listings.
    ways = [
        f"SELECT p.id FROM properties p WHERE {mine} AND p.closed_at >= :since",
        "SELECT p.id FROM property_statuses h JOIN properties p ON p.id = h.property_id"
        f" WHERE h.effective_at >= :since AND {mine}",
    ]
    if standing is not None:
        ways.append(f"SELECT p.id FROM properties p{open_ones(db)} WHERE {mine}{standing}")
    rows = db.stream(" UNION ALL ".join(ways), params)
    return _whole(db, sorted({row[0] for row in rows if row[0] not in without}))


def lives_of(db: Connection, numbers: list[int]) -> Iterator[Life]:
    """The lives of these listings, of those that are out of the bin, in their order."""
    return _whole(db, numbers, " AND p.deleted_at IS NULL") if numbers else iter(())


def _whole(db: Connection, numbers: list[int], live: str = "") -> Iterator[Life]:
    def of(column: str) -> tuple[str, dict[str, Any]]:
        some: dict[str, Any] = {}
        return among(db, column, "numbers", numbers, some), some

    mine, params = of("p.id")
    facts = db.stream(f"SELECT {_COLUMNS} FROM properties p WHERE {mine}{live} ORDER BY p.id", params)
    theirs, params = of("s.property_id")
    moves = _Beside(
        db.stream(
            "SELECT s.property_id, s.old_status, s.new_status, s.effective_at FROM property_statuses s"
            f" WHERE s.withdrawn_by IS NULL AND {theirs} ORDER BY s.property_id, s.id",
            params,
        )
    )
    prices = _Beside(
        db.stream(
            "SELECT s.property_id, s.old_price, s.new_price, s.effective_at FROM property_prices s"
            f" WHERE s.withdrawn_by IS NULL AND {theirs} ORDER BY s.property_id, s.id",
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
