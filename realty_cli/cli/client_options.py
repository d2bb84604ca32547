"""Options of the commands of clients: fields and filters of clients, leads and interactions."""

from __future__ import annotations

from typing import Any

from realty_cli.cli.options import Opt, with_options
from realty_cli.clients.kinds import (
    Channel,
    ClientKind,
    ClientRole,
    ClientStage,
    Direction,
    LeadSide,
    LeadStage,
    Outcome,
    Temperature,
)

_Many = list[str] | None
_OWNER = Opt("owner_id", int | None, "Owner (administrators): name, e-mail or number.", ("--owner",), "account")
_OWNERS = Opt("owner_id", list[int] | None, "Owner (administrators): name, e-mail or number.", ("--owner",), "account")
_TAGS = Opt("tags", _Many, "Tag; may be repeated.", ("--tag",))
_NUMBER = Opt("external_id", str | None, "Number in another system.")
_NUMBERS = Opt("external_id", _Many, "Number in another system.")
_DELETED = Opt("deleted", bool, "In the bin.", ("--deleted",))
_ROW = (
    Opt("created_from", str | None, "Entered here at this moment or later.", read="moment"),
    Opt("created_to", str | None, "Entered here before this moment.", read="moment"),
    Opt("updated_from", str | None, "Changed at this moment or later.", read="moment"),
    Opt("updated_to", str | None, "Changed before this moment.", read="moment"),
)

FIELDS: tuple[Opt, ...] = (
    Opt("name", str | None, "Name, whole: Иванов Пётр Сергеевич; it is taken apart.", ("--name", "-n")),
    Opt("last_name", str | None, "Family name."),
    Opt("first_name", str | None, "First name."),
    Opt("middle_name", str | None, "Patronymic."),
    Opt("company_name", str | None, "Name of the company.", ("--company",)),
    Opt("kind", ClientKind | None, "Person or company; told by the name where left out."),
    Opt("phones", _Many, "Phone in any notation, with =LABEL if need be; may be repeated.", ("--phone", "-p"),
        read="contacts"),
    Opt("emails", _Many, "E-mail, with =LABEL if need be; may be repeated.", ("--email", "-e"), read="contacts"),
    Opt("telegram", str | None, "Telegram: @name or t.me/name."),
    Opt("roles", list[ClientRole] | None, "What the client does; may be repeated.", ("--role", "-r")),
    Opt("stage", ClientStage | None, "Stage.", ("--stage", "-t")),
    Opt("temperature", Temperature | None, "How warm the client is."),
    Opt("source", str | None, "Where the client came from, like avito."),
    Opt("campaign", str | None, "Campaign."),
    Opt("referrer_id", int | None, "Client who recommended us.", ("--referrer",)),
    Opt("birthday", str | None, "Birthday.", read="day"),
    Opt("language", str | None, "Language, like ru."),
    Opt("notes", str | None, "Notes; @FILE reads them from a file, @- from standard input.", read="text"),
    _TAGS,
    Opt("attributes", _Many, "Any further fact, as NAME=VALUE; may be repeated.", ("--attr",), read="attributes"),
    _NUMBER,
    _OWNER,
)  # fmt: skip

FILTERS: tuple[Opt, ...] = (
    Opt("q", str | None, "Words of names and notes, an e-mail, any piece of a phone.", ("--q",)),
    Opt("kind", list[ClientKind] | None, "Person or company."),
    Opt("role", list[ClientRole] | None, "Role; may be repeated.", ("--role", "-r")),
    Opt("stage", list[ClientStage] | None, "Stage; may be repeated.", ("--stage", "-t")),
    Opt("temperature", list[Temperature] | None, "How warm; may be repeated."),
    Opt("source", _Many, "Where the client came from, like avito."),
    Opt("campaign", _Many, "Campaign."),
    Opt("referrer_id", list[int] | None, "Recommended by this client.", ("--referrer",)),
    Opt("phone", str | None, "Phone, whole or a piece, in any notation.", ("--phone", "-p")),
    Opt("email", str | None, "E-mail.", ("--email", "-e")),
    Opt("telegram", str | None, "Telegram name."),
    _TAGS,
    _NUMBERS,
    _OWNERS,
    Opt("ids", list[int] | None, "These clients only; may be repeated.", ("--id",)),
    Opt("last_contact_from", str | None, "Last in touch at this moment or later.", read="moment"),
    Opt("last_contact_to", str | None, "Last in touch before this moment: -14d.", read="moment"),
    Opt("silent", bool | None, "Never in touch.", ("--silent/--touched",)),
    *_ROW,
    _DELETED,
)

LEAD_FIELDS: tuple[Opt, ...] = (
    Opt("side", LeadSide | None, "What the client wants: a buyer buys, a landlord lets.", ("--side", "-s")),
    Opt("temperature", Temperature | None, "How warm the lead is."),
    Opt("source", str | None, "Where it came from, like avito."),
    Opt("campaign", str | None, "Campaign."),
    Opt("referrer_id", int | None, "Client who recommended us.", ("--referrer",)),
    Opt("budget_min", str | None, "Budget from: 5000000, 5m or 5млн.", read="money"),
    Opt("budget_max", str | None, "Budget up to.", ("--budget-max", "--budget", "-b"), read="money"),
    Opt("currency", str | None, "Currency, like RUB."),
    Opt("property_id", int | None, "Listing that was asked about.", ("--property", "-l")),
    Opt("note", str | None, "Note."),
    _NUMBER,
    _OWNER,
)

