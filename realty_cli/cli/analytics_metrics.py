"""`realty analytics metrics`: what listings, events, deals and clients come to over a period."""

from __future__ import annotations

from typing import Annotated

import typer

from realty_cli.analytics.kinds import MoneyBasis
from realty_cli.cli import analytics_options as options
from realty_cli.cli.analytics import app as analytics
from realty_cli.cli.state import state_of
from realty_cli.kit.i18n import mark as _

app = typer.Typer(no_args_is_help=True, help="Numbers of a period, each with its sample and its definition.")
analytics.add_typer(app, name="metrics")
KINDS = {"sale": _("Sales"), "rent": _("Rent")}


@app.command("financial")
def financial(
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
    basis: Annotated[
        MoneyBasis, typer.Option(help="Count commission when a deal closes, or when it is paid.")
    ] = MoneyBasis.ACCRUAL,
) -> None:
    """Show what deals brought and are to bring, what is owed, what was spent.

    Example: realty analytics metrics financial --period quarter --compare previous
    """
    from realty_cli.analytics.schemas.money import MoneyQuery
    from realty_cli.cli.metrics_view import Group, metrics_of, show
    from realty_cli.cli.metrics_view import period as shown_period

    state = state_of(context)
    wanted = options.query_of(
        MoneyQuery, period=period, first=first, last=last, agents=agents, types=types, deals=deals, cities=cities,
        districts=districts, sources=sources, currency=currency, compare=compare, basis=basis,
    )  # fmt: skip
    with state.read() as work:
        scope = work.analytics.scope(wanted)
        body = work.analytics.money.metrics(scope, state.language, wanted.compare, wanted.basis)
    dates = shown_period(state, body["period"])
    groups = [
        Group(
            f"{state.say.text(KINDS[block['deal_kind']])}, {block['currency']}, {dates}", metrics_of(block),
            block["deal_kind"], block["currency"],
        )
        for block in body["blocks"]
    ]  # fmt: skip
    groups += [
        Group(f"{state.say.text('All deals')}, {total['currency']}", metrics_of(total), currency=total["currency"])
        for total in body["totals"]
    ]
    show(state, body, groups)


@app.command("clients")
def clients(
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
) -> None:
    """Show the leads of a period: how fast they were answered, how far they got, what each source costs.

    Example: realty analytics metrics clients --period "last 90 days"
    """
    from realty_cli.analytics.schemas.base import AnalyticsQuery
    from realty_cli.cli import clients_metrics_view
    from realty_cli.cli.metrics_view import Group, metrics_of, show
    from realty_cli.cli.metrics_view import period as shown_period

    state = state_of(context)
    wanted = options.query_of(
        AnalyticsQuery, period=period, first=first, last=last, agents=agents, types=types, deals=deals, cities=cities,
        districts=districts, sources=sources, currency=currency, compare=compare,
    )  # fmt: skip
    with state.read() as work:
        body = work.analytics.clients.metrics(work.analytics.scope(wanted), state.language, wanted.compare)
    show(state, body, [Group(f"{state.say.text('Clients')}, {shown_period(state, body['period'])}", metrics_of(body))])
    clients_metrics_view.more(state, body)
