"""Alerts, thresholds and insights as a person sees them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from realty_cli.cli.output import Column, clean, emit, pairs, write_line
from realty_cli.cli.state import State
from realty_cli.kit import formatting
from realty_cli.kit.i18n import mark as _

_Row = Mapping[str, Any]
SEVERITIES = {"critical": _("critical"), "warning": _("warning"), "info": _("info")}
STATES = {
    "pending": _("not yet"), "firing": _("new"), "acknowledged": _("seen"), "snoozed": _("snoozed"),
    "resolved": _("settled"),
}  # fmt: skip
#: Rules whose figure is so many times what is usual.
_TIMES = frozenset({"lead_untouched", "deal_stuck", "listing_stale"})
_CONFIDENCE = {"high": _("sure"), "medium": _("likely"), "low": _("perhaps")}


def _raw(name: str) -> Callable[[_Row], Any]:
    return lambda row: row[name]


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def page(state: State, body: dict[str, Any]) -> None:
    """One page of alerts."""
    columns: list[Column] = [
        (_("ID"), lambda row: str(row["id"]), _raw("id")),
        (_("Severity"), lambda row: state.say.text(SEVERITIES[row["severity"]]), _raw("severity")),
        (_("Status"), lambda row: state.say.text(STATES[row["state"]]), _raw("state")),
        (_("What"), lambda row: row["message"], _raw("message")),
        (_("Command"), lambda row: _text(row["command"]), _raw("command")),
    ]
    emit(state, body, columns, body["items"])
    if body["total"] > len(body["items"]):
        state.tell("and {count} more", count=body["total"] - len(body["items"]))
    if late := sum(1 for one in body["items"] if one["in_digest"]):
        from realty_cli.analytics.alert_round import NEW_A_DAY

        state.tell("{late} of these stand in the digest alone: at most {most} new ones a day are sent one by one.",
                   late=late, most=NEW_A_DAY)  # fmt: skip
    if not body["total"]:
        state.tell("Nothing has to be looked at.")


def one(state: State, body: dict[str, Any]) -> None:
    """One alert."""
    shown = [
        (_("What"), body["message"]), (_("Severity"), state.say.text(SEVERITIES[body["severity"]])),
        (_("Status"), state.say.text(STATES[body["state"]])), (_("Command"), _text(body["command"])),
        (_("Note"), _text(body["note"])),
    ]  # fmt: skip
    pairs(state, body, [pair for pair in shown if pair[1]], title=f"{body['id']}  {body['title']}")


def _figure(state: State, value: float | None) -> str:
    """A figure without its unit, such as 3,000,000 or 0.05."""
    return "" if value is None else formatting.number(value, state.language, decimals=4)


def _bound(state: State, row: _Row, name: str) -> str:
    """A figure of a rule with its unit: 15 min, 2 days, 10 %, 1.5 times."""
    value = row[name]
    if value is None:
        return ""
    if row["rule"] in _TIMES:
        return state.say.text(_("{times} times"), times=formatting.number(value, state.language, decimals=2))
    match row["unit"]:
        case "hours":
            return formatting.duration(round(value * 3_600), state.language)
        case "ratio":
            return formatting.percent(value, state.language)
        case "days":
            return state.say.plural("{n} day", "{n} days", round(value))
    return formatting.number(value, state.language, decimals=1)


def rules(state: State, body: dict[str, Any]) -> None:
    """The rules: what a program wants to know, or what a person can read at a width of 80."""
    if state.format == "table":
        say = state.say
        shown: list[Column] = [
            (_("Rule"), lambda row: f"{row['title']}\n{row['rule']}", _raw("rule")),
            (_("From"), lambda row: f"{'≥' if row['operator'] == 'gte' else '≤'} {_bound(state, row, 'value')}",
             _raw("value")),
            (_("Worse from"), lambda row: _bound(state, row, "severe_value"), _raw("severe_value")),
            (_("Severity"), lambda row: say.text(SEVERITIES[row["severity"]]) if row["enabled"] else say.text(_("off")),
             _raw("severity")),
            (_("Threshold"), lambda row: _text(row["threshold_id"]), _raw("threshold_id")),
        ]  # fmt: skip
        emit(state, body, shown, body["items"])
        return
    columns: list[Column] = [
        (_("Rule"), lambda row: row["rule"], _raw("rule")),
        (_("What"), lambda row: row["title"], _raw("title")),
        (_("From"), lambda row: f"{'≥' if row['operator'] == 'gte' else '≤'} {_figure(state, row['value'])}",
         _raw("value")),
        (_("Worse from"), lambda row: _figure(state, row["severe_value"]), _raw("severe_value")),
        (_("Unit"), lambda row: row["unit"], _raw("unit")),
        (_("Severity"), lambda row: state.say.text(SEVERITIES[row["severity"]]), _raw("severity")),
        (_("On"), lambda row: state.say.text(_("yes") if row["enabled"] else _("no")), _raw("enabled")),
        (_("Threshold"), lambda row: _text(row["threshold_id"]), _raw("threshold_id")),
    ]  # fmt: skip
    emit(state, body, columns, body["items"])


def thresholds(state: State, body: dict[str, Any]) -> None:
    """One page of thresholds."""
    columns: list[Column] = [
        (_("ID"), lambda row: str(row["id"]), _raw("id")),
        (_("Rule"), lambda row: row["metric"] or row["rule"], lambda row: row["metric"] or row["rule"]),
        (_("Operator"), lambda row: _text(row["operator"]), _raw("operator")),
        (_("Value"), lambda row: _figure(state, row["value"]), _raw("value")),
        (_("Name"), lambda row: _text(row["name"]), _raw("name")),
        (_("Channels"), lambda row: ", ".join(row["channels"]), lambda row: ",".join(row["channels"])),
        (_("On"), lambda row: state.say.text(_("yes") if row["enabled"] else _("no")), _raw("enabled")),
    ]
    emit(state, body, columns, body["items"])


def threshold(state: State, body: dict[str, Any]) -> None:
    """One threshold: what is said in it."""
    hidden = ("id", "owner_id", "version", "created_at", "updated_at", "deleted_at")
    say = state.say

    def told(value: Any) -> str:
        if isinstance(value, bool):
            return say.text(_("yes") if value else _("no"))
        if isinstance(value, list):
            return ", ".join(map(str, value))
        return _figure(state, value) if isinstance(value, float) else str(value)

    shown = [(name, told(value)) for name, value in body.items() if name not in hidden and value not in (None, [])]
    pairs(state, body, shown, title=f"{body['id']}  {body['name'] or body['metric'] or body['rule']}")


def counts(state: State, body: dict[str, Any]) -> None:
    """What a check did."""
    shown = [
        (_("New"), str(body["fired"])), (_("Cleared"), str(body["resolved"])), (_("Still open"), str(body["open"])),
        (_("Letters sent"), str(body["sent"])),
    ]  # fmt: skip
    pairs(state, body, shown)


def dry(state: State, body: dict[str, Any]) -> None:
    """What a check would tell of."""
    columns: list[Column] = [
        (_("Rule"), lambda row: row["rule"], _raw("rule")),
        (_("Severity"), lambda row: state.say.text(SEVERITIES[row["severity"]]), _raw("severity")),
        (_("About"), lambda row: f"{row['subject']['type']} {_text(row['subject']['id'])}".strip(),
         lambda row: row["subject"]["id"]),
        (_("Owner"), lambda row: str(row["owner_id"]), _raw("owner_id")),
        (_("Value"), lambda row: _figure(state, row["value"]), _raw("value")),
    ]  # fmt: skip
    emit(state, body, columns, body["items"])


def _suggested(name: str) -> Callable[[_Row], Any]:
    return lambda row: row["action"]["command"] if name == "command" else row[name]


def suggestions(state: State, body: dict[str, Any]) -> None:
    """Insights: as paragraphs where a person reads them."""
    if state.format in ("json", "jsonl", "tsv", "csv"):
        names = ("id", "kind", "title", "text", "confidence", "priority", "command")
        columns: list[Column] = [(name, lambda row: "", _suggested(name)) for name in names]
        emit(state, body, columns, body["items"])
        return
    for place, one_of_them in enumerate(body["items"], 1):
        sure = state.say.text(_CONFIDENCE[one_of_them["confidence"]])
        write_line(clean(f"{place}. {one_of_them['title']} ({sure})"))
        write_line(clean(f"   {one_of_them['text']}"))
        write_line(clean(f"   → {one_of_them['action']['verb']}: {one_of_them['action']['command']}"))
    if not body["items"]:
        state.tell("The numbers suggest nothing for now.")
    elif body["total"] > len(body["items"]):
        state.tell("and {count} more", count=body["total"] - len(body["items"]))
