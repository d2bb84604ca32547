"""A person at a terminal: a real pseudo-terminal with the real command on it."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.command import Command


def _control() -> None:
    """Standard input is the terminal that Ctrl-C comes from."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    """`realty ...` on a terminal of its own. `expect` waits for what it shows, `type` answers; `end` gives its code."""

    def __init__(self, home: Path, *words: str, columns: int = 100, **environment: str) -> None:
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "realty_cli", *words],
            stdin=slave, stdout=slave, stderr=slave,
            env=Command(home).environment(TERM="xterm", **environment),
            start_new_session=True,
            preexec_fn=_control,
        )  # fmt: skip
        os.close(slave)
        self._master = master
        self.shown = ""
        self._read_to = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def _more(self, deadline: float) -> bool:
        """Read what came; False once the command has closed the terminal."""
        ready, _, _ = select.select([self._master], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise AssertionError(f"nothing more came after:\n{self.shown}")
        try:
            data = os.read(self._master, 65_536)
        except OSError:
            return False
        self.shown += data.decode(errors="replace")
        return bool(data)

    def expect(self, text: str, patience: float = 60.0) -> None:
        deadline = time.monotonic() + patience
        while text not in self.shown[self._read_to :]:
            if not self._more(deadline):
                raise AssertionError(f"{text!r} never came; shown:\n{self.shown}")
        self._read_to = self.shown.index(text, self._read_to) + len(text)

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def end(self, patience: float = 60.0) -> int:
        deadline = time.monotonic() + patience
        while self._more(deadline):
            pass
        return self._process.wait(patience)
