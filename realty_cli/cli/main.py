"""The command `realty`: global options, groups that load when used, and where errors become exit codes."""

from __future__ import annotations

import errno
import io
import os
import re
import signal
import sys
from contextlib import suppress
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command_from_info, get_group_from_info

from realty_cli import __version__
from realty_cli.cli import exits, usage
from realty_cli.cli.options import leave_out_unused
from realty_cli.cli.plain_types import read_plainly
from realty_cli.cli.state import State
from realty_cli.errors import Invalid, RealtyError
from realty_cli.kit.i18n import choose, translator
from realty_cli.kit.i18n import mark as _

if TYPE_CHECKING:
    from collections.abc import Callable

#: Command or group, the module that has it as `app`, and its line in `realty --help`.
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("setup", "Make the store and the first account."),
    "demo": ("demo", "Try realty on a sample agency in a throwaway store."),
    "serve": ("serve", "Serve the API over HTTP."),
    "auth": ("auth", "Accounts: sign in, sessions, keys, second factor, users."),
    "properties": ("property_files", "Listings: add, find, edit, price, import and export."),
    "clients": ("client_files", "Clients: enter, find, log; leads, files, personal data."),
    "requests": ("request_files", "What buyers look for, and the listings that suit."),
    "matches": ("matches", "What was shown, refused or liked of what matched."),
    "deals": ("deal_files", "Deals: enter, move, reserve, close; offers, chains and money."),
    "events": ("event_group", "The calendar: showings and what else is agreed upon; files, series, plans."),
    "analytics": ("analytics_group", "Numbers: dashboard, metrics, trends, forecasts, alerts, reports."),
    "today": ("today", "What is late, what is due today and soon."),
    "search": ("desk", "Find listings, clients, deals and events by words, phone or number."),
    "log": ("desk", "What was changed, when, by whom."),
    "undo": ("desk", "Take back the last command, or any one of the log."),
    "db": ("db", "The store itself: back up, restore, check, migrate."),
    "config": ("config", "Settings: read and change."),
    "doctor": ("doctor", "Check this installation and say what to mend."),
    "completion": ("setup", "Print or install completion for your shell."),
    "version": ("setup", "Print the version."),
}
ERROR = _("Error")
#: Options that may stand anywhere in the line, and how many words follow each.
_GLOBAL = {"--json": 0, "--quiet": 0, "-q": 0, "--output": 1, "--lang": 1, "--db": 1, "--as": 1}
OUTPUTS = ("table", "tsv", "json", "jsonl", "csv", "md")


def _hoist(args: list[str]) -> list[str]:
    """The line with its global options in front, wherever they stood."""
    front: list[str] = []
    rest: list[str] = []
    position = 0
    while position < len(args):
        word = args[position]
        name, equals, _ = word.partition("=")
        if word == "--":
            rest += args[position:]
            break
        takes = _GLOBAL.get(name)
        if takes is None or (equals and not takes):
            rest.append(word)
        else:
            count = 0 if equals else takes
            front += args[position : position + 1 + count]
            position += count
        position += 1
    return front + rest


def _asked_language(args: list[str]) -> str:
    """The language for help, which is shown before options are read."""
    flag = None
    for position, word in enumerate(args):
        if word == "--lang" and position + 1 < len(args):
            flag = args[position + 1]
        elif word.startswith("--lang="):
            flag = word.partition("=")[2]
    try:
        return choose(flag=flag, env=os.environ)
    except Invalid:
        return "en"


def _translate_help(command: Any, language: str) -> None:
    if language == "en":
        return
    text = translator(language).text
    if command.help:
        command.help = text(command.help)
    if getattr(command, "short_help", None):
        command.short_help = text(command.short_help)
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = text(parameter.help)


