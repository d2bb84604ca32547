"""The files of listing photos, named by what they hold: `root/ab/abcdef....jpg` and, smaller, `abcdef..._320.jpg`.

The key is the SHA-256 of the picture, so the same picture is kept once however often it is sent, and no name that a
user chose ever becomes a path.

Order of work. Files first, row second: `store` returns when every file and its folder entry are synced, and only then
may the row be committed. A kill in between leaves files without a row, never a row without files, and `sweep` takes
such files away. To take a photo off a listing delete its row and leave the files to `sweep`, for another listing may
show the same picture or be about to. Until its row is committed a picture is protected by its age alone: `store` renews
it, and `sweep` spares whatever is younger than `older_than`. The two take turns by a lock on `root/.lock`, so a picture
that is sent again while it is being swept is either kept or written anew.
"""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Callable, Collection, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from realty_cli.errors import NotFound, Unavailable
from realty_cli.kit.paths import PRIVATE_FILE, create_private, private_folder, sync_folder

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

if TYPE_CHECKING:
    from realty_cli.properties.imaging import PreparedPhoto

_KEY = re.compile(r"[0-9a-f]{64}")
_FOLDER = re.compile(r"[0-9a-f]{2}")
_FILE = re.compile(r"([0-9a-f]{64})(?:_[0-9]+)?\.jpg")
_LEFTOVER = re.compile(r"\.[0-9a-f]{64}(?:_[0-9]+)?\.jpg\..+")  # the temporary files of create_private
_SIZES = range(1, 65536)
_NO_ROOM = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})


class PhotoFiles:
    """Files under `root`, which is made when the first photo comes; folders 0700, files 0600, whatever the umask.

    Where the disk refuses, every method raises Unavailable: `disk.full`, `folder.unwritable` or `file.unwritable`.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def store(self, photo: PreparedPhoto) -> str:
        """Keep a photo and return its key. Storing it again changes nothing but its age, and mends what is missing."""
        # The full picture comes last: where it stands, its smaller copies stand too.
        wanted = {self._path(photo.sha256, side): data for side, data in photo.thumbnails.items()}
        wanted[self._path(photo.sha256)] = photo.full
        folder = self._path(photo.sha256).parent
        private_folder(self._root)
        private_folder(folder)
        with self._disk(), self._alone():
            for path, data in wanted.items():
                if not _renewed(path, len(data)):
                    create_private(path, data)
            # Also for files that stood already: whoever wrote them may have been killed before this line.
            for place in (folder, self._root, self._root.parent):
                sync_folder(place)
        return photo.sha256

    def open(self, key: str, size: int | None = None) -> Path:
        """The file of a photo, or of its copy with that long side; NotFound `photo.no_file` for anything else."""
        path = self._path(key, size)
        if path.is_symlink() or not path.is_file():
            raise NotFound("photo.no_file")
        return path

    def remove(self, key: str) -> list[str]:
        """Take a photo's files away at once, whoever may show it; returns their names, none if there were none.

        For erasure on demand, after the commit that deleted every row with this key. Otherwise leave it to `sweep`.
        """
        with self._disk():
            paths = _grouped(self._path(key).parent).get(key, [])
            if not paths:
                return []
            with self._alone():
                return self._taken_away(paths)

    def sweep(
        self,
        referenced: Callable[[Collection[str]], AbstractSet[str]] | AbstractSet[str],
        older_than: timedelta,
        now: datetime,
    ) -> list[str]:
        """Remove the files that no row needs, and temporary files left by a kill; returns their names in order.

        `referenced` holds the keys in use, or tells which of a few hundred are: those of all rows of all accounts, and
        those that the bin or an undo could bring back. `older_than` must exceed the longest time between `store` and
        the commit of its row; an hour is ample. Files that are not ours by their name are left alone.
        """
        before = (now - older_than).timestamp()
        gone: list[str] = []
        with self._disk():
            for folder in sorted(self._root.iterdir() if self._root.is_dir() else ()):
                if not _FOLDER.fullmatch(folder.name) or not folder.is_dir():
                    continue
                leftovers = [path for path in folder.iterdir() if _LEFTOVER.fullmatch(path.name)]
                gone += self._taken_away([path for path in leftovers if _newest([path]) < before])
                old = {key: paths for key, paths in _grouped(folder).items() if _newest(paths) < before}
                if not old:
                    continue
                needed = referenced(list(old)) if callable(referenced) else referenced
                for key in old.keys() - needed:
                    with self._alone():
                        if _newest(old[key]) < before:  # it may have been stored again since
                            gone += self._taken_away(old[key])
        return sorted(gone)

    def _path(self, key: str, size: int | None = None) -> Path:
        if not _KEY.fullmatch(key) or not (size is None or size in _SIZES):
            raise NotFound("photo.no_file")
        return self._root / key[:2] / (f"{key}.jpg" if size is None else f"{key}_{size}.jpg")

    def _taken_away(self, paths: list[Path]) -> list[str]:
        gone: list[str] = []
        for path in sorted(paths):  # "." sorts before "_": the full picture goes first
            try:
                path.unlink()
            except FileNotFoundError:
                continue
            gone.append(path.relative_to(self._root).as_posix())
        return gone

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One thread of one process at a time; the lock goes with the process that held it."""
        lock = self._root / ".lock"
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
        try:
            lock.chmod(PRIVATE_FILE)
            if sys.platform == "win32":
                msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
            else:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    @contextmanager
    def _disk(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno in _NO_ROOM:
                raise Unavailable("disk.full", path=str(self._root)) from error
            reason = error.strerror or str(error)
            raise Unavailable("file.unwritable", path=str(error.filename or self._root), reason=reason) from error


def _renewed(path: Path, size: int) -> bool:
    """Whether the file stands and is whole; then it counts as stored just now."""
    try:
        if path.is_symlink() or path.stat().st_size != size:
            return False
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def _grouped(folder: Path) -> dict[str, list[Path]]:
    """The files of a folder by the photo they belong to."""
    groups: dict[str, list[Path]] = {}
    for path in folder.iterdir() if folder.is_dir() else ():
        if found := _FILE.fullmatch(path.name):
            groups.setdefault(found[1], []).append(path)
    return groups


def _newest(paths: list[Path]) -> float:
    """When the youngest of them was stored, in seconds since the epoch."""
    newest = 0.0
    for path in paths:
        try:
            newest = max(newest, path.stat().st_mtime)
        except FileNotFoundError:
            continue
    return newest
