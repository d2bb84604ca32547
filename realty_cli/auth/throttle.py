"""How often something may be tried. The counts stand in the store: a restart or a second server forgets nothing.

Two shapes: so many in a window (`count`), and a wait that doubles with each failure beyond the allowed ones (`fail`).
A try that has to wait is not counted, so nobody can be kept waiting longer than the longest wait by others.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

from realty_cli.errors import TooMany
from realty_cli.kit.clock import stamp
from realty_cli.store.database import Connection

#: After so long without a failure the count begins anew.
FORGOTTEN = timedelta(days=1)


class Delay(NamedTuple):
    """So many failures are free; the next one waits `first` seconds, each later one twice as long, to `longest`."""

    free: int
    first: int
    longest: int

    def after(self, failures: int) -> int:
        if failures < self.free:
            return 0
        return min(self.longest, self.first << min(failures - self.free, 30))


def network(address: str) -> str:
    """What one household has of addresses: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        found = ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or f"{IPv6Address(int(found) >> 64 << 64)}/64")
    return str(found)


def wait(db: Connection, kind: str, subject: str, now: datetime) -> int:
    """Seconds until the next try is allowed; 0 is now."""
    until = db.value(
        "SELECT blocked_until FROM throttles WHERE kind = :kind AND subject = :subject",
        {"kind": kind, "subject": subject},
    )
    return _seconds(until, now)


def _seconds(until: str | None, now: datetime) -> int:
    if until is None or until <= stamp(now):
        return 0
    return max(1, -int(-(datetime.fromisoformat(until) - now).total_seconds() // 1))


def fail(db: Connection, kind: str, subject: str, now: datetime, delay: Delay) -> None:
    """Count one failure."""
    row = db.one(
        "SELECT count, updated_at FROM throttles WHERE kind = :kind AND subject = :subject",
        {"kind": kind, "subject": subject},
    )
    before = 0 if row is None or row[1] <= stamp(now - FORGOTTEN) else int(row[0])
    seconds = delay.after(before + 1)
    _put(db, kind, subject, before + 1, now, now, now + timedelta(seconds=seconds) if seconds else None)


def clear(db: Connection, kind: str, subject: str) -> None:
    db.run(
        "DELETE FROM throttles WHERE kind = :kind AND subject = :subject",
        {"kind": kind, "subject": subject},
    )


def count(db: Connection, kind: str, subject: str, now: datetime, limit: int, window: timedelta) -> None:
    """Count one use of a window; the one that fills it closes it until it ends (see `wait`)."""
    row = db.one(
        "SELECT count, since FROM throttles WHERE kind = :kind AND subject = :subject",
        {"kind": kind, "subject": subject},
    )
    fresh = row is None or row[1] <= stamp(now - window)
    number = 1 if row is None or fresh else int(row[0]) + 1
    since = now if row is None or fresh else datetime.fromisoformat(row[1])
    _put(db, kind, subject, number, since, now, since + window if number >= limit else None)


def refuse_if_waiting(db: Connection, kind: str, subject: str, now: datetime) -> None:
    """Raise `TooMany` with `retry_after` in seconds."""
    if seconds := wait(db, kind, subject, now):
        raise too_many(seconds)


def too_many(seconds: int) -> TooMany:
    return TooMany("too_many", retry_after=seconds)


def _put(
    db: Connection, kind: str, subject: str, number: int, since: datetime, now: datetime, until: datetime | None
) -> None:
    db.run(
        "INSERT INTO throttles (kind, subject, count, since, blocked_until, updated_at)"
        " VALUES (:kind, :subject, :count, :since, :until, :now)"
        " ON CONFLICT (kind, subject) DO UPDATE SET count = excluded.count, since = excluded.since,"
        " blocked_until = excluded.blocked_until, updated_at = excluded.updated_at",
        {
            "kind": kind,
            "subject": subject,
            "count": number,
            "since": stamp(since),
            "until": None if until is None else stamp(until),
            "now": stamp(now),
        },
    )
