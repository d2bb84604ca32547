"""What is asked and answered of the dashboard."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict

from realty_cli.analytics.kinds import Step
from realty_cli.analytics.schemas.alerts import ActiveAlerts, Insight
from realty_cli.analytics.schemas.base import AnalyticsFilter, MetricValue, PeriodShape, RowsTold
from realty_cli.analytics.schemas.clients import FunnelStage
from realty_cli.events.kinds import EventStatus, EventType
from realty_cli.kit.schema import Schema, Word


class DashboardRequest(AnalyticsFilter):
    """Which period (this month by default) and which parts of the page."""

    model_config = ConfigDict(strict=True)

    include_properties: bool = True
    include_events: bool = True
    include_financial: bool = True
    include_clients: bool = True
    compare: Literal["previous", "yoy", "none"] = "previous"

    def sections(self) -> list[str]:
        """The parts that are wanted."""
        parts = {
            "properties": self.include_properties, "events": self.include_events,
            "financial": self.include_financial, "clients": self.include_clients,
        }  # fmt: skip
        return [name for name, wanted in parts.items() if wanted]


class DashboardQuery(DashboardRequest):
    """The same as a query string asks for it."""

    model_config = ConfigDict(strict=False)


class AlsoIn(Schema):
    """The same of another currency."""

    currency: str
    value: float


class Kpi(MetricValue):
    """A number of the first row; `target` is what was to be reached in the whole period, where somebody set it. `also`
    has what there is in other currencies, which no sum can take in, and `deal_type` is the kind of deal that it is of
    where the others are of all."""

    target: float | None = None
    deal_type: str | None = None
    also: list[AlsoIn]


class MetricGroup(Schema):
    """Numbers that belong together: `title` names a kind of deal, None where they are of all."""

    title: str | None
    deal_type: str | None
    currency: str | None
    metrics: list[MetricValue]


class DashboardBlock(Schema):
    name: Literal["properties", "events", "financial", "clients"]
    title: str
    groups: list[MetricGroup]


class LinePoint(Schema):
    t: str
    value: float | None
    partial: bool


class UsualRange(Schema):
    """Four weeks of five lie within."""

    low: int
    high: int


class DashboardLine(Schema):
    metric: str
    label: str
    granularity: Word[Step]
    points: list[LinePoint]
    usual: UsualRange | None


class DashboardEvent(Schema):
    id: int
    start_time: str
    end_time: str
    event_type: Word[EventType]
    status: Word[EventStatus]
    all_day: bool
    title: str
    place: str | None


class DashboardDay(Schema):
    """The caller's own events of today, those called off left out."""

    date: str
    total: int
    items: list[DashboardEvent]


class DashboardResponse(Schema):
    """At most eight `kpis`, a block for each part, and what needs attention now."""

    period: PeriodShape
    scope: RowsTold
    compared: PeriodShape | None
    kpis: list[Kpi]
    blocks: list[DashboardBlock]
    funnel: list[FunnelStage]
    lines: list[DashboardLine]
    today: DashboardDay
    alerts: ActiveAlerts
    insights: list[Insight]
    as_of: str
    definitions_version: str
