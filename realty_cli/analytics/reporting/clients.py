"""Leads of a period: where they came from, how they were met, how far they went; and the report on sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

from realty_cli.analytics.reporting import lines
from realty_cli.analytics.reporting.paper import MOST_ROWS, Paper
from realty_cli.analytics.reporting.properties import quality
from realty_cli.kit.i18n import mark as _
from realty_cli.reports.document import Block, Cell, Chart, Column, Document, Section, Series, Table

_TITLE = _("Leads: {period}")
_SOURCES_TITLE = _("Sources of leads: {period}")
_NOTHING = _("No lead came in {period}.")
_FIRST = (
    "new_leads", "contacted_share", "response_median", "within_1h", "unanswered", "lead_to_deal", "open_leads",
    "dormant",
)  # fmt: skip
_MORE = (
    "attempted_share", "response_p90", "response_working_median", "response_working_p90", "within_5m", "cycle_median",
    "active", "repeat_share", "referral_share", "demand_match", "satisfaction", "spam", "cac", "ltv", "ltv_to_cac",
    "payback",
)  # fmt: skip
_MOST_GCI = _("Most commission came from {name}: {value}")
_MOST_LEADS = _("Most enquiries came from {name}: {value}")
_COHORTS = _("What became of the leads of each month")
_MOST_LOST = _("Most are lost because of “{name}”: {value} of {all}")
_KINDS = {"demand": _("Buyers and tenants"), "supply": _("Sellers and landlords")}
_QUALITY = {
    "share_leads_with_source": _("leads with a source"), "share_lost_with_reason": _("lost leads with a reason"),
}  # fmt: skip


def measured(paper: Paper) -> dict[str, Any]:
    if "clients" not in paper.metrics:
        paper.metrics["clients"] = paper.analytics.clients.metrics(paper.scope, paper.language, compare=paper.compare)
    found: dict[str, Any] = paper.metrics["clients"]
    return found


def compose(paper: Paper) -> Document:
    body = measured(paper)
    title = paper.text(_TITLE, period=paper.period)
    if not is_worth(paper, body):
        return paper.document(title, paper.text(_NOTHING, period=paper.period), [])
    more = [body[name] for name in _MORE if body[name]["value"] is not None]
    sections = [
        Section("", [
            paper.figures(body, _FIRST),
            *lines.beside(lines.months(paper, "clients.new_leads"), lost(paper, body)),
        ]),
        Section(paper.text(_("Where they came from")), lines.some(sources(paper, body))),
        Section(paper.text(_("More of leads and clients")), [paper.metric_table("more", "", more)] if more else []),
        Section(paper.text(_("From lead to deal")), funnels(paper, body)),
        Section(paper.text(_COHORTS), lines.some(cohorts(paper, body))),
        quality(paper, body["data_quality"], _QUALITY),
    ]  # fmt: skip
    return paper.document(title, answer(paper, body), sections)


def compose_sources(paper: Paper) -> Document:
    body = measured(paper)
    title = paper.text(_SOURCES_TITLE, period=paper.period)
    rows = body["sources"]
    if not rows:
        return paper.document(title, paper.text(_NOTHING, period=paper.period), [])
    best = max(rows, key=lambda one: (one["gci"], one["leads"]))
    name = source_name(paper, best)
    if not best["source"]:
        said = paper.text(
            _("Most leads of {period} have no source filled in: {n}"), period=paper.period, n=best["leads"]
        )  # fmt: skip
    elif best["gci"]:
        share = best["gci"] / (sum(one["gci"] for one in rows if one["currency"] == best["currency"]) or 1)
        said = paper.text(
            _("Most of the commission from the leads of {period} came from {source}: {gci}, {share} of it"),
            source=name, period=paper.period, gci=paper.amount(best["gci"], best["currency"]), share=paper.share(share),
        )  # fmt: skip
    else:
        said = paper.text(
            _("Most leads came from {source}, {leads}; none of the leads of {period} has become a deal yet"),
            source=name, leads=best["leads"], period=paper.period,
        )  # fmt: skip
    gci = [(source_name(paper, one), one["gci"]) for one in rows if one["currency"] == best["currency"]]
    leads = [(source_name(paper, one), one["leads"]) for one in rows]
    charts = lines.beside(
        lines.bars(paper, "source_gci", _MOST_GCI, gci, unit="money", currency=best["currency"],
                   series=paper.text(_("Commission"))),
        lines.bars(paper, "source_leads", _MOST_LEADS, leads, series=paper.text(_("Number of leads"))),
    )  # fmt: skip
    paid = [one for one in rows if one["cost"]]
    sections = [
        Section("", lines.some(sources(paper, body))),
        Section(paper.text(_("What they bring")), charts),
        Section(paper.text(_("What they cost")), lines.some(_paid(paper, paid))),
        quality(paper, body["data_quality"], _QUALITY),
    ]
    return paper.document(title, paper.sentence([said]), sections, currency=best["currency"])


def is_worth(paper: Paper, body: Mapping[str, Any]) -> bool:
    """Whether there is anything to report."""
    return any(paper.worth(body[name]) for name in ("new_leads", "open_leads", "spam"))


def answer(paper: Paper, body: Mapping[str, Any]) -> str:
    parts = [paper.plural("{n} lead came", "{n} leads came", body["new_leads"]["value"] or 0)]
    if (hours := body["response_median"]["value"]) is not None:
        parts.append(paper.text(_("the first answer took {time}"), time=paper.time(hours)))
    if unanswered := body["unanswered"]["value"]:
        parts.append(paper.plural("{n} is still without an answer", "{n} are still without an answer", unanswered))
    if (share := body["lead_to_deal"]["value"]) is not None:
        parts.append(paper.text(_("{share} have become a deal so far"), share=paper.words.value(share, "ratio")))
    return paper.sentence(parts)


def funnels(paper: Paper, body: Mapping[str, Any]) -> list[Block]:
    """The drawings, and under each its numbers."""
    found = [one for one in body["funnels"] if one["leads"]]
    return [
        *lines.beside(*(funnel(paper, one) for one in found)), *lines.beside(*(_steps(paper, one) for one in found)),
    ]  # fmt: skip


def funnel(paper: Paper, found: Mapping[str, Any]) -> Chart | None:
    """Where clients get lost."""
    stages = found["stages"]
    if found["leads"] < 2 or len(stages) < 2:
        return None
    falls = [
        (after["label"], before["entered"] - after["entered"], before["entered"])
        for before, after in pairwise(stages) if before["entered"]
    ]  # fmt: skip
    where, lost_, of = max(falls, key=lambda one: one[1])
    # Who has not come so far yet is not lost.
    young = found["maturity_days"] < found["mature_after_days"]
    said = _("So far {on} of {of} came to “{stage}”") if young else _("Most are lost before “{stage}”: {lost} of {of}")
    title = paper.text(said, stage=where, lost=lost_, of=of, on=of - lost_)
    if not lost_:
        title = paper.text(_("None of these leads was lost on the way"))
    subtitle = paper.text(_KINDS[found["kind"]])
    if young:
        subtitle += ". " + paper.text(
            _("The youngest lead is {days} old of {whole} that one may take: more will come."),
            days=paper.days(found["maturity_days"]), whole=paper.days(found["mature_after_days"]),
        )  # fmt: skip
    return Chart(
        f"funnel_{found['kind']}", "funnel", title,
        paper.text(_("Funnel of {n} leads by the stages that they reached."), n=found["leads"]),
        [one["label"] for one in stages],
        [Series(paper.text(_("Number of leads")), [one["entered"] for one in stages])],
        subtitle=subtitle, label=paper.text(_KINDS[found["kind"]]),
    )  # fmt: skip


def _steps(paper: Paper, found: Mapping[str, Any]) -> Table:
    columns = [
        Column("stage", paper.text(_KINDS[found["kind"]]), weight=2),
        Column("entered", paper.text(_("Number of leads")), "count"),
        Column("step", paper.text(_("Went on (95 %)")), "ratio", short=True),
        Column("days", paper.text(_("Took")), "days"),
    ]
    rows = [
        [
            one["label"], one["entered"],
            # All begin at the first stage: that they came to it says nothing.
            Cell(one["step_conversion"], "ratio", note=_between(paper, one)) if at else None, one["median_days"],
        ]
        for at, one in enumerate(found["stages"])
    ]  # fmt: skip
    return Table(f"funnel_{found['kind']}_steps", "", columns, rows)


def _between(paper: Paper, stage: Mapping[str, Any]) -> str:
    """`46–79 %`: where the share lies 95 % of the time."""
    if stage["step_low"] is None:
        return ""
    return f"{round(stage['step_low'] * 100)}–{paper.share(stage['step_high'])}"


def source_name(paper: Paper, row: Mapping[str, Any]) -> str:
    return paper.name("source", row["source"])


def sources(paper: Paper, body: Mapping[str, Any]) -> Table | None:
    rows = body["sources"][:MOST_ROWS]
    if not rows:
        return None
    columns = [
        Column("source", paper.text(_("Source")), weight=2), Column("leads", paper.text(_("Number of leads")), "count"),
        Column("deals", paper.text(_("Deals")), "count"), Column("conversion", paper.text(_("Conversion")), "ratio"),
        Column("cost", paper.text(_("Cost")), "money", weight=1.4),
        Column("gci", paper.text(_("Commission")), "money", weight=1.4),
        Column("roi", paper.text(_("Return")), "ratio"),
    ]  # fmt: skip
    values = [
        [
            source_name(paper, one), one["leads"], one["deals"],
            Cell(one["conversion"], "ratio", note=paper.few(one["leads"])), paper.sum(one["cost"], one["currency"]),
            paper.sum(one["gci"], one["currency"]), one["roi"],
        ]
        for one in rows
    ]  # fmt: skip
    note = paper.text(_("Leads of the period with what became of them so far. Return: (commission − cost) / cost."))
    return Table("sources", "", columns, values, note=note)


def _paid(paper: Paper, rows: Any) -> Table | None:
    if not rows:
        return None
    columns = [
        Column("source", paper.text(_("Source")), weight=2), Column("cost", paper.text(_("Cost")), "money"),
        Column("cpl", paper.text(_("A lead costs")), "money"), Column("cac", paper.text(_("A client costs")), "money"),
        Column("net", paper.text(_("To the agency")), "money"),
    ]  # fmt: skip
    values = [
        [source_name(paper, one), *(paper.sum(one[name], one["currency"]) for name in ("cost", "cpl", "cac", "net"))]
        for one in rows
    ]
    return Table("costs", "", columns, values)


def lost(paper: Paper, body: Mapping[str, Any]) -> Chart | None:
    """Why leads were lost, the most frequent reason first; None for fewer than two reasons."""
    pairs = [(str(one["reason"]), one["leads"]) for one in body["lost_reasons"]]
    total = sum(number for _reason, number in pairs)
    drawn = lines.bars(paper, "lost", _MOST_LOST, pairs, series=paper.text(_("Number of leads")))
    if drawn is None:
        return None
    title = paper.text(_MOST_LOST, name=drawn.x[0], value=drawn.series[0].values[0], all=total)
    return replace(drawn, title=title, label=paper.text(_("Why they were lost")))


def cohorts(paper: Paper, body: Mapping[str, Any], *, titled: bool = False) -> Table | None:
    """A triangle, darker where more were won: months that are not over yet are empty."""
    rows = body["cohorts"]
    if len(rows) < 2 or not any(cell["won"] for one in rows for cell in one["cells"]):
        return None
    known = [at for at in range(len(rows[0]["cells"])) if any(one["cells"][at]["share"] is not None for one in rows)]
    steps = [rows[0]["cells"][at]["months"] for at in known]
    shares = [one["cells"][at]["share"] for one in rows for at in known if one["cells"][at]["share"] is not None]
    least, most = min(shares), max(shares)
    columns = [Column("month", paper.text(_("Month"))), Column("size", paper.text(_("Number of leads")), "count")]
    columns += [Column(f"m{one}", paper.plural("in {n} month", "in {n} months", one), "ratio") for one in steps]
    values = [
        [paper.month(one["month"]), one["size"], *(_shaded(one["cells"][at]["share"], least, most) for at in known)]
        for one in rows
    ]
    note = paper.text(_("Shares of the leads of a month that were won by then; a dash: that time is not over yet."))
    return Table("cohorts", paper.text(_COHORTS) if titled else "", columns, values, note=note)


def _shaded(share: float | None, least: float, most: float) -> Cell:
    return Cell(share, "ratio", shade=None if share is None or most == least else (share - least) / (most - least))


def blocks(paper: Paper, body: Mapping[str, Any]) -> list[Block]:
    """What other reports take over: figures and the funnels."""
    return [paper.figures(body, _FIRST[:4], brief=True)]
