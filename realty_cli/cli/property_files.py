"""`realty properties import`, `export` and `photos ...`: the commands that read and write files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from realty_cli.cli import property_insights
from realty_cli.cli.options import filters, numbers, pairs_of
from realty_cli.cli.properties import DryRun, Id, Sort, Yes, wanted_of
from realty_cli.cli.state import state_of

app = property_insights.app
photos = typer.Typer(no_args_is_help=True)
app.add_typer(photos, name="photos", help="Photos of a listing: add, list, order, remove.")


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
        typer.Option("--set", help="A field for every row that lacks it, FIELD=VALUE: deal_type=rent."),
    ] = None,
    aliases: Annotated[Path | None, typer.Option(help="Your own table of headers (TOML): field = [headers].")] = None,
    dry_run: DryRun = False,
    atomic: Annotated[bool, typer.Option("--atomic", help="One row rejected, and nothing is kept.")] = False,
    rejected: Annotated[
        Path | None, typer.Option(help="Where rejected rows go; by default FILE.rejected.csv.", metavar="FILE")
    ] = None,
    undo: Annotated[
        int | None, typer.Option("--undo", help="Take back the import with this number.", metavar="ID")
    ] = None,
) -> None:
    """Bring in listings from a file. The same file twice adds nothing; a changed row updates its listing.

    Example: realty properties import export.csv --dry-run
    """
    from realty_cli.cli.transfer import listings, run_import, undo_import
    from realty_cli.errors import Invalid

    state = state_of(context)
    if undo is not None:
        undo_import(state, "properties", undo)
        return
    if not files:
        raise Invalid.one("FILE", "import.no_file", group="properties")
    run_import(
        state,
        listings(),
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
@filters
def export(
    context: typer.Context,
    target: Annotated[str, typer.Argument(help="File to write; - for standard output.", metavar="FILE")] = "-",
    format_: Annotated[str | None, typer.Option("--format", help="csv, tsv, json, jsonl or xlsx.")] = None,
    fields: Annotated[str | None, typer.Option(help="Fields to write, by commas; all of them by default.")] = None,
    sort: Sort = None,
    words: Annotated[str | None, typer.Option("--q", help="Words to find.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
    excel: Annotated[bool, typer.Option("--excel", help="csv as Excel in Russia expects it: ; and a BOM.")] = False,
    anonymise: Annotated[bool, typer.Option("--anonymise", help="Hide names, phones and addresses of people.")] = False,
    wanted: dict[str, Any] = {},  # noqa: B006
) -> None:
    """Write listings to a file, all or those that a filter names.

    Example: realty properties export moscow.xlsx --city Москва --status active
    """
    from realty_cli.cli.export import run_export
    from realty_cli.properties.export_run import run

    state = state_of(context)

    def write(work: Any, codec: Any, place: Any, **options: Any) -> int:
        filter_ = wanted_of(state, work, wanted, words)
        return run(work.properties, codec, place, filter_, anonymise=anonymise, **options)

    count = run_export(state, target, write, format_=format_, fields=fields, sort=sort, force=force, excel=excel)
    if count is not None:
        state.tell_many("{n} listing written to {path}", "{n} listings written to {path}", count, path=target)


@photos.command("add")
def photos_add(
    context: typer.Context,
    listing: Id,
    files: Annotated[list[Path], typer.Argument(help="JPEG, PNG or WebP.", show_default=False)],
) -> None:
    """Add photos to a listing. Their place and camera are removed; the first one is the cover.

    Example: realty properties photos add 5 kitchen.jpg room.jpg
    """
    from realty_cli.cli.listing_form import read_photo
    from realty_cli.cli.listing_view import photo_table
    from realty_cli.properties.photos import take_in

    state = state_of(context)
    settings = state.realty.settings
    with state.read() as work:
        work.photos.of(listing)
    pictures = [take_in(read_photo(path, settings.photo_max_mb), settings) for path in files]
    with state.write("properties photos add") as work:
        added = [work.photos.add(listing, picture) for picture in pictures]
    photo_table(state, added)


@photos.command("list")
def photos_list(context: typer.Context, listing: Id) -> None:
    """List the photos of a listing and where their files are.

    Example: realty properties photos list 5
    """
    from realty_cli.cli.listing_view import photo_table

    state = state_of(context)
    with state.read() as work:
        found = work.photos.of(listing)
        paths = {photo["id"]: str(work.photos.file(photo["id"])) for photo in found}
    photo_table(state, found, paths)


@photos.command("order")
def photos_order(
    context: typer.Context,
    listing: Id,
    order: Annotated[list[int], typer.Argument(help="All photos, the cover first.", show_default=False)],
) -> None:
    """Put photos in order; the first becomes the cover.

    Example: realty properties photos order 5 12 10 11
    """
    from realty_cli.cli.listing_view import photo_table

    state = state_of(context)
    with state.write("properties photos order") as work:
        found = work.photos.reorder(listing, order)
    photo_table(state, found)


@photos.command("remove")
def photos_remove(
    context: typer.Context,
    listing: Id,
    photos: Annotated[list[int], typer.Argument(help="Number of the photo.", show_default=False)],
    yes: Yes = False,
) -> None:
    """Take photos off a listing.

    Example: realty properties photos remove 5 12 --yes
    """
    from realty_cli.cli.ask import confirm

    state = state_of(context)
    confirm(state, yes, "Take off listing {id} the photos {ids}?", id=listing, ids=numbers(photos))
    with state.write("properties photos remove") as work:
        for photo in photos:
            work.photos.remove(listing, photo)
    state.tell("Gone: {ids}. Back with: realty undo", ids=numbers(photos))
