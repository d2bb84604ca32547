"""The rules that everybody has until he says otherwise: facts and deadlines first, figures after.

Facts are exact and are tried every few minutes; figures are tried once a day, need a sample, and are never critical but
for a price that looks like a slip of the pen.
"""

from __future__ import annotations

from datetime import timedelta

from realty_cli.analytics.alert_kinds import Rule
from realty_cli.analytics.kinds import MetricUnit, Severity
from realty_cli.kit.i18n import mark as _

_INFO, _WARNING, _CRITICAL = Severity.INFO, Severity.WARNING, Severity.CRITICAL
_DAY = timedelta(days=1)

FACTS: tuple[Rule, ...] = (
    Rule(
        "lead_unanswered", _("An enquiry that nobody has answered"),
        _("{name}: enquiry {id} has waited for an answer for {value} of working time"),
        "realty clients log {client} call --lead {id}", MetricUnit.HOURS, 0.25, _WARNING, severe_value=2,
        shows={"value": "hours"},
    ),
    Rule(
        "lead_untouched", _("An open enquiry that nobody keeps up"),
        _("{name}: nothing has happened to enquiry {id} for {age} (usual for it: {allowed})"),
        "realty clients log {client} call --lead {id}", MetricUnit.RATIO, 1, _WARNING,
        shows={"age": "days", "allowed": "days"},
    ),
    Rule(
        "event_unconfirmed", _("A showing that is not confirmed"),
        _("“{name}” on {at} is not confirmed"),
        "realty events status {id} confirmed", MetricUnit.HOURS, 3, _WARNING, up=False, urgent=True,
        shows={"at": "moment"},
    ),
    Rule(
        "event_conflict", _("Two events at the same time"),
        _("“{name}” and “{other}” overlap by {value} on {at}"),
        "realty events conflicts", MetricUnit.HOURS, 1 / 60, _WARNING, shows={"at": "moment", "value": "hours"},
    ),
    Rule(
        "event_no_outcome", _("An event without an outcome"),
        _("“{name}” was over on {at}, and nothing is said of how it went"),
        "realty events status {id} completed", MetricUnit.HOURS, 24, _INFO, severe_value=72, shows={"at": "moment"},
    ),
    Rule(
        "deposit_deadline", _("A deposit that is not paid"),
        _("“{name}”: the deposit of {amount} was due on {on}"),
        "realty deals show {id}", MetricUnit.DAYS, 0, _CRITICAL, shows={"on": "date", "amount": "money"},
    ),
    Rule(
        "deal_date_slip", _("A deal past its date"),
        _("“{name}” was to close on {on} and is open ({value} ago)"),
        "realty deals edit {id} --expected DATE", MetricUnit.DAYS, 1, _CRITICAL,
        shows={"on": "date", "value": "days"},
    ),
    Rule(
        "deal_open_tasks", _("A deal that closes soon with tasks open"),
        _("“{name}” closes on {on}, and {tasks} of its tasks are open"),
        "realty events list --deal {id}", MetricUnit.DAYS, 5, _CRITICAL, up=False, shows={"on": "date"},
    ),
    Rule(
        "reservation_ending", _("A reservation that ends"),
        _("“{name}”: the listing is reserved until {on}"),
        "realty deals show {id}", MetricUnit.DAYS, 2, _WARNING, severe_value=0, up=False, shows={"on": "date"},
    ),
    Rule(
        "mortgage_expiring", _("A mortgage approval that expires"),
        _("“{name}”: the approval of the bank is good until {on}"),
        "realty deals show {id}", MetricUnit.DAYS, 7, _WARNING, severe_value=2, up=False, shows={"on": "date"},
    ),
    Rule(
        "commission_overdue", _("Commission that is overdue"),
        _("“{name}”: {amount} of commission was due on {on}"),
        "realty deals pay {deal} --line {id}", MetricUnit.DAYS, 7, _WARNING, severe_value=30,
        shows={"on": "date", "amount": "money"},
    ),
    Rule(
        "agreement_expiring", _("An exclusive agreement that ends"),
        _("“{name}”: the exclusive agreement ends on {on}"),
        "realty properties edit {id} --exclusive-until DATE", MetricUnit.DAYS, 14, _WARNING, severe_value=3, up=False,
        shows={"on": "date"},
    ),
    Rule(
        "sync_failed", _("A calendar that is not in step"),
        _("The calendar “{name}” has not been in step for {value}: {error}"),
        "realty events sync run", MetricUnit.HOURS, 6, _WARNING, shows={"value": "hours"},
    ),
    Rule(
        "backup_old", _("No recent backup"),
        _("The last backup of the store is {value} old"),
        "realty db backup", MetricUnit.DAYS, 7, _WARNING, shows={"value": "days"},
    ),
)  # fmt: skip

