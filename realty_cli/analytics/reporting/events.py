"""The calendar of a period: what took place, when showings are kept, what they led to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realty_cli.analytics.reporting import lines
from realty_cli.analytics.reporting.names import WEEKDAYS
from realty_cli.analytics.reporting.paper import Paper
from realty_cli.analytics.reporting.properties import quality
from realty_cli.kit.i18n import mark as _
from realty_cli.reports.document import Chart, Column, Document, Section, Series, Table

_TITLE = _("Calendar: {period}")
_NOTHING = _("Nothing was planned for {period}.")
_FIRST = (
    "due", "showings", "calls", "completion_rate", "no_show_rate", "cancellation_rate", "showings_per_sale",
    "stale_open",
)  # fmt: skip
_MORE = (
    "confirmation_rate", "late_cancel_rate", "cancelled_by_agent", "cancelled_by_client", "cancelled_by_owner",
    "reschedule_mean", "showing_to_offer", "busy_hours", "utilisation", "conflicts", "average_duration",
    "actual_duration", "travel_misses", "feedback_rate", "rating_mean",
)  # fmt: skip
_QUALITY = {
    "share_with_outcome": _("past events with an outcome"),
    "share_showings_with_property": _("showings with a listing"),
    "share_cancelled_with_reason": _("cancelled events with a reason"),
}  # fmt: skip
#: Hours that a heatmap shows where nothing happens outside of them.
_DAY = (8, 21)
#: Hours of the week of which shares are known, before the heatmap shows shares.
_ENOUGH = 8


def measured(paper: Paper) -> dict[str, Any]:
    if "events" not in paper.metrics:
        paper.metrics["events"] = paper.analytics.events.metrics(paper.scope, paper.language, compare=paper.compare)
    found: dict[str, Any] = paper.metrics["events"]
    return found


def compose(paper: Paper) -> Document:
    body = measured(paper)
    title = paper.text(_TITLE, period=paper.period)
    if not is_worth(paper, body):
        return paper.document(title, paper.text(_NOTHING, period=paper.period), [])
    more = [body[name] for name in _MORE if body[name]["value"] is not None]
    sections = [
        Section("", [paper.figures(body, _FIRST), *lines.some(lines.months(paper, "events.showings"))]),
        Section(paper.text(_("When they take place")), lines.some(heatmap(paper, body))),
        Section(paper.text(_("What they were")), lines.beside(
            _counted(paper, body["by_type"], "event", "by_type", paper.text(_("Kind"))),
            _counted(paper, body["by_status"], "event_status", "by_status", paper.text(_("What became of it"))),
        )),
        Section(paper.text(_("By agents")), lines.some(_agents(paper, body))),
        Section(paper.text(_("More of the calendar")), [paper.metric_table("more", "", more)] if more else []),
        quality(paper, body["data_quality"], _QUALITY),
    ]  # fmt: skip
    return paper.document(title, answer(paper, body), sections)


def is_worth(paper: Paper, body: Mapping[str, Any]) -> bool:
    """Whether there is anything to report."""
    return any(paper.worth(body[name]) for name in ("total", "due", "scheduled"))


def answer(paper: Paper, body: Mapping[str, Any]) -> str:
    parts = [
        paper.plural("{n} event was due", "{n} events were due", body["due"]["value"] or 0),
        paper.plural("{n} showing", "{n} showings", body["showings"]["value"] or 0),
    ]
    if (share := body["completion_rate"]["value"]) is not None:
        parts.append(paper.text(_("{share} took place"), share=paper.share(share)))
    if (share := body["no_show_rate"]["value"]) is not None:
        parts.append(paper.text(_("in {share} nobody came"), share=paper.words.value(share, "ratio")))
    return paper.sentence(parts)


def heatmap(paper: Paper, body: Mapping[str, Any]) -> Chart | None:
    """Events that are over by weekday and hour: how many, and in colour the share that took place."""
    counts, rates = body["heatmap"], body["rate"]
    total = sum(map(sum, counts))
    if total < 8:
        return None
    busy = [hour for hour in range(24) if any(row[hour] for row in counts)]
    first, last = min(_DAY[0], busy[0]), max(_DAY[1], busy[-1])
    hours = range(first, last + 1)
    cells = [
        (rate, counts[day][hour], day, hour)
        for day, row in enumerate(rates) for hour, rate in enumerate(row) if rate is not None
    ]  # fmt: skip
    days = [paper.text(one) for one in WEEKDAYS]
    if len(cells) < _ENOUGH:
        return _busy(paper, body, hours)
    rate, count, day, hour = min(cells)
    title = paper.text(
        _("Least often events take place on {day} at {hour}: {share} of {n}"), day=days[day], hour=f"{hour}:00",
        share=paper.share(rate), n=count,
    )  # fmt: skip
    return Chart(
        "heatmap", "heatmap", title,
        paper.text(_("Events that were due by weekday and hour, with the share that took place.")),
        [str(hour) for hour in hours],
        [Series(days[day], [rates[day][hour] for hour in hours]) for day in range(7)],
        unit="ratio", counts=[[counts[day][hour] for hour in hours] for day in range(7)],
        note=paper.text(_("Hours with fewer than 8 events are grey.")), label=paper.text(_("When they take place")),
    )  # fmt: skip


def _busy(paper: Paper, body: Mapping[str, Any], hours: range) -> Chart:
    """How many events there were, where they are too few to say how many of them took place."""
    counts = body["heatmap"]
    most, day, hour = max((counts[day][hour], -day, -hour) for day in range(7) for hour in hours)
    days = [paper.text(one) for one in WEEKDAYS]
    title = paper.text(
        _("Most events are on {day} at {hour}: {n} of {all}"), day=days[-day], hour=f"{-hour}:00", n=most,
        all=sum(map(sum, counts)),
    )  # fmt: skip
    return Chart(
        "heatmap", "heatmap", title, paper.text(_("Events that were due by weekday and hour.")),
        [str(one) for one in hours],
        [Series(days[at], [counts[at][one] for one in hours]) for at in range(7)],
        label=paper.text(_("When they take place")),
    )  # fmt: skip


def _counted(paper: Paper, rows: Any, kind: str, name: str, title: str) -> Table | None:
    if not rows:
        return None
    total = sum(one["count"] for one in rows)
    columns = [
        Column("value", title, weight=3), Column("count", paper.text(_("Events")), "count"),
        Column("share", paper.text(_("Share")), "ratio"),
    ]  # fmt: skip
    values = [[paper.name(kind, one["value"]), one["count"], one["count"] / total if total else None] for one in rows]
    return Table(name, "", columns, values)


def _agents(paper: Paper, body: Mapping[str, Any]) -> Table | None:
    rows = body["by_agent"]
    if len(rows) < 2:
        return None
    columns = [
        Column("agent", paper.text(_("Agent")), weight=2), Column("due", paper.text(_("Over")), "count"),
        Column("completed", paper.text(_("Took place")), "count"),
        Column("cancelled", paper.text(_("Cancelled")), "count"),
        Column("no_show", paper.text(_("No-shows")), "count"),
        Column("showings", paper.text(_("Showings")), "count"),
        Column("rate", paper.text(_("Share that took place")), "ratio"),
        Column("busy", paper.text(_("Busy")), "hours"),
    ]  # fmt: skip
    values = [
        [
            one["agent"], one["due"], one["completed"], one["cancelled"], one["no_show"], one["showings"],
            one["completion_rate"], one["busy_hours"],
        ]
        for one in rows
    ]  # fmt: skip
    return Table("by_agent", "", columns, values)
