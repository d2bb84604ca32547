"""Files that appear whole or not at all, and never in place of something that was not to be replaced."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import BinaryIO

from realty_cli.errors import Conflict, Invalid, RealtyError, Unavailable
from realty_cli.formats.codec import WriteOptions
from realty_cli.formats.source import refuse_odd, shown

NO_ROOM = frozenset(getattr(errno, name) for name in ("ENOSPC", "EDQUOT", "EFBIG") if hasattr(errno, name))
_NO_HARD_LINKS = frozenset(
    getattr(errno, name)
    for name in ("EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EACCES")
    if hasattr(errno, name)
)


@contextmanager
def replacing(path: Path, *, force: bool = False, mode: int = 0o600) -> Iterator[BinaryIO]:
    """Give a file to write; when the block ends well, `path` is that file, synced to the disk, with `mode` exactly.

    Until then, and after any exception, `path` is what it was. An existing file needs `force`, asked before the work
    and again at the end. A symbolic link at `path` is itself replaced, what it points at is never touched.

    Raises Conflict `file.exists`; Invalid for a directory, a device or a missing folder; Unavailable `disk.full`,
    `file.denied` or `file.write_failed`.
    """
    temporary = path.parent / f".realty-{secrets.token_hex(16)}.part"
    file: BinaryIO | None = None
    try:  # from before the file is there: an interruption may come as soon as it is
        with _translated(path):
            _look(path, force)
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
            handle = os.open(temporary, flags, 0o600)
        file = os.fdopen(handle, "w+b")
        try:
            yield file
        except OSError as error:
            # The block may fail for reasons of its own; only a full disk is surely about this file.
            if error.errno in NO_ROOM:
                raise _told(error, path) from error
            raise
        with _translated(path):
            file.flush()
            if hasattr(os, "fchmod"):
                os.fchmod(handle, mode)
            os.fsync(handle)
            file.close()
            _look(path, force)
            _put(temporary, path, force)
    except BaseException:
        with suppress(OSError):
            if file is not None:
                file.close()
        with suppress(OSError):
            temporary.unlink()
        raise
    _sync_folder(path.parent)


def writable(target: Path | BinaryIO, options: WriteOptions) -> AbstractContextManager[BinaryIO]:
    """The open file to write to: the stream itself, or one that replaces the path."""
    return replacing(target, force=options.force) if isinstance(target, Path) else nullcontext(target)


def _look(path: Path, force: bool) -> None:
    try:
        found = path.lstat().st_mode
    except FileNotFoundError:
        return
    except ValueError:
        raise Invalid.one("file", "file.bad_name", path=repr(str(path))) from None
    if not stat.S_ISLNK(found):
        refuse_odd(path, found)
    if not force:
        raise Conflict("file.exists", path=shown(path))


def _put(temporary: Path, path: Path, force: bool) -> None:
    if force:
        temporary.replace(path)
        return
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise Conflict("file.exists", path=shown(path)) from None
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        # No hard links here (FAT, some network drives): take the name first, so that nobody else has it, then rename.
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            raise Conflict("file.exists", path=shown(path)) from None
        temporary.replace(path)
    else:
        temporary.unlink()


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power cut, where a folder can be synced (not on Windows)."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _told(error, path) from error


def _told(error: OSError, path: Path) -> RealtyError:
    if error.errno in NO_ROOM:
        return Unavailable("disk.full", path=shown(path))
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return Invalid.one("file", "file.no_folder", path=shown(path), folder=shown(path.parent))
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return Unavailable("file.denied", path=shown(path))
    return Unavailable("file.write_failed", path=shown(path), reason=error.strerror or str(error))
