"""Files that appear whole under their final name, or not at all."""

from __future__ import annotations

import errno
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from realty_cli.errors import Conflict, Invalid, Unavailable
from realty_cli.kit.paths import PRIVATE_FILE, private_folder, sync_folder

#: The temporary files of `new_file` and of `kit.paths.create_private`, and what SQLite puts beside them.
_LEFTOVER = re.compile(r"\..+\.[0-9a-f]{12}(?:-wal|-shm|-journal)?")
_AT_WORK = 3_600.0


@contextmanager
def new_file(path: Path, *, replace: bool = False) -> Iterator[Path]:
    """Gives a temporary path in the same folder; on leaving, the file is synced and takes the final name.

    Without `replace` an existing file stays and `Conflict` is raised; a folder or a device stays in any case, and what
    a symbolic link points at too. After an error nothing is left behind.
    """
    private_folder(path.parent)
    if path.exists():
        if not replace:
            raise Conflict("file.exists", path=str(path))
        if not path.is_file():
            raise Invalid.one("file", "file.not_replaced", path=str(path))
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE_FILE))
        temporary.chmod(PRIVATE_FILE)
        yield temporary
        with temporary.open("rb+") as handle:
            os.fsync(handle.fileno())
        if replace:
            temporary.replace(path)
        else:
            _link(temporary, path)
        sync_folder(path.parent)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise Unavailable("disk.full", path=str(path)) from error
        raise Unavailable("file.unwritable", path=str(path), reason=error.strerror or str(error)) from error
    finally:
        for leftover in (
            temporary,
            *(temporary.with_name(temporary.name + end) for end in ("-wal", "-shm", "-journal")),
        ):
            leftover.unlink(missing_ok=True)


def sweep(folder: Path, now: datetime) -> list[str]:
    """Remove what processes that were killed left in a folder of ours; returns the names in order.

    A file that was touched within the hour may be somebody's work.
    """
    gone = []
    for path in folder.iterdir() if folder.is_dir() else ():
        if _LEFTOVER.fullmatch(path.name) and path.is_file():
            with suppress(OSError):
                if path.stat().st_mtime < now.timestamp() - _AT_WORK:
                    path.unlink()
                    gone.append(path.name)
    return sorted(gone)


def _link(temporary: Path, path: Path) -> None:
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise Conflict("file.exists", path=str(path)) from None
    except OSError:
        # A file system without hard links (FAT, some network mounts): rename, which may not refuse an existing name.
        if path.exists():
            raise Conflict("file.exists", path=str(path)) from None
        temporary.rename(path)
