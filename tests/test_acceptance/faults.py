"""Faults for real processes: kill -9 at a chosen step, a disk of three megabytes, a user who may not write."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from realty_cli.store import driver
from tests.command import Command, Ran, judged
from tests.test_acceptance import deeds

ROOT = Path(__file__).resolve().parents[2]
#: `REALTY_LONG=1 pytest` repeats what is random hundreds of times; without it a test stays within seconds.
LONG = os.environ.get("REALTY_LONG") == "1"


def times(short: int, long: int = 500) -> int:
    return long if LONG else short


def program_environment(**more: str) -> dict[str, str]:
    """The environment of a child that is a program of these tests, not the command."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


class Child:
    """A deed that is left at work beside the test."""

    def __init__(self, forge: Forge, number: int) -> None:
        self._forge = forge
        self.number = number

    def at_work(self) -> bool:
        return self._forge.ask(child=self.number, look=True) is None

    def end(self, signal: int | None = None) -> int:
        """Wait for its end, after sending it a signal if one is given; its exit code."""
        order = {} if signal is None else {"signal": signal}
        code = self._forge.ask(child=self.number, **order)
        assert code is not None
        return code


class Forge:
    """Deeds in processes that are killed; `deeds.py` says how."""

    def __init__(self, folder: Path, before: Sequence[str] = ()) -> None:
        self.folder = folder
        self.later = folder / "later"
        deeds.later_scripts(self.later)
        self._process = subprocess.Popen(
            [*before, sys.executable, "-m", "tests.test_acceptance.deeds"],
            cwd=ROOT, env=program_environment(), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def run(self, deed: str, home: Path, **order: Any) -> int:
        """Do a deed to its end; gives the exit code, -9 where it was killed."""
        code = self.ask(deed=deed, home=home, **order)
        assert code is not None
        return code

    @contextmanager
    def beside(self, deed: str, home: Path, **order: Any) -> Iterator[Child]:
        """Leave a deed at work in the body of the `with`; it is killed in the end, if it still works then."""
        number = self.ask(deed=deed, home=home, beside=True, **order)
        assert number is not None
        child = Child(self, number)
        try:
            yield child
        finally:
            if child.at_work():
                child.end(9)

    def ask(self, **order: Any) -> int | None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order, default=str) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the forge has ended"
        found: int | None = json.loads(answer)
        return found

    def each_step(self, deed: str, home: Path, *, stride: int = 1, **order: Any) -> Iterator[int]:
        """Do a deed again and again, killed at its first step, its second ... until it comes through.

        `by="statement"` or `by=["store/backup", ...]` (lines of these modules). What stands in the home after a kill is
        looked at, and put back, in the body of the loop.
        """
        by = order.pop("by")
        step = 1
        while True:
            at = {"statement": step} if by == "statement" else {"line": step, "within": by}
            code = self.run(deed, home, **order, **at)
            if code == 0:
                assert step > 1, "nothing was counted"
                return
            assert code == -9, f"{deed} ended with {code} at step {step}"
            yield step
            step += stride

    def migrate_to_later(self, home: Path, **order: Any) -> int:
        return self.run("migrate_to_later", home, scripts=self.later, **order)

    def command(self, like: Command, *arguments: str | Path) -> Ran:
        """The command, quickly."""
        return QuickCommand(self, like.home)(*arguments)

    def on_terminal(self, home: Path, arguments: Sequence[str | Path]) -> tuple[bytes, int]:
        """Every byte that the command sends to its terminal, and its exit code."""
        out = self.folder / "terminal"
        out.unlink(missing_ok=True)
        environment = Command(home).environment(TERM="xterm-256color")
        del environment["NO_COLOR"]
        code = self.run("on_terminal", home, argv=[str(one) for one in arguments], env=environment, out=out)
        return out.read_bytes(), code

    def close(self) -> None:
        self._process.communicate(timeout=60)


