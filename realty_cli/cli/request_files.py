"""`realty requests import` and `export`: files of buyer requests."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from realty_cli.cli import requests
from realty_cli.cli.file_options import (
    Aliases,
    Atomic,
    DryRun,
    Excel,
    Fields,
    FileFormat,
    Files,
    Force,
    Format,
    Map,
    Rejected,
    Target,
    UndoImport,
    import_files,
)
from realty_cli.cli.options import read_values
from realty_cli.cli.request_options import FILTERS, request_filters
from realty_cli.cli.requests import Sort
from realty_cli.cli.state import state_of

app = requests.app


@app.command("import")
def import_(
    context: typer.Context,
    files: Files = None,
    format_: Format = None,
    map_: Map = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="A field for every row that lacks it, FIELD=VALUE: deal_type=rent."),
    ] = None,
    aliases: Aliases = None,
    dry_run: DryRun = False,
    atomic: Atomic = False,
    rejected: Rejected = None,
    undo: UndoImport = None,
) -> None:
    """Bring in what buyers look for from a file. Who asks is found by number, phone or name, or entered. The same file
    twice adds nothing; a changed row updates its request.

    Example: realty requests import requests.csv --dry-run
    """
    from realty_cli.cli.transfer import requests as kind

    import_files(
        context, "requests", kind, files, format_=format_, map_=map_, set_=set_, aliases=aliases, dry_run=dry_run,
        atomic=atomic, rejected=rejected, undo=undo,
    )  # fmt: skip


@app.command("export")
@request_filters
def export(
    context: typer.Context,
    target: Target = "-",
    format_: FileFormat = None,
    fields: Fields = None,
    sort: Sort = None,
    force: Force = False,
    excel: Excel = False,
    anonymise: Annotated[
        bool, typer.Option("--anonymise", help="Hide who asks: initials, no phones, no notes.")
    ] = False,
    wanted: dict[str, Any] = {},  # noqa: B006
) -> None:
    """Write requests to a file with who asks, all or those that a filter names.

    Example: realty requests export requests.xlsx --status active --deal sale
    """
    from realty_cli.cli.export import run_export
    from realty_cli.clients.request_exporting import run
    from realty_cli.clients.schemas.request_filters import BuyerRequestFilter
    from realty_cli.kit.schema import validate

    state = state_of(context)

    def write(work: Any, codec: Any, place: Any, **options: Any) -> int:
        given = read_values(FILTERS, wanted, work.actor.timezone, work.clock.now())
        filter_ = validate(BuyerRequestFilter, given, zone=work.actor.timezone, typed=True)
        return run(work.requests, codec, place, filter_, anonymise=anonymise, **options)

    count = run_export(state, target, write, format_=format_, fields=fields, sort=sort, force=force, excel=excel)
    if count is not None:
        state.tell_many("{n} request written to {path}", "{n} requests written to {path}", count, path=target)
