"""What becomes of somebody's events when they move to another zone: days and floating times are where they are."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from realty_cli.events import instances
from realty_cli.events.repository import EventRows
from realty_cli.events.values import timed


def moved(rows: EventRows, owner: int) -> None:
    """Say anew when the owner's whole days and floating events begin, after `accounts.timezone` has changed."""
    db = rows.db
    home = ZoneInfo(str(db.value("SELECT timezone FROM accounts WHERE id = :id", {"id": owner})))
    found = db.all(
        "SELECT id, all_day, timezone FROM events WHERE owner_id = :id AND deleted_at IS NULL", {"id": owner}
    )
    numbers = [number for number, all_day, name in found if all_day or name is None]
    states = rows.states(numbers)
    rows.update([
        (state, {name: timed(state, home)[name] for name in ("start_time", "end_time")}) for state in states.values()
    ])  # fmt: skip
    instances.rebuild(db, [row[0] for row in found], rows.clock)
