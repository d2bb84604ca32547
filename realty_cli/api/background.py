"""What a server does beside answering: letters, last uses, and what has grown old. One worker at a time does it."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from realty_cli.analytics.alert_watch import Watch
from realty_cli.analytics.listing_sums import ENOUGH, MANY, Keeper
from realty_cli.api.stores import Stores
from realty_cli.app import Realty
from realty_cli.errors import RealtyError
from realty_cli.kit.clock import stamp
from realty_cli.kit.locks import FileLock
from realty_cli.kit.paths import private_folder
from realty_cli.settings import Settings
from realty_cli.store.database import Connection

#: Seconds between two rounds, and rounds between two sweeps of what is old: in the store, and of files without a row.
_PAUSE = 5.0
_SWEEP = 120
#: Rounds between two looks at what reminders are due: events are planned by the minute.
_REMIND = 6
#: Rounds between two looks at all rules of alerts: what only time brings about. What somebody writes is looked at
#: within a round or two.
_ALERT = 60
_SWEEP_FILES = 17_280
#: Seconds between two looks whether a calendar elsewhere is due.
_LOOK = 20.0
#: Reports of one round: letters wait behind them.
_REPORTS = 5
#: Letters of one round.
_LETTERS = 50
#: How long the answer to an Idempotency-Key is kept.
KEPT = timedelta(hours=24)
_log = logging.getLogger("realty.background")


class _Turn:
    """Which of several workers does the round: the one that holds the lock."""

    def __init__(self, folder: Path | None, name: str = "background") -> None:
        self._folder = folder
        self._lock = None if folder is None else FileLock(folder / f"{name}.lock")

    def mine(self) -> bool:
        if self._folder is None or self._lock is None or self._lock.held:
            return True
        try:
            private_folder(self._folder)
        except RealtyError:  # a full disk: at the next round, perhaps
            return False
        return self._lock.take()

    def end(self) -> None:
        if self._lock is not None:
            self._lock.release()


async def rounds(stores: Stores, folder: Path | None) -> None:
    turn = _Turn(folder)
    looking = Watch(lambda write: stores.realty.transaction(write=write))
    number = 0
    try:
        while True:
            await asyncio.sleep(_PAUSE)
            await _attempt("last uses", _pooled(stores, lambda: _touches(stores)))
            if not turn.mine():
                continue
            if number % _REMIND == 0:
                await _attempt("reminders", _aside(lambda: _remind(stores)))
            await _attempt("reports", _aside(lambda: _reports(stores)))
            if number % _ALERT == _ALERT - 1:
                await _attempt("alerts", _aside(lambda: _alert(stores)))
            await _attempt("alerts", _aside(lambda: watch(stores, looking)))
            await _attempt("letters", _aside(lambda: _letters(stores)))
            await _attempt("sums", _aside(lambda: _sums(stores)))
            if number % _SWEEP == 0:
                await _attempt("sweep", _pooled(stores, lambda: sweep(stores)))
            if number % _SWEEP_FILES == 0:
                await _attempt("sweep of files", _aside(lambda: sweep_photos(stores)))
            number += 1
    finally:
        turn.end()


async def calendars(stores: Stores, folder: Path | None) -> None:
    """Keep calendars elsewhere in step: by itself, for a server there may take its time."""
    turn = _Turn(folder, "calendars")
    try:
        while stores.realty.settings.sync_minutes:
            await asyncio.sleep(_LOOK)
            if turn.mine():
                await _attempt("calendars", _aside(lambda: _sync(stores)))
    finally:
        turn.end()


async def _attempt(what: str, action: Awaitable[None]) -> None:
    """A round that fails is logged and tried again at the next."""
    try:
        await action
    except RealtyError as error:
        _log.warning("%s: %s", what, error)
    except Exception as error:
        _log.error("%s failed", what, exc_info=error)


def _contained(action: Callable[[], None]) -> Callable[[], None]:
    """`action`, whose every end a future can hold: a SystemExit of some library would otherwise end the server, or its
    thread without a word, and a StopIteration is refused by futures."""

    def run() -> None:
        try:
            action()
        except BaseException as error:
            if isinstance(error, Exception) and not isinstance(error, StopIteration):
                raise
            raise RuntimeError(f"its thread was left by {type(error).__name__}") from error

    return run


async def _pooled(stores: Stores, action: Callable[[], None]) -> None:
    """`action` in a thread of the server's, which its end waits for."""
    await stores.thread(_contained(action))


async def _aside(action: Callable[[], None]) -> None:
    """`action` in a thread that the end of the server does not wait for: a mail server may take its time."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()
    contained = _contained(action)

    def tell(error: Exception | None) -> None:
        if not done.done():
            done.set_result(None) if error is None else done.set_exception(error)

    def run() -> None:
        failed = None
        try:
            contained()
        except Exception as error:
            failed = error
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(tell, failed)

    threading.Thread(target=run, name="realty-beside", daemon=True).start()
    await done


def _letters(stores: Stores) -> None:
    for _ in range(_LETTERS):
        if stores.ending.is_set() or not any(stores.realty.deliver(1).values()):
            return


def _sync(stores: Stores) -> None:
    # Few have any, and what speaks to other servers is worth some MiB.
    with stores.realty.transaction() as db:
        if db.one("SELECT 1 FROM calendar_integrations") is None:
            return
    stores.realty.calendars.bring(stores.ending.is_set)


def _reports(stores: Stores) -> None:
    if not stores.ending.is_set():
        stores.realty.report_round.run(_REPORTS)


def _remind(stores: Stores) -> None:
    stores.realty.remind()


def _alert(stores: Stores) -> None:
    """Facts are tried here; figures, once a day, in a process of their own, which takes with it what it needs of memory
    and leaves the requests their core."""
    if not stores.realty.figures_are_due():
        stores.realty.check_alerts(figures=False)
        return
    _apart(stores, figures)


def _apart(stores: Stores, action: Callable[[Settings], None]) -> None:
    """`action` in a process of its own, to its end or that of the server."""
    child = multiprocessing.get_context("spawn").Process(target=action, args=(stores.realty.settings,), daemon=True)
    child.start()
    while child.is_alive() and not stores.ending.is_set():
        child.join(1)
    if child.is_alive():
        child.terminate()
    elif child.exitcode:
        _log.error("%s: its process ended with %s", action.__name__, child.exitcode)


def _sums(stores: Stores) -> None:
    keeper = Keeper(stores.realty.transaction)
    outstanding = keeper.outstanding()
    if outstanding >= MANY:
        _apart(stores, sums)
    elif outstanding >= ENOUGH:
        keeper.keep(stores.ending.is_set)


def sums(settings: Settings) -> None:
    """Write many sums of listings, and be in nobody's way."""
    _step_back()
    Keeper(Realty(settings).transaction).keep()


def watch(stores: Stores, looking: Watch) -> None:
    """Try the rules about facts that somebody has just written of."""
    if rules := looking.due():
        begun = time.monotonic()
        stores.realty.check_alerts(figures=False, facts=rules)
        looking.took(time.monotonic() - begun)


def figures(settings: Settings) -> None:
    """Try all rules that are due, and be in nobody's way."""
    _step_back()
    Realty(settings).check_alerts()


def _step_back() -> None:
    if hasattr(os, "nice"):
        os.nice(10)


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


def sweep_photos(stores: Stores) -> None:
    """Remove files of photos that no row names, such as a server that was killed leaves."""
    with stores.realty.caretaker() as work:
        work.photos.sweep(stores.realty.clock.now())
