"""Files of other calendars give the occurrences on which independent implementations agree."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from realty_cli.events.ics.reader import read
from realty_cli.events.placing import place, repeats

FILES = Path(__file__).parents[2].parent / "shared" / "data" / "ics"
HOME = ZoneInfo("UTC")
#: Where our reading differs, and the reading of the design that says so.
DIFFERENT = {
    # Its exception ends before it begins. We refuse that one, so the instance of the series stands in its place.
    "node-ical/daily-count-exdate-recurrence-id.ics": 1,
}

pytestmark = pytest.mark.skipif(not FILES.exists(), reason="the files are not part of the project")


def occurrences(data: bytes, after: datetime, before: datetime) -> Iterator[tuple[str, str]]:
    """Starts and ends, as the list of agreed ones writes them."""
    rows: list[dict[str, Any]] = []
    for at, draft in enumerate(read(data, "UTC").drafts, 1):
        empty = dict.fromkeys(("rrule", "rdates", "exdates", "timezone", "series_id"))
        own = {"id": at, "uid": draft.uid, "recurrence_id": draft.recurrence_id}
        rows.append({**empty, **draft.values, **own})
    series = {row["uid"]: row["id"] for row in rows if row["recurrence_id"] is None}
    for row in rows:
        row["series_id"] = series.get(row["uid"]) if row["recurrence_id"] else None
    replaced = {(row["series_id"], row["recurrence_id"]) for row in rows if row["series_id"]}
    for row in rows:
        for one in place(row, HOME, after, before)[0]:
            if repeats(row) and (row["id"], one.recurrence_id) in replaced:
                continue
            if row["all_day"]:
                yield one.wall.date().isoformat(), one.end.date().isoformat()
            elif row["timezone"]:
                yield f"{one.start:%Y-%m-%dT%H:%M:%SZ}", f"{one.end:%Y-%m-%dT%H:%M:%SZ}"
            else:
                yield one.wall.isoformat(), one.end.replace(tzinfo=None).isoformat()


def test_agreed_occurrences() -> None:
    differ: dict[str, int] = {}
    for entry in json.loads((FILES / "expansion.json").read_text())["files"]:
        first, last = entry["window_start"], entry["window_end"]
        begin, end = (datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (first, last))
        more = timedelta(days=2)
        found = occurrences((FILES / entry["file"]).read_bytes(), begin - more, end + more)
        width = 2 if entry["ends_agreed"] else 1
        got = Counter(pair[:width] for pair in found if first <= pair[0][:10] < last)
        expected = Counter((one["start"], one["end"])[:width] for one in entry["occurrences"])
        if got != expected:
            differ[entry["file"]] = (expected - got).total()
    assert differ == DIFFERENT
