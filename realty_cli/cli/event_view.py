"""Events as a person sees them: an agenda, a month, one event whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from realty_cli.cli.output import Column, clean, emit, pairs, write_line
from realty_cli.cli.state import State
from realty_cli.kit.i18n import mark as _

_Row = Mapping[str, Any]

TYPES = {
    "showing": _("showing"),
    "meeting": _("meeting"),
    "call": _("call"),
    "inspection": _("inspection"),
    "photo_session": _("photo session"),
    "open_house": _("open house"),
    "deal": _("signing"),
    "task": _("task"),
    "other": _("other event"),
}
STATUSES = {
    "scheduled": _("planned"),
    "confirmed": _("confirmed"),
    "in_progress": _("going on"),
    "completed": _("took place"),
    "cancelled": _("called off"),
    "no_show": _("did not come"),
}
OUTCOMES = {
    "done": _("done"),
    "interested": _("interested"),
    "thinking": _("thinking it over"),
    "not_interested": _("not interested"),
    "offer": _("makes an offer"),
    "second_showing": _("wants to see it again"),
    "no_result": _("without result"),
}
WHO = {"agent": _("the agent"), "client": _("the client"), "owner": _("the owner")}
_WORDS = {"event_type": TYPES, "status": STATUSES, "outcome": OUTCOMES, "cancelled_by": WHO}
LABELS = {
    "event_type": _("Kind"),
    "status": _("Status"),
    "when": _("When"),
    "timezone": _("Zone"),
    "location": _("Place"),
    "property_id": _("Listing"),
    "client_id": _("Client"),
    "deal_id": _("Deal"),
    "description": _("Description"),
    "attendees": _("Who comes"),
    "rrule": _("Repeats"),
    "exdates": _("But not on"),
    "series_id": _("Of series"),
    "recurrence_id": _("Planned for"),
    "reminders": _("Reminders"),
    "outcome": _("Outcome"),
    "outcome_note": _("Of the outcome"),
    "actual_start": _("Really began"),
    "actual_end": _("Really ended"),
    "cancelled_by": _("Called off by"),
    "rescheduled_to": _("Instead"),
    "priority": _("Priority"),
    "color": _("Colour"),
    "buffer_before": _("Free before, min"),
    "buffer_after": _("Free after, min"),
    "tags": _("Tags"),
    "notes": _("Notes"),
    "external_id": _("Number in another system"),
    "owner_id": _("Owner"),
    "version": _("Version"),
    "created_at": _("Entered"),
    "updated_at": _("Changed"),
    "deleted_at": _("In the bin since"),
}
_MOMENTS = frozenset({"actual_start", "actual_end", "created_at", "updated_at", "deleted_at", "recurrence_id"})
_RAW = (
    "id", "start_time", "end_time", "title", "event_type", "status", "location", "property_id", "client_id", "busy",
    "series_id", "recurrence_id",
)  # fmt: skip


def word(state: State, field: str, value: str | None) -> str:
    """A value of one of our vocabularies in the reader's language."""
    known = _WORDS[field]
    return "" if value is None else state.say.text(known[value]) if value in known else value


def _day(state: State, day: date) -> str:
    from realty_cli.kit.formatting import date as write

    return f"{state.say.text(_WEEKDAYS[day.weekday()])} {write(day, state.language)}"


_WEEKDAYS = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))


def when(state: State, event: _Row, zone: tzinfo, *, day: bool = True) -> str:
    """When an event is, on the reader's clock."""
    if event["all_day"]:
        first, end = (date.fromisoformat(event[name][:10]) for name in ("start_local", "end_local"))
        last = max(first, end - timedelta(days=1))
        shown = _day(state, first) if day else state.say.text(_("all day"))
        return shown if first == last else f"{_day(state, first)} – {_day(state, last)}"
    start, end_ = (datetime.fromisoformat(event[name]).astimezone(zone) for name in ("start_time", "end_time"))
    begun = f"{_day(state, start.date())} {start:%H:%M}" if day else f"{start:%H:%M}"
    if end_ == start:
        return begun
    ended = f"{end_:%H:%M}" if end_.date() == start.date() else f"{_day(state, end_.date())} {end_:%H:%M}"
    return f"{begun}–{ended}"


def _columns(state: State, zone: tzinfo, *, day: bool = True) -> Sequence[Column]:
    if state.format not in ("table", "md"):
        return [(name, lambda row: "", _raw(name)) for name in _RAW]

    def title(row: _Row) -> str:
        return f"{row['title']} ↻" if row["series_id"] or row["rrule"] else str(row["title"])

    return [
        (_("ID"), lambda row: str(row["id"]), _raw("id")),
        (_("When"), lambda row: when(state, row, zone, day=day), _raw("start_time")),
        (_("Title"), title, _raw("title")),
        (_("Kind"), lambda row: word(state, "event_type", row["event_type"]), _raw("event_type")),
        (_("Status"), lambda row: word(state, "status", row["status"]), _raw("status")),
        (_("Place"), lambda row: row["location"] or "", _raw("location")),
    ]


def _raw(name: str) -> Callable[[_Row], Any]:
    return lambda row: row[name]


