"""When rules about facts have to be tried before their time: soon after somebody wrote what they are about.

Writes are told by the change log, whoever made them and in whatever process; a write itself waits for nothing. The end
of a burst is waited for, though not for long, and looking takes a small part of one processor, however large the store.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from realty_cli.notify.delivery import Transaction
from realty_cli.store.database import Connection

_LEADS = frozenset({"lead_unanswered", "lead_untouched"})
_EVENTS = frozenset({"event_unconfirmed", "event_conflict", "event_no_outcome"})
_DEALS = frozenset({
    "deposit_deadline", "deal_date_slip", "deal_open_tasks", "reservation_ending", "mortgage_expiring",
    "commission_overdue",
})  # fmt: skip
_LISTINGS = frozenset({"agreement_expiring"})
#: The rules whose answer a change of an object may change, by its kind in the log.
CAUSES: Mapping[str, frozenset[str]] = {
    "client": _LEADS, "lead": _LEADS, "interaction": _LEADS,
    "event": _EVENTS | _DEALS | _LEADS, "calendar_settings": _EVENTS,
    "deal": _DEALS, "commission": _DEALS, "payment": _DEALS,
    "property": _LISTINGS,
    "threshold": _LEADS | _EVENTS | _DEALS | _LISTINGS,
}  # fmt: skip
_ALL = frozenset().union(*CAUSES.values())
#: Of more changes than these it is not asked what they are of.
_MANY = 5_000
#: Seconds that a burst of writes may put a look off, and the part of the time that looks may take.
_LONGEST_WAIT, _SHARE = 30.0, 0.05


class Watch:
    """`ticks` tells seconds. For one thread."""

    def __init__(self, transaction: Transaction, ticks: Callable[[], float] = time.monotonic) -> None:
        self._transaction, self._ticks = transaction, ticks
        self._seen: int | None = None
        self._waiting: frozenset[str] = frozenset()
        self._since = self._free_at = 0.0

    def due(self) -> frozenset[str]:
        """The rules to be tried now: none while others are writing what they are about, or too soon after a look that
        took long. The first call only says from where on writes count."""
        with self._transaction(False) as db:
            fresh = self._fresh(db)
        now = self._ticks()
        if fresh and not self._waiting:
            self._since = now
        self._waiting |= fresh
        if not self._waiting or now < self._free_at or (fresh and now - self._since < _LONGEST_WAIT):
            return frozenset()
        found, self._waiting = self._waiting, frozenset()
        return found

    def took(self, seconds: float) -> None:
        """How long a look took; the next one waits accordingly."""
        self._free_at = self._ticks() + seconds / _SHARE

    def _fresh(self, db: Connection) -> frozenset[str]:
        """The rules that changes since the last call are about."""
        newest: int = db.value("SELECT max(seq) FROM changes") or 0
        seen, self._seen = self._seen, newest
        if seen is None or newest == seen:
            return frozenset()
        if newest - seen > _MANY:
            return _ALL
        rows = db.all(
            "SELECT DISTINCT kind FROM changes WHERE seq > :seen AND seq <= :newest", {"seen": seen, "newest": newest}
        )
        return frozenset().union(*(CAUSES.get(kind, frozenset()) for (kind,) in rows))
