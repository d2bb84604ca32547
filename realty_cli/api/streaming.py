"""Answers that are made while they are sent, by way of a file that one thread writes and the loop reads as it grows.

The thread is not held up by a slow reader: it ends its transaction as soon as the last row is written, so nobody who
downloads slowly keeps the store from tidying its log. Memory stays flat; the file has no name and is gone with the
request. A reader who leaves ends the thread's work at its next step, one who takes nothing for `STALL` seconds is cut.
"""

from __future__ import annotations

import asyncio
import io
import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from realty_cli.errors import Unavailable
from realty_cli.formats.atomic import NO_ROOM

STALL = 60.0
_PIECE = 256 << 10
_LOOK = 0.5


class LeftError(Exception):
    """Nobody waits for the rest any more."""


def _nameless(folder: Path) -> IO[bytes]:
    """A file without a name, in this folder or, where that may not be written, in the system's own for such files."""
    for place in (folder, None):
        try:
            return tempfile.TemporaryFile(dir=place)
        except OSError as error:
            reason = error.strerror or str(error)
    raise Unavailable("file.unwritable", path="", reason=reason)


class GrowingFile(io.RawIOBase):
    """The writing end, for a thread, and what the loop needs to follow it."""

    def __init__(self, folder: Path) -> None:
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self._left = threading.Event()
        self._folder = folder
        self._file = _nameless(folder)
        self._turn = threading.Lock()
        self.size = 0

    # For the thread

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.go_on()
        try:
            with self._turn:
                self._file.seek(self.size)
                length = self._file.write(data)
                self._file.flush()
        except OSError as error:
            if error.errno in NO_ROOM:
                raise Unavailable("disk.full", path=str(self._folder)) from error
            raise
        self.size += length
        self._loop.call_soon_threadsafe(self._news.set)
        return length

    def go_on(self, _: int = 0) -> None:
        """Raise `LeftError` if the reader has left."""
        if self._left.is_set():
            raise LeftError

    # For the loop

    def leave(self) -> None:
        self._left.set()

    async def grown(self, work: asyncio.Future[Any], beyond: int) -> bool:
        """Wait a while for the file to be longer than this; False where nothing came yet."""
        if self.size <= beyond and not work.done():
            self._news.clear()
            news = asyncio.ensure_future(self._news.wait())
            await asyncio.wait({news, work}, timeout=_LOOK, return_when=asyncio.FIRST_COMPLETED)
            news.cancel()
        return self.size > beyond

    def piece(self, at: int) -> bytes:
        with self._turn:
            self._file.seek(at)
            return self._file.read(min(_PIECE, self.size - at))

    def release(self) -> None:
        with suppress(OSError):  # what could not be written cannot be flushed either
            self._file.close()


async def growing(
    request: Request,
    folder: Path,
    start: Callable[[GrowingFile], asyncio.Future[Any]],
    *,
    media_type: str,
    headers: Mapping[str, str],
) -> Response:
    """The answer whose bytes `start` sets somebody to write. What goes wrong before the first byte is raised here."""
    file = GrowingFile(folder)
    work = start(file)
    try:
        while not work.done() and not await file.grown(work, 0):
            if await request.is_disconnected():
                file.leave()
        if work.done():
            await work
    except BaseException as error:
        file.leave()
        with suppress(Exception):
            await asyncio.shield(work)
        file.release()
        if isinstance(error, LeftError):
            return Response(status_code=499)  # which nobody sees, but the log
        raise
    return _Growing(file, work, media_type, headers)


class _Growing(Response):
    def __init__(
        self, file: GrowingFile, work: asyncio.Future[Any], media_type: str, headers: Mapping[str, str]
    ) -> None:
        super().__init__(media_type=media_type, headers=dict(headers))
        del self.headers["content-length"]  # nobody knows it yet
        self._file, self._work = file, work

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        left = asyncio.ensure_future(_disconnected(receive))
        pouring = asyncio.ensure_future(self._pour(send))
        try:
            await asyncio.wait({left, pouring}, return_when=asyncio.FIRST_COMPLETED)
            if pouring.done():
                await pouring
        finally:
            self._file.leave()
            for task in (left, pouring):
                task.cancel()
                with suppress(asyncio.CancelledError, Exception):
                    await task
            with suppress(Exception):
                await asyncio.shield(self._work)
            self._file.release()

    async def _pour(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        at = 0
        while True:
            if await self._file.grown(self._work, at):
                data = await asyncio.to_thread(self._file.piece, at)
                at += len(data)
                # Raising here breaks the connection off, by which a client knows that the file is not whole.
                await asyncio.wait_for(send({"type": "http.response.body", "body": data, "more_body": True}), STALL)
            elif self._work.done():
                await self._work
                break
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
