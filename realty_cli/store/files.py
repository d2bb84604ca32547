"""Files that appear whole under their final name, or not at all."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from realty_cli.errors import Conflict, Unavailable
from realty_cli.kit.paths import PRIVATE_FILE, private_folder, sync_folder


@contextmanager
def new_file(path: Path, *, replace: bool = False) -> Iterator[Path]:
    """Gives a temporary path in the same folder; on leaving, the file is synced and takes the final name.

    Without `replace` an existing file stays and `Conflict` is raised. After an error nothing is left behind.
    """
    private_folder(path.parent)
    if not replace and path.exists():
        raise Conflict("file.exists", path=str(path))
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
