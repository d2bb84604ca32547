"""The server process: uvicorn, with the deadlines and bounds of a connection that it lacks."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from realty_cli.api.app import create_app
from realty_cli.app import Realty
from realty_cli.errors import Unavailable
from realty_cli.kit.paths import private_folder
from realty_cli.settings import Settings

_MOST_HEADERS = 100
_MOST_HEADER_BYTES = 64 << 10
_KEEP_ALIVE = 20
_BACKLOG = 2_048
#: Seconds between two looks of a supervisor at its workers.
_GLANCE = 0.2
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: application/problem+json\r\n"
    b"content-length: 84\r\nconnection: close\r\n\r\n"
    b'{"type":"about:blank","title":"Headers too large","status":431,"code":"headers.size"}'
)


@dataclass(frozen=True, slots=True)
class Address:
    host: str
    port: int
    workers: int = 1
    certificate: Path | None = None
    key: Path | None = None


def protocol(patience: float) -> type[HttpToolsProtocol]:
    """The HTTP protocol of one server: the head of a request has so many seconds to arrive, and a bounded size."""

    class Bounded(HttpToolsProtocol):
        _deadline: asyncio.TimerHandle | None = None
        _in_head = False
        _size = 0

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._watch()

        def connection_lost(self, exc: Exception | None) -> None:
            self._unwatch()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            # Half a head after an answered request is on the clock as the first one is.
            if self._in_head and self._deadline is None:
                self._watch()

        def on_message_begin(self) -> None:
            super().on_message_begin()
            self._size = 0
            self._in_head = True

        def on_url(self, url: bytes) -> None:
            super().on_url(url)
            self._measure(len(url))

        def on_header(self, name: bytes, value: bytes) -> None:
            super().on_header(name, value)
            self._measure(len(name) + len(value))

        def on_headers_complete(self) -> None:
            self._in_head = False
            self._unwatch()
            if self._size > _MOST_HEADER_BYTES or len(self.headers) > _MOST_HEADERS:
                return
            super().on_headers_complete()

        def _measure(self, more: int) -> None:
            before = self._size
            self._size += more
            many = len(self.headers) > _MOST_HEADERS
            if (self._size > _MOST_HEADER_BYTES or many) and before <= _MOST_HEADER_BYTES:
                self._size = _MOST_HEADER_BYTES + 1
                if not self.transport.is_closing():
                    self.transport.write(_TOO_LARGE)
                    self.transport.close()

        def _watch(self) -> None:
            self._unwatch()
            self._deadline = self.loop.call_later(patience, self._late)

        def _unwatch(self) -> None:
            if self._deadline is not None:
                self._deadline.cancel()
                self._deadline = None

        def _late(self) -> None:
            self._deadline = None
            if self.cycle is None or self.cycle.response_complete:
                self.transport.close()

    return Bounded


def configuration(realty: Realty, address: Address, run_folder: Path | None) -> uvicorn.Config:
    settings = realty.settings
    return uvicorn.Config(
        create_app(realty, run_folder), host=address.host, port=address.port, http=protocol(settings.receive_seconds),
        loop="uvloop", ws="none", lifespan="on", log_config=None, access_log=False, server_header=False,
        date_header=True, proxy_headers=False, limit_concurrency=settings.max_connections,
        timeout_keep_alive=_KEEP_ALIVE, timeout_graceful_shutdown=settings.shutdown_seconds, backlog=_BACKLOG,
        ssl_certfile=address.certificate, ssl_keyfile=address.key,
    )  # fmt: skip


def open_socket(address: Address) -> socket.socket:
    """The socket that all workers share. Raises Unavailable where it cannot be had, and says why."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((address.host, address.port))
    except (OSError, OverflowError) as error:
        found.close()
        code = "serve.port_taken" if getattr(error, "errno", None) == 98 else "serve.no_address"
        reason = getattr(error, "strerror", None) or str(error)
        raise Unavailable(code, host=address.host, port=address.port, reason=reason) from error
    return found


def run_folder(settings: Settings) -> Path:
    """Where the workers of this server meet. What a server that was killed left there is taken away."""
    folder = private_folder(settings.home / "run")
    for entry in folder.iterdir():
        number = entry.name.partition("-")[2]
        if number.isdecimal() and not _is_alive(int(number)):
            shutil.rmtree(entry, ignore_errors=True)
    return private_folder(folder / f"server-{os.getpid()}")


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def serve(make: Callable[[], Realty], address: Address, started: Callable[[int], None]) -> int:
    """Serve until told to end; the exit code. `make` builds the program anew in each worker."""
    realty = make()
    found = open_socket(address)
    folder = run_folder(realty.settings)
    started(found.getsockname()[1])
    try:
        if address.workers == 1:
            return _worker(realty, address, folder, found)
        return _supervise(make, address, folder, found)
    finally:
        found.close()
        shutil.rmtree(folder, ignore_errors=True)


def _worker(realty: Realty, address: Address, folder: Path, found: socket.socket) -> int:
    server = uvicorn.Server(configuration(realty, address, folder))
    # uvicorn raises the signal again when it has ended; the way we end is an exit code.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    server.run(sockets=[found])
    return 0 if server.started else 1


def _supervise(make: Callable[[], Realty], address: Address, folder: Path, found: socket.socket) -> int:
    """Forked workers on one socket; one that dies is replaced."""
    told = False

    def tell(*_: Any) -> None:
        nonlocal told
        told = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, tell)
    workers = {_fork(make, address, folder, found) for _ in range(address.workers)}
    failures = 0
    while workers:
        process, status = os.waitpid(-1, os.WNOHANG)
        if process == 0:
            if told or failures > 2 * address.workers:
                # Again and again: the first one may have come before the worker listened to it.
                _end(workers)
            time.sleep(_GLANCE)
            continue
        workers.discard(process)
        if not told and failures <= 2 * address.workers:
            failures += os.waitstatus_to_exitcode(status) == 1
            workers.add(_fork(make, address, folder, found))
    return 0 if told else 1


def _end(workers: set[int]) -> None:
    for one in workers:
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGTERM)


def _fork(make: Callable[[], Realty], address: Address, folder: Path, found: socket.socket) -> int:
    process = os.fork()
    if process:
        return process
    code = 1
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        code = _worker(make(), address, folder, found)
    finally:
        os._exit(code)
