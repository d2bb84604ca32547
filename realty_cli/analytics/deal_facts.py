"""What the store holds of deals and their money, as of the end of a scope: rows, no numbers yet.

A deal stands as of a moment where it stands today, taken back through the moves that came into force since. What was
said of its price, its parts and its dates has no such history and is taken as it is known today.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
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
#: So many stretches of a series are asked about in one statement; SQLite takes 500 at most.
AT_ONCE = 200
#: Parties of a deal whom one may work for.
PARTIES = "('seller', 'buyer', 'landlord', 'tenant')"
OPEN = ", ".join(f"'{stage}'" for stage in RANKS)
#: Where a deal `d` stood at the end, "" where there was none yet: whence it moved first since, else where it is today.
_STOOD = (
    "coalesce((SELECT coalesce(m.old_stage, '') FROM deal_stages m WHERE m.deal_id = d.id AND m.effective_at >= :end"
    " AND m.withdrawn_by IS NULL ORDER BY m.effective_at, m.id LIMIT 1), d.stage)"
)
_RANK = f"CASE r.new_stage {' '.join(f'WHEN {name!r} THEN {rank}' for name, rank in RANKS.items())} ELSE 0 END"
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


class Line(NamedTuple):
    """A line of commission: what it comes to, and the parts that are not the agency's."""

    id: int
    deal: int
    total: int | None
    splits: Sequence[Mapping[str, Any]]
    currency: str
    due_on: str | None
    paid_at: str | None


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
    def stood(self) -> str:
        """An expression of where a deal `d` stood at the end."""
        return _STOOD if self.moved else "d.stage"

    @lazy
    def moved(self) -> bool:
        """Whether any deal has moved since the end: none has, of a period that runs."""
        return moved_since(self._db, "deal_stages", self._end)

    @lazy
    def closed(self) -> list[Closed]:
        """The deals that closed in the period, and had not fallen through by its end."""
        return [one for one in self._closed() if one.closed_at >= self._start]

    @lazy
    def lost(self) -> dict[tuple[str, str], int]:
        """By kind and currency, how many deals were lost in the period, and still were at its end."""
        params: dict[str, Any] = {"start": self._start, "end": self._end}
        rows = self._db.all(
            f"WITH l AS MATERIALIZED (SELECT d.kind, d.currency, {self.stood} AS stood"
            f" FROM {of_facts(self._db, 'deals')}"
            " WHERE d.id IN (SELECT s.deal_id FROM deal_stages s WHERE s.new_stage = 'lost' AND s.withdrawn_by IS NULL"
            f" AND s.effective_at >= :start AND s.effective_at < :end) AND {self._deals(params)}"
            ") SELECT kind, currency, count(*) FROM l WHERE stood = 'lost' GROUP BY kind, currency",
            params,
        )
        return {(kind, money): count for kind, money, count in rows}

    @lazy
    def fallen(self) -> dict[int, str]:
        """The deals that stood closed at the end and have moved since, with the moment when they had closed."""
        if not self.moved:
            return {}
        params: dict[str, Any] = {"end": self._end}
        rows = self._db.all(
            "WITH f AS MATERIALIZED ("
            f"SELECT d.id, {self.stood} AS stood, (SELECT max(c.effective_at) FROM deal_stages c WHERE c.deal_id = d.id"
            " AND c.new_stage = 'closed' AND c.withdrawn_by IS NULL AND c.effective_at < :end) AS at"
            f" FROM {reopened(self._db)} {first_join(self._db)} deals d ON d.id = s.deal_id"
            " WHERE s.effective_at >= :end AND s.withdrawn_by IS NULL AND s.old_stage = 'closed'"
            f" AND {self._deals(params)})"
            " SELECT id, at FROM f WHERE stood = 'closed'",
            params,
        )
        return {number: at or "" for number, at in rows}

    def _closed(self) -> list[Closed]:
        params: dict[str, Any] = {"start": self._start, "end": self._end}
        rows = self._db.all(
            f"SELECT {_DEAL}, d.closed_at FROM deals d WHERE d.stage = 'closed' AND d.closed_at >= :start"
            f" AND d.closed_at < :end AND {self._deals(params)}",
            params,
        )
        found = {row[0]: Closed(*row) for row in rows}
        return [*found.values(), *(deal for deal in self.fell if deal.id not in found)]

    @lazy
    def fell(self) -> list[Closed]:
        """These deals, closed as they were."""
        if not self.fallen:
            return []
        params: dict[str, Any] = {}
        which = among(self._db, "d.id", "fallen", list(self.fallen), params)
        return [
            Closed._make([*row, self.fallen[row[0]]])
            for row in self._db.all(f"SELECT {_DEAL} FROM deals d WHERE {which}", params)
        ]

    def closed_among(self, column: str, numbers: Sequence[int]) -> list[tuple[Closed, int | None]]:
        """The deals of which a column is one of these and that stood closed at the end, whenever they closed, with the
        lead that each names."""
        if not numbers:
            return []
        params: dict[str, Any] = {"end": self._end}
        which = among(self._db, f"d.{column}", "numbers", numbers, params)
        rows = self._db.all(
            f"SELECT {_DEAL}, d.closed_at, d.lead_id FROM deals d WHERE {which} AND d.stage = 'closed'"
            f" AND d.closed_at < :end AND {self._deals(params)}",
            params,
        )
        found = {row[0]: (Closed._make(row[:-1]), row[-1]) for row in rows}
        if self.fallen:
            params = {}
            which = among(self._db, f"d.{column}", "numbers", numbers, params)
            which += f" AND {among(self._db, 'd.id', 'fallen', list(self.fallen), params)}"
            for *row, lead in self._db.all(f"SELECT {_DEAL}, d.lead_id FROM deals d WHERE {which}", params):
                found.setdefault(row[0], (Closed._make([*row, self.fallen[row[0]]]), lead))
        return list(found.values())

    # Commission ---------------------------------------------------------------------------------------------------

    def lines(self, deals: Iterable[Closed]) -> dict[int, list[Line]]:
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
    def fallen_owed(self) -> list[tuple[str, str, str | None, str, int]]:
        """Of lines of deals that have moved since they stood closed at the end and were not paid by then: the kind,
        the currency, when it was due, when the deal had closed, and how much is left."""
        end = self._end
        params: dict[str, Any] = {"end": end}
        which = among(self._db, "d.id", "fallen", list(self.fallen), params)
        again = {
            row[0]
            for row in self._db.all(
                f"SELECT d.id FROM deals d WHERE {which} AND d.stage = 'closed' AND d.closed_at < :end", params
            )
        } if self.fallen else set()  # fmt: skip
        deals = {deal.id: deal for deal in self.fell if deal.id not in again}
        lines = [line for some in self.lines(deals.values()).values() for line in some]
        open_ = [line for line in lines if line.paid_at is None or line.paid_at >= end]
        came = self._came([line.id for line in open_])
        return [
            (deals[line.deal].kind, line.currency, line.due_on, deals[line.deal].closed_at, left)
            for line in open_
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
            # An outer join: for an inner one SQLite reads all deals first, to leave out what is not among them.
            f"WITH e AS MATERIALIZED (SELECT d.id, d.kind, {self.stood} AS stood FROM deal_stages s"
            f" LEFT JOIN {of_facts(self._db, 'deals')} ON d.id = s.deal_id"
            " WHERE s.new_stage IN ('closed', 'lost') AND s.withdrawn_by IS NULL AND s.effective_at < :end"
            f" AND s.effective_at >= :since AND {self._deals(params)}"
            " ORDER BY s.effective_at DESC, s.new_stage DESC, s.deal_id DESC LIMIT :most), f AS MATERIALIZED"
            f" (SELECT DISTINCT id, kind, stood, CASE WHEN stood = 'closed' THEN {len(RANKS) - 1}"
            f" ELSE coalesce((SELECT max({_RANK}) FROM deal_stages r"
            " WHERE r.deal_id = e.id AND r.withdrawn_by IS NULL AND r.effective_at < :end), 0) END AS furthest"
            " FROM e WHERE stood IN ('closed', 'lost'))"
            " SELECT kind, stood, furthest, count(*) FROM f GROUP BY kind, stood, furthest",
            params,
        )
        counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        for kind, stood, furthest, deals in rows:
            for name, rank in RANKS.items():
                if rank <= furthest:
                    count = counts[kind, name]
                    count[0] += deals
                    count[1] += deals if stood == Stage.CLOSED else 0
        return {key: Learned(*count) for key, count in counts.items()}

    def _deals(self, params: dict[str, Any]) -> str:
        return deals_of(self._scope, params)


