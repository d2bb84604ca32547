"""Sending what waits in the outbox: tried again with growing pauses, given up after so many tries.

A letter is claimed in one short transaction, sent outside of any, and marked in another. Who dies in between leaves it
to be sent again after its pause, under the same key. Letters to one recipient go in their order.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson

from realty_cli.errors import Invalid, RealtyError, Unavailable
from realty_cli.kit.clock import Clock, stamp
from realty_cli.notify.ports import Letter, Messenger
from realty_cli.notify.templates import render
from realty_cli.store.database import Connection

_FIRST_PAUSE, _LONGEST_PAUSE = 30.0, 3_600.0
_DUE = "next_at IS NOT NULL AND next_at <= :now"
_NEXT = (
    "SELECT id, channel, recipient, language, template, params, attempts FROM outbox o"
    f" WHERE {_DUE} AND NOT EXISTS (SELECT 1 FROM outbox e"
    " WHERE e.recipient = o.recipient AND e.id < o.id AND e.next_at IS NOT NULL)"
    " ORDER BY next_at, id LIMIT 1"
)

#: The params of a letter (and `files`, which go with it), filled in the given write transaction; None if it is not
#: worth sending any more.
Filler = Callable[[Connection, Mapping[str, Any], datetime], dict[str, Any] | None]
#: A transaction for reading (False) or writing (True), committed when its block ends well.
Transaction = Callable[[bool], AbstractContextManager[Connection]]


class _Claimed(NamedTuple):
    id: int
    channel: str
    attempts: int
    letter: Letter


class Sender:
    def __init__(
        self,
        transaction: Transaction,
        clock: Clock,
        messengers: Mapping[str, Messenger],
        fill: Filler,
        attempts: int,
    ) -> None:
        self._transaction = transaction
        self._clock = clock
        self._messengers = messengers
        self._fill = fill
        self._attempts = attempts

    def deliver(self, limit: int) -> dict[str, int]:
        """Send up to `limit` letters that are due: `{sent, failed, dead}`."""
        counts = {"sent": 0, "failed": 0, "dead": 0}
        for _ in range(limit):
            with self._transaction(False) as db:
                if not db.one(f"SELECT 1 FROM outbox WHERE {_DUE} LIMIT 1", {"now": stamp(self._clock.now())}):
                    break
            with self._transaction(True) as db:
                claimed = self._claim(db, counts)
            if claimed is None:
                break
            self._send(claimed, counts)
        return counts

    def _claim(self, db: Connection, counts: dict[str, int]) -> _Claimed | None:
        """The next letter with its secrets, put off for as long as its next try has to wait."""
        now = self._clock.now()
        while row := db.one(_NEXT, {"now": stamp(now)}):
            number, channel, recipient, language, template, params, attempts = row
            filled = self._fill(db, orjson.loads(params), now)
            if filled is None:
                self._close(db, number, "dead_at", "obsolete", now)
                counts["dead"] += 1
                continue
            db.run(
                "UPDATE outbox SET attempts = :attempts, next_at = :next WHERE id = :id",
                {"attempts": attempts + 1, "next": stamp(now + pause(attempts + 1)), "id": number},
            )
            files = filled.pop("files", ())
            subject, body = render(template, language, filled)
            letter = Letter(recipient, subject, body, f"realty-{number}", files)
            return _Claimed(number, channel, attempts + 1, letter)
        return None

    def _send(self, claimed: _Claimed, counts: dict[str, int]) -> None:
        try:
            messenger = self._messengers.get(claimed.channel)
            if messenger is None:
                raise Invalid("letter.no_channel", channel=claimed.channel)
            messenger.send(claimed.letter)
        except (Invalid, Unavailable) as error:
            self._failed(claimed, error, counts)
            return
        with self._transaction(True) as db:
            self._close(db, claimed.id, "sent_at", None, self._clock.now())
        counts["sent"] += 1

    def _failed(self, claimed: _Claimed, error: RealtyError, counts: dict[str, int]) -> None:
        final = isinstance(error, Invalid) or claimed.attempts >= self._attempts
        with self._transaction(True) as db:
            if final:
                self._close(db, claimed.id, "dead_at", str(error)[:500], self._clock.now())
            else:
                reason = {"error": str(error)[:500], "id": claimed.id}
                db.run("UPDATE outbox SET last_error = :error WHERE id = :id", reason)
        counts["dead" if final else "failed"] += 1

    @staticmethod
    def _close(db: Connection, number: int, column: str, error: str | None, now: datetime) -> None:
        db.run(
            f"UPDATE outbox SET {column} = :now, next_at = NULL, last_error = :error WHERE id = :id",
            {"now": stamp(now), "error": error, "id": number},
        )


def pause(attempts: int) -> timedelta:
    """How long to wait after so many tries; spread, so that what failed together does not come again together."""
    seconds = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(attempts - 1, 20))
    return timedelta(seconds=seconds * random.uniform(0.75, 1.25))  # noqa: S311 - spreads tries, guards nothing
