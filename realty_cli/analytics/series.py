"""Series of metrics: one value for every day, week, month or quarter of a period that has begun."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import TYPE_CHECKING, Any, NamedTuple

from realty_cli.analytics.catalogue import METRICS
from realty_cli.analytics.kinds import MetricUnit, Step
from realty_cli.analytics.scope import Scope
from realty_cli.analytics.series_kinds import MOST_POINTS, SeriesKind, find
from realty_cli.analytics.series_reading import Edges, Question, Value, read
from realty_cli.analytics.values import outside
from realty_cli.auth.policy import Act, require
from realty_cli.errors import Invalid
from realty_cli.kit import periods
from realty_cli.kit.clock import stamp
from realty_cli.kit.i18n import translator
from realty_cli.kit.periods import Period
from realty_cli.properties.kinds import DealType

if TYPE_CHECKING:
    from realty_cli.analytics.service import Analytics

#: A stretch in whose first such part nothing was, and nothing before it, is taken to have begun later.
_EARLY = 7
#: What shows that somebody works, and since when; a listing that was brought in later may have stood before.
_WORK = (
    ("properties", "x.created_at < :moment"), ("leads", "x.created_at < :moment"), ("events", "x.start_time < :moment"),
    ("deals", "x.created_at < :moment"), ("deals", "x.closed_at < :moment"), ("properties", "x.listed_at < :moment"),
)  # fmt: skip
_MONEY = frozenset({MetricUnit.MONEY, MetricUnit.MONEY_PER_M2})


class Point(NamedTuple):
    """`t` is the first date of the stretch; `partial`: it has not ended yet, or work began in its midst."""

    t: date
    value: float | None
    n: int
    partial: bool


@dataclass(frozen=True, slots=True)
class Series:
    """Money is in minor units. `deal_type` and `currency` stand where the values are of one alone. `first` is the place
    of the first point in which there was anything."""

    metric: str
    step: Step
    unit: MetricUnit
    currency: str | None
    deal_type: str | None
    integer: bool
    points: tuple[Point, ...]
    first: int = 0

    @property
    def whole(self) -> tuple[Point, ...]:
        """The stretches that count: from the first in which there was anything to the last that has ended, without one
        in whose midst it began."""
        return tuple(point for point in self.points[self.first :] if not point.partial)


class SeriesService:
    def __init__(self, analytics: Analytics) -> None:
        self.db, self.actor, self.settings = analytics.db, analytics.actor, analytics.settings

    def read(self, metric: str, scope: Scope, step: Step) -> Series:
        """The series of a metric (see `series_kinds.find`) over a scope; the first stretch is whole, and begins before
        the period where that begins within one. Raises Invalid for an unknown metric and for too many points."""
        require(self.actor, Act.ANALYTICS_READ)
        return self.of(find(metric), scope, step)

    def of(self, kind: SeriesKind, scope: Scope, step: Step) -> Series:
        return self.several([kind], scope, step)[0]

    def several(self, kinds: Sequence[SeriesKind], scope: Scope, step: Step) -> list[Series]:
        """The series of some metrics of one group, for which the store is read once."""
        stretches = self._stretches(scope, step)
        deal_type, currency = _deal_type(scope), scope.currency or self.settings.currency
        found: list[list[Value]] = [[] for _kind in kinds]
        if stretches:
            start = stretches[0].start
            cut = scope.cut(Period(start, scope.period.end), Period(start, scope.asked.end))
            edges = Edges([*(stamp(one.start) for one in stretches), cut.end])
            names = [kind.key.partition(".")[2] for kind in kinds]
            asked = Question(self.db, cut, edges, names, deal_type, currency)
            found = read(kinds[0].group, asked)
        last = len(stretches) - 1
        partial = bool(stretches) and periods.is_partial(_whole(stretches[last], step), scope.as_of)
        series = []
        for kind, values in zip(kinds, found, strict=True):
            first = next((at for at, value in enumerate(values) if value.n), len(values))
            begun = first if first < len(values) and _begins(kind, step, stretches, first, asked) else None
            unit = METRICS[kind.key].unit
            points = tuple(
                Point(stretch.first, value.value, value.n, (partial and at == last) or at == begun)
                for at, (stretch, value) in enumerate(zip(stretches, values, strict=True))
            )
            of_money, of_kind = currency if unit in _MONEY else None, deal_type if kind.priced else None
            series.append(Series(kind.key, step, unit, of_money, of_kind, kind.integer, points, first))
        return series

    def data(self, metric: str, scope: Scope, step: Step, language: str) -> dict[str, Any]:
        """See `TrendData`."""
        return shown(self.read(metric, scope, step), language)

    def _stretches(self, scope: Scope, step: Step) -> list[Period]:
        start, end = scope.asked.start.astimezone(UTC), scope.period.end.astimezone(UTC)
        if end <= start:
            return []
        per = {Step.DAY: 1, Step.WEEK: 7, Step.MONTH: 28, Step.QUARTER: 90, Step.YEAR: 365}[step]
        if (end - start).days / per > MOST_POINTS:
            raise Invalid.one("granularity", "analytics.too_many_points", most=MOST_POINTS)
        first = _whole(Period(scope.asked.start, scope.asked.end), step)
        return list(periods.split(Period(first.start, scope.period.end), step.value))


def _begins(kind: SeriesKind, step: Step, stretches: Sequence[Period], at: int, asked: Question) -> bool:
    """Whether a stretch, the first in which there was anything, is no whole one: things are counted in it, and none
    came in its first seventh. Where the series begins with it, what counts is whether there was any work by then."""
    if step is Step.DAY or not kind.filled or kind.standing:
        return False
    start = stretches[at].start
    early = start + (stretches[at].end - start) / _EARLY
    if at == 0:
        return not _has_begun(asked, stamp(early))
    edges = Edges([stamp(start), stamp(early)])
    ((begin,),) = read(kind.group, asked._replace(edges=edges, names=[kind.key.partition(".")[2]]))
    return not begin.n


def _has_begun(asked: Question, moment: str) -> bool:
    """Whether there was a listing, an event, a lead or a deal before a moment, of whatever kind and place."""
    params: dict[str, Any] = {"moment": moment}
    mine = asked.scope.rows(params, "x")
    return any(
        asked.db.one(f"SELECT 1 FROM {table} x WHERE x.deleted_at IS NULL AND {mine} AND {early} LIMIT 1", params)
        for table, early in _WORK
    )


def _whole(stretch: Period, step: Step) -> Period:
    return periods.period(step.value, stretch.start, stretch.zone)


def _deal_type(scope: Scope) -> str:
    """The kind of deal that prices are of: the only one that is asked for, else sales where these are among them."""
    asked = scope.deal_types
    return str(DealType.SALE) if asked is None or DealType.SALE in asked else str(asked[0])


def shown(series: Series, language: str) -> dict[str, Any]:
    return {
        "metric": series.metric,
        "label": translator(language).text(METRICS[series.metric].label),
        "granularity": series.step.value,
        "unit": series.unit.value,
        "currency": series.currency,
        "deal_type": series.deal_type,
        "points": [
            {"t": one.t.isoformat(), "value": outside(one.value, series.unit), "n": one.n, "partial": one.partial}
            for one in series.points
        ],
    }
