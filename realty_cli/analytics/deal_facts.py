"""What the store holds of deals and their money, as of the end of a scope: rows, no numbers yet.

A deal stands as of a moment where it stands today, taken back through the moves that came into force since. What was
said of its price, its parts and its dates has no such history and is taken as it is known today.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import orjson

from realty_cli.analytics.scope import Scope
from realty_cli.deals.commissions import SIGNED
from realty_cli.deals.kinds import ENDED, DealKind, Stage
from realty_cli.deals.sharing import worth
from realty_cli.kit.clock import stamp
from realty_cli.kit.lazy import lazy
from realty_cli.store.database import Connection
from realty_cli.store.selection import among, any_of

#: How far a deal has come; one that closed has been everywhere.
RANKS: dict[str, int] = {stage.value: rank for rank, stage in enumerate(Stage) if stage not in ENDED}
#: Chances are learned from deals that ended in so many days, and of these from the last so many.
LEARN_DAYS, LEARN_MOST = 730, 2_000
_OPEN = ", ".join(f"'{stage}'" for stage in RANKS)
_DEAL = "d.id, d.owner_id, d.kind, d.side, coalesce(d.final_price, d.amount), d.currency, d.created_at"
_LINE = "c.id, c.deal_id, c.amount, c.rate, c.splits, c.currency, c.due_on, c.paid_at"


class Closed(NamedTuple):
    """A closed deal; `price` in minor units of `currency`."""

    id: int
    owner: int
    kind: str
    side: str
    price: int | None
    currency: str
    began: str
    closed_at: str

    @property
    def sides(self) -> int:
        return 2 if self.side == "both" else 1


class Open(NamedTuple):
    """A deal that is neither closed nor lost, and what of it is not in other rows."""

    id: int
    owner: int
    kind: str
    stage: str
    price: int | None
    currency: str
    expected_close: str | None
    touched: str
    worth: int | None
    """The commission agreed for it, in its currency; None where nothing is, or where it is of an unknown price."""


class Line(NamedTuple):
    """A line of commission: what it comes to, and the parts that are not the agency's."""

    id: int
    deal: int
    total: int | None
    splits: Sequence[Mapping[str, Any]]
    currency: str
    due_on: str | None
    paid_at: str | None


class Move(NamedTuple):
    old: str | None
    new: str
    at: str


class Learned(NamedTuple):
    """How many deals of a kind that ended ever reached a stage, and how many of these closed."""

    reached: int
    won: int


