"""Changing and ending a series: this one, this and what follows, or all of it. Data in, data out.

One that differs is an exception: a row of its own with the original start of the instance that it replaces. What
follows a change becomes a series of its own, named after the one it was split from (RELATED-TO); RANGE=THISANDFUTURE
is never written, for calendars read it differently.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any

from realty_cli.errors import Invalid, NotFound
from realty_cli.events.expansion import Series, expand, first_from, position
from realty_cli.events.kinds import SeriesScope
from realty_cli.events.placing import (
    is_instance,
    moment,
    recurrence_id,
    series_of,
    shifted,
    wall_of,
    wall_text,
    zone_of,
)
from realty_cli.events.recurrence import MOST_DATES, WEEKDAYS, Rule, Until, read

_TIMES = frozenset({"starts_local", "ends_local", "timezone", "all_day"})
_REPETITION = frozenset({"rrule", "rdates", "exdates"})
#: What belongs to one occasion and is not taken over by another.
_OWN = frozenset({
    "id", "version", "created_at", "updated_at", "deleted_at", "rrule", "rdates", "exdates", "series_id",
    "recurrence_id", "expanded_from", "expanded_to", "actual_start", "actual_end", "cancelled_by", "rescheduled_to",
    "outcome", "outcome_note", "external_id", "import_hash", "start_time", "end_time", "ics",
})  # fmt: skip
_EARLY, _FAR = datetime(1, 1, 1), datetime(9990, 1, 1)  # noqa: DTZ001 - wall times


@dataclass(slots=True)
class Plan:
    """What is to be written: states with their changes, and new rows. `shown` is the row to answer with: the id of one
    that stands, or None for the first of the new ones."""

    updates: list[tuple[Mapping[str, Any], dict[str, Any]]] = field(default_factory=list)
    inserts: list[dict[str, Any]] = field(default_factory=list)
    shown: int | None = None
    adopted: list[tuple[Mapping[str, Any], dict[str, Any]]] = field(default_factory=list)
    """Exceptions that go over to the first of the new rows: they take its id as `series_id`."""


def edit(
    master: Mapping[str, Any], exceptions: Sequence[Mapping[str, Any]], home: tzinfo, name: str | None,
    scope: SeriesScope, changes: Mapping[str, Any], uid: str,
) -> Plan:  # fmt: skip
    """Lay changes over a series. `changes` are columns, times as wall times of the instance `name` (of the series where
    none is named); `uid` is for what is split off. Raises NotFound where the series has no such instance."""
    if name is None:
        return _edit_all(master, exceptions, home, datetime.fromisoformat(master["starts_local"]), changes)
    own, wall = _named(master, exceptions, home, name)
    if scope is SeriesScope.THIS:
        refused = sorted(_REPETITION & changes.keys())
        if refused:
            raise Invalid.one(refused[0], "series.rule_of_one")
        if own is not None:
            return Plan([(own, dict(changes))], shown=own["id"])
        return Plan(inserts=[{**exception_of(master, home, wall), **changes}])
    if scope is SeriesScope.FOLLOWING and not _is_first(master, home, wall):
        return _split(master, exceptions, home, wall, changes, uid)
    return _edit_all(master, exceptions, home, wall, changes)


def cut(
    master: Mapping[str, Any], exceptions: Sequence[Mapping[str, Any]], home: tzinfo, name: str | None,
    scope: SeriesScope, now: str,
) -> Plan:  # fmt: skip
    """Delete an instance, the rest from it on, or all: rows go to the bin, dates leave the series."""
    live = [one for one in exceptions if one["deleted_at"] is None]
    whole = Plan([(one, {"deleted_at": now}) for one in (master, *live)], shown=master["id"])
    if name is None or scope is SeriesScope.ALL:
        return whole
    own, wall = _named(master, exceptions, home, name)
    if scope is SeriesScope.FOLLOWING:
        if _is_first(master, home, wall):
            return whole
        later = [one for one in live if _original(one, master, home) >= wall]
        ended = _ended(master, exceptions, home, wall)
        return Plan([(master, ended), *((one, {"deleted_at": now}) for one in later)], shown=master["id"])
    exdates = [*(master["exdates"] or ()), wall_text(wall, all_day=bool(master["all_day"]))]
    if len(exdates) > MOST_DATES:
        raise Invalid.one("exdates", "series.too_many_dates", most=MOST_DATES)
    after = {**master, "exdates": exdates}
    series = series_of(after, home)
    others = [one for one in live if one is not own]
    if not others and not expand(series, _EARLY, _FAR, most=1).starts:
        return whole
    plan = Plan([(master, {"exdates": exdates})], shown=master["id"])
    if own is not None and own["deleted_at"] is None:
        plan.updates.append((own, {"deleted_at": now}))
    return plan


def readmit(master: Mapping[str, Any], home: tzinfo, exception: Mapping[str, Any]) -> dict[str, Any]:
    """The date of an exception that comes back is left out no longer: other calendars would show neither."""
    wall = wall_text(_original(exception, master, home), all_day=bool(master["all_day"]))
    left = [text for text in master["exdates"] or () if text != wall]
    return {"exdates": left or None} if len(left) < len(master["exdates"] or ()) else {}


def exception_of(master: Mapping[str, Any], home: tzinfo, wall: datetime) -> dict[str, Any]:
    """The row that stands for one instance of a series, as yet unchanged."""
    values = {name: value for name, value in master.items() if name not in _OWN}
    all_day = bool(master["all_day"])
    values["starts_local"] = wall_text(wall, all_day=all_day)
    values["ends_local"] = wall_text(_end(master, home, wall), all_day=all_day)
    values["series_id"] = master.get("id")
    values["recurrence_id"] = recurrence_id(wall, zone_of(master, home), all_day=all_day)
    return values


def _end(master: Mapping[str, Any], home: tzinfo, wall: datetime) -> datetime:
    """The wall time of an instance's end: of as many days, or of as much elapsed time."""
    series = series_of(master, home)
    own = next((extra.end for extra in series.rdates if extra.start == wall and extra.end), None)
    if own is not None:
        return own
    first, last = datetime.fromisoformat(master["starts_local"]), datetime.fromisoformat(master["ends_local"])
    if master["all_day"]:
        return wall + (last - first)
    zone = series.zone
    return (moment(wall, zone) + (moment(last, zone) - moment(first, zone))).astimezone(zone).replace(tzinfo=None)


