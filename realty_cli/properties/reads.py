"""Reads of listings, as plain SQL in one place: one listing, one page, a stream, histories.

Every one starts from `selection.select`, and so from the row filter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import orjson

from realty_cli.errors import Invalid
from realty_cli.kit.actor import Actor
from realty_cli.kit.ids import MAX_ID
from realty_cli.kit.money import from_minor
from realty_cli.properties import record
from realty_cli.properties.selection import SORTING, select
from realty_cli.store import paging
from realty_cli.store.database import Connection, in_list
from realty_cli.store.scope import visible
from realty_cli.store.selection import count_of, ids_of, source

if TYPE_CHECKING:
    from realty_cli.properties.schemas.filters import PropertyFilter

_SHOWN = ", ".join("p." + name for name in record.SHOWN)
_ALL = ", ".join(record.COLUMNS)
_PICTURE = "id, width, height, bytes, media_type"
_PHOTOS_OF = (
    f"(SELECT json_group_array(json_array({_PICTURE}))"
    f" FROM (SELECT {_PICTURE} FROM photos WHERE property_id = p.id ORDER BY position, id))"
)

#: Whether it ever moved, which few do: a look into an index.
_MOVED = "EXISTS (SELECT 1 FROM property_statuses WHERE property_id = p.id)"
_OF = f"{_PHOTOS_OF}, {_MOVED}"


def get(
    db: Connection, actor: Actor, number: int, now: datetime, *, deleted: bool | None = False
) -> dict[str, Any] | None:
    """One listing as it is shown, with its photos; None if there is none or it is not the actor's.

    `deleted` says whether to look on the market (False), in the bin (True) or in both (None).
    """
    if not 0 < number <= MAX_ID:
        return None
    params: dict[str, Any] = {"id": number}
    row = db.one(_one(db.sqlite, deleted, visible(actor, params, "p")), params)
    if row is None:
        return None
    listing = record.shown(row, now)
    listing["photos"] = _pictures(orjson.loads(row[-2])) if db.sqlite else photos(db, [number]).get(number, [])
    if row[-1]:
        _count_days(db, [listing], now)
    return listing


def inserted(db: Connection, values: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """A listing that was inserted just now with these values, as `get` would show it; the store is asked only for what
    it computes."""
    row = record.stored(values)
    row["price_per_m2"] = None
    if row.get("price") is not None and row.get("area_total") is not None:
        row["price_per_m2"] = db.value("SELECT price_per_m2 FROM properties WHERE id = :id", {"id": values["id"]})
    listing = record.shown([row.get(name) for name in record.SHOWN], now)
    listing["photos"] = []
    return listing


@cache
def _one(sqlite: bool, deleted: bool | None, scope: str) -> str:
    """One statement, which needs no transaction to see one state of the store; of what has moved its days on the market
    are asked for behind it."""
    live = {False: " AND p.deleted_at IS NULL", True: " AND p.deleted_at IS NOT NULL", None: ""}[deleted]
    photos_of = _PHOTOS_OF if sqlite else "NULL"
    return f"SELECT {_SHOWN}, {photos_of}, {_MOVED} FROM properties p WHERE p.id = :id{live} AND {scope}"


def state(db: Connection, actor: Actor, number: int) -> dict[str, Any] | None:
    """Every stored value of one listing, in the bin or not, for rules that change it."""
    if not 0 < number <= MAX_ID:
        return None
    params: dict[str, Any] = {"id": number}
    row = db.one(f"SELECT {_ALL} FROM properties WHERE id = :id AND {visible(actor, params)}", params)
    return None if row is None else record.state(row)


def states(db: Connection, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Every stored value of many listings by id, without a filter: the ids have passed one."""
    found: dict[int, dict[str, Any]] = {}
    for start in range(0, len(numbers), 500):
        params: dict[str, Any] = {}
        some = in_list("id", numbers[start : start + 500], params)
        for row in db.all(f"SELECT {_ALL} FROM properties WHERE id IN {some}", params):
            values = record.state(row)
            found[values["id"]] = values
    return found


