"""`realty events stats`, `remind`, `feedback` and `templates`: what hangs on events."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from realty_cli.cli import complete, events
from realty_cli.cli.account_options import numbered
from realty_cli.cli.event_care_options import (
    FEEDBACK_FIELDS,
    MADE_FIELDS,
    feedback_fields,
    made_fields,
    template_fields,
    template_values,
)
from realty_cli.cli.options import check_page, numbers, read_values
from realty_cli.cli.state import state_of
from realty_cli.events.kinds import EventType

app = events.app
templates = typer.Typer(no_args_is_help=True)
app.add_typer(templates, name="templates", help="What events begin with: title, length, reminders, buffers.")

Template = Annotated[int, typer.Argument(help="Number of the template.", show_default=False)]
Templates = Annotated[
    list[int], typer.Argument(help="Number of the template; several may be given.", show_default=False)
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Version = Annotated[int | None, typer.Option("--if-version", help="Only if it still has this version.", metavar="N")]
Sort = Annotated[str | None, typer.Option(help="Keys with - for descending. Default: newest first.", metavar="KEYS")]
Limit = Annotated[int, typer.Option("--limit", "-n", help="Rows a page, 1 to 100.")]
Offset = Annotated[int, typer.Option(help="Rows to skip.")]
Cursor = Annotated[str | None, typer.Option(help="Go on where a page ended (next_cursor).")]
Clear = Annotated[list[str] | None, typer.Option(help="Empty this field; may be repeated.", metavar="FIELD")]


@app.command("stats")
def stats(
    context: typer.Context,
    period: Annotated[
        str, typer.Argument(help="Period: 2026-03, this week, last 30 days, прошлый месяц.", metavar="PERIOD")
    ] = "month",
    kind: Annotated[list[EventType] | None, typer.Option("--type", "-t", help="Kind; may be repeated.")] = None,
    listing: Annotated[list[int] | None, typer.Option("--property", "-l", help="At this listing.")] = None,
    owner: Annotated[
        list[str] | None,
        typer.Option(
            "--owner",
            callback=numbered,
            help="Owner (administrators): name, e-mail or number.",
            metavar="WHO",
        ),
    ] = None,
) -> None:
    """Figures of events: how many took place, were called off, had no outcome; rates are of what is over.

    Example: realty events stats "last 30 days" --type showing
    """
    from realty_cli.cli.event_care_view import statistics
    from realty_cli.events.schemas.care import StatisticsQuery
    from realty_cli.kit.schema import validate

    state = state_of(context)
    given = {"period": period, "event_type": kind, "property_id": listing, "owner_id": owner}
    with state.read() as work:
        wanted = validate(StatisticsQuery, {name: one for name, one in given.items() if one}, typed=True)
        short = work.event_statistics.short(wanted)
    if short:  # series are laid as far as the period goes, and so do figures of them
        with state.write("events stats") as work:
            work.event_statistics.cover(wanted)
    with state.read() as work:
        body = work.event_statistics.summary(wanted)
    statistics(state, body)


@app.command("remind")
def remind(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what is due, and do nothing.")] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", help="Most to take in hand at once.")] = 200,
) -> None:
    """Send the reminders that are due, once and only once, whoever else sends them too. For cron; a server does the
    same by itself. Shows those of yours, of every account where you are an administrator.

    Example: realty events remind --dry-run
    """
    from realty_cli.cli.event_care_view import reminders

    state = state_of(context)
    with state.read() as work:
        me = work.actor
    found = state.realty.remind(limit, dry_run=dry_run)
    if not dry_run:
        state.realty.deliver()
    mine = [one for one in found if me.sees_all or one["owner_id"] == me.id]
    reminders(state, {"items": mine, "total": len(mine)}, me.timezone)


@app.command("feedback")
@feedback_fields
def give_feedback(
    context: typer.Context,
    number: Annotated[
        int,
        typer.Argument(help="Number of the showing.", show_default=False, autocompletion=complete.events),
    ],
    values: dict[str, Any] = {},  # noqa: B006 - replaced by the decorator
) -> None:
    """Say what came of a showing: the client's request is marked, the meeting is logged.

    Example: realty events feedback 12 --rating 3 --price high --objection шумно --refused
    """
    from realty_cli.cli.event_care_view import feedback
    from realty_cli.events.schemas.care import FeedbackCreate
    from realty_cli.kit.schema import validate

    state = state_of(context)
    with state.write("events feedback") as work:
        data = read_values(FEEDBACK_FIELDS, values, work.actor.timezone, work.clock.now())
        body = work.feedback.give(number, validate(FeedbackCreate, data, zone=work.actor.timezone, typed=True))
    feedback(state, body)
    state.tell("Feedback {id} is entered.", id=body["id"])


@templates.command("add")
@template_fields
def add_template(
    context: typer.Context,
    values: dict[str, Any] = {},  # noqa: B006
) -> None:
    """Enter a template.

    Example: realty events templates add --name "Показ квартиры" --type showing --minutes 45 --remind email:1h
    """
    from realty_cli.cli.event_care_view import template
    from realty_cli.events.schemas.care import TemplateCreate
    from realty_cli.kit.schema import validate

    state = state_of(context)
    with state.write("events templates add") as work:
        body = work.event_templates.create(validate(TemplateCreate, template_values(values), typed=True))
    template(state, body)
    state.tell("Template {id} is entered.", id=body["id"])


@templates.command("list")
def list_templates(
    context: typer.Context,
    kind: Annotated[list[EventType] | None, typer.Option("--type", "-t", help="Kind; may be repeated.")] = None,
    deleted: Annotated[bool, typer.Option("--deleted", help="In the bin.")] = False,
    sort: Sort = None,
    limit: Limit = 20,
    offset: Offset = 0,
    cursor: Cursor = None,
) -> None:
    """List templates, newest first.

    Example: realty events templates list --type showing
    """
    from realty_cli.cli.event_care_view import template_page
    from realty_cli.events.schemas.care import TemplateFilter
    from realty_cli.kit.schema import validate

    state = state_of(context)
    check_page(limit, offset)
    given = {"deleted": deleted, **({"event_type": kind} if kind else {})}
    with state.read() as work:
        wanted = validate(TemplateFilter, given, typed=True)
        body = work.event_templates.page(wanted, sort=sort, limit=limit, offset=offset, cursor=cursor)
    template_page(state, body)


@templates.command("show")
def show_template(context: typer.Context, number: Template) -> None:
    """Show a template.

    Example: realty events templates show 4
    """
    from realty_cli.cli.event_care_view import template

    state = state_of(context)
    with state.read() as work:
        body = work.event_templates.get(number, deleted=None)
    template(state, body)


@templates.command("edit")
@template_fields
def edit_template(
    context: typer.Context,
    number: Template,
    clear: Clear = None,
    if_version: Version = None,
    values: dict[str, Any] = {},  # noqa: B006
) -> None:
    """Change fields of a template; events that were made of it stay as they are.

    Example: realty events templates edit 4 --minutes 60
    """
    from realty_cli.cli.event_care_view import template
    from realty_cli.errors import Invalid
    from realty_cli.events.schemas.care import TemplateUpdate
    from realty_cli.kit.schema import validate

    state = state_of(context)
    if not values and not clear:
        raise Invalid.one("options", "edit.nothing")
    with state.write("events templates edit") as work:
        data = validate(TemplateUpdate, template_values(values) | dict.fromkeys(clear or ()), typed=True)
        body = work.event_templates.update(number, data, expected_version=if_version)
    template(state, body)


@templates.command("use")
@made_fields
def use_template(
    context: typer.Context,
    number: Template,
    when: Annotated[str, typer.Argument(help="When it begins: 'завтра 15:30', 'fri 10:00'.", show_default=False)],
    values: dict[str, Any] = {},  # noqa: B006
) -> None:
    """Enter an event of a template.

    Example: realty events templates use 4 "завтра 15:30" --property 5 --client 11
    """
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from realty_cli.cli.event_view import one
    from realty_cli.events.schemas.care import EventOfTemplate
    from realty_cli.kit.moment import parse_moment
    from realty_cli.kit.schema import validate

    state = state_of(context)
    with state.write("events templates use") as work:
        data = read_values(MADE_FIELDS, values, work.actor.timezone, work.clock.now())
        zone = ZoneInfo(data.get("timezone") or work.actor.timezone)
        found = parse_moment(when, now=work.clock.now(), zone=zone, field="WHEN")
        start = found if isinstance(found, datetime) else datetime.fromisoformat(found)
        data["start_time"] = start.astimezone(zone).isoformat()
        event = work.event_templates.said_in(state.language).make(number, validate(EventOfTemplate, data, typed=True))
    one(state, event)
    state.tell("Event {id} is entered.", id=event["id"])


@templates.command("delete")
def delete_templates(context: typer.Context, ids: Templates, yes: Yes = False, if_version: Version = None) -> None:
    """Move templates to the bin; restore brings them back.

    Example: realty events templates delete 4
    """
    from realty_cli.cli.ask import confirm

    state = state_of(context)
    confirm(state, yes, "Move to the bin: {ids}?", ids=numbers(ids))
    with state.write("events templates delete") as work:
        for number in dict.fromkeys(ids):
            work.event_templates.delete(number, expected_version=if_version)
    state.tell("In the bin: {ids}. Back with: realty events templates restore", ids=numbers(ids))


@templates.command("restore")
def restore_templates(context: typer.Context, ids: Templates) -> None:
    """Bring templates back from the bin.

    Example: realty events templates restore 4
    """
    state = state_of(context)
    with state.write("events templates restore") as work:
        for number in dict.fromkeys(ids):
            work.event_templates.restore(number)
    state.tell("Back on the list: {ids}", ids=numbers(ids))
