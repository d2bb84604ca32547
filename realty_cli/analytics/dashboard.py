"""The dashboard: what matters of a period on one page, composed of what the other services measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from math import ceil, floor
from statistics import quantiles
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from realty_cli.analytics import market
from realty_cli.analytics.catalogue import named
from realty_cli.analytics.catalogue.metric import DEFINITIONS_VERSION
from realty_cli.analytics.goals import Goals
from realty_cli.analytics.kinds import Compare, Step
from realty_cli.analytics.scope import Scope
from realty_cli.analytics.values import Measured, block, shown_period
from realty_cli.auth.policy import Act, require
from realty_cli.deals.money_kinds import TargetMetric
from realty_cli.events.kinds import EventStatus
from realty_cli.kit import periods
from realty_cli.kit.clock import stamp
from realty_cli.kit.i18n import mark as _
from realty_cli.kit.i18n import translator
from realty_cli.kit.money import from_minor
from realty_cli.kit.periods import Period

if TYPE_CHECKING:
    from realty_cli.analytics.service import Analytics

#: The parts that may be left out, in the order in which they are shown.
SECTIONS: tuple[str, ...] = ("properties", "events", "financial", "clients")
_EVENTS, _ALERTS, _INSIGHTS = 8, 5, 5
#: Weeks of a line, and so many whole ones at least before a usual range is said.
_WEEKS, _ENOUGH = 13, 8
_Names = tuple[str, ...]
_MARKET: _Names = (*market.NAMES, "dom_closed_median")
_CALENDAR: _Names = (
    "due", "showings", "calls", "completion_rate", "no_show_rate", "cancellation_rate", "utilisation", "stale_open",
)  # fmt: skip
_MONEY: _Names = (
    "gci", "net_to_agency", "expenses", "profit", "pipeline_weighted", "expected_90d", "receivable", "receivable_90p",
)  # fmt: skip
_DEALS: _Names = ("deals", "sales_volume", "avg_commission", "win_rate", "open_deals")
_PEOPLE: _Names = (
    "new_leads", "contacted_share", "response_median", "within_1h", "unanswered", "lead_to_deal", "open_leads",
    "dormant",
)  # fmt: skip
#: The order of the first row.
_FIRST: _Names = (
    "properties.inventory", "properties.new", "events.showings", "events.no_show_rate", "properties.reserved",
    "money.gci", "clients.new_leads", "properties.dom_closed_median",
)  # fmt: skip
_TITLES = {
    "properties": _("Listings"), "events": _("Calendar"), "financial": _("Money"), "clients": _("Clients"),
}  # fmt: skip
#: Beside what all of a kind come to: sales and rents apart, as their prices do not add up.
_DEAL_TITLES = {"sale": _("Sale"), "rent": _("Rent"), "daily_rent": _("Daily rent")}


class Dashboard:
    def __init__(self, analytics: Analytics) -> None:
        self._analytics = analytics

    def show(
        self, scope: Scope, language: str, *, sections: Sequence[str] = SECTIONS, compare: str = Compare.PREVIOUS
    ) -> dict[str, Any]:
        """See `DashboardResponse`."""
        require(self._analytics.actor, Act.ANALYTICS_READ)
        page = _Page(self._analytics, scope, compare, language)
        for name in SECTIONS:
            if name in sections:
                getattr(page, name)()
        earlier = page.earlier
        return {
            "period": shown_period(scope.period, partial=scope.partial),
            "scope": scope.told(language),
            "compared": None if earlier is None else shown_period(earlier.period, partial=earlier.partial),
            "kpis": sorted(page.kpis, key=lambda one: _FIRST.index(one["key"])),
            "blocks": page.blocks,
            "funnel": page.funnel,
            "lines": page.lines,
            "today": self._today(scope),
            "alerts": self._analytics.alerts.active(language, limit=_ALERTS),
            "insights": self._analytics.insights.latest(language, limit=_INSIGHTS)["items"],
            "as_of": scope.as_of.isoformat(),
            "definitions_version": DEFINITIONS_VERSION,
        }

    def _today(self, scope: Scope) -> dict[str, Any]:
        """The actor's own day."""
        zone = ZoneInfo(scope.actor.timezone)
        day = periods.period("day", scope.now, zone)
        rows = self._analytics.db.all(
            "SELECT n.event_id, n.start_time, n.end_time, n.event_type, n.status, n.all_day, e.title, e.location,"
            " p.address FROM event_instances n JOIN events e ON e.id = n.event_id"
            " LEFT JOIN properties p ON p.id = n.property_id AND p.owner_id = n.owner_id"
            " WHERE n.owner_id = :me AND n.start_time >= :begin AND n.start_time < :end AND n.status <> :off"
            " AND e.deleted_at IS NULL ORDER BY n.start_time, n.id",
            {
                "me": scope.actor.id, "begin": stamp(day.start), "end": stamp(day.end),
                "off": EventStatus.CANCELLED.value,
            },
        )  # fmt: skip
        return {
            "date": day.first.isoformat(),
            "total": len(rows),
            "items": [
                {
                    "id": row[0], "start_time": _local(row[1], zone), "end_time": _local(row[2], zone),
                    "event_type": row[3], "status": row[4], "all_day": bool(row[5]), "title": row[6],
                    "place": row[7] or row[8],
                }
                for row in rows[:_EVENTS]
            ],
        }  # fmt: skip