def still_open(
    db: Connection, table: str, key: str, stages: str, columns: Callable[[str], str], where: str, *, moved: bool
) -> str:
    """`WITH` clause of `o`: columns of the deals or leads `d` that stood in one of the stages at `:end`. `columns` is
    given what says where one stood; `moved` is whether any has moved since. `where` leaves out what lies in the bin, or
    the index of open ones is not found."""
    # What is open today is read from an index of it, in one go. All moves since are read from another, and as they are
    # few beside all that there ever were, that is cheaper than to look for those of each deal.
    hint = f" INDEXED BY ix_{table}_open" if db.sqlite else ""
    open_ = f"SELECT {columns('d.stage')} FROM {table} d{hint} WHERE {where} AND d.stage IN ({stages})"
    # PostgreSQL would work out a column again wherever it is named, and so would SQLite without the limit, which costs
    # it less than to write all of it down first.
    kept, limit = ("", " LIMIT -1") if db.sqlite else (" MATERIALIZED", "")
    if not moved:
        return f"WITH o AS{kept} ({open_}{limit})"
    return (
        f"WITH f AS MATERIALIZED ({first_moves(db, table, key)}), o AS{kept} ({open_} AND d.id NOT IN"
        f" (SELECT thing FROM f) UNION ALL SELECT {columns('f.old_stage')} FROM f {first_join(db)}"
        f" {of_facts(db, table)} ON d.id = f.thing WHERE {where} AND f.old_stage IN ({stages}))"
    )


