"""Reads of events: as they are shown, one, a page or a stretch of time. Every one goes through the row filter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from realty_cli.events import instances
from realty_cli.events.placing import is_instance, moment, place, repeats, wall_text, zone_of
from realty_cli.events.reach import floor, reaching
from realty_cli.events.record import EVENT
from realty_cli.events.repository import INDEX
from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import stamp
from realty_cli.store import paging
from realty_cli.store.database import Connection, in_list
from realty_cli.store.filtering import begin, market
from realty_cli.store.paging import By, Sorting
from realty_cli.store.rows import Rows
from realty_cli.store.scope import visible
from realty_cli.store.selection import Selection, any_of, look_for, source

if TYPE_CHECKING:
    from realty_cli.events.schemas.filters import EventFilter

#: Columns of an instance that lists read, the sorted ones among them.
_COLUMNS = (
    "id", "event_id", "series_id", "recurrence_id", "start_time", "end_time", "local_date", "event_type", "status",
)  # fmt: skip
SORTING = Sorting({
    "start_time": By("start_time", "moment"),
    "end_time": By("end_time", "moment"),
    "event_type": By("event_type", "text"),
    "status": By("status", "text"),
    "id": By("id"),
}, default="start_time")  # fmt: skip
_BIN_SORTING = Sorting({**paging.NEWEST, "start_time": By("start_time", "moment")})
_EQUAL = ("event_type", "status", "property_id", "series_id", "owner_id")
_BIN_EQUAL = (*_EQUAL, "client_id", "deal_id")
MOST = 2_000
"""Instances in one stretch of time that is not paged."""


def shown(
    db: Connection, state: Mapping[str, Any], home: tzinfo, instance: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """An event as the API and `--json` show it; `instance` lays one of its instances over it."""
    event = EVENT.presented(state)
    event |= {"start_local": state["starts_local"], "end_local": state["ends_local"], "warnings": []}
    if instance is None:
        begun = datetime.fromisoformat(state["start_time"]).astimezone(home)
        return event | {"local_date": begun.date().isoformat()}
    event |= {name: instance[name] for name in ("start_time", "end_time", "local_date", "series_id", "recurrence_id")}
    if instance["recurrence_id"] is not None and state["series_id"] is None:
        zone, all_day = zone_of(state, home), bool(state["all_day"])
        for name in ("start", "end"):
            at = datetime.fromisoformat(instance[f"{name}_time"]).astimezone(zone)
            event[f"{name}_local"] = wall_text(at.replace(tzinfo=None), all_day=all_day)
    return event


def page(db: Connection, actor: Actor, rows: Rows, wanted: EventFilter, *, sort: str | None = None, limit: int = 20,
         offset: int = 0, cursor: str | None = None, total: bool = True) -> dict[str, Any]:  # fmt: skip
    """One page: `{items, total, limit, offset, next_cursor}`, series as their instances."""
    if wanted.deleted:
        return _bin(db, actor, wanted, sort, limit, offset, cursor, total)
    chosen = _select(db, actor, wanted)
    found = paging.page(
        db, chosen, SORTING.order(sort), _COLUMNS, limit=limit, offset=offset, cursor=cursor, total=total
    )  # fmt: skip
    return paging.answer(_items(db, rows, found.rows), found, limit, offset)


def between(db: Connection, actor: Actor, rows: Rows, after: str, before: str, limit: int = MOST) -> list[Any]:
    """What lies in a stretch of time, or reaches into it, in order: of the actor alone, administrators too."""
    select = f"SELECT p.{', p.'.join(_COLUMNS)} FROM event_instances p"
    found = db.all(
        reaching(db, select, "p.owner_id = :owner", "p") + " ORDER BY 5, 1 LIMIT :most",
        {"owner": actor.id, "before": before, "after": after, "floor": floor(after), "most": limit},
    )
    return _items(db, rows, found)


def instance_of(db: Connection, number: int, recurrence_id: str) -> dict[str, Any] | None:
    """An instance of a series by its original start."""
    row = db.one(
        f"SELECT p.{', p.'.join(_COLUMNS)} FROM event_instances p"
        " WHERE (p.event_id = :id OR p.series_id = :id) AND p.recurrence_id = :name",
        {"id": number, "name": recurrence_id},
    )
    return None if row is None else dict(zip(_COLUMNS, row, strict=True))


def not_laid(state: Mapping[str, Any], home: tzinfo, recurrence_id: str) -> dict[str, Any] | None:
    """The same of a series that is not laid so far, by its rule alone. Exceptions are always laid."""
    wall = is_instance(state, home, recurrence_id) if repeats(state) else None
    if wall is None:
        return None
    zone = zone_of(state, home)
    placed, _ = place(state, home, moment(wall, zone), moment(wall, zone) + timedelta(seconds=1))
    return next(
        (
            {"event_id": state["id"], "series_id": state["id"], "recurrence_id": one.recurrence_id,
             "start_time": stamp(one.start), "end_time": stamp(one.end), "local_date": one.day.isoformat()}
            for one in placed if one.recurrence_id == recurrence_id
        ),
        None,
    )  # fmt: skip


def _items(db: Connection, rows: Rows, found: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    laid = [dict(zip(_COLUMNS, row, strict=True)) for row in found]
    states = rows.states(list({one["event_id"] for one in laid}))
    homes = instances.homes(db, {state["owner_id"] for state in states.values()})
    return [
        shown(db, state, homes[state["owner_id"]], one) for one in laid if (state := states.get(one["event_id"]))
    ]  # fmt: skip


def _select(db: Connection, actor: Actor, wanted: EventFilter) -> Selection:
    chosen = Selection("event_instances", "")
    add, params = chosen.conditions.append, chosen.params
    add(visible(actor, params, "p"))
    given = frozenset(name for name in wanted.model_fields_set if getattr(wanted, name) is not None)
    chosen.empty = any(getattr(wanted, name) == [] for name in given)
    for name in _EQUAL:
        if name in given:
            add(any_of("p." + name, name, getattr(wanted, name), params))
    if "start_from" in given:
        add("p.start_time >= :start_from")
        params["start_from"] = wanted.start_from
    if "start_to" in given:
        add("p.start_time < :start_to")
        params["start_to"] = wanted.start_to
    if wanted.busy is not None:
        add(f"{'' if wanted.busy else 'NOT '}p.busy")
    if "ids" in given:
        add(f"p.event_id IN {in_list('ids', wanted.ids or (), params)}")
    for name in ("client_id", "deal_id"):
        if name in given:
            condition = any_of(name, name, getattr(wanted, name), params)
            add(f"p.event_id IN (SELECT id FROM events WHERE deleted_at IS NULL AND {condition})")
    if "q" in given and wanted.q:
        words = Selection(EVENT.table, INDEX, ["p.deleted_at IS NULL", visible(actor, params, "p")], dict(params))
        look_for(db, wanted.q, words, words.conditions[:2])
        chosen.empty = chosen.empty or words.empty
        if not words.empty and words.match is not None:
            add(f"p.event_id IN (SELECT p.id FROM {source(db, words)})")
            params.update(words.params)
    return chosen


def _bin(db: Connection, actor: Actor, wanted: EventFilter, sort: str | None, limit: int, offset: int,
         cursor: str | None, total: bool) -> dict[str, Any]:  # fmt: skip
    chosen = Selection(EVENT.table, INDEX)
    given = begin(actor, wanted, chosen, _BIN_EQUAL, {
        "start_from": "p.start_time >= :start_from", "start_to": "p.start_time < :start_to",
    })  # fmt: skip
    if wanted.busy is not None:
        chosen.conditions.append(f"{'' if wanted.busy else 'NOT '}p.busy")
    if "q" in given and wanted.q:
        look_for(db, wanted.q, chosen, market(actor, chosen))
    found = paging.page(
        db, chosen, _BIN_SORTING.order(sort), EVENT.columns, limit=limit, offset=offset, cursor=cursor, total=total
    )  # fmt: skip
    states = [EVENT.state(row) for row in found.rows]
    homes = instances.homes(db, {state["owner_id"] for state in states})
    items = [shown(db, state, homes[state["owner_id"]]) for state in states]
    return paging.answer(items, found, limit, offset)