def page(state: State, body: dict[str, Any], zone: str | None = None) -> None:
    """One page of events."""
    emit(state, body, _columns(state, ZoneInfo(zone or state.realty.settings.timezone)), body["items"])
    if state.format == "table" and body["items"]:
        if body["total"] is not None:
            state.tell("Shown {shown} of {total}.", shown=len(body["items"]), total=body["total"])
        if body["next_cursor"]:
            state.tell("More with: --cursor {cursor}", cursor=body["next_cursor"])


def agenda(state: State, body: dict[str, Any]) -> None:
    """A stretch of time: a table for each of its days."""
    zone = ZoneInfo(body["timezone"])
    if state.format != "table":
        emit(state, body, _columns(state, zone), body["items"])
        return
    if not body["items"]:
        write_line(clean(state.say.text("There is nothing in the calendar.")))
        return
    days: dict[date, list[Any]] = {}
    first = datetime.fromisoformat(body["start"]).astimezone(zone).date()
    for item in body["items"]:
        days.setdefault(max(first, date.fromisoformat(item["local_date"])), []).append(item)
    for day in sorted(days):
        emit(state, body, _columns(state, zone, day=False), days[day], title=clean(_day(state, day)))


def month(state: State, body: dict[str, Any], first: date) -> None:
    """A calendar sheet of a month: each day with how it begins; other forms list the events."""
    zone = ZoneInfo(body["timezone"])
    if state.format not in ("table", "md"):
        emit(state, body, _columns(state, zone), body["items"])
        return
    days: dict[date, list[str]] = {}
    for item in body["items"]:
        clock = "" if item["all_day"] else f"{datetime.fromisoformat(item['start_time']).astimezone(zone):%H:%M} "
        days.setdefault(date.fromisoformat(item["local_date"]), []).append(f"{clock}{item['title']}")
    week = first - timedelta(days=first.weekday())
    rows = []
    while week <= first or week.month == first.month:
        rows.append({str(at): _cell(week + timedelta(days=at), first, days) for at in range(7)})
        week += timedelta(days=7)
    columns: list[Column] = [(name, _shown(str(at)), _raw(str(at))) for at, name in enumerate(_WEEKDAYS)]
    emit(state, body, columns, rows, title=f"{first:%Y-%m}")


def _shown(name: str) -> Callable[[_Row], str]:
    return lambda row: str(row[name])


_MOST_OF_DAY, _WIDTH = 3, 16


def _cell(day: date, first: date, days: Mapping[date, list[str]]) -> str:
    if day.month != first.month:
        return ""
    shown = [text[:_WIDTH] for text in days.get(day, ())[:_MOST_OF_DAY]]
    more = len(days.get(day, ())) - len(shown)
    return " · ".join([str(day.day), *shown, *([f"+{more}"] if more > 0 else [])])


def one(state: State, event: dict[str, Any]) -> None:
    """One event, a line for each field that says something, and what its writer should look at."""
    if state.quiet and state.format == "table":
        write_line(str(event["id"]))
        return
    if state.format in ("tsv", "csv"):
        pairs(state, event, [(name, _plain(value)) for name, value in event.items() if name != "warnings"])
    else:
        zone = ZoneInfo(state.realty.settings.timezone)
        shown = [(LABELS["when"], when(state, event, zone))]
        shown += [
            (label, _value(state, event, name)) for name, label in LABELS.items()
            if name != "when" and event.get(name) not in (None, "", [])
        ]  # fmt: skip
        if not event["busy"]:
            shown.append((_("Keeps the time free"), state.say.text(_("yes"))))
        pairs(state, event, shown, title=f"{event['id']}  {event['title']}")
    for told in event.get("warnings", ()):
        state.tell("Note: {message}", message=told["message"])


def _value(state: State, event: _Row, name: str) -> str:
    from realty_cli.cli.listing_view import moment

    value = event[name]
    if name in _WORDS:
        return word(state, name, value)
    if name in _MOMENTS and "T" in str(value):
        return moment(state, value)
    if name == "attendees":
        return ", ".join(one.get("name") or one.get("email") or one.get("phone") or "" for one in value)
    if name == "reminders":
        return ", ".join(f"{one['minutes_before']} ({one['channel']})" for one in value)
    return _plain(value)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    if isinstance(value, dict):
        return "; ".join(f"{name}={_plain(one)}" for name, one in value.items())
    return str(value)


def entered(state: State, body: dict[str, Any], *, dry_run: bool) -> None:
    """What became of a list of events."""
    emit(state, body, _columns(state, ZoneInfo(state.realty.settings.timezone)), body["items"])
    for one_ in body["errors"]:
        told = "; ".join(str(problem["message"]) for problem in one_["errors"]) or one_["code"]
        state.tell("Entry {number} is left out: {why}", number=one_["index"] + 1, why=told)
    for item in body["items"]:
        for told_ in item["warnings"]:
            state.tell("{title}: {message}", title=item["title"], message=told_["message"])
    if dry_run:
        state.tell("Nothing was written.")
    state.tell_many("{n} event entered", "{n} events entered", body["created"])


def in_the_way(state: Any, conflicts: Sequence[_Row]) -> list[str]:
    """What stands where an event was to go, a line each."""
    found = []
    for one_ in conflicts:
        other = one_["a"]
        told = {"all_day": False, "start_time": other["start"], "end_time": other["end"]}
        zone = ZoneInfo(state.obj.realty.settings.timezone)
        name = f"{other['title']} (№ {other['event_id']})" if other["title"] else state.obj.say.text(_("taken"))
        found.append(f"  {when(state.obj, told, zone)}  {name}")
    return found