FIGURES: tuple[Rule, ...] = (
    Rule(
        "deal_stuck", _("A deal that does not move"),
        _("“{name}” has stood at one stage for {age} (usual: up to {allowed})"),
        "realty deals show {id}", MetricUnit.RATIO, 1, _WARNING, daily=True, shows={"age": "days", "allowed": "days"},
    ),
    Rule(
        "listing_stale", _("A listing that has stood too long"),
        _("“{name}” has been on the market for {age} (usual: up to {allowed}) without a reduction in 30 days"),
        "realty properties comparables {id}", MetricUnit.RATIO, 1, _WARNING, daily=True,
        shows={"age": "days", "allowed": "days"},
    ),
    Rule(
        "listing_no_showings", _("A listing that nobody looks at"),
        _("“{name}” has had no showing for {value}, and none is planned"),
        "realty properties matches {id}", MetricUnit.DAYS, 21, _WARNING, daily=True, shows={"value": "days"},
    ),
    Rule(
        "listing_many_showings", _("Many showings and no offer"),
        _("“{name}”: {value} showings at this price, and no offer"),
        "realty properties comparables {id}", MetricUnit.COUNT, 10, _WARNING, daily=True, shows={"value": "number"},
    ),
    Rule(
        "price_over_comps", _("A price above those of like listings"),
        _("“{name}” asks {over} more than {n} like listings suggest ({estimate})"),
        "realty properties comparables {id}", MetricUnit.RATIO, 0.1, _WARNING, clear_value=0.05, min_n=8, daily=True,
        shows={"over": "percent", "estimate": "money"},
    ),
    Rule(
        "price_under_comps", _("A price below those of like listings"),
        _("“{name}” asks {under} less than {n} like listings suggest ({estimate})"),
        "realty properties show {id}", MetricUnit.RATIO, -0.1, _INFO, severe_value=-0.5, severest=_CRITICAL,
        clear_value=-0.05, up=False, min_n=8, daily=True, shows={"under": "percent", "estimate": "money"},
    ),
    Rule(
        "plan_behind", _("The plan of the month is out of reach"),
        _("{got} of {target} is earned this month; with what is to close, hardly more than {most} is to be expected"),
        "realty analytics kpi", MetricUnit.RATIO, 1, _WARNING, up=False, daily=True,
        shows={"got": "money", "target": "money", "most": "money"},
    ),
    Rule(
        "no_show_rate", _("Clients often do not come"),
        _("{k} of the last {n} showings that were due did not take place because somebody did not come"),
        "realty events stats \"last 30 days\"", MetricUnit.RATIO, 0.15, _WARNING, clear_value=0.12, min_n=20,
        daily=True,
    ),
    Rule(
        "inventory_low", _("Few listings are left"),
        _("{n} listings are on the market, and {pace} are sold a month: enough for {value} months"),
        "realty analytics metrics properties", MetricUnit.MONTHS, 1.5, _INFO, clear_value=2, up=False, min_n=6,
        daily=True, shows={"value": "number", "pace": "number"},
    ),
    Rule(
        "count_drop", _("Fewer than usual"),
        _("{what}: {n} in the last 4 weeks; by the 26 weeks before, {usual} were to be expected"),
        "realty analytics trends", MetricUnit.RATIO, 0.05, _INFO, severe_value=0.01, clear_value=0.2, up=False,
        min_n=30, daily=True, shows={"usual": "number"},
    ),
    Rule(
        "count_jump", _("More than usual"),
        _("{what}: {n} in the last 4 weeks; by the 26 weeks before, {usual} were to be expected"),
        "realty analytics trends", MetricUnit.RATIO, 0.05, _INFO, severe_value=0.01, clear_value=0.2, up=False,
        min_n=30, daily=True, shows={"usual": "number"},
    ),
    Rule(
        "ratio_shift", _("A share has changed"),
        _("{what}: {share} in the last 30 days ({k} of {n}), {before} in the 90 days before"),
        "realty analytics compare", MetricUnit.RATIO, 0.01, _INFO, clear_value=0.2, up=False, min_n=30, daily=True,
        shows={"share": "percent", "before": "percent"},
    ),
    Rule(
        "data_quality", _("Figures that rest on gaps"),
        _("{what}: {k} of {n}"),
        "realty analytics kpi", MetricUnit.RATIO, 0.3, _INFO, clear_value=0.2, min_n=10, daily=True,
    ),
)  # fmt: skip

RULES: dict[str, Rule] = {rule.key: rule for rule in (*FACTS, *FIGURES)}
#: The key of alerts about a bound that somebody set himself.
METRIC = "metric"
