"""Completion (item 168) in the shells themselves: whatever titles and files are called, nothing of it runs."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from realty_cli.store import driver
from tests.command import Command
from tests.test_acceptance.faults import Forge
from tests.test_acceptance.terminals import Terminal

HOSTILE = [
    "$(touch marker)Seen",
    "`touch marker`Seen",
    "Seen'; touch marker; '",
    'Seen"; touch marker; "',
    "Seen\ntouch marker\n",
    "Seen\\`touch marker\\` \\$(touch marker)",
    "${IFS}Seen;touch marker|touch marker&touch marker",
    "<(touch marker) >marker Seen",
    "*Seen [a-z] ~root !! ^a^b",
    "\x1b]0;owned\x07Seen\x1b[2J",
]
_FIRST = 4711


@pytest.fixture
def folder(forge: Forge, home: Path, tmp_path: Path) -> Path:
    """A folder with files of hostile names, and a store with hostile titles, the numbers 4711 and on."""
    assert forge.run("write", home, count=len(HOSTILE)) == 0
    connection = driver.sqlite.connect(str(home / "realty.db"), isolation_level=None)
    for number, title in enumerate(HOSTILE, 1):
        connection.execute("UPDATE properties SET id = ?, title = ? WHERE id = ?", (_FIRST + number - 1, title, number))
    connection.close()
    here = tmp_path / "here"
    here.mkdir()
    for title in HOSTILE:
        (here / (title.replace("/", "") + ".csv")).touch()
    programs = tmp_path / "bin"
    programs.mkdir()
    program = programs / "realty"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m realty_cli "$@"\n')
    program.chmod(0o700)
    return here


def _environment(home: Path, **more: str) -> dict[str, str]:
    path = f"{home.parent / 'bin'}:{os.environ['PATH']}"
    return Command(home).environment(PATH=path, HOME=str(home.parent), TERM="xterm", PS1="ready> ", **more)


def _shell(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def _start(name: str, home: Path, here: Path) -> Terminal:
    """An interactive shell with our completion, as a person has it after `realty completion NAME --install`."""
    program, own = _shell(name), home.parent
    command = Command(home)
    script = command("completion", name).out
    match name:
        case "bash":
            (own / "bashrc").write_text(f"PS1='ready> '\n{script}\n")
            return Terminal([program, "--rcfile", own / "bashrc", "-i"], _environment(home), cwd=here)
        case "zsh":
            (own / "functions").mkdir()
            (own / "functions" / "_realty").write_text(script)
            (own / ".zshrc").write_text(
                f"PS1='ready> '\nfpath=({own}/functions $fpath)\nautoload -Uz compinit\ncompinit -u -d {own}/dump\n"
                "unsetopt PROMPT_SP\n"
            )
            return Terminal([program, "-i"], _environment(home, ZDOTDIR=str(own)), cwd=here)
    config = own / "config" / "fish"
    (config / "completions").mkdir(parents=True)
    (config / "completions" / "realty.fish").write_text(script)
    (config / "config.fish").write_text("function fish_prompt; echo 'ready> '; end\nset -g fish_greeting\n")
    return Terminal([program, "-i"], _environment(home, XDG_CONFIG_HOME=str(own / "config")), cwd=here)


_SEQUENCE = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|\([A-Z0]|[=>])")


def _tab_until(terminal: Terminal, wanted: str) -> None:
    """Press Tab, as a person does, until this is shown."""
    start = len(terminal.seen)
    for _ in range(60):
        terminal.type("\t")
        if wanted in _SEQUENCE.sub("", terminal.listen(0.5)[start:].decode(errors="replace")):
            return
    pytest.fail(f"{wanted} is not proposed: {terminal.seen[start:]!r}")


@pytest.mark.parametrize(
    ("shell", "line", "proposed"),
    [
        ("bash", "realty properties show ", str(_FIRST + 1)),
        ("zsh", "realty properties show ", str(_FIRST + 1)),
        ("fish", "realty properties show ", str(_FIRST + 1)),
        ("bash", "realty properties import ", "Seen"),
        ("bash", "realty properties show $(touch typed) `touch typed` ; touch typed & 47", ""),
        ("zsh", "realty properties show '$(touch typed) `touch typed` ; touch typed & 47", ""),
        ("fish", "realty properties show '$(touch typed) (touch typed) ; touch typed & 47", ""),
    ],
)  # fmt: skip
def test_168_titles_and_files_of_any_name_are_completed_and_nothing_runs(
    home: Path, folder: Path, shell: str, line: str, proposed: str
) -> None:
    before = sorted(os.listdir(folder))
    terminal = _start(shell, home, folder)
    try:
        terminal.wait_for("ready> ")
        terminal.type(line)
        _tab_until(terminal, proposed)
        terminal.listen(0.5)
    finally:
        terminal.process.kill()
        terminal.end()
    assert sorted(os.listdir(folder)) == before
    assert b"]0;owned\x07" not in terminal.seen


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_168_the_script_itself_holds_nothing_of_the_store(home: Path, folder: Path, shell: str) -> None:
    script = Command(home)("completion", shell).out
    assert "Seen" not in script
    assert "touch" not in script


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_168_what_completion_answers_holds_no_sign_that_a_shell_obeys(home: Path, folder: Path, shell: str) -> None:
    command = Command(home)
    words = "realty properties show "
    answer = command(
        env={
            "_REALTY_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_ARGS": words,
            "_TYPER_COMPLETE_FISH_ACTION": "get-args", "COMP_WORDS": words, "COMP_CWORD": "3",
        }
    ).out  # fmt: skip
    assert str(_FIRST) in answer
    for line in answer.splitlines():
        told = line.replace("_arguments", "").replace("'*: :((", "").replace("))'", "")
        assert not set("$`;|&<>!*~\x1b") & set(told), line
