"""What guards an account: second factor, sessions, keys for programs; and the keys that sign access tokens."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from realty_cli.cli.state import State, state_of
from realty_cli.kit.i18n import mark as _

factors = typer.Typer(help=_("A second factor: a code of an app beside the password."))
sessions = typer.Typer(help=_("Where you are signed in."))
keys = typer.Typer(help=_("Keys for programs and scripts."))
signing = typer.Typer(help=_("The keys that sign access tokens of the server."))
_SCOPES = _(
    "May come several times. read: your own rows; write: changing and exporting them too; admin, of administrators:"
    " reading and ruling the whole agency (changing rows needs write beside it)."
)
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def _who(state: State) -> Any:
    with state.read() as work:
        return work.actor


def _columns(state: State, *fields: tuple[str, str], moments: tuple[str, ...] = ()) -> list[Any]:
    """Columns of a list: heading and field."""
    from realty_cli.cli.listing_view import moment

    def shown(name: str) -> Any:
        if name in moments:
            return lambda row: moment(state, row[name])
        return lambda row: _plain(row[name])

    return [(heading, shown(name), lambda row, name=name: _plain(row[name])) for heading, name in fields]


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "*" if value else ""
    return "" if value is None else str(value)


@factors.command("enable")
def enable(context: typer.Context) -> None:
    """Ask for a code of an app (Google Authenticator, Aegis, 1Password ...) at each sign-in.

    Shows a picture for the app and takes its first code from the terminal or from REALTY_OTP; then gives ten recovery
    codes, each of which stands in for the app once.

    Example: realty auth 2fa enable
    """
    from realty_cli.cli import secret
    from realty_cli.cli.auth import here
    from realty_cli.cli.output import emit_json, write_line

    state = state_of(context)
    with state.write("auth 2fa enable") as work:
        actor, made = work.actor, work.account.setup_two_factor()
    if state.format not in ("json", "jsonl"):
        write_line(made["qr_text"])
        write_line(made["secret"])
    else:
        emit_json({name: made[name] for name in ("secret", "otpauth_uri")})
    code = secret.ask(state, "Code that the app shows", variable="REALTY_OTP", flag="REALTY_OTP")
    _show_codes(state, state.realty.gate.verify_two_factor(actor, code.strip(), here()))
    state.tell("From now on signing in asks for a code. Keep the recovery codes where the phone is not.")


def _show_codes(state: State, body: dict[str, Any]) -> None:
    from realty_cli.cli.output import emit_json, write_line

    if state.format in ("json", "jsonl"):
        emit_json(body)
        return
    for code in body["recovery_codes"]:
        write_line(code)


@factors.command("disable")
def disable(context: typer.Context) -> None:
    """Ask for no code any more. Needs the password and a code: of the app, or a recovery code.

    Example: realty auth 2fa disable
    """
    from realty_cli.cli.auth import here

    state = state_of(context)
    actor = _who(state)
    word, code = _both(state)
    state.realty.gate.disable_two_factor(actor, word, code, here())
    state.tell("The second factor is off.")


@factors.command("codes")
def codes(context: typer.Context) -> None:
    """New recovery codes; the old ones end.

    Example: realty auth 2fa codes
    """
    from realty_cli.cli.auth import here

    state = state_of(context)
    actor = _who(state)
    word, code = _both(state)
    _show_codes(state, state.realty.gate.renew_recovery_codes(actor, word, code, here()))


def _both(state: State) -> tuple[str, str]:
    from realty_cli.cli import secret

    word = secret.ask(state, "Password", variable="REALTY_PASSWORD", flag="REALTY_PASSWORD")
    return word, secret.ask(state, "Code of your second factor", variable="REALTY_OTP", flag="REALTY_OTP").strip()


@sessions.command("list")
def list_sessions(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="Most to show.")] = 20,
    offset: Annotated[int, typer.Option(min=0, help="How many to pass over.")] = 0,
) -> None:
    """Where you are signed in, with the session of this machine marked.

    Example: realty auth sessions list
    """
    from realty_cli.auth.paging import PageQuery
    from realty_cli.cli.output import emit

    state = state_of(context)
    with state.read() as work:
        body = work.account.sessions(PageQuery(limit=limit, offset=offset))
    columns = _columns(
        state, (_("ID"), "id"), (_("Here"), "current"), (_("How"), "method"), (_("Address"), "address"),
        (_("Program"), "agent"), (_("Since"), "created_at"), (_("Last used"), "last_used_at"),
        moments=("created_at", "last_used_at"),
    )  # fmt: skip
    emit(state, body, columns, body["items"])


@sessions.command("revoke")
def revoke_sessions(
    context: typer.Context,
    session: Annotated[int | None, typer.Argument(help="Number of the session.", show_default=False)] = None,
    others: Annotated[bool, typer.Option("--others", help="All but this machine's.")] = False,
) -> None:
    """End a session: its tokens work no longer.

    Example: realty auth sessions revoke --others
    """
    from realty_cli.errors import Invalid

    state = state_of(context)
    if (session is None) is not others:
        raise Invalid.one("session", "sessions.which")
    with state.write("auth sessions revoke") as work:
        if session is None:
            count = work.account.end_other_sessions()
        else:
            work.account.end_session(session)
            count = 1
    state.tell_many("Ended {n} session.", "Ended {n} sessions.", count)


@keys.command("create")
def create_key(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What it is for.")],
    scope: Annotated[list[str] | None, typer.Option(help=_SCOPES)] = None,
    expires: Annotated[str | None, typer.Option(help="When it ends: a date, +90d, in a year.")] = None,
) -> None:
    """Make a key for a program. It is shown once, here; give it to cron and scripts as REALTY_API_KEY.

    Example: realty auth keys create nightly-export --scope write --expires +365d
    Example: realty auth keys create agency-dashboard --scope admin
    """
    from realty_cli.auth.schemas.security import ApiKeyCreate
    from realty_cli.cli.auth import here
    from realty_cli.cli.listing_form import moment_of
    from realty_cli.cli.output import emit_json, write_line
    from realty_cli.kit.schema import validate

    state = state_of(context)
    values: dict[str, Any] = {"name": name, **({"scopes": scope} if scope else {})}
    if expires is not None:
        with state.read() as work:
            values["expires_at"] = moment_of(work, expires, "--expires")
    data = validate(ApiKeyCreate, values)
    with state.write("auth keys create") as work:
        body = work.api_keys.create(data, here())
    if state.format in ("json", "jsonl"):
        emit_json(body)
    else:
        write_line(body["key"])
    state.tell("The key is shown this once. Whoever has it may do as you may within {scopes}.",
               scopes=", ".join(body["scopes"]))  # fmt: skip


@keys.command("list")
def list_keys(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="Most to show.")] = 20,
    offset: Annotated[int, typer.Option(min=0, help="How many to pass over.")] = 0,
) -> None:
    """Your keys, without what opens anything.

    Example: realty auth keys list
    """
    from realty_cli.auth.paging import PageQuery
    from realty_cli.cli.output import emit

    state = state_of(context)
    with state.read() as work:
        body = work.api_keys.page(PageQuery(limit=limit, offset=offset))
    columns = _columns(
        state, (_("ID"), "id"), (_("Name"), "name"), (_("Begins"), "prefix"), (_("Ends in"), "last4"),
        (_("Scopes"), "scopes"), (_("Made"), "created_at"), (_("Until"), "expires_at"),
        (_("Last used"), "last_used_at"),
        moments=("created_at", "expires_at", "last_used_at"),
    )  # fmt: skip
    emit(state, body, columns, body["items"])


@keys.command("revoke")
def revoke_key(context: typer.Context, key: Annotated[int, typer.Argument(help="Number of the key.")]) -> None:
    """End a key at once.

    Example: realty auth keys revoke 3
    """
    from realty_cli.cli.auth import here

    state = state_of(context)
    with state.write("auth keys revoke") as work:
        work.api_keys.revoke(key, here())
    state.tell("The key works no longer.")


@signing.command("list")
def list_signing(context: typer.Context) -> None:
    """The keys that sign access tokens; the last one signs now.

    Example: realty auth signing list
    """
    from realty_cli.cli.output import emit

    state = state_of(context)
    found = state.realty.keys.listing()
    columns = _columns(
        state, (_("Key"), "kid"), (_("Made"), "created_at"), (_("Until"), "retired_at"),
        moments=("created_at", "retired_at"),
    )  # fmt: skip
    emit(state, {"items": found}, columns, found)


@signing.command("rotate")
def rotate_signing(context: typer.Context) -> None:
    """Sign with a new key from now on; tokens of the old one live until they expire.

    Example: realty auth signing rotate
    """
    state = state_of(context)
    kid = state.realty.keys.rotate()
    state.tell("New tokens are signed by {key}.", key=kid)


@signing.command("remove")
def remove_signing(
    context: typer.Context, key: Annotated[str, typer.Argument(help="Key, as the list shows it.")], yes: Yes = False
) -> None:
    """Remove a key: tokens that it signed work no longer.

    Example: realty auth signing remove 1f2e3d --yes
    """
    from realty_cli.cli.ask import confirm

    state = state_of(context)
    confirm(state, yes, "End every access token that this key signed?")
    state.realty.keys.remove(key)
    state.tell("The key is removed.")