def _named(
    master: Mapping[str, Any], exceptions: Sequence[Mapping[str, Any]], home: tzinfo, name: str
) -> tuple[Mapping[str, Any] | None, datetime]:
    """The exception of this name, if it is one, and the wall time at which the series has the instance."""
    own = next((one for one in exceptions if one["recurrence_id"] == name), None)
    wall = is_instance(master, home, name)
    if own is not None and wall is None:
        wall = wall_of(name, master, home)
    if wall is None or (own is not None and own["deleted_at"] is not None):
        raise NotFound("series.no_such_date", id=name)
    return own, wall


def _original(exception: Mapping[str, Any], master: Mapping[str, Any], home: tzinfo) -> datetime:
    return wall_of(exception["recurrence_id"], master, home)


def _is_first(master: Mapping[str, Any], home: tzinfo, wall: datetime) -> bool:
    series = series_of({**master, "exdates": None}, home)
    return wall <= min((series.start, *(extra.start for extra in series.rdates)))


def _edit_all(
    master: Mapping[str, Any], exceptions: Sequence[Mapping[str, Any]], home: tzinfo, wall: datetime,
    changes: Mapping[str, Any],
) -> Plan:  # fmt: skip
    """The series moves as far as the instance moved, its dates and exceptions with it. An exception takes over every
    change but of what already differed in it."""
    first = datetime.fromisoformat(master["starts_local"])
    laid = _moved(master, home, first, wall, changes)
    plan = Plan([(master, laid)], shown=master["id"])
    _carry(plan.updates, master, {**master, **laid}, exceptions, home, changes)
    return plan


