"""When somebody has time: starts that are free, with their reasons, the best first. Data in, data out.

Nothing is random, and the present is handed in: the same question gets the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from realty_cli.events import hours
from realty_cli.events.busy import Block, merge
from realty_cli.events.conflicts import refusal
from realty_cli.events.hours import Day, Span
from realty_cli.events.travel import LONGEST, Travel
from realty_cli.kit.clock import stamp

REJECTED = ("busy", "notice", "hours", "holiday", "cap", "travel")
_CLUSTER, _NEAR = timedelta(minutes=60), 15
#: Parts of the day that somebody may like better, in minutes from midnight.
PARTS = {"morning": (0, 12 * 60), "day": (12 * 60, 17 * 60), "evening": (17 * 60, 24 * 60)}
_MINUTE = timedelta(minutes=1)
#: A score, the start, the minutes of travel, what is shown, and the day.
_Scored = tuple[int, datetime, int, dict[str, Any], date]
_USUAL = 4
"""Events of one kind on a day beyond which another one is a burden."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has to come: when he works, and what takes his time."""

    zone: tzinfo
    week: Mapping[str, Sequence[tuple[str, str]]]
    blocks: Sequence[Block]
    day_of: Callable[[date], Day] = lambda _day: Day()


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for. `model` is the event to be: its kind, place and buffers; its times do not count."""

    start: datetime
    end: datetime
    now: datetime
    duration: int
    model: Block
    tz: tzinfo
    granularity: int = 30
    notice: int = 120
    tentative_blocks: bool = True
    cap: int | None = None
    attendee_tz: tzinfo | None = None
    attendee_hours: tuple[str, str] = ("08:00", "21:00")
    prefer: str | None = None
    limit: int = 10
    spread: int = 3
    lunch: Sequence[str] = ("13:00", "14:00")


@dataclass(slots=True)
class Found:
    suggestions: list[dict[str, Any]] = field(default_factory=list)
    considered: int = 0
    rejected: dict[str, int] = field(default_factory=lambda: dict.fromkeys(REJECTED, 0))
    empty_reason: str | None = None

    def shown(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("suggestions", "considered", "rejected", "empty_reason")}


@dataclass(frozen=True, slots=True)
class _Candidate:
    start: datetime
    off_grid: bool
    open: Span


def suggest(wish: Wish, people: Sequence[Person], travel: Travel) -> Found:
    """The first of `people` is the one whose days, grid and ways count; the others have to be free."""
    found = Found()
    if wish.end <= max(wish.start, wish.now):
        found.empty_reason = "window_in_past"
        return found
    open_spans, closed = _open(wish, people)
    length = timedelta(minutes=wish.duration)
    blocks = [block for person in people for block in person.blocks if block.takes_time]
    soft = [block for block in blocks if block.soft] if not wish.tentative_blocks else []
    taken = _Index([block for block in blocks if wish.tentative_blocks or not block.soft], wish.model)
    lead = people[0]
    counts = _counts(lead, wish.model.event_type)
    earliest = wish.now + timedelta(minutes=wish.notice)
    found.rejected["holiday"] = sum(
        len(hours.grid(start, end, lead.zone, wish.granularity)) for start, end in closed
    )  # fmt: skip
    scored: list[_Scored] = []
    for one in _candidates(wish, open_spans, taken, travel, lead.zone):
        found.considered += not one.off_grid
        day = one.start.astimezone(lead.zone).date()
        reason = _reason(wish, one, one.start + length, earliest, taken, travel, counts.get(day, 0))
        if reason is not None:
            found.rejected[reason] += not one.off_grid
            continue
        block = replace(wish.model, start=one.start, end=one.start + length)
        shown = _shown(wish, block, off_grid=one.off_grid)
        score = _score(wish, block, one.open, taken, travel, lead.zone, soft, counts.get(day, 0))
        shown |= score
        way = score["travel_before_minutes"] + score["travel_after_minutes"]
        scored.append((score["score"], one.start, way, shown, day))
    found.suggestions = _best(wish, scored, counts)
    if not found.suggestions:
        found.empty_reason = _why(wish, open_spans, found, length)
    return found


def feasible(wish: Wish, people: Sequence[Person], travel: Travel) -> set[datetime]:
    """Every start on the grid that may be offered, whatever its score."""
    whole = replace(wish, limit=1_000_000, spread=1_000_000)
    found = suggest(whole, people, travel).suggestions
    return {datetime.fromisoformat(one["start"]) for one in found if not one["off_grid"]}


class _Index:
    """Blocks by their start, so that a candidate looks at those around it only."""

    def __init__(self, blocks: Sequence[Block], model: Block) -> None:
        self.by_day: dict[date, list[Block]] = {}
        reach = timedelta(
            minutes=max(LONGEST, model.before, model.after, *(max(block.before, block.after) for block in blocks))
        )
        for block in sorted(blocks, key=lambda one: (one.start, one.end)):
            day, last = (block.start - reach).date(), (block.end + reach).date()
            while day <= last:
                self.by_day.setdefault(day, []).append(block)
                day += timedelta(days=1)

    def around(self, start: datetime, end: datetime) -> list[Block]:
        first = self.by_day.get(start.date(), [])
        if end.date() == start.date():
            return first
        return first + [block for block in self.by_day.get(end.date(), []) if block not in first]


def _open(wish: Wish, people: Sequence[Person]) -> tuple[list[Span], list[Span]]:
    """The hours that all have open, and those that a holiday closes for the first of them."""
    common: list[Span] | None = None
    closed: list[Span] = []
    for number, person in enumerate(people):
        spans: list[Span] = []
        for day in hours.days(wish.start, wish.end, person.zone):
            what = person.day_of(day)
            spans += hours.spans_of(day, hours.ranges_on(day, person.week, what), person.zone)
            if number == 0 and what.working is False:
                closed += hours.spans_of(day, hours.ranges_on(day, person.week, Day()), person.zone)
        spans = merge(spans)
        common = spans if common is None else _both(common, spans)
    return _both(common or [], [(wish.start, wish.end)]), _both(merge(closed), [(wish.start, wish.end)])


def _both(one: Sequence[Span], other: Sequence[Span]) -> list[Span]:
    found = [(max(a, c), min(b, d)) for a, b in one for c, d in other if max(a, c) < min(b, d)]
    return sorted(found)


def _counts(person: Person, event_type: str) -> dict[date, int]:
    found: dict[date, int] = {}
    for block in person.blocks:
        if block.event_type == event_type:
            day = block.start.astimezone(person.zone).date()
            found[day] = found.get(day, 0) + 1
    return found


def _candidates(
    wish: Wish, spans: Sequence[Span], taken: _Index, travel: Travel, zone: tzinfo
) -> list[_Candidate]:  # fmt: skip
    """Starts on the grid, and the first moments of free stretches that lie beside it."""
    found = []
    step, length = timedelta(minutes=wish.granularity), timedelta(minutes=wish.duration)
    for span in spans:
        points = [at for at in hours.grid(*span, zone, wish.granularity) if at < span[1]]
        found += [_Candidate(at, False, span) for at in points]
        known, latest = set(points), span[1] - length
        ends = {span[0]}
        day, last = span[0].date(), span[1].date()
        while day <= last:
            for block in taken.by_day.get(day, []):
                there = replace(wish.model, start=block.end, end=block.end + length)
                ends.add(block.end + timedelta(minutes=travel.required(block, there)))
            day += timedelta(days=1)
        for at in sorted(ends):
            exact = at if not at.second and not at.microsecond else at.replace(second=0, microsecond=0) + _MINUTE
            if exact not in known and span[0] <= exact <= latest:
                known.add(exact)
                if any(exact < point < exact + step for point in points) or not points or exact > points[-1]:
                    found.append(_Candidate(exact, True, span))
    return sorted(found, key=lambda one: one.start)


def _reason(
    wish: Wish, one: _Candidate, end: datetime, earliest: datetime, taken: _Index, travel: Travel, held: int
) -> str | None:  # fmt: skip
    if one.start < earliest:
        return "notice"
    if end > one.open[1]:
        return "hours"
    block = replace(wish.model, start=one.start, end=end)
    why = None
    for other in taken.around(one.start, end):
        reason = refusal(other, block, travel)
        if reason == "busy":
            return reason
        why = why or reason
    if why is None and wish.cap is not None and held >= wish.cap:
        return "cap"
    return why


def _score(
    wish: Wish, block: Block, span: Span, taken: _Index, travel: Travel, zone: tzinfo, soft: Sequence[Block], held: int
) -> dict[str, Any]:
    near = [one for one in taken.around(block.start, block.end) if not one.all_day]
    previous = max((one for one in near if one.end <= block.start), key=lambda one: one.end, default=None)
    following = min((one for one in near if one.start >= block.end), key=lambda one: one.start, default=None)
    before = travel.minutes(previous, block) if previous else 0
    after = travel.minutes(block, following) if following else 0
    reasons: list[dict[str, Any]] = [{"code": "base", "points": 50}]

    def say(code: str, points: int) -> None:
        if points:
            reasons.append({"code": code, "points": points})

    for other, way, apart in (
        (previous, before, block.start - previous.end if previous else None),
        (following, after, following.start - block.end if following else None),
    ):
        if other and apart is not None and apart <= _CLUSTER and way < _NEAR and _placed(other) and _placed(block):
            say("cluster", 15)
            break
    direct = travel.minutes(previous, following) if previous and following else 0
    say("travel", -min(20, max(0, before + after - direct) // 3))
    local = block.start.astimezone(wish.attendee_tz or zone)
    minute = local.hour * 60 + local.minute
    if wish.prefer in PARTS and PARTS[wish.prefer][0] <= minute < PARTS[wish.prefer][1]:
        say("preferred_part", 10)
    first, last = (hours.minute_of(text) for text in wish.attendee_hours)
    if minute < first or minute + wish.duration > last:
        say("attendee_hours", -25)
    crumb = timedelta(minutes=min(30, wish.granularity))
    begin = max(span[0], previous.end + timedelta(minutes=travel.required(previous, block))) if previous else span[0]
    end = min(span[1], following.start - timedelta(minutes=travel.required(block, following))) if following else span[1]
    left, right = block.start - begin, end - block.end
    none = timedelta()
    if none < left < crumb or none < right < crumb:
        say("crumb", -10)
    elif left == right == none:
        say("exact_fit", 5)
    far = (block.start.astimezone(zone).date() - wish.start.astimezone(zone).date()).days
    say("days_away", -min(14, max(0, far)))
    at = block.start.astimezone(zone)
    at_minute = at.hour * 60 + at.minute
    lunch_from, lunch_to = (hours.minute_of(text) for text in wish.lunch)
    if at_minute < lunch_to and at_minute + wish.duration > lunch_from:
        say("lunch", -5)
    say("full_day", -8 * max(0, held - _USUAL))
    if any(block.start <= one.end and one.start <= block.end for one in soft):
        say("tentative", -15)
    return {
        "score": min(100, max(0, sum(one["points"] for one in reasons))),
        "reasons": reasons,
        "travel_before_minutes": before,
        "travel_after_minutes": after,
    }


def _placed(block: Block) -> bool:
    return not block.place.online and (block.place.known or block.place.property_id is not None)


def _shown(wish: Wish, block: Block, *, off_grid: bool) -> dict[str, Any]:
    there = wish.attendee_tz
    return {
        "start": stamp(block.start),
        "end": stamp(block.end),
        "start_local": block.start.astimezone(wish.tz).isoformat(timespec="minutes"),
        "end_local": block.end.astimezone(wish.tz).isoformat(timespec="minutes"),
        "tz": str(wish.tz),
        "attendee_local": block.start.astimezone(there).isoformat(timespec="minutes") if there else None,
        "off_grid": off_grid,
    }


def _best(wish: Wish, scored: list[_Scored], counts: Mapping[date, int]) -> list[dict[str, Any]]:
    """The best first, no more of a day than `spread`, and than the day may still take."""
    taken: dict[date, int] = {}
    found: list[dict[str, Any]] = []
    for _, _, _, shown, day in sorted(scored, key=lambda one: (-one[0], one[1], one[2])):
        most = wish.spread if wish.cap is None else min(wish.spread, wish.cap - counts.get(day, 0))
        if taken.get(day, 0) < most:
            taken[day] = taken.get(day, 0) + 1
            found.append(shown)
            if len(found) == wish.limit:
                break
    return found


def _why(wish: Wish, spans: Sequence[Span], found: Found, length: timedelta) -> str:
    if not spans:
        return "no_working_hours"
    if all(end - start < length for start, end in spans):
        return "duration_too_long"
    if spans[-1][1] - length < wish.now + timedelta(minutes=wish.notice):
        return "window_in_past"
    if found.rejected["cap"]:
        return "cap_reached"
    return "all_busy"
