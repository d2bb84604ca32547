"""What docs/clients.md shows is what happens, and its stages are those of the program."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from realty_cli.clients.kinds import LeadStage
from tests.test_docs.console import Terminal, fits, plain, steps

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/clients.md").read_text("utf-8")


def test_the_commands_answer_as_shown(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "sample-data", tmp_path / "sample-data")
    terminal = Terminal(tmp_path)
    typed = steps(PAGE)
    assert typed
    for step in typed:
        code, seen = terminal.run(step.command)
        answer = "\n".join(filter(None, map(plain, seen)))
        place = f"docs/clients.md:{step.line}: $ {step.command}\nexit code {code}, answered:\n{answer}"
        assert code == 0, place
        assert fits(step.answer, seen), place + "\nthe page shows:\n" + "\n".join(step.answer)


def test_every_stage_of_a_lead_is_there() -> None:
    table = PAGE.partition("| Stage |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`(\w+)`", table)) == {stage.value for stage in LeadStage}
