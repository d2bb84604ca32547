"""The ```console blocks of a page: what a reader types and what the page says they will see.

A line that begins with `$ ` is typed, lines with `> ` continue it, the others are the answer. In an answer `...` stands
for any text, and a line of its own `...` for any number of lines. Blank lines and the kind of a space are not compared.
The commands run one after the other in a terminal of 100 columns, so that they show what a person sees.
"""

from __future__ import annotations

import errno
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

COLUMNS, ROWS = 100, 50
_PATIENCE = 120  # seconds a command may take
_FENCE = re.compile(r"^```(\w*)\s*$")
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07|\x1b[=>]")
_SPACES = re.compile("[ \u00a0\u202f\u2009\t]+")


@dataclass
class Step:
    """One command of a page with the answer that the page shows; `line` is where it stands."""

    line: int
    command: str
    answer: list[str] = field(default_factory=list)


def blocks(text: str, kind: str) -> Iterator[tuple[int, list[str]]]:
    """The fenced blocks of one kind: the number of the first line and the lines."""
    inside: str | None = None
    kept: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        fence = _FENCE.match(line)
        if fence and inside is None:
            inside, kept = fence[1], []
        elif fence:
            if inside == kind:
                yield number - len(kept), kept
            inside = None
        elif inside is not None:
            kept.append(line)


def steps(text: str) -> list[Step]:
    """What a reader of the page types, in order."""
    found: list[Step] = []
    for first, lines in blocks(text, "console"):
        current: Step | None = None
        for number, line in enumerate(lines, first):
            if line.startswith("$ "):
                current = Step(number, line[2:])
                found.append(current)
            elif current is None:
                raise AssertionError(f"line {number}: an answer without a command")
            elif line.startswith("> ") and not current.answer:
                current.command += "\n" + line[2:]
            else:
                current.answer.append(line)
    return found


def plain(line: str) -> str:
    return _SPACES.sub(" ", _ESCAPES.sub("", line)).strip()


def fits(shown: list[str], seen: list[str]) -> bool:
    """Whether the answer that a page shows is the one that was seen."""
    wanted = [line for line in map(plain, shown) if line]
    got = [line for line in map(plain, seen) if line]
    pattern = ""
    for line in wanted:
        if line == "...":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += r"[^\n]*?".join(re.escape(part) for part in re.split(r" ?\.\.\. ?", line)) + r"\n"
    return re.fullmatch(pattern, "".join(line + "\n" for line in got)) is not None


class Terminal:
    """A shell in a folder of its own with a fresh home, where `realty` is the program under test."""

    def __init__(self, folder: Path, **more: str) -> None:
        self.folder = folder
        tools = folder / "bin"
        tools.mkdir()
        realty = tools / "realty"
        realty.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m realty_cli "$@"\n')
        realty.chmod(0o755)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("REALTY_", "LC_"))}
        self.environment = {
            **kept,
            "PATH": f"{tools}{os.pathsep}{os.environ.get('PATH', '')}",
            "HOME": str(folder / "user"),
            "REALTY_HOME": str(folder / "home"),
            "REALTY_PASSWORD_COST": "4",
            "LANG": "C.UTF-8",
            "TERM": "dumb",
            "NO_COLOR": "1",
            "COLUMNS": str(COLUMNS),
            "LINES": str(ROWS),
            **more,
        }
        (folder / "user").mkdir()

    def run(self, command: str) -> tuple[int, list[str]]:
        """Exit code and what the terminal showed, standard error included."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        process = subprocess.Popen(
            ["/bin/sh", "-c", command],
            cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs,
            start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        try:
            shown = b"".join(_read(ours, time.monotonic() + _PATIENCE))
            code = process.wait(timeout=_PATIENCE)
        except (TimeoutError, subprocess.TimeoutExpired) as error:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise AssertionError(f"no end after {_PATIENCE} seconds: {command}") from error
        finally:
            os.close(ours)
        return code, shown.decode(errors="replace").replace("\r\n", "\n").split("\n")


def _read(terminal: int, deadline: float) -> Iterator[bytes]:
    while True:
        if not select.select([terminal], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise TimeoutError
        try:
            data = os.read(terminal, 65_536)
        except OSError as error:  # what Linux says when the other side has closed
            if error.errno == errno.EIO:
                return
            raise
        if not data:
            return
        yield data
