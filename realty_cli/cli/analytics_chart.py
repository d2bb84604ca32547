"""`realty analytics chart`: a question drawn, here or into a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from realty_cli.analytics.chart_kinds import CHARTS
from realty_cli.analytics.kinds import Step
from realty_cli.analytics.series_kinds import NAMES
from realty_cli.cli import analytics_options as options
from realty_cli.cli.analytics import app
from realty_cli.cli.state import state_of


def _names(incomplete: str) -> list[str]:
    return sorted({name for name in (*CHARTS, *NAMES) if name.startswith(incomplete.casefold())})


@app.command("chart")
def chart(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            help="forecast, funnel, hours, prices, statuses, pipeline, sources, profit, plan, months, survival or a "
            "metric such as sold.",
            autocompletion=_names,
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="Picture to write, .svg or .png; drawn on the terminal without it.", metavar="FILE"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
    metric: Annotated[str | None, typer.Option(help="What a forecast is of.", autocompletion=_names)] = None,
    step: Annotated[Step | None, typer.Option("--by", help="Length of a point.")] = None,
    horizon: Annotated[int | None, typer.Option("--horizon", "-n", min=1, help="How many points ahead.")] = None,
    period: Annotated[
        str | None,
        typer.Option(
            help="2026-Q1, last 30 days ...; this month by default, but of funnel and hours the last 90 days, "
            "of months the last 12, of a metric the last 24.",
            metavar="NAME",
        ),
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
    """Draw a chart whose title says the answer.

    Example: realty analytics chart funnel --out funnel.svg
    """
    from realty_cli.analytics.schemas.charts import ChartQuery
    from realty_cli.cli.output import clean, emit_json, write_line
    from realty_cli.errors import Conflict, Invalid, Unavailable

    state = state_of(context)
    query = options.query_of(
        ChartQuery, metric=metric, granularity=step, horizon=horizon, period=period, first=first, last=last,
        agents=agents, types=types, deals=deals, cities=cities, districts=districts, sources=sources, currency=currency,
    )  # fmt: skip
    form = out.suffix.lower().lstrip(".") if out else ""
    if out is not None and form not in ("svg", "png"):
        raise Invalid.one("out", "analytics.chart_form", value=out.name)
    if out is not None and out.exists() and not force:
        raise Conflict("file.exists", path=str(out))
    with state.read() as work:
        drawing = work.analytics.charts.chart(name, query, state.language)
        body, used = work.analytics.charts.data(drawing, state.language), work.settings.currency
    if out is not None:
        from realty_cli.kit.paths import create_private
        from realty_cli.reports.render import picture

        data = picture(drawing, state.language, used, "svg" if form == "svg" else "png")
        try:
            create_private(out.absolute(), data)
        except OSError as error:
            raise Unavailable("file.unwritable", path=str(out), reason=error.strerror or str(error)) from error
    if state.format in ("json", "jsonl"):
        emit_json(body)
    elif out is not None:
        write_line(clean(str(out)))
        state.tell(drawing.title)
    else:
        _show(drawing, state.language, used)


def _show(drawing: object, language: str, currency: str) -> None:
    import shutil

    from realty_cli.cli.output import write_line
    from realty_cli.reports.text import chart_lines
    from realty_cli.reports.wording import Wording

    width = min(100, shutil.get_terminal_size((80, 24)).columns)
    for line in chart_lines(drawing, Wording(language, currency), width):  # type: ignore[arg-type]
        write_line(line)
