"""`realty init`, `version`, `completion`: before there is a store to work on."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from realty_cli.cli.state import state_of

app = typer.Typer()


@app.command("init")
def init(
    context: typer.Context,
    username: Annotated[str | None, typer.Option(help="Name of the first account.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing; take what is not given from the system.")] = False,
) -> None:
    """Make the store and its first account, and sign it in.

    Example: realty init --yes --username anna
    """
    from realty_cli.cli.ask import interactive, prompt
    from realty_cli.cli.output import emit_json

    state = state_of(context)
    name = username
    if name is None:
        try:
            default = getpass.getuser()
        except (KeyError, OSError):  # a user without an entry in the system's list
            default = "agent"
        name = (
            default if yes or not interactive() else prompt(state, "Name of the first account", "--username", default)
        )
    actor = state.realty.create(name)
    place = str(state.realty.database.path or state.realty.database.url.rpartition("@")[2])
    if state.format in ("json", "jsonl"):
        emit_json({"store": place, "username": actor.username, "role": "admin"})
    state.tell("The store is ready: {place}", place=place)
    state.tell("You work as {name}. Next: realty properties import FILE, or realty properties add", name=actor.username)


@app.command("version")
def version(context: typer.Context) -> None:
    """Print the version.

    Example: realty version --json
    """
    from realty_cli.cli.main import version_line
    from realty_cli.cli.output import emit_json, write_line

    if state_of(context).format in ("json", "jsonl"):
        emit_json({"version": version_line().partition(" ")[2]})
    else:
        write_line(version_line())


_SHELLS = {"bash": "realty.bash", "zsh": "_realty", "fish": "realty.fish"}


@app.command("completion")
def completion(
    context: typer.Context,
    shell: Annotated[str | None, typer.Argument(help="bash, zsh or fish; by default the one you use.")] = None,
    install: Annotated[bool, typer.Option("--install", help="Write it where the shell looks for it.")] = False,
) -> None:
    """Print completion for your shell, or install it.

    Example: realty completion bash --install
    """
    from realty_cli.cli.output import write_line
    from realty_cli.cli.shells import install_script, script
    from realty_cli.errors import Invalid

    state = state_of(context)
    name = shell or Path(os.environ.get("SHELL", "bash")).name
    if name not in _SHELLS:
        raise Invalid.one("shell", "completion.unknown", value=name, known=", ".join(_SHELLS))
    if install:
        place = install_script(name)
        state.tell("Written: {path}. Open a new terminal to use it.", path=str(place))
        return
    write_line(script(name).rstrip("\n"))
    sys.stdout.flush()
