"""`realty clients import` and `export`: files of clients."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from realty_cli.cli import client_personal
from realty_cli.cli.client_options import client_filters
from realty_cli.cli.clients import Sort, wanted_of
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
from realty_cli.cli.state import state_of

app = client_personal.app


@app.command("import")
def import_(
    context: typer.Context,
    files: Files = None,
    format_: Format = None,
    map_: Map = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="A field for every row that lacks it, FIELD=VALUE: source=expo."),
    ] = None,
    aliases: Aliases = None,
    dry_run: DryRun = False,
    atomic: Atomic = False,
    rejected: Rejected = None,
    undo: UndoImport = None,
) -> None:
    """Bring in clients from a file: names, phones, budgets, whatever columns there are. The same file twice adds
    nothing; a changed row updates its client.

    Example: realty clients import clients.csv --dry-run
    """
    from realty_cli.cli.transfer import clients as kind

    import_files(
        context, "clients", kind, files, format_=format_, map_=map_, set_=set_, aliases=aliases, dry_run=dry_run,
        atomic=atomic, rejected=rejected, undo=undo,
    )  # fmt: skip


@app.command("export")
@client_filters
def export(
    context: typer.Context,
    target: Target = "-",
    format_: FileFormat = None,
    fields: Fields = None,
    sort: Sort = None,
    words: Annotated[str | None, typer.Option("--q", help="Words to find.")] = None,
    force: Force = False,
    excel: Excel = False,
    anonymise: Annotated[
        bool, typer.Option("--anonymise", help="Hide who somebody is: initials, no phones, no addresses.")
    ] = False,
    wanted: dict[str, Any] = {},  # noqa: B006
) -> None:
    """Write clients to a file, all or those that a filter names.

    Example: realty clients export buyers.xlsx --role buyer --stage active
    """
    from realty_cli.cli.export import run_export
    from realty_cli.clients.exporting import run

    state = state_of(context)

    def write(work: Any, codec: Any, place: Any, **options: Any) -> int:
        return run(work.clients, codec, place, wanted_of(work, wanted, words), anonymise=anonymise, **options)

    count = run_export(state, target, write, format_=format_, fields=fields, sort=sort, force=force, excel=excel)
    if count is not None:
        state.tell_many("{n} client written to {path}", "{n} clients written to {path}", count, path=target)
