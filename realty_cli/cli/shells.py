"""Completion scripts: what a shell needs to ask realty for completions."""

from __future__ import annotations

from pathlib import Path

from typer._completion_shared import get_completion_script

_PLACES = {
    "bash": ".local/share/bash-completion/completions/realty",
    "zsh": ".zfunc/_realty",
    "fish": ".config/fish/completions/realty.fish",
}


def script(shell: str) -> str:
    """The completion script of a shell, as Typer writes it."""
    return get_completion_script(prog_name="realty", complete_var="_REALTY_COMPLETE", shell=shell).strip() + "\n"


def install_script(shell: str) -> Path:
    """Write the script where the shell looks for it, and say where."""
    place = Path.home() / _PLACES[shell]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(script(shell), "utf-8")
    return place
