"""Secrets from the person: from the terminal without an echo, from standard input, from the environment. Never from the
line, which everybody on the machine can read."""

from __future__ import annotations

import getpass
import os
import sys

import typer

from realty_cli.cli.ask import interactive
from realty_cli.cli.state import State
from realty_cli.errors import Invalid

_LONGEST = 4_096


def from_stdin() -> str:
    """The first line of standard input."""
    return sys.stdin.readline(_LONGEST).rstrip("\r\n")


def ask(state: State, question: str, *, variable: str, stdin: bool = False, flag: str = "--password-stdin") -> str:
    """A secret: from standard input if that was asked for, else from the variable, else from the terminal."""
    if stdin:
        return from_stdin()
    if given := os.environ.get(variable):
        return given
    if not interactive():
        raise Invalid.one("password", "secret.needed", flag=flag, variable=variable)
    try:
        return getpass.getpass(state.say.text(question) + ": ", stream=sys.stderr)
    except EOFError:
        state.tell("Nothing was changed.")
        raise typer.Exit(1) from None


def ask_new(state: State, *, variable: str = "REALTY_NEW_PASSWORD", stdin: bool = False) -> str:
    """A new password; on a terminal it is asked for twice."""
    typed = not stdin and variable not in os.environ and interactive()
    first = ask(state, "New password", variable=variable, stdin=stdin)
    if typed and ask(state, "Once more", variable=variable) != first:
        raise Invalid.one("new_password", "secret.differs")
    return first