def photos(db: Connection, numbers: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """The photos of listings by listing, in order."""
    if not numbers:
        return {}
    params: dict[str, Any] = {}
    found: dict[int, list[Sequence[Any]]] = {}
    for number, *picture in db.all(
        f"SELECT property_id, {_PICTURE} FROM photos"
        f" WHERE property_id IN {in_list('of', numbers, params)} ORDER BY property_id, position, id",
        params,
    ):
        found.setdefault(number, []).append(picture)
    return {number: _pictures(some) for number, some in found.items()}


def _count_days(db: Connection, listings: Sequence[dict[str, Any]], now: datetime) -> None:
    """Count the days on the market of listings that have moved by their moves."""
    if not listings:
        return
    params: dict[str, Any] = {}
    moves: dict[int, list[Sequence[str]]] = {}
    for number, *move in db.all(
        "SELECT property_id, old_status, new_status, effective_at FROM property_statuses WHERE withdrawn_by IS NULL"
        f" AND property_id IN {in_list('of', [one['id'] for one in listings], params)} ORDER BY id",
        params,
    ):
        moves.setdefault(number, []).append(move)
    for one in listings:
        if one["id"] in moves:
            one["days_on_market"] = record.days_after(one, moves[one["id"]], now)


def days_of_moved(db: Connection, actor: Actor, wanted: PropertyFilter, now: datetime) -> dict[int, int | None]:
    """The days on the market of the listings found that have moved, by number. Those of which all that is known is that
    they left it once for a deal, which most did, are left out: `record.days_on_market` says the same of them."""
    chosen = select(db, actor, wanted)
    if chosen.empty:
        return {}
    rows = db.stream(
        "SELECT q.id, q.status, q.listed_at, q.created_at, q.closed_at, m.old_status, m.new_status, m.effective_at"
        " FROM property_statuses m JOIN properties q ON q.id = m.property_id WHERE m.withdrawn_by IS NULL"
        " AND NOT (m.old_status = 'active' AND m.new_status = q.status AND m.effective_at = q.closed_at AND NOT EXISTS"
        " (SELECT 1 FROM property_statuses o WHERE o.property_id = q.id AND o.id <> m.id AND o.withdrawn_by IS NULL))"
        f" AND q.id IN (SELECT p.id FROM {source(db, chosen)}) ORDER BY q.id, m.id",
        chosen.params,
    )
    found: dict[int, int | None] = {}
    for _number, some in groupby(rows, itemgetter(0)):
        moves = list(some)
        one = dict(zip(("id", "status", "listed_at", "created_at", "closed_at"), moves[0], strict=False))
        found[one["id"]] = record.days_after(one, [row[-3:] for row in moves], now)
    return found


def _pictures(rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """Photos of one listing, in order, as they are shown; rows of `_PICTURE`."""
    return [
        {
            "id": photo, "position": position, "width": width, "height": height, "bytes": size, "media_type": media,
            "is_cover": position == 0,
        }
        for position, (photo, width, height, size, media) in enumerate(rows)
    ]  # fmt: skip


def page(
    db: Connection,
    actor: Actor,
    wanted: PropertyFilter,
    now: datetime,
    *,
    sort: str | None = None,
    limit: int = 20,
    offset: int = 0,
    cursor: str | None = None,
    total: bool = True,
) -> dict[str, Any]:
    """One page of listings: `{items, total, limit, offset, next_cursor}`."""
    newest = None
    if wanted.model_fields_set and not wanted.deleted:
        newest = " NOT INDEXED" if actor.sees_all else " INDEXED BY ix_properties_owner"
    keys = SORTING.order(sort)
    found = paging.page(
        db, select(db, actor, wanted), keys, record.SHOWN,
        limit=limit, offset=offset, cursor=cursor, total=total, newest=newest, more=_OF if db.sqlite else _MOVED,
    )  # fmt: skip
    items = [record.shown(row, now) for row in found.rows]
    if db.sqlite:
        for item, row in zip(items, found.rows, strict=True):
            item["photos"] = _pictures(orjson.loads(row[-2])) if row[-2] != "[]" else []
    else:
        pictures = photos(db, [item["id"] for item in items])
        for item in items:
            item["photos"] = pictures.get(item["id"], [])
    _count_days(db, [item for item, row in zip(items, found.rows, strict=True) if row[-1]], now)
    return paging.answer(items, found, limit, offset)


def count(db: Connection, actor: Actor, wanted: PropertyFilter) -> int:
    return count_of(db, select(db, actor, wanted))


def ids(db: Connection, actor: Actor, wanted: PropertyFilter) -> list[int]:
    """The ids of all listings that the filter names."""
    return ids_of(db, select(db, actor, wanted))


def stream(
    db: Connection, actor: Actor, wanted: PropertyFilter, columns: Sequence[str], sort: str | None = None
) -> Iterator[tuple[Any, ...]]:
    """The stored values of all listings that the filter names, one after the other. What is wrong with the request is
    said at once, not at the first row: the reader may have written a header by then."""
    sql, params = _stream_sql(db, actor, wanted, columns, sort)
    return iter(()) if sql is None else db.stream(sql, params)


def columns(
    db: Connection, actor: Actor, wanted: PropertyFilter, names: Sequence[str], sort: str | None = None
) -> Iterator[list[Sequence[Any]]]:
    """The same in batches of columns, with text as UTF-8 bytes that nobody has checked."""
    sql, params = _stream_sql(db, actor, wanted, names, sort, text="CAST(p.{} AS BLOB)" if db.sqlite else "p.{}")
    return iter(()) if sql is None else db.columns(sql, [at for at, name in enumerate(names) if _is_text(name)], params)


def _is_text(name: str) -> bool:
    return name not in record.NUMBERS


def _stream_sql(
    db: Connection,
    actor: Actor,
    wanted: PropertyFilter,
    columns: Sequence[str],
    sort: str | None,
    text: str = "p.{}",
) -> tuple[str | None, dict[str, Any]]:
    """The statement and what it binds; no statement where nothing can be found."""
    for name in columns:
        if name not in record.COLUMNS:
            raise Invalid.one("fields", "field.unknown", name=name)
    ordering = paging.order_by(SORTING.order(sort or "id"))
    chosen = select(db, actor, wanted)
    if chosen.empty:
        return None, {}
    names = ", ".join((text if _is_text(name) else "p.{}").format(name) for name in columns)
    return f"SELECT {names} FROM {source(db, chosen)} ORDER BY {ordering}", chosen.params


def history(db: Connection, number: int) -> list[dict[str, Any]]:
    """Price and status of a listing from its beginning, oldest first. The listing itself has passed the row filter."""
    first = db.one(
        "SELECT created_at, listed_at, closed_at, price, status FROM properties WHERE id = :id", {"id": number}
    )
    if first is None:
        return []
    created, listed, closed, price, status = first
    entries: list[dict[str, Any]] = []
    for field, old, new, table, reason, now in (
        ("price", "old_price", "new_price", "property_prices", "NULL", price),
        ("status", "old_status", "new_status", "property_statuses", "h.reason", status),
    ):
        rows = db.all(
            f"SELECT h.{old}, h.{new}, {reason}, h.effective_at, h.recorded_at, a.username, h.operation_id, h.id"
            f" FROM {table} h JOIN operations o ON o.id = h.operation_id LEFT JOIN accounts a ON a.id = o.actor_id"
            " WHERE h.property_id = :id AND h.withdrawn_by IS NULL ORDER BY h.effective_at, h.id",
            {"id": number},
        )
        # What was recorded first began from the beginning, though a step that was backdated may stand before it.
        start = min(rows, key=lambda row: row[-1])[0] if rows else now
        since = closed if field == "status" and closed and not rows else listed or created
        if start is not None:
            since = min([since, *(row[3] for row in rows)])
            entries.append(_entry(field, (None, start, None, since, created, None, None)))
        entries.extend(_entry(field, row[:-1]) for row in rows)
    entries.sort(key=lambda entry: (entry["effective_at"], entry["recorded_at"]))
    return entries


def _entry(field: str, row: Sequence[Any]) -> dict[str, Any]:
    old, new, reason, effective, recorded, actor, operation = row
    if field == "price":
        old, new = (None if value is None else from_minor(value) for value in (old, new))
    return {
        "field": field,
        "old": old,
        "new": new,
        "reason": reason,
        "effective_at": effective,
        "recorded_at": recorded,
        "actor": actor,
        "operation_id": operation,
    }