def _moved(
    master: Mapping[str, Any], home: tzinfo, first: datetime, wall: datetime, changes: Mapping[str, Any]
) -> dict[str, Any]:
    """The changes of a series whose instance at `wall` was changed so; `first` is its start."""
    laid = dict(changes)
    if not _TIMES & laid.keys():
        return laid
    all_day = bool(laid.get("all_day", master["all_day"]))
    start = datetime.fromisoformat(laid.get("starts_local", wall_text(wall, all_day=all_day)))
    end = datetime.fromisoformat(laid.get("ends_local", wall_text(_end(master, home, wall), all_day=all_day)))
    turned = all_day != bool(master["all_day"])
    by = timedelta(days=(start.date() - wall.date()).days) if turned and all_day else start - wall
    length = end - start
    kept = not turned and length == _end(master, home, wall) - wall
    if kept:
        # An instance that was longer than the others, and still is, does not make them as long.
        length = datetime.fromisoformat(master["ends_local"]) - datetime.fromisoformat(master["starts_local"])
    laid["starts_local"] = wall_text(first + by, all_day=all_day)
    laid["ends_local"] = wall_text(first + by + length, all_day=all_day)
    for name in ("rdates", "exdates"):
        if master[name] and name not in laid and turned:
            laid[name] = [wall_text(_start(text) + by, all_day=all_day) for text in master[name]]
        elif master[name] and name not in laid and by:
            laid[name] = shifted(master[name], by)
    if not kept and master["rdates"] and "rdates" not in changes:
        dates = laid.get("rdates", master["rdates"])
        laid["rdates"] = [_period(start, end) if "/" in text and _start(text) == start else text for text in dates]
    if "rrule" not in laid and master["rrule"]:
        days = ((first + by).date() - first.date()).days
        zones = zone_of(master, home), zone_of({**master, **laid}, home)
        rules = [
            _whole(rule, days, *zones, all_day=all_day) if turned else _ending(rule, by, days, *zones)
            for rule in read(master["rrule"])
        ]  # fmt: skip
        laid["rrule"] = "\n".join(
            _turned(rule, days, first, first + by) if days else rule.text for rule in rules
        )  # fmt: skip
        if laid["rrule"] == master["rrule"]:
            del laid["rrule"]
    return laid


def _ending(rule: Rule, by: timedelta, days: int, old: tzinfo, new: tzinfo) -> Rule:
    """A rule whose last moment moves as far as its start, or it would lose instances or gain some."""
    if rule.until is None:
        return rule
    last = rule.until.value
    if not isinstance(last, datetime):
        return rule.replaced(until=Until(last + timedelta(days=days)))
    if not rule.until.utc:
        return rule.replaced(until=Until(last + by))
    wall = last.replace(tzinfo=UTC).astimezone(old).replace(tzinfo=None) + by
    return rule.replaced(until=Until(moment(wall, new).replace(tzinfo=None), utc=True))


def _whole(rule: Rule, days: int, old: tzinfo, new: tzinfo, *, all_day: bool) -> Rule:
    """A rule whose last moment takes the form of its start, a date or a time (RFC 5545, 3.3.10)."""
    if rule.until is None:
        return rule
    last = rule.until.value
    if rule.until.utc and isinstance(last, datetime):
        last = last.replace(tzinfo=UTC).astimezone(old)
    day = (last.date() if isinstance(last, datetime) else last) + timedelta(days=days)
    if all_day:
        return rule.replaced(until=Until(day))
    end = moment(datetime.combine(day, time(23, 59, 59)), new)
    return rule.replaced(until=Until(end.replace(tzinfo=None), utc=True))


def _turned(rule: Rule, days: int, first: datetime, now: datetime) -> str:
    """A rule whose start went to another day: its one day of the month, or its weekdays, go with it."""
    parts = rule.text.split(";")
    for at, part in enumerate(parts):
        name, _, value = part.partition("=")
        if name == "BYDAY" and rule.freq in ("WEEKLY", "DAILY"):
            turned = sorted((day + days) % 7 for _, day in rule.days)
            parts[at] = "BYDAY=" + ",".join(WEEKDAYS[day] for day in turned)
        elif name == "BYMONTHDAY" and value == str(first.day):
            parts[at] = f"BYMONTHDAY={now.day}"
        elif name == "BYMONTH" and rule.freq == "YEARLY" and value == str(first.month):
            parts[at] = f"BYMONTH={now.month}"
    return ";".join(parts)


