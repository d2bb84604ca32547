"""The store as a server holds it: connections that stay open, and work done where it costs least.

A query of some hundred microseconds runs on the event loop, since handing it to a thread costs more than the query
itself; what takes longer, or has to wait for another writer, runs in a thread. On PostgreSQL every statement is a way
over the network, so all of it runs in threads.

A connection that met an error of its file or its server is closed and opened anew: after a failed sync nothing that it
holds can be trusted.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from typing import TypeVar

from realty_cli.api.turns import Turns
from realty_cli.app import Realty, Work
from realty_cli.auth.access import Access
from realty_cli.errors import Busy, Unavailable
from realty_cli.kit.actor import Actor
from realty_cli.store.changelog import Origin
from realty_cli.store.database import Connection

T = TypeVar("T")
#: Pages of the WAL after which a commit writes them back: rarer than SQLite's own 1,000, for it makes that commit slow.
_CHECKPOINT = 4_000
#: KiB of the store that a reading and a writing connection keep: less than a command's own, since a server has many of
#: both, and what they do not keep the system does.
_CACHE = (8_192, 12_288)
#: Seconds between two looks whether the store is still the file that is open; who writes looks each time.
_GLANCE = 1.0
#: Seconds for which a store that answered is taken to answer.
_SOUND = 1.0
#: Threads for what is slow. Each has its own connections.
THREADS = 8
#: Threads for what takes seconds or minutes: imports and exports. More of them wait their turn.
LONG_THREADS = 4


_READING = Origin("read", "")


def _ask_something(connection: Connection) -> None:
    connection.one("SELECT 1 FROM accounts LIMIT 1")


class Line:
    """A reading and a writing connection for one thread, opened when first used."""

    def __init__(self, realty: Realty, *, patient: bool) -> None:
        self._realty = realty
        self._patient = patient
        self._open: dict[bool, Connection] = {}
        self._file: tuple[int, int] | None = None
        self._look_at = 0.0

    def connection(self, *, write: bool) -> Connection:
        found = self._open.get(write)
        if found is not None and (write or time.monotonic() > self._look_at) and self._is_moved():
            self.close()
            found = None
        if found is None:
            self._file = self._file or self._identity()
            found = self._open[write] = self._realty.connect(write=write)
            if not self._patient and found.sqlite:
                found.impatient()
            if found.sqlite:
                found.execute(f"PRAGMA cache_size = -{_CACHE[write]}")
            if not write:
                found.remember_counts()
            elif found.sqlite:
                found.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT}")
        return found

    def _is_moved(self) -> bool:
        """Whether another file has the store's name by now, as after a restore: what is open is then nobody's."""
        self._look_at = time.monotonic() + _GLANCE
        return self._identity() != self._file

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = self._realty.database.path and self._realty.database.path.stat()
        except OSError:
            return None
        return (found.st_dev, found.st_ino) if found else None

    def use(self, action: Callable[[Connection], T], *, write: bool) -> T:
        """`action` in one transaction, committed if it writes and ends well."""
        connection = self.connection(write=write)
        try:
            connection.begin(write=write)
        except Busy:
            raise
        except BaseException:
            self.drop(write)
            raise
        try:
            made = action(connection)
            if write:
                connection.commit()
            else:
                connection.rollback()
        except Unavailable:
            self.drop(write)
            raise
        except BaseException:
            connection.rollback()
            raise
        return made

    def glance(self, action: Callable[[Connection], T]) -> T:
        """`action`, which reads by one statement and so needs no transaction around it."""
        try:
            return action(self.connection(write=False))
        except Unavailable:
            self.drop(False)
            raise

    def drop(self, write: bool) -> None:
        """Close a connection that can no longer be trusted."""
        found = self._open.pop(write, None)
        if found is not None:
            found.rollback()
            found.close()

    def close(self) -> None:
        for write in list(self._open):
            self.drop(write)
        self._file = None


class Stores:
    """All that one server process does with its store."""

    def __init__(self, realty: Realty) -> None:
        self.realty = realty
        self.access: Access = realty.access
        #: Whether short work is done on the loop.
        self.near = realty.database.dialect == "sqlite"
        self._loop_line = Line(realty, patient=False)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="realty")
        self._long_threads = ThreadPoolExecutor(LONG_THREADS, thread_name_prefix="realty-long")
        self.ending = realty.ending
        self.ending.clear()  # a process may serve again
        self._local = threading.local()
        self._prober = ThreadPoolExecutor(1, thread_name_prefix="realty-probe")
        self._probe: asyncio.Future[None] | None = None
        self._probed_at = 0.0
        self._lines: list[Line] = []
        self._writing = threading.Lock()
        self._turns = Turns(self._loop_line, self._writing)

    def _line(self) -> Line:
        """The line of the thread that asks."""
        found: Line | None = getattr(self._local, "line", None)
        if found is None:
            found = self._local.line = Line(self.realty, patient=True)
            self._lines.append(found)
        return found

    async def thread(self, action: Callable[[], T]) -> T:
        """`action` in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, action)

    async def ask(self, actor: Actor, question: Callable[[Work], T], *, slow: bool = False, single: bool = False) -> T:
        """What the store says, in one state of it. `single`: on SQLite it asks by one statement."""

        def action(connection: Connection) -> T:
            return question(self.realty.work(connection, actor, _READING))

        if self.near and not slow:
            try:
                return self._loop_line.glance(action) if single else self._loop_line.use(action, write=False)
            except Busy:
                pass
        return await self.thread(lambda: self._line().use(action, write=False))

    async def do(self, actor: Actor, deed: Callable[[Work], T], origin: Origin, *, slow: bool = False) -> T:
        """A change, committed before this returns. Where another process writes it is waited for in a thread."""

        def action(connection: Connection) -> T:
            return deed(self.realty.work(connection, actor, origin))

        if self.near and not slow:
            with suppress(Busy):
                return await self._turns.do(action)
        return await self.thread(lambda: self._in_turn(action))

    def long(self, action: Callable[[], T]) -> asyncio.Future[T]:
        """Work of seconds or minutes, begun in a thread that holds up no other request."""
        return asyncio.get_running_loop().run_in_executor(self._long_threads, action)

    @contextmanager
    def working(self, actor: Actor, origin: Origin, *, write: bool) -> Iterator[Work]:
        """One transaction on a connection of its own, for `long` work; kept if the block ends well.

        A writer lets others in at each `Work.checkpoint`: those of this process by turns, in which nobody is passed
        over, others by the store's own lock.
        """
        connection = self.realty.connect(write=write)
        try:
            with self._writing if write else nullcontext():
                connection.begin(write=write)
                work = self.realty.work(connection, actor, origin)
                pause = work.let_others_in

                def let_others_in() -> None:
                    self._writing.release()
                    try:
                        pause()
                    finally:
                        self._writing.acquire()

                work.let_others_in = let_others_in  # type: ignore[method-assign]
                yield work
                if write:
                    connection.commit()
        finally:
            connection.rollback()
            connection.close()

    def _in_turn(self, action: Callable[[Connection], T]) -> T:
        # Threads of one process take turns here, in order; SQLite's own waiting is neither fair nor short.
        with self._writing:
            return self._line().use(action, write=True)

    def identify(self, credential: str, header: str) -> Callable[[Connection], Actor]:
        return lambda connection: self.access.identify(connection, credential, header=header)  # type: ignore[arg-type]

    def who_at_once(self, credential: str, header: str) -> Actor | None:
        """The actor of a credential; None where it takes a thread to know. Raises NotSignedIn."""
        if self.near:
            try:
                return self._loop_line.glance(self.identify(credential, header))
            except Busy:
                pass
        return None

    async def who(self, credential: str, header: str) -> Actor:
        """The same in a thread."""
        return await self.thread(lambda: self._line().use(self.identify(credential, header), write=False))

    async def look(self, question: Callable[[Connection], T]) -> T:
        """What the store says to somebody without an account, in a thread."""
        return await self.thread(lambda: self._line().use(question, write=False))

    def change(self, action: Callable[[Connection], None]) -> None:
        """Housekeeping in a write transaction of its own; for threads."""
        self._in_turn(action)

    async def probe(self) -> None:
        """Raise what keeps the store from answering. Many who ask at a time cost no more than one."""
        now = time.monotonic()
        if self._probe is None or (self._probe.done() and now > self._probed_at + _SOUND):
            # In a thread of its own: a disk that hangs must hold neither the loop nor a thread that others wait for.
            self._probe = asyncio.get_running_loop().run_in_executor(self._prober, self._look)
            self._probe.add_done_callback(lambda done: done.cancelled() or done.exception())
            self._probed_at = now
        await asyncio.shield(self._probe)

    def _look(self) -> None:
        if not self.near:
            self._line().use(_ask_something, write=False)
            return
        connection = self.realty.connect()  # one that is open has pages in its memory, whatever became of the file
        try:
            _ask_something(connection)
        finally:
            connection.close()

    def close(self) -> None:
        """End the threads and leave the store, its WAL written back into it."""
        self.ending.set()
        self._prober.shutdown(wait=False, cancel_futures=True)
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._long_threads.shutdown(wait=True, cancel_futures=True)
        self._turns.close()
        with suppress(Exception):
            if self.near:
                self._loop_line.connection(write=True).execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for line in (*self._lines, self._loop_line):
            line.close()
