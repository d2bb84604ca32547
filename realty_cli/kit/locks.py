"""A lock between processes of one machine, which the system takes from one that dies."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from realty_cli.kit.paths import PRIVATE_FILE

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

#: Whether there are such locks here. Where there are none, everybody gets one.
AVAILABLE = fcntl is not None


class FileLock:
    """A lock by the name of a file, taken at once or not at all."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    @property
    def held(self) -> bool:
        return self._file is not None

    def take(self) -> bool:
        """False where somebody else holds it, or where its file cannot be made."""
        if self.held or fcntl is None:
            return True
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, PRIVATE_FILE)
        except OSError:
            return False
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Who held it may have removed the name since it was opened; a lock on what is left excludes nobody.
            mine = os.path.samestat(os.fstat(file), self._path.stat())
        except OSError:
            mine = False
        if not mine:
            os.close(file)
            return False
        self._file = file
        return True

    def release(self) -> None:
        if self._file is not None:
            with suppress(OSError):
                self._path.unlink()
            os.close(self._file)
            self._file = None
