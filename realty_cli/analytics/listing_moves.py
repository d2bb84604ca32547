"""What a life of a listing adds to sums: a move for each of its spells. Data in, data out.

Sums of moves answer for stretches: what stood at a moment is the sum of `stands` before it, what came is a difference
of two sums. A listing counts once in a stretch however often it went into a status in it; so a move knows when the
listing last did the same (`earlier`): moves of a stretch less those whose `earlier` lies in it, too, are listings. And
the last one of a stretch is the one whose `later` does not.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from realty_cli.analytics.lives import TAKEN, Life
from realty_cli.properties.kinds import CLOSED, Status

_ZERO = datetime.fromisoformat("0001-01-01T00:00:00Z")
_MICROSECOND = timedelta(microseconds=1)
#: Microseconds of a day, and the seconds from year 1 to 1970.
DAY = 86_400_000_000
UNIX = 62_135_596_800
_STANDING = frozenset({Status.ACTIVE, Status.RESERVED})
#: The columns of a table of sums, and of `Move` in the same order.
COUNTED = ("opens", "stands", "comes", "reserved", "closed", "withdrawn")


class Move(NamedTuple):
    """`at`, `earlier` and `later` are microseconds since the year 1. `opens` and `stands` are 1 where the listing
    became open (draft, active, reserved) or active, -1 where it ceased to be. `days` are those on the market of what
    was taken, if it ever was there."""

    at: int
    property_id: int
    deal_type: str
    currency: str
    opens: int
    stands: int
    comes: int
    reserved: int
    closed: int
    withdrawn: int
    earlier: int | None
    later: int | None
    days: float | None

    @property
    def counts(self) -> tuple[int, ...]:
        """By `COUNTED`."""
        return self[4:10]


def micros(moment: str) -> int:
    """A stored moment as a number."""
    return (datetime.fromisoformat(moment) - _ZERO) // _MICROSECOND


def moves_of(life: Life) -> list[Move]:
    facts, begins = life.facts, set(life.begins())
    found: list[Move] = []
    last: dict[str, int] = {}
    before: str | None = None
    for place, (status, start, _end) in enumerate(life.spells):
        days = None
        if status in TAKEN and (ran := life.on_market(life.taken_at(place)[0])):
            days = ran[1]
        one = Move(
            at=micros(start), property_id=facts.id, deal_type=facts.deal_type, currency=facts.currency,
            opens=(status not in CLOSED) - (before is not None and before not in CLOSED),
            stands=(status == Status.ACTIVE) - (before == Status.ACTIVE),
            comes=int(status == Status.ACTIVE and start in begins), reserved=int(status == Status.RESERVED),
            closed=int(status in TAKEN), withdrawn=int(status == Status.WITHDRAWN and before in _STANDING),
            earlier=None, later=None, days=days,
        )  # fmt: skip
        kind = "reserved" if one.reserved else "closed" if one.closed else "withdrawn" if one.withdrawn else None
        if kind is not None:
            if kind in last:
                found[last[kind]] = found[last[kind]]._replace(later=one.at)
                one = one._replace(earlier=found[last[kind]].at)
            last[kind] = place
        found.append(one)
        before = status
    return found
