"""Taking personal fields out of the change log for good: the one thing that changes what is written there.

What an undo would need goes with them, so whoever redacts an object also logs a `purge` of it: an operation on which a
purge stands is no longer taken back.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import orjson

from realty_cli.store.changelog import dumps
from realty_cli.store.database import Connection
from realty_cli.store.search import document
from realty_cli.store.word_index import in_parts, settle

#: A shorter word of a name stands in many a title by chance.
_LEAST_NAME = 3


def redact(db: Connection, kind: str, numbers: Sequence[int], fields: Collection[str]) -> int:
    """Drop these fields from every old state and diff of these objects; says from how many changes."""
    count = 0
    for some, params in in_parts(numbers):
        rows = db.all(
            f"SELECT seq, old_state, diff FROM changes WHERE kind = :kind AND object_id IN {some}",
            {**params, "kind": kind},
        )
        for seq, *texts in rows:
            kept = [_without(text, fields) for text in texts]
            if kept != texts:
                db.run(
                    "UPDATE changes SET old_state = :old, diff = :diff WHERE seq = :seq",
                    {"old": kept[0], "diff": kept[1], "seq": seq},
                )
                count += 1
    return count


def _without(text: str | None, fields: Collection[str]) -> str | None:
    if text is None:
        return None
    values = orjson.loads(text)
    kept = {name: value for name, value in values.items() if name not in fields}
    return text if len(kept) == len(values) else dumps(kept)


def names_somebody(title: str, names: Sequence[str]) -> bool:
    """Whether a word of these names stands in a title, in whatever form."""
    words = [word for name in names for word in name.split() if len(word) >= _LEAST_NAME]
    return not set(document(*words).split()).isdisjoint(document(title).split())


def overwrite(db: Connection) -> None:
    """Let SQLite write zeros over what is deleted from now on, where it stood in the file."""
    if db.sqlite:
        db.execute("PRAGMA secure_delete = ON")


def forget_words(db: Connection, table: str) -> None:
    """Let an index of words lose what was dropped from it: until then it lies in its older segments."""
    if db.sqlite:
        # What waits to be dropped with the words of others must be gone before.
        settle(db)
        db.run(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
