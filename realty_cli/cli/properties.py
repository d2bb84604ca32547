"""`realty properties ...`: one short function a command; the rules are the service's."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from realty_cli.cli import complete
from realty_cli.cli.options import FIELDS, check_page, filters, listing_fields, numbers, pairs_of, read_values
from realty_cli.cli.state import State, state_of
from realty_cli.properties.kinds import Status

app = typer.Typer()


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


def wanted_of(state: State, work: Any, typed: dict[str, Any], text: str | None = None) -> Any:
    from realty_cli.properties.plain_filter import plain_filter

    if not typed:
        # Nothing to check, so the validator of fifty fields need not be built: a third of a plain `list`.
        if not text:
            return plain_filter()
        if text.isprintable() and len(text) <= 1_000:
            return plain_filter(q=text.strip())
    return _checked(work, typed, text)


def _checked(work: Any, typed: dict[str, Any], text: str | None) -> Any:
    from realty_cli.cli.options import FILTERS
    from realty_cli.kit.schema import validate
    from realty_cli.properties.schemas.filters import PropertyFilter

    values = read_values(FILTERS, typed, work.actor.timezone, work.clock.now())
    if text:
        values["q"] = text
    return validate(PropertyFilter, values, zone=work.actor.timezone, typed=True)


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
    from realty_cli.properties.titles import build_title

    state = state_of(context)
    typed = complete(state, with_text(values), status)
    with state.write("properties add") as work:
        data = read_values(FIELDS, typed, work.actor.timezone, work.clock.now())
        if status is not None:
            data["status"] = status
        untitled = not data.get("title")
        if untitled:
            data["title"] = "…"
        model = validate(PropertyCreate, data, zone=work.actor.timezone, typed=True)
        if untitled:
            # Made of values that have been read, not of what was typed: "2" is no number of rooms yet.
            model.title = build_title({**model.__dict__, "title": None}, work.actor.language)
        listing = work.properties.create(model)
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
    check_page(limit, offset)
    with state.read() as work:
        body = work.properties.page(
            wanted_of(state, work, wanted), sort=sort, limit=limit, offset=offset, cursor=cursor, total=total
        )
    page(state, body)


@app.command("search")
@filters
def search(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(help="Words, a phone or its part, a number.", show_default=False)],
    sort: Sort = None,
    limit: Annotated[int, typer.Option("--limit", "-n", help="Listings a page, 1 to 100.")] = 20,
    offset: Annotated[int, typer.Option(help="Listings to skip.")] = 0,
    cursor: Annotated[str | None, typer.Option(help="Go on where a page ended (next_cursor).")] = None,
    facets: Annotated[bool, typer.Option("--facets", help="Count what was found by type, rooms, place.")] = False,
    wanted: dict[str, Any] = {},  # noqa: B006
) -> None:
    """Find listings by words in any form, by phone in any notation, by number; filters narrow it.

    Example: realty properties search квартиры у метро --price-max 15m
    """
    from realty_cli.cli.listing_view import facet_tables, page

    state = state_of(context)
    check_page(limit, offset)
    with state.read() as work:
        filter_ = wanted_of(state, work, wanted, " ".join(words))
        body = work.properties.page(filter_, sort=sort, limit=limit, offset=offset, cursor=cursor)
        if facets:
            body["facets"] = work.properties.facets(filter_)
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
        change = validate(PropertyUpdate, data, zone=work.actor.timezone, typed=True)
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
            listing, validate(StatusChange, data, zone=work.actor.timezone, typed=True), expected_version=if_version
        )
    one(state, body)


@app.command("delete")
def delete(context: typer.Context, listings: Ids, yes: Yes = False, if_version: Version = None) -> None:
    """Move listings to the bin; restore brings them back.

    Example: realty properties delete 5 7
    """
    from realty_cli.cli.ask import confirm

    state = state_of(context)
    confirm(state, yes, "Move to the bin: {ids}?", ids=numbers(listings))
    with state.write("properties delete") as work:
        for number in dict.fromkeys(listings):
            work.properties.delete(number, expected_version=if_version)
    state.tell("In the bin: {ids}. Back with: realty properties restore", ids=numbers(listings))


@app.command("restore")
def restore(context: typer.Context, listings: Ids) -> None:
    """Bring listings back from the bin.

    Example: realty properties restore 5
    """
    state = state_of(context)
    with state.write("properties restore") as work:
        for number in dict.fromkeys(listings):
            work.properties.restore(number)
    state.tell("Back on the list: {ids}", ids=numbers(listings))


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
        confirm(state, yes, "Remove {ids} for good?", ids=numbers(listings))
    else:
        confirm(state, yes, "Remove for good all that has been in the bin for {days} days or more?", days=days)
    with state.write("properties purge") as work:
        now = work.clock.now()
        before = None if listings else stamp(now - timedelta(days=days))
        gone = work.properties.purge(listings or None, older_than=before)
        if before is not None:
            work.photos.forget_loose(before)
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
                "filter": _checked(work, wanted, words),
                "update": values,
                "status": status_to,
                "reason": reason,
                "price_change_percent": price_change,
                "add_tags": add_tag or [],
                "remove_tags": remove_tag or [],
                "delete": delete,
                "dry_run": try_only,
            }
            change = validate(PropertyBulkUpdate, body, zone=work.actor.timezone, typed=True)
            answer: dict[str, Any] = work.properties.bulk(change)
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
