"""`realty clients import` and `export`: files of clients."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from realty_cli.cli import client_personal
from realty_cli.cli.client_options import client_filters
from realty_cli.cli.clients import Sort, wanted_of
from realty_cli.cli.options import pairs_of
from realty_cli.cli.state import state_of

app = client_personal.app


@app.command("import")
def import_(
    context: typer.Context,
    files: Annotated[
        list[Path] | None, typer.Argument(help="csv, tsv, json, jsonl or xlsx; - for standard input.")
    ] = None,
    format_: Annotated[str | None, typer.Option("--format", help="Format, where the name does not tell.")] = None,
    map_: Annotated[
        list[str] | None, typer.Option("--map", help="A header and the field it means, HEADER=FIELD; may be repeated.")
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="A field for every row that lacks it, FIELD=VALUE: source=expo."),
    ] = None,
    aliases: Annotated[Path | None, typer.Option(help="Your own table of headers (TOML): field = [headers].")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would happen and change nothing.")] = False,
    atomic: Annotated[bool, typer.Option("--atomic", help="One row rejected, and nothing is kept.")] = False,
    rejected: Annotated[
        Path | None, typer.Option(help="Where rejected rows go; by default FILE.rejected.csv.", metavar="FILE")
    ] = None,
    undo: Annotated[
        int | None, typer.Option("--undo", help="Take back the import with this number.", metavar="ID")
    ] = None,
) -> None:
    """Bring in clients from a file: names, phones, budgets, whatever columns there are. The same file twice adds
    nothing; a changed row updates its client.

    Example: realty clients import clients.csv --dry-run
    """
    from realty_cli.cli.transfer import clients, run_import, undo_import
    from realty_cli.errors import Invalid

    state = state_of(context)
    if undo is not None:
        undo_import(state, "clients", undo)
        return
    if not files:
        raise Invalid.one("FILE", "import.no_file", group="clients")
    run_import(
        state,
        clients(),
        files,
        format_=format_,
        mapping=pairs_of(map_ or [], "--map"),
        defaults=pairs_of(set_ or [], "--set"),
        aliases=aliases,
        dry_run=dry_run,
        atomic=atomic,
        rejected=rejected,
    )


@app.command("export")
@client_filters
def export(
    context: typer.Context,
    target: Annotated[str, typer.Argument(help="File to write; - for standard output.", metavar="FILE")] = "-",
    format_: Annotated[str | None, typer.Option("--format", help="csv, tsv, json, jsonl or xlsx.")] = None,
    fields: Annotated[str | None, typer.Option(help="Fields to write, by commas; all of them by default.")] = None,
    sort: Sort = None,
    words: Annotated[str | None, typer.Option("--q", help="Words to find.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
    excel: Annotated[bool, typer.Option("--excel", help="csv as Excel in Russia expects it: ; and a BOM.")] = False,
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
