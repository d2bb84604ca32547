"""The scripts in completions/ as each shell runs them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.command import Command
from tests.test_docs.console import Terminal

SCRIPTS = Path(__file__).resolve().parents[2] / "completions"
#: What stands on the line, and some of what must be offered.
LINES = {
    "realty pro": {"properties"},
    "realty properties li": {"list"},
    "realty properties list --sta": {"--status"},
    "realty properties status 1 ": {"active", "sold", "withdrawn"},
    "realty --lang ru properties list --deal ": {"sale", "rent", "daily_rent"},
}


def shell(name: str, program: str, folder: Path) -> str:
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed here")
    ran = subprocess.run(
        [name, "-c", program], env=Terminal(folder).environment, capture_output=True, text=True, check=True, timeout=60
    )
    assert "Traceback" not in ran.stderr
    return ran.stdout


@pytest.mark.parametrize("line", LINES)
def test_bash(line: str, tmp_path: Path) -> None:
    words = line.split(" ")
    program = (
        f"source {SCRIPTS / 'realty.bash'}\nCOMP_WORDS=({' '.join(word or chr(39) * 2 for word in words)})\n"
        f"COMP_CWORD={len(words) - 1}\n_realty_completion realty\nprintf '%s\\n' \"${{COMPREPLY[@]}}\""
    )
    assert LINES[line] <= set(shell("bash", program, tmp_path).splitlines())


@pytest.mark.parametrize("line", LINES)
def test_fish(line: str, tmp_path: Path) -> None:
    offered = shell("fish", f"source {SCRIPTS / 'realty.fish'}\ncomplete -C '{line}'", tmp_path)
    assert LINES[line] <= {one.partition("\t")[0] for one in offered.splitlines()}


def test_fish_still_offers_files(tmp_path: Path) -> None:
    (tmp_path / "flats.csv").touch()
    program = f"cd {tmp_path}\nsource {SCRIPTS / 'realty.fish'}\ncomplete -C 'realty properties import fla'"
    assert "flats.csv" in shell("fish", program, tmp_path)


@pytest.mark.parametrize("line", LINES)
def test_zsh(line: str, tmp_path: Path) -> None:
    """`compadd` and `_describe` belong to a line being edited; here they say what they were given."""
    program = (
        "compdef() { :; }; compadd() { print -l -- $@; }; _arguments() { print -l -- $@; }; _files() { :; }\n"
        f"_describe() {{ print -l -- ${{(P)2}} }}\nsource {SCRIPTS / '_realty'}\n"
        f"words=({' '.join(word or chr(39) * 2 for word in line.split(' '))}); CURRENT={len(line.split(' '))}\n"
        "_realty_completion"
    )
    offered = shell("zsh", program, tmp_path)
    assert all(word in offered for word in LINES[line])


def test_the_command_prints_what_lies_here(realty_command: Command) -> None:
    for name, script in (("bash", "realty.bash"), ("zsh", "_realty"), ("fish", "realty.fish")):
        assert realty_command("completion", name).out == (SCRIPTS / script).read_text("utf-8")
