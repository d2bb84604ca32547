"""What already stands where an event is to go: the busy instances of the same person that overlap it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from realty_cli.events.placing import Placed
from realty_cli.kit.clock import stamp
from realty_cli.store.database import Connection, in_list

MOST_CHECKED, MOST_SHOWN = 1_000, 20
_LONGEST = timedelta(days=366)
_COLUMNS = "i.event_id, i.start_time, i.end_time, e.title, e.status, i.soft"


def check(db: Connection, owner: int, placed: Sequence[Placed], except_of: Iterable[int]) -> list[dict[str, Any]]:
    """Conflicts as `GET /events/conflicts` lists them, those with a tentative event `soft`. Intervals are half open,
    and what has no length is in nobody's way. `except_of` are events and series that are no conflict."""
    found: list[dict[str, Any]] = []
    for one in placed[:MOST_CHECKED]:
        if one.end <= one.start:
            continue
        params: dict[str, Any] = {
            "owner": owner, "start": stamp(one.start), "end": stamp(one.end), "floor": stamp(one.start - _LONGEST),
        }  # fmt: skip
        others = in_list("ours", except_of, params)
        rows = db.all(
            f"SELECT {_COLUMNS} FROM event_instances i JOIN events e ON e.id = i.event_id WHERE i.owner_id = :owner"
            " AND i.start_time < :end AND i.start_time > :floor AND i.end_time > :start AND i.end_time > i.start_time"
            f" AND i.busy AND i.event_id NOT IN {others} AND (i.series_id IS NULL OR i.series_id NOT IN {others})"
            " ORDER BY i.start_time, i.event_id",
            params,
        )
        found.extend(_conflict(one, row) for row in rows)
        if len(found) >= MOST_SHOWN:
            break
    return found[:MOST_SHOWN]


def _conflict(candidate: Placed, row: Sequence[Any]) -> dict[str, Any]:
    event, start, end, title, status, soft = row
    first = max(candidate.start, datetime.fromisoformat(start))
    last = min(candidate.end, datetime.fromisoformat(end))
    minutes = int((last - first).total_seconds() // 60)
    return {
        "kind": "time",
        "severity": "soft" if soft else "hard",
        "overlap": {"start": stamp(first), "end": stamp(last), "minutes": minutes},
        "a": {"event_id": event, "instance_start": start, "title": title, "start": start, "end": end, "status": status},
        "b": "candidate",
        "detail": None,
    }
