"""The slice's one attribute of `Work`: each kind of question has its own service, made when it is first asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from realty_cli.analytics.catalogue.metric import DEFINITIONS_VERSION
from realty_cli.analytics.scope import Scope, scope_of
from realty_cli.auth.policy import Act, require
from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import Clock
from realty_cli.kit.i18n import translator
from realty_cli.kit.lazy import lazy
from realty_cli.settings import Settings
from realty_cli.store.changelog import ChangeLog
from realty_cli.store.database import Connection

if TYPE_CHECKING:
    from realty_cli.analytics.clients_service import ClientsService
    from realty_cli.analytics.listing_service import ListingMetrics
    from realty_cli.analytics.money_service import MoneyService
    from realty_cli.analytics.schemas.base import AnalyticsFilter


class Analytics:
    """Numbers over everything that the actor may see."""

    def __init__(self, db: Connection, actor: Actor, clock: Clock, settings: Settings, log: ChangeLog) -> None:
        self.db, self.actor, self.clock, self.settings, self.log = db, actor, clock, settings, log

    def scope(self, wanted: AnalyticsFilter, *, default: str = "month") -> Scope:
        """What a filter asks about, now; raises as `scope_of` does."""
        return scope_of(self.actor, wanted, self.clock.now(), default=default)

    @lazy
    def listings(self) -> ListingMetrics:
        """What is on the market, what came, what went, how long it took and at what price."""
        from realty_cli.analytics.listing_service import ListingMetrics

        return ListingMetrics(self)

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
