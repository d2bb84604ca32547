"""What the parser of the line refuses, as an error of ours: in the caller's language, with the remedy.

Typer words its refusals in English. They are told apart by their types and by the line itself, never by their wording.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from typer.core import TyperGroup

from realty_cli.errors import Invalid


def is_usage(error: Exception) -> bool:
    """Whether it comes from the parser: a wrong option, a missing argument."""
    return hasattr(error, "exit_code") and hasattr(error, "format_message")


def is_help(error: Exception) -> bool:
    """Whether it is no refusal: a group without a command shows its help."""
    return type(error).__name__ == "NoArgsIsHelpError"


def refusal(error: Any, ctx: Any, words: Sequence[str]) -> Invalid:
    """`ctx` of the whole line, and `words` the line behind the global options; no `ctx` and the whole line where those
    are at fault."""
    command, names, rest = _located(ctx, words)
    path = " ".join(("realty", *names))
    match type(error).__name__:
        case "NoSuchOption":
            return _no_option(error, path)
        case "MissingParameter":
            return _missing(error.param, path)
        case "BadOptionUsage":
            given = any(word.startswith(f"{error.option_name}=") for word in words)
            return Invalid.one(error.option_name, "usage.no_value" if given else "usage.needs_value", path=path)
        case "BadParameter" if error.param is not None:
            return _bad_value(error, path)
    if isinstance(command, TyperGroup):
        return _no_command(command.list_commands(ctx), path, rest)
    # What no argument takes.
    left = command.make_parser(error.ctx).parse_args(list(rest))[1]
    return Invalid("usage.extra", path=path, words=" ".join(left))


def _located(ctx: Any, words: Sequence[str]) -> tuple[Any, list[str], list[str]]:
    """The innermost command that a line names, its names, and the words behind them."""
    command, names = ctx.command if ctx else None, []
    for word in words:
        inner = command.get_command(ctx, word) if isinstance(command, TyperGroup) else None
        if inner is None:
            break
        command = inner
        names.append(word)
    return command, names, list(words[len(names) :])


def _no_option(error: Any, path: str) -> Invalid:
    like = ", ".join(error.possibilities or ())
    return Invalid.one(error.option_name, "usage.option_like" if like else "usage.no_option", path=path, like=like)


def _missing(param: Any, path: str) -> Invalid:
    if choices := _choices(param):
        return Invalid.one(_name(param), "usage.missing_choice", path=path, expected=choices)
    return Invalid.one(_name(param), "usage.missing", path=path)


def _bad_value(error: Any, path: str) -> Invalid:
    """What the adapter says is told by its type, as of a field of a body."""
    name, choices = _name(error.param), _choices(error.param)
    if choices:
        return Invalid.one(name, "field.enum", expected=choices)
    if hasattr(error.__cause__, "errors"):
        from realty_cli.kit.messages import MESSAGES
        from realty_cli.kit.schema import problems

        (first, *_) = problems(error.__cause__)
        if first.code in MESSAGES:
            return Invalid.one(name, first.code, **first.params)
    return Invalid.one(name, "usage.value", path=path)


def _no_command(known: Sequence[str], path: str, rest: Sequence[str]) -> Invalid:
    if not rest:
        return Invalid("usage.missing_command", path=path)
    like = ", ".join(get_close_matches(rest[0], known))
    return Invalid("usage.command_like" if like else "usage.no_command", path=path, word=rest[0], like=like)


def _name(param: Any) -> str:
    """An option by its longest name, an argument by its own."""
    if param.param_type_name == "option":
        return str(max(param.opts, key=len))
    return str(param.name)


def _choices(param: Any) -> str:
    found = param.type_descriptor.choices if param.type_descriptor.is_choice else ()
    return ", ".join(str(getattr(one, "value", one)) for one in found or ())
