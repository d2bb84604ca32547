"""Connections to the store, the same for SQLite and PostgreSQL.

Statements are plain SQL with `:name` parameters that both databases read; where their dialects part, `Database.dialect`
says which one runs. Reads and writes alike go past the ORM: SQLModel declares the tables (`*/tables.py`) and the
migrations are built from it, but loading it costs more than a whole `realty properties list`
(docs/decisions/0003-plain-sql.md).

One writer at a time on both databases: `BEGIN IMMEDIATE` on SQLite, an advisory lock on PostgreSQL. A rule that checks
and then inserts therefore holds on both, and the sequence of the change log is the order of commits.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from realty_cli.errors import Busy, Invalid, MissingExtra, NotFound, RealtyError, Unavailable
from realty_cli.kit.paths import expanded
from realty_cli.store import driver, wal
from realty_cli.store.faults import translate, translating

Params = Mapping[str, Any]
Row = tuple[Any, ...]

#: "REAL" in the header of the file, so that `file` and we ourselves know a store of ours (PRAGMA application_id).
APPLICATION_ID = 0x5245414C
#: Any constant does; it must only be the same for every realty that shares a PostgreSQL database.
_WRITER_LOCK = 0x7265616C7479
#: Of SQLite's virtual machine: some hundredths of a second.
_STEPS_BETWEEN_SIGNALS = 500_000
#: Counts that a connection remembers.
_COUNTS = 500
#: Rows of a statement that is remembered; one for many is long.
_FEW = 20
_insertion_of_few = lru_cache(maxsize=500)(driver.insertion)
_NAMED = re.compile(r"(?<![:\w]):([a-z_]\w*)")


@lru_cache(maxsize=2_000)
def _for_psycopg(sql: str) -> str:
    return _NAMED.sub(r"%(\1)s", sql.replace("%", "%%"))


class Connection:
    """One connection; `all`, `one`, `value`, `stream` read, `run` and `insert` write.

    Values come back alike from both databases: integers, floats, text; moments and dates as RFC 3339 text, JSON as
    text, booleans as 0/1 or bool (both compare equal).
    """

    def __init__(
        self, raw: Any, dialect: Literal["sqlite", "postgresql"], path: Path | None, patience: float = 10.0
    ) -> None:
        self.raw = raw
        self.dialect = dialect
        self._path = path
        self._patience = patience
        self._counts: dict[tuple[Any, ...], int] | None = None
        self._counted_at: int | None = None
        self._last_ids: dict[str, int] | None = None
        #: What `word_index` has not written yet: table, row, document, and whether it takes another's place.
        self.waiting_words: list[tuple[str, int, str | bytes | None, bool]] | None = None

    @property
    def sqlite(self) -> bool:
        return self.dialect == "sqlite"

    @property
    def path(self) -> Path | None:
        """The file of a SQLite store."""
        return self._path

    def execute(self, sql: str, params: Params | None = None) -> Any:
        """The raw cursor of a statement, with the database's errors turned into ours."""
        try:
            if self.dialect == "sqlite":
                return self.raw.execute(sql, params or {})
            return self.raw.execute(_for_psycopg(sql), params or {})
        except Exception as error:
            raise translate(error, self._path) from error

    def all(self, sql: str, params: Params | None = None) -> list[Row]:
        cursor = self.execute(sql, params)
        try:
            return cursor.fetchall()  # type: ignore[no-any-return]
        except Exception as error:
            raise translate(error, self._path) from error

    def one(self, sql: str, params: Params | None = None) -> Row | None:
        cursor = self.execute(sql, params)
        try:
            row = cursor.fetchone()
            cursor.close()
        except Exception as error:
            raise translate(error, self._path) from error
        return row  # type: ignore[no-any-return]

    def value(self, sql: str, params: Params | None = None) -> Any:
        row = self.one(sql, params)
        return None if row is None else row[0]

    def remember_counts(self) -> None:
        """Answer `count` from memory while the store stands still; for a reading connection that lives long."""
        if self.sqlite:
            self._counts = {}

    def count(self, sql: str, params: Params) -> int:
        """The number that a statement gives. A count over many rows costs more than all the rest of a page of them."""
        if self._counts is None:
            return int(self.value(sql, params))
        # SQLite changes this number with every commit of any other connection, and a reading one makes none itself.
        now = self.value("PRAGMA data_version")
        if now != self._counted_at or len(self._counts) >= _COUNTS:
            self._counts.clear()
            self._counted_at = now
        key = (sql, *params.items())
        found = self._counts.get(key)
        if found is None:
            found = self._counts[key] = int(self.value(sql, params))
        return found

    def run(self, sql: str, params: Params | None = None) -> int:
        """Execute a statement that changes rows; returns how many it changed."""
        return int(self.execute(sql, params).rowcount)

    def stream(self, sql: str, params: Params | None = None, size: int = 2_000) -> Iterator[Row]:
        """Rows one after the other at a flat cost in memory."""
        return chain.from_iterable(self.batches(sql, params, size))

    def batches(self, sql: str, params: Params | None = None, size: int = 2_000) -> Iterator[list[Row]]:
        """The same in lists of up to `size` rows."""
        if self.dialect == "sqlite":
            cursor = self.execute(sql, params)
        else:
            # Without a name the whole answer would be held in memory.
            cursor = self.raw.cursor(name=f"stream_{os.urandom(4).hex()}")
            cursor.itersize = size
            with translating(self._path):
                # A server-side cursor binds on the server, which cannot always tell a parameter's type; so bind first.
                cursor.execute(self.raw.cursor().mogrify(_for_psycopg(sql), params or {}))
        with translating(self._path):
            try:
                while rows := cursor.fetchmany(size):
                    yield rows
            finally:
                with suppress(Exception):  # whoever leaves a stream in the middle may close the connection first
                    cursor.close()

    def columns(self, sql: str, texts: Sequence[int], params: Params | None = None) -> Iterator[list[Sequence[Any]]]:
        """What a statement finds in batches of columns. Those at `texts` hold UTF-8 bytes, on SQLite
        unchecked, where the statement has to cast them to BLOB: that costs half of text."""
        # Small enough for the processor's cache here, large enough to be worth the way to a server there.
        for rows in self.batches(sql, params, 100 if self.sqlite else 1_000):
            found: list[Sequence[Any]] = list(zip(*rows, strict=True))
            if self.dialect == "postgresql":
                for at in texts:
                    found[at] = [None if text is None else text.encode() for text in found[at]]
            yield found

    def insert(
        self,
        table: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[Any]],
        utf8: frozenset[str] = frozenset(),
    ) -> None:
        """Insert many rows in few statements. The columns `utf8` hold texts as UTF-8 bytes, which SQLite takes as they
        are.

        On SQLite one statement carries hundreds of rows: it is stepped once, so the interpreter's lock is free while
        it runs and an import parses its next rows meanwhile. PostgreSQL takes COPY.
        """
        if not rows:
            return
        with translating(self._path):
            if self.dialect == "postgresql":
                names = ", ".join(columns)
                with self.raw.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                    for row in rows if utf8.isdisjoint(columns) else map(_decoded, rows):
                        copy.write_row(row)
                return
            width = len(columns)
            chunk = max(1, min(500, 32_000 // width))
            encoded = [at for at, name in enumerate(columns) if name in utf8]
            for start in range(0, len(rows), chunk):
                part = rows[start : start + chunk]
                write = _insertion_of_few if len(part) <= _FEW else driver.insertion
                self.raw.execute(write(table, tuple(columns), utf8, len(part)), driver.flat(part, encoded))

    def next_ids(self, table: str, count: int) -> range:
        """Reserve `count` ids of a table in the running write transaction."""
        if self.dialect == "sqlite":
            # Nobody else counts while this connection writes, and the tables counted here are counted only here.
            last = self._last_ids.get(table) if self._last_ids is not None else None
            if last is None:
                last = self.value("SELECT seq FROM sqlite_sequence WHERE name = :name", {"name": table}) or 0
            if self._last_ids is not None:
                self._last_ids[table] = last + count
            return range(last + 1, last + count + 1)
        last = self.value(
            "SELECT setval(pg_get_serial_sequence(:name, 'id'), nextval(pg_get_serial_sequence(:name, 'id')) + :more)",
            {"name": table, "more": count - 1},
        )
        return range(last - count + 1, last + 1)

    def impatient(self) -> None:
        """Raise Busy at once where another writer is at work, instead of waiting: for who waits elsewhere."""
        self._patience = 0.0
        if self.sqlite:
            self.execute("PRAGMA busy_timeout = 0")

    def begin(self, *, write: bool) -> None:
        if self.dialect == "postgresql":
            self.execute("BEGIN" if write else "BEGIN READ ONLY")
            if write:
                self.execute(f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})")
            return
        if not write:
            self.execute("BEGIN")
            return
        self._begin_immediate()
        self._last_ids = {}

    def _begin_immediate(self) -> None:
        # SQLite's own busy handler backs off up to 100 ms a try and starves a process for seconds when several write
        # (measured in the design's performance notes, "Write path"); short, jittered tries are fair.
        end = time.monotonic() + self._patience
        while True:
            try:
                self.raw.execute("BEGIN IMMEDIATE")
                return
            except driver.sqlite.Error as error:
                if "locked" not in str(error) and "busy" not in str(error):
                    raise translate(error, self._path) from error
                if time.monotonic() >= end:
                    raise Busy("store.busy", seconds=self._patience) from error
                time.sleep(random.uniform(0.0005, 0.004))  # noqa: S311 - spreads tries, guards nothing

    def commit(self) -> None:
        self._last_ids = None
        self.execute("COMMIT")

    def rollback(self) -> None:
        """End the transaction without its changes. Never raises: it runs where an error is already on its way."""
        self._last_ids = None
        try:
            self.raw.execute("ROLLBACK")
        except Exception:  # noqa: S110
            pass

    def close(self) -> None:
        try:
            self.raw.close()
        except Exception:  # noqa: S110 - nothing is lost by a connection that cannot be closed
            pass


def _decoded(row: Sequence[Any]) -> list[Any]:
    return [value.decode() if isinstance(value, bytes) else value for value in row]


class Database:
    """The address of a store and how to connect to it."""

    def __init__(self, url: str, *, synchronous: str = "full", busy_timeout: float = 10.0) -> None:
        self.url = url
        self.synchronous = synchronous
        self.busy_timeout = busy_timeout
        self._looked = False
        if url.startswith("sqlite:///"):
            self.dialect: Literal["sqlite", "postgresql"] = "sqlite"
            self.path: Path | None = expanded(url.removeprefix("sqlite:///"))
        elif url.startswith(("postgresql+psycopg://", "postgresql://", "postgres://")):
            self.dialect, self.path = "postgresql", None
        else:
            raise Invalid.one("database_url", "store.unknown_url", url=re.sub(r"://[^/@]*@", "://***@", url))

    def connect(self, *, write: bool = False, create: bool = False) -> Connection:
        """Open a connection in autocommit mode; `create` may make the SQLite file, nothing else does."""
        if self.dialect == "postgresql":
            return self._connect_postgresql()
        self.refuse_foreign_wal()
        try:
            return self._open(write=write, create=create)
        except Unavailable as error:
            if write or create or error.code not in ("disk.full", "store.io"):
                raise
            # Readers share an index of the WAL through a file. A full disk has no room for it, and one reader alone
            # can do without.
            with suppress(RealtyError):
                return self._open(alone=True)
            raise

    def _open(self, *, write: bool = False, create: bool = False, alone: bool = False) -> Connection:
        with translating(self.path):
            raw = driver.sqlite.connect(self._uri(create), uri=True, isolation_level=None, check_same_thread=False)
        connection = Connection(raw, "sqlite", self.path, self.busy_timeout)
        # SQLite does not hear signals while it works; here the interpreter is let in, and Ctrl-C with it.
        raw.set_progress_handler(lambda: None, _STEPS_BETWEEN_SIGNALS)
        try:
            if alone:
                connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._prepare(connection, write=write, create=create)
        except BaseException:
            connection.close()
            raise
        return connection

    def refuse_foreign_wal(self) -> None:
        """Raise Unavailable if the WAL beside the store was written for another one (`wal.belongs`).

        Before the first connection only: closing any handle of a file drops the locks that this process has on it.
        """
        if not self._looked and self.path is not None:
            self._looked = True
            if not wal.belongs(self.path):
                raise Unavailable("store.foreign_wal", path=str(self.path), wal=self.path.name + "-wal")

    def _uri(self, create: bool) -> str:
        assert self.path is not None
        place = "file:" + quote(os.fsencode(self.path))
        if create:
            return place + "?mode=rwc"
        if not self.path.exists():
            raise NotFound("store.missing", path=str(self.path))
        if os.access(self.path, os.W_OK) and os.access(self.path.parent, os.W_OK):
            return place + "?mode=rw"
        # What may not be written has no place for side files; SQLite reads it only when told that nobody writes. For a
        # WAL that has a header alone it would wait ten seconds until somebody finishes it.
        log = wal.beside(self.path)
        quiet = not log.exists() or (log.stat().st_size > 0 and wal.is_empty(self.path))
        return place + ("?immutable=1" if quiet else "?mode=ro")

    def _prepare(self, connection: Connection, *, write: bool, create: bool) -> None:
        run = connection.execute
        run(f"PRAGMA busy_timeout = {int(self.busy_timeout * 1000)}")
        run("PRAGMA trusted_schema = OFF")
        run("PRAGMA cell_size_check = ON")
        if not create:
            found = connection.value("PRAGMA application_id")
            if found != APPLICATION_ID:
                raise Unavailable("store.not_ours", path=str(self.path))
        if write or create:
            run("PRAGMA foreign_keys = ON")
            run(f"PRAGMA synchronous = {'NORMAL' if self.synchronous == 'normal' else 'FULL'}")
            run("PRAGMA cache_size = -32768")
            run("PRAGMA temp_store = MEMORY")
        else:
            run("PRAGMA query_only = ON")
            run("PRAGMA cache_size = -16384")

    def _connect_postgresql(self) -> Connection:
        try:
            from realty_cli.store import postgresql
        except ImportError as error:
            raise MissingExtra("extra.postgres") from error
        with translating():
            raw = postgresql.connect(self.url, self.busy_timeout)
        return Connection(raw, "postgresql", None)


def in_list(name: str, values: Iterable[Any], params: dict[str, Any]) -> str:
    """`(:name_0, :name_1, ...)`, with the values added to `params`: an IN list that both databases bind."""
    names = []
    for position, value in enumerate(values):
        params[f"{name}_{position}"] = value
        names.append(f":{name}_{position}")
    return "(" + ", ".join(names) + ")" if names else "(NULL)"
