"""A lock between processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from realty_cli.kit import locks
from realty_cli.kit.locks import FileLock

HOLD = """
import sys, time
from pathlib import Path
from realty_cli.kit.locks import FileLock
lock = FileLock(Path(sys.argv[1]))
print(lock.take(), flush=True)
time.sleep(600)
"""


def test_one_holds_it_until_it_lets_go(tmp_path: Path) -> None:
    one, other = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert (one.take(), one.take(), other.take()) == (True, True, False)
    assert (tmp_path / "lock").stat().st_mode & 0o777 == 0o600
    one.release()
    one.release()
    assert (one.held, other.take()) == (False, True)
    other.release()


def test_the_system_takes_it_from_one_that_dies(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    holder = subprocess.Popen([sys.executable, "-c", HOLD, path], stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"True\n"
        lock = FileLock(path)
        assert not lock.take()
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
        assert lock.take()
        lock.release()
    finally:
        holder.kill()
        holder.communicate()


def test_what_is_left_of_a_lock_that_was_let_go_excludes_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name goes between opening and locking: who opened it must not believe to hold the one that came after."""
    path, lock = tmp_path / "lock", FileLock(tmp_path / "lock")
    flock = locks.fcntl.flock

    def late(file: int, how: int) -> None:
        path.unlink()
        path.touch()
        flock(file, how)

    with monkeypatch.context() as patched:
        patched.setattr(locks.fcntl, "flock", late)
        assert not lock.take()
    assert lock.take()
    lock.release()


def test_a_place_that_cannot_be_written_gives_none(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert not FileLock(tmp_path / "file" / "lock").take()
    (tmp_path / "link").symlink_to(tmp_path / "file")
    assert not FileLock(tmp_path / "link").take()
