"""What people are measured by: the numbers that can have a target, and a few that cannot, of one scope."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from realty_cli.analytics import market
from realty_cli.analytics.goals import Goals
from realty_cli.analytics.kinds import GoodWhen, MetricUnit, Step
from realty_cli.analytics.scope import Scope
from realty_cli.analytics.values import NOTHING, Measured
from realty_cli.deals.money_kinds import AMOUNTS, TargetMetric
from realty_cli.kit.money import from_minor
from realty_cli.kit.periods import Period, period, previous

if TYPE_CHECKING:
    from realty_cli.analytics.clients import ClientsFound
    from realty_cli.analytics.money import MoneyFound
    from realty_cli.analytics.service import Analytics

#: So many months up to the end of the period are drawn beside an indicator.
MONTHS = 6
#: From so much of what was to be reached by now on, all is well, or nearly.
GREEN, AMBER = 1.0, 0.8
#: From fewer indicators with a target there is no score.
FEWEST = 3


class Kind(NamedTuple):
    """An indicator: the metric that it shows, the target that it may have, and how much it weighs in the score."""

    key: str
    target: TargetMetric | None = None
    weight: float = 0
    series: str | None = None
    """The series that its months are read from, where these are not of money."""
    sales: bool = False
    """Whether it is of sales alone, unlike the others beside it."""

    @property
    def group(self) -> str:
        return self.key.partition(".")[0]

    @property
    def name(self) -> str:
        return self.key.partition(".")[2]


KINDS: tuple[Kind, ...] = (
    Kind("money.gci", TargetMetric.GCI, 3),
    Kind("money.net_to_agency", TargetMetric.NET_TO_AGENCY, 2),
    Kind("money.agent_income", TargetMetric.AGENT_INCOME, 2),
    Kind("money.deals", TargetMetric.DEALS, 2),
    Kind("money.sides", TargetMetric.SIDES, 1),
    Kind("money.sales_volume", TargetMetric.SALES_VOLUME, 1, sales=True),
    Kind("properties.new", TargetMetric.NEW_LISTINGS, 1, "properties.new"),
    Kind("clients.new_leads", TargetMetric.NEW_LEADS, 1, "clients.new_leads"),
    Kind("events.showings", TargetMetric.SHOWINGS, 1, "events.showings"),
    Kind("events.calls", TargetMetric.CALLS, 1, "events.calls"),
    Kind("money.win_rate", sales=True),
    Kind("clients.response_median"),
    Kind("clients.contacted_share"),
    Kind("clients.dormant"),
)
BY_TARGET = {kind.target: kind for kind in KINDS if kind.target is not None}


class Facts(NamedTuple):
    """All that was measured of one scope, and the indicators among it by their keys."""

    values: dict[str, Measured]
    money: MoneyFound
    clients: ClientsFound
    events: Mapping[str, Measured]


def measure(analytics: Analytics, scope: Scope, currency: str, follow: timedelta | None = None) -> Facts:
    """The indicators of a scope; money in minor units of `currency`, prices of sales alone."""
    money, clients = analytics.money.measure(scope), analytics.clients.measure(scope, follow)
    events: Mapping[str, Measured] = analytics.events.measure(scope).totals
    total = money.totals.get(currency, {})
    sales = money.blocks.get(("sale", currency), {})
    values = {f"money.{name}": total.get(name, Measured(0)) for name in ("gci", "net_to_agency", "agent_income")}
    for name in ("deals", "sides"):
        counts = [block[name] for block in money.blocks.values()]
        values[f"money.{name}"] = Measured(sum(one.value or 0 for one in counts), sum(one.n for one in counts))
    values["money.sales_volume"] = sales.get("sales_volume", Measured(0))
    values["money.win_rate"] = sales.get("win_rate", NOTHING)
    (stock,), _new = market.measure(analytics.db, scope, [(scope.start, scope.end)])
    values["properties.new"] = stock.totals()["new"]
    for name in ("showings", "calls"):
        values[f"events.{name}"] = events[name]
    for name in ("new_leads", "response_median", "contacted_share", "dormant"):
        values[f"clients.{name}"] = clients.totals[name]
    return Facts(values, money, clients, events)


def sparklines(analytics: Analytics, scope: Scope, currency: str) -> dict[str, list[float | int | None]]:
    """The last months up to the end of the scope, the last one as far as it has passed, by the keys of indicators."""
    months: list[Period] = [period("month", scope.as_of.astimezone(UTC) - timedelta(microseconds=1), scope.zone)]
    while len(months) < MONTHS:
        months.insert(0, previous(months[0]))
    asked = Period(months[0].start, months[-1].end)
    wide = scope.cut(Period(asked.start, scope.as_of), asked)
    money = analytics.money.measure(wide).months
    found: dict[str, list[float | int | None]] = {}
    for kind in KINDS:
        if kind.series is not None:
            points = analytics.series.read(kind.series, wide, Step.MONTH).points
            found[kind.key] = [point.value for point in points]
        elif kind.target is not None:
            found[kind.key] = [
                sum(one[kind.name] for (name, of), one in money.items() if name == f"{month.first:%Y-%m}"
                    and (of == currency or kind.target not in AMOUNTS))
                for month in months
            ]  # fmt: skip
    return found


class Standing(NamedTuple):
    """A value against its target: all of the period's, and that part of it which is due by now."""

    target: float | None
    by_now: float | None
    attainment: float | None
    light: str


def against(goals: Goals, kind: Kind, value: float | None, scope: Scope, currency: str) -> Standing:
    """How an indicator stands. Without a target, or before any of it is due, there is no light."""
    if kind.target is None:
        return Standing(None, None, None, "none")
    first, last = scope.asked.first, scope.asked.last
    target = goals.amount(kind.target, first, last, currency)
    by_now = None
    if target is not None and scope.period.start < scope.period.end:
        by_now = goals.amount(kind.target, first, scope.period.last, currency)
    if not by_now or value is None:
        return Standing(target, by_now, None, "none")
    return Standing(target, by_now, value / by_now, light(value / by_now))


def light(attainment: float) -> str:
    return "green" if attainment >= GREEN else "amber" if attainment >= AMBER else "red"


def score(standings: Mapping[Kind, Standing]) -> float | None:
    """The attainment of all that has a target, by weight, none counted as more than whole, 0 to 100; None for fewer
    than three."""
    known = [(kind.weight, one.attainment) for kind, one in standings.items() if one.attainment is not None]
    if len(known) < FEWEST:
        return None
    whole = sum(weight for weight, _attained in known)
    return 100 * sum(weight * max(0.0, min(1.0, attained)) for weight, attained in known) / whole


def is_better(good: GoodWhen, difference: float) -> bool | None:
    """Whether a change is good news; None where it is neither."""
    if not difference or good not in (GoodWhen.UP, GoodWhen.DOWN):
        return None
    return (difference > 0) == (good == GoodWhen.UP)


def amount_of(unit: MetricUnit, value: float | None) -> Any:
    """A target as answers give it."""
    if value is None:
        return None
    if unit == MetricUnit.MONEY:
        return from_minor(round(value))
    rounded = round(value, 2)
    return int(rounded) if rounded == int(rounded) else rounded
