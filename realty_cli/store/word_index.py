"""Writing an index of words: a table whose row id is the object's, and whose document is made by `store.search`.

FTS5 writes what it has gathered at each savepoint, a segment of its own for each object. Who shares a transaction among
many changes, each in its savepoint, lets the words wait (`wait`) and writes them all at once before the commit
(`settle`). Whoever looks something up by words in that transaction settles first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from realty_cli.store.database import Connection, in_list

#: Rows that one statement touches: SQLite binds at most 32,766 values.
CHUNK = 500
_DOCUMENT = frozenset({"document"})


def put(db: Connection, table: str, words: Sequence[tuple[int, str | bytes]], *, replace: bool = False) -> None:
    """Let the search find objects by these documents, instead of those that they had."""
    if not words:
        return
    if db.waiting_words is not None:
        db.waiting_words += [(table, number, text, replace) for number, text in words]
        return
    if replace:
        drop(db, table, [number for number, _ in words])
    if db.sqlite:
        db.insert(table, ("rowid", "document"), words, _DOCUMENT)
        return
    texts = [(number, text.decode() if isinstance(text, bytes) else text) for number, text in words]
    db.run(
        f"INSERT INTO {table} (rowid, document)"
        " SELECT CAST(pair ->> 0 AS bigint), array_to_tsvector(string_to_array(pair ->> 1, ' '))"
        " FROM jsonb_array_elements(CAST(:words AS jsonb)) pair",
        {"words": orjson.dumps(texts).decode()},
    )


def drop(db: Connection, table: str, numbers: Sequence[int]) -> None:
    if db.waiting_words is not None:
        db.waiting_words += [(table, number, None, True) for number in numbers]
        return
    for some, params in in_parts(numbers):
        db.run(f"DELETE FROM {table} WHERE rowid IN {some}", params)


def wait(db: Connection) -> None:
    """Keep what is put and dropped from now on, on SQLite, until `settle`."""
    if db.sqlite:
        db.waiting_words = []


def settle(db: Connection) -> None:
    """Write what waits. Goes on waiting for more."""
    if not db.waiting_words:
        return
    waiting, db.waiting_words = db.waiting_words, None
    try:
        for table in dict.fromkeys(table for table, *_ in waiting):
            mine = [(number, text, replace) for of, number, text, replace in waiting if of == table]
            drop(db, table, list({number for number, _, replace in mine if replace}))
            last = {number: text for number, text, _ in mine}
            put(db, table, [(number, text) for number, text in last.items() if text is not None])
    finally:
        db.waiting_words = []


def in_parts(numbers: Sequence[int]) -> Iterable[tuple[str, dict[str, Any]]]:
    """IN lists of ids, as many in each as one statement takes, with what they bind."""
    for start in range(0, len(numbers), CHUNK):
        params: dict[str, Any] = {}
        yield in_list("id", numbers[start : start + CHUNK], params), params
