"""`realty analytics performance`, `kpi` and `compare`: targets, who is ahead, two periods side by side."""

from __future__ import annotations

from typing import Annotated

import typer

from realty_cli.cli import analytics_options as options
from realty_cli.cli.analytics import app
from realty_cli.cli.state import state_of

Against = Annotated[str, typer.Option("--compare", help="Compare with: previous, or yoy (a year before).")]


@app.command("performance")
def performance(
    context: typer.Context,
    period: options.Period = None,
    first: options.First = None,
    last: options.Last = None,
    agents: options.Agents = None,
    currency: options.Currency = None,
    compare: Against = "previous",
) -> None:
    """Show how you do: indicators against targets, a score of them, what stands out, who is ahead.

    Example: realty analytics performance --period "last month"
    """
    from realty_cli.analytics.schemas.performance import PerformanceQuery
    from realty_cli.cli import performance_view

    state = state_of(context)
    wanted = options.query_of(
        PerformanceQuery, period=period, first=first, last=last, agents=agents, currency=currency, compare=compare
    )
    with state.read() as work:
        body = work.analytics.performance.overview(work.analytics.scope(wanted), state.language, wanted.compare)
    performance_view.overview(state, body)


@app.command("kpi")
def kpi(
    context: typer.Context,
    period: options.Period = None,
    first: options.First = None,
    last: options.Last = None,
    agents: options.Agents = None,
    currency: options.Currency = None,
    compare: Against = "previous",
) -> None:
    """Show indicators against their targets, which `realty deals targets add` sets.

    Example: realty analytics kpi --period quarter
    """
    from realty_cli.analytics.schemas.performance import PerformanceQuery
    from realty_cli.cli import performance_view

    state = state_of(context)
    wanted = options.query_of(
        PerformanceQuery, period=period, first=first, last=last, agents=agents, currency=currency, compare=compare
    )
    with state.read() as work:
        body = work.analytics.performance.indicators(work.analytics.scope(wanted), state.language, wanted.compare)
    performance_view.indicators(state, body, body["items"])


@app.command("compare")
def compare_periods(
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
    mode: Annotated[str | None, typer.Option("--mode", help="previous, or yoy (a year before).")] = None,
    other: Annotated[
        str | None, typer.Option("--with", help="Any other period: 2025-Q4, last year.", metavar="NAME")
    ] = None,
    other_first: Annotated[
        str | None, typer.Option("--with-from", help="First day of the other period.", metavar="DATE")
    ] = None,
    other_last: Annotated[
        str | None, typer.Option("--with-to", help="Last day of the other period, itself included.", metavar="DATE")
    ] = None,
) -> None:
    """Show every number of two periods side by side; of a period that lasts, as much of the other as has passed.

    Example: realty analytics compare --period 2026-Q1 --with 2025-Q1
    """
    from realty_cli.analytics.schemas.performance import ComparisonQuery
    from realty_cli.cli import performance_view

    state = state_of(context)
    wanted = options.query_of(
        ComparisonQuery, period=period, first=first, last=last, agents=agents, types=types, deals=deals, cities=cities,
        districts=districts, sources=sources, currency=currency, mode=mode, with_period=other,
        with_start_date=other_first, with_end_date=other_last,
    )  # fmt: skip
    with state.read() as work:
        body = work.analytics.comparison.of(wanted, state.language)
    performance_view.comparison(state, body)
