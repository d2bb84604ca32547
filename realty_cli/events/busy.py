"""What takes up somebody's time, as blocks that do not change. Data in, data out.

Intervals are half open, [start, end) in UTC: what ends at ten is in nobody's way at ten, and what has no length never.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from realty_cli.events.kinds import EventType
from realty_cli.kit.places import fold

#: What takes place at a listing; two at once are in one another's way, whoever comes.
VISITS = frozenset({EventType.SHOWING, EventType.INSPECTION, EventType.PHOTO_SESSION, EventType.OPEN_HOUSE})
#: What one has to go to.
ON_SITE = VISITS | {EventType.MEETING, EventType.DEAL}
_ONLINE = ("zoom", "online", "онлайн", "http://", "https://", "skype", "telegram", "телефон", "по видео")


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is, as far as one knows. `online`: nobody goes anywhere."""

    latitude: float | None = None
    longitude: float | None = None
    property_id: int | None = None
    name: str | None = None
    online: bool = False

    @property
    def known(self) -> bool:
        return self.latitude is not None and self.longitude is not None

    @property
    def point(self) -> tuple[float, float]:
        return self.latitude or 0.0, self.longitude or 0.0


def place_of(
    event_type: str, latitude: float | None, longitude: float | None, property_id: int | None, location: str | None
) -> Place:
    name = fold(location) if location else None
    online = event_type == EventType.CALL or (name is not None and any(word in name for word in _ONLINE))
    return Place(latitude, longitude, property_id, name or None, online)


@dataclass(frozen=True, slots=True)
class Block:
    """One instance of an event, or the candidate for one (`event_id` None). `before` and `after` are the minutes that
    it wants kept free around it; `soft`: tentative."""

    start: datetime
    end: datetime
    event_id: int | None = None
    owner_id: int = 0
    series_id: int | None = None
    recurrence_id: str | None = None
    uid: str | None = None
    title: str = ""
    status: str = "scheduled"
    event_type: str = EventType.OTHER
    soft: bool = False
    place: Place = Place()
    before: int = 0
    after: int = 0
    all_day: bool = False

    @property
    def takes_time(self) -> bool:
        return self.end > self.start

    @property
    def on_site(self) -> bool:
        return self.event_type in ON_SITE and not self.place.online

    def overlaps(self, other: Block) -> bool:
        return self.takes_time and other.takes_time and self.start < other.end and other.start < self.end


def same(one: Block, other: Block) -> bool:
    """Whether they are one event, instances of one series, or two copies of one event in two calendars."""
    if one.event_id is not None and one.event_id == other.event_id:
        return True
    series = one.series_id if one.series_id is not None else one.event_id
    others = other.series_id if other.series_id is not None else other.event_id
    if series is not None and series == others:
        return True
    return one.uid is not None and one.uid == other.uid and one.owner_id == other.owner_id


def merge(spans: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Spans as few that do not touch, in order."""
    found: list[tuple[datetime, datetime]] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found


def gaps(start: datetime, end: datetime, taken: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """What merged spans leave free of a stretch of time."""
    found, at = [], start
    for begin, finish in taken:
        if finish <= at or begin >= end:
            continue
        if begin > at:
            found.append((at, begin))
        at = max(at, finish)
    if at < end:
        found.append((at, end))
    return found


def minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
