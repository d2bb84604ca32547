"""Backups of a SQLite store: online, verified, atomic. PostgreSQL has `pg_dump`, which does it better than we could."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from realty_cli.errors import Busy, Conflict, Invalid, RealtyError, Unavailable
from realty_cli.kit.paths import private_folder
from realty_cli.store import driver, wal
from realty_cli.store.care import TABLES
from realty_cli.store.database import APPLICATION_ID, Connection, Database
from realty_cli.store.faults import translating
from realty_cli.store.files import new_file
from realty_cli.store.schema import REVISIONS, revision

#: Pages copied at a time. Fewer than the smallest store has, so that a restore is stopped before its last step.
_STEP = 16
_SIDES = ("-wal", "-shm")
#: Looks at a store that seems broken while somebody writes to it, and seconds between two of them.
_LOOKS, _PAUSE = 50, 0.05
# A view under the name of one of our tables could do anything, or never end.
_OUR_TABLES = f"SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ({', '.join(map(repr, TABLES))})"


def back_up(database: Database, target: Path, *, replace: bool = False) -> Path:
    """Copy the store as it stands at one moment to `target` while others go on working, verify it, then name it.

    One read transaction holds the moment; writers go on in the WAL meanwhile.
    """
    if database.path is None:
        raise Invalid.one("database_url", "backup.postgresql")
    if target.exists() and database.path.exists() and target.samefile(database.path):
        raise Conflict("backup.same_file", path=str(target))
    source = database.connect()
    try:
        with new_file(target, replace=replace) as temporary:
            copy = _open(temporary, "mode=rw")
            try:
                source.begin(write=False)
                source.value("SELECT count(*) FROM sqlite_master")
                with translating(temporary):
                    # In steps, so that Ctrl-C is heard between them.
                    source.raw.backup(copy, pages=_STEP * 64, progress=lambda *_: None)
                    # A backup is one file: without this it would ask for -wal and -shm beside it when opened.
                    copy.execute("PRAGMA journal_mode = DELETE")
                _verify(copy, target)
            finally:
                copy.close()
    finally:
        source.close()
    return target


def latest(folder: Path) -> datetime | None:
    """When the newest backup in a folder was made, by its name; None where there is none."""
    names = sorted(path.name for path in folder.glob("realty-????????-??????*.db"))
    for name in reversed(names):
        with suppress(ValueError):
            return datetime.strptime(name[7:22], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    return None


def _open(path: Path, mode: str) -> Any:
    """A plain connection to a SQLite file that may be a stranger's: no function that its schema names is run."""
    with translating(path):
        raw = driver.sqlite.connect(f"file:{quote(os.fsencode(path))}?{mode}", uri=True, isolation_level=None)
        try:
            raw.execute("PRAGMA trusted_schema = OFF")
            raw.execute("PRAGMA cell_size_check = ON")
        except BaseException:
            raw.close()
            raise
        return raw


def _open_to_read(path: Path) -> Any:
    # A backup may lie where nothing can be written, and SQLite wants side files for a store that was merely copied.
    alone = not path.with_name(path.name + "-wal").exists()
    return _open(path.absolute(), "immutable=1" if alone else "mode=ro")


def _verify(raw: Any, path: Path) -> None:
    with translating(path):
        answer = raw.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if answer != "ok":
        raise Unavailable("store.corrupt", path=str(path))


def verify_file(path: Path) -> str:
    """Check that a file is a whole store of ours that this program can read; returns its revision."""
    if not path.is_file():
        raise Invalid.one("file", "file.missing", path=str(path))
    raw = _open_to_read(path)
    try:
        with translating(path):
            tables = raw.execute(_OUR_TABLES).fetchone()[0]
            if raw.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID or tables != len(TABLES):
                raise Unavailable("store.not_ours", path=str(path))
        found = revision(Connection(raw, "sqlite", path))
        if found not in REVISIONS:
            raise Unavailable("store.newer", found=found or "-", known=REVISIONS[-1])
        _verify(raw, path)
        return found
    finally:
        raw.close()


