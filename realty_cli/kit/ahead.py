"""Reading ahead: the next items are made beside the work on the last ones, in a thread or in a process of their own.

A thread is enough where the caller waits in C most of the time; where both sides are Python, only a second process
brings a second core to bear.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import threading
from collections.abc import Iterable, Iterator
from queue import Empty, Full, Queue
from typing import Any, TypeVar

from realty_cli.errors import Unavailable

T = TypeVar("T")
_END = object()
#: Objects made before the collector of cycles looks again: rows in the hundred thousands hold hardly any.
_SELDOM = 200_000


def ahead(items: Iterable[T], depth: int = 2) -> Iterator[T]:
    """The same items in the same order, at most `depth` of them made in advance by a thread.

    An error in the other thread is raised here, in its place; when the caller stops early (Ctrl-C included), the
    thread ends too.
    """
    queue: Queue[Any] = Queue(maxsize=depth)
    stop = threading.Event()

    def put(item: Any) -> bool:
        while not stop.is_set():
            try:
                queue.put(item, timeout=0.2)
                return True
            except Full:
                continue
        return False

    def work() -> None:
        try:
            for item in items:
                if not put((item, None)):
                    return
            put((_END, None))
        except BaseException as error:  # handed over whole: the caller must see whatever it was
            put((_END, error))

    thread = threading.Thread(target=work, name="realty-ahead", daemon=True)
    thread.start()
    try:
        while True:
            try:
                item, error = queue.get(timeout=0.5)
            except Empty:
                continue
            if error is not None:
                raise error
            if item is _END:
                return
            yield item
    finally:
        stop.set()
        thread.join(timeout=10)


def can_fork() -> bool:
    """Whether a second process is to be had, and a core for it."""
    return hasattr(os, "fork") and (os.cpu_count() or 1) > 1


class Child:
    """Makes the items in a child process, begun at once; iterating gives them here.

    To be made before the caller opens connections or starts threads, none of which a child may inherit. The child does
    nothing but make the items: it leaves Ctrl-C to its parent, and ends when nobody reads any more.
    """

    def __init__(self, items: Iterable[Any]) -> None:
        reading, writing = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(reading)
            _produce(items, writing)
        os.close(writing)
        self._source = os.fdopen(reading, "rb", buffering=1 << 20)

    def __iter__(self) -> Iterator[Any]:
        while True:
            try:
                item, error, more = pickle.load(self._source)  # noqa: S301 - our own child wrote it
            except (EOFError, pickle.UnpicklingError):
                raise Unavailable("import.reader_died") from None
            if error is not None:
                raise error
            if not more:
                return
            yield item

    def close(self) -> None:
        """End the child, finished or not."""
        self._source.close()
        try:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass


def _produce(items: Iterable[Any], writing: int) -> None:
    """The child's whole life. It leaves by `_exit`: what the parent has open is not the child's to tidy up."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        # What was inherited needs no second look, and looking would copy its pages.
        gc.freeze()
        gc.set_threshold(_SELDOM)
        with os.fdopen(writing, "wb", buffering=1 << 20) as out:
            try:
                for item in items:
                    pickle.dump((item, None, True), out, protocol=5)
                    out.flush()
                pickle.dump((None, None, False), out, protocol=5)
            except BrokenPipeError:
                pass
            except Exception as error:
                pickle.dump((None, error, False), out, protocol=5)
    except BaseException:
        os._exit(1)
    os._exit(0)
