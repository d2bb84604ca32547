"""The life of a listing: which status it had from when to when, and at what price. Data in, data out.

Histories say what held in the world (`effective_at`), in the order in which we learned of it: what was learned later
overrides what stood from that moment on. Moments are stored texts, whose order is that of time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from realty_cli.properties.kinds import Status
from realty_cli.properties.spells import OFF as _OFF
from realty_cli.properties.spells import SECONDS as SECONDS
from realty_cli.properties.spells import Spell as Spell
from realty_cli.properties.spells import days as days
from realty_cli.properties.spells import on_market
from realty_cli.properties.spells import spells_of as spells_of

#: A listing off the market for so many days begins anew when it returns.
ANEW = 90.0
TAKEN = frozenset({Status.SOLD, Status.RENTED})
#: Less of a decrease is the correction of a price.
CORRECTION = 0.005


class Facts(NamedTuple):
    """A listing as it stands. The area of land is that of the plot."""

    id: int
    owner_id: int
    deal_type: str
    currency: str
    property_type: str
    district: str | None
    rooms: int | None
    status: str
    price: int | None
    final_price: int | None
    area: float | None
    listed_at: str | None
    created_at: str
    closed_at: str | None


class Step(NamedTuple):
    """A change of price."""

    at: str
    old: int | None
    new: int | None

    @property
    def depth(self) -> float:
        """By what share the price fell; below zero where it rose, 0 where that cannot be told."""
        return (self.old - self.new) / self.old if self.old and self.new is not None else 0.0


@dataclass(frozen=True, slots=True)
class Life:
    facts: Facts
    spells: list[Spell]
    prices: list[Step]

    def status(self, at: str) -> str | None:
        """What it was just before a moment; None before there was any listing."""
        found = None
        for spell in self.spells:
            if spell.start < at:
                found = spell.status
        return found

    def price(self, at: str) -> int | None:
        """The price just before a moment."""
        return price_at(self.prices, at, self.facts.price)

    @property
    def first_price(self) -> int | None:
        """The first price that there was."""
        return first_price(self.prices, self.facts.price)

    def active_days(self, start: str, end: str) -> float:
        """Days as active within [start, end)."""
        return sum(
            days(max(spell.start, start), min(spell.end or end, end))
            for spell in self.spells
            if spell.status == Status.ACTIVE and spell.start < end and (spell.end or end) > start
        )

    def on_market(self, until: str, *, gap: float = 0.0) -> tuple[str, float] | None:
        """The beginning of the listing that ran at `until`, and its days as active up to then. Less than `gap` days off
        the market do not end a listing; drafts and reserves within one never do. None if it was never active."""
        return on_market(self.spells, until, gap=gap)

    def begins(self) -> list[str]:
        """When it came on the market: first, and after each absence of 90 days or more."""
        found: list[str] = []
        left: str | None = None
        for spell in self.spells:
            if spell.status == Status.ACTIVE:
                if not found or (left is not None and days(left, spell.start) >= ANEW):
                    found.append(spell.start)
                left = None
            elif spell.status in _OFF and left is None:
                left = spell.start
        return found

    def entries(self, statuses: frozenset[Status], start: str, end: str) -> list[int]:
        """Where in `spells` it went into one of these statuses, within [start, end)."""
        return [
            place for place, spell in enumerate(self.spells) if spell.status in statuses and start <= spell.start < end
        ]

    def taken_at(self, place: int) -> tuple[str, str | None]:
        """For a spell of being sold or let: when the listing was taken, by a reserve that led to it or else by the
        closing; and when it was reserved."""
        before = self.spells[place - 1] if place else None
        if before is not None and before.status == Status.RESERVED:
            return before.start, before.start
        return self.spells[place].start, None


def price_at(steps: Iterable[Step], at: str, now: int | None) -> int | None:
    """The price just before a moment, by its steps and what it is now."""
    return next((step.old for step in steps if step.at >= at), now)


def first_price(steps: Iterable[Step], now: int | None) -> int | None:
    """The first price that there was."""
    return next((step.old for step in steps if step.old is not None), now)


def prices_of(changes: Iterable[tuple[int | None, int | None, str]]) -> list[Step]:
    """The steps of a price from its changes (old, new, since when), as they were learned."""
    found: list[Step] = []
    for old, new, at in changes:
        while found and found[-1].at >= at:
            old = found.pop().old
        found.append(Step(at, old, new))
    return found
