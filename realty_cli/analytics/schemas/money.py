"""What is asked and answered of money."""

from __future__ import annotations

from realty_cli.analytics.kinds import MoneyBasis
from realty_cli.analytics.schemas.base import AnalyticsQuery, MetricValue, PeriodShape, RowsTold
from realty_cli.deals.kinds import DealKind, Stage
from realty_cli.deals.money_kinds import ExpenseCategory
from realty_cli.kit.schema import Schema, Word


class MoneyQuery(AnalyticsQuery):
    """`basis`: whether commission counts when a deal closes, or when it is paid."""

    basis: Word[MoneyBasis] = MoneyBasis.ACCRUAL


class PipelineStage(Schema):
    """Open deals of one stage. `probability` that one of them closes comes of `n` deals that ended, and leans on a
    usual one where these are few."""

    stage: Word[Stage]
    deals: int
    raw: float | int
    weighted: float | int
    probability: float
    n: int


class MoneyBlock(Schema):
    """Deals of one kind in one currency: prices of sales and of rents are never added up."""

    deal_kind: Word[DealKind]
    currency: str
    deals: MetricValue
    sides: MetricValue
    sales_volume: MetricValue
    avg_deal: MetricValue
    median_deal: MetricValue
    gci: MetricValue
    net_to_agency: MetricValue
    agent_income: MetricValue
    partners: MetricValue
    avg_commission: MetricValue
    commission_rate_weighted: MetricValue
    commission_rate_mean: MetricValue
    win_rate: MetricValue
    cycle_median: MetricValue
    velocity: MetricValue
    open_deals: MetricValue
    pipeline_raw: MetricValue
    pipeline_weighted: MetricValue
    receivable: MetricValue
    pipeline_by_stage: list[PipelineStage]


class ExpenseShare(Schema):
    category: Word[ExpenseCategory]
    amount: float | int
    share: float | None


class Plan(Schema):
    """The target of gross commission for the whole period. `expected_now` is what the working days that passed should
    have brought, `attainment` the fact over it; `forecast`, while the period lasts, is the fact and what the open deals
    that are to close in it bring by their chances."""

    target: float | int | None
    fact: float | int
    expected_now: float | int | None
    attainment: float | None
    forecast: float | int | None


class MoneyTotal(Schema):
    """All deals in one currency: commissions of sales and rents add up."""

    currency: str
    gci: MetricValue
    net_to_agency: MetricValue
    agent_income: MetricValue
    partners: MetricValue
    expenses: MetricValue
    profit: MetricValue
    margin: MetricValue
    pipeline_raw: MetricValue
    pipeline_weighted: MetricValue
    expected_90d: MetricValue
    coverage_90d: MetricValue
    receivable: MetricValue
    receivable_0_30: MetricValue
    receivable_31_60: MetricValue
    receivable_61_90: MetricValue
    receivable_90p: MetricValue
    expenses_by_category: list[ExpenseShare]
    plan: Plan


class AgentMoney(Schema):
    """What the deals of an agent came to, in one currency."""

    owner_id: int
    agent: str
    currency: str
    deals: int
    sides: int
    gci: float | int
    agent_income: float | int


class MonthMoney(Schema):
    """One month of the period (`2026-03`), cut to it; in one currency."""

    month: str
    currency: str
    deals: int
    sides: int
    gci: float | int
    net_to_agency: float | int
    expenses: float | int
    profit: float | int
    partial: bool


class MoneyQuality(Schema):
    """How much of what the numbers stand on was filled in, as shares; None where there is nothing to fill in."""

    share_deals_with_commission: float | None
    share_open_deals_with_commission: float | None
    share_open_deals_with_date: float | None


class FinancialMetrics(Schema):
    """Money of a period. `blocks` has each kind of deal in each currency (at least sales in the agency's own), `totals`
    each currency."""

    period: PeriodShape
    scope: RowsTold
    compared: PeriodShape | None
    basis: Word[MoneyBasis]
    blocks: list[MoneyBlock]
    totals: list[MoneyTotal]
    by_agent: list[AgentMoney]
    by_month: list[MonthMoney]
    data_quality: MoneyQuality
    as_of: str
    definitions_version: str
