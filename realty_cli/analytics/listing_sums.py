"""Keeping the sums of listings: what the log says has changed is taken out of them and put in anew, after the fact.

Nobody's write waits for it, and no reader writes: `listing_answers` corrects what it reads by what has changed since. A
listing is always counted as it stands when the sums are written, so the same change may come twice, and in any order.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from realty_cli.analytics import listing_asks
from realty_cli.analytics.listing_asks import Which
from realty_cli.analytics.listing_lives import lives_of
from realty_cli.analytics.listing_moves import COUNTED, DAY, UNIX, Move, moves_of
from realty_cli.errors import RealtyError
from realty_cli.store.database import Connection
from realty_cli.store.selection import among

#: Another version of the rules of lives or moves makes all sums anew.
RULES = 2
#: Changes that are worth a writing to a server; those with which readers ask the listings themselves; and those that
#: are better written by a process of its own, which takes its memory with it.
ENOUGH, LONG, MANY = 200, 2_000, 50_000
#: Listings of one transaction: few, so that who enters something waits for milliseconds; many at once where there are
#: more to come than _MANY, since every transaction writes the pages anew on which its moments lie.
_FEW, _MANY, _AT_ONCE = 1_000, 20_000, 50_000
_ROWS = 5_000
#: The columns of a move that no other of the same listing is like.
_ONCE = ", ".join(one for one in Move._fields if one not in ("earlier", "later"))
_KIND = "property"
_OPEN = "('draft', 'active', 'reserved')"
_TAKEN = "('sold', 'rented')"


class State(NamedTuple):
    """See `tables.ListingSumsRow`."""

    rules: int
    seq: int
    operation: int
    built_to: int | None
    round: int

    @property
    def whole(self) -> bool:
        return self.rules == RULES and self.built_to is None


class Keeper:
    """What writes the sums, a little at a time, in transactions of its own: `opened` is `Realty.transaction`."""

    def __init__(self, opened: Callable[..., AbstractContextManager[Connection]]) -> None:
        self._opened = opened

    def outstanding(self) -> int:
        """How many changes are not in the sums; all listings where they are not made yet."""
        with self._opened() as db:
            state, last = state_of(db), _last(db, "changes", "seq")
            if state is None or not state.whole or state.seq > last:
                return _last(db, "properties", "id")
            return last - state.seq

    def keep(self, stop: Callable[[], bool] = lambda: False) -> None:
        """Write all that is outstanding. Raises `Busy` where another writer takes too long."""
        while not stop():
            with self._opened(write=True) as db:
                if not step(db):
                    return

    def catch_up(self) -> None:
        """Write what is outstanding where that is so much that readers do without the sums; which they go on to where
        somebody else writes, or the store cannot be written."""
        with suppress(RealtyError):
            if self.outstanding() >= LONG:
                self.keep()


def state_of(db: Connection) -> State | None:
    row = db.one("SELECT rules, seq, operation, built_to, round FROM listing_sums")
    return None if row is None else State(*row)


def forget(db: Connection) -> None:
    """Have the sums made anew: for who writes past the log."""
    for table in ("listing_sums", "listing_days", "listing_moves", "listing_asks"):
        db.run(f"DELETE FROM {table}")


def step(db: Connection) -> bool:
    """One writing; whether there is more to write."""
    state = state_of(db)
    last = _last(db, "changes", "seq")
    if state is None or state.rules != RULES or state.seq > last:
        forget(db)
        db.run(
            "INSERT INTO listing_sums (id, rules, seq, operation, built_to, round)"
            " VALUES (1, :rules, :seq, :operation, 0, 0)",
            {"rules": RULES, "seq": last, "operation": _last(db, "operations", "id")},
        )
        return True
    if state.built_to is not None:
        return _build(db, state.built_to)
    return _follow(db, state, last)


def changed(db: Connection, state: State, most: int) -> tuple[list[int], int | None]:
    """The listings that changed after the sums were written, at most so many changes on, and the change up to which
    this is so, none where it is the last."""
    rows = db.all(
        f"SELECT seq, object_id FROM changes WHERE seq > :seq AND kind = '{_KIND}' ORDER BY seq LIMIT :most",
        {"seq": state.seq, "most": most},
    )
    found = {row[1] for row in rows}
    if len(rows) == most:
        return sorted(found), rows[-1][0]
    # An undo withdraws steps of a history, and need not change the listing: it may have come back by itself.
    found.update(
        row[0]
        for table in ("property_statuses", "property_prices")
        for row in db.all(
            "SELECT h.property_id FROM operations o JOIN operations u ON u.id = o.undoes"
            f" JOIN {table} h ON h.operation_id IN (u.id, u.undoes) WHERE o.id > :operation",
            {"operation": state.operation},
        )
    )
    return sorted(found), None


def _last(db: Connection, table: str, column: str) -> int:
    return int(db.value(f"SELECT coalesce(max({column}), 0) FROM {table}"))


def _build(db: Connection, built_to: int) -> bool:
    last = _last(db, "properties", "id")
    upto = min(last, built_to + _AT_ONCE)
    _add(db, lambda column: f"{column} > :low AND {column} <= :high", {"low": built_to, "high": upto})
    if upto == last:
        _sum_all(db)
    db.run(
        "UPDATE listing_sums SET built_to = :upto, round = round + 1", {"upto": upto if upto < last else None}
    )  # fmt: skip
    return True


def _follow(db: Connection, state: State, last: int) -> bool:
    if last == state.seq:
        return False
    numbers, upto = changed(db, state, _FEW if last - state.seq < _MANY else _AT_ONCE)
    if numbers:
        which, params = _those(db, numbers)
        ours = which("property_id")
        _sum(db, ours, params, "-")
        for table in ("listing_moves", "listing_asks"):
            db.run(f"DELETE FROM {table} WHERE {ours}", params)
        _add(db, which, params)
        _sum(db, ours, params)
    operation = _last(db, "operations", "id") if upto is None else state.operation
    db.run(
        "UPDATE listing_sums SET seq = :seq, operation = :operation, round = round + 1",
        {"seq": last if upto is None else upto, "operation": operation},
    )
    return upto is not None


def _those(db: Connection, numbers: list[int]) -> tuple[Which, dict[str, Any]]:
    """The condition that a column is one of these numbers, which are in order. Those of an import have no gaps."""
    if numbers[-1] - numbers[0] == len(numbers) - 1:
        return lambda column: f"{column} >= :low AND {column} <= :high", {"low": numbers[0], "high": numbers[-1]}
    params: dict[str, Any] = {}
    some = among(db, "@", "numbers", numbers, params)
    return lambda column: some.replace("@", column), params


def _add(db: Connection, which: Which, params: dict[str, Any]) -> None:
    """The moves of listings that have none yet, as they stand, and what was asked for them."""
    # To be able to take one statement back, SQLite would hold every page that it changes as it was, in memory.
    insert = "INSERT OR FAIL" if db.sqlite else "INSERT"
    db.run(f"{insert} INTO listing_moves ({_ONCE}) {_plain(db, which('p.id'))}", params)
    rest = db.all(
        f"SELECT p.id FROM properties p WHERE {which('p.id')} AND p.deleted_at IS NULL"
        f" AND NOT EXISTS (SELECT 1 FROM listing_moves m WHERE m.property_id = p.id)",
        params,
    )
    told = (move for life in lives_of(db, [row[0] for row in rest]) for move in moves_of(life))
    while some := list(islice(told, _ROWS)):
        db.insert("listing_moves", Move._fields, some)
    listing_asks.add(db, which, params, partial(_micros, db))


def _sum(db: Connection, which: str, params: dict[str, Any], sign: str = "") -> None:
    """Add moves to the sums of their days, or take them out."""
    names = ", ".join(COUNTED)
    sums = ", ".join(f"{sign}sum({name})" for name in COUNTED)
    added = ", ".join(f"{name} = listing_days.{name} + excluded.{name}" for name in COUNTED)
    db.run(
        f"INSERT INTO listing_days (day, deal_type, currency, {names})"
        f" SELECT at / {DAY}, deal_type, currency, {sums} FROM listing_moves WHERE {which} GROUP BY 1, 2, 3"
        f" ON CONFLICT (day, deal_type, currency) DO UPDATE SET {added}",
        params,
    )


def _sum_all(db: Connection) -> None:
    """The sums of all moves, some days at a time: to sort them all at once takes what a server has in all."""
    start = 0
    while True:
        last = db.value(
            "SELECT max(at) FROM (SELECT at FROM listing_moves WHERE at >= :start ORDER BY at LIMIT :most) m",
            {"start": start, "most": _AT_ONCE},
        )
        if last is None:
            return
        end = (last // DAY + 1) * DAY
        _sum(db, "at >= :start AND at < :end", {"start": start, "end": end})
        start = end


def _plain(db: Connection, which: str) -> str:
    """The moves of listings that never moved, and of those that left the market in one move, which is nearly all of
    them: as `moves_of` has them, by the database. A listing that came in as closed stood from `listed_at` on."""
    kept = "s.property_id = p.id AND s.withdrawn_by IS NULL"
    other = "SELECT 1 FROM property_statuses m WHERE m.property_id = p.id AND m.id <> s.id AND m.withdrawn_by IS NULL"
    closed = f"p.status NOT IN {_OPEN}"
    born = (
        f"CASE WHEN s.id IS NULL AND {closed} THEN p.listed_at WHEN p.status = 'draft' THEN p.created_at"
        " ELSE coalesce(p.listed_at, p.created_at) END"
    )
    went = f"CASE WHEN {closed} THEN coalesce(s.effective_at, p.closed_at, p.created_at) END"
    return (
        "WITH named AS (SELECT p.id, p.deal_type, p.currency, p.status, p.property_type, p.district, p.rooms,"
        f" {born} AS born, {went} AS went"
        f" FROM properties p LEFT JOIN property_statuses s ON {kept}"
        f" WHERE {which} AND p.deleted_at IS NULL AND (s.id IS NULL OR (s.old_status = 'active'"
        f" AND s.new_status = p.status AND {closed} AND NOT EXISTS ({other})))),"
        " plain AS MATERIALIZED (SELECT id, deal_type, currency, status, property_type, district, rooms,"
        f" {_micros(db, 'born')} AS born, {_micros(db, 'went')} AS went FROM named)"
        f" SELECT born, id, deal_type, currency, {_one('went IS NULL AND {}', 'draft')},"
        " CASE WHEN went IS NULL AND status <> 'active' THEN 0 ELSE 1 END,"
        f" {_one('went IS NULL AND {}', 'reserved')}, 0, 0, 0,"
        " CASE WHEN went IS NULL AND status <> 'active' THEN 0 ELSE 1 END,"
        f" {_one('{}', 'reserved')}, 0, 0, CAST(NULL AS double precision), 1, NULL, NULL, CAST(NULL AS integer)"
        " FROM plain WHERE went IS NULL OR born < went"
        " UNION ALL SELECT went, id, deal_type, currency, 0, CASE WHEN born < went THEN -1 ELSE 0 END, 0,"
        f" {_one('{}', 'sold')}, {_one('{}', 'rented')}, {_one('{}', 'withdrawn')}, 0, 0,"
        f" CASE WHEN status IN {_TAKEN} THEN 1 ELSE 0 END, {_one('born < went AND {}', 'withdrawn')},"
        " CASE WHEN born < went THEN CAST(went - born AS double precision) / 1000000.0 / 86400.0 END, 1,"
        " property_type, district, rooms"
        " FROM plain WHERE went IS NOT NULL ORDER BY 1, 2"
    )


def _one(condition: str, status: str) -> str:
    """1 where a condition holds that speaks of this status."""
    spoken = condition.replace("{}", f"status = '{status}'")
    return f"CASE WHEN {spoken} THEN 1 ELSE 0 END"


def _micros(db: Connection, moment: str) -> str:
    """`listing_moves.micros` of an expression."""
    if db.sqlite:
        return (
            f"(CAST(strftime('%s', substr({moment}, 1, 19)) AS INTEGER) + {UNIX}) * 1000000"
            f" + CAST(substr({moment}, 21, 6) AS INTEGER)"
        )
    return f"CAST(extract(epoch FROM {moment}) * 1000000 AS bigint) + {UNIX}000000"