class Lean(TyperGroup):
    """A group that builds of a command only what the line uses."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, command, rest = super().resolve_command(ctx, args)
        if command is not None and not ctx.resilient_parsing:
            leave_out_unused(command, rest)
            read_plainly(command, ctx)
        return name, command, rest


class Group(Lean):
    """A group whose commands are built when one is used: building all of them costs more than running most of them."""

    source: typer.Typer | None = None

    def _builders(self) -> dict[str, Callable[[], Any]]:
        if self.source is None:
            return {}
        found: dict[str, Callable[[], Any]] = {}
        for info in self.source.registered_commands:
            assert info.callback is not None
            name = info.name or info.callback.__name__.strip("_").replace("_", "-")
            found[name] = partial(
                get_command_from_info, info, pretty_exceptions_short=True, rich_markup_mode=self.rich_markup_mode
            )
        for group in self.source.registered_groups:
            found[str(group.name)] = partial(
                get_group_from_info,
                group,
                pretty_exceptions_short=True,
                rich_markup_mode=self.rich_markup_mode,
                suggest_commands=True,
            )
        return found

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args and not ctx.resilient_parsing:  # its help will follow
            ctx.find_root().meta["realty.help_language"] = language = _error_language(ctx.find_root())
            _translate_help(self, language)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: Any) -> list[str]:
        return list(self._builders())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in self.commands:
            builder = self._builders().get(cmd_name)
            if builder is None:
                return None
            command = builder()
            _translate_help(command, _language_of(ctx))
            for inner in getattr(command, "commands", {}).values():
                _translate_help(inner, _language_of(ctx))
            self.commands[cmd_name] = command
        return self.commands[cmd_name]


def _language_of(ctx: Any) -> str:
    return str(ctx.find_root().meta.get("realty.help_language", "en"))


class Root(Lean):
    """The top: hoists global options, loads groups on use, maps errors to exit codes."""

    _only_names = False

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        args = _hoist(args)
        if not args or "--help" in args or ctx.resilient_parsing:
            ctx.meta["realty.help_language"] = _asked_language(args)
            _translate_help(self, ctx.meta["realty.help_language"])
        read_plainly(self, ctx)
        rest = super().parse_args(ctx, args)
        ctx.meta["realty.words"] = [*ctx._protected_args, *rest]
        return rest

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        line = list(args)
        try:
            return super().make_context(info_name, args, parent, **extra)
        except Exception as error:
            if not usage.is_usage(error) or usage.is_help(error):
                raise
            _explain(usage.refusal(error, None, line), _asked_language(_hoist(line)))
            raise typer.Exit(exits.INVALID) from error

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        module, line = COMMANDS[cmd_name]
        if self._only_names:
            return TyperCommand(name=cmd_name, help=translator(_language_of(ctx)).text(line))
        app: typer.Typer = import_module(f"realty_cli.cli.{module}").app
        single = next((one for one in app.registered_commands if one.name == cmd_name), None)
        command: Any
        if single is not None:
            command = get_command_from_info(
                single, pretty_exceptions_short=True, rich_markup_mode=self.rich_markup_mode
            )
        else:
            command = Group(name=cmd_name, help=line, rich_markup_mode=self.rich_markup_mode, no_args_is_help=True)
            command.source = app
        _translate_help(command, _language_of(ctx))
        return command

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        # The base class proposes names out of `commands`, which holds what was built; ours are in the table.
        self.commands = dict.fromkeys(COMMANDS)  # type: ignore[assignment]
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        self._only_names = True
        try:
            super().format_help(ctx, formatter)
        finally:
            self._only_names = False

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        self._only_names = True
        try:
            return super().shell_complete(ctx, incomplete)
        finally:
            self._only_names = False

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except RealtyError as error:
            _explain(error, _error_language(ctx), ctx)
            raise typer.Exit(exits.code_of(error)) from error
        except (typer.Exit, typer.Abort, OSError):
            raise
        except Exception as error:
            if isinstance(error, RuntimeError) and isinstance(error.__cause__, KeyboardInterrupt):
                # Ctrl-C in the making of a class: Python 3.11 wraps what `__set_name__` raises.
                State().tell("Interrupted.")
                raise typer.Exit(exits.INTERRUPTED) from None
            # A mistake of ours. The person needs a line to report, not our stack; REALTY_DEBUG shows that.
            if usage.is_usage(error) and not usage.is_help(error):
                _explain(usage.refusal(error, ctx, ctx.meta["realty.words"]), _error_language(ctx))
                raise typer.Exit(exits.INVALID) from error
            if "REALTY_DEBUG" in os.environ or usage.is_help(error):
                raise
            say = translator(_error_language(ctx)).text
            what = f"{type(error).__name__}: {error}"
            typer.echo(say(_("This is a mistake in realty ({what}). Run it again with REALTY_DEBUG=1 to see where."),
                           what=_first_line(what)), err=True)  # fmt: skip
            raise typer.Exit(exits.BUG) from error
        except KeyboardInterrupt:
            state = ctx.obj if isinstance(ctx.obj, State) else State()
            state.tell("Interrupted.")
            raise typer.Exit(exits.INTERRUPTED) from None


#: Parameters of errors that hold values of a vocabulary.
_WORDS_IN = frozenset({"old", "new", "allowed", "deal_type", "kind", "side", "stage", "status"})
#: Where the words for a slice's vocabularies are, by how its codes begin; else they are those of listings.
_VOCABULARIES = {
    "deal": ("deal_view", "WORDS"),
    "event": ("event_view", "STATUSES"),
    "lead": ("client_view", "LEAD_WORDS"),
    "offer": ("deal_view", "OFFER_WORDS"),
}


def _first_line(text: str) -> str:
    from realty_cli.cli.output import clean

    return clean(text.splitlines()[0][:300]) if text else ""


def _explain(error: RealtyError, language: str, ctx: Any = None) -> None:
    """One sentence on stderr, and a line for each field at fault."""
    from realty_cli.cli.output import clean
    from realty_cli.kit.messages import message

    say = translator(language).text

    def sentence(code: str, params: dict[str, Any]) -> str:
        # Values of our vocabularies are shown in the reader's language, alone or in a list.
        view, name = _VOCABULARIES.get(code.partition(".")[0], ("listing_view", "WORDS"))
        words = getattr(import_module(f"realty_cli.cli.{view}"), name)
        shown = {
            name: ", ".join(say(words.get(part, part)) for part in value.split(", "))
            if name in _WORDS_IN and isinstance(value, str)
            else value
            for name, value in params.items()
        }
        return message(code, language, **shown)

    fields = error.fields if isinstance(error, Invalid) else []
    if len(fields) == 1 and error.code == "invalid":
        problem = fields[0]
        typer.echo(clean(f"{say(ERROR)}: {problem.field}: {sentence(problem.code, problem.params)}"), err=True)
        return
    typer.echo(clean(f"{say(ERROR)}: {sentence(error.code, error.params)}"), err=True)
    for problem in fields:
        typer.echo(clean(f"  {problem.field}: {sentence(problem.code, problem.params)}"), err=True)
    if error.params.get("conflicts"):
        from realty_cli.cli.event_view import in_the_way

        for line in in_the_way(ctx, error.params["conflicts"]):
            typer.echo(clean(line), err=True)


def _error_language(ctx: Any) -> str:
    try:
        return ctx.obj.language if isinstance(ctx.obj, State) else choose(flag=ctx.params.get("lang"), env=os.environ)
    except Invalid:
        return "en"


app = typer.Typer(
    cls=Root,
    name="realty",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The tool a real-estate agent, and the agency behind, run their day on.",
    epilog="Start with: realty demo",
)


@app.callback()
def _globals(
    context: typer.Context,
    output: Annotated[
        str | None, typer.Option("--output", help="table, tsv, json, jsonl, csv or md.", metavar="FORM")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --output json.")] = False,
    lang: Annotated[str | None, typer.Option("--lang", help="Language of messages: en or ru.", metavar="LANG")] = None,
    db: Annotated[str | None, typer.Option("--db", help="Address of the store.", metavar="URL")] = None,
    user: Annotated[str | None, typer.Option("--as", help="Work as this account.", metavar="USER")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print data and errors only.")] = False,
) -> None:
    if output is not None and output not in OUTPUTS:
        raise Invalid.one("--output", "output.unknown", value=output, known=", ".join(OUTPUTS))
    context.obj = State("json" if as_json else output, lang, db, user, quiet)
    if db is not None and re.search("://[^/@:]*:[^/@]", db):
        context.obj.tell(_("Everybody on this machine can read a password in a command line. Give the address in"
                           " REALTY_DATABASE_URL, or the password in ~/.pgpass."))  # fmt: skip
    if lang is not None:
        context.obj.language  # noqa: B018 - an unknown language is refused before any work


def run() -> None:
    """The entry point: quiet when the reader of a pipe leaves, one line when the output cannot be written."""
    try:
        _complete_streams()
        _end_on_signals()
        try:
            app(prog_name="realty")
        finally:
            sys.stdout.flush()
            # The work is done or undone; a late Ctrl-C must not turn the interpreter's own end into a stack.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):
            _leave_quietly()  # Typer and Rich would end with 1
        raise
    except BrokenPipeError:
        _leave_quietly()
    except OSError as error:
        with suppress(OSError):  # the terminal may be gone
            sys.stderr.write(f"realty: {error.strerror or error}\n")
        os._exit(exits.UNAVAILABLE)
    except KeyboardInterrupt:
        os._exit(exits.INTERRUPTED)


def _complete_streams() -> None:
    """Give every standard stream a file: whatever was opened next would get the number of a closed one."""
    closed = [stream is None for stream in (sys.stdin, sys.stdout, sys.stderr)]
    if any(closed):
        while (opened := os.open(os.devnull, os.O_RDWR)) <= 2:
            pass
        os.close(opened)
        sys.stdin = sys.stdin or os.fdopen(0)
        sys.stderr = sys.stderr or os.fdopen(2, "w")
        if closed[1]:
            raise OSError(errno.EBADF, "standard output is closed")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a letter gets an escape in its place, not an error.
            stream.reconfigure(errors="backslashreplace")
    if "_REALTY_COMPLETE" in os.environ:
        from typer._completion_classes import completion_init

        completion_init()


def _end_on_signals() -> None:
    """Told to end, or with its terminal gone, a command ends as after Ctrl-C: what is not committed is rolled back,
    temporary files go. Who started it under nohup is not asked again."""

    def end(number: int, _frame: Any) -> None:
        raise SystemExit(128 + number)

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, end)


def _leave_quietly() -> NoReturn:
    # Python would complain once more when it flushes stdout at exit.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os._exit(exits.OK)


def version_line() -> str:
    return f"realty {__version__}"
