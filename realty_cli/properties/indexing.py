"""The index of words as a whole: whether it was built by today's rules, and building it anew.

Rules of words change with a release of realty or of its stemmers (`words`, `store.search`); an index that was built
before then finds by the old ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from realty_cli.properties import record
from realty_cli.properties.repository import PropertyRepository
from realty_cli.properties.words import document
from realty_cli.store.database import Connection

_CHUNK = 1_000
#: Listings that `outdated` looks at, evenly from the oldest to the newest.
SAMPLE = 200
_ALL = ", ".join(record.COLUMNS)


def outdated(db: Connection) -> int:
    """How many listings of a sample are not found by all of their words as they are cut today."""
    last = db.value("SELECT max(id) FROM properties") or 0
    step = max(1, last // SAMPLE)
    rows = db.all(f"SELECT {_ALL} FROM properties WHERE id % :step = 0 ORDER BY id LIMIT :most",
                  {"step": step, "most": 2 * SAMPLE})  # fmt: skip
    return sum(not _found(db, record.state(row)) for row in rows)


def _found(db: Connection, listing: dict[str, Any]) -> bool:
    words = sorted(set(document(listing).split()))
    if not words:
        return True
    params: dict[str, Any] = {"id": listing["id"]}
    if db.sqlite:
        params["words"] = " AND ".join('"' + word.replace('"', '""') + '"' for word in words)
        return bool(db.one("SELECT 1 FROM property_search WHERE document MATCH :words AND rowid = :id", params))
    params["words"] = words
    sql = "SELECT 1 FROM property_search WHERE rowid = :id AND tsvector_to_array(document) @> CAST(:words AS text[])"
    return bool(db.one(sql, params))


def rebuild(db: Connection, repository: PropertyRepository) -> Iterator[int]:
    """Index all listings anew in the running write transaction; gives how many are done, every thousand."""
    db.run("DELETE FROM property_search" if not db.sqlite else
           "INSERT INTO property_search (property_search) VALUES ('delete-all')")  # fmt: skip
    done, after = 0, 0
    while rows := db.all(f"SELECT {_ALL} FROM properties WHERE id > :after ORDER BY id LIMIT :size",
                         {"after": after, "size": _CHUNK}):  # fmt: skip
        listings = [record.state(row) for row in rows]
        repository.index([(one["id"], document(one)) for one in listings])
        after = listings[-1]["id"]
        done += len(rows)
        yield done
