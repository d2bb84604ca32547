"""The command on a terminal: what appears there, and typing at its prompts."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

#: Colours and weight, as Rich writes them; nothing else may begin with ESC.
STYLE = re.compile(rb"\x1b\[[0-9;]*m")
#: What a progress bar does: lines cleared, the cursor up a line, hidden and shown.
MOVES = re.compile(rb"\r?\x1b\[(?:2K|1A|\?25[lh])")


class Terminal:
    """A process with a terminal of its own: it is the session's leader, so Ctrl-C and hanging up reach it."""

    def __init__(
        self, line: Sequence[str | Path], environment: Mapping[str, str], *, columns: int = 200, cwd: Path | None = None
    ) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        self.process = subprocess.Popen(
            [str(word) for word in line], env=dict(environment), cwd=cwd,
            stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )  # fmt: skip
        os.close(theirs)
        self.seen = b""

    def wait_for(self, text: str | bytes, seconds: float = 60.0) -> None:
        """Until this has appeared since the last wait."""
        wanted = text.encode() if isinstance(text, str) else text
        end = time.monotonic() + seconds
        start = getattr(self, "_looked", 0)
        while wanted not in self.seen[start:]:
            assert time.monotonic() < end, self.seen
            assert self._read(0.2) or wanted in self.seen[start:], self.seen
        self._looked = start + self.seen[start:].index(wanted) + len(wanted)

    def listen(self, seconds: float) -> bytes:
        """All that has appeared, after taking in what comes within this time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and self._read(left):
            pass
        return self.seen

    def type(self, text: str | bytes) -> None:
        os.write(self._ours, text.encode() if isinstance(text, str) else text)

    def hang_up(self) -> None:
        os.close(self._ours)
        self._ours = -1

    def end(self, seconds: float = 60.0) -> int:
        """Read on until the process has ended; its exit code."""
        end = time.monotonic() + seconds
        while self._ours >= 0 and self._read(0.2):
            assert time.monotonic() < end, self.seen
        code = self.process.wait(max(1.0, end - time.monotonic()))
        if self._ours >= 0:
            self.hang_up()
        return code

    def _read(self, seconds: float) -> bool:
        """Take what has come; False when nothing can come any more."""
        ready, _, _ = select.select([self._ours], [], [], seconds)
        if not ready:
            return True
        with contextlib.suppress(OSError):  # Linux says EIO when the last process has closed its side
            if piece := os.read(self._ours, 65536):
                self.seen += piece
                return True
        return False


def plain(seen: bytes) -> str:
    """What stood on the terminal, without Rich's styles and the moves of its progress bars."""
    return MOVES.sub(b"", STYLE.sub(b"", seen)).decode()
