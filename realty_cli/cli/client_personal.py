"""`realty clients duplicates`, `merge`, `consents ...`, `retention`, `export-person`, `erase`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from realty_cli.cli.clients import Id, app
from realty_cli.cli.leads import Cursor, Limit, Offset, Total, Version, Yes
from realty_cli.cli.options import check_page, numbers
from realty_cli.cli.state import state_of
from realty_cli.clients.kinds import Purpose

__all__ = ["app"]

consents = typer.Typer(no_args_is_help=True)
app.add_typer(consents, name="consents", help="Consents: what people agreed to, since when, by what proof.")

Consent = Annotated[int, typer.Argument(help="Number of the consent.", show_default=False)]
On = Annotated[str | None, typer.Option("--on", help="When it was said, if not now.", metavar="WHEN")]
Note = Annotated[str | None, typer.Option(help="A note.")]


@app.command("duplicates")
def duplicates(
    context: typer.Context,
    different: Annotated[
        tuple[int, int] | None, typer.Option("--different", help="Mark two clients as not the same person.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", help="Most pairs to show.")] = 50,
) -> None:
    """Clients that may be one person: by phone, e-mail and name in any spelling. Nothing is merged.

    Example: realty clients duplicates
    """
    from realty_cli.cli.client_personal_view import double_table
    from realty_cli.errors import Invalid

    state = state_of(context)
    if different is not None:
        with state.write("clients duplicates --different") as work:
            work.client_doubles.mark_different(*different)
        state.tell("Clients {first} and {second} will not be proposed again.", first=different[0], second=different[1])
        return
    if not 1 <= limit <= 20_000:
        raise Invalid.one("--limit", "duplicate.limit", value=limit)
    with state.read() as work:
        body = work.client_doubles.propose(limit=limit, language=state.language)
    double_table(state, body)


@app.command("merge")
def merge(
    context: typer.Context,
    client: Id,
    others: Annotated[list[int], typer.Argument(help="Clients that become this one.", show_default=False)],
    if_version: Version = None,
    yes: Yes = False,
) -> None:
    """Make one client of several: contacts, leads, talks, consents, deals and listings move to the first one.

    Example: realty clients merge 11 14
    """
    from realty_cli.cli.ask import confirm
    from realty_cli.cli.client_view import one
    from realty_cli.cli.output import emit_json

    state = state_of(context)
    confirm(state, yes, "Let {ids} become a part of client {id}?", ids=numbers(others), id=client)
    with state.write("clients merge") as work:
        body = work.merger.merge(client, others, expected_version=if_version)
    if state.format in ("json", "jsonl"):
        emit_json(body)
    else:
        one(state, body["client"])
    state.tell("One client now: {id}. Take it back with: realty undo {operation}", id=client,
               operation=body["operation_id"])  # fmt: skip


@consents.command("list")
def list_consents(
    context: typer.Context,
    client: Id,
    limit: Limit = 20,
    offset: Offset = 0,
    cursor: Cursor = None,
    total: Total = True,
) -> None:
    """List what a client agreed to, the latest first.

    Example: realty clients consents list 11
    """
    from realty_cli.cli.client_personal_view import consent_page

    state = state_of(context)
    check_page(limit, offset)
    with state.read() as work:
        body = work.clients.consents.of(client, limit=limit, offset=offset, cursor=cursor, total=total)
    consent_page(state, body)


@consents.command("add")
def add_consent(
    context: typer.Context,
    client: Id,
    purpose: Annotated[Purpose, typer.Option(help="What for.")] = Purpose.PROCESSING,
    refused: Annotated[bool, typer.Option("--refused", help="The person said no.")] = False,
    evidence: Annotated[str | None, typer.Option(help="What proves it: a form, a letter, a record.")] = None,
    on: On = None,
    until: Annotated[str | None, typer.Option(help="Until when the data may be kept.", metavar="WHEN")] = None,
    note: Note = None,
) -> None:
    """Keep what a client agreed to, or refused.

    Example: realty clients consents add 11 --evidence "бланк 7" --until 2027-01-15
    """
    from realty_cli.cli.client_personal_view import one_consent
    from realty_cli.cli.listing_form import moment_of
    from realty_cli.clients.schemas.consent import ConsentCreate
    from realty_cli.kit.schema import validate

    state = state_of(context)
    with state.write("clients consents add") as work:
        data: dict[str, Any] = {"purpose": purpose, "granted": not refused, "evidence": evidence, "note": note}
        data |= {"at": moment_of(work, on, "--on"), "expires_at": moment_of(work, until, "--until")}
        body = work.clients.consents.create(client, validate(ConsentCreate, data, zone=work.actor.timezone, typed=True))
    one_consent(state, body)


@consents.command("withdraw")
def withdraw_consent(
    context: typer.Context, consent: Consent, on: On = None, note: Note = None, if_version: Version = None
) -> None:
    """The person takes a consent back.

    Example: realty clients consents withdraw 41 --note "письмо от 1 марта"
    """
    from realty_cli.cli.client_personal_view import one_consent
    from realty_cli.cli.listing_form import moment_of
    from realty_cli.clients.schemas.consent import ConsentWithdrawal
    from realty_cli.kit.schema import validate

    state = state_of(context)
    with state.write("clients consents withdraw") as work:
        data = {"at": moment_of(work, on, "--on"), "note": note}
        model = validate(ConsentWithdrawal, data, zone=work.actor.timezone, typed=True)
        body = work.clients.consents.withdraw(consent, model, expected_version=if_version)
    one_consent(state, body)


@app.command("retention")
def retention(
    context: typer.Context,
    idle_days: Annotated[
        int | None,
        typer.Option(help="Days without a word that are too long where there is no consent; 0: any.", metavar="DAYS"),
    ] = None,
    limit: Limit = 20,
    offset: Offset = 0,
) -> None:
    """List clients whose data was kept too long, with the reason: ask again, or erase.

    Example: realty clients retention
    """
    from realty_cli.cli.client_personal_view import retention_page
    from realty_cli.clients.schemas.consent import RetentionQuery
    from realty_cli.kit.schema import validate

    state = state_of(context)
    query = validate(RetentionQuery, {"idle_days": idle_days, "limit": limit, "offset": offset})
    with state.read() as work:
        body = work.clients.consents.past_retention(idle_days=query.idle_days, limit=query.limit, offset=query.offset)
    retention_page(state, body)


@app.command("export-person")
def export_person(
    context: typer.Context,
    client: Id,
    target: Annotated[
        Path | None, typer.Argument(help="File to write, .json or .md; without one it is printed.", metavar="FILE")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
) -> None:
    """Everything that is held about one person, to be handed over when the person asks.

    Example: realty clients export-person 11 ivanov.json
    """
    from realty_cli.cli.client_personal_view import person
    from realty_cli.cli.output import emit_json, write_line

    state = state_of(context)
    with state.read() as work:
        body = work.personal.everything(client)
    if target is not None:
        from realty_cli.cli.client_personal_view import write_person

        write_person(state, body, target, force=force)
        state.tell("Everything about client {id} was written to {path}", id=client, path=str(target))
    elif state.format in ("json", "jsonl"):
        emit_json(body)
    else:
        write_line(person(state, body))


@app.command("erase")
def erase(context: typer.Context, client: Id, if_version: Version = None, yes: Yes = False) -> None:
    """Forget who a client is, for good: names, contacts, texts, and the past of the log. Totals stay true.

    Example: realty clients erase 11 --yes
    """
    from realty_cli.cli.ask import confirm
    from realty_cli.cli.output import emit_json

    state = state_of(context)
    confirm(state, yes, "Erase the personal data of client {id}? This cannot be undone.", id=client)
    with state.write("clients erase") as work:
        body = work.personal.erase(client, expected_version=if_version)
    state.realty.scrub()
    if state.format in ("json", "jsonl"):
        emit_json(body)
    state.tell("Client {id} is forgotten. Backups made before still hold the person: {folder}", id=client,
               folder=str(state.realty.settings.backups_folder))  # fmt: skip
