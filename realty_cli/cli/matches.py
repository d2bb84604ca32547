"""`realty matches ...`: what became of the listings that were proposed to buyers."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from realty_cli.cli import complete
from realty_cli.cli.leads import Cursor, Limit, Offset, Total
from realty_cli.cli.options import check_page, numbers, read_values
from realty_cli.cli.request_options import MARK_FILTERS, mark_filters
from realty_cli.cli.state import state_of
from realty_cli.clients.request_kinds import MarkKind

app = typer.Typer()

Request = Annotated[int, typer.Argument(help="Number of the request.", show_default=False)]
Listing = Annotated[
    int, typer.Argument(help="Number of the listing.", show_default=False, autocompletion=complete.listings)
]
Marks = Annotated[list[int], typer.Argument(help="Number of the mark; several may be given.", show_default=False)]


@app.command("mark")
def mark(
    context: typer.Context,
    request: Request,
    listing: Listing,
    what: Annotated[MarkKind, typer.Argument(help="shown, refused or liked.", show_default=False)],
    note: Annotated[str | None, typer.Option("--note", help="What was said.")] = None,
    on: Annotated[str | None, typer.Option("--on", help="When it happened, if not now.", metavar="WHEN")] = None,
) -> None:
    """Say that a listing was shown, refused or liked. Shown and refused ones come back when the price is cut.

    Example: realty matches mark 41 5 refused --note "шумно"
    """
    from realty_cli.cli.listing_form import moment_of
    from realty_cli.cli.match_view import mark as view
    from realty_cli.clients.schemas.request import MarkCreate
    from realty_cli.kit.schema import validate

    state = state_of(context)
    with state.write("matches mark") as work:
        data: dict[str, Any] = {"request_id": request, "property_id": listing, "mark": what, "note": note}
        if on is not None:
            data["at"] = moment_of(work, on, "--on")
        body = work.requests.matches.mark(validate(MarkCreate, data, zone=work.actor.timezone, typed=True))
    view(state, body)


@app.command("list")
@mark_filters
def list_(
    context: typer.Context,
    sort: Annotated[
        str | None, typer.Option(help="Keys with - for descending: -at. Default: newest first.", metavar="KEYS")
    ] = None,
    limit: Limit = 20,
    offset: Offset = 0,
    cursor: Cursor = None,
    total: Total = True,
    wanted: dict[str, Any] = {},  # noqa: B006 - replaced by the decorator
) -> None:
    """List what was shown, refused and liked.

    Example: realty matches list --request 41 --mark refused
    """
    from realty_cli.cli.match_view import mark_page
    from realty_cli.clients.schemas.request_filters import MarkFilter
    from realty_cli.kit.schema import validate

    state = state_of(context)
    check_page(limit, offset)
    with state.read() as work:
        given = read_values(MARK_FILTERS, wanted, work.actor.timezone, work.clock.now())
        filter_ = validate(MarkFilter, given, zone=work.actor.timezone, typed=True)
        body = work.requests.marked(filter_, sort=sort, limit=limit, offset=offset, cursor=cursor, total=total)
    mark_page(state, body)


@app.command("unmark")
def unmark(context: typer.Context, marks: Marks) -> None:
    """Take marks back: the listings are proposed as if nothing had been said.

    Example: realty matches unmark 51
    """
    state = state_of(context)
    with state.write("matches unmark") as work:
        for number in dict.fromkeys(marks):
            work.requests.matches.unmark(number)
    state.tell("Taken back: {ids}", ids=numbers(marks))
