"""The pages that show commands: each is typed as it stands and answers as it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_docs.console import Terminal, blocks, fits, plain, steps

ROOT = Path(__file__).resolve().parents[2]
PAGES = {"README.md": "en", "docs/README.ru.md": "ru"}


@pytest.mark.parametrize("page", PAGES)
def test_the_tour(page: str, tmp_path: Path) -> None:
    """All commands of the page in order, each with exit code 0 and the answer shown."""
    shutil.copytree(ROOT / "sample-data", tmp_path / "sample-data")
    terminal = Terminal(tmp_path, **({"REALTY_LANG": PAGES[page]} if PAGES[page] != "en" else {}))
    typed = steps((ROOT / page).read_text("utf-8"))
    assert len(typed) > 30
    for step in typed:
        code, seen = terminal.run(step.command)
        answer = "\n".join(filter(None, map(plain, seen)))
        place = f"{page}:{step.line}: $ {step.command}\nexit code {code}, answered:\n{answer}"
        assert code == 0, place
        assert fits(step.answer, seen), place + "\nthe page shows:\n" + "\n".join(step.answer)


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[\w-]*)?\)", text):
        if not target.startswith("http"):
            assert ((ROOT / page).parent / target).resolve().exists(), target


def test_both_pages_make_the_same_tour() -> None:
    """Word for word the same commands, but for what is said in the reader's language."""

    def words(page: str) -> list[str]:
        return [step.command.replace("exit code", "код выхода") for step in steps((ROOT / page).read_text("utf-8"))]

    assert words("README.md") == words("docs/README.ru.md")


@pytest.mark.skipif(os.environ.get("CI", "").lower() not in {"true", "1"}, reason="builds an environment; set CI=true")
def test_the_install_line(tmp_path: Path) -> None:
    """The one line of "Try it", in a copy of the checkout with nothing in it but the source."""
    [(_, lines)] = [block for block in blocks((ROOT / "README.md").read_text("utf-8"), "sh") if "venv" in block[1][0]]
    for name in ("pyproject.toml", "constraints.txt", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path / name)
    for name in ("realty_cli", "sample-data"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    outside = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    # The python3 of the line is the one that runs the tests, not what else this machine has.
    interpreters = tmp_path / "interpreters"
    interpreters.mkdir()
    (interpreters / "python3").symlink_to(Path(sys.executable).resolve())
    ran = subprocess.run(
        ["/bin/sh", "-c", "\n".join(lines)], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=900,
        env={**outside, "PATH": f"{interpreters}{os.pathsep}{outside['PATH']}", "REALTY_HOME": str(tmp_path / "home")},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "created 88" in ran.stderr
    assert not (tmp_path / "home").exists()
