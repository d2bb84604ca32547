"""Where realty keeps things, and how it keeps them to itself: files 0600, folders 0700, whatever the umask."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from realty_cli.errors import Unavailable

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


def home(environ: Mapping[str, str]) -> Path:
    """`$REALTY_HOME`, or the platform's folder for application data. Nothing is created here."""
    if chosen := environ.get("REALTY_HOME"):
        return expanded(chosen)
    import platformdirs

    place = platformdirs.user_data_path("realty", appauthor=False)
    person = expanded("~")
    if not person.is_dir() or person == Path(person.anchor):
        # The user of a service has no home of its own; nothing of ours shall appear in the root of the disk.
        raise Unavailable("folder.no_home", path=str(person))
    return place


def expanded(text: str) -> Path:
    """The absolute path that a person wrote, `~` and `~somebody` included."""
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError:
        raise Unavailable("folder.no_home", path=text) from None


def private_folder(path: Path) -> Path:
    """Make the folder and its parents where they are missing, for their owner only. One that is there stays as it is:
    `realty doctor` says if others may enter ours."""
    try:
        for folder in [*reversed(path.parents), path]:
            if not folder.is_dir():
                folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
                folder.chmod(PRIVATE_FOLDER)
    except OSError as error:
        raise Unavailable("folder.unwritable", path=str(path), reason=error.strerror or str(error)) from error
    return path


def create_private(path: Path, data: bytes) -> None:
    """Write a small file whole or not at all (temporary file, fsync, rename), readable by its owner only."""
    temporary = path.with_name(f".{path.name}.{os.urandom(6).hex()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    try:
        with os.fdopen(descriptor, "wb") as handle:
            os.fchmod(handle.fileno(), PRIVATE_FILE)
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make a rename in this folder survive a power cut (a no-op where folders cannot be opened, as on Windows)."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