def _carry(
    into: list[tuple[Mapping[str, Any], dict[str, Any]]], old: Mapping[str, Any], new: Mapping[str, Any],
    exceptions: Sequence[Mapping[str, Any]], home: tzinfo, changes: Mapping[str, Any], wall: datetime | None = None,
) -> None:  # fmt: skip
    """What becomes of the exceptions of a series that changed from `old` to `new`, where its instance at `wall` moved
    to the start of `new`."""
    begun = wall if wall is not None else datetime.fromisoformat(old["starts_local"])
    by = datetime.fromisoformat(new["starts_local"]) - begun
    zone, all_day = zone_of(new, home), bool(new["all_day"])
    for one in exceptions:
        original = _original(one, old, home)
        there = original + by
        laid: dict[str, Any] = {}
        standing = exception_of(old, home, original)
        for name, value in changes.items():
            if name not in _TIMES | _REPETITION and one.get(name) == old.get(name) != value:
                laid[name] = value
        laid["recurrence_id"] = recurrence_id(there, zone, all_day=all_day)
        if _TIMES & changes.keys() and all(one[name] == standing[name] for name in _TIMES):
            follows = exception_of(new, home, there)
            laid.update({name: follows[name] for name in _TIMES})
        laid = {name: value for name, value in laid.items() if one.get(name) != value}
        if laid:
            into.append((one, laid))


def _split(
    master: Mapping[str, Any], exceptions: Sequence[Mapping[str, Any]], home: tzinfo, wall: datetime,
    changes: Mapping[str, Any], uid: str,
) -> Plan:  # fmt: skip
    later = [one for one in exceptions if _original(one, master, home) >= wall]
    own = {name: value for name, value in master.items() if name not in _OWN}
    own |= {"uid": uid, "sequence": 0, "related_to": master["uid"], "series_id": None, "recurrence_id": None}
    rest = _rest(master, later, home, wall)
    begin = datetime.fromisoformat(rest["starts_local"])
    new = {**own, **rest, **_moved({**own, **rest}, home, begin, wall, changes)}
    earlier = [one for one in exceptions if _original(one, master, home) < wall]
    plan = Plan([(master, _ended(master, earlier, home, wall))], [new])
    carried: list[tuple[Mapping[str, Any], dict[str, Any]]] = []
    _carry(carried, master, new, later, home, changes, begin)
    laid = {one["id"]: values for one, values in carried}
    plan.adopted = [(one, {**laid.get(one["id"], {}), "uid": uid}) for one in later]
    return plan


