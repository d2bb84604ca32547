"""`realty properties ...`: one short function a command; the rules are the service's."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from realty_cli.cli import complete
from realty_cli.cli.options import FIELDS, filters, listing_fields, pairs_of, read_values
from realty_cli.cli.state import State, state_of
from realty_cli.properties.kinds import Status

app = typer.Typer()
photos = typer.Typer(no_args_is_help=True)
app.add_typer(photos, name="photos", help="Photos of a listing: add, list, order, remove.")

Ids = Annotated[
    list[int],
    typer.Argument(
        help="Number of the listing; several may be given.", show_default=False, autocompletion=complete.listings
    ),
]
Id = Annotated[int, typer.Argument(help="Number of the listing.", show_default=False, autocompletion=complete.listings)]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would happen and change nothing.")]
Sort = Annotated[
    str | None, typer.Option(help="Keys with - for descending: -price,title. Default: newest first.", metavar="KEYS")
]
Version = Annotated[
    int | None, typer.Option("--if-version", help="Only if the listing still has this version.", metavar="N")
]


def _wanted(state: State, work: Any, typed: dict[str, Any], text: str | None = None) -> Any:
    from realty_cli.cli.options import FILTERS
    from realty_cli.kit.schema import validate
    from realty_cli.properties.schemas.filters import PropertyFilter

    values = read_values(FILTERS, typed, work.actor.timezone, work.clock.now())
    if text:
        values["q"] = text
    if not values:
        # Nothing to check, so the validator of fifty fields need not be built: a fifth of a plain `list`.
        return PropertyFilter.model_construct()
    return validate(PropertyFilter, values, zone=work.actor.timezone)


@app.command("add")
@listing_fields
def add(
    context: typer.Context,
    status: Annotated[Status | None, typer.Option(help="Status; active where left out.")] = None,
    values: dict[str, Any] = {},  # noqa: B006 - replaced by the decorator
) -> None:
    """Enter a listing. What is needed and not given is asked for on a terminal.

    Example: realty properties add --type apartment --deal sale --price 12.5m --rooms 2 --area 54 --city Москва
    """
    from realty_cli.cli.listing_form import complete, with_text
    from realty_cli.cli.listing_view import one
    from realty_cli.kit.schema import validate
    from realty_cli.properties.schemas.listing import PropertyCreate

    state = state_of(context)
    typed = complete(state, with_text(values), status)
    with state.write("properties add") as work:
        data = read_values(FIELDS, typed, work.actor.timezone, work.clock.now())
        if status is not None:
            data["status"] = status
        if not data.get("title"):
            from realty_cli.properties.titles import build_title

            data["title"] = build_title(data, work.actor.language)
        listing = work.properties.create(validate(PropertyCreate, data, zone=work.actor.timezone))
    one(state, listing)
    state.tell("Listing {id} is entered.", id=listing["id"])


@app.command("list")
@filters
def list_(
    context: typer.Context,
    sort: Sort = None,
    limit: Annotated[int, typer.Option("--limit", "-n", help="Listings a page, 1 to 100.")] = 20,
    offset: Annotated[int, typer.Option(help="Listings to skip.")] = 0,
    cursor: Annotated[str | None, typer.Option(help="Go on where a page ended (next_cursor).")] = None,
    total: Annotated[bool, typer.Option("--total/--no-total", help="Count all that match.")] = True,
    wanted: dict[str, Any] = {},  # noqa: B006
) -> None:
    """List listings, newest first.

    Example: realty properties list --deal sale --price-max 15m --rooms 2 --rooms 3 --city Москва
    """
    from realty_cli.cli.listing_view import page

    state = state_of(context)
    _check_page(limit, offset)
    with state.read() as work:
        body = work.properties.page(
            _wanted(state, work, wanted), sort=sort, limit=limit, offset=offset, cursor=cursor, total=total
        )
    page(state, body)


def _check_page(limit: int, offset: int) -> None:
    from realty_cli.errors import Invalid

    if not 1 <= limit <= 100:
        raise Invalid.one("--limit", "page.limit", value=limit)
    if not 0 <= offset <= 10_000_000:
        raise Invalid.one("--offset", "page.offset", value=offset)


@app.command("search")
@filters
def search(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(help="Words, a phone or its part, a number.", show_default=False)],
    sort: Sort = None,
    limit: Annotated[int, typer.Option("--limit", "-n", help="Listings a page, 1 to 100.")] = 20,
    offset: Annotated[int, typer.Option(help="Listings to skip.")] = 0,
    facets: Annotated[bool, typer.Option("--facets", help="Count what was found by type, rooms, place.")] = False,
    wanted: dict[str, Any] = {},  # noqa: B006
) -> None:
    """Find listings by words in any form, by phone in any notation, by number; filters narrow it.

    Example: realty properties search квартиры у метро --price-max 15m
    """
    from realty_cli.cli.listing_view import facet_tables, page
    from realty_cli.properties.schemas.filters import PropertySearchRequest

    state = state_of(context)
    _check_page(limit, offset)
    with state.read() as work:
        filter_ = _wanted(state, work, wanted, " ".join(words))
        request = PropertySearchRequest.model_construct(
            text="", filters=filter_, sort=sort, facets=facets, limit=limit, offset=offset, cursor=None
        )
        body = work.properties.search(request)
    if not facets:
        body.pop("facets")
    page(state, body)
    if facets and state.format == "table":
        facet_tables(state, body["facets"])


@app.command("show")
def show(context: typer.Context, listing: Id) -> None:
    """Show one listing whole.

    Example: realty properties show 5
    """
    from realty_cli.cli.listing_view import one

    state = state_of(context)
    with state.read() as work:
        found = work.properties.get(listing, deleted=None)
    one(state, found)


@app.command("edit")
@listing_fields
def edit(
    context: typer.Context,
    listing: Id,
    clear: Annotated[list[str] | None, typer.Option(help="Empty this field; may be repeated.", metavar="FIELD")] = None,
    effective: Annotated[
        str | None, typer.Option(help="When a new price began to hold, if not now.", metavar="WHEN")
    ] = None,
    if_version: Version = None,
    values: dict[str, Any] = {},  # noqa: B006
) -> None:
    """Change fields of a listing, its price among them; history keeps the old price.

    Example: realty properties edit 5 --price 11.9m --effective 2024-03-01
    """
    from realty_cli.cli.listing_form import moment_of, with_text
    from realty_cli.cli.listing_view import one
    from realty_cli.errors import Invalid
    from realty_cli.kit.schema import validate
    from realty_cli.properties.schemas.listing import PropertyUpdate

    state = state_of(context)
    typed = with_text(values)
    if not typed and not clear:
        raise Invalid.one("options", "edit.nothing")
    with state.write("properties edit") as work:
        data = read_values(FIELDS, typed, work.actor.timezone, work.clock.now())
        if attributes := data.get("attributes"):
            # Named attributes are laid over the others; an empty value takes one away.
            old = work.properties.get(listing)["attributes"]
            data["attributes"] = {name: value for name, value in {**old, **attributes}.items() if value}
        data |= dict.fromkeys(clear or ())
        change = validate(PropertyUpdate, data, zone=work.actor.timezone)
        body = work.properties.update(
            listing, change, expected_version=if_version, effective_at=moment_of(work, effective, "--effective")
        )
    one(state, body)


@app.command("status")
def status(
    context: typer.Context,
    listing: Id,
    to: Annotated[Status, typer.Argument(help="New status.", show_default=False)],
    reason: Annotated[str | None, typer.Option(help="Why, for the history.")] = None,
    final_price: Annotated[str | None, typer.Option(help="Price of the deal, if not the asking price.")] = None,
    on: Annotated[str | None, typer.Option("--on", help="When it happened, if not now.", metavar="WHEN")] = None,
    if_version: Version = None,
) -> None:
    """Move a listing to another status; history keeps when and why.

    Example: realty properties status 5 sold --final-price 11.5m --on 2024-05-20
    """
    from realty_cli.cli.listing_form import moment_of
    from realty_cli.cli.listing_view import one
    from realty_cli.cli.options import amount
    from realty_cli.kit.schema import validate
    from realty_cli.properties.schemas.listing import StatusChange

    state = state_of(context)
    with state.write("properties status") as work:
        data: dict[str, Any] = {"status": to, "reason": reason}
        if final_price is not None:
            data["final_price"] = amount(final_price, "--final-price")
        data["effective_at"] = moment_of(work, on, "--on")
        body = work.properties.change_status(
            listing, validate(StatusChange, data, zone=work.actor.timezone), expected_version=if_version
        )
    one(state, body)


@app.command("delete")
def delete(context: typer.Context, listings: Ids, yes: Yes = False, if_version: Version = None) -> None:
    """Move listings to the bin; restore brings them back.

    Example: realty properties delete 5 7
    """
    from realty_cli.cli.ask import confirm

    state = state_of(context)
    confirm(state, yes, "Move {count} listings to the bin ({ids})?", count=len(listings), ids=_named(listings))
    with state.write("properties delete") as work:
        for number in dict.fromkeys(listings):
            work.properties.delete(number, expected_version=if_version)
    state.tell("In the bin: {ids}. Back with: realty properties restore", ids=_named(listings))


@app.command("restore")
def restore(context: typer.Context, listings: Ids) -> None:
    """Bring listings back from the bin.

    Example: realty properties restore 5
    """
    state = state_of(context)
    with state.write("properties restore") as work:
        for number in dict.fromkeys(listings):
            work.properties.restore(number)
    state.tell("Back on the list: {ids}", ids=_named(listings))


@app.command("purge")
def purge(
    context: typer.Context,
    listings: Annotated[
        list[int] | None, typer.Argument(help="Listings in the bin; without any, all that are old enough.")
    ] = None,
    older_than: Annotated[int | None, typer.Option(help="Days in the bin; by default the setting bin_days.")] = None,
    yes: Yes = False,
) -> None:
    """Remove listings in the bin for good, with photos and history. This cannot be undone.

    Example: realty properties purge --older-than 30 --yes
    """
    from datetime import timedelta

    from realty_cli.cli.ask import confirm
    from realty_cli.cli.output import emit_json
    from realty_cli.errors import Invalid
    from realty_cli.kit.clock import stamp

    state = state_of(context)
    days = state.realty.settings.bin_days if older_than is None else older_than
    if days < 0:
        raise Invalid.one("--older-than", "purge.days", value=days)
    if listings:
        confirm(state, yes, "Remove {ids} for good?", ids=_named(listings))
    else:
        confirm(state, yes, "Remove for good all that has been in the bin for {days} days or more?", days=days)
    with state.write("properties purge") as work:
        now = work.clock.now()
        before = None if listings else stamp(now - timedelta(days=days))
        gone = work.properties.purge(listings or None, older_than=before)
    with state.read() as work:
        work.photos.sweep(work.clock.now())
    if state.format in ("json", "jsonl"):
        emit_json({"purged": gone})
    state.tell_many("{n} listing is gone for good.", "{n} listings are gone for good.", len(gone))


@app.command("bulk")
@filters
def bulk(
    context: typer.Context,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="Field and its new value, FIELD=VALUE; may be repeated.")
    ] = None,
    status_to: Annotated[Status | None, typer.Option("--status-to", help="New status.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why, for the history.")] = None,
    price_change: Annotated[
        float | None, typer.Option(help="Change prices by so many per cent, -3 to lower them.", metavar="PERCENT")
    ] = None,
    add_tag: Annotated[list[str] | None, typer.Option(help="Tag to add.")] = None,
    remove_tag: Annotated[list[str] | None, typer.Option(help="Tag to take off.")] = None,
    delete: Annotated[bool, typer.Option("--delete", help="Move to the bin.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Without a filter: all listings.")] = False,
    words: Annotated[str | None, typer.Option("--q", help="Words to find.")] = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    wanted: dict[str, Any] = {},  # noqa: B006
) -> None:
    """Change many listings at once, all or none.

    Example: realty properties bulk --status active --city Казань --price-change -3 --dry-run
    """
    from realty_cli.cli.ask import confirm
    from realty_cli.cli.output import emit_json
    from realty_cli.errors import Invalid
    from realty_cli.kit.schema import validate
    from realty_cli.properties.schemas.transfer import PropertyBulkUpdate

    state = state_of(context)
    if not wanted and not words and not everything:
        raise Invalid.one("options", "bulk.no_filter")
    update = pairs_of(set_ or [], "--set")
    if not (update or status_to or price_change is not None or add_tag or remove_tag or delete):
        raise Invalid.one("options", "bulk.no_change")

    def run(try_only: bool) -> dict[str, Any]:
        with state.write("properties bulk", dry_run=try_only) as work:
            from realty_cli.cli.listing_form import bulk_values

            values = bulk_values(update, work.actor.timezone, work.clock.now())
            body = {
                "filter": _wanted(state, work, wanted, words),
                "update": values,
                "status": status_to,
                "reason": reason,
                "price_change_percent": price_change,
                "add_tags": add_tag or [],
                "remove_tags": remove_tag or [],
                "delete": delete,
                "dry_run": try_only,
            }
            answer: dict[str, Any] = work.properties.bulk(validate(PropertyBulkUpdate, body, zone=work.actor.timezone))
            return answer

    plan = run(True)
    if not dry_run and plan["changed"]:
        confirm(state, yes, "Change {changed} of {matched} listings?", **plan)
        plan = run(False)
    if state.format in ("json", "jsonl"):
        emit_json(plan)
    if dry_run:
        state.tell("Would change {changed} of {matched} listings.", **plan)
    else:
        state.tell("Changed {changed} of {matched} listings. Take it back with: realty undo", **plan)


@app.command("stats")
@filters
def stats(context: typer.Context, wanted: dict[str, Any] = {}) -> None:  # noqa: B006
    """Counts and prices of listings.

    Example: realty properties stats --city Москва
    """
    from realty_cli.cli.listing_view import statistics

    state = state_of(context)
    with state.read() as work:
        body = work.properties.statistics(_wanted(state, work, wanted))
    statistics(state, body)


@app.command("history")
def history(context: typer.Context, listing: Id) -> None:
    """Price and status of a listing from its beginning.

    Example: realty properties history 5
    """
    from realty_cli.cli.listing_view import history_table

    state = state_of(context)
    with state.read() as work:
        body = work.properties.history(listing)
        currency = work.properties.get(listing, deleted=None)["currency"]
    history_table(state, body, currency)


@app.command("analyze")
def analyze(
    context: typer.Context,
    source: Annotated[
        str, typer.Argument(help="Number of a listing, a text file, or - for standard input.", show_default=False)
    ],
) -> None:
    """Read a listing's text: facts in it, contradictions with the record, what is missing, a better wording.

    Example: realty properties analyze 5
    """
    from realty_cli.cli.analysis_view import show_analysis
    from realty_cli.cli.listing_form import read_text

    state = state_of(context)
    with state.read() as work:
        if source.isdigit():
            body = work.descriptions.analyze(listing=int(source), language=state.language)
        else:
            body = work.descriptions.analyze(description=read_text(source), language=state.language)
    show_analysis(state, body)


@app.command("duplicates")
@filters
def duplicates(
    context: typer.Context,
    different: Annotated[
        tuple[int, int] | None, typer.Option("--different", help="Mark two listings as not the same thing.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", help="Most pairs to show.")] = 50,
    wanted: dict[str, Any] = {},  # noqa: B006
) -> None:
    """Listings that may be the same property, with the reasons. Nothing is merged.

    Example: realty properties duplicates --city Москва
    """
    from realty_cli.cli.listing_view import duplicate_table
    from realty_cli.errors import Invalid

    state = state_of(context)
    if different is not None:
        with state.write("properties duplicates --different") as work:
            work.duplicates.mark_different(*different)
        state.tell("Listings {first} and {second} will not be proposed again.", first=different[0], second=different[1])
        return
    if not 1 <= limit <= 20_000:
        raise Invalid.one("--limit", "duplicate.limit", value=limit)
    with state.read() as work:
        body = work.duplicates.propose(_wanted(state, work, wanted), limit=limit, language=state.language)
    duplicate_table(state, body)


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
    from realty_cli.cli.transfer import run_import, undo_import
    from realty_cli.errors import Invalid

    state = state_of(context)
    if undo is not None:
        undo_import(state, undo)
        return
    if not files:
        raise Invalid.one("FILE", "import.no_file")
    run_import(
        state,
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
    wanted: dict[str, Any] = {},  # noqa: B006
) -> None:
    """Write listings to a file, all or those that a filter names.

    Example: realty properties export moscow.xlsx --city Москва --status active
    """
    from realty_cli.cli.transfer import run_export

    state = state_of(context)
    run_export(
        state,
        target,
        lambda work: _wanted(state, work, wanted, words),
        format_=format_,
        fields=fields,
        sort=sort,
        force=force,
        excel=excel,
    )


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
    confirm(state, yes, "Take {count} photos off listing {id}?", count=len(photos), id=listing)
    with state.write("properties photos remove") as work:
        for photo in photos:
            work.photos.remove(listing, photo)
    state.tell("Gone: {ids}. Back with: realty undo", ids=_named(photos))


def _named(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:10]))
    return shown + (f" … ({len(numbers)})" if len(numbers) > 10 else "")
