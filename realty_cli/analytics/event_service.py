"""Numbers of events as they are asked for: measured, compared, and put into words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from realty_cli.analytics.catalogue import named
from realty_cli.analytics.catalogue.metric import DEFINITIONS_VERSION
from realty_cli.analytics.event_counts import few
from realty_cli.analytics.event_metrics import EventsFound, dead_hours, measure, rates
from realty_cli.analytics.kinds import Compare
from realty_cli.analytics.scope import Scope
from realty_cli.analytics.values import Measured, block, shown_period
from realty_cli.auth.policy import Act, require
from realty_cli.events import instances
from realty_cli.kit.clock import stamp
from realty_cli.kit.i18n import translator
from realty_cli.store.selection import any_of

if TYPE_CHECKING:
    from realty_cli.analytics.service import Analytics


class EventMetrics:
    def __init__(self, analytics: Analytics) -> None:
        self.db, self.actor, self.clock = analytics.db, analytics.actor, analytics.clock

    def short(self, scope: Scope, compare: str = Compare.NONE) -> bool:
        """Whether series have to be laid further (`cover`) before what is said of a period, and of the one that it is
        compared with, is whole."""
        return instances.short(self.db, *_window(scope, compare), self.clock, self._whose)

    def cover(self, scope: Scope, compare: str = Compare.NONE) -> None:
        instances.cover(self.db, *_window(scope, compare), self.clock, self._whose)

    @property
    def _whose(self) -> int | None:
        return None if self.actor.sees_all else self.actor.id

    def measure(self, scope: Scope, types: Sequence[str] | None = None) -> EventsFound:
        """Raw numbers of the events of a scope, of some types or of all."""
        require(self.actor, Act.ANALYTICS_READ)
        return measure(self.db, scope, types)

    def few(self, scope: Scope) -> dict[str, Measured]:
        """Those of `measure` that the database counts and adds up by itself, at a fraction of the cost."""
        require(self.actor, Act.ANALYTICS_READ)
        return few(self.db, scope)

    def metrics(
        self, scope: Scope, language: str, compare: str = Compare.NONE, types: Sequence[str] | None = None
    ) -> dict[str, Any]:
        """See `EventMetrics` of the schemas."""
        found, earlier = self.measure(scope, types), scope.before(compare)
        before = None if earlier is None else self.measure(earlier, types).totals
        return {
            "period": shown_period(scope.period, partial=scope.partial),
            "scope": scope.told(language),
            "compared": None if earlier is None else shown_period(earlier.period, partial=earlier.partial),
            **block(named("events"), found.totals, translator(language), before=before),
            "by_status": _counted(found.statuses),
            "by_type": _counted(found.types),
            "by_agent": self._agents(found),
            "heatmap": found.figures["heatmap"],
            "rate": rates(found.figures),
            "dead_hours": dead_hours(found.figures),
            "data_quality": {name: None if one is None else round(one, 4) for name, one in found.quality.items()},
            "as_of": scope.as_of.isoformat(),
            "definitions_version": DEFINITIONS_VERSION,
        }

    def _agents(self, found: EventsFound) -> list[dict[str, Any]]:
        if not found.agents:
            return []
        params: dict[str, Any] = {}
        which = any_of("id", "account", [one["owner_id"] for one in found.agents], params)
        rows = self.db.all(f"SELECT id, coalesce(nullif(full_name, ''), username) FROM accounts WHERE {which}", params)
        names = {row[0]: row[1] for row in rows}
        shown = [{"agent": names.get(one["owner_id"], f"№ {one['owner_id']}"), **one} for one in found.agents]
        return sorted(shown, key=lambda one: (-one["completed"], one["owner_id"]))


def _window(scope: Scope, compare: str) -> tuple[str, str]:
    return min(stamp(one.asked.start) for one in (scope, scope.before(compare)) if one), stamp(scope.asked.end)


def _counted(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"value": value, "count": count} for value, count in counts.items()]
