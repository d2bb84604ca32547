"""Which SQLite library runs.

SQLite 3.7.0 to 3.51.2 has the WAL-reset bug (a checkpoint that races with a writer can lose commits or corrupt the
file; https://sqlite.org/wal.html, fixed in 3.51.3 and in 3.44.6 and 3.50.7 by back-port). Commands beside a server on
one file are just the shape that meets it, so where the interpreter links an affected library and `pysqlite3` brings a
newer one, that one is used.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

#: FTS5 tables with contentless_delete need this one (https://sqlite.org/fts5.html#contentless_delete_tables).
OLDEST_USABLE = (3, 43, 0)


def has_wal_reset_bug(version: tuple[int, ...]) -> bool:
    """Whether this version of SQLite is in the affected range."""
    if version >= (3, 51, 3):
        return False
    return not ((3, 50, 7) <= version < (3, 51, 0) or (3, 44, 6) <= version < (3, 45, 0))


def _choose() -> Any:
    if not has_wal_reset_bug(sqlite3.sqlite_version_info):
        return sqlite3
    try:
        import pysqlite3
    except ImportError:
        return sqlite3
    return pysqlite3 if pysqlite3.sqlite_version_info > sqlite3.sqlite_version_info else sqlite3


def _same(value: Any) -> Any:
    return value


def _prepared() -> Any:
    """The module, told how to bind what is no number and no text: it looks for that in every other place first, which
    costs several times as much as the binding itself."""
    module = _choose()
    module.register_adapter(type(None), _same)
    module.register_adapter(bool, int)
    module.register_adapter(bytes, bytearray)
    return module


#: The DB-API module in use: `sqlite3` or `pysqlite3`. Typed loosely, since the second one ships no types.
sqlite: Any = _prepared()
VERSION: tuple[int, int, int] = sqlite.sqlite_version_info


def insertion(table: str, columns: tuple[str, ...], utf8: frozenset[str], count: int) -> str:
    """The statement that inserts so many rows; columns `utf8` are bound as bytes."""
    one = "(" + ",".join(["CAST(? AS TEXT)" if name in utf8 else "?" for name in columns]) + ")"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES " + ",".join([one] * count)


def flat(rows: Sequence[Sequence[Any]], encoded: Iterable[int]) -> list[Any]:
    """The values of rows one after the other, ready to be bound. Columns at `encoded` may hold texts as bytes: the
    adapter would make the same of each of them, at twice the price."""
    values = [value for row in rows for value in row]
    width = len(rows[0])
    for at in encoded:
        values[at::width] = [bytearray(text) if type(text) is bytes else text for text in values[at::width]]
    return values
