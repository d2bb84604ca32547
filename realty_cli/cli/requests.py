"""`realty requests ...`: what buyers look for, and the listings that suit."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from realty_cli.cli import complete
from realty_cli.cli.leads import Clear, Cursor, Limit, Offset, Total, Version, Yes
from realty_cli.cli.options import check_page, numbers, read_values
from realty_cli.cli.request_options import FILTERS, read_request, request_fields, request_filters
from realty_cli.cli.state import state_of

app = typer.Typer()

Id = Annotated[int, typer.Argument(help="Number of the request.", show_default=False)]
Ids = Annotated[list[int], typer.Argument(help="Number of the request; several may be given.", show_default=False)]
Sort = Annotated[
    str | None,
    typer.Option(help="Keys with - for descending: -price_max. Default: newest first.", metavar="KEYS"),
]
ScoreMin = Annotated[int, typer.Option("--score-min", help="Lowest score, 0 to 100.", min=0, max=100)]
Marked = Annotated[bool, typer.Option("--marked", help="Also what was shown or refused.")]


@app.command("add")
@request_fields
def add(
    context: typer.Context,
    client: Annotated[
        int, typer.Argument(help="Number of the client.", show_default=False, autocompletion=complete.clients)
    ],
    values: dict[str, Any] = {},  # noqa: B006 - replaced by the decorator
) -> None:
    """Enter what a client looks for. What is left out asks for nothing.

    Example: realty requests add 11 --deal sale --type apartment -r 2 -r 3 --price-max 12.5m --district Арбат
    """
    from realty_cli.cli.request_view import one
    from realty_cli.clients.schemas.request import BuyerRequestCreate
    from realty_cli.kit.schema import validate

    state = state_of(context)
    with state.write("requests add") as work:
        data = {**read_request(work, values), "client_id": client}
        body = work.requests.create(validate(BuyerRequestCreate, data, zone=work.actor.timezone, typed=True))
    one(state, body)
    state.tell("Request {id} is entered. What suits it: realty requests matches {id}", id=body["id"])


@app.command("list")
@request_filters
def list_(
    context: typer.Context,
    sort: Sort = None,
    limit: Limit = 20,
    offset: Offset = 0,
    cursor: Cursor = None,
    total: Total = True,
    wanted: dict[str, Any] = {},  # noqa: B006
) -> None:
    """List requests, newest first.

    Example: realty requests list --status active --deal sale --budget-from 10m
    """
    from realty_cli.cli.request_view import page
    from realty_cli.clients.schemas.request_filters import BuyerRequestFilter
    from realty_cli.kit.schema import validate

    state = state_of(context)
    check_page(limit, offset)
    with state.read() as work:
        given = read_values(FILTERS, wanted, work.actor.timezone, work.clock.now())
        filter_ = validate(BuyerRequestFilter, given, zone=work.actor.timezone, typed=True)
        body = work.requests.page(filter_, sort=sort, limit=limit, offset=offset, cursor=cursor, total=total)
    page(state, body)


@app.command("show")
def show(context: typer.Context, request: Id) -> None:
    """Show one request whole.

    Example: realty requests show 41
    """
    from realty_cli.cli.request_view import one

    state = state_of(context)
    with state.read() as work:
        found = work.requests.get(request, deleted=None)
    one(state, found)


@app.command("edit")
@request_fields
def edit(
    context: typer.Context,
    request: Id,
    clear: Clear = None,
    if_version: Version = None,
    values: dict[str, Any] = {},  # noqa: B006
) -> None:
    """Change fields of a request. A list replaces the one before.

    Example: realty requests edit 41 --price-max 13m --clear districts
    """
    from realty_cli.cli.request_view import one
    from realty_cli.clients.schemas.request import BuyerRequestUpdate
    from realty_cli.errors import Invalid
    from realty_cli.kit.schema import validate

    state = state_of(context)
    if not values and not clear:
        raise Invalid.one("options", "edit.nothing")
    with state.write("requests edit") as work:
        data = read_request(work, values) | dict.fromkeys(clear or ())
        change = validate(BuyerRequestUpdate, data, zone=work.actor.timezone, typed=True)
        body = work.requests.update(request, change, expected_version=if_version)
    one(state, body)


@app.command("delete")
def delete(context: typer.Context, requests: Ids, yes: Yes = False, if_version: Version = None) -> None:
    """Move requests to the bin; restore brings them back. One that is done with is better closed.

    Example: realty requests delete 41
    """
    from realty_cli.cli.ask import confirm

    state = state_of(context)
    confirm(state, yes, "Move to the bin: {ids}?", ids=numbers(requests))
    with state.write("requests delete") as work:
        for number in dict.fromkeys(requests):
            work.requests.delete(number, expected_version=if_version)
    state.tell("In the bin: {ids}. Back with: realty requests restore", ids=numbers(requests))


@app.command("restore")
def restore(context: typer.Context, requests: Ids) -> None:
    """Bring requests back from the bin.

    Example: realty requests restore 41
    """
    state = state_of(context)
    with state.write("requests restore") as work:
        for number in dict.fromkeys(requests):
            work.requests.restore(number)
    state.tell("Back on the list: {ids}", ids=numbers(requests))


@app.command("matches")
def matches(
    context: typer.Context,
    request: Id,
    score_min: ScoreMin = 0,
    marked: Marked = False,
    limit: Limit = 20,
    offset: Offset = 0,
) -> None:
    """Find the listings that suit a request, the best first, and say why.

    Example: realty requests matches 41
    """
    from realty_cli.cli.match_view import listings

    state = state_of(context)
    check_page(limit, offset)
    with state.read() as work:
        body = work.requests.matches.of_request(request, score_min=score_min, marked=marked, limit=limit, offset=offset)
    listings(state, body)
