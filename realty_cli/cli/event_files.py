"""`realty events import`, `export` and `feeds`: calendars that come and go, and who may read ours."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from realty_cli.cli import events
from realty_cli.cli.ask import confirm
from realty_cli.cli.file_options import (
    Aliases,
    Atomic,
    DryRun,
    Excel,
    Fields,
    Files,
    Force,
    Format,
    Map,
    Rejected,
    Target,
    UndoImport,
    import_files,
)
from realty_cli.cli.state import State, state_of
from realty_cli.events.kinds import EventStatus, EventType
from realty_cli.kit.i18n import mark as _

app = events.app
feeds = typer.Typer()
app.add_typer(feeds, name="feeds", help="Secret addresses at which phones and other calendars read yours.")

Number = Annotated[int, typer.Argument(help="Number of the subscription.")]


@app.command("import")
def import_(
    context: typer.Context,
    files: Files = None,
    format_: Format = None,
    map_: Map = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="A field for every row of a table that lacks it, FIELD=VALUE: event_type=showing."),
    ] = None,
    aliases: Aliases = None,
    dry_run: DryRun = False,
    atomic: Atomic = False,
    rejected: Rejected = None,
    undo: UndoImport = None,
) -> None:
    """Bring in a calendar (.ics of any program), or a table of events. The same file twice adds nothing; a newer
    version of an event updates it. What cannot be taken is named with its line, what overlaps is taken and told.

    Example: realty events import calendar.ics --dry-run
    """
    from realty_cli.cli.transfer import events as kind

    import_files(
        context, "events", kind, files, format_=format_, map_=map_, set_=set_, aliases=aliases, dry_run=dry_run,
        atomic=atomic, rejected=rejected, undo=undo,
    )  # fmt: skip


@app.command("export")
def export(
    context: typer.Context,
    target: Target = "-",
    format_: Annotated[str | None, typer.Option("--format", help="ics, json, csv, jsonl, tsv or xlsx.")] = None,
    since: Annotated[str | None, typer.Option("--from", help="Only what ends after this.", metavar="WHEN")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Only what begins before this.", metavar="WHEN")] = None,
    kind: Annotated[list[EventType] | None, typer.Option("--type", help="Only these; may be repeated.")] = None,
    status: Annotated[list[EventStatus] | None, typer.Option(help="Only these; may be repeated.")] = None,
    listing: Annotated[int | None, typer.Option("--property", help="Only of this listing.", metavar="ID")] = None,
    client: Annotated[int | None, typer.Option(help="Only with this client.", metavar="ID")] = None,
    owner: Annotated[int | None, typer.Option(help="Somebody else's calendar (administrators).", metavar="ID")] = None,
    fields: Fields = None,
    force: Force = False,
    excel: Excel = False,
) -> None:
    """Write your events to a file that every calendar reads, or to a table. A series goes out whole.

    Example: realty events export calendar.ics --from today --to +30d
    """
    from realty_cli.cli.export import run_export
    from realty_cli.events.exporting import run
    from realty_cli.events.file_rows import Wanted
    from realty_cli.events.ics.codec import codec_of

    state = state_of(context)

    def write(work: Any, codec: Any, place: Any, *, sort: str | None, **options: Any) -> int:
        wanted = Wanted(
            _moment(work, since, "--from"), _moment(work, until, "--to"), owner or work.actor.id,
            tuple(kind or ()), tuple(status or ()), listing, client,
        )  # fmt: skip
        return run(work.db, work.actor, codec, place, wanted, **options)

    count = run_export(
        state, target, write, format_=format_, fields=fields, sort=None, force=force, excel=excel, codec_of=codec_of,
        default="ics",
    )  # fmt: skip
    if count is not None:
        state.tell_many("{n} event written to {path}", "{n} events written to {path}", count, path=target)


def _moment(work: Any, text: str | None, flag: str) -> str | None:
    from zoneinfo import ZoneInfo

    from realty_cli.kit.clock import stamp
    from realty_cli.kit.moment import parse_moment

    if text is None:
        return None
    return stamp(parse_moment(text, now=work.clock.now(), zone=ZoneInfo(work.actor.timezone), field=flag))


@feeds.command("add")
def add_feed(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Whom it is for: phone, wife, office.")],
    busy: Annotated[bool, typer.Option("--busy", help="Tell when, and nothing more.")] = False,
    kind: Annotated[list[EventType] | None, typer.Option("--type", help="Only these; may be repeated.")] = None,
) -> None:
    """Make an address that a phone or another calendar subscribes to. It is shown once, here.

    Example: realty events feeds add phone
    """
    from realty_cli.events.schemas.feed import CalendarFeedCreate
    from realty_cli.kit.schema import validate

    state = state_of(context)
    data = {"name": name, "detail": "busy" if busy else "full", "event_types": list(kind or ())}
    with state.write("events feeds add") as work:
        body = work.feeds.create(validate(CalendarFeedCreate, data, typed=True))
    _show_made(state, body)


@feeds.command("list")
def list_feeds(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="Most to show.")] = 20,
    offset: Annotated[int, typer.Option(min=0, help="How many to pass over.")] = 0,
) -> None:
    """Your subscriptions, without their addresses.

    Example: realty events feeds list
    """
    from realty_cli.auth.paging import PageQuery
    from realty_cli.cli.listing_view import moment
    from realty_cli.cli.output import emit

    state = state_of(context)
    with state.read() as work:
        body = work.feeds.page(PageQuery(limit=limit, offset=offset))

    def at(name: str) -> Any:
        return lambda row: moment(state, row[name]) if row[name] else ""

    def plain(name: str) -> Any:
        return lambda row: ", ".join(row[name]) if isinstance(row[name], list) else str(row[name] or "")

    columns = [
        (_("ID"), plain("id"), plain("id")), (_("Name"), plain("name"), plain("name")),
        (_("Tells"), plain("detail"), plain("detail")), (_("Types"), plain("event_types"), plain("event_types")),
        (_("Made"), at("created_at"), plain("created_at")),
        (_("Last read"), at("last_read_at"), plain("last_read_at")),
    ]  # fmt: skip
    emit(state, body, columns, body["items"])


@feeds.command("rotate")
def rotate_feed(context: typer.Context, number: Number) -> None:
    """Give a subscription a new address; the old one is unknown at once.

    Example: realty events feeds rotate 3
    """
    state = state_of(context)
    with state.write(f"events feeds rotate {number}") as work:
        body = work.feeds.rotate(number)
    _show_made(state, body)


@feeds.command("revoke")
def revoke_feed(
    context: typer.Context,
    number: Number,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """End a subscription: its address is unknown at once.

    Example: realty events feeds revoke 3 --yes
    """
    state = state_of(context)
    confirm(state, yes, "End subscription {id}? Whoever reads it sees nothing new any more.", id=number)
    with state.write(f"events feeds revoke {number}") as work:
        work.feeds.revoke(number)
    state.tell("Nobody reads subscription {id} any longer.", id=number)


def _show_made(state: State, body: dict[str, Any]) -> None:
    from realty_cli.cli.output import emit_json, write_line

    if state.format in ("json", "jsonl"):
        emit_json(body)
        return
    write_line(body["path"])
    state.tell(
        "Put the address of your server (realty serve) before it, or webcal:// and its name. Whoever has it reads your"
        " calendar. Google cannot read a server that the internet does not see; calendars on this machine can."
    )
