"""Backups of a SQLite store: online, verified, atomic. PostgreSQL has `pg_dump`, which does this better than we could."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from realty_cli.errors import Busy, Conflict, Invalid, Unavailable
from realty_cli.kit.paths import private_folder
from realty_cli.store import driver
from realty_cli.store.database import APPLICATION_ID, Connection, Database, translating
from realty_cli.store.files import new_file
from realty_cli.store.schema import REVISIONS, revision


def back_up(database: Database, target: Path, *, replace: bool = False) -> Path:
    """Copy the store as it stands at one moment to `target` while others go on working, verify it, then name it.

    SQLite's backup API copies the whole file in one read transaction; writers go on in the WAL meanwhile.
    """
    if database.path is None:
        raise Invalid.one("database_url", "backup.postgresql")
    source = database.connect()
    try:
        with new_file(target, replace=replace) as temporary:
            with translating(temporary):
                copy = driver.sqlite.connect(str(temporary), isolation_level=None)
            try:
                with translating(temporary):
                    source.raw.backup(copy)
                    # A backup is one file: without this it would ask for -wal and -shm beside it when opened.
                    copy.execute("PRAGMA journal_mode = DELETE")
                _verify(copy, target)
            finally:
                copy.close()
    finally:
        source.close()
    return target


def _verify(raw: Any, path: Path) -> None:
    with translating(path):
        answer = raw.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if answer != "ok":
        raise Unavailable("store.corrupt", path=str(path))


def verify_file(path: Path) -> str:
    """Check that a file is a whole store of ours that this program can read; returns its revision."""
    if not path.is_file():
        raise Invalid.one("file", "file.missing", path=str(path))
    with translating(path):
        raw = driver.sqlite.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
    try:
        with translating(path):
            raw.execute("PRAGMA trusted_schema = OFF")
            if raw.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
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
    if source.resolve() == database.path.resolve():
        raise Conflict("restore.same_file", path=str(source))
    if database.path.exists():
        private_folder(keep.parent)
        _keep_old(database, keep)
    else:
        private_folder(database.path.parent)
    with translating(source):
        origin = driver.sqlite.connect(f"file:{source}?mode=ro", uri=True, isolation_level=None)
    try:
        if not database.path.exists() or not _is_store(database.path):
            with new_file(database.path, replace=True) as temporary:
                _copy(origin, temporary)
            for end in ("-wal", "-shm"):
                database.path.with_name(database.path.name + end).unlink(missing_ok=True)
            return database.path
        target = driver.sqlite.connect(str(database.path), isolation_level=None)
        try:
            with translating(database.path):
                target.execute(f"PRAGMA busy_timeout = {int(database.busy_timeout * 1000)}")
                target.execute("PRAGMA synchronous = FULL")
                origin.backup(target)
                target.execute("PRAGMA journal_mode = WAL")
            _verify(target, database.path)
        finally:
            target.close()
    finally:
        origin.close()
    return database.path


def _is_store(path: Path) -> bool:
    try:
        verify_file(path)
    except Exception:
        return False
    return True


def _keep_old(database: Database, keep: Path) -> None:
    assert database.path is not None
    try:
        back_up(database, keep)
    except Busy:
        raise
    except Unavailable:
        # The store that is being replaced may be the broken one: then its bytes are kept as they are.
        with new_file(keep) as temporary:
            temporary.write_bytes(database.path.read_bytes())


def _copy(origin: Any, target: Path) -> None:
    with translating(target):
        copy = driver.sqlite.connect(str(target), isolation_level=None)
        try:
            origin.backup(copy)
            copy.execute("PRAGMA journal_mode = WAL")
            copy.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            copy.close()
    _verify_path(target)


def _verify_path(path: Path) -> None:
    with translating(path):
        raw = driver.sqlite.connect(f"file:{path}?mode=ro", uri=True)
    try:
        _verify(raw, path)
    finally:
        raw.close()
