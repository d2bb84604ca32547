"""The server process: uvicorn over one socket, and the processes that answer there."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn

from realty_cli.api.app import create_app, preload
from realty_cli.api.protocol import STALL, protocol
from realty_cli.api.sockets import Address, check_certificate, open_socket, room_for
from realty_cli.app import Realty
from realty_cli.kit.paths import private_folder
from realty_cli.reports.render import draw_apart
from realty_cli.settings import Settings

_KEEP_ALIVE = 20
#: Seconds between two looks of a supervisor at its workers, and those that one may take beyond `shutdown_seconds`.
_GLANCE = 0.2
#: Seconds that long work has to come to its next step and say how far it came.
_LAST_WORDS = 3
_GRACE = 10.0
#: New objects after which rings are looked for, and looks after which older ones are looked at.
_SELDOM = (10_000, 20, 20)


def configuration(realty: Realty, address: Address, run_folder: Path | None) -> uvicorn.Config:
    settings = realty.settings
    bounded = protocol(float(settings.receive_seconds), room_for(settings.max_connections))
    return uvicorn.Config(
        create_app(realty, run_folder), host=address.host, port=address.port, http=bounded,
        loop="realty_cli.api.protocol:Loop", ws="none", lifespan="on", log_config=None, access_log=False,
        server_header=False, date_header=True, proxy_headers=False, timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=settings.shutdown_seconds, ssl_certfile=address.certificate, ssl_keyfile=address.key,
    )  # fmt: skip


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
    """Serve until told to end; the exit code. `make` builds the program anew in each worker.

    The store is brought up to date, or refused, before anybody can connect.
    """
    realty = make()
    draw_apart()
    check_certificate(address)
    realty.connect().close()
    found = open_socket(address, STALL)
    try:
        folder = run_folder(realty.settings)
        try:
            started(found.getsockname()[1])
            if address.workers == 1:
                return _worker(realty, address, folder, found)
            return _Supervisor(make, address, folder, found, realty.settings.shutdown_seconds + _GRACE).run()
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        found.close()


class _Server(uvicorn.Server):
    """Told to end, requests have `shutdown_seconds`; an import that takes longer uses the last of them to answer."""

    def __init__(self, config: uvicorn.Config, realty: Realty) -> None:
        super().__init__(config)
        self._realty = realty

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        seconds = max(0, self._realty.settings.shutdown_seconds - _LAST_WORDS)
        late = threading.Timer(seconds, self._realty.ending.set)
        late.daemon = True
        late.start()


def _worker(realty: Realty, address: Address, folder: Path, found: socket.socket) -> int:
    server = _Server(configuration(realty, address, folder), realty)
    # Eighty thousand objects that never go: walking them stops every request for a twentieth of a second. And a request
    # makes hundreds that go by themselves: rings are rare, and looked for rarely.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_SELDOM)

    def end(*_: Any) -> None:
        server.should_exit = True

    # uvicorn raises the signal again when it has ended; the way we end is an exit code.
    _listen(end)
    server.run(sockets=[found])
    return 0 if server.started else 1


def _listen(end: Callable[..., None]) -> None:
    """Call `end` when told to end, and when the terminal goes, unless it may (nohup)."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        signal.signal(signal.SIGHUP, end)


class _Supervisor:
    """Forked workers on one socket. One that dies is replaced; when the supervisor dies, they end."""

    def __init__(
        self, make: Callable[[], Realty], address: Address, folder: Path, found: socket.socket, patience: float
    ) -> None:
        self._make, self._address, self._folder, self._socket = make, address, folder, found
        self._patience = patience
        self._told_at: float | None = None
        self._failures = 0
        self._workers: set[int] = set()
        #: Nothing is ever written here: its other end is at an end when this process is.
        self._follow, self._lead = os.pipe()

    def run(self) -> int:
        _listen(self._tell)
        preload()
        gc.collect()
        gc.freeze()  # what was made so far stays shared with the workers
        for _ in range(self._address.workers):
            self._fork()
        while self._workers:
            process, status = os.waitpid(-1, os.WNOHANG)
            if process == 0:
                self._glance()
                time.sleep(_GLANCE)
                continue
            self._workers.discard(process)
            if self._told_at is None and not self._is_hopeless():
                self._failures += os.waitstatus_to_exitcode(status) == 1
                self._fork()
        return 0 if self._told_at is not None else 1

    def _tell(self, *_: Any) -> None:
        self._told_at = self._told_at or time.monotonic()

    def _is_hopeless(self) -> bool:
        return self._failures > 2 * self._address.workers

    def _glance(self) -> None:
        if self._told_at is None and not self._is_hopeless():
            return
        # Again and again: the first one may have come before the worker listened to it.
        late = self._told_at is not None and time.monotonic() > self._told_at + self._patience
        for one in self._workers:
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL if late else signal.SIGTERM)

    def _fork(self) -> None:
        process = os.fork()
        if process:
            self._workers.add(process)
            return
        code = 1
        try:
            os.close(self._lead)
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            threading.Thread(target=self._end_with_supervisor, daemon=True).start()
            code = _worker(self._make(), self._address, self._folder, self._socket)
        finally:
            os._exit(code)

    def _end_with_supervisor(self) -> None:
        os.read(self._follow, 1)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(self._patience)
        os._exit(1)