class DealFacts:
    """All of one scope, each read when it is first asked for."""

    def __init__(self, db: Connection, scope: Scope) -> None:
        self._db, self._scope = db, scope
        self._start, self._end = scope.start, scope.end

    @lazy
    def moved(self) -> dict[int, list[Move]]:
        """The moves, oldest first, of the deals that moved since the end."""
        params: dict[str, Any] = {"end": self._end}
        rows = self._db.all(
            "SELECT DISTINCT s.deal_id FROM deal_stages s JOIN deals d ON d.id = s.deal_id"
            f" WHERE s.effective_at >= :end AND s.withdrawn_by IS NULL AND {self._deals(params)}",
            params,
        )
        return self._moves([row[0] for row in rows])

    @lazy
    def closed(self) -> list[Closed]:
        """The deals that closed in the period, and had not fallen through by its end."""
        return [one for one in self._closed(self._start) if one.closed_at >= self._start]

    @lazy
    def lost(self) -> list[tuple[int, str, str]]:
        """The number, kind and currency of the deals that were lost in the period, and still were at its end."""
        params: dict[str, Any] = {"start": self._start, "end": self._end}
        rows = self._db.all(
            "SELECT DISTINCT d.id, d.kind, d.currency, d.stage FROM deal_stages s JOIN deals d ON d.id = s.deal_id"
            " WHERE s.new_stage = 'lost' AND s.withdrawn_by IS NULL AND s.effective_at >= :start"
            f" AND s.effective_at < :end AND {self._deals(params)}",
            params,
        )
        return [(number, kind, money) for number, kind, money, now in rows if self.stage(number, now) == Stage.LOST]

    @lazy
    def open(self) -> list[Open]:
        """The deals that were open at the end."""
        columns = (
            "d.id, d.owner_id, d.kind, d.stage, d.amount, d.currency, d.expected_close, d.updated_at, d.created_at,"
            " c.amount, c.rate FROM deals d"
            " LEFT JOIN commissions c ON c.deal_id = d.id AND c.currency = d.currency AND c.deleted_at IS NULL"
        )
        params: dict[str, Any] = {}
        rows = self._db.all(f"SELECT {columns} WHERE d.stage IN ({_OPEN}) AND {self._deals(params)}", params)
        if self.moved:
            rows = [row for row in rows if row[0] not in self.moved]
            params = {}
            which = among(self._db, "d.id", "moved", list(self.moved), params)
            rows += self._db.all(f"SELECT {columns} WHERE {which} AND {self._deals(params)}", params)
        late = {row[0] for row in rows if row[7] >= self._end} - self.moved.keys()
        moves = {**self.moved, **self._moves(sorted(late))} if late else self.moved
        worths: dict[int, int | None] = {}
        found = {}
        for row in rows:
            number, price = row[0], row[4]
            total = worth(row[9], row[10], price)
            if number in worths:
                before = worths[number]
                worths[number] = total if before is None else before + (total or 0)
                continue
            worths[number] = total
            stage = self.stage(number, row[3]) if self.moved else row[3]
            if stage in RANKS:
                touched = self._touched(moves.get(number, ()), row[7], row[8])
                found[number] = (number, row[1], row[2], stage, price, row[5], row[6], touched)
        return [Open(*values, worths[number]) for number, values in found.items()]

    def stage(self, number: int, now: str) -> str | None:
        """Where a deal stood at the end that stands `now` today; None where there was none yet."""
        for move in self.moved.get(number, ()):
            if move.at >= self._end:
                return move.old
        return now

    def _touched(self, moves: Sequence[Move], updated_at: str, created_at: str) -> str:
        """When somebody last did something about a deal. An edit after the end hides the one before; moves do not."""
        if updated_at < self._end:
            return max(updated_at, created_at)
        return max([created_at, *(move.at for move in moves if move.at < self._end)])

    def _closed(self, start: str | None) -> list[Closed]:
        params: dict[str, Any] = {"end": self._end}
        since = ""
        if start is not None:
            params["start"] = start
            since = " AND d.closed_at >= :start"
        rows = self._db.all(
            f"SELECT {_DEAL}, d.closed_at FROM deals d WHERE d.stage = 'closed' AND d.closed_at < :end{since}"
            f" AND {self._deals(params)}",
            params,
        )
        found = {row[0]: Closed(*row) for row in rows}
        again = [one for one in self.moved if one not in found and self.stage(one, "") == Stage.CLOSED]
        if again:
            params = {}
            which = among(self._db, "d.id", "again", again, params)
            for row in self._db.all(f"SELECT {_DEAL} FROM deals d WHERE {which}", params):
                moves = self.moved[row[0]]
                at = max((move.at for move in moves if move.new == Stage.CLOSED and move.at < self._end), default="")
                found[row[0]] = Closed._make([*row, at])
        return list(found.values())

    def of_leads(self, leads: Sequence[int]) -> list[tuple[Closed, int]]:
        """The deals that these leads led to and that had closed by the end, whenever they did, with their leads."""
        if not leads:
            return []
        params: dict[str, Any] = {"end": self._end}
        which = among(self._db, "d.lead_id", "leads", leads, params)
        rows = self._db.all(
            f"SELECT {_DEAL}, d.closed_at, d.lead_id FROM deals d WHERE {which} AND d.stage = 'closed'"
            f" AND d.closed_at < :end AND {self._deals(params)}",
            params,
        )
        return [(Closed._make(row[:-1]), row[-1]) for row in rows]

    # Commission ---------------------------------------------------------------------------------------------------

    def lines(self, deals: Iterable[Closed | Open]) -> dict[int, list[Line]]:
        """The lines of deals, by deal."""
        prices = {deal.id: deal.price for deal in deals}
        found: dict[int, list[Line]] = defaultdict(list)
        if prices:
            params: dict[str, Any] = {}
            which = among(self._db, "c.deal_id", "deals", list(prices), params)
            rows = self._db.all(f"SELECT {_LINE} FROM commissions c WHERE c.deleted_at IS NULL AND {which}", params)
            for line in _read((*row, prices[row[1]]) for row in rows):
                found[line.deal].append(line)
        return found

    @lazy
    def paid(self) -> list[tuple[Closed, Line]]:
        """The lines that were paid in the period, with their deals; `closed_at` is "" for one that has not closed."""
        params: dict[str, Any] = {"start": self._start, "end": self._end}
        return self._with_deals("c.paid_at >= :start AND c.paid_at < :end", params)

    @lazy
    def owed(self) -> list[tuple[Closed, Line, int]]:
        """The lines of closed deals that were not paid by the end, and how much of each was not."""
        end = self._end
        found = []
        for paid in ("c.paid_at IS NULL", "c.paid_at >= :end"):
            found += self._with_deals(f"{paid} AND d.stage = 'closed' AND d.closed_at < :end", {"end": end})
        fallen = [deal for deal in self._closed(end) if deal.id in self.moved]
        known = {deal.id for deal, _ in found}
        lines = self.lines(deal for deal in fallen if deal.id not in known)
        found += [
            (deal, line)
            for deal in fallen
            for line in lines.get(deal.id, ())
            if line.paid_at is None or line.paid_at >= end
        ]
        came = self._came([line.id for _, line in found])
        return [
            (deal, line, left)
            for deal, line in found
            if line.total is not None and (left := line.total - came.get(line.id, 0)) > 0
        ]

    def _with_deals(self, condition: str, params: dict[str, Any]) -> list[tuple[Closed, Line]]:
        rows = self._db.all(
            f"SELECT {_LINE}, {_DEAL}, d.closed_at FROM commissions c JOIN deals d ON d.id = c.deal_id"
            f" WHERE c.deleted_at IS NULL AND {condition} AND {self._deals(params)}",
            params,
        )
        size = _LINE.count(",") + 1
        deals = [Closed._make([*row[size:-1], row[-1] or ""]) for row in rows]
        lines = _read((*row[:size], deal.price) for row, deal in zip(rows, deals, strict=True))
        return list(zip(deals, lines, strict=True))

    def _came(self, lines: Sequence[int]) -> dict[int, int]:
        if not lines:
            return {}
        params: dict[str, Any] = {"end": self._end}
        which = among(self._db, "commission_id", "lines", lines, params)
        return {
            number: int(total)
            for number, total in self._db.all(
                f"SELECT commission_id, sum({SIGNED}) FROM payments WHERE {which} AND at < :end AND deleted_at IS NULL"
                " GROUP BY commission_id",
                params,
            )
        }

    # Chances ------------------------------------------------------------------------------------------------------

    @lazy
    def learned(self) -> dict[tuple[str, str], Learned]:
        """By kind and stage, what became of the deals that reached it, of the last that ended before the end."""
        params: dict[str, Any] = {
            "end": self._end, "since": stamp(self._scope.as_of - timedelta(days=LEARN_DAYS)), "most": LEARN_MOST,
        }  # fmt: skip
        rows = self._db.all(
            "SELECT s.deal_id, d.kind, d.stage FROM deal_stages s JOIN deals d ON d.id = s.deal_id"
            " WHERE s.new_stage IN ('closed', 'lost') AND s.withdrawn_by IS NULL AND s.effective_at < :end"
            f" AND s.effective_at >= :since AND {self._deals(params)}"
            " ORDER BY s.effective_at DESC, s.new_stage DESC, s.deal_id DESC LIMIT :most",
            params,
        )
        ended = {number: (kind, self.stage(number, now)) for number, kind, now in rows}
        moves = self._moves([number for number, (_, stage) in ended.items() if stage == Stage.LOST])
        counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        for number, (kind, stage) in ended.items():
            if stage not in ENDED:
                continue
            won = stage == Stage.CLOSED
            been = [RANKS.get(move.new, 0) for move in moves.get(number, ()) if move.at < self._end]
            furthest = len(RANKS) - 1 if won else max(been, default=0)
            for name, rank in RANKS.items():
                if rank <= furthest:
                    count = counts[kind, name]
                    count[0] += 1
                    count[1] += won
        return {key: Learned(*count) for key, count in counts.items()}

    def _moves(self, deals: Sequence[int]) -> dict[int, list[Move]]:
        found: dict[int, list[Move]] = defaultdict(list)
        if deals:
            params: dict[str, Any] = {}
            which = among(self._db, "deal_id", "deals", deals, params)
            for number, old, new, at in self._db.all(
                f"SELECT deal_id, old_stage, new_stage, effective_at FROM deal_stages WHERE {which}"
                " AND withdrawn_by IS NULL ORDER BY effective_at, id",
                params,
            ):
                found[number].append(Move(old, new, at))
        return found

    def _deals(self, params: dict[str, Any]) -> str:
        return deals_of(self._scope, params)


