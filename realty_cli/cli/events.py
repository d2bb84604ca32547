"""`realty events ...`: one short function a command; the rules are the service's."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from realty_cli.cli import complete
from realty_cli.cli.event_options import FILTERS, event_fields, event_filters
from realty_cli.cli.options import check_page, numbers, read_values
from realty_cli.cli.state import State, state_of
from realty_cli.events.kinds import CancelledBy, EventOutcome, EventStatus, SeriesScope

app = typer.Typer()

Ids = Annotated[
    list[int],
    typer.Argument(
        help="Number of the event; several may be given.", show_default=False, autocompletion=complete.events
    ),
]
Id = Annotated[int, typer.Argument(help="Number of the event.", show_default=False, autocompletion=complete.events)]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Version = Annotated[int | None, typer.Option("--if-version", help="Only if it still has this version.", metavar="N")]
Instance = Annotated[
    str | None,
    typer.Option("--on", help="Which one of a series: the start that its rule gives it.", metavar="WHEN"),
]
ScopeOf = Annotated[
    SeriesScope | None, typer.Option("--scope", help="Of a series: this one, this and those that follow, or all.")
]


@app.command("add")
@event_fields
def add(
    context: typer.Context,
    when: Annotated[
        str,
        typer.Argument(help="When: a day and time, its length or end after it: 'fri 10:00 +1h'.", show_default=False),
    ],
    until: Annotated[str | None, typer.Option("--until", help="When it ends.", metavar="WHEN")] = None,
    values: dict[str, Any] = {},  # noqa: B006 - replaced by the decorator
) -> None:
    """Enter an event. Without an end it takes what its kind usually does; a day without a time is a whole day.

    Example: realty events add "завтра 15:30" --type showing --property 5 --client 11
    """
    from realty_cli.cli.event_form import entry
    from realty_cli.cli.event_view import one
    from realty_cli.events.schemas.event import EventCreate
    from realty_cli.kit.schema import validate

    state = state_of(context)
    with state.write("events add") as work:
        data = entry(state, work, when, until, values)
        event = work.events.said_in(state.language).create(
            validate(EventCreate, data, zone=work.actor.timezone, typed=True)
        )
    one(state, event)
    state.tell("Event {id} is entered.", id=event["id"])


@app.command("list")
@event_filters
def list_(
    context: typer.Context,
    month: Annotated[
        str | None, typer.Option("--month", help="A calendar of the month: 2026-03, today.", metavar="MONTH")
    ] = None,
    sort: Annotated[
        str | None,
        typer.Option(help="Keys with - for descending: -start_time,status. Default: by start.", metavar="KEYS"),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", help="Events a page, 1 to 100.")] = 20,
    offset: Annotated[int, typer.Option(help="Events to skip.")] = 0,
    cursor: Annotated[str | None, typer.Option(help="Go on where a page ended (next_cursor).")] = None,
    total: Annotated[bool, typer.Option("--total/--no-total", help="Count all that match.")] = True,
    wanted: dict[str, Any] = {},  # noqa: B006
) -> None:
    """List events by their start, each of a series by itself.

    Example: realty events list --from today --to +7d --type showing
    """
    from realty_cli.cli import event_view

    state = state_of(context)
    check_page(limit, offset)
    if month is not None:
        from realty_cli.cli.event_form import month_of

        with state.read() as work:
            first, after, before = month_of(work, month)
        _reach(state, after, before)
        with state.read() as work:
            body = work.events.between(after, before)
        event_view.month(state, body, first)
        return
    with state.read() as work:
        chosen = wanted_of(work, wanted)
        short = work.events.short(chosen)
    if short:
        _expand(state, chosen)
    with state.read() as work:
        body = work.events.page(chosen, sort=sort, limit=limit, offset=offset, cursor=cursor, total=total)
        zone = work.actor.timezone
    event_view.page(state, body, zone)


def _reach(state: State, after: str, before: str) -> None:
    """Lay series as far as a window goes, where they are not yet."""
    from realty_cli.kit.plain_filter import PlainFilter

    window: Any = PlainFilter({"start_from": after, "start_to": before})
    with state.read() as work:
        short = work.events.short(window)
    if short:
        _expand(state, window)


def _expand(state: State, chosen: Any) -> None:
    with state.write("events list") as work:
        work.events.cover(chosen)


def wanted_of(work: Any, typed: dict[str, Any]) -> Any:
    from realty_cli.kit.plain_filter import PlainFilter

    if not typed:
        return PlainFilter({})  # nothing to check, so no validator need be built
    from realty_cli.events.schemas.filters import EventFilter
    from realty_cli.kit.schema import validate

    given = read_values(FILTERS, typed, work.actor.timezone, work.clock.now())
    return validate(EventFilter, given, zone=work.actor.timezone, typed=True)


@app.command("today")
def today(
    context: typer.Context,
    day: Annotated[str, typer.Option("--day", help="Another day: tomorrow, 2026-03-12.", metavar="DAY")] = "today",
) -> None:
    """Your day, in your zone.

    Example: realty events today --day завтра
    """
    from datetime import timedelta
    from zoneinfo import ZoneInfo

    from realty_cli.cli.event_view import agenda
    from realty_cli.kit.moment import parse_date

    state = state_of(context)
    with state.read() as work:
        here = work.clock.now().astimezone(ZoneInfo(work.actor.timezone)).date()
        wanted = parse_date(day, today=here, field="--day")
    if wanted != here:
        # A day begins and ends elsewhere up to half a day before or after.
        around = [wanted + timedelta(days=by) for by in (-1, 2)]
        _reach(state, *(f"{one}T00:00:00.000000Z" for one in around))
    with state.read() as work:
        body = work.events.today(wanted)
    agenda(state, body)


@app.command("upcoming")
def upcoming(
    context: typer.Context,
    days: Annotated[int, typer.Option("--days", help="Days ahead, 1 to 366.")] = 7,
) -> None:
    """What goes on, and what is to come.

    Example: realty events upcoming --days 14
    """
    from realty_cli.cli.event_view import agenda
    from realty_cli.errors import Invalid

    state = state_of(context)
    if not 1 <= days <= 366:
        raise Invalid.one("--days", "event.days", value=days)
    with state.read() as work:
        body = work.events.upcoming(days)
    agenda(state, body)


@app.command("show")
def show(context: typer.Context, event: Id, on: Instance = None) -> None:
    """Show one event whole, or one of a series.

    Example: realty events show 3
    """
    from realty_cli.cli.event_form import instance
    from realty_cli.cli.event_view import one

    state = state_of(context)
    with state.read() as work:
        found = work.events.get(event, instance(work, event, on), deleted=None)
    one(state, found)


@app.command("edit")
@event_fields
def edit(
    context: typer.Context,
    event: Id,
    when: Annotated[
        str | None, typer.Option("--when", "-w", help="New time; the length stays where none is said.", metavar="WHEN")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", help="When it ends.", metavar="WHEN")] = None,
    clear: Annotated[list[str] | None, typer.Option(help="Empty this field; may be repeated.", metavar="FIELD")] = None,
    on: Instance = None,
    scope: ScopeOf = None,
    if_version: Version = None,
    values: dict[str, Any] = {},  # noqa: B006
) -> None:
    """Change an event: its time, its place, who comes. Of a series: one, the rest of it, or all.

    Example: realty events edit 3 --when "пт 16:00" --allow-overlap
    """
    from realty_cli.cli.event_form import changes, instance
    from realty_cli.cli.event_view import one
    from realty_cli.errors import Invalid
    from realty_cli.events.schemas.event import EventUpdate
    from realty_cli.kit.schema import validate

    state = state_of(context)
    if not values and not clear and when is None and until is None:
        raise Invalid.one("options", "edit.nothing")
    with state.write("events edit") as work:
        name = instance(work, event, on)
        data = changes(work, event, name, when, until, values) | dict.fromkeys(clear or ())
        change = validate(EventUpdate, data, zone=work.actor.timezone, typed=True)
        body = work.events.said_in(state.language).update(
            event, change, recurrence_id=name, scope=scope, expected_version=if_version
        )
    one(state, body)


@app.command("delete")
def delete(
    context: typer.Context, events: Ids, yes: Yes = False, on: Instance = None, scope: ScopeOf = None,
    if_version: Version = None,
) -> None:  # fmt: skip
    """Move events to the bin; restore brings them back. Of a series: one (--on), the rest of it, or all.

    Example: realty events delete 3 --on "2026-03-12 10:00" --scope following
    """
    from realty_cli.cli.ask import confirm
    from realty_cli.cli.event_form import instance

    state = state_of(context)
    confirm(state, yes, "Move to the bin: {ids}?", ids=numbers(events))
    with state.write("events delete") as work:
        for number in dict.fromkeys(events):
            name = instance(work, number, on)
            work.events.delete(number, recurrence_id=name, scope=scope, expected_version=if_version)
    if on is None:
        state.tell("In the bin: {ids}. Back with: realty events restore", ids=numbers(events))


@app.command("restore")
def restore(context: typer.Context, events: Ids) -> None:
    """Bring events back from the bin, a series with what went along with it.

    Example: realty events restore 3
    """
    state = state_of(context)
    with state.write("events restore") as work:
        for number in dict.fromkeys(events):
            work.events.restore(number)
    state.tell("Back on the list: {ids}", ids=numbers(events))


@app.command("status")
def status(
    context: typer.Context,
    event: Id,
    to: Annotated[EventStatus, typer.Argument(help="The new status.", show_default=False)],
    outcome: Annotated[EventOutcome | None, typer.Option("--outcome", help="What came of it.")] = None,
    note: Annotated[str | None, typer.Option("--note", help="In your words.")] = None,
    by: Annotated[CancelledBy | None, typer.Option("--by", help="Who called it off.")] = None,
    instead: Annotated[
        int | None, typer.Option("--rescheduled-to", help="The event that takes its place.", metavar="ID")
    ] = None,
    started: Annotated[str | None, typer.Option("--started", help="When it really began.", metavar="WHEN")] = None,
    ended: Annotated[str | None, typer.Option("--ended", help="When it really ended.", metavar="WHEN")] = None,
    on: Instance = None,
    if_version: Version = None,
) -> None:
    """Say how an event stands, and what came of it.

    Example: realty events status 3 completed --outcome interested --note "придут с мужем"
    """
    from realty_cli.cli.event_form import instance
    from realty_cli.cli.event_view import one
    from realty_cli.cli.listing_form import moment_of
    from realty_cli.events.schemas.event import EventStatusChange
    from realty_cli.kit.schema import validate

    state = state_of(context)
    with state.write("events status") as work:
        given = {
            "status": to, "outcome": outcome, "outcome_note": note, "cancelled_by": by, "rescheduled_to": instead,
            "actual_start": moment_of(work, started, "--started"), "actual_end": moment_of(work, ended, "--ended"),
        }  # fmt: skip
        data = {name: value for name, value in given.items() if value is not None}
        change = validate(EventStatusChange, data, zone=work.actor.timezone, typed=True)
        name = instance(work, event, on)
        body = work.events.said_in(state.language).change_status(
            event, change, recurrence_id=name, expected_version=if_version
        )
    one(state, body)


@app.command("bulk")
def bulk(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="JSON: a list of events as the API takes them; - reads standard input.")],
    skip: Annotated[bool, typer.Option("--skip", help="Enter what can be entered, and tell of the rest.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Try only; nothing is written.")] = False,
) -> None:
    """Enter many events at once: all of them or, where one cannot be, none.

    Example: realty events bulk week.json --skip
    """
    from realty_cli.cli.event_form import many
    from realty_cli.cli.event_view import entered

    state = state_of(context)
    entries = many(Path(file) if file != "-" else file)
    with state.write("events bulk", dry_run=dry_run) as work:
        body = work.events.said_in(state.language).bulk(entries, skip=skip)
    entered(state, body, dry_run=dry_run)
