"""`realty properties import`, `export` and `photos ...`: the commands that read and write files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from realty_cli.cli import property_insights
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
from realty_cli.cli.options import filters, numbers
from realty_cli.cli.properties import Id, Sort, Yes, wanted_of
from realty_cli.cli.state import state_of

app = property_insights.app
photos = typer.Typer(no_args_is_help=True)
app.add_typer(photos, name="photos", help="Photos of a listing: add, list, order, remove.")


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
    """Bring in listings from a file. The same file twice adds nothing; a changed row updates its listing.

    Example: realty properties import export.csv --dry-run
    """
    from realty_cli.cli.transfer import listings as kind

    import_files(
        context, "properties", kind, files, format_=format_, map_=map_, set_=set_, aliases=aliases, dry_run=dry_run,
        atomic=atomic, rejected=rejected, undo=undo,
    )  # fmt: skip


@app.command("import-comparables")
def import_comparables(
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
    """Bring in prices to compare with, from any file of listings. They become no listings of yours.

    Example: realty properties import-comparables portal.csv --dry-run
    """
    from realty_cli.cli.transfer import comparables as kind

    import_files(
        context, "properties", kind, files, format_=format_, map_=map_, set_=set_, aliases=aliases, dry_run=dry_run,
        atomic=atomic, rejected=rejected, undo=undo,
    )  # fmt: skip


@app.command("export")
@filters
def export(
    context: typer.Context,
    target: Target = "-",
    format_: FileFormat = None,
    fields: Fields = None,
    sort: Sort = None,
    words: Annotated[str | None, typer.Option("--q", help="Words to find.")] = None,
    force: Force = False,
    excel: Excel = False,
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
