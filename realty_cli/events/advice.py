"""What is to be said of the times of an event besides what collides with it: working hours, days off, short notice, and
what nobody can check. Data in, data out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo

from realty_cli.errors import FieldProblem
from realty_cli.events import hours
from realty_cli.events.busy import Block, merge, minutes
from realty_cli.events.settings import Planning
from realty_cli.kit import formatting

_MOST_NAMED = 3
MOST = 20
"""Warnings of one sort."""
_DAY = timedelta(days=1)


def in_hours(block: Block, planning: Planning, home: tzinfo) -> bool:
    """Whether an event lies within working hours, whatever day of the week a day off stands on."""
    day = block.start.astimezone(home).date()
    week = planning.week()
    spans = []
    for one in (day - _DAY, day, day + _DAY):
        off = planning.day_of(one)
        spans += hours.spans_of(one, hours.ranges_on(one, week, hours.Day() if off.working is False else off), home)
    return any(start <= block.start and block.end <= end for start, end in merge(spans))


def day_off(block: Block, planning: Planning, home: tzinfo, language: str) -> hours.Day | None:
    """The day off on which an event begins."""
    found = planning.day_of(block.start.astimezone(home).date(), language)
    return found if found.working is False else None


def of_times(
    blocks: Iterable[Block], planning: Planning, home: tzinfo, now: datetime, language: str
) -> list[FieldProblem]:
    """What whoever enters an event at these times should look at. Nothing of what is past, nor of whole days."""
    ahead = [one for one in blocks if one.start > now and one.takes_time and not one.all_day]
    found = []
    outside = [_when(one, home, language) for one in ahead if not in_hours(one, planning, home)]
    if outside:
        found.append(FieldProblem("start_time", "event.outside_hours", {"times": _some(outside)}))
    days = [
        f"{_when(one, home, language)}{f' ({off.name})' if off.name else ''}"
        for one in ahead if (off := day_off(one, planning, home, language)) is not None
    ]  # fmt: skip
    if days:
        found.append(FieldProblem("start_time", "event.on_day_off", {"times": _some(days)}))
    if ahead:
        left, asked = minutes(min(one.start for one in ahead) - now), planning.min_notice_minutes
        if left < asked:
            found.append(FieldProblem("start_time", "event.short_notice", {"left": left, "minutes": asked}))
    return found


def without_length(blocks: Iterable[Block], windows: Sequence[tuple[datetime, datetime]]) -> list[Block]:
    """Events that take no time, so that they meet nothing, and yet stand within these."""
    none = [one for one in blocks if not one.takes_time]
    return [one for one in none if any(start <= one.start < end for start, end in windows)][:MOST]


def _when(block: Block, home: tzinfo, language: str) -> str:
    at = block.start.astimezone(home)
    return f"{formatting.date(at.date(), language)} {at:%H:%M}"


def _some(texts: Sequence[str]) -> str:
    return ", ".join([*texts[:_MOST_NAMED], *(["…"] if len(texts) > _MOST_NAMED else [])])
