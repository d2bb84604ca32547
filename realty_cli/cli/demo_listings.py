"""What makes the listings of the sample agency those of an agency at work: dates, showings, reductions, photos.

The files of portals name days of the calendar, which go by; here the newest came a few days ago and the others before
it as they did. People come to see them, and prices of those that stand long are reduced. A few are left as some of
every agency are: long on the market, and unseen.
"""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from realty_cli.kit.clock import stamp

if TYPE_CHECKING:
    from realty_cli.app import Work

#: So many days ago the newest came on the market, and so many of the oldest nobody looks after.
_NEWEST, _LEFT = 4, 3
#: Days between showings of a listing, and from how many on its price was reduced, by which part.
_EVERY, _LONG, _CUT = 16, 55, 0.03
_PHOTOS = ("facade.jpg", "kitchen.jpg", "plan.jpg")


def freshen(work: Work) -> None:
    """Date what was imported and is on the market from today, and enter who came to see it and what was reduced."""
    zone, now = ZoneInfo(work.actor.timezone), work.clock.now()
    today = now.astimezone(zone).date()
    rows = work.db.all("SELECT id, title, owner_id, price, currency, listed_at FROM properties"
                       " WHERE status = 'active' ORDER BY listed_at, id")  # fmt: skip
    days = [datetime.fromisoformat(row[5]).astimezone(zone).date() for row in rows]
    later = today - timedelta(days=_NEWEST) - max(days)
    operation, seen, cuts = work.log.operation(), [], []
    for at, ((number, title, owner, price, currency, _), day) in enumerate(zip(rows, days, strict=True)):
        listed = datetime.combine(day + later, time(10), zone)
        work.db.run("UPDATE properties SET listed_at = :at WHERE id = :id", {"at": stamp(listed), "id": number})
        if at < _LEFT:
            continue
        begin = datetime.combine(today - timedelta(days=2 + at % 12), time(11 + at % 9), zone)
        while begin > listed + timedelta(days=2):
            seen.append(_showing(number, f"Показ: {title}", owner, begin))
            begin -= timedelta(days=_EVERY + at % 5)
        if (now - listed).days > _LONG:
            on = stamp(datetime.combine(today - timedelta(days=4 + at % 23), time(9 + at % 9), zone))
            before = round(price * (1 + _CUT), -5)
            cuts.append((number, before, price, currency, on, on, operation))
    work.events.rows.insert(seen)
    columns = ("property_id", "old_price", "new_price", "currency", "effective_at", "recorded_at", "operation_id")
    work.db.insert("property_prices", columns, cuts)


def _showing(number: int, title: str, owner: int, begin: datetime) -> dict[str, Any]:
    end = begin + timedelta(minutes=30)
    return {
        "owner_id": owner, "uid": f"{uuid.uuid4()}@realty", "sequence": 0, "title": title, "event_type": "showing",
        "status": "completed", "outcome": "thinking", "all_day": False,
        "starts_local": begin.replace(tzinfo=None).isoformat(), "ends_local": end.replace(tzinfo=None).isoformat(),
        "timezone": str(begin.tzinfo), "start_time": stamp(begin), "end_time": stamp(end), "property_id": number,
        "busy": True, "tentative": False, "declined": False, "source": "manual",
        "created_at": stamp(begin - timedelta(days=2)), "updated_at": stamp(end),
    }  # fmt: skip


def present(work: Work, number: int, folder: Path) -> None:
    """Give a listing the photos of the folder, and plan a showing of it."""
    from realty_cli.events.schemas.event import EventCreate
    from realty_cli.kit.schema import validate
    from realty_cli.properties.photos import take_in

    for name in _PHOTOS:
        work.photos.add(number, take_in((folder / name).read_bytes(), work.settings))
    day = work.clock.now().astimezone(ZoneInfo(work.actor.timezone)).date() + timedelta(days=4)
    given = {"title": "Показ семье с ипотекой", "event_type": "showing", "property_id": number}
    times = {"start_time": f"{day}T17:00:00", "end_time": f"{day}T17:45:00"}
    work.events.create(validate(EventCreate, given | times, typed=True))


def most_shown(work: Work) -> int:
    """The listing on sale of which an owner's report says most."""
    return int(work.db.value(
        "SELECT n.property_id FROM event_instances n JOIN properties p ON p.id = n.property_id"
        " WHERE p.status = 'active' AND p.deal_type = 'sale' AND p.client_id IS NOT NULL AND n.status = 'completed'"
        " AND n.event_type = 'showing'"
        " GROUP BY n.property_id ORDER BY count(*) DESC, n.property_id LIMIT 1"
    ))  # fmt: skip
