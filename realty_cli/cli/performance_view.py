"""Indicators, the board of agents and two periods as a person sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from realty_cli.cli.metrics_view import Group, period, show, value
from realty_cli.cli.output import Column, emit, literal, new_table, show_table, write_line
from realty_cli.cli.state import State
from realty_cli.kit.formatting import compact_money, number, percent
from realty_cli.kit.i18n import mark as _

_Row = Mapping[str, Any]
_LIGHTS = {"green": _("on course"), "amber": _("nearly"), "red": _("behind"), "none": ""}
_GROUPS = {"properties": _("Listings"), "events": _("Events"), "money": _("Money"), "clients": _("Clients")}
_KINDS = {"sale": _("Sales"), "rent": _("Rent"), "daily_rent": _("Daily rent")}
_STEPS = "▁▂▃▄▅▆▇█"


def indicators(state: State, body: _Row, items: Sequence[_Row], *, title: str = "") -> None:
    """A line for each indicator."""

    def share(row: _Row) -> str:
        return "" if row["attainment"] is None else percent(row["attainment"], state.language, decimals=0)

    def light(row: _Row) -> str:
        return ", ".join(part for part in (state.say.text(_LIGHTS[row["status"]]), share(row)) if part)

    def short(row: _Row, name: str = "value") -> str:
        if row["currency"] and row[name] is not None:
            return compact_money(round(row[name] * 100), row["currency"], state.language)
        return value(state, row, name)

    if state.format == "table":
        shown: list[Column] = [
            (_("METRIC"), itemgetter("label"), itemgetter("key")),
            (_("VALUE"), short, itemgetter("value")),
            (_("TARGET"), lambda row: "" if row["target"] is None else short(row, "target"), itemgetter("target")),
            (_("STATE"), light, itemgetter("status")),
            (_("BEFORE"), lambda row: short(row, "previous"), itemgetter("previous")),
            (_("MONTHS"), lambda row: spark(row["sparkline"]), itemgetter("sparkline")),
        ]
        emit(state, body, shown, items, title=title or period(state, body["period"]))
        return
    columns: list[Column] = [
        (_("METRIC"), itemgetter("label"), itemgetter("key")),
        (_("VALUE"), lambda row: value(state, row), itemgetter("value")),
        (_("TARGET"), lambda row: "" if row["target"] is None else value(state, row, "target"), itemgetter("target")),
        (_("BY NOW"), share, itemgetter("attainment")),
        (_("STATE"), lambda row: state.say.text(_LIGHTS[row["status"]]), itemgetter("status")),
        (_("BEFORE"), lambda row: value(state, row, "previous"), itemgetter("previous")),
        (_("MONTHS"), lambda row: spark(row["sparkline"]), lambda row: " ".join(map(str, row["sparkline"]))),
        (_("CURRENCY"), lambda row: row["currency"] or "", itemgetter("currency")),
    ]
    emit(state, body, columns, items, title=title or period(state, body["period"]))


def overview(state: State, body: _Row) -> None:
    """Indicators, what stands out, and who is ahead."""
    say = state.say.text
    dates = period(state, body["period"])
    score = "—" if body["score"] is None else number(body["score"], state.language, decimals=0)
    indicators(state, body, body["indicators"], title=say(_("{period}: score {score}"), period=dates, score=score))
    if state.format in ("json", "jsonl", "csv", "tsv", "md"):
        return
    for mark_, sentences in (("+", body["highlights"]), ("−", body["risks"])):
        for sentence in sentences:
            write_line(f"{mark_} {sentence}")
    if body["leaderboard"]:
        headings = (_("PLACE"), _("AGENT"), _("COMMISSION"), _("DEALS"), _("SCORE"))
        table = new_table([say(one) for one in headings], say(_("Agents")))
        for one in body["leaderboard"]:
            amount = value(state, {"value": one["gci"], "unit": "money", "currency": one["currency"]})
            scored = "—" if one["score"] is None else number(one["score"], state.language, decimals=0)
            table.add_row(str(one["place"]), literal(one["agent"]), amount, str(one["deals"]), scored)
        show_table(table)


def comparison(state: State, body: _Row) -> None:
    """A table for each group of metrics, those that say something."""
    groups = []
    for group in body["groups"]:
        parts = [_GROUPS[group["name"]], _KINDS[group["deal_kind"]] if group["deal_kind"] else "", group["currency"]]
        title = ", ".join(state.say.text(one) for one in parts if one)
        told = [one for one in group["metrics"] if one["value"] or one["previous"]]
        if told:
            groups.append(Group(title, told, group["deal_kind"], group["currency"]))
    show(state, body, groups, footer="\n".join(body["notes"]))


def spark(values: Sequence[float | None]) -> str:
    """Numbers as a row of blocks, the highest of them full."""
    known = [one for one in values if one is not None]
    most = max(known, default=0)
    if most <= 0:
        return ""
    return "".join(" " if one is None else _STEPS[min(7, int(max(0, one) / most * 7.999))] for one in values)
