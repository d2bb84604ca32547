"""Metrics of money: of the deals of one kind in one currency, and of all of them in one currency."""

from __future__ import annotations

from realty_cli.analytics.catalogue.metric import Metric
from realty_cli.analytics.kinds import GoodWhen, MetricUnit
from realty_cli.kit.i18n import mark as _

_COUNT, _MONEY, _RATIO, _DAYS = MetricUnit.COUNT, MetricUnit.MONEY, MetricUnit.RATIO, MetricUnit.DAYS
_UP, _DOWN, _NEUTRAL = GoodWhen.UP, GoodWhen.DOWN, GoodWhen.NEUTRAL

METRICS: tuple[Metric, ...] = (
    # Of one kind of deal in one currency.
    Metric("money.deals", _("Deals closed"), _COUNT, _UP, _("Deals that closed in the period, by the date of closing")),
    Metric("money.sides", _("Sides"), _COUNT, _UP,
           _("Sides that we worked for in the deals closed in the period; two where we worked for both")),
    Metric("money.sales_volume", _("Deal volume"), _MONEY, _UP,
           _("Sum of the final prices of deals closed in the period, each deal once; for rent, of monthly rents")),
    Metric("money.avg_deal", _("Mean deal"), _MONEY, _NEUTRAL,
           _("Mean final price of the deals closed in the period")),
    Metric("money.median_deal", _("Median deal"), _MONEY, _NEUTRAL,
           _("Median final price of the deals closed in the period")),
    Metric("money.gci", _("Gross commission"), _MONEY, _UP,
           _("Commission to the agency before anybody's part: of deals closed in the period, or by cash of lines"
             " paid in it")),
    Metric("money.net_to_agency", _("Left to the agency"), _MONEY, _UP,
           _("Gross commission less the parts of agents, other brokers and whoever sent the client")),
    Metric("money.agent_income", _("Agents' parts"), _MONEY, _UP, _("Parts of agents in the gross commission")),
    Metric("money.partners", _("Partners' parts"), _MONEY, _NEUTRAL,
           _("Parts of other brokers and of whoever sent the client in the gross commission")),
    Metric("money.avg_commission", _("Mean commission of a deal"), _MONEY, _UP,
           _("Mean commission of the deals closed in the period that have a line of commission")),
    Metric("money.commission_rate_weighted", _("Commission, share of price"), _RATIO, _UP,
           _("Sum of commissions over the sum of final prices of the same deals; for rent, over monthly rents")),
    Metric("money.commission_rate_mean", _("Commission, mean of shares"), _RATIO, _UP,
           _("Mean over deals of commission divided by final price")),
    Metric("money.win_rate", _("Win rate"), _RATIO, _UP,
           _("Deals closed in the period over all deals that ended in it, closed or lost; with a 95 % interval")),
    Metric("money.cycle_median", _("Days from deal to closing"), _DAYS, _DOWN,
           _("Median days from the beginning of a deal to its closing, deals closed in the period")),
    Metric("money.velocity", _("Pipeline velocity"), _MONEY, _UP,
           _("Open deals times mean commission times win rate, over the median days to closing")),
    Metric("money.open_deals", _("Open deals"), _COUNT, _NEUTRAL, _("Deals neither closed nor lost at the end")),
    Metric("money.pipeline_raw", _("Pipeline"), _MONEY, _UP,
           _("Sum of the commissions agreed for deals that are open at the end of the period")),
    Metric("money.pipeline_weighted", _("Weighted pipeline"), _MONEY, _UP,
           _("The pipeline with each deal counted by the chance that a deal of its stage closes, from own history; half"
             " of it where nobody touched the deal for 60 days")),
    Metric("money.receivable", _("Owed to the agency"), _MONEY, _DOWN,
           _("Commission of closed deals that was not paid by the end of the period")),
    # Of all deals in one currency: commissions of sales and rents add up, prices do not.
    Metric("money.receivable_0_30", _("Owed, to 30 days"), _MONEY, _NEUTRAL,
           _("What is not yet due, or due for 30 days at most; from the due date, else from the closing")),
    Metric("money.receivable_31_60", _("Owed, 31 to 60 days"), _MONEY, _DOWN, _("Due for 31 to 60 days")),
    Metric("money.receivable_61_90", _("Owed, 61 to 90 days"), _MONEY, _DOWN, _("Due for 61 to 90 days")),
    Metric("money.receivable_90p", _("Owed, over 90 days"), _MONEY, _DOWN, _("Due for more than 90 days")),
    Metric("money.expected_90d", _("Expected in 90 days"), _MONEY, _UP,
           _("Weighted pipeline of the deals that are to close within 90 days of the end of the period; with an 80 %"
             " interval")),
    Metric("money.coverage_90d", _("Pipeline coverage"), _RATIO, _UP,
           _("Expected in 90 days over the target of gross commission for these days"), 1),
    Metric("money.expenses", _("Expenses"), _MONEY, _DOWN, _("Money spent in the period")),
    Metric("money.profit", _("Profit"), _MONEY, _UP, _("Left to the agency less expenses")),
    Metric("money.margin", _("Margin"), _RATIO, _UP, _("Profit over gross commission"), 1),
)  # fmt: skip
