"""Short writes on the event loop, committed together.

A commit with FULL durability waits for the disk and writes the pages of every index anew; both cost the same for one
change and for ten. So deeds that come in the same turn of the loop share a transaction: the first begins it, each runs
at once inside a savepoint of its own, and the commit follows when a round of the loop brings no more of them. Nobody
waits for a timer, and a lone write is committed in the round after the next. A deed's own error takes back that deed
alone; an error of the commit, or of the store, fails all that share it. Nothing is answered before its commit.

Where a thread of this process writes, deeds wait for their turn together, and then share one: if each went to a thread
itself, they would keep one another there as long as more come.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Protocol, TypeVar

from realty_cli.errors import Busy, Unavailable
from realty_cli.store import word_index
from realty_cli.store.database import Connection

T = TypeVar("T")
#: A turn with this many deeds is committed at once, so that a flood cannot hold the store for long.
MOST = 64
#: Codes of errors after which nothing that a connection holds can be trusted.
_OF_THE_STORE = ("store.", "disk.")


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
        self._turn: object | None = None
        self._done: list[asyncio.Future[None]] = []  # one for each deed of the turn that stands
        self._deeds = 0
        self._before = 0  # deeds when the commit was last thought of
        self._waiting: list[asyncio.Future[None]] = []
        self._waiter = ThreadPoolExecutor(1, thread_name_prefix="realty-turn")

    async def do(self, action: Callable[[Connection], T]) -> T:
        """`action`, committed. Raises Busy at once where another process writes."""
        while self._turn is None and not self._take():
            await self._wait()
        made = self._run(action)
        self._deeds += 1
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._done.append(kept)
        if self._deeds >= MOST:
            self._commit(self._turn)
        await kept  # whoever leaves takes only this with him
        return made

    def _take(self) -> bool:
        """Begin a turn if nobody of this process writes."""
        if not self._lock.acquire(blocking=False):
            return False
        self._begin()
        return True

    async def _wait(self) -> None:
        """Until the loop has the store, and a turn has begun."""
        loop = asyncio.get_running_loop()
        mine: asyncio.Future[None] = loop.create_future()
        self._waiting.append(mine)
        if len(self._waiting) == 1:
            loop.run_in_executor(self._waiter, self._lock.acquire).add_done_callback(self._our_turn)
        await mine

    def _our_turn(self, _: object) -> None:
        # Who waits is woken before the turn begins, so that its commit comes after their deeds.
        waiting, self._waiting = self._waiting, []

        def wake() -> None:
            for one in waiting:
                if not one.done():
                    one.set_result(None)

        try:
            self._begin(wake)
        except Exception as error:
            for one in waiting:
                if not one.done():
                    one.set_exception(error)

    def _begin(self, before: Callable[[], object] = lambda: None) -> None:
        """Begin a turn; the lock is held by now. `before` is called when it is sure to come."""
        try:
            db = self._line.connection(write=True)
            db.begin(write=True)
        except BaseException as error:
            if not isinstance(error, Busy):
                self._line.drop(True)
            self._lock.release()
            raise
        before()
        self._db, self._turn, self._deeds, self._before = db, object(), 0, 0
        word_index.wait(db)
        asyncio.get_running_loop().call_soon(self._commit, self._turn)

    def _run(self, action: Callable[[Connection], T]) -> T:
        db = self._db
        assert db is not None
        words = list(db.waiting_words or ())
        try:
            db.execute("SAVEPOINT deed")
            made = action(db)
            db.execute("RELEASE deed")
        except BaseException as error:
            if isinstance(error, Unavailable) and error.code.startswith(_OF_THE_STORE):
                self._fail(error)
                raise
            try:
                db.execute("ROLLBACK TO deed")
                if db.waiting_words is not None:
                    db.waiting_words = words  # those of other deeds, which this one may have settled
                db.execute("RELEASE deed")
            except BaseException as broken:  # the transaction itself is gone
                self._fail(broken)
            raise
        return made

    def _commit(self, turn: object) -> None:
        if self._turn is not turn:
            return
        db = self._db
        assert db is not None
        if self._before != self._deeds < MOST:
            # What the sockets bring meanwhile may join, until one round of the loop brings nothing more.
            self._before = self._deeds
            asyncio.get_running_loop().call_soon(self._commit, turn)
            return
        try:
            if self._deeds:
                word_index.settle(db)
                db.commit()
            else:
                db.rollback()
        except BaseException as error:
            self._fail(error)
            return
        for one in self._close():
            one.set_result(None)

    def _fail(self, error: BaseException) -> None:
        if self._turn is None:
            return
        with suppress(Exception):
            self._line.drop(True)
        for one in self._close():
            one.set_exception(error)

    def _close(self) -> list[asyncio.Future[None]]:
        """End the turn; gives those who wait to hear how."""
        if self._db is not None:
            self._db.waiting_words = None
        done, self._done = self._done, []
        self._db, self._turn = None, None
        self._lock.release()
        return [one for one in done if not one.done()]

    def close(self) -> None:
        self._waiter.shutdown(wait=True)
