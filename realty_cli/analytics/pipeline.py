"""What is on its way to an agency as of the end of a scope: open deals, and lines of commission that nobody has paid.

Both are added up by the database: of a large agency they are tens of thousands, and an answer has a dozen of sums.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from realty_cli.analytics.deal_facts import OPEN, DealFacts, deals_of, first_join, of_facts, standing
from realty_cli.analytics.scope import Scope
from realty_cli.deals.commissions import SIGNED
from realty_cli.deals.sharing import worth_sql
from realty_cli.kit.clock import stamp
from realty_cli.kit.lazy import lazy
from realty_cli.store.database import Connection

#: A deal that nobody touched for so many days is asleep.
UNTOUCHED_DAYS = 60
AHEAD_DAYS = 90
#: Lines that are owed are told apart by how long: up to so many days, and longer.
AGES = (30, 60, 90)


class Group(NamedTuple):
    """Open deals that are alike: how many, of how many the commission is known, its sum, and the sum of its squares."""

    kind: str
    currency: str
    stage: str
    asleep: bool
    dated: bool
    """Whether they say when they are to close; `asked`: in the period at the latest, `ahead`: in the next days."""
    asked: bool
    ahead: bool
    deals: int
    known: int
    worth: int
    squares: float


class Due(NamedTuple):
    """One open deal that is to close; `worth` in minor units, None where no commission is agreed."""

    kind: str
    stage: str
    asleep: bool
    worth: int | None


class Owed(NamedTuple):
    """Lines of one kind of deal in one currency; `age` counts from the youngest of `AGES` on."""

    kind: str
    currency: str
    age: int
    lines: int
    left: int


class Pipeline:
    """All of one scope, each read when it is first asked for."""

    def __init__(self, db: Connection, scope: Scope, facts: DealFacts) -> None:
        self._db, self._scope, self._facts = db, scope, facts

    # Open deals ---------------------------------------------------------------------------------------------------

    @lazy
    def open(self) -> list[Group]:
        scope = self._scope
        params: dict[str, Any] = {
            "asked": scope.asked.last.isoformat(),
            "ahead": (scope.period.last + timedelta(days=AHEAD_DAYS)).isoformat(),
        }
        rows = self._db.all(
            f"WITH o AS MATERIALIZED ({self._standing(params)})"
            " SELECT kind, currency, stood, asleep, CASE WHEN expected_close IS NULL THEN 0 ELSE 1 END AS dated,"
            " CASE WHEN expected_close <= :asked THEN 1 ELSE 0 END AS asked,"
            " CASE WHEN expected_close <= :ahead THEN 1 ELSE 0 END AS ahead,"
            " count(*), count(worth), sum(worth), sum(1.0 * worth * worth)"
            f" FROM o GROUP BY kind, currency, stood, asleep, dated, asked, ahead",
            params,
        )
        return [
            Group(
                kind, money, stage, bool(asleep), bool(dated), bool(asked), bool(ahead), deals, known,
                int(worth or 0), float(squares or 0),
            )
            for kind, money, stage, asleep, dated, asked, ahead, deals, known, worth, squares in rows
        ]  # fmt: skip

    def due(self, currency: str, last: date) -> list[Due]:
        """The open deals that are to close on a day or before, one by one."""
        params: dict[str, Any] = {"last": last.isoformat(), "money": currency}
        standing = self._standing(params, " AND d.expected_close <= :last AND d.currency = :money")
        rows = self._db.all(
            f"WITH o AS MATERIALIZED ({standing}) SELECT kind, stood, asleep, worth FROM o ORDER BY id",
            params,
        )
        return [
            Due(kind, stage, bool(asleep), None if worth is None else int(worth)) for kind, stage, asleep, worth in rows
        ]

    def _standing(self, params: dict[str, Any], narrowed: str = "") -> str:
        """Statement of the deals that were open at the end, with their worth. An edit after the end
        hides the one before it, and whether the deal was asleep is then told by its moves."""
        scope = self._scope
        params |= {"end": scope.end, "stale": stamp(scope.as_of - timedelta(days=UNTOUCHED_DAYS))}
        moves = "FROM deal_stages s WHERE s.withdrawn_by IS NULL AND s.effective_at"
        asleep = (
            "CASE WHEN d.created_at >= :stale THEN 0"
            " WHEN d.updated_at < :end THEN CASE WHEN d.updated_at < :stale THEN 1 ELSE 0 END"
            f" WHEN EXISTS (SELECT 1 {moves} >= :stale AND s.effective_at < :end AND s.deal_id = d.id)"
            " THEN 0 ELSE 1 END"
        )
        # A deal has several lines now and then; those of per cent of a price that nobody knows yet are none.
        worth = (
            f"(SELECT sum({worth_sql('c', 'd.amount')}) FROM commissions c"
            " WHERE c.deal_id = d.id AND c.currency = d.currency AND c.deleted_at IS NULL)"
        )
        return (
            f"SELECT d.id, d.kind, d.currency, d.expected_close, w.stood, {asleep} AS asleep,"
            f" {worth} AS worth"
            f" FROM {standing(self._db, 'deals', 'deal_stages', 'deal_id', OPEN, moved=self._facts.moved)}"
            f" WHERE {deals_of(scope, params)}{narrowed}"
        )

    # Lines that are owed ------------------------------------------------------------------------------------------

    @lazy
    def owed(self) -> list[Owed]:
        """What was not paid by the end of the lines of deals that were closed then."""
        end, edges = self._scope.end, self._edges
        found: dict[tuple[str, str, int], list[int]] = {}

        def add(kind: str, money: str, age: int, lines: int, left: int) -> None:
            one = found.setdefault((kind, money, age), [0, 0])
            one[0] += lines
            one[1] += left

        for lines_of in self._open_lines:
            params: dict[str, Any] = {"end": end}
            for at, (day, moment) in enumerate(edges):
                params |= {f"day{at}": day, f"moment{at}": moment}
            age = " ".join(f"WHEN due_on >= :day{at} THEN {at}" for at in range(len(edges)))
            closed = " ".join(f"WHEN closed_at >= :moment{at} THEN {at}" for at in range(len(edges)))
            came = (
                f"(SELECT coalesce(sum({SIGNED}), 0) FROM payments"
                " WHERE commission_id = c.id AND at < :end AND deleted_at IS NULL)"
            )
            lines = (
                "SELECT d.kind, c.currency, c.due_on, d.closed_at,"
                f" {worth_sql('c', 'coalesce(d.final_price, d.amount)')} - {came} AS owed"
                f" FROM ({lines_of}) c {first_join(self._db)} {of_facts(self._db, 'deals')} ON d.id = c.deal_id"
                f" WHERE d.stage = 'closed' AND d.closed_at < :end AND {deals_of(self._scope, params)}"
            )
            for row in self._db.all(
                f"WITH l AS MATERIALIZED ({lines}) SELECT kind, currency,"
                f" CASE WHEN due_on IS NULL THEN CASE {closed} ELSE {len(edges)} END {age}"
                f" ELSE {len(edges)} END AS age, count(*), sum(owed) FROM l WHERE owed > 0"
                " GROUP BY kind, currency, age",
                params,
            ):
                add(row[0], row[1], row[2], row[3], int(row[4]))
        for kind, money, due_on, closed_at, left in self._facts.fallen_owed:
            add(kind, money, self._age(due_on, closed_at), 1, left)
        return [Owed(*key, *sums) for key, sums in sorted(found.items())]

    @property
    def _open_lines(self) -> tuple[str, str]:
        """Statements of the lines that were not paid by the end. Few of those that nobody paid to this day are of
        closed deals: most are of lost ones, which nobody will. Both are found by their indexes alone."""
        columns, live = "n.id, n.deal_id, n.currency, n.amount, n.rate, n.due_on", "n.deleted_at IS NULL AND n.paid_at"
        unpaid = f"SELECT {columns} FROM commissions n WHERE {live} IS NULL"
        if self._db.sqlite:
            unpaid = (
                f"SELECT {columns} FROM deals x INDEXED BY ix_deals_stage CROSS JOIN commissions n INDEXED BY"
                " ix_commissions_unpaid ON n.deal_id = x.id WHERE x.stage = 'closed' AND x.deleted_at IS NULL"
                f" AND {live} IS NULL LIMIT -1"
            )
        return unpaid, f"SELECT {columns} FROM commissions n WHERE {live} >= :end"

    @lazy
    def _edges(self) -> list[tuple[str, str]]:
        """The first day of each age, and the moment when it begins."""
        last = self._scope.period.last
        days = [last - timedelta(days=age) for age in AGES]
        return [
            (day.isoformat(), stamp(datetime(day.year, day.month, day.day, tzinfo=self._scope.zone))) for day in days
        ]

    def _age(self, due_on: str | None, closed_at: str) -> int:
        """Days since a line was due; without a date, since the deal closed."""
        for at, (day, moment) in enumerate(self._edges):
            if due_on >= day if due_on is not None else closed_at >= moment:
                return at
        return len(self._edges)


def chosen(groups: Iterable[Group], **wanted: Any) -> list[Group]:
    """Those whose fields are as wanted."""
    return [one for one in groups if all(getattr(one, name) == value for name, value in wanted.items())]
