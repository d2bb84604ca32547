"""What a server does beside answering: letters, last uses, and what has grown old. One worker at a time does it."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from realty_cli.api.stores import Stores
from realty_cli.errors import RealtyError
from realty_cli.kit.clock import stamp
from realty_cli.kit.paths import PRIVATE_FILE, private_folder
from realty_cli.store.database import Connection

#: Seconds between two rounds, and rounds between two sweeps of what is old.
_PAUSE = 5.0
_SWEEP = 120
#: How long the answer to an Idempotency-Key is kept.
KEPT = timedelta(hours=24)
_log = logging.getLogger("realty.background")


class _Turn:
    """Which of several workers does the round: the one that holds the lock. The system takes it from one that dies."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._file: int | None = None

    def mine(self) -> bool:
        if self._folder is None or self._file is not None:
            return True
        private_folder(self._folder)
        file = os.open(self._folder / "background.lock", os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
            return False
        self._file = file
        return True

    def end(self) -> None:
        if self._file is not None:
            os.close(self._file)


async def rounds(stores: Stores, folder: Path | None) -> None:
    turn = _Turn(folder)
    number = 0
    try:
        while True:
            await asyncio.sleep(_PAUSE)
            await _attempt(stores, "last uses", lambda: _touches(stores))
            if not turn.mine():
                continue
            await _attempt(stores, "letters", lambda: stores.realty.deliver())
            if number % _SWEEP == 0:
                await _attempt(stores, "sweep", lambda: sweep(stores))
            number += 1
    finally:
        turn.end()


async def _attempt(stores: Stores, what: str, action: Any) -> None:
    """A round that fails is logged and tried again at the next."""
    try:
        await stores.thread(action)
    except RealtyError as error:
        _log.warning("%s: %s", what, error)
    except Exception as error:
        _log.error("%s failed", what, exc_info=error)


def _touches(stores: Stores) -> None:
    if stores.access.has_touches:
        stores.change(stores.access.write_touches)


def sweep(stores: Stores) -> None:
    """Forget answers kept for repeats and purge the bin after its days."""
    now = stores.realty.clock.now()
    before = stamp(now - KEPT)

    def forget(connection: Connection) -> None:
        connection.run("DELETE FROM idempotency WHERE created_at < :before", {"before": before})

    stores.change(forget)
    stores.realty.tidy()
    stores.realty.empty_bin()
