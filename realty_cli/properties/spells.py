"""Which status a listing had from when to when, and how long it has been on the market. Data in, data out.

Moves say what held in the world (`effective_at`), in the order in which we learned of it: what was learned later
overrides what stood from that moment on. Moments are stored texts, whose order is that of time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from realty_cli.properties.kinds import CLOSED, Status

SECONDS = 86_400.0
OFF = frozenset({Status.WITHDRAWN, Status.SOLD, Status.RENTED})


class Listed(Protocol):
    """What of a listing its spells need."""

    @property
    def status(self) -> str: ...
    @property
    def listed_at(self) -> str | None: ...
    @property
    def created_at(self) -> str: ...
    @property
    def closed_at(self) -> str | None: ...


class Standing(NamedTuple):
    """A listing as it stands."""

    status: str
    listed_at: str | None
    created_at: str
    closed_at: str | None


class Spell(NamedTuple):
    """`end` None: to this day."""

    status: str
    start: str
    end: str | None


def spells_of(facts: Listed, moves: Sequence[tuple[str, str, str]]) -> list[Spell]:
    """The spells of a listing from its moves (old status, new status, since when), as they were learned.

    What came in as closed was active from `listed_at` to `closed_at`; without the former nothing is known of that.
    A `listed_at` before the first move to the market counts, and not the day on which somebody entered it.
    """
    first = moves[0][0] if moves else facts.status
    if not moves and first in CLOSED:
        closed = facts.closed_at or facts.created_at
        if facts.listed_at is not None and facts.listed_at < closed:
            return [Spell(Status.ACTIVE, facts.listed_at, closed), Spell(first, closed, None)]
        return [Spell(first, closed, None)]
    birth = facts.created_at if first == Status.DRAFT else facts.listed_at or facts.created_at
    open_: list[tuple[str, str]] = [(first, min([birth, *(at for _, _, at in moves)]))]
    for _, new, at in moves:
        while open_ and open_[-1][1] >= at:
            open_.pop()
        if not open_ or open_[-1][0] != new:
            open_.append((new, at))
    place = next((place for place, one in enumerate(open_) if one[0] != Status.DRAFT), None)
    if place is not None and open_[place][0] == Status.ACTIVE and facts.listed_at and facts.listed_at < open_[place][1]:
        open_[: place + 1] = [(Status.ACTIVE, facts.listed_at)]
    ends: list[str | None] = [at for _, at in open_[1:]]
    return [Spell(str(status), at, end) for (status, at), end in zip(open_, [*ends, None], strict=True)]


def on_market(spells: Sequence[Spell], until: str, *, gap: float = 0.0) -> tuple[str, float] | None:
    """The beginning of the listing that ran at `until`, and its days as active up to then. Less than `gap` days off
    the market do not end a listing; drafts and reserves within one never do. None if it was never active."""
    begun: str | None = None
    total, left = 0.0, None
    for spell in spells:
        if spell.start >= until:
            break
        if spell.status == Status.ACTIVE:
            if begun is None or (left is not None and days(left, spell.start) >= gap):
                begun, total = spell.start, 0.0
            left = None
            total += days(spell.start, min(spell.end or until, until))
        elif spell.status in OFF and left is None:
            left = spell.start
    return None if begun is None else (begun, total)


def days(start: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds() / SECONDS