def parted(
    master: Mapping[str, Any], home: tzinfo, wall: datetime, changes: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What ends a series before its instance at `wall` (nothing where that is the first), and when what goes on from
    there takes place, with the changes of that instance. Raises Invalid where several rules go on."""
    rest = _rest(master, (), home, wall)
    begin = datetime.fromisoformat(rest["starts_local"])
    ended = {} if _is_first(master, home, wall) else _ended(master, (), home, wall)
    return ended, {**rest, **_moved({**master, **rest}, home, begin, wall, changes)}


def _ended(
    master: Mapping[str, Any], exceptions: Sequence[Mapping[str, Any]], home: tzinfo, wall: datetime
) -> dict[str, Any]:
    """What ends a series before this wall time; `exceptions` are those that may stay with it."""
    zone, all_day = zone_of(master, home), bool(master["all_day"])
    dates = {name: [text for text in master[name] or () if _start(text) < wall] for name in ("rdates", "exdates")}
    if wall <= datetime.fromisoformat(master["starts_local"]):
        # Only dates that stand before the start of the rule are left.
        return _dated(master, exceptions, home, dates["rdates"], dates["exdates"])
    if all_day:
        until = Until((wall - timedelta(days=1)).date())
    elif master["timezone"]:
        until = Until((moment(wall, zone) - timedelta(seconds=1)).astimezone(UTC).replace(tzinfo=None), utc=True)
    else:
        until = Until(wall - timedelta(seconds=1))
    ended: dict[str, Any] = {name: dates[name] or None for name in dates if master[name]}
    if master["rrule"]:
        series = series_of({**master, "exdates": None}, home)
        ended["rrule"] = "\n".join(
            rule.text if _over(series, rule, wall) else rule.replaced(until=until).text for rule in series.rules
        )
    elif not dates["rdates"]:
        return _dated(master, exceptions, home, [master["starts_local"]], dates["exdates"])
    return ended


def _rest(
    master: Mapping[str, Any], exceptions: Sequence[Mapping[str, Any]], home: tzinfo, wall: datetime
) -> dict[str, Any]:
    """When what follows takes place: its start, rule, and dates.

    A rule takes its hour, its day and its weeks from DTSTART, so what goes on by one begins with the first start that
    it gives, and an instance before that, an RDATE, stays one.
    """
    series = series_of({**master, "exdates": None}, home)
    going = []
    for rule in series.rules:
        if not rule.bounded(series.start):
            raise Invalid.one("scope", "series.no_split")
        left = None if rule.count is None else rule.count - position(series, rule, wall)
        if left != 0 and (begin := first_from(series, rule, wall)) is not None:
            going.append((begin, rule.text if left is None else rule.replaced(count=left).text))
    if len(going) > 1:
        raise Invalid.one("scope", "series.no_split")
    rdates, exdates = _later(master["rdates"], wall) or [], _later(master["exdates"], wall)
    all_day = bool(master["all_day"])
    if wall not in map(_start, rdates) and (not going or going[0][0] != wall):
        rdates.append(wall_text(wall, all_day=all_day))
    if not going:
        return _dated(master, exceptions, home, rdates, exdates)
    ((begin, text),) = going
    plain = {**master, "rdates": None}
    return {
        "starts_local": wall_text(begin, all_day=all_day),
        "ends_local": wall_text(_end(plain, home, begin), all_day=all_day),
        "rrule": text, "exdates": exdates,
        "rdates": [one for one in rdates if "/" in one or _start(one) != begin] or None,
    }  # fmt: skip


def _over(series: Series, rule: Rule, wall: datetime) -> bool:
    """Whether a rule has come to its own end before a wall time, and so keeps it."""
    if rule.count is not None:
        return position(series, rule, wall) >= rule.count
    return rule.until is not None and rule.until.passed(wall, series.zone)


def _dated(
    master: Mapping[str, Any], exceptions: Sequence[Mapping[str, Any]], home: tzinfo, rdates: Sequence[str],
    exdates: Sequence[str] | None,
) -> dict[str, Any]:  # fmt: skip
    """A series of dates alone, of which the first is its start. One date with an exception stays a series, or both
    would be shown."""
    all_day = bool(master["all_day"])
    first, *others = sorted(rdates, key=_start)
    begin = _start(first)
    end, usual = _end(master, home, begin), _end({**master, "rdates": None}, home, begin)
    if end != usual:
        # The others keep the length that the series had.
        plain = {**master, "rdates": None}
        others = [one if "/" in one else _period(_start(one), _end(plain, home, _start(one))) for one in others]
    if not others and (exceptions or exdates):
        others = [wall_text(begin, all_day=all_day)]
    return {
        "starts_local": wall_text(begin, all_day=all_day), "ends_local": wall_text(end, all_day=all_day),
        "rrule": None, "rdates": others or None, "exdates": list(exdates or ()) or None,
    }  # fmt: skip


def _period(start: datetime, end: datetime) -> str:
    """An RDATE with an end of its own."""
    return f"{wall_text(start, all_day=False)}/{wall_text(end, all_day=False)}"


def _later(texts: Sequence[str] | None, wall: datetime) -> list[str] | None:
    """Of dates those from this time on; one that names a whole day counts if it is not over."""
    midnight = wall.replace(hour=0, minute=0, second=0)
    return [text for text in texts or () if _start(text) >= (wall if "T" in text else midnight)] or None


def _start(text: str) -> datetime:
    return datetime.fromisoformat(text.partition("/")[0])