def restore(database: Database, source: Path, keep: Path) -> Path:
    """Put a verified backup in the store's place. The store that stood there is kept at `keep`.

    The content is copied through SQLite's backup API into the live file under its own locks, so that another process
    sees the old store or the new one; it is refused while somebody writes.
    """
    if database.path is None:
        raise Invalid.one("database_url", "backup.postgresql")
    verify_file(source)
    if database.path.exists() and source.samefile(database.path):
        raise Conflict("restore.same_file", path=str(source))
    private_folder(keep.parent if database.path.exists() else database.path.parent)
    origin = _open_to_read(source)
    try:
        if _is_store(database):
            _copy_over(origin, database, keep)
        else:
            _put_in_place(origin, database.path, keep)
    finally:
        origin.close()
    return database.path


def _is_store(database: Database) -> bool:
    """Whether the file in the store's place is a whole store. Only a file that stands still is found broken: one that
    somebody writes to meanwhile may look so for a moment, and to replace it would lose what he was told is kept."""
    assert database.path is not None
    for _ in range(_LOOKS):
        before = _shape(database.path)
        if _looks_whole(database):
            return True
        time.sleep(_PAUSE)
        if _looks_whole(database):
            return True
        if _shape(database.path) == before:
            return False
    raise Busy("store.busy", seconds=_LOOKS * _PAUSE)


def _looks_whole(database: Database) -> bool:
    assert database.path is not None
    if not wal.belongs(database.path):
        return False
    try:
        verify_file(database.path)
    except Busy:
        raise
    except RealtyError:
        return False
    return True


def _shape(path: Path) -> list[tuple[int, int, int] | None]:
    """What changes in the store or its WAL with any write."""
    found: list[tuple[int, int, int] | None] = []
    for end in ("", "-wal"):
        try:
            state = path.with_name(path.name + end).stat()
        except OSError:
            found.append(None)
        else:
            found.append((state.st_ino, state.st_size, state.st_mtime_ns))
    return found


def _copy_over(origin: Any, database: Database, keep: Path) -> None:
    assert database.path is not None
    target = _open(database.path, "mode=rw")
    try:
        with translating(database.path):
            target.execute(f"PRAGMA busy_timeout = {int(database.busy_timeout * 1000)}")
            target.execute("PRAGMA synchronous = FULL")
            target.execute("PRAGMA journal_mode = WAL")
            origin.backup(target, pages=_STEP, progress=_keeping(database, keep))
            target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        _verify(target, database.path)
    finally:
        target.close()


def _keeping(database: Database, keep: Path) -> Callable[[int, int, int], None]:
    """Keeps the old store after the first step of the copy: then nobody else can commit what would be lost by it."""
    kept = False

    def step(status: int, _remaining: int, _total: int) -> None:
        nonlocal kept
        if status in (driver.sqlite.SQLITE_BUSY, driver.sqlite.SQLITE_LOCKED):
            # Left alone, the driver would try for ever.
            raise Busy("store.busy", seconds=database.busy_timeout)
        if not kept:
            back_up(database, keep)
            kept = True

    return step


def _put_in_place(origin: Any, place: Path, keep: Path) -> None:
    """The store is gone or broken: its bytes are kept as they are, and a new file takes its name."""
    for end in ("", *_SIDES[:1]):
        old = place.with_name(place.name + end)
        if old.exists():
            with new_file(keep.with_name(keep.name + end)) as temporary:
                shutil.copyfile(old, temporary)
    with new_file(place, replace=True) as temporary:
        copy = _open(temporary, "mode=rw")
        try:
            with translating(temporary):
                origin.backup(copy)
                copy.execute("PRAGMA journal_mode = WAL")
                copy.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            _verify(copy, temporary)
        finally:
            copy.close()
        # Before the name changes hands: a WAL of the broken store must not meet the new one.
        for end in _SIDES:
            place.with_name(place.name + end).unlink(missing_ok=True)