def deals_of(scope: Scope, params: dict[str, Any], alias: str = "d") -> str:
    """The condition for deals of a scope: whose, of which kind, of what listings, and where their leads came from."""
    parts = [scope.rows(params, alias), f"{alias}.deleted_at IS NULL"]
    if scope.deal_types is not None:
        kinds = sorted({(DealKind.SALE if one == "sale" else DealKind.RENT).value for one in scope.deal_types})
        parts.append(any_of(f"{alias}.kind", "kind", kinds, params))
    if scope.currency is not None:
        params["currency"] = scope.currency
        parts.append(f"{alias}.currency = :currency")
    if listing := listing_of(scope, params):
        parts.append(f"EXISTS (SELECT 1 FROM properties p WHERE p.id = {alias}.property_id AND {listing})")
    if scope.sources is not None:
        which = any_of("l.source", "source", scope.sources, params)
        parts.append(f"EXISTS (SELECT 1 FROM leads l WHERE l.id = {alias}.lead_id AND {which})")
    return " AND ".join(parts)


def listing_of(scope: Scope, params: dict[str, Any], alias: str = "p") -> str:
    """The condition on the listing of a deal, an expense or a lead; "" where any will do, or none."""
    columns = (("property_type", scope.property_types), ("city", scope.cities), ("district", scope.districts))
    return " AND ".join(any_of(f"{alias}.{name}", name, some, params) for name, some in columns if some is not None)


def _read(rows: Iterable[Sequence[Any]]) -> list[Line]:
    """Lines of rows of `_LINE` and the price of the deal. Most lines of an agency are divided in one of a few ways."""
    ways: dict[str, Any] = {}
    found = []
    for number, deal, amount, rate, splits, currency, due_on, paid_at, price in rows:
        if splits is not None and splits not in ways:
            ways[splits] = orjson.loads(splits)
        total = worth(amount, rate, price)
        found.append(Line(number, deal, total, ways[splits] if splits else (), currency, due_on, paid_at))
    return found
