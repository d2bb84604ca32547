"""Where an event lies in time: its instances as moments, out of wall times, a zone and rules. Data in, data out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from realty_cli.events.expansion import MOST, Series, excluded, expand, extras
from realty_cli.events.recurrence import read
from realty_cli.kit.clock import stamp

_SLACK = timedelta(days=2)
_read = lru_cache(maxsize=1_024)(read)


class Placed(NamedTuple):
    """One instance. `recurrence_id` is its original start, a stamp, or a date where whole days are taken; None for an
    event that does not repeat. `wall` is the start in wall time."""

    recurrence_id: str | None
    start: datetime
    end: datetime
    wall: datetime
    day: date
    """The local date on which it begins, where its owner is."""


def zone_of(event: Mapping[str, Any], home: tzinfo) -> tzinfo:
    """The zone of an event's wall times: its own, or its owner's for floating ones and for whole days."""
    name = event["timezone"]
    return home if event["all_day"] or not name else ZoneInfo(name)


def repeats(event: Mapping[str, Any]) -> bool:
    """Whether it is a series. An exception to a series is none, whatever rule a file gave it."""
    return bool((event["rrule"] or event["rdates"]) and event["series_id"] is None and event["recurrence_id"] is None)


def series_of(event: Mapping[str, Any], home: tzinfo) -> Series:
    return Series(
        datetime.fromisoformat(event["starts_local"]),
        zone_of(event, home),
        bool(event["all_day"]),
        _read(event["rrule"]) if event["rrule"] else (),
        extras(event["rdates"]),
        excluded(event["exdates"]),
    )


def moment(wall: datetime, zone: tzinfo) -> datetime:
    """The instant of a wall time: the first of two, and moved forward out of a gap."""
    return wall.replace(tzinfo=zone).astimezone(UTC)


def recurrence_id(wall: datetime, zone: tzinfo, *, all_day: bool) -> str:
    return wall.date().isoformat() if all_day else stamp(moment(wall, zone))


def wall_of(recurrence_id: str, event: Mapping[str, Any], home: tzinfo) -> datetime:
    """The wall time of an instance's original start. Raises ValueError for what is no moment."""
    if event["all_day"]:
        return datetime.fromisoformat(recurrence_id[:10])
    at = datetime.fromisoformat(recurrence_id)
    if at.tzinfo is None:
        raise ValueError(recurrence_id)
    zone = zone_of(event, home)
    wall = at.astimezone(zone).replace(tzinfo=None)
    # In a gap the clocks show another hour than the series: its own names the instance, where it is the same instant.
    usual = datetime.combine(wall, datetime.fromisoformat(event["starts_local"]).time())
    return usual if usual != wall and moment(usual, zone) == at.astimezone(UTC) else wall


def begins(event: Mapping[str, Any], home: tzinfo) -> datetime:
    """When an event or the first instance of a series begins: an RDATE may stand before the start of its rule."""
    walls = [event["starts_local"], *(text.partition("/")[0] for text in event.get("rdates") or ())]
    return moment(min(map(datetime.fromisoformat, walls)), zone_of(event, home))


def place(
    event: Mapping[str, Any], home: tzinfo, after: datetime, before: datetime, most: int = MOST
) -> tuple[list[Placed], bool]:
    """The instances that lie between two moments, in order, and whether there are more than may be had.

    An event that does not repeat is given wherever it lies. Timed ones keep their elapsed length, days their number.
    """
    zone, all_day = zone_of(event, home), bool(event["all_day"])
    first, last = datetime.fromisoformat(event["starts_local"]), datetime.fromisoformat(event["ends_local"])
    length = last - first if all_day else moment(last, zone) - moment(first, zone)
    if not repeats(event):
        return [_placed(first, last if all_day else None, length, zone, home, event["recurrence_id"])], False
    series = series_of(event, home)
    begin = after.astimezone(zone).replace(tzinfo=None) - length - _SLACK
    found = expand(series, begin, before.astimezone(zone).replace(tzinfo=None) + _SLACK, most)
    placed: list[Placed] = []
    for wall in found.starts:
        end = found.ends.get(wall, wall + length) if all_day or wall in found.ends else None
        one = _placed(wall, end, length, zone, home)
        if one.start < before and (one.end > after or one.start >= after):
            name = wall.date().isoformat() if all_day else one.start.isoformat(timespec="microseconds")[:26] + "Z"
            placed.append(Placed(name, *one[1:]))
    return placed, found.truncated


def _placed(
    wall: datetime, end: datetime | None, length: timedelta, zone: tzinfo, home: tzinfo, name: str | None = None
) -> Placed:
    start = wall.replace(tzinfo=zone).astimezone(UTC)
    ended = start + length if end is None else moment(end, zone)
    return Placed(name, start, ended, wall, wall.date() if zone is home else start.astimezone(home).date())


def is_instance(event: Mapping[str, Any], home: tzinfo, name: str) -> datetime | None:
    """The wall time of an instance that a series gives under this name, None where it gives none."""
    try:
        wall = wall_of(name, event, home)
    except (ValueError, OverflowError):
        return None
    given = expand(series_of(event, home), wall, wall + timedelta(microseconds=1)).starts
    return wall if given else None


def wall_text(wall: datetime, *, all_day: bool) -> str:
    """The stored form of a wall time."""
    return wall.date().isoformat() if all_day else wall.isoformat(timespec="seconds")


def shifted(texts: Sequence[str], by: timedelta) -> list[str]:
    """Stored dates and wall times, periods among them, moved together."""
    found = []
    for text in texts:
        parts = []
        for part in text.split("/"):
            moved = datetime.fromisoformat(part) + by
            parts.append(wall_text(moved, all_day="T" not in part))
        found.append("/".join(parts))
    return found