def moved_since(db: Connection, moves: str, at: str) -> bool:
    """Whether any deal or lead, whose `moves` are asked, has moved since a moment."""
    # Told by the planner, SQLite would look through all moves that were not withdrawn.
    hint = f" INDEXED BY ix_{moves}_at" if db.sqlite else ""
    sql = f"SELECT 1 FROM {moves}{hint} WHERE effective_at >= :at AND withdrawn_by IS NULL LIMIT 1"
    return db.value(sql, {"at": at}) is not None


def first_moves(db: Connection, table: str, key: str) -> str:
    """Statement of the deals or leads that have moved since `:end`: `thing`, and the `old_stage` whence it moved
    first."""
    moves = f"{table[:-1]}_stages"
    since = "m.effective_at >= :end AND m.withdrawn_by IS NULL"
    if db.sqlite:
        # Beside the least of a group, SQLite gives the other columns of the same row, at half the cost of a window
        # (https://sqlite.org/lang_select.html#bareagg). Numbers decide between equal moments.
        return (
            f"SELECT m.{key} AS thing, m.old_stage, min(format('%s%019d', m.effective_at, m.id)) AS place"
            f" FROM {moves} m INDEXED BY ix_{moves}_at WHERE {since} GROUP BY m.{key}"
        )
    return (
        f"SELECT DISTINCT ON (m.{key}) m.{key} AS thing, m.old_stage FROM {moves} m WHERE {since}"
        f" ORDER BY m.{key}, m.effective_at, m.id"
    )


def of_facts(db: Connection, table: str) -> str:
    """Deals or leads `d` that are sought by number: a fraction of the cost where their index of facts has all that is
    asked of them."""
    return f"{table} d" + (f" INDEXED BY ix_{table}_facts" if db.sqlite else "")


def reopened(db: Connection) -> str:
    """The few moves `s` out of closing, where `s.withdrawn_by IS NULL AND s.old_stage = 'closed'`."""
    return "deal_stages s" + (" INDEXED BY ix_deal_stages_reopened" if db.sqlite else "")


def first_join(db: Connection) -> str:
    """A join that reads the table before it first: SQLite would rather read all of the other one."""
    return "CROSS JOIN" if db.sqlite else "JOIN"


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
