"""What docs/alerts.md shows is what happens, and its tables are those of the program."""

from __future__ import annotations

import re
from pathlib import Path

from realty_cli.analytics.alert_rules import RULES
from tests.test_docs.console import Terminal, fits, plain, steps

PAGE = (Path(__file__).resolve().parents[2] / "docs/alerts.md").read_text("utf-8")


def test_every_command_answers_as_shown(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    typed = steps(PAGE)
    assert len(typed) > 10
    for step in typed:
        code, seen = terminal.run(step.command)
        answer = "\n".join(filter(None, map(plain, seen)))
        place = f"docs/alerts.md:{step.line}: $ {step.command}\nexit code {code}, answered:\n{answer}"
        assert code == 0, place
        assert fits(step.answer, seen), place + "\nthe page shows:\n" + "\n".join(step.answer)


def test_the_tables_name_every_rule() -> None:
    named = set(
        re.findall(r"`(\w+)`", "".join(line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| `")))
    )
    assert RULES.keys() <= named
