"""Short writes on the event loop, committed together.

A commit with FULL durability waits for the disk and writes the pages of every index anew; both cost the same for one
change and for ten. So deeds that come in the same turn of the loop share a transaction: the first begins it, each runs
at once inside a savepoint of its own, and the commit follows when the loop has run all that was ready. Nobody waits for
a timer, and a lone write is committed in the next turn. A deed's own error takes back that deed alone; an error of the
commit, or of the store, fails all that share it. Nothing is answered before its commit.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol, TypeVar

from realty_cli.errors import Unavailable
from realty_cli.store.database import Connection

T = TypeVar("T")
#: A turn with this many deeds is committed at once, so that a flood cannot hold the store for long.
MOST = 64


class Writer(Protocol):
    """Where the connection comes from, and where a broken one goes."""

    def connection(self, *, write: bool) -> Connection: ...

    def drop(self, write: bool) -> None: ...


class Turns:
    """The loop's own writing transaction; `lock` is held while it is open, so that threads wait for its end."""

    def __init__(self, line: Writer, lock: threading.Lock) -> None:
        self._line = line
        self._lock = lock
        self._db: Connection | None = None
        self._end: asyncio.Future[None] | None = None
        self._deeds = 0

    async def do(self, action: Callable[[Connection], T]) -> T:
        """`action`, committed. Raises Busy at once where another process writes; the caller holds no lock.

        The caller has asked `may_join` in the same turn.
        """
        end = self._begin() if self._end is None else self._end
        db = self._db
        assert db is not None
        try:
            db.execute("SAVEPOINT deed")
            made = action(db)
            db.execute("RELEASE deed")
        except Unavailable as error:
            self._fail(error)
            raise
        except BaseException:
            try:
                db.execute("ROLLBACK TO deed")
                db.execute("RELEASE deed")
            except BaseException as error:  # the transaction itself is gone
                self._fail(error)
            raise
        self._deeds += 1
        if self._deeds >= MOST:
            self._commit(end)
        await asyncio.shield(end)
        return made

    def may_join(self) -> bool:
        """Whether the loop holds the store, or could take it now."""
        if self._end is not None:
            return True
        if not self._lock.acquire(blocking=False):
            return False
        self._lock.release()
        return True

    def _begin(self) -> asyncio.Future[None]:
        if not self._lock.acquire(blocking=False):
            raise AssertionError("ask may_join first")
        try:
            self._db = self._line.connection(write=True)
            self._db.begin(write=True)
        except BaseException:
            self._db = None
            self._lock.release()
            raise
        loop = asyncio.get_running_loop()
        end = self._end = loop.create_future()
        end.add_done_callback(lambda done: done.exception())  # somebody has looked, even if all deeds failed
        self._deeds = 0
        loop.call_soon(self._commit, end)
        return end

    def _commit(self, end: asyncio.Future[None]) -> None:
        if self._end is not end:
            return
        db = self._db
        assert db is not None
        try:
            if self._deeds:
                db.commit()
            else:
                db.rollback()
        except BaseException as error:
            self._fail(error)
            return
        self._close()
        end.set_result(None)

    def _fail(self, error: BaseException) -> None:
        end = self._end
        if end is None:
            return
        with suppress(Exception):
            self._line.drop(True)
        self._close()
        end.set_exception(error)

    def _close(self) -> None:
        self._db, self._end = None, None
        self._lock.release()
