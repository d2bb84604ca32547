"""Conflicts, suggestions, the plan of a day and settings as a person sees them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from realty_cli.cli.output import Column, emit, pairs
from realty_cli.cli.state import State
from realty_cli.kit.formatting import date as write_date
from realty_cli.kit.i18n import mark as _

_Row = Mapping[str, Any]
KINDS = {
    "time": _("same time"),
    "resource": _("same listing"),
    "buffer": _("too close"),
    "travel": _("too far away"),
    "outside_hours": _("outside working hours"),
    "holiday": _("day off"),
}
SEVERITIES = {"hard": _("collides"), "soft": _("look at it"), "info": _("for your information")}
EMPTY = {
    "no_working_hours": _("No working hours in this time."),
    "all_busy": _("All of this time is taken."),
    "window_in_past": _("This time is past, or too near."),
    "cap_reached": _("These days have as many events of this kind as you allow."),
    "duration_too_long": _("No stretch of working hours is that long."),
}
REASONS = {
    "cluster": _("something near by"),
    "travel": _("more travel"),
    "preferred_part": _("part of the day liked better"),
    "attendee_hours": _("early or late for the client"),
    "crumb": _("leaves a useless gap"),
    "exact_fit": _("fits exactly"),
    "days_away": _("days away"),
    "lunch": _("lunch"),
    "full_day": _("full day"),
    "tentative": _("touches something tentative"),
}
WARNINGS = {"late": _("too late"), "tight": _("tight"), "place_unknown": _("place unknown")}
LABELS = {
    "working_hours": _("Working hours"),
    "lunch": _("Lunch"),
    "buffers": _("Kept free around"),
    "min_notice_minutes": _("Notice, min"),
    "granularity": _("Grid, min"),
    "max_per_day": _("Most a day"),
    "country": _("Country of holidays"),
    "skip_holidays": _("Holidays are off"),
    "days": _("Days of my own"),
    "agency_days": _("Days of the agency"),
    "speed_kmh": _("Speed, km/h"),
    "rush_speed_kmh": _("Speed in rush hours, km/h"),
    "parking_minutes": _("Parking, min"),
    "horizon_days": _("Days to look ahead"),
    "default_reminders": _("Reminders"),
    "timezone": _("Zone"),
    "channels": _("Told by"),
    "quiet_from": _("Quiet from"),
    "quiet_to": _("Quiet until"),
    "digest": _("Digest"),
    "digest_at": _("Digest at"),
    "version": _("Version"),
}


def _raw(name: str) -> Callable[[_Row], Any]:
    return lambda row: row[name]


def _clock(state: State, text: str) -> str:
    at = datetime.fromisoformat(text)
    return f"{write_date(at.date(), state.language)} {at:%H:%M}"


def _side(side: Any) -> str:
    if not isinstance(side, dict):
        return "–"
    return f"{side['event_id'] or ''} {side['title'] or ''}".strip() or "–"


def conflicts(state: State, body: dict[str, Any]) -> None:
    """What is in the way."""
    say = state.say.text
    columns: list[Column] = [
        (_("What"), lambda row: say(KINDS[row["kind"]]), _raw("kind")),
        (_("Severity"), lambda row: say(SEVERITIES[row["severity"]]), _raw("severity")),
        (_("When (UTC)"), lambda row: _clock(state, row["overlap"]["start"]), lambda row: row["overlap"]["start"]),
        (_("Minutes"), lambda row: str(row["overlap"]["minutes"]), lambda row: row["overlap"]["minutes"]),
        (_("Event"), lambda row: _side(row["a"]), lambda row: _side(row["a"])),
        (_("With"), lambda row: _side(row["b"]), lambda row: _side(row["b"])),
    ]
    emit(state, body, columns, body["conflicts"])
    if not body["conflicts"]:
        state.tell("Nothing collides.")
    for told in body["warnings"]:
        state.tell("Note: {message}", message=told["message"])


def suggestions(state: State, body: dict[str, Any]) -> None:
    """When there is time."""

    def why(row: _Row) -> str:
        return ", ".join(
            f"{state.say.text(REASONS[one['code']])} {one['points']:+}"
            for one in row["reasons"]
            if one["code"] in REASONS
        )

    columns: list[Column] = [
        (_("Begins"), lambda row: _clock(state, row["start_local"]), _raw("start")),
        (_("Ends"), lambda row: _clock(state, row["end_local"]), _raw("end")),
        (_("For the client"), lambda row: _clock(state, row["attendee_local"]) if row["attendee_local"] else "",
         _raw("attendee_local")),
        (_("Points"), lambda row: str(row["score"]), _raw("score")),
        (_("Why"), why, why),
    ]  # fmt: skip
    emit(state, body, columns, body["suggestions"])
    if body["empty_reason"]:
        state.tell(EMPTY[body["empty_reason"]])


def plan(state: State, body: dict[str, Any]) -> None:
    """The stops of a day in order."""

    def warned(row: _Row) -> str:
        return ", ".join(state.say.text(WARNINGS[one]) for one in row["warnings"])

    columns: list[Column] = [
        (_("Begins"), lambda row: _clock(state, row["start_local"]), _raw("start")),
        (_("Until"), lambda row: row["end_local"][11:16], _raw("end")),
        (_("Event"), lambda row: f"{row['event_id']} {row['title']}", _raw("event_id")),
        (_("Place"), lambda row: row["location"] or "", _raw("location")),
        (_("Way, min"), lambda row: str(row["travel_minutes"]), _raw("travel_minutes")),
        (_("Slack, min"), lambda row: str(row["slack_minutes"]), _raw("slack_minutes")),
        (_("Look out"), warned, warned),
    ]
    emit(state, body, columns, body["stops"])
    state.tell(
        "On the way: {minutes} min, {saved} min less than as entered.",
        minutes=body["totals"]["travel_minutes"], saved=body["saved_minutes"],
    )  # fmt: skip


def settings(state: State, body: dict[str, Any]) -> None:
    """Settings as lines."""
    pairs(state, body, [(LABELS[name], _text(state, value)) for name, value in body.items()])


def _text(state: State, value: Any) -> str:
    if isinstance(value, bool):
        return state.say.text(_("yes") if value else _("no"))
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_text(state, one) or '–'}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join("–".join(one) if isinstance(one, list) else _text(state, one) for one in value)
    return "" if value is None else str(value)
