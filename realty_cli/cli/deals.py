"""`realty deals ...`: one short function a command; the rules are the service's."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from realty_cli.cli import complete
from realty_cli.cli.deal_options import FIELDS, FILTERS, deal_fields, deal_filters, parties_of
from realty_cli.cli.offers import app as offers
from realty_cli.cli.options import check_page, numbers, read_values
from realty_cli.cli.state import State, state_of
from realty_cli.deals.kinds import LeadsOfLost, Stage

app = typer.Typer()
app.add_typer(offers, name="offers", help="Offers: enter, list, accept, reject.")

Ids = Annotated[
    list[int],
    typer.Argument(help="Number of the deal; several may be given.", show_default=False, autocompletion=complete.deals),
]
Id = Annotated[int, typer.Argument(help="Number of the deal.", show_default=False, autocompletion=complete.deals)]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Version = Annotated[int | None, typer.Option("--if-version", help="Only if it still has this version.", metavar="N")]
On = Annotated[str | None, typer.Option("--on", help="When it happened, if not now.", metavar="WHEN")]


def _data(work: Any, typed: dict[str, Any]) -> dict[str, Any]:
    """What was typed, as the schemas take it."""
    from realty_cli.cli.listing_form import read_text

    values = read_values(FIELDS, typed, work.actor.timezone, work.clock.now())
    if "parties" in values:
        values["parties"] = parties_of(values["parties"])
    notes = values.get("notes")
    if notes and notes.startswith("@") and len(notes) > 1:
        values["notes"] = read_text(notes[1:])
    return values


@app.command("add")
@deal_fields
def add(
    context: typer.Context,
    stage: Annotated[Stage | None, typer.Option("--stage", "-t", help="lead, showing or offer.")] = None,
    values: dict[str, Any] = {},  # noqa: B006 - replaced by the decorator
) -> None:
    """Enter a deal. What its listing says need not be said again.

    Example: realty deals add --property 5 --side buyer --amount 12.3m --party buyer=11 --expected 2026-06-15
    """
    from realty_cli.cli.deal_view import one
    from realty_cli.deals.schemas.deal import DealCreate
    from realty_cli.kit.schema import validate

    state = state_of(context)
    with state.write("deals add") as work:
        data = _data(work, values)
        if stage is not None:
            data["stage"] = stage
        deal = work.deals.create(validate(DealCreate, data, zone=work.actor.timezone, typed=True))
    one(state, deal)
    state.tell("Deal {id} is entered.", id=deal["id"])


@app.command("list")
@deal_filters
def list_(
    context: typer.Context,
    sort: Annotated[
        str | None,
        typer.Option(help="Keys with - for descending: -amount,title. Default: newest first.", metavar="KEYS"),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", help="Deals a page, 1 to 100.")] = 20,
    offset: Annotated[int, typer.Option(help="Deals to skip.")] = 0,
    cursor: Annotated[str | None, typer.Option(help="Go on where a page ended (next_cursor).")] = None,
    total: Annotated[bool, typer.Option("--total/--no-total", help="Count all that match.")] = True,
    wanted: dict[str, Any] = {},  # noqa: B006
) -> None:
    """List deals, newest first.

    Example: realty deals list --open --expected-to 2026-06-30 --sort expected_close
    """
    from realty_cli.cli.deal_view import page

    state = state_of(context)
    check_page(limit, offset)
    with state.read() as work:
        body = work.deals.page(
            wanted_of(work, wanted), sort=sort, limit=limit, offset=offset, cursor=cursor, total=total
        )
    page(state, body)


def wanted_of(work: Any, typed: dict[str, Any]) -> Any:
    from realty_cli.kit.plain_filter import PlainFilter

    if not typed:
        return PlainFilter({})  # nothing to check, so no validator need be built
    from realty_cli.deals.schemas.filters import DealFilter
    from realty_cli.kit.schema import validate

    given = read_values(FILTERS, typed, work.actor.timezone, work.clock.now())
    return validate(DealFilter, given, zone=work.actor.timezone, typed=True)


@app.command("show")
def show(context: typer.Context, deal: Id) -> None:
    """Show one deal whole.

    Example: realty deals show 3
    """
    from realty_cli.cli.deal_view import one

    state = state_of(context)
    with state.read() as work:
        found = work.deals.get(deal, deleted=None)
    one(state, found)


@app.command("edit")
@deal_fields
def edit(
    context: typer.Context,
    deal: Id,
    clear: Annotated[list[str] | None, typer.Option(help="Empty this field; may be repeated.", metavar="FIELD")] = None,
    if_version: Version = None,
    values: dict[str, Any] = {},  # noqa: B006
) -> None:
    """Change fields of a deal. A list of parties or of deals to wait for replaces the one before.

    Example: realty deals edit 3 --amount 12.2m --mortgage approved --mortgage-until 2026-08-01
    """
    from realty_cli.cli.deal_view import one
    from realty_cli.deals.schemas.deal import DealUpdate
    from realty_cli.errors import Invalid
    from realty_cli.kit.schema import validate

    state = state_of(context)
    if not values and not clear:
        raise Invalid.one("options", "edit.nothing")
    with state.write("deals edit") as work:
        data = _data(work, values)
        if attributes := data.get("attributes"):
            # Named attributes are laid over the others; an empty value takes one away.
            old = work.deals.get(deal)["attributes"]
            data["attributes"] = {name: value for name, value in {**old, **attributes}.items() if value}
        data |= dict.fromkeys(clear or ())
        change = validate(DealUpdate, data, zone=work.actor.timezone, typed=True)
        body = work.deals.update(deal, change, expected_version=if_version)
    one(state, body)


@app.command("delete")
def delete(context: typer.Context, deals: Ids, yes: Yes = False, if_version: Version = None) -> None:
    """Move deals to the bin; restore brings them back. A listing that one holds is free again.

    Example: realty deals delete 3
    """
    from realty_cli.cli.ask import confirm

    state = state_of(context)
    confirm(state, yes, "Move to the bin: {ids}?", ids=numbers(deals))
    with state.write("deals delete") as work:
        for number in dict.fromkeys(deals):
            work.deals.delete(number, expected_version=if_version)
    state.tell("In the bin: {ids}. Back with: realty deals restore", ids=numbers(deals))


@app.command("restore")
def restore(context: typer.Context, deals: Ids) -> None:
    """Bring deals back from the bin.

    Example: realty deals restore 3
    """

    state = state_of(context)
    with state.write("deals restore") as work:
        for number in dict.fromkeys(deals):
            work.deals.restore(number)
    state.tell("Back on the list: {ids}", ids=numbers(deals))


def _move(
    state: State, command: str, act: str, deal: int, schema: str, data: dict[str, Any], on: str | None,
    version: int | None,
) -> None:  # fmt: skip
    """Move a deal by one of the service's acts, and say what else moved."""
    from realty_cli.cli.deal_view import moved
    from realty_cli.cli.listing_form import moment_of
    from realty_cli.cli.options import option_for
    from realty_cli.deals.schemas import deal as schemas
    from realty_cli.kit.schema import validate

    with state.write(f"deals {command}") as work:
        data = {name: value for name, value in data.items() if value is not None}
        if on is not None:
            data["effective_at"] = moment_of(work, on, "--on")
        model = validate(getattr(schemas, schema), data, zone=work.actor.timezone, typed=True)
        with option_for("effective_at", "--on"):
            body = getattr(work.deals, act)(deal, model, expected_version=version)
    moved(state, body)


