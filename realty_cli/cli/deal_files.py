"""`realty deals import` and `export`: files of deals."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from realty_cli.cli import deal_money
from realty_cli.cli.deal_options import deal_filters
from realty_cli.cli.deals import wanted_of
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

app = deal_money.app


@app.command("import")
def import_(
    context: typer.Context,
    files: Files = None,
    format_: Format = None,
    map_: Map = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="A field for every row that lacks it, FIELD=VALUE: side=seller."),
    ] = None,
    aliases: Aliases = None,
    dry_run: DryRun = False,
    atomic: Atomic = False,
    rejected: Rejected = None,
    undo: UndoImport = None,
) -> None:
    """Bring in deals from a file, as far as they have come: a closed deal sells its listing, a reserved one holds it.
    The people in them are found by phone or name, or entered. The same file twice adds nothing; a changed row updates
    its deal.

    Example: realty deals import deals.xlsx --dry-run
    """
    from realty_cli.cli.transfer import deals as kind

    import_files(
        context, "deals", kind, files, format_=format_, map_=map_, set_=set_, aliases=aliases, dry_run=dry_run,
        atomic=atomic, rejected=rejected, undo=undo,
    )  # fmt: skip


@app.command("export")
@deal_filters
def export(
    context: typer.Context,
    target: Target = "-",
    format_: FileFormat = None,
    fields: Fields = None,
    sort: Annotated[
        str | None,
        typer.Option(help="Keys with - for descending: -amount,title. Default: oldest first.", metavar="KEYS"),
    ] = None,
    force: Force = False,
    excel: Excel = False,
    anonymise: Annotated[bool, typer.Option("--anonymise", help="Hide who is in a deal: initials, no notes.")] = False,
    wanted: dict[str, Any] = {},  # noqa: B006
) -> None:
    """Write deals to a file, all or those that a filter names.

    Example: realty deals export closed.xlsx --stage closed --closed-from 2026-01-01
    """
    from realty_cli.cli.export import run_export
    from realty_cli.deals.exporting import run

    state = state_of(context)

    def write(work: Any, codec: Any, place: Any, **options: Any) -> int:
        return run(work.deals, codec, place, wanted_of(work, wanted), anonymise=anonymise, **options)

    count = run_export(state, target, write, format_=format_, fields=fields, sort=sort, force=force, excel=excel)
    if count is not None:
        state.tell_many("{n} deal written to {path}", "{n} deals written to {path}", count, path=target)
