"""What a calendar elsewhere gives to whoever keeps it in step. CalDAV fills it; Google and Outlook will."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from realty_cli.errors import Conflict, Unavailable


class TokenGoneError(Unavailable):
    """The place in the list of changes is no longer known there: everything has to be listed."""


class ChangedThereError(Conflict):
    """What is written or deleted is no longer what was read, or stands there already (at `href`)."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One event there, with its exceptions where it repeats: its address, its state's tag, and its file."""

    href: str
    etag: str | None
    data: bytes


@dataclass(slots=True)
class Pull:
    """What changed there. `complete`: all that there is, so that what is missing in it is gone. `hrefs` then names
    everything, also what was not fetched because its tag is known."""

    changed: list[Resource] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    hrefs: frozenset[str] = frozenset()
    token: str | None = None
    complete: bool = False


class CalendarProvider(Protocol):
    """Raises Unavailable where the calendar cannot serve now, Denied where it lets nobody in, NotFound where there is
    none at the address: never to be taken for events that are gone. `put`, `delete` and `fetch` are called by several
    threads at once."""

    def pull(self, token: str | None, known: dict[str, str | None]) -> Pull:
        """What changed since the token; everything without one. `known`: tags of what need not be fetched again.
        Raises TokenGoneError."""

    def fetch(self, hrefs: Sequence[str]) -> list[Resource]:
        """These as they are now; those that are gone are left out."""

    def put(self, href: str | None, uid: str, data: bytes, etag: str | None) -> tuple[str, str | None]:
        """Write one: a new one without an address. Gives its address and tag (None: it has to be asked for). Raises
        ChangedThereError."""

    def delete(self, href: str, etag: str | None) -> None:
        """Delete one; one that is gone already is deleted. Raises ChangedThereError."""