class QuickCommand(Command):
    """The command in forks of a forge, where a test runs it often."""

    def __init__(self, forge: Forge, home: Path) -> None:
        super().__init__(home)
        self.forge = forge

    def __call__(
        self,
        *arguments: str | Path,
        code: int | None = 0,
        stdin: str | bytes = "",
        env: dict[str, str] | None = None,
        cwd: Path | None = None,
    ) -> Ran:
        given, out, err = (self.forge.folder / name for name in ("stdin", "stdout", "stderr"))
        given.write_bytes(stdin.encode() if isinstance(stdin, str) else stdin)
        out.unlink(missing_ok=True)
        ended = self.forge.run(
            "command", self.home, argv=[str(one) for one in arguments], env=self.environment(**(env or {})),
            stdin=given, cwd=cwd, out=out, err=err,
        )  # fmt: skip
        return judged(Ran(ended, out.read_text(errors="replace"), err.read_text(errors="replace")), code)


@pytest.fixture(scope="session")
def forge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forge]:
    made = Forge(tmp_path_factory.mktemp("forge"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def bound_forge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forge]:
    """One whose processes are bound by file modes even where root runs the tests."""
    made = Forge(tmp_path_factory.mktemp("forge"), bound_by_modes())
    yield made
    made.close()


@pytest.fixture
def quick_command(forge: Forge, home: Path) -> QuickCommand:
    return QuickCommand(forge, home)


# What stands in a store -----------------------------------------------------------------------------------------------

_HALF = {
    "listings without the change that made them": "SELECT id FROM properties WHERE id NOT IN"
    " (SELECT object_id FROM changes WHERE kind = 'property' AND action = 'create')",
    "changes of nothing": "SELECT seq FROM changes WHERE kind = 'property' AND action = 'create'"
    " AND object_id NOT IN (SELECT id FROM properties)",
    "listings that the search does not know": "SELECT id FROM properties WHERE id NOT IN"
    " (SELECT rowid FROM property_search)",
    "words of no listing": "SELECT rowid FROM property_search WHERE rowid NOT IN (SELECT id FROM properties)",
    "operations that changed nothing": "SELECT id FROM operations WHERE id NOT IN (SELECT operation_id FROM changes)",
}


def ids(store: Path) -> list[int]:
    """The listings of a whole store; fails for damage and for anything half done."""
    connection = driver.sqlite.connect(str(store), isolation_level=None)
    try:
        assert [row[0] for row in connection.execute("PRAGMA integrity_check")] == ["ok"]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        for what, question in _HALF.items():
            assert connection.execute(question).fetchall() == [], what
        return [row[0] for row in connection.execute("SELECT id FROM properties ORDER BY id")]
    finally:
        connection.close()


def acknowledged(out: Path) -> list[int]:
    """The numbers that a deed printed; a line cut short by a kill was not printed."""
    text = out.read_text() if out.exists() else ""
    return [int(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def digest(*paths: Path) -> dict[str, tuple[str, int]]:
    """What files hold and when they were written: equal before and after means that no byte was touched."""
    return {
        str(path): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in paths
        if path.is_file()
    }


def beside(store: Path) -> list[str]:
    """Files in the store's folder whose names hold the store's, but the store and SQLite's own."""
    own = {store.name + end for end in ("", "-wal", "-shm", "-journal")}
    return sorted(path.name for path in store.parent.iterdir() if store.name in path.name and path.name not in own)


# Surroundings ---------------------------------------------------------------------------------------------------------


@contextmanager
def small_disk(place: Path, size: str) -> Iterator[Path]:
    """A file system of its own with so much room. Skips where it cannot be mounted (only root may)."""
    place.mkdir(exist_ok=True)
    mount = shutil.which("mount")
    if os.geteuid() != 0 or mount is None:
        pytest.skip("only root can mount a small disk")
    made = subprocess.run([mount, "-t", "tmpfs", "-o", f"size={size}", "realty", place], capture_output=True, text=True)
    if made.returncode != 0:
        pytest.skip(f"no small disk can be mounted here: {made.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


def fill(disk: Path) -> Path:
    """Take all the room that is left; delete the file that this gives to have it back."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while file.write(b"\xff" * size) == size:
                    pass
            except OSError:
                continue
    return filler


def bound_by_modes() -> list[str]:
    """What to put before a command so that file modes bind it: nothing for a common user; root drops its privilege.

    Becoming another user would not do: the interpreter may lie where that user cannot read it.
    """
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("root is bound by no file mode, and there is no setpriv to drop the privilege")
    command = [setpriv, "--bounding-set=-dac_override,-dac_read_search", "--"]
    if subprocess.run([*command, "test", "-w", "/proc/1/comm"], capture_output=True).returncode not in (0, 1):
        pytest.skip("setpriv cannot drop the privilege here")
    return command
