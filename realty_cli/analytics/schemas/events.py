"""What is asked and answered of events."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from realty_cli.analytics.schemas.base import AnalyticsQuery, MetricValue, PeriodShape, RowsTold
from realty_cli.events.kinds import EventType
from realty_cli.kit.schema import Schema, Word


class EventMetricsQuery(AnalyticsQuery):
    """Which events, over which period, compared with what. A filter of listings leaves the events of such listings."""

    event_type: Annotated[list[Word[EventType]], Field(max_length=20)] | None = None


class CountOf(Schema):
    value: str
    count: int


class AgentEvents(Schema):
    """What became of an agent's events. The rate is null where there is nothing to divide by."""

    owner_id: int
    agent: str
    due: int
    completed: int
    cancelled: int
    no_show: int
    stale_open: int
    showings: int
    completion_rate: float | None
    busy_hours: float


class DeadHour(Schema):
    """An hour of the week in which few events take place: `rate` leans on that of all hours where it has few events.
    Weekdays from 0, Monday."""

    weekday: int
    hour: int
    due: int
    completed: int
    rate: float


class EventQuality(Schema):
    """Shares of what the numbers stand on; None without any."""

    share_with_outcome: float | None
    share_showings_with_property: float | None
    share_cancelled_with_reason: float | None


class EventMetrics(Schema):
    """Events of a period. `heatmap` counts those that are over by weekday (Monday first) and local hour, `rate` the
    share of them that took place, where there are eight or more."""

    period: PeriodShape
    scope: RowsTold
    compared: PeriodShape | None
    total: MetricValue
    due: MetricValue
    scheduled: MetricValue
    completed: MetricValue
    cancelled: MetricValue
    no_show: MetricValue
    rescheduled: MetricValue
    stale_open: MetricValue
    showings: MetricValue
    calls: MetricValue
    completion_rate: MetricValue
    no_show_rate: MetricValue
    cancellation_rate: MetricValue
    cancelled_by_agent: MetricValue
    cancelled_by_client: MetricValue
    cancelled_by_owner: MetricValue
    late_cancel_rate: MetricValue
    confirmation_rate: MetricValue
    reschedule_mean: MetricValue
    showings_per_sale: MetricValue
    showings_per_sale_median: MetricValue
    showing_to_offer: MetricValue
    busy_hours: MetricValue
    utilisation: MetricValue
    conflicts: MetricValue
    conflict_hours: MetricValue
    average_duration: MetricValue
    actual_duration: MetricValue
    travel_misses: MetricValue
    feedback_rate: MetricValue
    rating_mean: MetricValue
    by_status: list[CountOf]
    by_type: list[CountOf]
    by_agent: list[AgentEvents]
    heatmap: list[list[int]]
    rate: list[list[float | None]]
    dead_hours: list[DeadHour]
    data_quality: EventQuality
    as_of: str
    definitions_version: str
