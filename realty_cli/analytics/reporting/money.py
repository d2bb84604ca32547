"""Money of a period: what came, who got it, what it cost, what is owed and what is to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from realty_cli.analytics.chart_parts import MOST_MONTHS, begun
from realty_cli.analytics.reporting import lines
from realty_cli.analytics.reporting.paper import MOST_ROWS, Paper
from realty_cli.analytics.reporting.properties import quality
from realty_cli.kit.i18n import mark as _
from realty_cli.reports.document import Block, Chart, Column, Document, Section, Series, Table

_TITLE = _("Money: {period}")
_NOTHING = _("No deal was closed and nothing was spent in {period}.")
_ANSWER = _("{deals} brought {gci} of commission, {net} of it to the agency; after expenses {profit} are left")
_PLAN = _("the commission is {share} of the plan of {target}")
_EXPECTED = _("the commission is {share} of what the plan expects by now ({expected} of {target})")
_TOTALS = (
    "gci", "net_to_agency", "expenses", "profit", "pipeline_weighted", "expected_90d", "receivable", "receivable_90p",
)  # fmt: skip
_BLOCK = (
    "deals", "sides", "sales_volume", "avg_deal", "median_deal", "gci", "avg_commission", "commission_rate_weighted",
    "win_rate", "cycle_median", "velocity", "open_deals", "pipeline_raw", "pipeline_weighted",
)  # fmt: skip
_QUALITY = {
    "share_deals_with_commission": _("closed deals with a commission"),
    "share_open_deals_with_commission": _("open deals with a commission"),
    "share_open_deals_with_date": _("open deals with an expected date"),
}  # fmt: skip
_AGES = (
    ("receivable_0_30", _("up to 30 days")), ("receivable_31_60", _("31 to 60 days")),
    ("receivable_61_90", _("61 to 90 days")), ("receivable_90p", _("more than 90 days")),
)  # fmt: skip


def compose(paper: Paper) -> Document:
    body = measured(paper)
    totals = [one for one in body["totals"] if is_worth(paper, one)]
    title = paper.text(_TITLE, period=paper.period)
    if not totals:
        return _without_money(paper, body, title)
    sections = []
    for total in totals:
        named = "" if len(totals) == 1 else total["currency"]
        sections.append(Section(named, [paper.figures(total, _TOTALS), *charts(paper, total, body)]))
        owed = owed_and_spent(paper, total)
        about = _("What is owed and what was spent")
        if len(owed) == 1:  # the title of the only table says which it is
            about = _("Commission owed") if total["receivable"]["value"] else _("Expenses")
        sections.append(Section(paper.text(about), owed))
    sections += by_deal(paper, body)
    sections.append(Section(paper.text(_("By months")), lines.some(by_month(paper, body))))
    sections.append(Section(paper.text(_("By agents")), lines.some(by_agent(paper, body))))
    sections.append(quality(paper, body["data_quality"], _QUALITY))
    return paper.document(title, answer(paper, body, totals[0]), sections, currency=totals[0]["currency"])


def _without_money(paper: Paper, body: Mapping[str, Any], title: str) -> Document:
    """Deals may have been closed of which no commission was entered: that is not nothing."""
    deals = sum(one["deals"]["value"] or 0 for one in body["blocks"])
    if not deals:
        return paper.document(title, paper.text(_NOTHING, period=paper.period), [])
    said = paper.plural(
        "{n} deal was closed, and no commission of it is entered yet.",
        "{n} deals were closed, and no commission of them is entered yet.",
        deals,
    )
    return paper.document(title, said, by_deal(paper, body))


def measured(paper: Paper) -> dict[str, Any]:
    if "financial" not in paper.metrics:
        paper.metrics["financial"] = paper.analytics.money.metrics(paper.scope, paper.language, compare=paper.compare)
    found: dict[str, Any] = paper.metrics["financial"]
    return found


def is_worth(paper: Paper, total: Mapping[str, Any]) -> bool:
    return any(paper.worth(total[name]) for name in _TOTALS) or bool(total["plan"]["target"])


def answer(paper: Paper, body: Mapping[str, Any], total: Mapping[str, Any]) -> str:
    currency = total["currency"]
    deals = sum(one["deals"]["value"] or 0 for one in body["blocks"] if one["currency"] == currency)
    parts = [
        paper.text(
            _ANSWER, deals=paper.plural("{n} deal", "{n} deals", deals), gci=paper.shown(total["gci"]),
            net=paper.shown(total["net_to_agency"]), profit=paper.shown(total["profit"]),
        )
    ]  # fmt: skip
    if said := plan(paper, total):
        parts.append(said)
    return paper.sentence(parts)


def plan(paper: Paper, total: Mapping[str, Any]) -> str:
    """How the commission stands against its target; nothing without one."""
    found, currency = total["plan"], total["currency"]
    if not found["target"] or found["attainment"] is None:
        return ""
    target, share = paper.amount(found["target"], currency), paper.share(found["attainment"])
    if found["expected_now"] is None or found["expected_now"] == found["target"]:
        return paper.text(_PLAN, share=share, target=target)
    return paper.text(_EXPECTED, share=share, target=target, expected=paper.amount(found["expected_now"], currency))


def charts(paper: Paper, total: Mapping[str, Any], body: Mapping[str, Any]) -> list[Block]:
    drawn = lines.beside(waterfall(paper, total), _months_chart(paper, total, body))
    return [*lines.some(bullet(paper, total)), *drawn]


def bullet(paper: Paper, total: Mapping[str, Any]) -> Chart | None:
    """The fact against what is expected by now and the target."""
    found, currency = total["plan"], total["currency"]
    if not found["target"]:
        return None
    label = total["gci"]["label"]
    series = [
        Series(paper.text(_("so far")), [found["fact"]]),
        Series(paper.text(_("target")), [found["target"]], role="comparison"),
    ]
    if found["expected_now"] is not None:
        series.append(Series(paper.text(_("expected by now")), [found["expected_now"]], role="marker"))
    title = paper.text(
        _("Commission: {fact} of {target}"), fact=paper.amount(found["fact"], currency),
        target=paper.amount(found["target"], currency),
    )  # fmt: skip
    return Chart(
        f"plan_{currency}", "bullet", title,
        paper.text(_("A bar of the commission so far, with marks at the target and at what is expected by now.")),
        [label], series, unit="money", currency=currency, label=paper.text(_("Against targets")),
    )  # fmt: skip


def waterfall(paper: Paper, total: Mapping[str, Any]) -> Chart | None:
    """How the profit came about."""
    if not total["gci"]["value"]:
        return None
    chart = replace(paper.drafts.profit({"totals": [total]}), name=f"profit_{total['currency']}")
    return chart if len(chart.x) > 2 else None  # nothing was taken away: there are no steps


def _months_chart(paper: Paper, total: Mapping[str, Any], body: Mapping[str, Any]) -> Chart | None:
    rows = begun([one for one in body["by_month"] if one["currency"] == total["currency"]])[-MOST_MONTHS:]
    if len(rows) < 3:
        chart = lines.months(paper, "money.gci")
        return chart if chart is not None and chart.currency == total["currency"] else None
    best = max(rows, key=lambda one: one["gci"])
    month = paper.month(best["month"])
    return Chart(
        f"gci_months_{total['currency']}", "bar",
        paper.text(_("The best month was {month}: {gci} of commission"), month=month,
                   gci=paper.amount(best["gci"], total["currency"])),
        paper.text(_("Bars of commission by months.")), [f"{one['month']}-01" for one in rows],
        [Series(total["gci"]["label"], [one["gci"] for one in rows])], x_unit="date", unit="money",
        currency=total["currency"], label=total["gci"]["label"],
    )  # fmt: skip


def owed_and_spent(paper: Paper, total: Mapping[str, Any]) -> list[Block]:
    currency = total["currency"]
    ages = [[paper.text(label), total[name]["value"]] for name, label in _AGES]
    blocks: list[Table] = []
    if any(value for _label, value in ages):
        columns = [
            Column("age", paper.text(_("Commission owed for"))), Column("sum", paper.text(_("Sum")), "money", currency)
        ]  # fmt: skip
        blocks.append(Table(f"receivable_{currency}", "", columns, ages))
    spent = total["expenses_by_category"]
    if spent:
        columns = [
            Column("category", paper.text(_("Spent on"))), Column("sum", paper.text(_("Sum")), "money", currency),
            Column("share", paper.text(_("Share")), "ratio"),
        ]  # fmt: skip
        rows = [[paper.name("expense", one["category"]), one["amount"], one["share"]] for one in spent]
        blocks.append(Table(f"expenses_{currency}", "", columns, rows))
    return lines.beside(*blocks)


def by_deal(paper: Paper, body: Mapping[str, Any]) -> list[Section]:
    found = []
    for block in body["blocks"]:
        shown = [block[name] for name in _BLOCK if paper.worth(block[name])]
        if not shown:
            continue
        kind = paper.name("deal", block["deal_kind"])
        title = kind if block["currency"] == paper.currency else f"{kind}, {block['currency']}"
        table = paper.metric_table(f"{block['deal_kind']}_{block['currency']}", "", shown)
        found.append(Section(title, lines.some(table, pipeline(paper, block))))
    return found


def pipelines(paper: Paper, blocks: Sequence[Mapping[str, Any]]) -> list[Block]:
    """Open deals by stage of several kinds, with one note under the last table."""
    found = [table for one in blocks if (table := pipeline(paper, one, several=len(blocks) > 1)) is not None]
    return [*(replace(one, note="") for one in found[:-1]), *found[-1:]]


def pipeline(paper: Paper, block: Mapping[str, Any], *, several: bool = False) -> Table | None:
    """Open deals by stage, and what they are likely to bring; of `several` kinds the kind is named."""
    rows = [one for one in block["pipeline_by_stage"] if one["deals"]]
    if not rows:
        return None
    columns = [
        Column(
            "stage",
            paper.name("deal", block["deal_kind"]) if several else paper.text(_("Open deals, by stage")),
            weight=2,
        ),
        Column("deals", paper.text(_("Deals")), "count"),
        Column("raw", paper.text(_("Commission")), "money", block["currency"], weight=1.5),
        Column("probability", paper.text(_("Chance")), "ratio"),
        Column("weighted", paper.text(_("To be expected")), "money", block["currency"], weight=1.5),
        Column("n", paper.text(_("Known from deals")), "count"),
    ]
    values = [
        [
            # Without a commission that was entered none is known, which is not none.
            paper.name("stage", one["stage"]), one["deals"], one["raw"] or None, one["probability"],
            one["weighted"] or None, one["n"],
        ]
        for one in rows
    ]  # fmt: skip
    note = paper.text(_("Chances come of your own ended deals; where these are few they lean on usual ones."))
    return Table(f"pipeline_{block['deal_kind']}_{block['currency']}", "", columns, values, note=note)


def by_month(paper: Paper, body: Mapping[str, Any]) -> Table | None:
    rows = begun(body["by_month"])[-MOST_ROWS:]
    if len(rows) < 2:
        return None
    columns = [
        Column("month", paper.text(_("Month"))), Column("deals", paper.text(_("Deals")), "count"),
        Column("gci", paper.text(_("Commission")), "money", weight=1.5),
        Column("net", paper.text(_("To the agency")), "money", weight=1.5),
        Column("expenses", paper.text(_("Expenses")), "money", weight=1.5),
        Column("profit", paper.text(_("Profit")), "money", weight=1.5),
    ]  # fmt: skip
    values = [
        [
            paper.month(one["month"]), one["deals"],
            *(paper.sum(one[name], one["currency"]) for name in ("gci", "net_to_agency", "expenses", "profit")),
        ]
        for one in rows
    ]  # fmt: skip
    return Table("by_month", "", columns, values)


def by_agent(paper: Paper, body: Mapping[str, Any]) -> Table | None:
    rows: Sequence[Mapping[str, Any]] = body["by_agent"]
    if len(rows) < 2:
        return None
    columns = [
        Column("agent", paper.text(_("Agent")), weight=2), Column("deals", paper.text(_("Deals")), "count"),
        Column("gci", paper.text(_("Commission")), "money", weight=1.5),
        Column("income", paper.text(_("Agent's share")), "money", weight=1.5),
    ]  # fmt: skip
    values = [
        [one["agent"], one["deals"], *(paper.sum(one[name], one["currency"]) for name in ("gci", "agent_income"))]
        for one in rows
    ]  # fmt: skip
    return Table("by_agent", "", columns, values)
