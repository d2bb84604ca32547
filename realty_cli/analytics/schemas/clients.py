"""What is answered of clients and leads."""

from __future__ import annotations

from typing import Literal

from realty_cli.analytics.schemas.base import MetricValue, PeriodShape, RowsTold
from realty_cli.clients.kinds import LeadStage
from realty_cli.kit.schema import Schema, Word


class FunnelStage(Schema):
    """How many leads of the cohort ever reached a stage or one behind it: `reached_share` of all, `step_conversion` of
    those that reached the stage before, each with a 95 % interval (Wilson). `median_days` is how long it took to get
    here from the stage before."""

    stage: Word[LeadStage]
    label: str
    entered: int
    reached_share: float | None
    ci_low: float | None
    ci_high: float | None
    step_conversion: float | None
    step_low: float | None
    step_high: float | None
    median_days: float | None


class StageStay(Schema):
    """Of `n` leads of the cohort that came to a stage, `left` have gone on or ended; `median_days` is after how many
    days half of them have (Kaplan-Meier), None where fewer than ten have, or half are not known to."""

    stage: Word[LeadStage]
    label: str
    n: int
    left: int
    median_days: float | None


class Funnel(Schema):
    """Leads that came in the period, by what they want; `maturity_days` is the age of the youngest, of
    `mature_after_days` that a lead may need."""

    kind: Literal["demand", "supply"]
    leads: int
    lost: int
    maturity_days: int
    mature_after_days: int
    stages: list[FunnelStage]
    stays: list[StageStay]


class LostReason(Schema):
    """Of the leads of the cohort that were lost."""

    reason: str
    leads: int
    share: float


class SourceFigures(Schema):
    """Where the leads of the period came from, and what became of them so far: `deals` are the won ones. Money of one
    currency; `gci` and `net` are their shares in the closed deals that they led to, `roi` is (gci - cost) / cost, None
    where nothing was spent."""

    source: str | None
    currency: str
    leads: int
    deals: int
    conversion: float | None
    ci_low: float | None
    ci_high: float | None
    cost: float | int
    gci: float | int
    net: float | int
    roi: float | None
    cpl: float | int | None
    cost_per_deal: float | int | None
    cac: float | int | None


class CohortCell(Schema):
    """How many leads of a month were won in their first `months` months, and the gross commission of the deals that
    they led to and that closed in these months, in all and per lead; None while these are not over."""

    months: int
    won: int | None
    share: float | None
    gci: float | int | None
    gci_per_lead: float | int | None


class Cohort(Schema):
    """Leads of a month (`2026-03`); money in `currency`."""

    month: str
    size: int
    currency: str
    cells: list[CohortCell]


class Worth(Schema):
    """What clients brought who first closed a deal so long ago: in their first 12, 24, 36 months."""

    months: int
    currency: str
    clients: int
    per_client: float | int | None


class ClientQuality(Schema):
    share_leads_with_source: float | None
    share_lost_with_reason: float | None


class ClientMetrics(Schema):
    """Leads that came in the period, and what became of them up to `followed_until`; what is open at its end. Where two
    periods are compared, the leads of both are followed as long."""

    period: PeriodShape
    scope: RowsTold
    compared: PeriodShape | None
    followed_until: str
    new_leads: MetricValue
    spam: MetricValue
    attempted_share: MetricValue
    contacted_share: MetricValue
    response_median: MetricValue
    response_p90: MetricValue
    response_working_median: MetricValue
    response_working_p90: MetricValue
    within_5m: MetricValue
    within_1h: MetricValue
    unanswered: MetricValue
    lead_to_deal: MetricValue
    cycle_median: MetricValue
    open_leads: MetricValue
    active: MetricValue
    dormant: MetricValue
    repeat_share: MetricValue
    referral_share: MetricValue
    demand_match: MetricValue
    satisfaction: MetricValue
    cac: MetricValue
    ltv: MetricValue
    ltv_to_cac: MetricValue
    payback: MetricValue
    currency: str
    funnels: list[Funnel]
    lost_reasons: list[LostReason]
    sources: list[SourceFigures]
    cohorts: list[Cohort]
    worth: list[Worth]
    data_quality: ClientQuality
    as_of: str
    definitions_version: str
