"""`realty analytics metrics properties` and `events`, and what portals say of listings."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from realty_cli.cli import analytics_options as options
from realty_cli.cli.analytics import app as analytics
from realty_cli.cli.analytics_metrics import app
from realty_cli.cli.file_options import Aliases, Atomic, DryRun, Files, Format, Map, Rejected, UndoImport, import_files
from realty_cli.cli.state import state_of
from realty_cli.events.kinds import EventType

channels = typer.Typer(no_args_is_help=True, help="What portals say of listings: views, contacts, favourites a day.")
analytics.add_typer(channels, name="channels")


@app.command("properties")
def properties(
    context: typer.Context,
    period: options.Period = None,
    first: options.First = None,
    last: options.Last = None,
    agents: options.Agents = None,
    types: options.Types = None,
    deals: options.Deals = None,
    cities: options.Cities = None,
    districts: options.Districts = None,
    sources: options.Sources = None,
    currency: options.Currency = None,
    compare: options.Comparison = "none",
    exclude_outliers: Annotated[
        bool, typer.Option("--exclude-outliers", help="Leave more than 365 days out of the median on the market.")
    ] = False,
) -> None:
    """Show what is on the market, what came and went, how long it took and at what price, as of the end of a period.

    Example: realty analytics metrics properties --period "last month" --compare previous
    """
    from realty_cli.analytics.schemas.listings import ListingQuery
    from realty_cli.cli import market_view

    state = state_of(context)
    wanted = options.query_of(
        ListingQuery, period=period, first=first, last=last, agents=agents, types=types, deals=deals, cities=cities,
        districts=districts, sources=sources, currency=currency, compare=compare, exclude_outliers=exclude_outliers,
    )  # fmt: skip
    with state.read() as work:
        body = work.analytics.listings.metrics(
            work.analytics.scope(wanted), state.language, wanted.compare, exclude_outliers=exclude_outliers
        )
    market_view.listings(state, body)


@app.command("events")
def events(
    context: typer.Context,
    period: options.Period = None,
    first: options.First = None,
    last: options.Last = None,
    agents: options.Agents = None,
    kinds: Annotated[list[EventType] | None, typer.Option("--event-type", help="Kind; may be repeated.")] = None,
    types: options.Types = None,
    deals: options.Deals = None,
    cities: options.Cities = None,
    districts: options.Districts = None,
    sources: options.Sources = None,
    currency: options.Currency = None,
    compare: options.Comparison = "none",
) -> None:
    """Show what became of events, when, and what they took; rates are of what is over.

    Example: realty analytics metrics events --period "last 30 days" --event-type showing
    """
    from realty_cli.analytics.schemas.events import EventMetricsQuery
    from realty_cli.cli import market_view

    state = state_of(context)
    wanted = options.query_of(
        EventMetricsQuery, period=period, first=first, last=last, agents=agents, types=types, deals=deals,
        cities=cities, districts=districts, sources=sources, currency=currency, compare=compare, event_type=kinds,
    )  # fmt: skip
    with state.read() as work:
        short = work.analytics.events.short(work.analytics.scope(wanted), wanted.compare)
    if short:  # series are laid as far as the period goes, and so do figures of them
        with state.write("analytics metrics events") as work:
            work.analytics.events.cover(work.analytics.scope(wanted), wanted.compare)
    with state.read() as work:
        scope = work.analytics.scope(wanted)
        body: dict[str, Any] = work.analytics.events.metrics(scope, state.language, wanted.compare, wanted.event_type)
    market_view.events(state, body)


@channels.command("import")
def import_(
    context: typer.Context,
    files: Files = None,
    format_: Format = None,
    map_: Map = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="A field for every row that lacks it, FIELD=VALUE: portal=cian."),
    ] = None,
    aliases: Aliases = None,
    dry_run: DryRun = False,
    atomic: Atomic = False,
    rejected: Rejected = None,
    undo: UndoImport = None,
) -> None:
    """Bring in views, contacts and favourites by listing, portal and day. A listing is named by its number, its
    external id or the address of its advertisement. The same file twice changes nothing; a corrected one replaces.

    Example: realty analytics channels import cian.csv --set portal=cian
    """
    from realty_cli.cli.transfer import channels as kind

    import_files(
        context, "analytics channels", kind, files, format_=format_, map_=map_, set_=set_, aliases=aliases,
        dry_run=dry_run, atomic=atomic, rejected=rejected, undo=undo,
    )  # fmt: skip
