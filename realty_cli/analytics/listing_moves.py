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
COUNTED = ("drafts", "stands", "holds", "sold", "rented", "off", "comes", "reserved", "closed", "withdrawn")
#: Which of them is the stock of which status.
STOCK = dict(zip(Status, COUNTED, strict=False))


class Move(NamedTuple):
    """`at`, `earlier` and `later` are microseconds since the year 1. Of `drafts`, `stands` (active), `holds`
    (reserved), `sold`, `rented` and `off` (withdrawn) that is 1 which the listing became, and -1 what it ceased to be;
    the other counts are what came about. `days` are those on the market of what
    was closed or withdrawn, if it ever was there. `plain` is 1 where the listing has only come so far, or has left the
    market once and for all (the last move of these alone says what makes listings alike), and -1 where its history does
    not end as it stands."""

    at: int
    property_id: int
    deal_type: str
    currency: str
    drafts: int
    stands: int
    holds: int
    sold: int
    rented: int
    off: int
    comes: int
    reserved: int
    closed: int
    withdrawn: int
    earlier: int | None
    later: int | None
    days: float | None
    plain: int
    property_type: str | None
    district: str | None
    rooms: int | None

    @property
    def counts(self) -> tuple[int, ...]:
        """By `COUNTED`."""
        return self[4:14]


def micros(moment: str) -> int:
    """A stored moment as a number."""
    return (datetime.fromisoformat(moment) - _ZERO) // _MICROSECOND


def moves_of(life: Life) -> list[Move]:
    facts, begins, plain = life.facts, set(life.begins()), _plain(life)
    found: list[Move] = []
    last: dict[str, int] = {}
    before: str | None = None
    for place, (status, start, _end) in enumerate(life.spells):
        withdrawn = status == Status.WITHDRAWN and before in _STANDING
        until = life.taken_at(place)[0] if status in TAKEN else start
        ran = life.on_market(until) if status in TAKEN or withdrawn else None
        left = plain > 0 and status in CLOSED
        one = Move(
            at=micros(start), property_id=facts.id, deal_type=facts.deal_type, currency=facts.currency,
            **{name: (status == one) - (before == one) for one, name in STOCK.items()},
            comes=int(status == Status.ACTIVE and start in begins), reserved=int(status == Status.RESERVED),
            closed=int(status in TAKEN), withdrawn=int(withdrawn), earlier=None, later=None,
            days=ran[1] if ran else None, plain=plain, property_type=facts.property_type if left else None,
            district=facts.district if left else None, rooms=facts.rooms if left else None,
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


def _plain(life: Life) -> int:
    spells = life.spells
    if spells[-1].status != life.facts.status:
        return -1
    return int(
        len(spells) == 1 or (len(spells) == 2 and spells[0].status == Status.ACTIVE and life.facts.status in CLOSED)
    )