class _Page:
    """The parts of one dashboard as they are asked for. Each asks its service for the period and the one before."""

    def __init__(self, analytics: Analytics, scope: Scope, compare: str, language: str) -> None:
        self._analytics, self._scope, self._compare, self._language = analytics, scope, compare, language
        self._say, self.earlier = translator(language), scope.before(compare)
        self.kpis: list[dict[str, Any]] = []
        self.blocks: list[dict[str, Any]] = []
        self.funnel: list[dict[str, Any]] = []
        self.lines: list[dict[str, Any]] = []

    def properties(self) -> None:
        asked = [self._scope] if self.earlier is None else [self._scope, self.earlier]
        weeks = self._weeks()
        steps = [stamp(week.start) for week in weeks] + [self._now_and_on]
        stretches = [(one.start, one.end) for one in asked]
        (found, *before), new = market.measure(self._analytics.db, self._scope, stretches, steps)
        earlier = before[0] if before else None
        totals = self._some("properties", market.NAMES, found.totals(), earlier.totals() if earlier else None)
        groups = [self._group("", totals)]
        for key in sorted({*found.counts, *(earlier.counts if earlier else ())}, key=_order):
            was = earlier.block(key) if earlier else None
            groups.append(self._group(key[0], self._some("properties", _MARKET, found.block(key), was), key[1]))
        self._block("properties", groups)
        self._kpi(*(totals[name] for name in ("inventory", "new", "reserved")))
        if len(groups) > 1:
            # Days of a sale and of a rent have no common middle: the count beside them is of both, which is said.
            main = groups[1]
            named = {} if len(groups) == 2 else {"deal_type": main["deal_type"]}
            self._kpi({**main["by_name"]["dom_closed_median"], **named})
        self._line("properties.new", [(week.first, count) for week, count in zip(weeks, new, strict=True)])

    def events(self) -> None:
        service = self._analytics.events
        before = None if self.earlier is None else service.few(self.earlier)
        totals = self._some("events", _CALENDAR, service.few(self._scope), before)
        self._block("events", [self._group("", totals)])
        self._kpi(*(totals[name] for name in ("showings", "no_show_rate") if name in totals))
        self._line("events.showings", self._read("events.showings"))

    def financial(self) -> None:
        service, goals = self._analytics.money, Goals(self._analytics.db, self._scope)
        found, before = service.few(self._scope, self.earlier)
        groups = []
        asked = self._scope.asked
        for money in sorted(found.totals, key=lambda one: (one != self._analytics.settings.currency, one)):
            shown = self._some(
                "money", _MONEY, found.totals[money], None if before is None else before.totals.get(money, {}), money
            )
            groups.append(self._group("", shown, money))
        for key in sorted(found.blocks, key=_order):
            shown = self._some(
                "money", _DEALS, found.blocks[key], None if before is None else before.blocks.get(key, {}), key[1]
            )
            groups.append(self._group(key[0], shown, key[1]))
        self._block("financial", groups)
        if groups and (gci := groups[0]["by_name"].get("gci")):
            target = goals.amount(TargetMetric.GCI, asked.first, asked.last, groups[0]["currency"])
            # Amounts in other currencies do not add up, and are no less commission.
            others = [one["by_name"].get("gci") for one in groups[1 : len(found.totals)]]
            self._kpi({
                **gci, "target": None if target is None else from_minor(round(target)),
                "also": [{name: one[name] for name in ("currency", "value")} for one in others if one and one["value"]],
            })  # fmt: skip

    def clients(self) -> None:
        shown = self._analytics.clients.few(self._scope, self._language, self._compare)
        people = {name: shown["by_name"][name] for name in _PEOPLE}
        self._block("clients", [self._group("", people)])
        if leads := people.get("new_leads"):
            self._kpi(leads)
        self.funnel = shown["stages"]
        self._line("clients.new_leads", self._read("clients.new_leads"))

    # What they are made of ----------------------------------------------------------------------------------------

    def _some(
        self, group: str, names: Sequence[str], found: Mapping[str, Measured],
        before: Mapping[str, Measured] | None, currency: str | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """The named ones of what was measured, in this order."""
        chosen = {name: found[name] for name in names if name in found}
        return block(named(group), chosen, self._say, currency=currency, before=before)

    def _group(self, deal_type: str, shown: Mapping[str, Any], currency: str | None = None) -> dict[str, Any]:
        return {
            "title": self._say.text(_DEAL_TITLES[deal_type]) if deal_type else None, "deal_type": deal_type or None,
            "currency": currency, "by_name": shown,
        }  # fmt: skip

    def _block(self, name: str, groups: Sequence[Mapping[str, Any]]) -> None:
        self.blocks.append({
            "name": name,
            "title": self._say.text(_TITLES[name]),
            "groups": [
                {
                    "title": one["title"], "deal_type": one["deal_type"], "currency": one["currency"],
                    "metrics": list(one["by_name"].values()),
                }
                for one in groups
            ],
        })  # fmt: skip

    def _kpi(self, *shown: dict[str, Any]) -> None:
        self.kpis += [{"target": None, "deal_type": None, "also": [], **one} for one in shown]

    @property
    def _now_and_on(self) -> str:
        """The end of what has passed."""
        return self._scope.over(periods.period("week", self._scope.now, self._scope.zone)).end

    def _weeks(self) -> list[Period]:
        """The last weeks, this one among them."""
        last = periods.period("week", self._scope.now, self._scope.zone)
        begin = last.first - timedelta(weeks=_WEEKS - 1)
        return list(periods.split(periods.between(begin, last.last, self._scope.zone), "week"))

    def _read(self, metric: str) -> list[tuple[date, float | None]]:
        weeks = self._weeks()
        stretch = self._scope.over(periods.between(weeks[0].first, weeks[-1].last, self._scope.zone))
        return [(one.t, one.value) for one in self._analytics.series.read(metric, stretch, Step.WEEK).points]

    def _line(self, metric: str, values: Sequence[tuple[date, float | None]]) -> None:
        """A metric week by week up to now, and what is usual for a week: between the lowest and the highest tenth of
        the whole ones, if there are enough."""
        whole = [value for _day, value in values[:-1] if value is not None]
        usual = None
        if len(whole) >= _ENOUGH and any(whole):
            tenths = quantiles(whole, n=10, method="inclusive")
            usual = {"low": floor(tenths[0]), "high": ceil(tenths[-1])}
        group, _dot, name = metric.partition(".")
        self.lines.append({
            "metric": metric, "label": self._say.text(named(group)[name].label), "granularity": Step.WEEK.value,
            "points": [
                {"t": day.isoformat(), "value": value, "partial": at == len(values)}
                for at, (day, value) in enumerate(values, 1)
            ],
            "usual": usual,
        })  # fmt: skip


def _order(key: tuple[str, str]) -> tuple[bool, str, str]:
    return key[0] != "sale", *key


def _local(stored: str, zone: ZoneInfo) -> str:
    return datetime.fromisoformat(stored).astimezone(zone).isoformat(timespec="minutes")
