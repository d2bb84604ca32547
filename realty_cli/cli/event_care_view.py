"""Templates, feedback, figures and reminders of events as a person sees them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from realty_cli.cli.event_view import STATUSES, TYPES, word
from realty_cli.cli.listing_view import day
from realty_cli.cli.output import Column, emit, pairs
from realty_cli.cli.state import State
from realty_cli.kit.i18n import mark as _

_Row = Mapping[str, Any]
STATES = {
    "sent": _("letter is on its way"),
    "told": _("told here"),
    "no_address": _("no confirmed address"),
    "due": _("due"),
}
OPINIONS = {"high": _("too dear"), "ok": _("fair"), "low": _("cheap")}


def _raw(name: str) -> Callable[[_Row], Any]:
    return lambda row: row[name]


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(f"{one['channel']}:{one['minutes_before']}" if isinstance(one, dict) else str(one)
                         for one in value)  # fmt: skip
    return "" if value is None else str(value)


def template(state: State, body: dict[str, Any]) -> None:
    """One template."""
    shown = [
        (_("Name"), body["name"]),
        (_("Title"), body["title"]),
        (_("Kind"), word(state, "event_type", body["event_type"])),
        (_("Minutes"), str(body["duration_minutes"])),
        *[
            (label, _text(body[name]))
            for name, label in (
                ("location", _("Place")), ("reminders", _("Reminders")), ("buffer_before", _("Free before, min")),
                ("buffer_after", _("Free after, min")), ("tags", _("Tags")),
            )
            if body[name] not in (None, [])
        ],
    ]  # fmt: skip
    pairs(state, body, shown, title=f"{body['id']}  {body['name']}")


def template_page(state: State, body: dict[str, Any]) -> None:
    """One page of templates."""
    columns: list[Column] = [
        (_("ID"), lambda row: str(row["id"]), _raw("id")),
        (_("Name"), lambda row: row["name"], _raw("name")),
        (_("Kind"), lambda row: word(state, "event_type", row["event_type"]), _raw("event_type")),
        (_("Minutes"), lambda row: str(row["duration_minutes"]), _raw("duration_minutes")),
        (_("Reminders"), lambda row: _text(row["reminders"]), lambda row: _text(row["reminders"])),
    ]
    emit(state, body, columns, body["items"])
    if state.format == "table" and body["next_cursor"]:
        state.tell("More with: --cursor {cursor}", cursor=body["next_cursor"])


def feedback(state: State, body: dict[str, Any]) -> None:
    """What somebody said of a showing."""
    say = state.say.text
    shown = [
        (_("Showing"), str(body["event_id"])),
        (_("Client"), _text(body["client_id"])),
        (_("Listing"), _text(body["property_id"])),
        (_("Rating"), _text(body["rating"])),
        (_("Price"), say(OPINIONS[str(body["price_opinion"])]) if body["price_opinion"] else ""),
        (_("Objections"), _text(body["objections"])),
        (_("Wants it"), "" if body["interested"] is None else say(_("yes") if body["interested"] else _("no"))),
        (_("Note"), _text(body["note"])),
        (_("Mark of the request"), _text(body.get("mark_id"))),
        (_("Interaction"), _text(body.get("interaction_id"))),
    ]
    pairs(state, body, [one for one in shown if one[1]], title=f"{say(_('Feedback'))} {body['id']}")


def reminders(state: State, body: dict[str, Any], zone: str) -> None:
    """Reminders that were taken in hand just now."""
    from datetime import datetime

    from realty_cli.kit.formatting import datetime as written

    def when(row: _Row) -> str:
        return written(datetime.fromisoformat(row["start_time"]), ZoneInfo(zone), state.language)

    columns: list[Column] = [
        (_("When"), when, _raw("start_time")),
        (_("Title"), lambda row: row["title"], _raw("title")),
        (_("Place"), lambda row: row["location"] or "", _raw("location")),
        (_("By"), lambda row: row["channel"], _raw("channel")),
        (_("State"), lambda row: state.say.text(STATES[row["state"]]), _raw("state")),
    ]
    emit(state, body, columns, body["items"])


def statistics(state: State, body: dict[str, Any]) -> None:
    """Figures of a period."""
    from datetime import datetime, timedelta

    from realty_cli.kit.formatting import number, percent

    say = state.say.text
    zone = ZoneInfo(body["timezone"])
    first = datetime.fromisoformat(body["start"]).astimezone(zone).date()
    last = (datetime.fromisoformat(body["end"]) - timedelta(microseconds=1)).astimezone(zone).date()

    def rate(share: _Row) -> str:
        if share["value"] is None:
            return "—"
        return f"{percent(share['value'], state.language)} ({share['n']})"

    shown = [
        (_("Period"), f"{day(state, first.isoformat())} – {day(state, last.isoformat())}"),
        (_("Events"), str(body["total"])),
        (_("Over"), str(body["due"])),
        (_("To come"), str(body["upcoming"])),
        *[(STATUSES[name], str(count)) for name, count in body["by_status"].items() if count],
        *[(TYPES[name], str(count)) for name, count in body["by_type"].items() if count],
        (_("Put off"), str(body["rescheduled"])),
        (_("Over without an outcome"), str(body["stale_open"])),
        (_("Took place, share"), rate(body["completion_rate"])),
        (_("Did not come, share"), rate(body["no_show_rate"])),
        (_("Called off, share"), rate(body["cancellation_rate"]["total"])),
        (_("Called off late"), rate(body["late_cancel_rate"])),
        (_("Confirmed"), rate(body["confirmation_rate"])),
        (_("Times put off"), number(body["reschedule_mean"], state.language)),
        (_("Working time taken"), rate(body["utilisation"])),
        (_("Busy, hours"), number(body["busy_hours"], state.language, decimals=1)),
        (_("Overlaps"), str(body["conflicts"])),
        (_("Showings with feedback"), rate(body["feedback"]["rate"])),
        (_("Mean rating"), number(body["feedback"]["mean_rating"], state.language)),
    ]
    pairs(state, body, shown, title=say(_("Figures of events")))
