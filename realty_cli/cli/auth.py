"""`realty auth ...`: who works with the store, and how it signs in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from realty_cli.cli.auth_guards import factors, keys, sessions, signing
from realty_cli.cli.auth_users import users
from realty_cli.cli.state import State, state_of
from realty_cli.kit.i18n import mark as _

if TYPE_CHECKING:
    from realty_cli.kit.actor import Where

app = typer.Typer()
password = typer.Typer(help=_("The password of your account."))
verify = typer.Typer(help=_("Prove that an address or a phone is yours."))
telegram = typer.Typer(help=_("Signing in by Telegram."))
for _name, _group in (
    ("password", password), ("verify", verify), ("telegram", telegram), ("2fa", factors), ("sessions", sessions),
    ("keys", keys), ("users", users), ("signing", signing),
):  # fmt: skip
    app.add_typer(_group, name=_name)
Stdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


def here() -> Where:
    """This machine, as the history of sign-ins writes it."""
    from realty_cli import __version__
    from realty_cli.kit.actor import Where

    return Where("", f"realty/{__version__}", "cli")


def show_account(state: State, body: dict[str, Any]) -> None:
    from realty_cli.cli.output import pairs

    say = state.say.text
    yes = {True: say("yes"), False: say("no")}
    email, phone = body["email"] or "", body["phone"] or ""
    unproven = f" ({say('not verified')})"
    rows = [
        (_("Name"), body["username"]),
        (_("Full name"), body["full_name"] or ""),
        (_("E-mail"), email + (unproven if email and not body["email_verified"] else "")),
        (_("Phone"), phone + (unproven if phone and not body["phone_verified"] else "")),
        (_("Role"), say(body["role"])),
        (_("Zone"), body["timezone"]),
        (_("Language"), body["language"]),
        (_("Two factors"), yes[body["two_factor_enabled"]]),
        (_("Telegram"), yes[body["telegram_linked"]]),
        (_("Active"), yes[body["is_active"]]),
    ]
    pairs(state, body, [(name, value) for name, value in rows if value])


_ROLES = (_("agent"), _("admin"))


@app.command("register")
def register(
    context: typer.Context,
    username: Annotated[str, typer.Argument(help="Name to sign in with.")],
    email: Annotated[str, typer.Option(help="E-mail address.")],
    full_name: Annotated[str | None, typer.Option(help="Name as people write it.")] = None,
    phone: Annotated[str | None, typer.Option(help="Phone in any notation.")] = None,
    invited: Annotated[bool, typer.Option("--invited", help="Ask for the invitation that you were sent.")] = False,
    stdin: Stdin = False,
) -> None:
    """Make an account with a password. The first one of a store is its administrator.

    Example: realty auth register anna --email anna@example.com
    """
    from realty_cli.auth.schemas.users import UserCreate
    from realty_cli.cli import secret
    from realty_cli.kit.schema import validate

    state = state_of(context)
    invitation = (
        secret.ask(state, "Invitation", variable="REALTY_INVITATION", flag="REALTY_INVITATION") if invited else None
    )
    values = {
        "username": username, "email": email, "full_name": full_name, "phone": phone, "invitation": invitation,
        "password": secret.ask_new(state, variable="REALTY_PASSWORD", stdin=stdin),
    }  # fmt: skip
    data = validate(UserCreate, {name: value for name, value in values.items() if value is not None})
    state.realty.prepare()
    body = state.realty.gate.register(data, here())
    state.realty.deliver()
    show_account(state, body)
    state.tell("The account is made. Sign in: realty auth login {name}", name=body["username"])


@app.command("login")
def login(
    context: typer.Context,
    username: Annotated[str | None, typer.Argument(help="Name or e-mail address.")] = None,
    stdin: Stdin = False,
) -> None:
    """Sign in on this machine. The sign-in is kept in the system's keyring, or in a file of your own.

    Example: realty auth login anna
    """
    from realty_cli.cli import secret
    from realty_cli.cli.ask import prompt
    from realty_cli.errors import NotSignedIn

    state = state_of(context)
    name = username or prompt(state, "Name or e-mail address", "USERNAME")
    typed = secret.ask(state, "Password", variable="REALTY_PASSWORD", stdin=stdin)
    try:
        made = state.realty.gate.login(name, typed, here())
    except NotSignedIn as error:
        if error.code != "otp_required":
            raise
        code = secret.ask(state, "Code of your second factor", variable="REALTY_OTP", flag="REALTY_OTP")
        made = state.realty.gate.login(name, typed, here(), otp=code)
    place = state.realty.sign_in(made["user"]["username"], made["refresh_token"])
    if state.format in ("json", "jsonl"):
        from realty_cli.cli.output import emit_json

        emit_json(made["user"])
    state.tell("You work as {name}.", name=made["user"]["username"])
    if place == "file" and state.realty.settings.keyring == "auto":
        state.tell("No keyring was found; the sign-in is kept in a file that only you can read: {path}",
                   path=str(state.realty.settings.home / "session"))  # fmt: skip


@app.command("logout")
def logout(context: typer.Context) -> None:
    """Sign out on this machine: the session ends at once.

    Example: realty auth logout
    """
    from realty_cli.errors import NotSignedIn

    state = state_of(context)
    try:
        with state.write("auth logout") as work:
            if work.actor.session_id is not None:
                work.account.logout(here())
    except NotSignedIn:
        pass
    state.realty.credentials.forget()
    state.tell("You are signed out.")


@app.command("whoami")
def whoami(context: typer.Context) -> None:
    """Who works here.

    Example: realty auth whoami
    """
    state = state_of(context)
    with state.read() as work:
        body = work.account.me()
    show_account(state, body)


@app.command("profile")
def profile(
    context: typer.Context,
    email: Annotated[str | None, typer.Option(help="E-mail address; it has to be verified again.")] = None,
    full_name: Annotated[str | None, typer.Option(help="Name as people write it.")] = None,
    phone: Annotated[str | None, typer.Option(help="Phone in any notation; it has to be verified again.")] = None,
    timezone: Annotated[str | None, typer.Option(help="Zone in which your times are read and shown.")] = None,
    language: Annotated[str | None, typer.Option(help="Language of letters to you: en or ru.")] = None,
) -> None:
    """Your account with what it may do; with options, change it.

    Example: realty auth profile --timezone Asia/Yekaterinburg
    """
    from realty_cli.auth.schemas.users import UserUpdate
    from realty_cli.kit.schema import validate

    state = state_of(context)
    given = {"email": email, "full_name": full_name, "phone": phone, "timezone": timezone, "language": language}
    changes = {name: value or None for name, value in given.items() if value is not None}
    if changes:
        data = validate(UserUpdate, changes)
        with state.write("auth profile") as work:
            body = work.account.update(data)
        state.realty.deliver()
    else:
        with state.read() as work:
            body = work.account.profile()
    show_account(state, body)


@app.command("history")
def history(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="Most to show.")] = 20,
    offset: Annotated[int, typer.Option(min=0, help="How many to pass over.")] = 0,
) -> None:
    """Sign-ins to your account, good and bad, newest first.

    Example: realty auth history
    """
    from realty_cli.auth.paging import PageQuery
    from realty_cli.cli.listing_view import moment
    from realty_cli.cli.output import Column, emit

    state = state_of(context)
    with state.read() as work:
        body = work.account.login_history(PageQuery(limit=limit, offset=offset))
    columns: list[Column] = [
        (_("When"), lambda row: moment(state, row["at"]), lambda row: row["at"]),
        (_("How"), lambda row: row["method"], lambda row: row["method"]),
        (_("Result"), lambda row: row["result"], lambda row: row["result"]),
        (_("Address"), lambda row: row["address"], lambda row: row["address"]),
        (_("Program"), lambda row: row["agent"], lambda row: row["agent"]),
    ]
    emit(state, body, columns, body["items"])


# Passwords ------------------------------------------------------------------------------------------------------------


@password.command("change")
def change_password(context: typer.Context, stdin: Stdin = False) -> None:
    """Change your password, or set the first one. Your other sessions end.

    With --password-stdin the first line is the current password and the second one the new; an account that has none
    yet gives the new one alone.

    Example: realty auth password change
    """
    from realty_cli.auth.schemas.entering import PasswordChange
    from realty_cli.cli import secret
    from realty_cli.kit.schema import validate

    state = state_of(context)
    with state.read() as work:
        actor, guarded = work.actor, work.account.security()["has_password"]
    values: dict[str, Any] = {}
    if guarded:
        values["current_password"] = secret.ask(state, "Current password", variable="REALTY_PASSWORD", stdin=stdin)
    values["new_password"] = secret.ask_new(state, stdin=stdin)
    state.realty.gate.change_password(actor, validate(PasswordChange, values), here())
    if actor.session_id is None:
        # An account without a password needed no session; now it does.
        made = state.realty.gate.login(actor.username, values["new_password"], here())
        state.realty.sign_in(actor.username, made["refresh_token"])
    state.realty.deliver()
    state.tell("The password is changed. Other sessions have ended.")


@password.command("reset")
def reset_password(
    context: typer.Context,
    email: Annotated[str | None, typer.Option(help="Address to send the letter to.")] = None,
    stdin: Stdin = False,
) -> None:
    """Forgotten? With --email a letter with a token is sent; then the token and a new password are asked for.

    With --password-stdin the first line is the token and the second one the new password.

    Example: realty auth password reset --email anna@example.com
    """
    from realty_cli.auth.schemas.entering import PasswordReset
    from realty_cli.cli import secret
    from realty_cli.kit.schema import validate

    state = state_of(context)
    if email is not None:
        data = validate(PasswordReset, {"email": email})
        assert data.email is not None
        state.realty.gate.request_reset(data.email, here())
        state.realty.deliver()
        state.tell("If the address is known, a letter with a token is on its way. Then: realty auth password reset")
        return
    token = secret.ask(state, "Token of the letter", variable="REALTY_TOKEN", stdin=stdin)
    new = secret.ask_new(state, stdin=stdin)
    data = validate(PasswordReset, {"token": token, "new_password": new})
    assert data.token is not None
    assert data.new_password is not None
    state.realty.gate.reset_password(data.token, data.new_password, here())
    state.tell("The password is set. Sign in: realty auth login")


# Addresses ------------------------------------------------------------------------------------------------------------


@verify.command("email")
def verify_email(
    context: typer.Context,
    send: Annotated[bool, typer.Option("--send", help="Send the letter.")] = False,
    stdin: Annotated[bool, typer.Option("--token-stdin", help="Read the token from standard input.")] = False,
) -> None:
    """Verify your e-mail address: --send sends a letter, without it the token of the letter is asked for.

    Example: realty auth verify email --send
    """
    _verify(
        state_of(context), send, stdin,
        request=lambda work: work.account.request_email_verification(),
        confirm=lambda state, token: state.realty.gate.verify_email(token, here()),
    )  # fmt: skip


@verify.command("phone")
def verify_phone(
    context: typer.Context,
    send: Annotated[bool, typer.Option("--send", help="Send the message.")] = False,
    stdin: Annotated[bool, typer.Option("--token-stdin", help="Read the code from standard input.")] = False,
) -> None:
    """Verify your phone: --send sends a message, without it the code of the message is asked for.

    Example: realty auth verify phone --send
    """

    def confirm(state: State, code: str) -> dict[str, Any]:
        with state.read() as work:
            actor = work.actor
        return state.realty.gate.verify_phone(actor, code, here())

    _verify(state_of(context), send, stdin, request=lambda work: work.account.request_phone_verification(),
            confirm=confirm)  # fmt: skip


def _verify(
    state: State,
    send: bool,
    stdin: bool,
    *,
    request: Callable[[Any], object],
    confirm: Callable[[State, str], dict[str, Any]],
) -> None:
    from realty_cli.cli import secret

    if send:
        with state.write("auth verify") as work:
            request(work)
        state.realty.deliver()
        state.tell("It is on its way. Then run the same without --send.")
        return
    token = secret.ask(state, "Token or code", variable="REALTY_TOKEN", stdin=stdin, flag="--token-stdin")
    show_account(state, confirm(state, token.strip()))


@telegram.command("link")
def link_telegram(context: typer.Context) -> None:
    """Let your account be entered by Telegram: give what Telegram signed (JSON of the Login Widget, or init_data) on
    standard input.

    Example: realty auth telegram link < signed.json
    """
    import json
    import sys

    from realty_cli.auth.schemas.entering import TelegramAuth
    from realty_cli.errors import Invalid
    from realty_cli.kit.schema import validate

    state = state_of(context)
    text = sys.stdin.read(16_384).strip()
    values: Any = {"init_data": text}
    if text.startswith("{"):
        try:
            values = json.loads(text)
        except ValueError:
            raise Invalid.one("stdin", "request.json") from None
    with state.read() as work:
        actor = work.actor
    state.realty.gate.link_telegram(actor, validate(TelegramAuth, values), here())
    state.tell("Telegram is linked.")


@telegram.command("unlink")
def unlink_telegram(context: typer.Context) -> None:
    """Let Telegram no longer enter your account.

    Example: realty auth telegram unlink
    """
    state = state_of(context)
    with state.write("auth telegram unlink") as work:
        work.account.unlink_telegram()
    state.tell("Telegram is no longer linked.")
