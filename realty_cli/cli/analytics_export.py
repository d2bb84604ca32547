"""`realty analytics export`: data sets as files."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from realty_cli.analytics.kinds import Dataset
from realty_cli.cli import analytics_options as options
from realty_cli.cli.analytics import app
from realty_cli.cli.file_options import Excel, Fields, Force, Target
from realty_cli.cli.state import state_of


@app.command("export")
def export(
    context: typer.Context,
    dataset: Annotated[Dataset, typer.Argument(help="Which rows.")],
    target: Target = "-",
    format_: Annotated[str | None, typer.Option("--format", help="csv, jsonl, xlsx or parquet.")] = None,
    period: options.AnyPeriod = None,
    first: options.First = None,
    last: options.Last = None,
    agents: options.Agents = None,
    types: options.Types = None,
    deals: options.Deals = None,
    cities: options.Cities = None,
    districts: options.Districts = None,
    sources: options.Sources = None,
    currency: options.Currency = None,
    fields: Fields = None,
    anonymise: Annotated[
        bool, typer.Option("--anonymise", help="Initials for names; no titles, notes, house numbers, places.")
    ] = False,
    force: Force = False,
    excel: Excel = False,
) -> None:
    """Write a data set for analysis elsewhere: rows of all times, or of a period. Clients' phones stand in none.

    Example: realty analytics export deals deals.csv --period 2026
    """
    from realty_cli.analytics import datasets, exporting
    from realty_cli.cli.export import run_export

    state = state_of(context)
    wanted = options.filter_of(
        period=period, first=first, last=last, agents=agents, types=types, deals=deals, cities=cities,
        districts=districts, sources=sources, currency=currency,
    )  # fmt: skip
    header = datasets.columns_of(dataset, [one.strip() for one in fields.split(",")] if fields else None)

    def write(work: Any, codec: Any, place: Any, *, sort: str | None, fields: Any, **given: Any) -> int:
        return exporting.run(work.analytics, codec, place, dataset, wanted, fields=header, anonymise=anonymise, **given)

    count = run_export(
        state, target, write, format_=format_, fields=fields, sort=None, force=force, excel=excel,
        codec_of=lambda path, name: exporting.codec_of(path, name, dataset, header),
    )  # fmt: skip
    if count is not None:
        state.tell_many("{n} row written to {path}", "{n} rows written to {path}", count, path=target)
