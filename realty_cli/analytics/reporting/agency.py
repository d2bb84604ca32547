"""Everything on a few pages, for whoever runs the agency."""

from __future__ import annotations

from realty_cli.analytics.reporting import clients, events, lines, money, performance, properties
from realty_cli.analytics.reporting.paper import Paper
from realty_cli.kit.i18n import mark as _
from realty_cli.reports.document import Document, Section

_TITLE = _("Agency: {period}")
_NOTHING = _("There is nothing in the store yet that could be reported for {period}.")
_MONEY = ("gci", "net_to_agency", "profit", "pipeline_weighted")
_EVENTS = ("due", "showings", "completion_rate", "no_show_rate")
_QUALITY = {
    "share_with_price": _("listings with a price"), "share_with_area": _("listings with an area"),
    "share_with_outcome": _("past events with an outcome"),
    "share_deals_with_commission": _("closed deals with a commission"),
    "share_leads_with_source": _("leads with a source"), "share_lost_with_reason": _("lost leads with a reason"),
}  # fmt: skip


def compose(paper: Paper) -> Document:
    cash, leads, calendar = money.measured(paper), clients.measured(paper), events.measured(paper)
    stock = paper.metrics["properties"] = paper.analytics.listings.metrics(
        paper.scope, paper.language, compare=paper.compare
    )
    doing = performance.measured(paper)
    title = paper.text(_TITLE, period=paper.period)
    totals = [one for one in cash["totals"] if money.is_worth(paper, one)]
    worth = (leads["new_leads"], leads["open_leads"], calendar["total"], stock["totals"]["active_any"])
    if not totals and not any(paper.worth(one) for one in worth):
        return paper.document(title, paper.text(_NOTHING, period=paper.period), [])
    blocks = properties.worthy(paper, stock) or stock["blocks"][:1]
    main = blocks[0]
    shares = {**stock["data_quality"], **calendar["data_quality"], **cash["data_quality"], **leads["data_quality"]}
    sections = [
        Section(paper.text(_("Money")), [
            *([paper.figures(totals[0], _MONEY, brief=True)] if totals else []),
            *(money.charts(paper, totals[0], cash) if totals else []),
            *(money.owed_and_spent(paper, totals[0]) if totals else []),
            *money.pipelines(paper, cash["blocks"]),
        ]),
        Section(properties.named(paper, paper.text(_("Listings")), blocks), [
            paper.figures(main, (*properties.COUNTS, *properties.SALES), brief=True),
            *properties.charts(paper, main),
            *lines.some(properties.groups(paper, main, "type", paper.text(_("By kind")))),
        ]),
        Section(paper.text(_("Leads and clients")), [] if not clients.is_worth(paper, leads) else [
            *clients.blocks(paper, leads),
            *lines.some(clients.sources(paper, leads)),
            *lines.beside(*(clients.funnel(paper, one) for one in leads["funnels"])),
            *lines.some(clients.cohorts(paper, leads, titled=True)),
        ]),
        Section(paper.text(_("Calendar")), [] if not events.is_worth(paper, calendar) else [
            paper.figures(calendar, _EVENTS, brief=True), *lines.some(events.heatmap(paper, calendar)),
        ]),
        Section(paper.text(_("People")), lines.some(performance.leaderboard(paper, doing))),
        Section(performance.about_indicators(paper, doing), lines.some(performance.indicators(paper, doing))),
        Section(paper.text(_("What stands out")), performance.stands_out(paper, doing)),
        Section(paper.text(_("What is to come")), lines.forecasts(paper, "money.gci", "properties.closed")),
        Section(performance.about_insights(paper), performance.insights(paper)),
        properties.quality(paper, shares, _QUALITY),
    ]  # fmt: skip
    said = []
    if totals:
        said.append(money.answer(paper, cash, totals[0]))
    said.append(properties.answer(paper, blocks))
    return paper.document(title, " ".join(said), sections)
