"""Making a store and bringing it up to date. Imported only where that happens: Alembic costs half a second."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from realty_cli.errors import Conflict
from realty_cli.store import driver
from realty_cli.store.backup import back_up
from realty_cli.store.database import APPLICATION_ID, Connection, Database
from realty_cli.store.files import new_file
from realty_cli.store.schema import HEAD, check, revision

SCRIPTS = Path(__file__).parent / "migrations"


Fill = Callable[[Connection], None]


def upgrade(connection: Connection) -> None:
    """Bring the store to `HEAD` in one transaction: it ends at the new version, or stays at the old one."""
    connection.begin(write=True)
    try:
        _run_scripts(connection)
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def create(database: Database, fill: Fill | None = None) -> None:
    """Make a new store. `fill(connection)` may add its first rows.

    A SQLite file is built under another name and linked into place when whole, so a kill in the middle leaves nothing
    that looks like a store, and two that start at once do not overwrite one another.
    """
    if database.dialect == "postgresql":
        _create_in_postgresql(database, fill)
        return
    assert database.path is not None
    path = database.path
    try:
        _build(database, path, fill)
    except Conflict as error:
        raise Conflict("store.exists", path=str(path)) if error.code == "file.exists" else error from None


def _build(database: Database, path: Path, fill: Fill | None) -> None:
    with new_file(path) as temporary:
        building = Database(f"sqlite:///{temporary}", synchronous="normal", busy_timeout=database.busy_timeout)
        connection = building.connect(write=True, create=True)
        try:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            # By this number a store knows its own WAL (`store.wal`).
            connection.execute(f"PRAGMA user_version = {1 + secrets.randbelow(2**31 - 1)}")
            connection.execute("PRAGMA journal_mode = WAL")
            upgrade(connection)
            _fill(connection, fill)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()


def _create_in_postgresql(database: Database, fill: Fill | None) -> None:
    connection = database.connect(write=True)
    try:
        if revision(connection) is not None:
            raise Conflict("store.exists", path=database.url.rpartition("@")[2])
        upgrade(connection)
        _fill(connection, fill)
    finally:
        connection.close()


def fill(database: Database, first: Fill) -> None:
    """Put first rows into a store that has its tables and nothing in them."""
    connection = database.connect(write=True)
    try:
        _fill(connection, first)
    finally:
        connection.close()


def _fill(connection: Connection, fill: Fill | None) -> None:
    if fill is None:
        return
    connection.begin(write=True)
    try:
        fill(connection)
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def migrate(database: Database, backup_to: Path | None) -> tuple[str, str]:
    """Bring an existing store up to date; on SQLite a verified backup is written to `backup_to` first.

    Returns the revisions before and after.
    """
    connection = database.connect(write=True)
    try:
        if check(connection):
            return HEAD, HEAD
        before = str(revision(connection))
        if connection.sqlite and backup_to is not None:
            back_up(database, backup_to)
        upgrade(connection)
        return before, HEAD
    finally:
        connection.close()


def _run_scripts(connection: Connection) -> None:
    """Apply every missing revision inside the transaction that the caller has begun and will end."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    engine = _engine_over(connection)
    with engine.connect() as bound:
        config.attributes["connection"] = bound
        command.upgrade(config, "head")


class _Borrowed:
    """The connection as SQLAlchemy sees it: it may do all but end the transaction or close, which the caller does."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)

    def commit(self) -> None: ...

    def rollback(self) -> None: ...

    def close(self) -> None: ...


def _engine_over(connection: Connection) -> Any:
    if connection.sqlite:
        return create_engine(
            "sqlite://", module=driver.sqlite, creator=lambda: _Borrowed(connection.raw), poolclass=StaticPool
        )
    engine = create_engine("postgresql+psycopg://", creator=lambda: connection.raw, poolclass=StaticPool)
    # The transaction is the caller's; SQLAlchemy must neither begin nor end one of its own.
    for name in ("do_rollback", "do_commit", "do_close", "do_begin"):
        setattr(engine.dialect, name, lambda *_: None)
    return engine
