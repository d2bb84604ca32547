"""Time, injected. Nothing in realty asks the operating system for the time but `SystemClock`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol

from realty_cli.errors import Invalid


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """The stored form of a moment: RFC 3339 in UTC at a fixed width, so that text order is time order.

    A naive moment is a bug here (it is read in the caller's zone long before), hence the refusal.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without an offset cannot be stored")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


def not_ahead(clock: Clock, at: str | None, field: str = "effective_at") -> None:
    """Refuse a stored moment that is still to come: what holds in the store now cannot hold in the world only later."""
    if at is not None and at > stamp(clock.now()):
        raise Invalid.one(field, "moment.ahead", at=at)
