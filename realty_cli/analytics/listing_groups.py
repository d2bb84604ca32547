"""Listings that are alike, or share a value: what is counted of them, and how it is put together."""

from __future__ import annotations

from array import array
from collections import defaultdict
from dataclasses import dataclass, field

#: What makes listings alike: type, district, rooms.
Kind = tuple[str, str | None, int | None]


@dataclass(slots=True)
class Left:
    """Listings that had left the market once and for all before a period: how many were taken in the last full three
    months and in the last twelve, and the days on the market of those that left within a year, by what makes them alike
    and whether they were taken (1)."""

    quarter: int = 0
    year: int = 0
    days: dict[tuple[str, str | None, int | None, int], list[float]] = field(default_factory=lambda: defaultdict(list))


@dataclass(slots=True)
class Group:
    """Listings of a block that share a value."""

    new: int = 0
    closed: int = 0
    prices: array[int] = field(default_factory=lambda: array("q"))
    metres: array[float] = field(default_factory=lambda: array("d"))
    days: array[float] = field(default_factory=lambda: array("d"))
    ages: array[float] = field(default_factory=lambda: array("d"))
    ids: array[int] = field(default_factory=lambda: array("q"))
    """Of what is on the market its age and its number, in one order."""

    @property
    def standing(self) -> int:
        return len(self.ages)

    def take(self, other: Group) -> None:
        """Add what another has."""
        self.new += other.new
        self.closed += other.closed
        self.prices += other.prices
        self.metres += other.metres
        self.days += other.days
        self.ages += other.ages
