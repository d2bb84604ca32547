"""From the bytes of a calendar file to drafts of events, with an outcome for each component.

What calendars disagree about is read as docs/decisions/0016-calendar-files.md has it. A component that cannot be taken
is refused with its line and the reason, and takes no other with it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from realty_cli.errors import FieldProblem, Invalid
from realty_cli.events import recurrence
from realty_cli.events.ics import fields
from realty_cli.events.ics.drafts import Draft, Reading, Refused
from realty_cli.events.ics.lines import Component, Line, components, decoded, unescaped
from realty_cli.events.ics.moments import Moment, Reader, duration
from realty_cli.events.ics.series import settle
from realty_cli.events.ics.writer import PRODUCT
from realty_cli.events.ics.zones import Zones, instant, known, wall
from realty_cli.kit.clock import stamp

_LONGEST_UID = 255
_YEAR = re.compile(r"(?:DTSTART|DTEND)[^:]*:(\d{4})", re.ASCII)


def read(data: bytes, zone: str, *, me: Sequence[str] = ()) -> Reading:
    """The events of a file, for somebody in `zone` with the e-mail addresses `me`.

    Raises Invalid where the file is no calendar at all, or beyond every measure.
    """
    text = decoded(data)
    tops, loose = components(text)
    if not tops:
        raise Invalid.one("file", "ics.not_a_calendar")
    found = Reading(warnings=loose)
    mine = frozenset(one.lower() for one in me)
    calendars = [one for one in tops if one.name == "VCALENDAR"]
    outside = [one for one in tops if one.name != "VCALENDAR"]
    if outside:
        calendars.append(Component("VCALENDAR", outside[0].line, [], outside, closed=True))
    for calendar in calendars:
        _Calendar(calendar, zone, mine, found).read()
    settle(found, zone)
    return found


class _Calendar:
    def __init__(self, component: Component, own: str, me: frozenset[str], found: Reading) -> None:
        self._own, self._me, self._found = own, me, found
        self._parts = [part for part in component.parts if part.name != "VTIMEZONE"]
        defined = [part for part in component.parts if part.name == "VTIMEZONE"]
        zone = component.first("X-WR-TIMEZONE")
        self._said = known(zone.value) if zone else None
        product = component.first("PRODID")
        self._google = product is not None and "google" in product.value.lower()
        found.ours |= product is not None and product.value.strip() == PRODUCT
        self._zones = Zones(defined, _years(self._parts))
        for name in ("NAME", "X-WR-CALNAME"):
            line = component.first(name)
            if line is not None and not found.name:
                found.name = unescaped(line.value).strip()[:200] or None
        method = component.first("METHOD")
        said = method.value.strip().upper()[:20] if method is not None else None
        self._called_off = said == "CANCEL"
        found.method = said or found.method
        if not component.closed:
            found.warnings.append(FieldProblem("file", "ics.unclosed", {"name": "VCALENDAR", "line": component.line}))

    def read(self) -> None:
        for part in self._parts:
            if part.name != "VEVENT":
                self._refuse(part, [FieldProblem("component", "ics.component", {"name": part.name})])
            elif not part.closed:
                problem = FieldProblem("component", "ics.unclosed", {"name": part.name, "line": part.line})
                self._refuse(part, [problem])
            else:
                try:
                    self._found.drafts.append(self._event(part))
                except Invalid as error:
                    self._refuse(part, error.fields or [FieldProblem("component", error.code, error.params)])

    def _refuse(self, one: Component, problems: list[FieldProblem]) -> None:
        uid, summary = one.first("UID"), one.first("SUMMARY")
        self._found.refused.append(Refused(
            one.line, one.name, unescaped(uid.value)[:_LONGEST_UID] if uid else None,
            unescaped(summary.value)[:200] if summary else None, problems,
        ))  # fmt: skip

    def _event(self, one: Component) -> Draft:
        warnings: list[FieldProblem] = []

        def warn(problem: FieldProblem) -> None:
            if len(warnings) < 20 and problem not in warnings:
                warnings.append(problem)

        for number, raw in one.bad:
            name = re.split("[:;]", raw)[0].strip().upper()
            if name in ("DTSTART", "DTEND", "DURATION", "RRULE", "RECURRENCE-ID"):
                raise Invalid.one(name.lower(), "ics.moment", value=raw[:60], line=number, name=name)
            warn(FieldProblem("component", "ics.no_property", {"line": number}))
        times = Reader(self._zones, self._own, self._said, warn)
        start, end = self._span(one, times, warn)
        values = fields.described(one, self._me, warn)
        if self._called_off:
            values["status"] = "cancelled"
        original = one.first("RECURRENCE-ID")
        moved = start
        if self._google and self._said and start.zone == "UTC" and (one.first("RRULE") or original):
            # Google's exports mean the calendar's zone by a Z on what repeats.
            moved, end = start.within(self._said, self._own), end.within(self._said, self._own)
        values |= {
            "all_day": moved.all_day, "starts_local": moved.text, "ends_local": end.text, "timezone": moved.zone,
        }  # fmt: skip
        values["reminders"] = fields.reminders(one, moved, end, times, warn)
        values |= {"rrule": None, "rdates": [], "exdates": [], "recurrence_id": None}
        if original is None:
            values |= self._repeats(one, moved, times, warn)
        else:
            at = times.moment(original)
            values["recurrence_id"] = at.text if at.all_day else stamp(at.at(self._own))
            if original.params.get("RANGE", "").upper() == "THISANDFUTURE":
                values["_range"] = True
        uid, made = _uid(one, values)
        sequence = fields.number(one.first("SEQUENCE"), 2**31 - 1) or 0
        values |= {"uid": uid, "sequence": sequence}
        return Draft(
            one.line,
            uid,
            values["recurrence_id"],
            sequence,
            self._modified(one, times),
            values,
            made,
            warnings,
            self._called_off,
        )

    def _span(self, one: Component, times: Reader, warn: fields.Warn) -> tuple[Moment, Moment]:
        line = one.first("DTSTART")
        if line is None:
            raise Invalid.one("dtstart", "ics.no_start")
        start = times.moment(line)
        last, length = one.first("DTEND"), one.first("DURATION")
        if last is not None:
            end = times.moment(last)
            if end.all_day and not start.all_day:
                end = Moment(end.wall, start.zone)
            elif start.all_day and not end.all_day:
                end = Moment(end.wall.replace(hour=0, minute=0, second=0), None, True)
            end = end.within(start.zone, self._own)
        elif length is not None:
            said = duration(length.value)
            if said is None or said.total < 0:
                raise Invalid.one("duration", "ics.moment", value=length.value[:60], line=length.number,
                                  name="DURATION")  # fmt: skip
            end = said.after(start, self._own)
            if start.all_day:
                end = Moment(end.wall.replace(hour=0, minute=0, second=0), None, True)
        else:
            end = start
            if not start.all_day:
                warn(FieldProblem("end_time", "ics.no_end", {}))
        if not start.all_day and end.wall > start.wall and end.at(self._own) <= start.at(self._own):
            # The clocks skip the start: the end moves with it, as where somebody enters it (`wall.times`).
            zone = ZoneInfo(start.zone or self._own)
            end = Moment(end.wall + (wall(start.at(self._own), zone) - start.wall), end.zone)
            warn(FieldProblem("start_time", "event.dst_gap", {"zone": zone.key}))
        if end.wall < start.wall and end.at(self._own) < start.at(self._own):
            raise Invalid.one("dtend", "ics.end_before_start", line=(last or line).number)
        if start.all_day and last is None and end.wall <= start.wall:
            end = Moment(start.wall + timedelta(days=1), None, True)
        return start, end

    def _repeats(self, one: Component, start: Moment, times: Reader, warn: fields.Warn) -> dict[str, Any]:
        lines = [line.value.strip() for line in one.every("RRULE") if line.value.strip()]
        if one.first("EXRULE") is not None:
            raise Invalid.one("exrule", "ics.exrule")
        found: dict[str, Any] = {"rrule": None, "rdates": [], "exdates": []}
        if lines:
            found["rrule"] = "\n".join(
                _until(rule, start, self._own).text for rule in recurrence.read("\n".join(lines))
            )
        for line in one.every("RDATE"):
            found["rdates"] += self._dates(line, start, times)
        for line in one.every("EXDATE"):
            found["exdates"] += self._dates(line, start, times)
        for name in ("rdates", "exdates"):
            found[name] = list(dict.fromkeys(found[name]))
            if len(found[name]) > recurrence.MOST_DATES:
                raise Invalid.one(name, "ics.too_many_of", name=name[:-1].upper(), most=recurrence.MOST_DATES)
        return found

    def _dates(self, line: Line, start: Moment, times: Reader) -> list[str]:
        if line.value.count(",") > recurrence.MOST_DATES:
            name = line.name
            raise Invalid.one(name.lower(), "ics.too_many_of", name=name, most=recurrence.MOST_DATES)
        found = []
        for at, until in times.moments(line):
            if start.all_day:
                found.append(at.within(start.zone or self._own, self._own).wall.date().isoformat())
            elif at.all_day and line.name == "RDATE":
                found.append(Moment(at.wall.replace(hour=start.wall.hour, minute=start.wall.minute,
                                                    second=start.wall.second)).text)  # fmt: skip
            else:
                text = at.within(start.zone, self._own).text
                found.append(f"{text}/{until.within(start.zone, self._own).text}" if until else text)
        return found

    def _modified(self, one: Component, times: Reader) -> str | None:
        for name in ("LAST-MODIFIED", "DTSTAMP"):
            line = one.first(name)
            if line is not None:
                try:
                    return stamp(times.moment(line).at("UTC"))
                except Invalid:
                    continue
        return None


def _until(rule: recurrence.Rule, start: Moment, own: str) -> recurrence.Rule:
    """The same rule, its end as it is to be written: a date for whole days, local for a floating start, else UTC."""
    if rule.until is None:
        return rule
    value, utc = rule.until.value, rule.until.utc
    if start.all_day:
        day = value.date() if isinstance(value, datetime) else value
        return rule.replaced(until=recurrence.Until(day))
    if not isinstance(value, datetime):
        # Beside a time, a date is its midnight to every calendar, so that day's start is past it.
        value = datetime.combine(value, time())
    if utc == (start.zone is not None):
        return rule.replaced(until=recurrence.Until(value, utc=utc))
    if utc:
        return rule.replaced(until=recurrence.Until(wall(value.replace(tzinfo=UTC), ZoneInfo(own))))
    at = instant(value, ZoneInfo(start.zone or own)).replace(tzinfo=None)
    return rule.replaced(until=recurrence.Until(at, utc=True))


def _uid(one: Component, values: dict[str, Any]) -> tuple[str, bool]:
    line = one.first("UID")
    text = " ".join(unescaped(line.value).split()) if line else ""
    if text and len(text) <= _LONGEST_UID:
        return text, False
    said = [text or values["title"], *(str(values[name]) for name in ("starts_local", "ends_local", "timezone"))]
    if not text:
        said += [str(values["rrule"]), str(values["location"])]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:40] + "@import.realty", True


def _years(parts: Sequence[Component]) -> tuple[int, int]:
    """The years of the file's events, within reason."""
    years = [
        int(match[1])
        for part in parts
        for line in part.lines
        if line.name in ("DTSTART", "DTEND") and (match := _YEAR.match(line.raw)) and 1970 <= int(match[1]) <= 2100
    ]
    first = min(years, default=2024)
    return first, min(max(years, default=2024) + 1, first + 8)
