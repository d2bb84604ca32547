"""The slice's one attribute of `Work`: each kind of question has its own service, made when it is first asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from realty_cli.analytics.catalogue.metric import DEFINITIONS_VERSION
from realty_cli.analytics.scope import Scope, refuse_ahead, scope_of
from realty_cli.auth.policy import Act, require
from realty_cli.errors import Invalid
from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import Clock
from realty_cli.kit.i18n import translator
from realty_cli.kit.lazy import lazy
from realty_cli.settings import Settings
from realty_cli.store.changelog import ChangeLog
from realty_cli.store.database import Connection
from realty_cli.store.selection import any_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from realty_cli.analytics.alerts import Alerts
    from realty_cli.analytics.channels import ChannelImporter
    from realty_cli.analytics.charting import Charts
    from realty_cli.analytics.clients_service import ClientsService
    from realty_cli.analytics.comparison import ComparisonService
    from realty_cli.analytics.dashboard import Dashboard
    from realty_cli.analytics.event_service import EventMetrics
    from realty_cli.analytics.forecasting import ForecastService
    from realty_cli.analytics.insights import Insights
    from realty_cli.analytics.listing_service import ListingMetrics
    from realty_cli.analytics.money_service import MoneyService
    from realty_cli.analytics.one_listing import ListingStory
    from realty_cli.analytics.performance import PerformanceService
    from realty_cli.analytics.report_schedules import Schedules
    from realty_cli.analytics.reports import Reports
    from realty_cli.analytics.schemas.base import AnalyticsFilter
    from realty_cli.analytics.series import SeriesService
    from realty_cli.analytics.thresholds import Thresholds
    from realty_cli.analytics.trending import TrendService
    from realty_cli.kit.importing import Prepared


class Analytics:
    """Numbers over everything that the actor may see."""

    def __init__(self, db: Connection, actor: Actor, clock: Clock, settings: Settings, log: ChangeLog) -> None:
        self.db, self.actor, self.clock, self.settings, self.log = db, actor, clock, settings, log

    def scope(self, wanted: AnalyticsFilter, *, default: str = "month", ahead: bool = False) -> Scope:
        """What a filter asks about, now. Raises as `scope_of` does, and Invalid for a period that has not begun, of
        which there are no numbers yet, unless `ahead` lets it through."""
        found = scope_of(self.actor, wanted, self.clock.now(), default=default)
        if not ahead:
            refuse_ahead(found, found.asked, "period" if wanted.start_date is None else "start_date")
        if found.owners:
            params: dict[str, Any] = {}
            rows = self.db.all(f"SELECT id FROM accounts WHERE {any_of('id', 'agent', found.owners, params)}", params)
            if unknown := sorted(set(found.owners) - {row[0] for row in rows}):
                raise Invalid.one("agent", "account.not_found", id=unknown[0])
        return found

    @lazy
    def listings(self) -> ListingMetrics:
        """What is on the market, what came, what went, how long it took and at what price."""
        from realty_cli.analytics.listing_service import ListingMetrics

        return ListingMetrics(self)

    @lazy
    def listing(self) -> ListingStory:
        """How one listing does."""
        from realty_cli.analytics.one_listing import ListingStory

        return ListingStory(self)

    @lazy
    def events(self) -> EventMetrics:
        """What became of events, when, and what they took."""
        from realty_cli.analytics.event_service import EventMetrics

        return EventMetrics(self)

    @lazy
    def money(self) -> MoneyService:
        """What deals brought and are to bring, and what was spent."""
        from realty_cli.analytics.money_service import MoneyService

        return MoneyService(self)

    @lazy
    def clients(self) -> ClientsService:
        """What leads came, and what became of them."""
        from realty_cli.analytics.clients_service import ClientsService

        return ClientsService(self)

    @lazy
    def series(self) -> SeriesService:
        """Metrics by days, weeks, months or quarters."""
        from realty_cli.analytics.series import SeriesService

        return SeriesService(self)

    @lazy
    def trends(self) -> TrendService:
        """What a series did."""
        from realty_cli.analytics.trending import TrendService

        return TrendService(self)

    @lazy
    def forecasts(self) -> ForecastService:
        """What a series is likely to do. The only service here that takes numpy."""
        from realty_cli.analytics.forecasting import ForecastService

        return ForecastService(self)

    @lazy
    def alerts(self) -> Alerts:
        """What has to be looked at now."""
        from realty_cli.analytics.alerts import Alerts

        return Alerts(self)

    @lazy
    def thresholds(self) -> Thresholds:
        """From where on somebody wants to be told."""
        from realty_cli.analytics.thresholds import Thresholds

        return Thresholds(self)

    @lazy
    def insights(self) -> Insights:
        """What the numbers suggest."""
        from realty_cli.analytics.insights import Insights

        return Insights(self)

    @lazy
    def dashboard(self) -> Dashboard:
        """What matters of a period on one page."""
        from realty_cli.analytics.dashboard import Dashboard

        return Dashboard(self)

    @lazy
    def performance(self) -> PerformanceService:
        """How everybody does against targets."""
        from realty_cli.analytics.performance import PerformanceService

        return PerformanceService(self)

    @lazy
    def comparison(self) -> ComparisonService:
        """Two periods side by side."""
        from realty_cli.analytics.comparison import ComparisonService

        return ComparisonService(self)

    @lazy
    def charts(self) -> Charts:
        """Questions drawn."""
        from realty_cli.analytics.charting import Charts

        return Charts(self)

    @lazy
    def reports(self) -> Reports:
        """What is drawn for people to read."""
        from realty_cli.analytics.reports import Reports

        return Reports(self)

    @lazy
    def schedules(self) -> Schedules:
        """Reports that come by themselves."""
        from realty_cli.analytics.report_schedules import Schedules

        return Schedules(self)

    def channel_importer(self, on_rejected: Callable[[Prepared], None] | None = None) -> ChannelImporter:
        """What writes the rows of a file of portal statistics."""
        from realty_cli.analytics.channels import ChannelImporter

        return ChannelImporter(self, on_rejected)

    def definitions(self, language: str) -> dict[str, Any]:
        """Every metric with its definition: see `MetricDefinitions`."""
        from realty_cli.analytics.catalogue import METRICS

        require(self.actor, Act.ANALYTICS_READ)
        say = translator(language)
        items = [
            {
                "key": one.key, "label": say.text(one.label), "unit": one.unit.value,
                "good_when": one.good_when.value, "min_n": one.min_n, "definition": say.text(one.definition),
            }
            for one in METRICS.values()
        ]  # fmt: skip
        return {"definitions_version": DEFINITIONS_VERSION, "items": items, "total": len(items)}
