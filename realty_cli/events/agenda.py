"""What of the calendar belongs into the briefing of the day: what is to come, and what is over without a word of it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from realty_cli.auth.policy import Act, require
from realty_cli.kit.actor import Actor
from realty_cli.kit.agenda import Due, Section, Window
from realty_cli.kit.clock import stamp
from realty_cli.kit.i18n import mark as _
from realty_cli.kit.moment import resolve
from realty_cli.store.database import Connection
from realty_cli.store.scope import visible

#: How long one that is over without an outcome is asked about.
BACK = timedelta(days=30)
_OPEN = "i.status IN ('scheduled', 'confirmed', 'in_progress')"
#: An instance that was over at `:now`, began since `:since`, and of which nobody has said what came of it.
WITHOUT_OUTCOME = (
    f"i.end_time <= :now AND i.start_time >= :since AND {_OPEN} AND NOT i.all_day"
    " AND i.event_type NOT IN ('task', 'other')"
)
_READ = (
    "SELECT count(*) OVER (), i.event_id, i.owner_id, e.title, i.start_time, i.event_type, e.location, e.property_id,"
    " e.client_id FROM event_instances i JOIN events e ON e.id = i.event_id"
)


def events(db: Connection, actor: Actor, window: Window) -> Section:
    """Events that go on or are to come in the days of the window."""
    require(actor, Act.EVENT_READ)
    end = resolve(datetime.combine(window.until + timedelta(days=1), time()), window.zone)
    params = {"now": stamp(window.now), "end": stamp(end), "limit": window.limit}
    return _gather(
        db, actor, window, params, "events", _("Events"),
        f"i.end_time > :now AND i.start_time < :end AND {_OPEN}",
    )  # fmt: skip


def outcomes(db: Connection, actor: Actor, window: Window) -> Section:
    """Events that are over, and nobody has said what came of them."""
    require(actor, Act.EVENT_READ)
    params = {"now": stamp(window.now), "since": stamp(window.now - BACK), "limit": window.limit}
    return _gather(
        db, actor, window, params, "outcomes", _("Events without an outcome"), WITHOUT_OUTCOME,
    )  # fmt: skip


def _gather(
    db: Connection,
    actor: Actor,
    window: Window,
    params: dict[str, Any],
    name: str,
    heading: str,
    where: str,
) -> Section:
    scope = visible(actor, params, "i")
    rows = db.all(f"{_READ} WHERE {where} AND {scope} ORDER BY i.start_time, i.id LIMIT :limit", params)
    items = []
    for _total, number, owner, title, start, kind, location, listing, client in rows:
        facts = {
            "event_type": kind, "starts_at": start, "location": location, "property_id": listing, "client_id": client,
        }  # fmt: skip
        items.append(Due("event", number, owner, title, _day(window, start), facts))
    total = rows[0][0] if rows else 0
    return Section(name, heading, total, total if name == "outcomes" else 0, items)


def _day(window: Window, start: str) -> date:
    return datetime.fromisoformat(start).astimezone(window.zone).date()