def _until(state: State, text: str | None, flag: str) -> str | None:
    if text is None:
        return None
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from realty_cli.kit.moment import parse_date

    today: datetime = state.realty.clock.now().astimezone(ZoneInfo(state.realty.settings.timezone))
    return parse_date(text, today=today.date(), field=flag).isoformat()


def _price(text: str | None) -> Any:
    from realty_cli.cli.options import amount

    return None if text is None else amount(text, "--final-price")


@app.command("move")
def move(
    context: typer.Context,
    deal: Id,
    to: Annotated[Stage, typer.Argument(help="New stage.", show_default=False)],
    reason: Annotated[str | None, typer.Option(help="Why, for the history; needed for lost.")] = None,
    final_price: Annotated[str | None, typer.Option(help="Price of a closed deal, if not its amount.")] = None,
    until: Annotated[str | None, typer.Option(help="Last day of a reservation.", metavar="DAY")] = None,
    on: On = None,
    if_version: Version = None,
) -> None:
    """Move a deal to another stage, and its listing with it.

    Example: realty deals move 3 contract
    """
    state = state_of(context)
    data = {
        "stage": to.value, "reason": reason, "final_price": _price(final_price),
        "reserved_until": _until(state, until, "--until"),
    }  # fmt: skip
    _move(state, "move", "change_stage", deal, "StageChange", data, on, if_version)


