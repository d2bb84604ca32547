"""`realty analytics dashboard`: what matters now, on one page."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any

import typer

from realty_cli.cli import analytics_options as options
from realty_cli.cli.analytics import app
from realty_cli.cli.state import State, state_of


class Section(StrEnum):
    """A part of the page, to be shown whole."""

    PROPERTIES = "properties"
    EVENTS = "events"
    FINANCE = "finance"
    CLIENTS = "clients"


#: What needs attention is looked for anew where nobody has looked for so long.
_FRESH = timedelta(minutes=10)
_NAMES = {Section.FINANCE: "financial"}


class Against(StrEnum):
    PREVIOUS = "previous"
    YOY = "yoy"
    NONE = "none"


@app.command("dashboard")
def dashboard(
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
    section: Annotated[Section | None, typer.Option("--section", help="One part whole, as tables.")] = None,
    compare: Annotated[Against, typer.Option(help="What the period is compared with.")] = Against.PREVIOUS,
    watch: Annotated[
        int | None, typer.Option("--watch", min=1, max=86_400, help="Look again every so many seconds.", metavar="SEC")
    ] = None,
    plain: Annotated[bool, typer.Option("--plain", help="One thing a line: no boxes, bars or arrows.")] = False,
) -> None:
    """What matters of this month on one page: today, what needs attention, numbers against the month before, weeks.

    Example: realty analytics dashboard --section finance
    """
    state = state_of(context)
    wanted = options.filter_of(
        period=period, first=first, last=last, agents=agents, types=types, deals=deals, cities=cities,
        districts=districts, sources=sources, currency=currency,
    )  # fmt: skip
    name = None if section is None else _NAMES.get(section, section.value)

    def ask() -> tuple[dict[str, Any], str]:
        from realty_cli.analytics.dashboard import SECTIONS
        from realty_cli.analytics.listing_sums import Keeper
        from realty_cli.errors import RealtyError

        Keeper(state.realty.transaction).catch_up()
        with state.read() as work:
            fresh = work.analytics.alerts.are_fresh(_FRESH)
            insights = work.analytics.insights
            found = insights.sought() if insights.are_due() else None
        # Where no server looks, what needs attention is found now; a store that cannot be written is read all the same.
        if not fresh:
            with suppress(RealtyError):
                state.realty.check_alerts(figures=False)
        if found is not None:
            with suppress(RealtyError), state.write("analytics dashboard") as work:
                work.analytics.insights.keep(found)
        with state.read() as work:
            analytics = work.analytics
            sections = SECTIONS if name is None else (name,)
            body = analytics.dashboard.show(
                analytics.scope(wanted), state.language, sections=sections, compare=compare.value
            )
            return body, work.actor.username

    if watch is None or state.format != "table":
        show(state, *ask(), name=name, plain=plain)
        return
    _watch(state, ask, name, plain, watch)


def show(state: State, body: dict[str, Any], who: str, *, name: str | None = None, plain: bool = False) -> None:
    """The page in the form that was asked for."""
    from realty_cli.cli import dashboard_view
    from realty_cli.cli.metrics_view import Group
    from realty_cli.cli.metrics_view import show as show_metrics
    from realty_cli.cli.output import new_console

    if state.format != "table" and not plain:
        show_metrics(state, body, [
            Group("", group["metrics"], group["deal_type"], group["currency"])
            for part in body["blocks"] for group in part["groups"]
        ])  # fmt: skip
        return
    if name is None:
        new_console().print(dashboard_view.page(state, body, who, plain=plain))
    else:
        new_console().print(dashboard_view.sections(state, body, name, plain=plain))


def _watch(state: State, ask: Any, name: str | None, plain: bool, seconds: int) -> None:
    """Keep the page in view until Ctrl-C."""
    from rich.live import Live

    from realty_cli.cli import dashboard_view
    from realty_cli.cli.output import new_console

    def drawn() -> Any:
        body, who = ask()
        if name is not None:
            return dashboard_view.sections(state, body, name, plain=plain)
        return dashboard_view.page(state, body, who, plain=plain)

    with Live(drawn(), console=new_console(), screen=True, auto_refresh=False) as live:
        try:
            while True:
                time.sleep(seconds)
                live.update(drawn(), refresh=True)
        except KeyboardInterrupt:
            return
