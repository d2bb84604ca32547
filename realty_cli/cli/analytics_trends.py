"""`realty analytics trends` and `forecast`: what a metric did, and what it is likely to do."""

from __future__ import annotations

from typing import Annotated

import typer

from realty_cli.analytics.kinds import Step
from realty_cli.analytics.series_kinds import NAMES
from realty_cli.cli import analytics_options as options
from realty_cli.cli.analytics import app
from realty_cli.cli.state import state_of


def _metrics(incomplete: str) -> list[str]:
    return sorted({name for name in NAMES if name.startswith(incomplete.casefold())})


Metric = Annotated[
    str | None,
    typer.Argument(
        help="Which: new, sold, inventory, price, dom, showings, calls, new_leads, deals, gci ...; new by default.",
        autocompletion=_metrics,
    ),
]


@app.command("trends")
def trends(
    context: typer.Context,
    metric: Metric = None,
    step: Annotated[
        Step | None, typer.Option("--by", help="Length of a point; months unless the period is short.")
    ] = None,
    period: Annotated[
        str | None, typer.Option(help="2026, last 90 days ...; the last 24 months by default.", metavar="NAME")
    ] = None,
    first: options.First = None,
    last: options.Last = None,
    agents: options.Agents = None,
    types: options.Types = None,
    deals: options.Deals = None,
    cities: options.Cities = None,
    districts: options.Districts = None,
    sources: options.Sources = None,
    currency: options.Currency = None,
) -> None:
    """Show how a metric went, whether it rises or falls beyond chance, its season, breaks and oddities.

    Example: realty analytics trends sold --by month
    """
    from realty_cli.analytics.schemas.trends import TrendQuery
    from realty_cli.cli.trend_view import trend

    state = state_of(context)
    query = options.query_of(
        TrendQuery, metric=metric, granularity=step, period=period, first=first, last=last, agents=agents, types=types,
        deals=deals, cities=cities, districts=districts, sources=sources, currency=currency,
    )  # fmt: skip
    with state.read() as work:
        body = work.analytics.trends.ask(query, "properties", state.language)
    trend(state, body)


@app.command("forecast")
def forecast(
    context: typer.Context,
    metric: Metric = None,
    step: Annotated[Step, typer.Option("--by", help="Length of a point.")] = Step.MONTH,
    horizon: Annotated[
        int | None,
        typer.Option("--horizon", "-n", min=1, help="How many points, this one included; three months by default."),
    ] = None,
    agents: options.Agents = None,
    types: options.Types = None,
    deals: options.Deals = None,
    cities: options.Cities = None,
    districts: options.Districts = None,
    sources: options.Sources = None,
    currency: options.Currency = None,
) -> None:
    """Show what a metric is likely to do, as ranges: how good such forecasts were on the past stands below. Where they
    were poor, the recent median stands in their place.

    Example: realty analytics forecast new --by week --horizon 8
    """
    from realty_cli.analytics.schemas.trends import ForecastQuery
    from realty_cli.cli.trend_view import forecast as show

    state = state_of(context)
    query = options.query_of(
        ForecastQuery, metric=metric, granularity=step, horizon=horizon, agents=agents, types=types, deals=deals,
        cities=cities, districts=districts, sources=sources, currency=currency,
    )  # fmt: skip
    with state.read() as work:
        body = work.analytics.forecasts.ask(query, "properties", state.language)
    show(state, body)
