"""The command line inside the test's own process: as fast as a call, and with nothing in between but a terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from realty_cli.app import Realty
from realty_cli.cli.main import app
from realty_cli.settings import Settings
from tests.command import Ran
from tests.conftest import Agency


class Line:
    """Runs `realty ...` in the home of the test and checks how it ends."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._runner = CliRunner()

    def __call__(
        self, *words: object, code: int | None = 0, stdin: str | bytes | None = None, env: dict[str, str] | None = None
    ) -> Ran:
        settings = {"COLUMNS": "200", "TERM": "dumb", "NO_COLOR": "1", **(env or {})}
        done = self._runner.invoke(app, [str(word) for word in words], input=stdin, env=settings)
        ran = Ran(done.exit_code, done.stdout, done.stderr)
        odd = done.exception if not isinstance(done.exception, SystemExit | None) else None
        assert odd is None, (words, odd)
        assert code is None or ran.code == code, f"{words}: exit {ran.code}\n{ran.out}\n{ran.err}"
        return ran

    def json(self, *words: object, code: int | None = 0, **options: Any) -> Any:
        """What the command answers with `--json`."""
        return json.loads(self(*words, "--json", code=code, **options).out)


@pytest.fixture
def realty(home: Path) -> Line:
    return Line(home)


@pytest.fixture
def office(home: Path) -> Agency:
    """The same store through the services, with the clock that the command goes by."""
    working = Realty(Settings(home=home))
    return Agency(working, working.clock)  # type: ignore[arg-type]
