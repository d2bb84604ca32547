"""Writing an index of words: a table whose row id is the object's, and whose document is made by `store.search`."""

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
    for some, params in in_parts(numbers):
        db.run(f"DELETE FROM {table} WHERE rowid IN {some}", params)


def in_parts(numbers: Sequence[int]) -> Iterable[tuple[str, dict[str, Any]]]:
    """IN lists of ids, as many in each as one statement takes, with what they bind."""
    for start in range(0, len(numbers), CHUNK):
        params: dict[str, Any] = {}
        yield in_list("id", numbers[start : start + CHUNK], params), params
