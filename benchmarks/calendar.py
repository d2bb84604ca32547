"""`python -m benchmarks.calendar [--events 10000]`: a year of an agency's calendar, two of five events in series.

The store is filled through the service's own rows. Expansion is measured beside recurring-ical-events over the same
rules and window, each in a process of its own, with its peak memory.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.measure import load

ZONE = "Europe/Moscow"
FIRST = datetime(2026, 1, 1, 9)  # noqa: DTZ001 - wall time
YEAR = timedelta(days=365)
RULES = (
    "FREQ=WEEKLY;BYDAY=MO", "FREQ=WEEKLY;BYDAY=TU,TH", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "FREQ=MONTHLY;BYDAY=2TU",
    "FREQ=MONTHLY;BYMONTHDAY=15", "FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=30", "FREQ=DAILY;COUNT=20",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "FREQ=YEARLY", "FREQ=WEEKLY;UNTIL=20260901T060000Z",
)  # fmt: skip
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
            "timezone": ZONE, "all_day": False, "rrule": RULES[at % len(RULES)] if repeats else None,
        }  # fmt: skip


def _expand(count: int) -> int:
    """Instances of a year, by ours."""
    from realty_cli.events.placing import place

    home = ZoneInfo(ZONE)
    begin = FIRST.replace(tzinfo=home).astimezone(UTC)
    none: dict[str, Any] = {"rdates": None, "exdates": None, "series_id": None, "recurrence_id": None}
    return sum(len(place({**event, **none}, home, begin, begin + YEAR)[0]) for event in events(count))


def _expand_by_peer(count: int) -> int:
    import icalendar
    import recurring_ical_events

    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//bench//"]
    for event in events(count):
        times = (event[name].replace("-", "").replace(":", "") for name in ("starts_local", "ends_local"))
        start, end = times
        lines += ["BEGIN:VEVENT", f"UID:{event['uid']}", f"DTSTART;TZID={ZONE}:{start}", f"DTEND;TZID={ZONE}:{end}"]
        lines += [f"RRULE:{event['rrule']}"] if event["rrule"] else []
        lines += [f"SUMMARY:{event['title']}", "END:VEVENT"]
    calendar = icalendar.Calendar.from_ical("\r\n".join([*lines, "END:VCALENDAR", ""]))
    begin = FIRST.replace(tzinfo=ZoneInfo(ZONE))
    start_at = time.perf_counter()
    found = len(recurring_ical_events.of(calendar).between(begin, begin + YEAR))
    _TAKEN.append(time.perf_counter() - start_at)
    return found


_TAKEN: list[float] = []
_EXPANSIONS = {"realty": _expand, "recurring-ical-events": _expand_by_peer}


def measured(name: str, count: int) -> dict[str, float]:
    """One expansion in this process: instances, seconds (without reading the file) and peak MiB."""
    start = time.perf_counter()
    found = _EXPANSIONS[name](count)
    seconds = _TAKEN[0] if _TAKEN else time.perf_counter() - start
    return {"found": found, "s": seconds, "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def apart(*arguments: str) -> dict[str, float]:
    """The same in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.calendar", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def expansion(count: int) -> None:
    print(f"### A year of {count:,} events, expanded (load {load()})\n")
    print("| | s | peak MiB | instances |\n|---|--:|--:|--:|")
    found = {name: apart("--events", str(count), "--apart", name) for name in _EXPANSIONS}
    for name, one in found.items():
        print(f"| {name} | {one['s']:.2f} | {one['mib']:.0f} | {one['found']:,.0f} |")
    peer, own = found["recurring-ical-events"], found["realty"]
    print(f"\nrecurring-ical-events takes {peer['s'] / own['s']:.1f} times as long.\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--apart", choices=_EXPANSIONS, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.apart:
        print(json.dumps(measured(chosen.apart, chosen.events)))
        return
    expansion(chosen.events)


if __name__ == "__main__":
    main()
