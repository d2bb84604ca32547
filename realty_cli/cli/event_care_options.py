"""Options of the commands of templates and feedback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realty_cli.cli.event_options import reminders_of
from realty_cli.cli.options import Opt, with_options
from realty_cli.events.care_kinds import PriceOpinion
from realty_cli.events.kinds import EventType

_Many = list[str] | None
TEMPLATE_FIELDS: tuple[Opt, ...] = (
    Opt("name", str | None, "What the template is called."),
    Opt("title", str | None, "Title of its events; the name where left out."),
    Opt("event_type", EventType | None, "Kind.", ("--type", "-t")),
    Opt("duration_minutes", int | None, "Length, minutes.", ("--minutes", "-m")),
    Opt("description", str | None, "Text for all who are to come."),
    Opt("location", str | None, "Place.", ("--place",)),
    Opt("reminders", _Many, "Remind so long before: 30m, 2h, 1d, email:1d; may be repeated.", ("--remind",)),
    Opt("buffer_before", int | None, "Minutes to keep free before it."),
    Opt("buffer_after", int | None, "Minutes to keep free after it."),
    Opt("priority", int | None, "1 is the highest, 9 the lowest."),
    Opt("color", str | None, "Colour, as your calendar names it."),
    Opt("busy", bool | None, "Whether it keeps other events out.", ("--busy/--free",)),
    Opt("tags", _Many, "Tag; may be repeated.", ("--tag",)),
)
MADE_FIELDS: tuple[Opt, ...] = (
    Opt("title", str | None, "Title; the template's where left out."),
    Opt("duration_minutes", int | None, "Length, minutes; the template's where left out.", ("--minutes", "-m")),
    Opt("timezone", str | None, "Zone of the time; yours where left out.", ("--zone",)),
    Opt("location", str | None, "Place.", ("--place",)),
    Opt("property_id", int | None, "Listing.", ("--property", "-l")),
    Opt("client_id", int | None, "Client.", ("--client", "-c")),
    Opt("deal_id", int | None, "Deal.", ("--deal",)),
    Opt("allow_overlap", bool, "Enter it though something else stands at that time.", ("--allow-overlap",)),
)
FEEDBACK_FIELDS: tuple[Opt, ...] = (
    Opt("recurrence_id", str | None, "Which one of a series: the start that its rule gives it.", ("--on",)),
    Opt("client_id", int | None, "Who said it; the showing's client where left out.", ("--client", "-c")),
    Opt("property_id", int | None, "Of which listing; the showing's where left out.", ("--property", "-l")),
    Opt("request_id", int | None, "The request that it answers; the client's only one where left out.", ("--request",)),
    Opt("rating", int | None, "From 1 to 5.", ("--rating", "-r")),
    Opt("price_opinion", PriceOpinion | None, "What they think of the price.", ("--price",)),
    Opt("objections", _Many, "What they do not like; may be repeated.", ("--objection",)),
    Opt("interested", bool | None, "Whether they want it.", ("--liked/--refused",)),
    Opt("note", str | None, "Note."),
)
template_fields = with_options("values", TEMPLATE_FIELDS)
made_fields = with_options("values", MADE_FIELDS)
feedback_fields = with_options("values", FEEDBACK_FIELDS)


def template_values(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a template, as the schemas take them."""
    values = dict(typed)
    if "reminders" in values:
        values["reminders"] = reminders_of(values["reminders"])
    return values
