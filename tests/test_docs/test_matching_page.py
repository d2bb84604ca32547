"""What docs/matching.md shows is what happens, and its wishes and points are those of the program."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from realty_cli.clients.matching import _WEIGHTS
from realty_cli.clients.request_kinds import Feature
from tests.test_docs.console import Terminal, fits, plain, steps

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/matching.md").read_text("utf-8")


def test_the_commands_answer_as_shown(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "sample-data", tmp_path / "sample-data")
    terminal = Terminal(tmp_path)
    typed = steps(PAGE)
    assert typed
    for step in typed:
        code, seen = terminal.run(step.command)
        answer = "\n".join(filter(None, map(plain, seen)))
        place = f"docs/matching.md:{step.line}: $ {step.command}\nexit code {code}, answered:\n{answer}"
        assert code == 0, place
        assert fits(step.answer, seen), place + "\nthe page shows:\n" + "\n".join(step.answer)


def test_every_wish_is_there() -> None:
    words = PAGE.partition("`--must` and `--nice` take")[2].partition("or any tag")[0]
    assert set(re.findall(r"`(\w+)`", words)) == {one.value for one in Feature}


def test_the_points_are_those_of_the_rule() -> None:
    rows = re.findall(r"^\| ([a-z, -]+) \| (\d+)(?: each)? \|", PAGE, re.M)
    names = {"plot": "land", "way to the metro": "metro_minutes", "each nice-to-have": "nice"}
    shown = {names.get(one, one): int(points) for row, points in rows for one in row.split(", ")}
    assert shown == _WEIGHTS