LEAD_FILTERS: tuple[Opt, ...] = (
    Opt("client_id", list[int] | None, "Of this client.", ("--client", "-c")),
    Opt("side", list[LeadSide] | None, "What the client wants.", ("--side", "-s")),
    Opt("stage", list[LeadStage] | None, "Stage; may be repeated.", ("--stage", "-t")),
    Opt("open", bool | None, "Neither won nor lost.", ("--open/--ended",)),
    Opt("untouched", bool | None, "Open, and nobody has answered yet.", ("--untouched/--answered",)),
    Opt("temperature", list[Temperature] | None, "How warm; may be repeated."),
    Opt("source", _Many, "Where it came from, like avito."),
    Opt("campaign", _Many, "Campaign."),
    Opt("referrer_id", list[int] | None, "Recommended by this client.", ("--referrer",)),
    Opt("property_id", list[int] | None, "About this listing.", ("--property", "-l")),
    Opt("budget_from", str | None, "Would pay up to this much or more.", read="money"),
    Opt("budget_to", str | None, "Would pay up to this much or less.", read="money"),
    _NUMBERS,
    _OWNERS,
    Opt("ids", list[int] | None, "These leads only; may be repeated.", ("--id",)),
    *_ROW,
    Opt("closed_from", str | None, "Ended at this moment or later.", read="moment"),
    Opt("closed_to", str | None, "Ended before this moment.", read="moment"),
    _DELETED,
)

SAID_FIELDS: tuple[Opt, ...] = (
    Opt("direction", Direction | None, "in: the client called; out: we did.", ("--direction", "-d")),
    Opt("outcome", Outcome | None, "two_way where both spoke, attempt where one only tried.", ("--outcome", "-o")),
    Opt("at", str | None, "When it was, if not now.", ("--on", "--at"), read="moment"),
    Opt("duration_seconds", int | None, "How long, in seconds.", ("--seconds",)),
    Opt("score", int | None, "How likely they are to recommend us, 0 to 10, where you asked."),
    Opt("lead_id", int | None, "Lead; the client's only open one where left out.", ("--lead",)),
    Opt("property_id", int | None, "Listing it was about.", ("--property", "-l")),
    Opt("auto", bool | None, "A program did it: it answers no lead.", ("--auto/--no-auto",)),
    _NUMBER,
)

SAID_FILTERS: tuple[Opt, ...] = (
    Opt("client_id", list[int] | None, "With this client.", ("--client", "-c")),
    Opt("lead_id", list[int] | None, "Of this lead.", ("--lead",)),
    Opt("property_id", list[int] | None, "About this listing.", ("--property", "-l")),
    Opt("channel", list[Channel] | None, "Channel; may be repeated."),
    Opt("direction", list[Direction] | None, "in or out.", ("--direction", "-d")),
    Opt("outcome", list[Outcome] | None, "two_way or attempt.", ("--outcome", "-o")),
    Opt("auto", bool | None, "By a program.", ("--auto/--no-auto",)),
    _NUMBERS,
    _OWNERS,
    Opt("ids", list[int] | None, "These only; may be repeated.", ("--id",)),
    Opt("at_from", str | None, "At this moment or later.", ("--from",), read="moment"),
    Opt("at_to", str | None, "Before this moment.", ("--to",), read="moment"),
    _DELETED,
)

INTAKE_FIELDS: tuple[Opt, ...] = (
    *(one for one in FIELDS if one.field in {
        "name", "last_name", "first_name", "middle_name", "company_name", "kind", "phones", "emails", "telegram",
        "language", "tags",
    }),
    *(one for one in LEAD_FIELDS if one.field not in {"note", "external_id", "owner_id"}),
    Opt("channel", Channel | None, "How it came; message where left out."),
    Opt("outcome", Outcome | None, "two_way where both spoke already.", ("--outcome", "-o")),
    Opt("text", str | None, "What was asked; @FILE reads it from a file, @- from standard input.", read="text"),
    Opt("at", str | None, "When it came, if not now.", ("--on", "--at"), read="moment"),
    Opt("external_id", str | None, "Number of the enquiry elsewhere: the same one is taken in once."),
    _OWNER,
)  # fmt: skip

client_fields = with_options("values", FIELDS)
client_filters = with_options("wanted", FILTERS)
lead_fields = with_options("values", LEAD_FIELDS)
lead_filters = with_options("wanted", LEAD_FILTERS)
said_fields = with_options("values", SAID_FIELDS)
said_filters = with_options("wanted", SAID_FILTERS)
intake_fields = with_options("values", INTAKE_FIELDS)


def contacts_of(items: list[str]) -> list[dict[str, Any]]:
    """`+79161234567=жена` items as contacts; the schema reads the phone or the address."""
    found = []
    for item in items:
        value, _, label = item.partition("=")
        found.append({"value": value.strip(), "label": label.strip() or None})
    return found


def read_client(options: tuple[Opt, ...], work: Any, typed: dict[str, Any]) -> dict[str, Any]:
    """What was typed, as the schemas take it."""
    from realty_cli.cli.listing_form import read_text
    from realty_cli.cli.options import read_values

    values = read_values(options, typed, work.actor.timezone, work.clock.now())
    for option in options:
        value = values.get(option.field)
        if option.read == "contacts" and value:
            values[option.field] = contacts_of(value)
        elif option.read == "text" and value and value.startswith("@") and len(value) > 1:
            values[option.field] = read_text(value[1:])
    return values
