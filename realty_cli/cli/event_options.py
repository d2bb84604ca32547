"""Options of the commands of events: the fields of an event and the filters of their lists."""

from __future__ import annotations

from typing import Any

from realty_cli.cli.options import Opt, with_options
from realty_cli.events.kinds import EventStatus, EventType

_Many = list[str] | None
FIELDS: tuple[Opt, ...] = (
    Opt("title", str | None, "What it is; made of its kind and its listing where left out."),
    Opt("event_type", EventType | None, "Kind; a showing where a listing is named.", ("--type", "-t")),
    Opt("description", str | None, "Text for all who are to come; @FILE reads it from a file."),
    Opt("timezone", str | None, "Zone of the times, like Asia/Yekaterinburg; yours where left out.", ("--zone",)),
    Opt("location", str | None, "Place; that of the listing where left out.", ("--place",)),
    Opt("latitude", float | None, "Latitude, degrees.", ("--lat",)),
    Opt("longitude", float | None, "Longitude, degrees.", ("--lon",)),
    Opt("property_id", int | None, "Listing.", ("--property", "-l")),
    Opt("client_id", int | None, "Client.", ("--client", "-c")),
    Opt("deal_id", int | None, "Deal.", ("--deal",)),
    Opt("attendees", _Many, "Who is to come: name, e-mail or phone; may be repeated.", ("--with",)),
    Opt("reminders", _Many, "Remind so long before: 30m, 2h, 1d, email:1d; may be repeated.", ("--remind",)),
    Opt("rrule", str | None, "Rule of repetition: FREQ=WEEKLY;BYDAY=MO,TH."),
    Opt("priority", int | None, "1 is the highest, 9 the lowest."),
    Opt("color", str | None, "Colour, as your calendar names it."),
    Opt("busy", bool | None, "Whether it keeps other events out.", ("--busy/--free",)),
    Opt("buffer_before", int | None, "Minutes to keep free before it."),
    Opt("buffer_after", int | None, "Minutes to keep free after it."),
    Opt("notes", str | None, "Notes for yourself; @FILE reads them from a file."),
    Opt("tags", _Many, "Tag; may be repeated.", ("--tag",)),
    Opt("external_id", str | None, "Number in another system."),
    Opt("owner_id", int | None, "Owner (administrators): name, e-mail or number.", ("--owner",), "account"),
    Opt("allow_overlap", bool, "Enter it though something else stands at that time.", ("--allow-overlap",)),
)

FILTERS: tuple[Opt, ...] = (
    Opt("q", str | None, "Words in any form.", ("--q",)),
    Opt("start_from", str | None, "Begins at this moment or later.", ("--from",), read="moment"),
    Opt("start_to", str | None, "Begins before this moment.", ("--to",), read="moment"),
    Opt("event_type", list[EventType] | None, "Kind; may be repeated.", ("--type", "-t")),
    Opt("status", list[EventStatus] | None, "Status; may be repeated.", ("--status", "-s")),
    Opt("property_id", list[int] | None, "At this listing.", ("--property", "-l")),
    Opt("client_id", list[int] | None, "With this client.", ("--client", "-c")),
    Opt("deal_id", list[int] | None, "Of this deal.", ("--deal",)),
    Opt("series_id", list[int] | None, "Of this series.", ("--series",)),
    Opt("owner_id", list[int] | None, "Owner (administrators): name, e-mail or number.", ("--owner",), "account"),
    Opt("ids", list[int] | None, "These only; may be repeated.", ("--id",)),
    Opt("busy", bool | None, "Whether it keeps other events out.", ("--busy/--free",)),
    Opt("deleted", bool, "In the bin.", ("--deleted",)),
)

event_fields = with_options("values", FIELDS)
event_filters = with_options("wanted", FILTERS)


def attendees_of(items: list[str]) -> list[dict[str, Any]]:
    """`Name <mail>`, an address, a phone or a name, each as somebody who is to come."""
    from email.utils import parseaddr

    found: list[dict[str, Any]] = []
    for item in items:
        text = item.strip()
        name, address = parseaddr(text)
        if "@" in address:
            found.append({"email": address, **({"name": name} if name else {})})
        elif sum(one.isdecimal() for one in text) >= 7 and not any(one.isalpha() for one in text):
            found.append({"phone": text})
        else:
            found.append({"name": text})
    return found


def reminders_of(items: list[str]) -> list[dict[str, Any]]:
    """`1h`, `email:1d` as reminders."""
    from realty_cli.events.kinds import ReminderChannel
    from realty_cli.events.typed import length

    found = []
    for item in items:
        channel, colon, before = item.partition(":")
        if not colon or channel.strip().lower() not in set(ReminderChannel):
            channel, before = ReminderChannel.APP.value, item
        found.append({"minutes_before": length(before, "--remind"), "channel": channel.strip().lower()})
    return found
