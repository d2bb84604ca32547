"""`realty clients ...`: one short function a command; the rules are the service's."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from realty_cli.cli import complete
from realty_cli.cli.client_options import (
    FIELDS,
    FILTERS,
    INTAKE_FIELDS,
    SAID_FIELDS,
    client_fields,
    client_filters,
    contacts_of,
    intake_fields,
    read_client,
    said_fields,
)
from realty_cli.cli.leads import Cursor, Limit, Offset, Total, Version, Yes, leads, said
from realty_cli.cli.options import check_page, numbers, read_values
from realty_cli.cli.state import State, state_of
from realty_cli.clients.kinds import Channel

app = typer.Typer()
app.add_typer(leads, name="leads", help="Leads: what clients need, from the enquiry to the end.")
app.add_typer(said, name="interactions", help="Calls, messages, meetings and notes across clients.")

Ids = Annotated[
    list[int],
    typer.Argument(
        help="Number of the client; several may be given.", show_default=False, autocompletion=complete.clients
    ),
]
Id = Annotated[int, typer.Argument(help="Number of the client.", show_default=False, autocompletion=complete.clients)]
Sort = Annotated[
    str | None,
    typer.Option(help="Keys with - for descending: -last_contact_at,name. Default: newest first.", metavar="KEYS"),
]
_LAST = 5


def wanted_of(work: Any, typed: dict[str, Any], text: str | None = None) -> Any:
    """The filter that was typed, and words beside it."""
    if not typed and (not text or (text.isprintable() and len(text) <= 1_000)):
        # Nothing to check, so the validator of two dozen fields need not be built.
        from realty_cli.kit.plain_filter import PlainFilter

        return PlainFilter({"q": text.strip()} if text else {})
    from realty_cli.clients.schemas.filters import ClientFilter
    from realty_cli.kit.schema import validate

    values = read_values(FILTERS, typed, work.actor.timezone, work.clock.now())
    if text:
        values["q"] = " ".join(filter(None, (text, values.get("q"))))
    return validate(ClientFilter, values, zone=work.actor.timezone, typed=True)


@app.command("add")
@client_fields
def add(context: typer.Context, values: dict[str, Any] = {}) -> None:  # noqa: B006 - replaced by the decorator
    """Enter a client. A name, a phone, an e-mail or a Telegram name is enough.

    Example: realty clients add --name "Иванов Пётр" --phone "8 916 123-45-67" --role buyer --source avito
    """
    from realty_cli.cli.client_view import one
    from realty_cli.clients.schemas.client import ClientCreate
    from realty_cli.kit.schema import validate

    state = state_of(context)
    with state.write("clients add") as work:
        data = read_client(FIELDS, work, values)
        client = work.clients.create(validate(ClientCreate, data, zone=work.actor.timezone, typed=True))
    one(state, client)
    state.tell("Client {id} is entered.", id=client["id"])


@app.command("list")
@client_filters
def list_(
    context: typer.Context,
    sort: Sort = None,
    limit: Limit = 20,
    offset: Offset = 0,
    cursor: Cursor = None,
    total: Total = True,
    wanted: dict[str, Any] = {},  # noqa: B006
) -> None:
    """List clients, newest first.

    Example: realty clients list --role buyer --last-contact-to -14d --sort last_contact_at
    """
    _list(state_of(context), wanted, None, sort, limit, offset, cursor, total)


@app.command("search")
@client_filters
def search(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(help="Words, a phone or its part, an e-mail.", show_default=False)],
    sort: Sort = None,
    limit: Limit = 20,
    offset: Offset = 0,
    cursor: Cursor = None,
    total: Total = True,
    wanted: dict[str, Any] = {},  # noqa: B006
) -> None:
    """Find clients by a name in any form, any piece of a phone in any notation, an e-mail, words of notes.

    Example: realty clients search 8 916 123
    """
    _list(state_of(context), wanted, " ".join(words), sort, limit, offset, cursor, total)


def _list(
    state: State, wanted: dict[str, Any], text: str | None, sort: str | None, limit: int, offset: int,
    cursor: str | None, total: bool,
) -> None:  # fmt: skip
    from realty_cli.cli.client_view import page

    check_page(limit, offset)
    with state.read() as work:
        filter_ = wanted_of(work, wanted, text)
        body = work.clients.page(filter_, sort=sort, limit=limit, offset=offset, cursor=cursor, total=total)
    page(state, body)


@app.command("show")
def show(context: typer.Context, client: Id) -> None:
    """Show one client whole; on a terminal also its leads and the last that was said.

    Example: realty clients show 11
    """
    from realty_cli.cli.client_view import lead_page, one, said_page

    state = state_of(context)
    with state.read() as work:
        found = work.clients.get(client, deleted=None)
        hanging: tuple[Any, Any] = (None, None)
        if state.format == "table" and not state.quiet:
            page = {"limit": _LAST, "total": False}
            hanging = work.clients.leads.of(client, **page), work.clients.interactions.of(client, **page)
    one(state, found)
    for body, view in zip(hanging, (lead_page, said_page), strict=True):
        if body is not None and body["items"]:
            view(state, {**body, "next_cursor": None})


@app.command("edit")
@client_fields
def edit(
    context: typer.Context,
    client: Id,
    add_phone: Annotated[list[str] | None, typer.Option(help="Phone to add; --phone replaces them all.")] = None,
    drop_phone: Annotated[list[str] | None, typer.Option(help="Phone to take off.")] = None,
    add_email: Annotated[list[str] | None, typer.Option(help="E-mail to add.")] = None,
    drop_email: Annotated[list[str] | None, typer.Option(help="E-mail to take off.")] = None,
    clear: Annotated[list[str] | None, typer.Option(help="Empty this field; may be repeated.", metavar="FIELD")] = None,
    if_version: Version = None,
    values: dict[str, Any] = {},  # noqa: B006
) -> None:
    """Change fields of a client.

    Example: realty clients edit 11 --stage active --add-phone "+7 495 222-33-44=рабочий"
    """
    from realty_cli.cli.client_view import one
    from realty_cli.clients.schemas.client import ClientUpdate
    from realty_cli.errors import Invalid
    from realty_cli.kit.schema import validate

    state = state_of(context)
    if not (values or clear or add_phone or drop_phone or add_email or drop_email):
        raise Invalid.one("options", "edit.nothing")
    with state.write("clients edit") as work:
        old = work.clients.get(client)
        data = read_client(FIELDS, work, values)
        if attributes := data.get("attributes"):
            # Named attributes are laid over the others; an empty value takes one away.
            data["attributes"] = {name: value for name, value in {**old["attributes"], **attributes}.items() if value}
        for name, more, less in (("phones", add_phone, drop_phone), ("emails", add_email, drop_email)):
            if more or less:
                data[name] = _changed(data.get(name, old[name]), name, more or [], less or [])
        data |= dict.fromkeys(clear or ())
        change = validate(ClientUpdate, data, zone=work.actor.timezone, typed=True)
        body = work.clients.update(client, change, expected_version=if_version)
    one(state, body)


def _changed(old: list[dict[str, Any]], name: str, more: list[str], less: list[str]) -> list[dict[str, Any]]:
    """Contacts with some added and some, in any notation, taken off."""
    from realty_cli.clients.rules import contacts
    from realty_cli.clients.schemas.client import ClientUpdate
    from realty_cli.kit.schema import validate

    gone = {one["value"] for one in contacts(getattr(validate(ClientUpdate, {name: less}), name))}
    return [one for one in [*old, *contacts_of(more)] if one["value"] not in gone]


@app.command("delete")
def delete(context: typer.Context, clients: Ids, yes: Yes = False, if_version: Version = None) -> None:
    """Move clients to the bin with all that hangs on them; restore brings them back.

    Example: realty clients delete 11
    """
    from realty_cli.cli.ask import confirm

    state = state_of(context)
    confirm(state, yes, "Move to the bin: {ids}?", ids=numbers(clients))
    with state.write("clients delete") as work:
        for number in dict.fromkeys(clients):
            work.clients.delete(number, expected_version=if_version)
    state.tell("In the bin: {ids}. Back with: realty clients restore", ids=numbers(clients))


@app.command("restore")
def restore(context: typer.Context, clients: Ids) -> None:
    """Bring clients back from the bin.

    Example: realty clients restore 11
    """
    state = state_of(context)
    with state.write("clients restore") as work:
        for number in dict.fromkeys(clients):
            work.clients.restore(number)
    state.tell("Back on the list: {ids}", ids=numbers(clients))


@app.command("intake")
@intake_fields
def intake(context: typer.Context, values: dict[str, Any] = {}) -> None:  # noqa: B006
    """Take in an enquiry: find or enter the person, log what was asked, open a lead. Safe to repeat.

    Example: realty clients intake --phone "8 916 123-45-67" --name "Пётр" --property 5 --text "Ещё продаётся?"
    """
    from realty_cli.cli.client_view import taken_in
    from realty_cli.clients.schemas.interaction import IntakeRequest
    from realty_cli.kit.schema import validate

    state = state_of(context)
    with state.write("clients intake") as work:
        data = read_client(INTAKE_FIELDS, work, values)
        body = work.intake.take(validate(IntakeRequest, data, zone=work.actor.timezone, typed=True))
    taken_in(state, body)


@app.command("log")
@said_fields
def log(
    context: typer.Context,
    client: Id,
    channel: Annotated[
        Channel | None, typer.Argument(help="What it was; without it, what was said is listed.", show_default=False)
    ] = None,
    text: Annotated[list[str] | None, typer.Argument(help="What was said.", show_default=False)] = None,
    limit: Limit = 20,
    values: dict[str, Any] = {},  # noqa: B006
) -> None:
    """Log a call, a message, a meeting or a note, or list what was said with a client.

    Example: realty clients log 11 call Договорились посмотреть в субботу
    """
    from realty_cli.cli.client_view import said, said_page
    from realty_cli.clients.schemas.interaction import InteractionCreate
    from realty_cli.errors import Invalid
    from realty_cli.kit.schema import validate

    state = state_of(context)
    if channel is None:
        if values:
            raise Invalid.one("CHANNEL", "field.missing")
        check_page(limit, 0)
        with state.read() as work:
            body = work.clients.interactions.of(client, limit=limit)
        said_page(state, body)
        return
    with state.write("clients log") as work:
        data = {**read_client(SAID_FIELDS, work, values), "channel": channel}
        if text:
            data["text"] = " ".join(text)
        made = validate(InteractionCreate, data, zone=work.actor.timezone, typed=True)
        body = work.clients.interactions.create(client, made)
    said(state, body)
