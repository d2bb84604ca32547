"""`python -m benchmarks.calendar [--events 10000]`: a year of an agency's calendar, two of five events in series.

The store is filled through the service's own rows. Expansion is measured beside recurring-ical-events over the same
rules and window, each in a process of its own, with its peak memory. Times are of CPU, so that a busy machine counts
for less; those of files and of a server are on the clock too.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.measure import Result, load, run
from realty_cli.app import Realty
from realty_cli.events.placing import place
from realty_cli.settings import Settings
from realty_cli.store.changelog import Origin

ZONE = "Europe/Moscow"
AGENTS = 10
FIRST = datetime(2026, 1, 1, 9)  # noqa: DTZ001 - wall time
YEAR = timedelta(days=365)
#: Most series of an agency end: a season of open houses, a course of showings; a few meetings go on.
RULES = (
    "FREQ=WEEKLY;BYDAY=MO;COUNT=26", "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=40", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;COUNT=20",
    "FREQ=MONTHLY;BYDAY=2TU", "FREQ=MONTHLY;BYMONTHDAY=15", "FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=30",
    "FREQ=DAILY;COUNT=20", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "FREQ=WEEKLY;BYDAY=WE",
    "FREQ=WEEKLY;UNTIL=20260601T060000Z",
)  # fmt: skip
#: Nearly as many instances in a year as one series may have.
DENSE = "FREQ=DAILY;BYHOUR=7,8,9,10,11,12,13,14,15,16,17,18,19;BYMINUTE=0,30"
TYPES = ("showing", "showing", "meeting", "call", "inspection", "photo_session", "open_house", "deal", "task")


def events(count: int) -> Iterator[dict[str, Any]]:
    """Columns of events, spread over a year of working days; the same at every call."""
    chance = random.Random(1)
    for at in range(count):
        start = FIRST + timedelta(days=chance.randrange(365), minutes=15 * chance.randrange(44))
        repeats = at % 5 < 2
        if repeats:
            start = FIRST + timedelta(days=chance.randrange(30), minutes=15 * chance.randrange(44))
        yield {
            "uid": f"bench-{at}@realty", "title": f"Показ {at}", "event_type": chance.choice(TYPES),
            "starts_local": start.isoformat(), "ends_local": (start + timedelta(minutes=45)).isoformat(),
            "reminders": [{"minutes_before": 60, "channel": "app"}] if at % 3 == 0 else None,
            "timezone": ZONE, "all_day": False, "rrule": RULES[at // 5 % len(RULES)] if repeats else None,
        }  # fmt: skip


def _expand(count: int) -> int:
    """Instances of a year, by ours."""
    home = ZoneInfo(ZONE)
    begin = FIRST.replace(tzinfo=home).astimezone(UTC)
    none: dict[str, Any] = {"rdates": None, "exdates": None, "series_id": None, "recurrence_id": None}
    return sum(len(place({**event, **none}, home, begin, begin + YEAR)[0]) for event in events(count))


def ics(count: int) -> str:
    """The same events as a calendar file."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//bench//"]
    for event in events(count):
        times = (event[name].replace("-", "").replace(":", "") for name in ("starts_local", "ends_local"))
        start, end = times
        lines += ["BEGIN:VEVENT", f"UID:{event['uid']}", f"DTSTART;TZID={ZONE}:{start}", f"DTEND;TZID={ZONE}:{end}"]
        lines += [f"RRULE:{event['rrule']}"] if event["rrule"] else []
        lines += [f"SUMMARY:{event['title']}", "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def _expand_by_peer(count: int) -> int:
    import icalendar
    import recurring_ical_events

    calendar = icalendar.Calendar.from_ical(ics(count))
    begin = FIRST.replace(tzinfo=ZoneInfo(ZONE))
    start_at = time.process_time()
    found = len(recurring_ical_events.of(calendar).between(begin, begin + YEAR))
    _TAKEN.append(time.process_time() - start_at)
    return found


_TAKEN: list[float] = []
_EXPANSIONS = {"realty": _expand, "recurring-ical-events": _expand_by_peer}


def measured(name: str, count: int) -> dict[str, float]:
    """One expansion in this process: instances, seconds (without reading the file) and peak MiB."""
    start = time.process_time()
    found = _EXPANSIONS[name](count)
    seconds = _TAKEN[0] if _TAKEN else time.process_time() - start
    return {"found": found, "s": seconds, "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def apart(*arguments: str) -> dict[str, float]:
    """The same in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.calendar", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def expansion(count: int) -> None:
    print(f"### A year of {count:,} events, expanded (load {load()})\n")
    print("| | s of CPU | peak MiB | instances |\n|---|--:|--:|--:|")
    found = {name: apart("--events", str(count), "--apart", name) for name in _EXPANSIONS}
    for name, one in found.items():
        print(f"| {name} | {one['s']:.2f} | {one['mib']:.0f} | {one['found']:,.0f} |")
    dense = {
        "starts_local": FIRST.isoformat(), "ends_local": (FIRST + timedelta(minutes=10)).isoformat(), "timezone": ZONE,
        "all_day": False, "rrule": DENSE, "rdates": None, "exdates": None, "series_id": None, "recurrence_id": None,
    }  # fmt: skip
    home = ZoneInfo(ZONE)
    begin = FIRST.replace(tzinfo=home).astimezone(UTC)
    series = len(place(dense, home, begin, begin + YEAR)[0])
    one_series = took(lambda: place(dense, home, begin, begin + YEAR), 5)
    print(f"\nOne series of {series:,} instances in a year: {one_series:.0f} ms.")
    peer, own = found["recurring-ical-events"], found["realty"]
    print(f"\nrecurring-ical-events takes {peer['s'] / own['s']:.1f} times as long.\n")


class Noon:
    """A clock that stands at noon of a working day, so that every run sees the same day."""

    def now(self) -> datetime:
        return datetime(2026, 6, 2, 9, tzinfo=UTC)


def row(event: dict[str, Any], owner: int) -> dict[str, Any]:
    """An event as the repository takes it."""
    from realty_cli.events.values import timed

    empty = dict.fromkeys(("rdates", "exdates", "series_id", "recurrence_id"))
    own = {"owner_id": owner, "sequence": 0, "status": "scheduled", "busy": True, "tentative": False, "declined": False}
    return timed({**event, **empty, **own}, ZoneInfo(ZONE))


def took(action: Callable[[], Any], times: int = 1) -> float:
    """Milliseconds of CPU, the median."""
    found = []
    for _ in range(times):
        start = time.process_time()
        action()
        found.append((time.process_time() - start) * 1_000)
    return statistics.median(found)


def store(count: int) -> None:
    """Ten agents with a year of events in one store, then one with all of them."""
    _store(count, AGENTS)
    _store(count, 1)


def _store(count: int, agents: int) -> None:
    from realty_cli.auth import accounts
    from realty_cli.auth.policy import Role
    from realty_cli.events import instances

    with tempfile.TemporaryDirectory() as place:
        realty = Realty(Settings(home=Path(place) / "home"), Noon())
        realty.create("anna")
        origin = Origin("cli", "benchmark")
        with realty.write(origin) as work:
            for name in range(agents - 1):
                accounts.create(work.db, work.clock, f"agent{name}", role=Role.AGENT, timezone=ZONE, language="ru")
            start = time.process_time()
            rows = [row(event, at % agents + 1) for at, event in enumerate(events(count))]
            for first in range(0, count, 1_000):
                work.events.rows.insert(rows[first : first + 1_000])
            entered = time.process_time() - start
        with realty.write(origin) as work:
            series = [one[0] for one in work.db.all("SELECT id FROM events WHERE rrule IS NOT NULL")]
            again = took(lambda: instances.rebuild(work.db, series, work.clock))
            laid = work.db.value("SELECT count(*) FROM event_instances")
        whose = f"{agents} agents" if agents > 1 else "one agent"
        print(f"### {count:,} events of {whose} in one SQLite store, {laid:,} instances (load {load()})\n")
        print("| | ms of CPU |\n|---|--:|")
        print(f"| entered, searchable, instances laid | {entered * 1_000:,.0f} |")
        print(f"| {len(series):,} series expanded again, a year back and two ahead | {again:,.0f} |")
        _ask(realty)
        print(f"| reminders due, of everybody | {took(lambda: realty.remind(dry_run=True), 7):.2f} |")
    print()


def _ask(realty: Realty) -> None:
    from realty_cli.events.schemas.planning import ConflictQuery, SuggestionQuery
    from realty_cli.kit.plain_filter import PlainFilter
    from realty_cli.kit.schema import validate

    nothing: Any = PlainFilter({})
    hour = validate(ConflictQuery, {"start_time": "2026-06-03T10:00:00", "end_time": "2026-06-03T11:00:00"}, typed=True)
    audit = validate(ConflictQuery, {"from": "2026-06-01", "to": "2026-07-01"}, typed=True)
    free = validate(SuggestionQuery, {"duration_minutes": 60}, typed=True)
    questions: dict[str, Callable[[Any], Any]] = {
        "today": lambda work: work.events.today(),
        "upcoming, a week": lambda work: work.events.upcoming(),
        "a page of 20 of all, counted": lambda work: work.events.page(nothing),
        "one event": lambda work: work.events.get(500),
        "conflicts of an hour": lambda work: work.planning.conflicts(hour),
        "conflicts of a month": lambda work: work.planning.conflicts(audit),
        "suggestions of a fortnight": lambda work: work.planning.suggestions(free),
    }
    with realty.read() as work:
        fullest = work.db.one(
            "SELECT local_date, count(*) FROM event_instances WHERE owner_id = 1 AND local_date < '2026-12-31'"
            " GROUP BY local_date ORDER BY 2 DESC LIMIT 1"
        )
        assert fullest is not None
        here = len(work.events.today()["items"])
    day = date.fromisoformat(fullest[0])
    questions = {f"today, {here} events": questions.pop("today"), **questions}
    questions[f"the fullest day of the year, {fullest[1]} events"] = lambda work: work.events.today(day)
    for name, question in questions.items():
        with realty.read() as work:
            question(work)
            print(f"| {name} | {took(lambda work=work, ask=question: ask(work), 7):.2f} |")  # type: ignore[misc]


def sync(count: int) -> None:
    """A Radicale on loopback: everything there, nothing new, and everything from there into an empty store. A tenth of
    `count`: an agent's year."""
    from realty_cli.events.schemas.sync import IntegrationCreate, SyncRequest
    from realty_cli.integrations.calendars import Calendars
    from realty_cli.kit.schema import validate
    from tests.calendar_servers import PASSWORD, radicale

    count //= 10
    print(f"### {count:,} events in step with Radicale on this machine (load {load()})\n")
    print("| | s | s of CPU here |\n|---|--:|--:|")
    with tempfile.TemporaryDirectory() as place_, radicale(Path(place_)) as server:
        url = server.make("bench")

        def joined(name: str) -> Callable[[], dict[str, Any]]:
            realty = Realty(Settings(home=Path(place_) / name), Noon())
            realty.create("anna")
            calendars = Calendars(realty.settings, here=True)
            asked = {"name": "Phone", "url": url, "username": "agent", "password": PASSWORD, "days_back": 3_650}
            data = validate(IntegrationCreate, asked)
            origin = Origin("cli", "benchmark")
            address, private_ok = calendars.found(data)
            with realty.write(origin) as work:
                if name == "first":
                    work.events.rows.insert([row(event, 1) for event in events(count)])
                number = calendars.create(work, data, address, private_ok=private_ok)["id"]
            return lambda: calendars.run(
                lambda write: realty.write(origin) if write else realty.read(), number, validate(SyncRequest, {})
            )

        first, second = joined("first"), joined("second")
        for name, run_, key in (
            ("all of it there", first, "pushed"), ("nothing new", first, "pushed"), ("all of it here", second, "taken"),
        ):  # fmt: skip
            start, cpu = time.perf_counter(), time.process_time()
            done = run_()[key]
            seconds, spent = time.perf_counter() - start, time.process_time() - cpu
            print(f"| {name} ({done:,}) | {seconds:.2f} | {spent:.2f} |")
    print()


def files(count: int) -> None:
    """The same calendar through the commands, one person's."""
    print(f"### {count:,} events as a calendar file (load {load()})\n")
    print("| | s | s of CPU | peak MiB |\n|---|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as place:
        path, out = Path(place) / "calendar.ics", Path(place) / "out.ics"
        path.write_bytes(ics(count).encode())
        environment = {**os.environ, "REALTY_HOME": str(Path(place) / "home"), "LANG": "C.UTF-8"}
        command = [sys.executable, "-m", "realty_cli", "-q"]
        run([*command, "init", "--yes", "--username", "anna"], environment, Result())
        for name, words in (
            ("import", ["events", "import", path]), ("the same again", ["events", "import", path]),
            ("export", ["events", "export", out]),
        ):  # fmt: skip
            result = Result()
            run([*command, *words], environment, result)
            print(f"| {name} | {result.seconds:.2f} | {result.cpu_seconds:.2f} | {result.mib:.0f} |")
    print()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--apart", choices=_EXPANSIONS, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.apart:
        print(json.dumps(measured(chosen.apart, chosen.events)))
        return
    expansion(chosen.events)
    files(chosen.events)  # before what makes this process large: a child starts with its memory
    store(chosen.events)
    sync(chosen.events)


if __name__ == "__main__":
    main()
