"""Options of the commands that bring in and send out files, and what an import does with them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from realty_cli.cli.options import pairs_of
from realty_cli.cli.state import state_of

if TYPE_CHECKING:
    from realty_cli.cli.transfer import Kind

Files = Annotated[list[Path] | None, typer.Argument(help="csv, tsv, json, jsonl or xlsx; - for standard input.")]
Format = Annotated[str | None, typer.Option("--format", help="Format, where the name does not tell.")]
Map = Annotated[
    list[str] | None, typer.Option("--map", help="A header and the field it means, HEADER=FIELD; may be repeated.")
]
Aliases = Annotated[Path | None, typer.Option(help="Your own table of headers (TOML): field = [headers].")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would happen and change nothing.")]
Atomic = Annotated[bool, typer.Option("--atomic", help="One row rejected, and nothing is kept.")]
Rejected = Annotated[
    Path | None, typer.Option(help="Where rejected rows go; by default FILE.rejected.csv.", metavar="FILE")
]
UndoImport = Annotated[int | None, typer.Option("--undo", help="Take back the import with this number.", metavar="ID")]

Target = Annotated[str, typer.Argument(help="File to write; - for standard output.", metavar="FILE")]
FileFormat = Annotated[str | None, typer.Option("--format", help="csv, tsv, json, jsonl or xlsx.")]
Fields = Annotated[str | None, typer.Option(help="Fields to write, by commas; all of them by default.")]
Force = Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")]
Excel = Annotated[bool, typer.Option("--excel", help="csv as Excel in Russia expects it: ; and a BOM.")]


def import_files(
    context: typer.Context,
    group: str,
    kind: Callable[[], Kind],
    files: list[Path] | None,
    *,
    map_: list[str] | None,
    set_: list[str] | None,
    undo: int | None,
    **options: Any,
) -> None:
    """What every command that brings in files does: take back, or import (`transfer.run_import` has the options)."""
    from realty_cli.cli.transfer import run_import, undo_import
    from realty_cli.errors import Invalid

    state = state_of(context)
    if undo is not None:
        undo_import(state, group, undo)
        return
    if not files:
        raise Invalid.one("FILE", "import.no_file", group=group)
    run_import(
        state, kind(), files, mapping=pairs_of(map_ or [], "--map"), defaults=pairs_of(set_ or [], "--set"), **options
    )
