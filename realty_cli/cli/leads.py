"""`realty clients leads ...` and `realty clients interactions ...`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from realty_cli.cli import complete
from realty_cli.cli.client_options import (
    LEAD_FIELDS,
    LEAD_FILTERS,
    SAID_FIELDS,
    SAID_FILTERS,
    lead_fields,
    lead_filters,
    read_client,
    said_fields,
    said_filters,
)
from realty_cli.cli.options import check_page, numbers, read_values
from realty_cli.cli.state import state_of
from realty_cli.clients.kinds import Channel, LeadStage

leads = typer.Typer(no_args_is_help=True)
said = typer.Typer(no_args_is_help=True)

Lead = Annotated[int, typer.Argument(help="Number of the lead.", show_default=False)]
Leads = Annotated[list[int], typer.Argument(help="Number of the lead; several may be given.", show_default=False)]
Said = Annotated[int, typer.Argument(help="Number of the interaction.", show_default=False)]
Saids = Annotated[
    list[int], typer.Argument(help="Number of the interaction; several may be given.", show_default=False)
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Version = Annotated[int | None, typer.Option("--if-version", help="Only if it still has this version.", metavar="N")]
Limit = Annotated[int, typer.Option("--limit", "-n", help="How many a page, 1 to 100.")]
Offset = Annotated[int, typer.Option(help="How many to skip.")]
Cursor = Annotated[str | None, typer.Option(help="Go on where a page ended (next_cursor).")]
Total = Annotated[bool, typer.Option("--total/--no-total", help="Count all that match.")]
Sort = Annotated[str | None, typer.Option(help="Keys with - for descending.", metavar="KEYS")]
Clear = Annotated[list[str] | None, typer.Option(help="Empty this field; may be repeated.", metavar="FIELD")]


@leads.command("list")
@lead_filters
def list_leads(
    context: typer.Context,
    sort: Sort = None,
    limit: Limit = 20,
    offset: Offset = 0,
    cursor: Cursor = None,
    total: Total = True,
    wanted: dict[str, Any] = {},  # noqa: B006 - replaced by the decorator
) -> None:
    """List leads, newest first.

    Example: realty clients leads list --untouched --side buyer
    """
    from realty_cli.cli.client_view import lead_page
    from realty_cli.clients.schemas.filters import LeadFilter
    from realty_cli.kit.schema import validate

    state = state_of(context)
    check_page(limit, offset)
    with state.read() as work:
        given = read_values(LEAD_FILTERS, wanted, work.actor.timezone, work.clock.now())
        filter_ = validate(LeadFilter, given, zone=work.actor.timezone, typed=True)
        body = work.clients.leads.page(filter_, sort=sort, limit=limit, offset=offset, cursor=cursor, total=total)
    lead_page(state, body)


@leads.command("add")
@lead_fields
def add_lead(
    context: typer.Context,
    client: Annotated[
        int, typer.Argument(help="Number of the client.", show_default=False, autocompletion=complete.clients)
    ],
    stage: Annotated[LeadStage | None, typer.Option("--stage", "-t", help="An open stage; new where left out.")] = None,
    values: dict[str, Any] = {},  # noqa: B006
) -> None:
    """Open a lead: one need of one client.

    Example: realty clients leads add 11 --side buyer --budget 12.5m --property 5
    """
    from realty_cli.cli.client_view import lead
    from realty_cli.clients.schemas.lead import LeadCreate
    from realty_cli.kit.schema import validate

    state = state_of(context)
    with state.write("clients leads add") as work:
        data = read_client(LEAD_FIELDS, work, values)
        if stage is not None:
            data["stage"] = stage
        body = work.clients.leads.create(client, validate(LeadCreate, data, zone=work.actor.timezone, typed=True))
    lead(state, body)
    state.tell("Lead {id} is open.", id=body["id"])


@leads.command("show")
def show_lead(context: typer.Context, number: Lead) -> None:
    """Show one lead whole.

    Example: realty clients leads show 21
    """
    from realty_cli.cli.client_view import lead

    state = state_of(context)
    with state.read() as work:
        found = work.clients.leads.get(number, deleted=None)
    lead(state, found)


@leads.command("edit")
@lead_fields
def edit_lead(
    context: typer.Context,
    number: Lead,
    clear: Clear = None,
    if_version: Version = None,
    values: dict[str, Any] = {},  # noqa: B006
) -> None:
    """Change fields of a lead.

    Example: realty clients leads edit 21 --budget 13m --temperature hot
    """
    from realty_cli.cli.client_view import lead
    from realty_cli.clients.schemas.lead import LeadUpdate
    from realty_cli.errors import Invalid
    from realty_cli.kit.schema import validate

    state = state_of(context)
    if not values and not clear:
        raise Invalid.one("options", "edit.nothing")
    with state.write("clients leads edit") as work:
        data = read_client(LEAD_FIELDS, work, values) | dict.fromkeys(clear or ())
        change = validate(LeadUpdate, data, zone=work.actor.timezone, typed=True)
        body = work.clients.leads.update(number, change, expected_version=if_version)
    lead(state, body)


@leads.command("move")
def move_lead(
    context: typer.Context,
    number: Lead,
    to: Annotated[LeadStage, typer.Argument(help="New stage.", show_default=False)],
    reason: Annotated[str | None, typer.Option(help="Why, for the history; lost needs one.")] = None,
    on: Annotated[str | None, typer.Option("--on", help="When it happened, if not now.", metavar="WHEN")] = None,
    if_version: Version = None,
) -> None:
    """Move a lead to another stage; history keeps when and why.

    Example: realty clients leads move 21 lost --reason "купили у застройщика"
    """
    from realty_cli.cli.client_view import lead
    from realty_cli.cli.listing_form import moment_of
    from realty_cli.clients.schemas.lead import LeadStageChange
    from realty_cli.kit.schema import validate

    state = state_of(context)
    with state.write("clients leads move") as work:
        data = {"stage": to, "reason": reason, "effective_at": moment_of(work, on, "--on")}
        change = validate(LeadStageChange, data, zone=work.actor.timezone, typed=True)
        body = work.clients.leads.change_stage(number, change, expected_version=if_version)
    lead(state, body)


@leads.command("history")
def lead_history(context: typer.Context, number: Lead) -> None:
    """Show the stages of a lead from the beginning.

    Example: realty clients leads history 21
    """
    from realty_cli.cli.client_view import history_table

    state = state_of(context)
    with state.read() as work:
        body = work.clients.leads.history(number)
    history_table(state, body)


@leads.command("delete")
def delete_leads(context: typer.Context, lead_numbers: Leads, yes: Yes = False) -> None:
    """Move leads to the bin. One that came to nothing is not deleted but lost: move it.

    Example: realty clients leads delete 21
    """
    from realty_cli.cli.ask import confirm

    state = state_of(context)
    confirm(state, yes, "Move to the bin: {ids}?", ids=numbers(lead_numbers))
    with state.write("clients leads delete") as work:
        for number in dict.fromkeys(lead_numbers):
            work.clients.leads.delete(number)
    state.tell("In the bin: {ids}. Back with: realty clients leads restore", ids=numbers(lead_numbers))


@leads.command("restore")
def restore_leads(context: typer.Context, lead_numbers: Leads) -> None:
    """Bring leads back from the bin.

    Example: realty clients leads restore 21
    """
    state = state_of(context)
    with state.write("clients leads restore") as work:
        for number in dict.fromkeys(lead_numbers):
            work.clients.leads.restore(number)
    state.tell("Back on the list: {ids}", ids=numbers(lead_numbers))


@said.command("list")
@said_filters
def list_said(
    context: typer.Context,
    sort: Sort = None,
    limit: Limit = 20,
    offset: Offset = 0,
    cursor: Cursor = None,
    total: Total = True,
    wanted: dict[str, Any] = {},  # noqa: B006
) -> None:
    """List what was said, the latest first.

    Example: realty clients interactions list --channel call --from -7d
    """
    from realty_cli.cli.client_view import said_page
    from realty_cli.clients.schemas.filters import InteractionFilter
    from realty_cli.kit.schema import validate

    state = state_of(context)
    check_page(limit, offset)
    with state.read() as work:
        given = read_values(SAID_FILTERS, wanted, work.actor.timezone, work.clock.now())
        filter_ = validate(InteractionFilter, given, zone=work.actor.timezone, typed=True)
        body = work.clients.interactions.page(
            filter_, sort=sort, limit=limit, offset=offset, cursor=cursor, total=total
        )
    said_page(state, body)


@said.command("show")
def show_said(context: typer.Context, number: Said) -> None:
    """Show one interaction whole.

    Example: realty clients interactions show 31
    """
    from realty_cli.cli.client_view import said as view

    state = state_of(context)
    with state.read() as work:
        found = work.clients.interactions.get(number, deleted=None)
    view(state, found)


@said.command("edit")
@said_fields
def edit_said(
    context: typer.Context,
    number: Said,
    channel: Annotated[Channel | None, typer.Option(help="What it was.")] = None,
    text: Annotated[str | None, typer.Option(help="What was said.")] = None,
    clear: Clear = None,
    if_version: Version = None,
    values: dict[str, Any] = {},  # noqa: B006
) -> None:
    """Change fields of an interaction.

    Example: realty clients interactions edit 31 --outcome attempt
    """
    from realty_cli.cli.client_view import said as view
    from realty_cli.clients.schemas.interaction import InteractionUpdate
    from realty_cli.errors import Invalid
    from realty_cli.kit.schema import validate

    state = state_of(context)
    if not (values or clear or channel or text):
        raise Invalid.one("options", "edit.nothing")
    with state.write("clients interactions edit") as work:
        data = read_client(SAID_FIELDS, work, values) | dict.fromkeys(clear or ())
        data |= {name: value for name, value in (("channel", channel), ("text", text)) if value is not None}
        change = validate(InteractionUpdate, data, zone=work.actor.timezone, typed=True)
        body = work.clients.interactions.update(number, change, expected_version=if_version)
    view(state, body)


@said.command("delete")
def delete_said(context: typer.Context, said_numbers: Saids, yes: Yes = False) -> None:
    """Move interactions to the bin.

    Example: realty clients interactions delete 31
    """
    from realty_cli.cli.ask import confirm

    state = state_of(context)
    confirm(state, yes, "Move to the bin: {ids}?", ids=numbers(said_numbers))
    with state.write("clients interactions delete") as work:
        for number in dict.fromkeys(said_numbers):
            work.clients.interactions.delete(number)
    state.tell("In the bin: {ids}. Back with: realty clients interactions restore", ids=numbers(said_numbers))


@said.command("restore")
def restore_said(context: typer.Context, said_numbers: Saids) -> None:
    """Bring interactions back from the bin.

    Example: realty clients interactions restore 31
    """
    state = state_of(context)
    with state.write("clients interactions restore") as work:
        for number in dict.fromkeys(said_numbers):
            work.clients.interactions.restore(number)
    state.tell("Back on the list: {ids}", ids=numbers(said_numbers))
