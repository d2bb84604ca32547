"""`realty auth users ...`: all accounts, for administrators."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from realty_cli.cli.account_options import account_number
from realty_cli.cli.state import state_of
from realty_cli.kit.i18n import mark as _

users = typer.Typer(help=_("All accounts, for administrators."))
Name = Annotated[str, typer.Argument(help="Name, e-mail or number of the account.")]


@users.command("list")
def list_users(
    context: typer.Context,
    q: Annotated[str | None, typer.Argument(help="Part of a name or an address.", show_default=False)] = None,
    role: Annotated[str | None, typer.Option(help="agent or admin.")] = None,
    active: Annotated[bool | None, typer.Option("--active/--disabled", help="Only these.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="Most to show.")] = 20,
    offset: Annotated[int, typer.Option(min=0, help="How many to pass over.")] = 0,
) -> None:
    """The accounts of this store.

    Example: realty auth users list --role admin
    """
    from realty_cli.auth.schemas.users import UserQuery
    from realty_cli.cli.listing_view import moment
    from realty_cli.cli.output import Column, emit
    from realty_cli.kit.schema import validate

    state = state_of(context)
    given = {"q": q, "role": role, "is_active": active, "limit": limit, "offset": offset}
    wanted = validate(UserQuery, {name: value for name, value in given.items() if value is not None})
    with state.read() as work:
        body = work.users.page(wanted)
    say = state.say.text
    columns: list[Column] = [
        (_("ID"), lambda row: str(row["id"]), lambda row: row["id"]),
        (_("Name"), lambda row: row["username"], lambda row: row["username"]),
        (_("E-mail"), lambda row: row["email"] or "", lambda row: row["email"]),
        (_("Role"), lambda row: say(row["role"]), lambda row: row["role"]),
        (_("Active"), lambda row: say("yes") if row["is_active"] else say("no"), lambda row: row["is_active"]),
        (_("Last sign-in"), lambda row: moment(state, row["last_login_at"]), lambda row: row["last_login_at"]),
    ]
    emit(state, body, columns, body["items"])


@users.command("add")
def add_user(
    context: typer.Context,
    username: Annotated[str, typer.Argument(help="Name to sign in with.")],
    email: Annotated[str | None, typer.Option(help="E-mail address; the letter to set a password goes there.")] = None,
    role: Annotated[str, typer.Option(help="agent or admin.")] = "agent",
    full_name: Annotated[str | None, typer.Option(help="Name as people write it.")] = None,
    phone: Annotated[str | None, typer.Option(help="Phone in any notation.")] = None,
    with_password: Annotated[bool, typer.Option("--with-password", help="Set a password now.")] = False,
    stdin: Annotated[bool, typer.Option("--password-stdin", help="Read it from standard input.")] = False,
) -> None:
    """Make an account for somebody.

    Example: realty auth users add boris --email boris@example.com
    """
    from realty_cli.auth.schemas.users import AdminUserCreate
    from realty_cli.cli import secret
    from realty_cli.cli.auth import here, show_account
    from realty_cli.kit.schema import validate

    state = state_of(context)
    values: dict[str, Any] = {
        "username": username, "email": email, "role": role, "full_name": full_name, "phone": phone,
    }  # fmt: skip
    if with_password or stdin:
        values["password"] = secret.ask_new(state, stdin=stdin)
    data = validate(AdminUserCreate, {name: value for name, value in values.items() if value is not None})
    with state.read() as work:
        actor = work.actor
    body = state.realty.gate.create_user(actor, data, here())
    state.realty.deliver()
    show_account(state, body)


@users.command("edit")
def edit_user(
    context: typer.Context,
    account: Name,
    username: Annotated[str | None, typer.Option(help="New name to sign in with.")] = None,
    email: Annotated[str | None, typer.Option(help="E-mail address.")] = None,
    role: Annotated[str | None, typer.Option(help="agent or admin.")] = None,
    full_name: Annotated[str | None, typer.Option(help="Name as people write it.")] = None,
    phone: Annotated[str | None, typer.Option(help="Phone in any notation.")] = None,
    no_2fa: Annotated[bool, typer.Option("--no-2fa", help="Turn the second factor off for who has lost it.")] = False,
    with_password: Annotated[bool, typer.Option("--with-password", help="Set a new password.")] = False,
    stdin: Annotated[bool, typer.Option("--password-stdin", help="Read it from standard input.")] = False,
) -> None:
    """Change somebody's account.

    Example: realty auth users edit boris --role admin
    """
    from realty_cli.cli import secret

    state = state_of(context)
    values: dict[str, Any] = {
        "username": username, "email": email, "role": role, "full_name": full_name, "phone": phone,
        "two_factor_enabled": False if no_2fa else None,
        "password": secret.ask_new(state, stdin=stdin) if with_password or stdin else None,
    }  # fmt: skip
    _update(context, account, {name: value for name, value in values.items() if value is not None})


def _update(context: typer.Context, account: str, values: dict[str, Any]) -> None:
    from realty_cli.auth.schemas.users import AdminUserUpdate
    from realty_cli.cli.auth import here, show_account
    from realty_cli.kit.schema import validate

    state = state_of(context)
    data = validate(AdminUserUpdate, values)
    with state.read() as work:
        actor, number = work.actor, account_number(work, account)
    body = state.realty.gate.update_user(actor, number, data, here())
    state.realty.deliver()
    show_account(state, body)


@users.command("disable")
def disable_user(context: typer.Context, account: Name) -> None:
    """Let an account no longer in; its sessions and keys end at once.

    Example: realty auth users disable boris
    """
    _update(context, account, {"is_active": False})


@users.command("enable")
def enable_user(context: typer.Context, account: Name) -> None:
    """Let a disabled account in again.

    Example: realty auth users enable boris
    """
    _update(context, account, {"is_active": True})


@users.command("delete")
def delete_user(
    context: typer.Context, account: Name, yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False
) -> None:
    """Remove an account; what it entered stays.

    Example: realty auth users delete boris --yes
    """
    from realty_cli.cli.ask import confirm

    state = state_of(context)
    confirm(state, yes, "Remove the account {name}?", name=account)
    with state.write("auth users delete") as work:
        work.users.delete(account_number(work, account))
    state.tell("The account is removed.")


@users.command("invite")
def invite(
    context: typer.Context,
    email: Annotated[str | None, typer.Option(help="Send it there; it then holds for that address alone.")] = None,
    role: Annotated[str, typer.Option(help="agent or admin.")] = "agent",
) -> None:
    """Invite somebody to register, where registration is by invitation.

    Example: realty auth users invite --email boris@example.com
    """
    from realty_cli.auth.schemas.users import InvitationCreate
    from realty_cli.cli.output import emit_json, write_line
    from realty_cli.kit.schema import validate

    state = state_of(context)
    data = validate(InvitationCreate, {"role": role, **({"email": email} if email else {})})
    with state.write("auth users invite") as work:
        body = work.users.invite(data)
    state.realty.deliver()
    if state.format in ("json", "jsonl"):
        emit_json(body)
    elif body["invitation"] is None:
        state.tell("The invitation is on its way to {email}.", email=email)
    else:
        write_line(body["invitation"])
        state.tell("The invitation is shown this once. Whoever has it may register.")
