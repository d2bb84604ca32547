"""How an agent, or everybody together, is doing: against targets, along the funnel, in the calendar, in income."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realty_cli.analytics.reporting import clients, events, lines, money
from realty_cli.analytics.reporting.paper import Paper
from realty_cli.analytics.reporting.properties import quality
from realty_cli.kit.i18n import mark as _
from realty_cli.reports.document import Block, Cell, Chart, Column, Document, Figure, Prose, Section, Table, Tone

_TITLE = _("Performance: {period}")
_TITLE_OF = _("Performance of {agent}: {period}")
_NOTHING = _("There is nothing to measure in {period} yet.")
_LIGHTS: dict[str, tuple[str, Tone]] = {
    "green": (_("on target"), "good"), "amber": (_("a little behind"), "neutral"), "red": (_("behind"), "bad"),
    "none": (_("no target"), "neutral"),
}  # fmt: skip
_EVENTS = ("due", "showings", "completion_rate", "utilisation")
_QUALITY = {
    "share_events_with_outcome": _("past events with an outcome"),
    "share_deals_with_commission": _("closed deals with a commission"),
    "share_leads_with_source": _("leads with a source"),
}  # fmt: skip
_INSIGHTS, _FIGURES = 3, 4


def compose(paper: Paper) -> Document:
    body = measured(paper)
    owners = paper.scope.owners
    title = paper.text(_TITLE, period=paper.period)
    if owners is not None and len(owners) == 1:
        title = paper.text(_TITLE_OF, agent=paper.agency(), period=paper.period)
    calendar, leads, cash = events.measured(paper), clients.measured(paper), money.measured(paper)
    if not any(one["value"] or one["target"] for one in body["indicators"]) and not leads["new_leads"]["value"]:
        return paper.document(title, paper.text(_NOTHING, period=paper.period), [])
    totals = [one for one in cash["totals"] if money.is_worth(paper, one)]
    sections = [
        Section("", [figures(paper, body), *_plan_and_forecast(paper, body)]),
        Section(about_indicators(paper, body), lines.some(indicators(paper, body))),
        Section(paper.text(_("What stands out")), stands_out(paper, body)),
        Section(paper.text(_("Income")), lines.some(
            *(paper.metric_table(f"money_{one['currency']}", "", [
                one[name] for name in ("gci", "agent_income", "pipeline_weighted", "expected_90d", "receivable")
            ]) for one in totals[:1]),
        )),
        Section(paper.text(_("From lead to deal")), lines.beside(
            *(clients.funnel(paper, one) for one in leads["funnels"])
        )),
        Section(paper.text(_("In the calendar")), [] if not events.is_worth(paper, calendar) else [
            paper.figures(calendar, _EVENTS, brief=True), *lines.some(events.heatmap(paper, calendar)),
        ]),
        Section(about_insights(paper), insights(paper)),
        quality(paper, body["data_quality"], _QUALITY),
    ]  # fmt: skip
    return paper.document(title, answer(paper, body, totals), sections)


def measured(paper: Paper) -> dict[str, Any]:
    if "performance" not in paper.metrics:
        paper.metrics["performance"] = paper.analytics.performance.overview(
            paper.scope, paper.language, compare="previous" if paper.compare == "none" else paper.compare
        )
    found: dict[str, Any] = paper.metrics["performance"]
    return found


def answer(paper: Paper, body: Mapping[str, Any], totals: Any) -> str:
    parts = []
    lit = [one for one in body["indicators"] if one["status"] != "none"]
    if lit:
        good = sum(one["status"] == "green" for one in lit)
        parts.append(paper.text(_("on target in {good} of {all} indicators"), good=good, all=len(lit)))
    if totals:
        parts.append(paper.text(_("{gci} of commission"), gci=paper.shown(totals[0]["gci"])))
        if said := money.plan(paper, totals[0]):
            parts.append(said)
    if body["score"] is not None:
        parts.append(paper.text(_("score {score} of 100"), score=round(body["score"])))
    if not parts:
        told = [one for one in body["indicators"] if one["value"]][:3]
        named = ", ".join(f"{one['label']}: {_value(paper, one)}" for one in told)
        parts.append(named or paper.text(_("no targets are set")))
    return paper.sentence(parts)


def figures(paper: Paper, body: Mapping[str, Any]) -> list[Figure]:
    """Those with a target first: the table has all of them."""
    first = sorted(body["indicators"], key=lambda one: one["target"] is None)
    return [
        Figure(
            one["label"], Cell(one["value"], one["unit"], one["currency"]),
            "" if one["target"] is None else paper.text(_("target {target}"), target=_value(paper, one, "target")),
            _LIGHTS[one["status"]][1],
        )
        for one in first[:_FIGURES]
    ]  # fmt: skip


def _plan_and_forecast(paper: Paper, body: Mapping[str, Any]) -> list[Block]:
    """How far each target is, beside what is likely to come in."""
    found, ahead = body["indicators"], lines.forecasts(paper, "money.gci")
    if not _has_targets(body):
        return ahead
    plan = paper.drafts.plan({"items": found})
    if ahead and isinstance(ahead[0], Chart):
        return [*lines.beside(plan, ahead[0]), *ahead[1:]]
    return [plan, *ahead]


def about_indicators(paper: Paper, body: Mapping[str, Any]) -> str:
    """What the table of indicators is called."""
    return paper.text(_("Against targets") if _has_targets(body) else _("Indicators"))


def _has_targets(body: Mapping[str, Any]) -> bool:
    return any(one["target"] for one in body["indicators"])


def indicators(paper: Paper, body: Mapping[str, Any]) -> Table | None:
    """Indicators of which there is anything to say; without any target there are no columns of targets."""
    columns = [
        Column("label", paper.text(_("Indicator")), weight=2.5),
        Column("value", paper.text(_("So far")), "count", short=True),
        Column("expected", paper.text(_("Expected by now")), "count", short=True),
        Column("target", paper.text(_("Target")), "count", short=True),
        Column("attainment", paper.text(_("Attained")), "ratio"), Column("status", paper.text(_("State")), weight=1.3),
        Column("previous", paper.text(_("Before")), "count", short=True),
    ]  # fmt: skip
    rows = []
    for one in body["indicators"]:
        if not any(one[name] for name in ("value", "target", "previous")):
            continue
        word, tone = _LIGHTS[one["status"]]
        rows.append([
            one["label"],
            *(Cell(one[name], one["unit"], one["currency"]) for name in ("value", "expected_now", "target")),
            one["attainment"], Cell(paper.text(word), tone=tone), Cell(one["previous"], one["unit"], one["currency"]),
        ])  # fmt: skip
    shown = range(len(columns)) if _has_targets(body) else (0, 1, len(columns) - 1)
    return Table(
        "indicators", "", [columns[at] for at in shown], [[row[at] for at in shown] for row in rows]
    ) if rows else None  # fmt: skip


def stands_out(paper: Paper, body: Mapping[str, Any]) -> list[Block]:
    said = [*body["highlights"], *body["risks"]]
    return [Prose(said, points=True)] if said else []


def leaderboard(paper: Paper, body: Mapping[str, Any]) -> Table | None:
    """Agents by commission; only an administrator has one."""
    rows = body["leaderboard"]
    if not rows or len(rows) < 2:
        return None
    scored = any(one["score"] is not None for one in rows)
    columns = [
        Column("place", paper.text(_("Place")), "text", weight=0.6), Column("agent", paper.text(_("Agent")), weight=2),
        Column("gci", paper.text(_("Commission")), "money", weight=1.5),
        Column("deals", paper.text(_("Deals")), "count"),
        *([Column("score", paper.text(_("Score of 100")), "score")] if scored else []),
    ]  # fmt: skip
    values = [
        [
            str(one["place"]), one["agent"], paper.sum(one["gci"], one["currency"]), one["deals"],
            *([one["score"]] if scored else []),
        ]
        for one in rows
    ]  # fmt: skip
    return Table("leaderboard", "", columns, values)


def about_insights(paper: Paper) -> str:
    """What insights are called. They are of today, and a report on a period that is over has to say so."""
    now = paper.scope.now.astimezone(paper.scope.zone)
    if paper.scope.as_of >= now:
        return paper.text(_("What the numbers suggest"))
    return paper.text(_("What the numbers suggest as of {date}"), date=paper.day(now.date()))


def insights(paper: Paper) -> list[Block]:
    """Up to three, with what to do; those of the whole agency, so none where the report is about one of several."""
    if paper.scope.owners is not None and paper.scope.owners != (paper.scope.actor.id,):
        return []
    found = paper.analytics.insights.recommendations(paper.language, limit=_INSIGHTS)
    paper.metrics["insights"] = found
    return [Prose([f"{one['title']}. {one['text']}" for one in found["items"]], points=True)] if found["items"] else []


def _value(paper: Paper, indicator: Mapping[str, Any], name: str = "value") -> str:
    return paper.words.short(indicator[name], indicator["unit"], indicator["currency"])
