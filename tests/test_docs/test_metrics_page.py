"""What docs/metrics.md shows is what happens."""

from __future__ import annotations

from pathlib import Path

from tests.test_docs.console import Terminal, fits, plain, steps

PAGE = (Path(__file__).resolve().parents[2] / "docs/metrics.md").read_text("utf-8")


def test_every_command_answers_as_shown(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    for step in steps(PAGE):
        code, seen = terminal.run(step.command)
        answer = "\n".join(filter(None, map(plain, seen)))
        place = f"docs/metrics.md:{step.line}: $ {step.command}\nexit code {code}, answered:\n{answer}"
        assert code == 0, place
        assert fits(step.answer, seen), place + "\nthe page shows:\n" + "\n".join(step.answer)
