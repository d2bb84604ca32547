"""What takes somebody's time, read from the store: indexed reads of the instances, none of them expanded here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any

from realty_cli.events.busy import VISITS, Block, place_of
from realty_cli.events.placing import place
from realty_cli.events.reach import floor, reaching
from realty_cli.events.record import DENSE
from realty_cli.events.settings import Planning
from realty_cli.kit.clock import stamp
from realty_cli.store.database import Connection, in_list

LONGEST = timedelta(days=367)
"""An event lasts no longer, so one that began earlier has ended."""
#: What blocks reach to at most: a day of buffers.
AROUND = timedelta(days=1)
_COLUMNS = (
    "i.event_id, i.owner_id, i.series_id, i.recurrence_id, i.start_time, i.end_time, i.all_day, i.soft, i.event_type,"
    " i.status, e.uid, e.title, e.latitude, e.longitude, e.property_id, e.location, e.buffer_before, e.buffer_after"
)
_FROM = "event_instances i JOIN events e ON e.id = i.event_id"
_WITHIN = "i.busy AND i.start_time < :before AND i.start_time > :floor AND i.end_time > :after"
#: How somebody plans, by account.
PlanningOf = Callable[[int], Planning]


def of_person(
    db: Connection, owner: int, after: datetime, before: datetime, planning: PlanningOf, *, tentative: bool = True
) -> list[Block]:
    """The busy instances of a person that lie in a stretch of time or reach into it."""
    more = "" if tentative else " AND NOT i.soft"
    rows = db.all(
        reaching(db, f"SELECT {_COLUMNS} FROM {_FROM}", f"i.owner_id = :owner AND i.busy{more}") + " ORDER BY 5, 1",
        {"after": stamp(after), "before": stamp(before), "floor": floor(stamp(after)), "owner": owner},
    )
    return [_block(row, planning) for row in rows]


def of_listings(
    db: Connection, owner: int, listings: Iterable[int], after: datetime, before: datetime, planning: PlanningOf
) -> list[Block]:
    """What other people do at listings in a stretch of time."""
    params: dict[str, Any] = _window(after, before) | {"owner": owner}
    some = in_list("listing", listings, params)
    kinds = in_list("kind", sorted(VISITS), params)
    rows = db.all(
        f"SELECT {_COLUMNS} FROM {_FROM} WHERE i.property_id IN {some} AND i.owner_id <> :owner"
        f" AND i.event_type IN {kinds} AND {_WITHIN} ORDER BY i.start_time, i.id",
        params,
    )
    return [_block(row, planning) for row in rows]


def unexpanded(db: Connection, owner: int, after: datetime, before: datetime, home: tzinfo) -> list[tuple[int, str]]:
    """Numbers and titles of a person's series that take time and cannot be laid whole in a stretch of time."""
    rows = db.all(
        "SELECT id, title, starts_local, ends_local, timezone, all_day, rrule FROM events"
        f" WHERE owner_id = :owner AND deleted_at IS NULL AND ({DENSE}) AND start_time < :before AND busy"
        " AND status <> 'cancelled' AND NOT declined AND series_id IS NULL ORDER BY id",
        {"owner": owner, "before": stamp(before)},
    )
    found = []
    for number, title, starts, ends, zone, all_day, rrule in rows:
        event = {
            "starts_local": starts, "ends_local": ends, "timezone": zone, "all_day": all_day, "rrule": rrule,
            "rdates": None, "exdates": None, "series_id": None, "recurrence_id": None,
        }  # fmt: skip
        if place(event, home, after, before)[1]:
            found.append((number, title))
    return found


def candidate(values: Mapping[str, Any], start: datetime, end: datetime, planning: Planning) -> Block:
    """An event that is to be, as a block at one of its times."""
    before, after = planning.around(values["event_type"], values.get("buffer_before"), values.get("buffer_after"))
    place = place_of(
        values["event_type"], values.get("latitude"), values.get("longitude"), values.get("property_id"),
        values.get("location"),
    )  # fmt: skip
    return Block(
        start, end, owner_id=values["owner_id"], uid=values.get("uid"), title=values.get("title", ""),
        event_type=values["event_type"], soft=bool(values.get("tentative")), place=place, before=before, after=after,
        all_day=bool(values.get("all_day")),
    )  # fmt: skip


def _window(after: datetime, before: datetime) -> dict[str, Any]:
    return {"after": stamp(after), "before": stamp(before), "floor": stamp(after - LONGEST)}


def _block(row: Any, planning: PlanningOf) -> Block:
    (event, owner, series, name, start, end, all_day, soft, event_type, status, uid, title, latitude, longitude,
     listing, location, before, after) = row  # fmt: skip
    if before is None or after is None:
        before, after = planning(owner).around(event_type, before, after)
    return Block(
        datetime.fromisoformat(start), datetime.fromisoformat(end), event, owner, series, name, uid, title, status,
        event_type, bool(soft), place_of(event_type, latitude, longitude, listing, location), before, after,
        bool(all_day),
    )  # fmt: skip
