"""`realty deals offers ...`: what somebody would pay, and what became of it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from realty_cli.cli.deal_options import OFFER_FIELDS, OFFER_FILTERS, offer_fields, offer_filters
from realty_cli.cli.options import check_page, numbers, read_values
from realty_cli.cli.state import State, state_of

app = typer.Typer()

Ids = Annotated[list[int], typer.Argument(help="Number of the offer; several may be given.", show_default=False)]
Id = Annotated[int, typer.Argument(help="Number of the offer.", show_default=False)]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Version = Annotated[int | None, typer.Option("--if-version", help="Only if it still has this version.", metavar="N")]
On = Annotated[str | None, typer.Option("--on", help="When it happened, if not now.", metavar="WHEN")]


@app.command("add")
@offer_fields
def add(context: typer.Context, values: dict[str, Any] = {}) -> None:  # noqa: B006 - replaced by the decorator
    """Enter an offer in a deal, or for a listing.

    Example: realty deals offers add --deal 3 --amount 12.3m --client 11 --valid-until 2026-05-08
    """
    from realty_cli.cli.deal_view import offer
    from realty_cli.deals.schemas.offers import OfferCreate
    from realty_cli.kit.schema import validate

    state = state_of(context)
    with state.write("deals offers add") as work:
        data = read_values(OFFER_FIELDS, values, work.actor.timezone, work.clock.now())
        made = work.deals.offers.create(validate(OfferCreate, data, zone=work.actor.timezone, typed=True))
    offer(state, made)
    state.tell("Offer {id} is entered.", id=made["id"])


@app.command("list")
@offer_filters
def list_(
    context: typer.Context,
    sort: Annotated[
        str | None, typer.Option(help="Keys with - for descending: -amount. Default: newest first.", metavar="KEYS")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", help="Offers a page, 1 to 100.")] = 20,
    offset: Annotated[int, typer.Option(help="Offers to skip.")] = 0,
    cursor: Annotated[str | None, typer.Option(help="Go on where a page ended (next_cursor).")] = None,
    total: Annotated[bool, typer.Option("--total/--no-total", help="Count all that match.")] = True,
    wanted: dict[str, Any] = {},  # noqa: B006
) -> None:
    """List offers, newest first.

    Example: realty deals offers list --deal 3 --status made
    """
    from realty_cli.cli.deal_view import offer_page
    from realty_cli.deals.schemas.filters import OfferFilter
    from realty_cli.kit.schema import validate

    state = state_of(context)
    check_page(limit, offset)
    with state.read() as work:
        given = read_values(OFFER_FILTERS, wanted, work.actor.timezone, work.clock.now())
        filter_ = validate(OfferFilter, given, zone=work.actor.timezone, typed=True)
        body = work.deals.offers.page(filter_, sort=sort, limit=limit, offset=offset, cursor=cursor, total=total)
    offer_page(state, body)


@app.command("show")
def show(context: typer.Context, offer: Id) -> None:
    """Show one offer.

    Example: realty deals offers show 4
    """
    from realty_cli.cli import deal_view

    state = state_of(context)
    with state.read() as work:
        found = work.deals.offers.get(offer, deleted=None)
    deal_view.offer(state, found)


@app.command("edit")
@offer_fields
def edit(
    context: typer.Context,
    offer: Id,
    clear: Annotated[list[str] | None, typer.Option(help="Empty this field; may be repeated.", metavar="FIELD")] = None,
    if_version: Version = None,
    values: dict[str, Any] = {},  # noqa: B006
) -> None:
    """Change fields of an offer.

    Example: realty deals offers edit 4 --amount 12.4m
    """
    from realty_cli.cli import deal_view
    from realty_cli.deals.schemas.offers import OfferUpdate
    from realty_cli.errors import Invalid
    from realty_cli.kit.schema import validate

    state = state_of(context)
    if not values and not clear:
        raise Invalid.one("options", "edit.nothing")
    with state.write("deals offers edit") as work:
        data = read_values(OFFER_FIELDS, values, work.actor.timezone, work.clock.now())
        data |= dict.fromkeys(clear or ())
        change = validate(OfferUpdate, data, zone=work.actor.timezone, typed=True)
        body = work.deals.offers.update(offer, change, expected_version=if_version)
    deal_view.offer(state, body)


def _decide(state: State, offer: int, status: str, command: str, on: str | None, version: int | None) -> None:
    from realty_cli.cli import deal_view
    from realty_cli.cli.listing_form import moment_of
    from realty_cli.deals.schemas.offers import OfferDecision
    from realty_cli.kit.schema import validate

    with state.write(f"deals offers {command}") as work:
        data = {"status": status, "effective_at": moment_of(work, on, "--on")}
        decision = validate(OfferDecision, data, zone=work.actor.timezone, typed=True)
        body = work.deals.offers.decide(offer, decision, expected_version=version)
    deal_view.offer(state, body)
    deal_view.effects(state, body)


@app.command("accept")
def accept(context: typer.Context, offer: Id, on: On = None, if_version: Version = None) -> None:
    """Accept an offer; in a deal that goes on it becomes the amount.

    Example: realty deals offers accept 4
    """
    _decide(state_of(context), offer, "accepted", "accept", on, if_version)


@app.command("reject")
def reject(context: typer.Context, offer: Id, on: On = None, if_version: Version = None) -> None:
    """Reject an offer.

    Example: realty deals offers reject 4
    """
    _decide(state_of(context), offer, "rejected", "reject", on, if_version)


@app.command("withdraw")
def withdraw(context: typer.Context, offer: Id, on: On = None, if_version: Version = None) -> None:
    """Say that whoever made an offer took it back.

    Example: realty deals offers withdraw 4 --on yesterday
    """
    _decide(state_of(context), offer, "withdrawn", "withdraw", on, if_version)


@app.command("delete")
def delete(context: typer.Context, offers: Ids, yes: Yes = False, if_version: Version = None) -> None:
    """Move offers to the bin; restore brings them back.

    Example: realty deals offers delete 4
    """
    from realty_cli.cli.ask import confirm

    state = state_of(context)
    confirm(state, yes, "Move to the bin: {ids}?", ids=numbers(offers))
    with state.write("deals offers delete") as work:
        for number in dict.fromkeys(offers):
            work.deals.offers.delete(number, expected_version=if_version)
    state.tell("In the bin: {ids}. Back with: realty deals offers restore", ids=numbers(offers))


@app.command("restore")
def restore(context: typer.Context, offers: Ids) -> None:
    """Bring offers back from the bin.

    Example: realty deals offers restore 4
    """

    state = state_of(context)
    with state.write("deals offers restore") as work:
        for number in dict.fromkeys(offers):
            work.deals.offers.restore(number)
    state.tell("Back on the list: {ids}", ids=numbers(offers))
