"""Indexes that wait for the end of a large first load, and an index of words that is not tidied meanwhile.

Where listings come in no order, each of these costs a page here and a page there for every row, all of them written
twice with every batch; over a million rows that is more than everything else the store does. Built at the end, each is
one sort. Meanwhile reads are right and slow, which nobody minds while the store is being filled; whoever fills a store
that was as large before does not come here (`worth_it`).

That they wait is written in the store by the transaction that drops them (the table `indexes_due`), so a killed import
leaves a store that knows it. The next import or the next connection that writes builds them, unless an import is at
work: it holds a lock beside the store, which the system takes from one that dies. The lock spares work, no more; to
build too early is never wrong.
"""

from __future__ import annotations

from contextlib import suppress

from realty_cli.errors import RealtyError
from realty_cli.kit.locks import AVAILABLE, FileLock
from realty_cli.store.database import Connection
from realty_cli.store.schema import unfinished

#: As the migrations make them. What an import looks for, and what lies in the order of rows anyway, never waits.
STATEMENTS = {
    "ix_properties_kinds": "(deal_type, price, price_per_m2, currency, status, property_type, rooms, city)"
    " WHERE deleted_at IS NULL",
    "ix_properties_city": "(city) WHERE deleted_at IS NULL AND city IS NOT NULL",
    "ix_properties_district": "(district) WHERE deleted_at IS NULL AND district IS NOT NULL",
    "ix_properties_metro": "(metro) WHERE deleted_at IS NULL AND metro IS NOT NULL",
    "ix_properties_map": "(latitude, longitude) WHERE deleted_at IS NULL AND latitude IS NOT NULL",
}
#: FTS5 keeps the words in sorted pieces, a new one for every mebibyte and every commit, and merges four of a kind at a
#: time. During a load a piece a commit is enough, and to merge sixteen at a time (what it does where `automerge` is 0)
#: rewrites each of them once instead of three times.
_WORDS = {"automerge": 4, "hashsize": 1 << 20}
_WORDS_MEANWHILE = {"automerge": 0, "hashsize": 8 << 20}
#: Of pages while they are built, in KiB.
_CACHE = -4096
#: Fewer rows to come are not worth a slow store; nor are those that do not multiply what is there.
_LEAST, _TIMES = 50_000, 2


def worth_it(db: Connection, to_come: float) -> bool:
    """Whether so many listings more are a first load, beside which what the store has by now is little."""
    if not db.sqlite or not AVAILABLE or to_come < _LEAST:
        return False
    return to_come >= _TIMES * int(db.value("SELECT count(*) FROM properties"))


def build(db: Connection) -> None:
    """Build what waits, in the running write transaction."""
    if unfinished(db):
        for name, definition in STATEMENTS.items():
            db.run(f"CREATE INDEX IF NOT EXISTS {name} ON properties {definition}")
        _keep_words(db, _WORDS)
        db.run("DROP TABLE indexes_due")


def _keep_words(db: Connection, how: dict[str, int]) -> None:
    for name, value in how.items():
        db.run(
            "INSERT INTO property_search (property_search, rank) VALUES (:name, :value)", {"name": name, "value": value}
        )


class PutOff:
    """An import's hold on the indexes of its store, from dropping to building them."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._lock = _lock(db)

    def drop(self) -> bool:
        """Drop them in the running transaction; False, and nothing done, where another import is at it."""
        if not self._lock.take():
            return False
        # A sort of a million rows belongs into a file: memory shall not grow with the store. The library has to be made
        # for it: that of pysqlite3 sorts in memory, 140 MiB for the widest index of a million listings.
        self._db.run("PRAGMA temp_store = FILE")
        self._db.run("CREATE TABLE IF NOT EXISTS indexes_due (since TEXT)")
        for name in STATEMENTS:
            self._db.run(f"DROP INDEX IF EXISTS {name}")
        _keep_words(self._db, _WORDS_MEANWHILE)
        return True

    def build(self) -> None:
        # Each is a scan and a sort, neither of which looks at a page twice; the memory is the sort's meanwhile.
        before = self._db.value("PRAGMA cache_size")
        self._db.run(f"PRAGMA cache_size = {_CACHE}")
        build(self._db)
        self._db.run(f"PRAGMA cache_size = {before}")

    def over(self) -> None:
        """The transaction that built them is kept, or somebody else has to."""
        self._lock.release()


def settle(db: Connection) -> None:
    """Build what a killed import left undone. For whoever opens the store to write: trouble is left to the next one."""
    lock = _lock(db)
    with suppress(RealtyError):
        if lock.take():
            try:
                db.begin(write=True)
                try:
                    build(db)
                    db.commit()
                except BaseException:
                    db.rollback()
                    raise
            finally:
                lock.release()


def _lock(db: Connection) -> FileLock:
    assert db.path is not None
    return FileLock(db.path.with_name(db.path.name + "-import"))