@app.command("reserve")
def reserve(
    context: typer.Context,
    deal: Id,
    until: Annotated[str | None, typer.Option(help="Last day of the reservation.", metavar="DAY")] = None,
    on: On = None,
    if_version: Version = None,
) -> None:
    """Reserve the listing for this deal alone. Of two who try at once, one succeeds.

    Example: realty deals reserve 3 --until 2026-05-20
    """
    state = state_of(context)
    data = {"until": _until(state, until, "--until")}
    _move(state, "reserve", "reserve", deal, "Reservation", data, on, if_version)


@app.command("release")
def release(
    context: typer.Context,
    deal: Id,
    to: Annotated[Stage, typer.Option("--to", help="Stage that the deal goes back to.")] = Stage.OFFER,
    reason: Annotated[str | None, typer.Option(help="Why, for the history.")] = None,
    on: On = None,
    if_version: Version = None,
) -> None:
    """Give a reserved listing back to the market; the deal goes on.

    Example: realty deals release 3 --reason "бронь истекла"
    """
    data = {"stage": to.value, "reason": reason}
    _move(state_of(context), "release", "release", deal, "Release", data, on, if_version)


@app.command("close")
def close(
    context: typer.Context,
    deal: Id,
    final_price: Annotated[str | None, typer.Option(help="Price of the deal, if not its amount.")] = None,
    on: On = None,
    if_version: Version = None,
) -> None:
    """Close a deal: its listing is sold or rented out, the client's lead won. Says what that changed.

    Example: realty deals close 3 --final-price 12.25m
    """
    data = {"final_price": _price(final_price)}
    _move(state_of(context), "close", "close", deal, "Closing", data, on, if_version)


@app.command("lose")
def lose(
    context: typer.Context,
    deal: Id,
    reason: Annotated[str, typer.Option(help="Why nothing came of it.", show_default=False)],
    leads: Annotated[
        LeadsOfLost, typer.Option(help="What becomes of the client's open lead: keep or lost.")
    ] = LeadsOfLost.KEEP,
    on: On = None,
    if_version: Version = None,
) -> None:
    """Give a deal up and say why; a listing that it held is free again. The client's lead goes on unless that is lost
    too.

    Example: realty deals lose 3 --reason "банк отказал"
    """
    _move(state_of(context), "lose", "lose", deal, "Loss", {"reason": reason, "leads": leads.value}, on, if_version)


@app.command("history")
def history(context: typer.Context, deal: Id) -> None:
    """The stages of a deal from the beginning.

    Example: realty deals history 3
    """
    from realty_cli.cli.deal_view import history_table

    state = state_of(context)
    with state.read() as work:
        body = work.deals.history(deal)
    history_table(state, body)


@app.command("chain")
def chain(context: typer.Context, deal: Id) -> None:
    """The deals of an alternative sale that hang on one another, in the order of closing.

    Example: realty deals chain 3
    """
    from realty_cli.cli.deal_view import chain_table

    state = state_of(context)
    with state.read() as work:
        body = work.deals.chain(deal)
    chain_table(state, body)


@app.command("link")
def link(
    context: typer.Context,
    deal: Id,
    after: Annotated[list[int], typer.Option("--after", help="Deal that must close before.", show_default=False)],
    remove: Annotated[bool, typer.Option("--remove", help="Take the link away.")] = False,
) -> None:
    """Say that a deal can close only after another one, or that it need not wait any more.

    Example: realty deals link 3 --after 2
    """
    from realty_cli.cli.deal_view import chain_table
    from realty_cli.deals.schemas.deal import DealUpdate
    from realty_cli.kit.schema import validate

    state = state_of(context)
    with state.write("deals link") as work:
        old = work.deals.get(deal)["after"]
        new = [one for one in old if one not in after] if remove else sorted({*old, *after})
        work.deals.update(deal, validate(DealUpdate, {"after": new}))
        body = work.deals.chain(deal)
    chain_table(state, body)
