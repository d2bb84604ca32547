"""The command `realty` as a person or a script runs it: a real process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass
class Ran:
    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


def judged(done: Ran, code: int | None) -> Ran:
    """Fails unless the run ended with this code (None: with any) and without a traceback."""
    assert code is None or done.code == code, f"exit {done.code}\n{done.out}\n{done.err}"
    assert "Traceback" not in done.err, done.err
    return done


class Command:
    """Runs `realty ...` in a home of its own; `before` is what stands before it on the line, like `nice`."""

    def __init__(self, home: Path, before: Sequence[str] = ()) -> None:
        self.home = home
        self.line = [*before, sys.executable, "-m", "realty_cli"]

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("REALTY_", "LC_"))}
        return {**kept, "REALTY_HOME": str(self.home), "LANG": "C.UTF-8", "NO_COLOR": "1", **more}

    def __call__(
        self,
        *arguments: str | Path,
        code: int | None = 0,
        stdin: str | bytes = "",
        env: dict[str, str] | None = None,
        cwd: Path | None = None,
    ) -> Ran:
        """Run to the end. A code other than expected fails the test with what was printed; None accepts any."""
        ran = subprocess.run(
            [*self.line, *map(str, arguments)],
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            env=self.environment(**(env or {})),
            cwd=cwd,
            timeout=300,
        )
        done = Ran(ran.returncode, ran.stdout.decode(errors="replace"), ran.stderr.decode(errors="replace"))
        return judged(done, code)

    def start(self, *arguments: str | Path, **options: Any) -> subprocess.Popen[bytes]:
        """Start and hand over the process."""
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        environment = self.environment(**options.pop("env", {}))
        return subprocess.Popen([*self.line, *map(str, arguments)], env=environment, **options)
