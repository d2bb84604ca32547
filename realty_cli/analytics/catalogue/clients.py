"""Metrics of clients and leads."""

from __future__ import annotations

from realty_cli.analytics.catalogue.metric import Metric
from realty_cli.analytics.kinds import GoodWhen, MetricUnit
from realty_cli.kit.i18n import mark as _

_COUNT, _MONEY, _RATIO = MetricUnit.COUNT, MetricUnit.MONEY, MetricUnit.RATIO
_HOURS, _DAYS, _MONTHS = MetricUnit.HOURS, MetricUnit.DAYS, MetricUnit.MONTHS
_UP, _DOWN, _NEUTRAL = GoodWhen.UP, GoodWhen.DOWN, GoodWhen.NEUTRAL

METRICS: tuple[Metric, ...] = (
    Metric("clients.new_leads", _("New leads"), _COUNT, _UP,
           _("Leads that came in the period, without spam and duplicates")),
    Metric("clients.spam", _("Spam and duplicates"), _COUNT, _DOWN,
           _("Leads of the period that were lost as spam or as a duplicate")),
    Metric("clients.attempted_share", _("Answered leads"), _RATIO, _UP,
           _("New leads that we called or wrote to, or spoke with, over new leads; what a program sends does not"
             " count")),
    Metric("clients.contacted_share", _("Leads spoken with"), _RATIO, _UP,
           _("New leads with a talk of both sides over new leads")),
    Metric("clients.response_median", _("Time to the first answer"), _HOURS, _DOWN,
           _("Median hours from a lead to the first answer; leads that still wait count as waiting")),
    Metric("clients.response_p90", _("Time to the first answer, 90 %"), _HOURS, _DOWN,
           _("Nine leads of ten were answered within these hours")),
    Metric("clients.response_working_median", _("Time to the first answer, working time"), _HOURS, _DOWN,
           _("Median hours of the working time of the lead's agent, by his settings and without days off, from a lead"
             " to the first answer; leads that still wait count as waiting")),
    Metric("clients.response_working_p90", _("Time to the first answer, working time, 90 %"), _HOURS, _DOWN,
           _("Nine leads of ten were answered within these hours of the working time of their agents")),
    Metric("clients.within_5m", _("Answered in 5 minutes"), _RATIO, _UP,
           _("New leads answered within 5 minutes over new leads")),
    Metric("clients.within_1h", _("Answered in an hour"), _RATIO, _UP,
           _("New leads answered within an hour over new leads")),
    Metric("clients.unanswered", _("Leads without an answer"), _COUNT, _DOWN,
           _("New leads that are open and still have no answer")),
    Metric("clients.lead_to_deal", _("Leads that became deals"), _RATIO, _UP,
           _("New leads that were won so far over new leads, with a 95 % interval; one that deals name counts from when"
             " one of them has closed. The newest had little time yet")),
    Metric("clients.cycle_median", _("Days from lead to deal"), _DAYS, _DOWN,
           _("Median days from a lead to its deal among the leads of the last year, open ones counted as not yet there"
             " (Kaplan-Meier)")),
    Metric("clients.open_leads", _("Open leads"), _COUNT, _NEUTRAL, _("Leads neither won nor lost at the end")),
    Metric("clients.active", _("Active clients"), _COUNT, _UP,
           _("Clients with a talk, a message, an event or a new stage in the last 30 days")),
    Metric("clients.dormant", _("Sleeping leads"), _COUNT, _DOWN,
           _("Open leads that nobody touched: hot for 3 days, warm for 7, cold for 30, others for 14")),
    Metric("clients.repeat_share", _("Clients who came back"), _RATIO, _UP,
           _("Clients of deals closed in the period who had closed one before, over clients of deals closed in it")),
    Metric("clients.referral_share", _("Leads by recommendation"), _RATIO, _UP,
           _("New leads that somebody sent us, over new leads")),
    Metric("clients.demand_match", _("Requests with something to show"), _RATIO, _UP,
           _("Open requests that a listing on the market answers, over open requests (the newest 50)")),
    Metric("clients.satisfaction", _("Satisfaction (NPS)"), MetricUnit.SCORE, _UP,
           _("Share of those who would recommend us (9 or 10) less that of critics (6 and less), in points: the last"
             " score of each client in the period; from ten clients on"), 10),
    Metric("clients.cac", _("Cost of a client"), _MONEY, _DOWN,
           _("Expenses on channels over the clients of won leads of the period"), 1),
    Metric("clients.ltv", _("Worth of a client"), _MONEY, _UP,
           _("Commission left to the agency over all clients with a closed deal, over what is known so far")),
    Metric("clients.ltv_to_cac", _("Worth over cost of a client"), MetricUnit.SCORE, _UP,
           _("Worth of a client divided by the cost of one"), 1),
    Metric("clients.payback", _("Months until a client pays"), _MONTHS, _DOWN,
           _("After so many months from their first lead clients with a closed deal had brought the agency what one"
             " costs: all that is left to it, over those who came so long ago. Not available without a cost; no data,"
             " with the months looked at as lower bound, where they have not yet")),
)  # fmt: skip
