"""Questions to the person. Without a terminal nothing is asked: the command refuses and names the flag to give."""

from __future__ import annotations

import sys

import typer

from realty_cli.cli.state import State
from realty_cli.errors import Invalid


def interactive() -> bool:
    """Whether somebody sits there who can answer."""
    try:
        return sys.stdin.isatty() and sys.stderr.isatty()
    except (AttributeError, ValueError):  # closed streams
        return False


def confirm(state: State, yes: bool, question: str, **params: object) -> None:
    """Go on only after a yes: from `--yes`, or from the person. Anything else ends the command, changing nothing."""
    if yes:
        return
    if not interactive():
        raise Invalid.one("--yes", "confirm.needed")
    from realty_cli.cli.output import clean

    sentence = clean(state.say.text(question, **params))
    letters = state.say.text("[y/N]")
    typer.echo(f"{sentence} {letters} ", err=True, nl=False)
    answer = sys.stdin.readline().strip().casefold()
    if answer not in ("y", "yes", "д", "да"):
        state.tell("Nothing was changed.")
        raise typer.Exit(1)


def prompt(state: State, question: str, flag: str, default: str = "") -> str:
    """A line from the person, or a refusal that names the flag to give instead."""
    if not interactive():
        raise Invalid.one(flag, "prompt.needed", flag=flag)
    suffix = f" [{default}]" if default else ""
    typer.echo(f"{state.say.text(question)}{suffix}: ", err=True, nl=False)
    line = sys.stdin.readline()
    if not line:
        # Ctrl-D: the person has left.
        state.tell("Nothing was changed.")
        raise typer.Exit(1)
    return line.strip() or default
