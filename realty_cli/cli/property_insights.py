"""`realty properties stats`, `history`, `comparables`, `analyze`, `duplicates`: what the store knows about listings."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from realty_cli.cli import complete, properties
from realty_cli.cli.options import check_page, filters
from realty_cli.cli.properties import Id, wanted_of
from realty_cli.cli.state import state_of

app = properties.app


@app.command("stats")
@filters
def stats(context: typer.Context, wanted: dict[str, Any] = {}) -> None:  # noqa: B006
    """Counts and prices of listings.

    Example: realty properties stats --city Москва
    """
    from realty_cli.cli.listing_view import statistics

    state = state_of(context)
    with state.read() as work:
        body = work.properties.statistics(wanted_of(state, work, wanted))
    statistics(state, body)


@app.command("history")
def history(context: typer.Context, listing: Id) -> None:
    """Price and status of a listing from its beginning.

    Example: realty properties history 5
    """
    from realty_cli.cli.listing_view import history_table

    state = state_of(context)
    with state.read() as work:
        body = work.properties.history(listing)
        currency = work.properties.get(listing, deleted=None)["currency"]
    history_table(state, body, currency)


@app.command("matches")
def matches(
    context: typer.Context,
    listing: Id,
    score_min: Annotated[int, typer.Option("--score-min", help="Lowest score, 0 to 100.", min=0, max=100)] = 0,
    marked: Annotated[bool, typer.Option("--marked", help="Also what was shown or refused.")] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", help="How many a page, 1 to 100.")] = 20,
    offset: Annotated[int, typer.Option(help="How many to skip.")] = 0,
) -> None:
    """Find the buyers whom a listing suits, the best first, and what a bargain would bring.

    Example: realty properties matches 5
    """
    from realty_cli.cli.match_view import requests

    state = state_of(context)
    check_page(limit, offset)
    with state.read() as work:
        body = work.requests.matches.of_listing(listing, score_min=score_min, marked=marked, limit=limit, offset=offset)
    requests(state, body)


@app.command("comparables")
def comparables(
    context: typer.Context,
    listing: Annotated[
        int | None,
        typer.Argument(help="Number of the listing.", show_default=False, autocompletion=complete.listings),
    ] = None,
    accuracy: Annotated[
        bool, typer.Option("--accuracy", help="How far earlier estimates were from what was paid.")
    ] = False,
) -> None:
    """Find listings like one, adjust their prices to it, and say what it is likely worth, with bounds.

    Example: realty properties comparables 5
    """
    from realty_cli.cli import comparables_view as view
    from realty_cli.errors import Invalid

    state = state_of(context)
    if accuracy == (listing is not None):
        raise Invalid.one("ID", "comparable.which")
    if listing is None:
        with state.read() as work:
            body = work.valuing.accuracy(state.language)
        view.accuracy(state, body)
        return
    with state.read() as work:
        body = work.valuing.compare(listing, state.language)
        known = work.valuing.knows(body)
    if not known:
        with state.write("properties comparables") as work:
            work.valuing.keep(body)
    view.comparables(state, body)


@app.command("recommend")
def recommend(
    context: typer.Context,
    listing: Id,
    price: Annotated[str, typer.Argument(help="What to ask for it: 8.5m or 8500000.", show_default=False)],
) -> None:
    """Recommend a price for a listing: it is kept with your name and shown with comparables and in reports.

    Example: realty properties recommend 5 8.5m
    """
    from realty_cli.cli.comparables_view import recommendation
    from realty_cli.cli.options import amount
    from realty_cli.kit.schema import validate
    from realty_cli.properties.schemas.valuing import PriceRecommend

    state = state_of(context)
    data = validate(PriceRecommend, {"price": amount(price, "price")}, typed=True)
    with state.write(f"properties recommend {listing}") as work:
        body = work.valuing.recommend(listing, data.price)
        currency = work.properties.get(listing)["currency"]
    recommendation(state, body, currency)


@app.command("analytics")
def analytics(context: typer.Context, listing: Id) -> None:
    """How a listing does: days on the market, prices, showings, enquiries, opinions, where its price stands.

    Example: realty properties analytics 5
    """
    from realty_cli.cli.comparables_view import story

    state = state_of(context)
    with state.read() as work:
        body = work.analytics.listing.show(listing, state.language)
    story(state, body)


@app.command("analyze")
def analyze(
    context: typer.Context,
    source: Annotated[
        str, typer.Argument(help="Number of a listing, a text file, or - for standard input.", show_default=False)
    ],
) -> None:
    """Read a listing's text: facts in it, contradictions with the record, what is missing, a better wording.

    Example: realty properties analyze 5
    """
    from realty_cli.cli.analysis_view import show_analysis
    from realty_cli.cli.listing_form import read_text

    state = state_of(context)
    with state.read() as work:
        if source.isdigit():
            body = work.descriptions.analyze(listing=int(source), language=state.language)
        else:
            body = work.descriptions.analyze(description=read_text(source), language=state.language)
    show_analysis(state, body)


@app.command("duplicates")
@filters
def duplicates(
    context: typer.Context,
    different: Annotated[
        tuple[int, int] | None, typer.Option("--different", help="Mark two listings as not the same thing.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", help="Most pairs to show.")] = 50,
    wanted: dict[str, Any] = {},  # noqa: B006
) -> None:
    """Listings that may be the same property, with the reasons. Nothing is merged.

    Example: realty properties duplicates --city Москва
    """
    from realty_cli.cli.listing_view import duplicate_table
    from realty_cli.errors import Invalid

    state = state_of(context)
    if different is not None:
        with state.write("properties duplicates --different") as work:
            work.duplicates.mark_different(*different)
        state.tell("Listings {first} and {second} will not be proposed again.", first=different[0], second=different[1])
        return
    if not 1 <= limit <= 20_000:
        raise Invalid.one("--limit", "duplicate.limit", value=limit)
    with state.read() as work:
        body = work.duplicates.propose(wanted_of(state, work, wanted), limit=limit, language=state.language)
    duplicate_table(state, body)
