"""What docs/calendar.md shows is what happens, and its table is that of the program."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from realty_cli.events.kinds import MOVES, EventStatus
from tests.test_docs.console import Terminal, fits, plain, steps

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/calendar.md").read_text("utf-8")


def test_every_command_answers_as_shown(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "sample-data", tmp_path / "sample-data")
    terminal = Terminal(tmp_path)
    typed = steps(PAGE)
    assert len(typed) > 10
    for step in typed:
        code, seen = terminal.run(step.command)
        answer = "\n".join(filter(None, map(plain, seen)))
        place = f"docs/calendar.md:{step.line}: $ {step.command}\nexit code {code}, answered:\n{answer}"
        assert code == 0, place
        assert fits(step.answer, seen), place + "\nthe page shows:\n" + "\n".join(step.answer)


def test_the_table_of_statuses_is_that_of_the_rules() -> None:
    table = PAGE.partition("| Status | Then |")[2].partition("\n\n")[0]
    found = {}
    for line in table.splitlines()[2:]:
        (begin,), to = ([EventStatus(word) for word in re.findall(r"`(\w+)`", cell)] for cell in line.split("|")[1:3])
        found[begin] = frozenset(to)
    assert found == MOVES
