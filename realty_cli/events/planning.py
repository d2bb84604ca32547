"""Questions about time: what is in the way, when there is time, and in what order to drive. Nothing is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from realty_cli.auth.owning import looked_at, require_mine
from realty_cli.auth.policy import Act, require
from realty_cli.errors import FieldProblem, Invalid
from realty_cli.events import advice, conflicts, dayplan, guarding, hours, instances
from realty_cli.events import blocks as reads
from realty_cli.events.busy import VISITS, Block, Place
from realty_cli.events.conflicts import Pair
from realty_cli.events.dayplan import Stop, Ways
from realty_cli.events.expansion import off_rule
from realty_cli.events.kinds import OVER, EventStatus, EventType
from realty_cli.events.placing import moment, place, series_of
from realty_cli.events.recurrence import entered
from realty_cli.events.schemas.planning import SuggestionQuery
from realty_cli.events.settings import SUGGESTED_BUFFERS, Planning, settings_of
from realty_cli.events.settings import zone_of as zone_of_account
from realty_cli.events.slots import Person, Wish, suggest
from realty_cli.events.speaking import Speaking
from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import Clock, stamp
from realty_cli.kit.messages import message
from realty_cli.kit.moment import is_skipped
from realty_cli.store.database import Connection, in_list

if TYPE_CHECKING:
    from realty_cli.events.schemas.planning import ConflictQuery, PlanQuery

_MOST_INSTANCES = 1_000
_AUDIT, _LONGEST_AUDIT = timedelta(days=30), timedelta(days=366)
_LONGEST_WINDOW = timedelta(days=62)
_DAY = timedelta(days=1)
_WINDOW = re.compile(r"(\d{1,18})@(\d{1,2}:\d{2})-(\d{1,2}:\d{2})")
_HOURS = re.compile(rf"({'|'.join(hours.WEEKDAYS)})@(\d{{1,2}}:\d{{2}})-(\d{{1,2}}:\d{{2}})")
Window = tuple[datetime, datetime]


class PlanningService(Speaking):
    """The time of one actor; administrators may ask about others'."""

    def __init__(self, db: Connection, actor: Actor, clock: Clock) -> None:
        self.db, self.actor, self.clock = db, actor, clock
        self.planning_of = cache(lambda owner: settings_of(db, owner))

    # Conflicts ----------------------------------------------------------------------------------------------------

    def short(self, after: datetime, before: datetime) -> bool:
        """Whether series have to be expanded further (`cover`) before this window can be judged."""
        return instances.short(self.db, stamp(after), stamp(before), self.clock)

    def cover(self, after: datetime, before: datetime) -> None:
        instances.cover(self.db, stamp(after), stamp(before), self.clock)

    def window_of(self, query: ConflictQuery | SuggestionQuery) -> Window:
        """The stretch of time that a question is about. Raises Invalid for one that cannot be."""
        if isinstance(query, SuggestionQuery):
            usual = timedelta(days=self.planning_of(self._owner(query)).horizon_days)
            return self._span(query, usual, _LONGEST_WINDOW)
        if query.start_time is None:
            return self._span(query, _AUDIT, _LONGEST_AUDIT)
        start, end = self._candidate_times(query)
        return start, end + (timedelta(days=query.horizon_days) if query.rrule else timedelta())

    def conflicts(self, query: ConflictQuery) -> dict[str, Any]:
        """`{checked, truncated, conflicts, warnings}`: of a candidate, or of all that stands in a window."""
        require(self.actor, Act.EVENT_READ)
        owner = self._owner(query)
        planning, home = self.planning_of(owner), zone_of_account(self.db, owner)
        travel = planning.travel(home, _mode(query.travel))
        start, end = self.window_of(query)
        seen_by = None if self.actor.sees_all else self.actor.id
        if query.start_time is None:
            held = self._held(owner, start, end, tentative=query.include_tentative)
            listings = {one.place.property_id or 0 for one in held if one.event_type in VISITS} - {0}
            if listings:
                held += reads.of_listings(self.db, owner, sorted(listings), start, end, self.planning_of)
            found, more = conflicts.pairs(held, travel)
            # What lies beside the window was read for what it may be in the way of.
            found = [pair for pair in found if owner in (pair[5].owner_id, pair[6].owner_id)]
            found = [pair for pair in found if pair[2] < end and pair[3] > start]
            checked = sum(1 for one in held if one.owner_id == owner and one.start < end and one.end > start)
            report = _report(checked, found, query.limit, seen_by, more=more)
            return report | {"warnings": self._uncertain(owner, held, [(start, end)], home)}
        wanted, more = self._wanted(query, owner, planning, home)
        after = min(one.start for one in wanted) - reads.AROUND
        before = max(one.end for one in wanted) + reads.AROUND
        held = reads.of_person(self.db, owner, after, before, self.planning_of, tentative=query.include_tentative)
        if query.property_id is not None:
            held += reads.of_listings(self.db, owner, [query.property_id], after, before, self.planning_of)
        found = conflicts.against(wanted, _without(held, query.exclude_id), travel)
        for other in dict.fromkeys(query.attendees or ()):
            if other != owner:
                found += self._of_attendee(query, other, wanted, (after, before))
        found.sort(key=conflicts.order)
        report = _report(len(wanted), found, query.limit, seen_by, more=more)
        soft = [one for one in report["conflicts"] if one["severity"] == conflicts.SOFT]
        problems = [*self._of_candidate(query), *guarding.warnings(soft[: advice.MOST])]
        problems += advice.of_times(wanted, planning, home, self.clock.now(), self.language)
        report["conflicts"] += [note for one in wanted for note in self._outside(one, planning, home)][:100]
        report["warnings"] = [self._told(one) for one in problems]
        spans = [(one.start, one.end) for one in wanted]
        report["warnings"] += self._uncertain(owner, held, spans, home, query.exclude_id)
        return report

    def _of_attendee(self, query: ConflictQuery, number: int, wanted: Sequence[Block], span: Window) -> list[Pair]:
        """What somebody else who has to come too has at these times, by his own buffers and ways."""
        other = looked_at(self.db, self.actor, number, Act.EVENT_ASSIGN, "attendees")
        planning, values = self.planning_of(other), self._values(query, other)
        own = [reads.candidate(values, one.start, one.end, planning) for one in wanted]
        held = reads.of_person(self.db, other, *span, self.planning_of, tentative=query.include_tentative)
        travel = planning.travel(zone_of_account(self.db, other), _mode(query.travel))
        return conflicts.against(own, _without(held, query.exclude_id), travel)

    def _of_candidate(self, query: ConflictQuery) -> list[FieldProblem]:
        """What is odd in the question itself, as it would be in an event of these times."""
        name = query.tz or self.actor.timezone
        found = []
        for field in ("start_time", "end_time"):
            text = getattr(query, field)
            at = datetime.fromisoformat(text) if text is not None else None
            if at is not None and at.tzinfo is None and is_skipped(at, ZoneInfo(name)):
                found.append(FieldProblem(field, "event.dst_gap", {"zone": name}))
        if query.rrule is not None and off_rule(series_of(self._repeating(query, query.rrule), ZoneInfo(name))):
            found.append(FieldProblem("rrule", "event.off_rule"))
        return found

    def _uncertain(
        self, owner: int, held: Sequence[Block], windows: Sequence[Window], home: tzinfo, except_of: int | None = None
    ) -> list[dict[str, Any]]:  # fmt: skip
        """What stands in these windows and cannot be told to collide: series of too many times, events without an
        end. What belongs to somebody else is not named."""
        after, before = min(start for start, _ in windows), max(end for _, end in windows)
        named = [
            ("series.unexpanded", number, title)
            for number, title in reads.unexpanded(self.db, owner, after, before, home)[: advice.MOST]
        ]
        own = [one for one in held if one.owner_id == owner]
        named += [("event.no_length", one.event_id or 0, one.title) for one in advice.without_length(own, windows)]
        return [
            self._told(FieldProblem("start_time", code, {"id": number, "title": title}), number)
            for code, number, title in named if number != except_of
        ]  # fmt: skip

    def _told(self, one: FieldProblem, number: int | None = None) -> dict[str, Any]:
        text = message(one.code, self.language, **one.params)
        return {"event_id": number, "field": one.field, "code": one.code, "message": text}

    def _wanted(
        self, query: ConflictQuery, owner: int, planning: Planning, home: tzinfo
    ) -> tuple[list[Block], bool]:  # fmt: skip
        start, end = self._candidate_times(query)
        values = self._values(query, owner)
        if query.rrule is None:
            return [reads.candidate(values, start, end, planning)], False
        until = start + timedelta(days=query.horizon_days)
        placed, more = place(self._repeating(query, query.rrule), home, start, until, _MOST_INSTANCES + 1)
        cut = placed[:_MOST_INSTANCES]
        return [reads.candidate(values, one.start, one.end, planning) for one in cut], more or len(cut) < len(placed)

    def _repeating(self, query: ConflictQuery, rrule: str) -> dict[str, Any]:
        """The series that a candidate with a rule would be."""
        zone = ZoneInfo(query.tz or self.actor.timezone)
        first, last = (at.astimezone(zone).replace(tzinfo=None) for at in self._candidate_times(query))
        return {
            "rrule": entered(rrule, first, zone).text, "rdates": None, "exdates": None, "series_id": None,
            "recurrence_id": None, "all_day": False, "timezone": zone.key, "starts_local": first.isoformat(),
            "ends_local": last.isoformat(),
        }  # fmt: skip

    def _outside(self, block: Block, planning: Planning, home: tzinfo) -> list[dict[str, Any]]:
        found = []
        if not advice.in_hours(block, planning, home):
            found.append(_note("outside_hours", block, None))
        if (off := advice.day_off(block, planning, home, self.language)) is not None:
            found.append(_note("holiday", block, off.name))
        return found

    # Suggestions --------------------------------------------------------------------------------------------------

    def suggestions(self, query: SuggestionQuery) -> dict[str, Any]:
        """`{suggestions, considered, rejected, empty_reason}`."""
        require(self.actor, Act.EVENT_READ)
        owner = self._owner(query)
        planning, home = self.planning_of(owner), zone_of_account(self.db, owner)
        start, end = self.window_of(query)
        values = self._values(query, owner)
        usual = SUGGESTED_BUFFERS.get(values["event_type"], (0, 0))
        if values["event_type"] not in planning.buffers:
            for name, minutes in zip(("buffer_before", "buffer_after"), usual, strict=True):
                values[name] = minutes if values[name] is None else values[name]
        week = _week(query.working_hours) if query.working_hours is not None else None
        people = [self._person(owner, start, end, query.skip_holidays, week)]
        for other in query.attendees or ():
            if other != owner:
                number = looked_at(self.db, self.actor, other, Act.EVENT_ASSIGN, "attendees")
                people.append(self._person(number, start, end, query.skip_holidays))
        if query.property_id is not None and values["event_type"] in VISITS:
            taken = reads.of_listings(self.db, owner, [query.property_id], start, end, self.planning_of)
            people.append(Person(home, {name: [("00:00", "24:00")] for name in hours.WEEKDAYS}, taken))
        wish = Wish(
            start, end, self.clock.now(), query.duration_minutes, reads.candidate(values, start, start, planning),
            ZoneInfo(query.tz) if query.tz else home,
            granularity=query.granularity or planning.granularity,
            notice=planning.min_notice_minutes if query.min_notice_minutes is None else query.min_notice_minutes,
            tentative_blocks=query.include_tentative, lunch=planning.lunch,
            cap=query.max_per_day or planning.max_per_day.get(values["event_type"]),
            attendee_tz=ZoneInfo(query.attendee_tz) if query.attendee_tz else None,
            attendee_hours=(query.attendee_from, query.attendee_to),
            prefer=query.prefer, limit=query.limit, spread=query.spread,
        )  # fmt: skip
        return suggest(wish, people, planning.travel(home, _mode(query.travel))).shown()

    def _person(
        self, owner: int, start: datetime, end: datetime, skip: bool | None, week: hours.Week | None = None
    ) -> Person:
        planning = self.planning_of(owner)
        skips = planning.skip_holidays if skip is None else skip
        return Person(
            zone_of_account(self.db, owner), planning.week() if week is None else week,
            self._held(owner, start, end, tentative=True),
            planning.day_of if skips else lambda _day: hours.Day(),
        )  # fmt: skip

    # The plan of a day --------------------------------------------------------------------------------------------

    def plan(self, query: PlanQuery) -> dict[str, Any]:
        """The stops of a day in the order in which to drive, beside the order as entered."""
        require(self.actor, Act.EVENT_READ)
        owner = looked_at(self.db, self.actor, query.agent_id, Act.EVENT_ASSIGN, "agent_id")
        planning, home = self.planning_of(owner), zone_of_account(self.db, owner)
        day = date.fromisoformat(query.date) if query.date else self.clock.now().astimezone(home).date()
        after, before = (moment(datetime.combine(one, time()), home) for one in (day, day + _DAY))
        held = [
            one for one in reads.of_person(self.db, owner, after, before, self.planning_of)
            if one.on_site and not one.all_day and one.takes_time and one.start >= after
            and EventStatus(one.status) not in OVER
        ]  # fmt: skip
        if len(held) > dayplan.MOST:
            raise Invalid.one("date", "plan.too_many_stops", most=dayplan.MOST, count=len(held))
        spans = hours.spans_of(day, hours.ranges_on(day, planning.week(), hours.Day()), home)
        opens = min([start for start, _ in spans] + [one.start for one in held], default=after)
        closes = max([end for _, end in spans] + [one.end for one in held], default=before)
        windows = _windows(query.window or (), day, home)
        stops = [_stop(one, opens, closes, windows) for one in held]
        begin = hours.at(day, hours.minute_of(query.start), home) if query.start else opens
        start = None
        if query.latitude is not None and query.longitude is not None:
            start = Place(query.latitude, query.longitude)
        ways = Ways(begin, planning.travel(home, _mode(query.travel)), start)
        as_entered = ways.route(sorted(stops, key=lambda one: (one.block.start, one.block.event_id or 0)))[0]
        cost, legs = ways.route(dayplan.best(stops, ways))
        names = self._locations([one.event_id for one in held if one.event_id is not None])
        unknown = sorted(set(windows) - {one.event_id for one in held})
        if unknown:
            raise Invalid.one("window", "plan.no_such_stop", id=unknown[0])
        return {
            "date": day.isoformat(), "timezone": str(home),
            "stops": [_shown(leg, home, names) for leg in legs],
            "totals": dayplan.totals(cost), "entered": dayplan.totals(as_entered),
            "saved_minutes": as_entered[1] - cost[1],
            "warnings": ["late"] if cost[0] else [],
        }  # fmt: skip

    def _locations(self, numbers: Sequence[int]) -> dict[int, str | None]:
        params: dict[str, Any] = {}
        some = in_list("id", numbers, params)
        return dict(self.db.all(f"SELECT id, location FROM events WHERE id IN {some}", params))

    # Shared -------------------------------------------------------------------------------------------------------

    def _owner(self, query: ConflictQuery | SuggestionQuery) -> int:
        return looked_at(self.db, self.actor, query.agent_id, Act.EVENT_ASSIGN, "agent_id")

    def _held(self, owner: int, start: datetime, end: datetime, *, tentative: bool) -> list[Block]:
        after, before = start - reads.AROUND, end + reads.AROUND
        return reads.of_person(self.db, owner, after, before, self.planning_of, tentative=tentative)

    def _values(self, query: ConflictQuery | SuggestionQuery, owner: int) -> dict[str, Any]:
        """What the event would be; at a listing it is where the listing is."""
        values: dict[str, Any] = {
            "owner_id": owner, "event_type": query.event_type or EventType.OTHER.value,
            "property_id": query.property_id, "latitude": query.latitude, "longitude": query.longitude,
            "buffer_before": query.buffer_before, "buffer_after": query.buffer_after,
        }  # fmt: skip
        if query.property_id is not None:
            if query.event_type is None:
                values["event_type"] = EventType.SHOWING.value
            require_mine(
                self.db, self.actor, "properties", [query.property_id], "property_id", "property.not_found"
            )  # fmt: skip
            row = self.db.one("SELECT latitude, longitude FROM properties WHERE id = :id", {"id": query.property_id})
            if query.latitude is None and row is not None:
                values |= {"latitude": row[0], "longitude": row[1]}
        return values

    def _at(self, text: str, tz: str | None) -> datetime:
        found = datetime.fromisoformat(text)
        return moment(found, ZoneInfo(tz or self.actor.timezone)) if found.tzinfo is None else found

    def _candidate_times(self, query: ConflictQuery) -> Window:
        assert query.start_time is not None
        start = self._at(query.start_time, query.tz)
        if query.end_time is not None:
            end = self._at(query.end_time, query.tz)
        elif query.duration_minutes is not None:
            end = start + timedelta(minutes=query.duration_minutes)
        else:
            raise Invalid.one("end_time", "field.missing")
        if start >= end:
            raise Invalid.one("end_time", "event.end_before_start")
        if end - start > timedelta(days=366):
            raise Invalid.one("end_time", "event.too_long", days=366)
        return start, end

    def _span(self, query: ConflictQuery | SuggestionQuery, usual: timedelta, longest: timedelta) -> Window:
        begins: str | None = getattr(query, "from")
        start = self._at(begins, query.tz) if begins is not None else self.clock.now()
        end = self._at(query.to, query.tz) if query.to is not None else start + usual
        if start >= end:
            raise Invalid.one("to", "calendar.window")
        if end - start > longest:
            raise Invalid.one("to", "calendar.window_too_long", days=longest.days)
        return start, end


