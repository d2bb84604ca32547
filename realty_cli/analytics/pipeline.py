"""What is on its way to an agency as of the end of a scope: open deals, and lines of commission that nobody has paid.

Both are added up by the database: of a large agency they are tens of thousands, and an answer has a dozen of sums.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from realty_cli.analytics.deal_facts import OPEN, DealFacts, deals_of, first_join, of_facts, still_open
from realty_cli.analytics.scope import Scope
from realty_cli.deals.commissions import SIGNED
from realty_cli.kit.clock import stamp
from realty_cli.kit.lazy import lazy
from realty_cli.store.database import Connection

#: A deal that nobody touched for so many days is asleep.
UNTOUCHED_DAYS = 60
AHEAD_DAYS = 90
#: Lines that are owed are told apart by how long: up to so many days, and longer.
AGES = (30, 60, 90)


#: Whether nobody had touched a deal `d` for long. An edit after the end hides the one before it, and moves tell then.
_ASLEEP = (
    "CASE WHEN d.created_at >= :stale THEN 0 WHEN d.updated_at < :end THEN CASE WHEN d.updated_at < :stale THEN 1 ELSE"
    " 0 END WHEN EXISTS (SELECT 1 FROM deal_stages s WHERE s.withdrawn_by IS NULL AND s.effective_at >= :stale AND"
    " s.effective_at < :end AND s.deal_id = d.id) THEN 0 ELSE 1 END"
)


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
        self._together = _Together([self])
        self._at = 0

    def beside(self, earlier: Pipeline) -> None:
        """Read what is owed at the end of this one and of an earlier one together: mostly the same lines."""
        self._together = earlier._together = _Together([self, earlier])
        earlier._at = 1

    # Open deals ---------------------------------------------------------------------------------------------------

    @lazy
    def open(self) -> list[Group]:
        keys = "kind, currency, stood, asleep, dated, asked, ahead"
        params: dict[str, Any] = {}
        standing = self._standing(
            params,
            f"CASE WHEN d.expected_close IS NULL THEN 0 ELSE 1 END AS dated, {_by('asked')}, {_by('ahead')}",
        )
        return [
            Group(kind, money, stood, bool(asleep), bool(dated), bool(asked), bool(ahead), deals, known,
                  int(worth or 0), float(squares or 0))
            for kind, money, stood, asleep, dated, asked, ahead, deals, known, worth, squares in self._db.all(
                f"{standing} SELECT {keys}, count(*), count(worth), sum(worth), sum(1.0 * worth * worth) FROM o"
                f" GROUP BY {keys}",
                params,
            )
        ]  # fmt: skip

    def due(self, currency: str, last: date) -> list[Due]:
        """The open deals that are to close on a day or before, one by one."""
        params: dict[str, Any] = {"last": last.isoformat(), "money": currency}
        standing = self._standing(params, "d.id", " AND d.expected_close <= :last AND d.currency = :money")
        rows = self._db.all(f"{standing} SELECT kind, stood, asleep, worth FROM o ORDER BY id", params)
        return [
            Due(kind, stage, bool(asleep), None if worth is None else int(worth)) for kind, stage, asleep, worth in rows
        ]

    def _standing(self, params: dict[str, Any], more: str, narrowed: str = "") -> str:
        """Clause of the deals that were open at the end, with their worth and some columns more."""
        params |= self.moments("")

        def columns(stood: str) -> str:
            return f"d.kind, d.currency, {stood} AS stood, {_ASLEEP} AS asleep, d.agreed AS worth, {more}"

        where = deals_of(self._scope, params) + narrowed
        return still_open(self._db, "deals", "deal_id", OPEN, columns, where, moved=self._facts.moved)

    def moments(self, at: str) -> dict[str, Any]:
        """What expressions about this scope bind, by names that end in `at`."""
        scope = self._scope
        found = {
            "end": scope.end,
            "stale": stamp(scope.as_of - timedelta(days=UNTOUCHED_DAYS)),
            "asked": scope.asked.last.isoformat(),
            "ahead": (scope.period.last + timedelta(days=AHEAD_DAYS)).isoformat(),
        }
        for place, (day, moment) in enumerate(self._edges):
            found |= {f"day_{place}_": day, f"moment_{place}_": moment}
        return {f"{name}{at}": value for name, value in found.items()}

    # Lines that are owed ------------------------------------------------------------------------------------------

    @lazy
    def owed(self) -> list[Owed]:
        """What was not paid by the end of the lines of deals that were closed then."""
        found: dict[tuple[str, str, int], list[int]] = {}
        fallen = ((*line[:2], self._age(*line[2:4]), 1, line[4]) for line in self._facts.fallen_owed)
        for kind, money, age, lines, left in (*self._together.owed[self._at], *fallen):
            one = found.setdefault((kind, money, age), [0, 0])
            one[0] += lines
            one[1] += left
        return [Owed(*key, *sums) for key, sums in sorted(found.items())]

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


class _Together:
    """Pipelines of scopes that differ by nothing but time: both of a comparison are told by one look at each line."""

    def __init__(self, pipelines: Sequence[Pipeline]) -> None:
        self._pipelines = pipelines
        self._db, self._scope = pipelines[0]._db, pipelines[0]._scope
        self._ends = min(pipelines, key=lambda one: one._scope.end)
        self._places = range(len(pipelines))

    def _params(self) -> dict[str, Any]:
        found: dict[str, Any] = {"earliest": self._ends._scope.end}
        for at, one in enumerate(self._pipelines):
            found |= one.moments(str(at))
        return found

    @lazy
    def owed(self) -> list[list[tuple[str, str, int, int, int]]]:
        """Kind, currency, age, lines and what is left of them, of deals that are closed to this day."""
        params = self._params()
        columns, sums = [], []
        for at in self._places:
            came = (
                f"(SELECT coalesce(sum({SIGNED}), 0) FROM payments"
                f" WHERE commission_id = c.id AND at < :end{at} AND deleted_at IS NULL)"
            )
            ages = " ".join(f"WHEN c.due_on >= :day_{age}_{at} THEN {age}" for age in range(len(AGES)))
            closed = " ".join(f"WHEN c.earned_at >= :moment_{age}_{at} THEN {age}" for age in range(len(AGES)))
            columns.append(
                f"CASE WHEN c.earned_at < :end{at} AND (c.paid_at IS NULL OR c.paid_at >= :end{at})"
                f" THEN c.earned - {came} END AS owed{at}, CASE WHEN c.due_on IS NULL THEN CASE {closed}"
                f" ELSE {len(AGES)} END {ages} ELSE {len(AGES)} END AS age{at}"
            )
            sums.append(
                f"count(CASE WHEN owed{at} > 0 THEN 1 END), sum(CASE WHEN owed{at} > 0 THEN owed{at} END), age{at}"
            )
        keys = ", ".join(("kind", "currency", *(f"age{at}" for at in self._places)))
        found: list[list[tuple[str, str, int, int, int]]] = [[] for _ in self._places]
        # Of lines that nobody has paid, and of those that somebody has since: each from an index that has all of it.
        for index, which in (("owed", "c.paid_at IS NULL"), ("paid", "c.paid_at >= :earliest")):
            hint = f" INDEXED BY ix_commissions_{index}" if self._db.sqlite else ""
            for kind, money, *rest in self._db.all(
                f"WITH l AS MATERIALIZED (SELECT c.earned_kind AS kind, c.currency, {', '.join(columns)}"
                f" FROM commissions c{hint}{self._of_scope(params)} AND c.deleted_at IS NULL"
                f" AND c.earned_at IS NOT NULL AND {which})"
                f" SELECT kind, currency, {', '.join(sums)} FROM l GROUP BY {keys}",
                params,
            ):
                for at in self._places:
                    count, left, age = rest[at * 3 : at * 3 + 3]
                    if count:
                        found[at].append((kind, money, age, count, int(left)))
        return found

    def _of_scope(self, params: dict[str, Any]) -> str:
        """What joins lines to the deals of the scope, where it is not about all of them, up to a further condition."""
        if self._scope.whole:
            return " WHERE 1 = 1"
        deals = f"{first_join(self._db)} {of_facts(self._db, 'deals')} ON d.id = c.deal_id"
        return f" {deals} WHERE {deals_of(self._scope, params)}"


def _by(day: str) -> str:
    """Whether a deal `d` is to close on a day or before, by the name of the day."""
    return f"CASE WHEN d.expected_close <= :{day} THEN 1 ELSE 0 END AS {day}"


def chosen(groups: Iterable[Group], **wanted: Any) -> list[Group]:
    """Those whose fields are as wanted."""
    return [one for one in groups if all(getattr(one, name) == value for name, value in wanted.items())]
