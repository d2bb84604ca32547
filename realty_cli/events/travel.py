"""How long the way between two events takes, estimated without a network. Data in, data out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from math import ceil
from typing import Literal

from realty_cli.events.busy import Block, Place
from realty_cli.kit.places import distance_km

_DETOUR = 1.4
_SAME_KM = 0.05
UNKNOWN = 20
"""Minutes between two places of which one is not known."""
LONGEST = 360
"""Nobody is kept from an event by one that lies further away in time than this."""

#: A matrix of distances may take the place of the estimate: minutes of the way from one place to another at a moment.
Matrix = Callable[[Place, Place, datetime], int]


@dataclass(frozen=True, slots=True)
class Travel:
    """`mode` is `auto`, `none`, or the minutes that every way takes."""

    zone: tzinfo
    mode: Literal["auto", "none"] | int = "auto"
    speed: float = 22.0
    rush_speed: float = 16.0
    parking: int = 10
    matrix: Matrix | None = None

    def minutes(self, one: Block, other: Block) -> int:
        """From the end of one to the start of the other."""
        if self.mode == "none" or one.place.online or other.place.online or _together(one.place, other.place):
            return 0
        between = one.place.known and other.place.known
        if not between and not (one.on_site and other.on_site):
            return 0
        if isinstance(self.mode, int):
            return self.mode
        if not between:
            return UNKNOWN
        if self.matrix is not None:
            return min(LONGEST, self.matrix(one.place, other.place, one.end))
        return self._estimate(one.place, other.place, one.end)

    def _estimate(self, one: Place, other: Place, at: datetime) -> int:
        km = distance_km(*one.point, *other.point)
        if km <= _SAME_KM:
            return 0
        hour = at.astimezone(self.zone).hour
        speed = self.rush_speed if 8 <= hour < 10 or 17 <= hour < 20 else self.speed
        needed = km * _DETOUR / speed * 60 + self.parking
        return min(LONGEST, ceil(round(needed, 6) / 5) * 5)

    def required(self, one: Block, other: Block) -> int:
        """Minutes that have to lie between them: the most that any of the two asks for, never the sum."""
        return max(one.after, other.before, self.minutes(one, other))


def _together(one: Place, other: Place) -> bool:
    if one.property_id is not None and one.property_id == other.property_id:
        return True
    if one.known and other.known:
        return False
    return one.name is not None and one.name == other.name