def _mode(text: str) -> str | int:
    return int(text) if text.isdigit() else text


def _report(
    checked: int, found: Sequence[conflicts.Pair], limit: int, seen_by: int | None, *, more: bool
) -> dict[str, Any]:  # fmt: skip
    return {
        "checked": checked,
        "truncated": more or len(found) > limit,
        "conflicts": [conflicts.shown(pair, seen_by) for pair in found[:limit]],
        "warnings": [],
    }


def _note(kind: str, block: Block, detail: str | None) -> dict[str, Any]:
    minutes = int((block.end - block.start).total_seconds() // 60)
    return {
        "kind": kind, "severity": conflicts.INFO,
        "overlap": {"start": stamp(block.start), "end": stamp(block.end), "minutes": minutes},
        "a": None, "b": "candidate", "detail": detail,
    }  # fmt: skip


def _without(held: Sequence[Block], number: int | None) -> list[Block]:
    return [one for one in held if number is None or number not in (one.event_id, one.series_id)]


def _week(texts: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Working hours as a question writes them; a day that is not named is off."""
    found: dict[str, list[tuple[str, str]]] = {}
    for text in texts:
        match = _HOURS.fullmatch(text.strip().lower())
        try:
            if match is None:
                raise ValueError(text)
            for part in (2, 3):
                hours.minute_of(match[part])
        except ValueError:
            raise Invalid.one("working_hours", "calendar.hours", value=text[:40]) from None
        found.setdefault(match[1], []).append((match[2], match[3]))
    return found


def _windows(texts: Sequence[str], day: date, zone: tzinfo) -> dict[int, Window]:
    found = {}
    for text in texts:
        match = _WINDOW.fullmatch(text.strip())
        try:
            if match is None:
                raise ValueError(text)
            start, end = (hours.at(day, hours.minute_of(match[part]), zone) for part in (2, 3))
            if start >= end:
                raise ValueError(text)
        except ValueError:
            raise Invalid.one("window", "plan.window", value=text[:40]) from None
        found[int(match[1])] = start, end
    return found


def _stop(block: Block, opens: datetime, closes: datetime, windows: dict[int, Window]) -> Stop:
    """Showings that are only planned may move within the day; all else, and what has been agreed, stays at its hour."""
    if block.event_id in windows:
        return Stop(block, *windows[block.event_id])
    if block.event_type == EventType.SHOWING and block.status == EventStatus.SCHEDULED:
        return Stop(block, opens, closes)
    return Stop(block, block.start, block.end, fixed=True)


def _shown(leg: dayplan.Leg, zone: tzinfo, names: dict[int, str | None]) -> dict[str, Any]:
    block = leg.stop.block
    assert block.event_id is not None
    return {
        "event_id": block.event_id, "recurrence_id": block.recurrence_id, "title": block.title,
        "event_type": block.event_type, "location": names.get(block.event_id),
        "start": stamp(leg.start), "end": stamp(leg.end),
        "start_local": leg.start.astimezone(zone).isoformat(timespec="minutes"),
        "end_local": leg.end.astimezone(zone).isoformat(timespec="minutes"),
        "entered_start": stamp(block.start), "moved": leg.start != block.start, "fixed": leg.stop.fixed,
        "travel_minutes": leg.travel, "slack_minutes": leg.slack, "late_minutes": leg.late,
        "warnings": dayplan.warnings(leg),
    }  # fmt: skip
