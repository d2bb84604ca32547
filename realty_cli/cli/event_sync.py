"""`realty events sync ...`: calendars elsewhere that are kept in step."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Annotated, Any

import typer

from realty_cli.cli import events
from realty_cli.cli.ask import confirm
from realty_cli.cli.state import State, state_of
from realty_cli.kit.i18n import mark as _

app = typer.Typer()
events.app.add_typer(app, name="sync", help="Keep calendars elsewhere in step (CalDAV: Nextcloud, iCloud, Yandex ...).")

Number = Annotated[int, typer.Argument(help="Number of the calendar.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="Most to show.")]
Offset = Annotated[int, typer.Option(min=0, help="How many to pass over.")]
_CONFLICT = "Where both sides changed a field: newest, local, remote, ask or both."
_SENTENCE = _("{taken} taken, {pushed} sent, {here} deleted here, {there} deleted there, {conflicts} conflicts.")
_WOULD = _("It would be: {taken} taken, {pushed} sent, {here} deleted here, {there} deleted there.")


@app.command("add")
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What you call it: phone, work.")],
    url: Annotated[str, typer.Argument(help="Address of the calendar, or of its server.")],
    username: Annotated[str | None, typer.Option("--username", "-u", help="Name to sign in with there.")] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password there.")] = False,
    calendar: Annotated[str | None, typer.Option("--calendar", help="Which of several calendars.")] = None,
    conflict: Annotated[str, typer.Option("--conflict", help=_CONFLICT)] = "newest",
    days_back: Annotated[int, typer.Option("--days-back", help="Older events are not sent there.", metavar="N")] = 90,
    provider: Annotated[str, typer.Option("--provider", help="caldav.")] = "caldav",
) -> None:
    """Find a calendar and remember it. The password is asked for, or comes from REALTY_CALENDAR_PASSWORD.

    Example: realty events sync add phone https://cloud.example.org/remote.php/dav/ -u anna
    """
    from realty_cli.auth.policy import Act, require
    from realty_cli.cli import secret
    from realty_cli.events.schemas.sync import IntegrationCreate
    from realty_cli.integrations.calendar_secrets import VARIABLE
    from realty_cli.integrations.calendars import Calendars
    from realty_cli.kit.schema import validate

    state = state_of(context)
    given: dict[str, Any] = {
        "name": name, "url": url, "username": username, "calendar": calendar, "conflict": conflict,
        "days_back": days_back, "provider": provider,
    }  # fmt: skip
    if username:
        given["password"] = secret.ask(state, _("Password of the calendar"), variable=VARIABLE, stdin=password_stdin)
    data = validate(IntegrationCreate, given, typed=True)
    with state.read() as work:
        require(work.actor, Act.CALENDAR_SYNC)
    calendars = Calendars(state.realty.settings, here=True)
    found, private_ok = calendars.found(data)
    with state.write("events sync add") as work:
        body = calendars.create(work, data, found, private_ok=private_ok)
    _emit(state, body, [body])
    state.tell("Now bring it into step: realty events sync run {id}", id=body["id"])


@app.command("list")
def list_(context: typer.Context, limit: Limit = 20, offset: Offset = 0) -> None:
    """Calendars that are kept in step.

    Example: realty events sync list
    """
    from realty_cli.auth.paging import PageQuery

    state = state_of(context)
    with state.read() as work:
        body = work.integrations.page(PageQuery(limit=limit, offset=offset))
    _emit(state, body, body["items"])


@app.command("remove")
def remove(context: typer.Context, number: Number, yes: Yes = False) -> None:
    """Keep a calendar in step no longer. Its events stay on both sides.

    Example: realty events sync remove 2 --yes
    """
    from realty_cli.integrations.calendars import Calendars

    state = state_of(context)
    with state.read() as work:
        name = work.integrations.get(number)["name"]
    confirm(state, yes, "Keep “{name}” in step no longer?", name=name)
    calendars = Calendars(state.realty.settings, here=True)
    with state.write(f"events sync remove {number}") as work:
        calendars.remove(work, number)
    state.tell("“{name}” is kept in step no longer.", name=name)


@app.command("run")
def run(
    context: typer.Context,
    number: Annotated[int | None, typer.Argument(help="Number of the calendar; without it, all of them.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan, and do nothing.")] = False,
    conflict: Annotated[str | None, typer.Option("--conflict", help=_CONFLICT)] = None,
    allow_mass_delete: Annotated[
        bool, typer.Option("--allow-mass-delete", help="Delete even a large part of the events.")
    ] = False,
) -> None:
    """Come into step: take what changed there, send what changed here. What both sides changed is merged field by
    field; where they say different things, one is taken and the other kept (sync conflicts).

    Example: realty events sync run --dry-run
    """
    from realty_cli.auth.paging import PageQuery
    from realty_cli.events.schemas.sync import SyncRequest
    from realty_cli.integrations.calendars import Calendars
    from realty_cli.kit.schema import validate

    state = state_of(context)
    given = {"dry_run": dry_run, "conflict": conflict, "allow_mass_delete": allow_mass_delete}
    asked = validate(SyncRequest, given, typed=True)
    calendars = Calendars(state.realty.settings, here=True)
    with state.read() as work:
        if number is not None:
            numbers = [work.integrations.get(number)["id"]]
        else:
            numbers = [one["id"] for one in work.integrations.page(PageQuery(limit=100))["items"]]
    if not numbers:
        state.tell("No calendar is kept in step. Add one: realty events sync add")
    for one in numbers:
        _report(state, calendars.run(_opener(state, f"events sync run {one}"), one, asked))


def _opener(state: State, command: str) -> Callable[[bool], AbstractContextManager[Any]]:
    return lambda write: state.write(command) if write else state.read()


@app.command("conflicts")
def conflicts(context: typer.Context, number: Number, limit: Limit = 20, offset: Offset = 0) -> None:
    """What both sides changed: whose word was taken, and what the other said.

    Example: realty events sync conflicts 2
    """
    from realty_cli.auth.paging import PageQuery
    from realty_cli.cli.listing_view import moment
    from realty_cli.cli.output import emit

    state = state_of(context)
    with state.read() as work:
        body = work.integrations.conflicts(number, PageQuery(limit=limit, offset=offset))

    def fields(row: Any) -> str:
        return "; ".join(f"{one['field']}: {one['local']} | {one['remote']}" for one in row["clashes"])

    columns = [
        _plain(_("ID"), "id"), _plain(_("Title"), "title"), _plain(_("State"), "state"),
        (_("Here | there"), fields, fields),
        (_("Since"), lambda row: moment(state, row["created_at"]), lambda row: row["created_at"]),
    ]  # fmt: skip
    emit(state, body, columns, body["items"])


@app.command("resolve")
def resolve(
    context: typer.Context,
    number: Number,
    conflict: Annotated[int, typer.Argument(help="Number of the conflict.")],
    take: Annotated[str, typer.Option("--take", help="Whose word it shall be: local or remote.")],
) -> None:
    """Say whose word it shall be: an open conflict is done by the next run, a settled one is turned round at once.

    Example: realty events sync resolve 2 5 --take local
    """
    from realty_cli.cli.output import emit
    from realty_cli.events.schemas.sync import SyncResolve
    from realty_cli.kit.schema import validate

    state = state_of(context)
    asked = validate(SyncResolve, {"take": take}, typed=True)
    with state.write(f"events sync resolve {number} {conflict}") as work:
        body = work.integrations.resolve(number, conflict, asked.take)
    columns = [_plain(_("ID"), "id"), _plain(_("Title"), "title"), _plain(_("State"), "state")]
    emit(state, body, columns, [body])


def _plain(heading: str, name: str) -> Any:
    def shown(row: Any) -> str:
        return "" if row[name] is None else str(row[name])

    return heading, shown, shown


def _emit(state: State, body: Any, rows: list[dict[str, Any]]) -> None:
    from realty_cli.cli.listing_view import moment
    from realty_cli.cli.output import emit

    columns = [
        _plain(_("ID"), "id"), _plain(_("Name"), "name"), _plain(_("Address"), "url"), _plain(_("Events"), "events"),
        _plain(_("Open conflicts"), "open_conflicts"),
        (
            _("Last in step"), lambda row: moment(state, row["last_synced_at"]) if row["last_synced_at"] else "",
            lambda row: row["last_synced_at"] or "",
        ),
    ]  # fmt: skip
    emit(state, body, columns, rows)


def _report(state: State, body: dict[str, Any]) -> None:
    from realty_cli.cli.output import emit, emit_json

    if state.format == "json":
        emit_json(body)
    elif body["plan"]:
        columns = [_plain(_("What"), "action"), _plain(_("Title"), "title"), _plain("UID", "uid")]
        emit(state, body, columns, body["plan"])
    sentence = _WOULD if body["dry_run"] else _SENTENCE
    state.tell(
        sentence, taken=body["taken"], pushed=body["pushed"], here=body["deleted_here"], there=body["deleted_there"],
        conflicts=body["conflicts"],
    )  # fmt: skip
    if body["failed"] or body["skipped"]:
        state.tell(
            "{failed} events could not be written there, {skipped} could not be read and were left alone.",
            failed=len(body["failed"]), skipped=len(body["skipped"]),
        )  # fmt: skip
