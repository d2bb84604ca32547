"""Reads of listings, as plain SQL in one place: one listing, one page, a stream, histories.

Every one starts from `selection.select`, and so from the row filter.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import orjson

from realty_cli.errors import Invalid
from realty_cli.kit.actor import Actor
from realty_cli.kit.ids import MAX_ID
from realty_cli.kit.money import from_minor
from realty_cli.properties import record
from realty_cli.properties.selection import Selection, SortKey, after, order, order_by, select, source
from realty_cli.store.database import Connection, in_list
from realty_cli.store.scope import visible

if TYPE_CHECKING:
    from realty_cli.properties.schemas.filters import PropertyFilter

_SHOWN = ", ".join("p." + name for name in record.SHOWN)
_ALL = ", ".join(record.COLUMNS)
_PICTURE = "id, width, height, bytes, media_type"
_PHOTOS_OF = (
    f"(SELECT json_group_array(json_array({_PICTURE}))"
    f" FROM (SELECT {_PICTURE} FROM photos WHERE property_id = p.id ORDER BY position, id))"
)
#: More hits than this are found sooner by walking back from the newest listing than by an index and a sort.
_MANY = 1_000
#: The largest page, and how far pages by offset reach; a cursor reaches everything at the same cost.
MOST_ON_PAGE, MOST_OFFSET = 100, 10_000_000


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
    listing = record.shown(row[:-1], now)
    listing["photos"] = _pictures(orjson.loads(row[-1])) if db.sqlite else photos(db, [number]).get(number, [])
    return listing


@cache
def _one(sqlite: bool, deleted: bool | None, scope: str) -> str:
    """One statement, which needs no transaction to see one state of the store."""
    live = {False: " AND p.deleted_at IS NULL", True: " AND p.deleted_at IS NOT NULL", None: ""}[deleted]
    return f"SELECT {_SHOWN}, {_PHOTOS_OF if sqlite else 'NULL'} FROM properties p WHERE p.id = :id{live} AND {scope}"


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
    if not 1 <= limit <= MOST_ON_PAGE:
        raise Invalid.one("limit", "page.limit", value=limit)
    if not 0 <= offset <= MOST_OFFSET:
        raise Invalid.one("offset", "page.offset", value=offset)
    keys = order(sort)
    chosen = select(db, actor, wanted)
    count = count_of(db, chosen) if total else None
    if cursor is not None:
        if offset:
            raise Invalid.one("cursor", "cursor.with_offset")
        values = _open_cursor(cursor, keys)
    hint = _hint(db, actor, wanted, chosen, keys, count)
    if cursor is not None:
        chosen.conditions.append(after(keys, values, chosen.params))
    rows = [] if chosen.empty else db.all(_page_sql(db, chosen, keys, limit + 1, offset, hint), chosen.params)
    items = [record.shown(row, now) for row in rows[:limit]]
    pictures = photos(db, [item["id"] for item in items])
    for item in items:
        item["photos"] = pictures.get(item["id"], [])
    more = len(rows) > limit
    last = dict(zip(record.SHOWN, rows[limit - 1], strict=True)) if more else None
    return {
        "items": items,
        "total": count,
        "limit": limit,
        "offset": offset,
        "next_cursor": _close_cursor(keys, last) if last else None,
    }


def _hint(
    db: Connection, actor: Actor, wanted: PropertyFilter, chosen: Selection, keys: Sequence[SortKey], count: int | None
) -> str:
    """By which index SQLite shall find a page in the order of creation.

    It cannot know: for a filter that few listings pass its index and a sort are right, for one that many pass a walk
    back from the newest, which soon has its page. Chosen wrongly, either costs a hundred times the other. So the
    number of hits decides, counted up to a bound.
    """
    plain = not db.sqlite or chosen.match is not None or keys[0].column != "id" or wanted.deleted or chosen.empty
    if plain or not wanted.model_fields_set:
        return ""
    if count is None:
        probe = f"SELECT count(*) FROM (SELECT 1 FROM {source(db, chosen)} LIMIT {_MANY + 1})"
        count = db.count(probe, chosen.params)
    if count <= _MANY:
        return ""
    return " NOT INDEXED" if actor.sees_all else " INDEXED BY ix_properties_owner"


def _page_sql(db: Connection, chosen: Selection, keys: Sequence[SortKey], limit: int, offset: int, hint: str) -> str:
    # The index of words is read newest first at no cost when the order is by its own row id.
    id_column = "s.rowid" if chosen.match is not None and db.sqlite else "p.id"
    ordering = order_by(keys, id_column=id_column)
    if offset == 0:
        return f"SELECT {_SHOWN} FROM {source(db, chosen, hint)} ORDER BY {ordering} LIMIT {int(limit)}"
    # Rows that are skipped are found in an index alone; only the page itself is read whole.
    inner = f"SELECT p.id FROM {source(db, chosen)} ORDER BY {ordering} LIMIT {int(limit)} OFFSET {int(offset)}"
    return f"SELECT {_SHOWN} FROM properties p WHERE p.id IN ({inner}) ORDER BY {order_by(keys)}"


def count_of(db: Connection, chosen: Selection) -> int:
    return 0 if chosen.empty else db.count(f"SELECT count(*) FROM {source(db, chosen)}", chosen.params)


def count(db: Connection, actor: Actor, wanted: PropertyFilter) -> int:
    return count_of(db, select(db, actor, wanted))


def ids(db: Connection, actor: Actor, wanted: PropertyFilter) -> list[int]:
    """The ids of all listings that the filter names."""
    chosen = select(db, actor, wanted)
    if chosen.empty:
        return []
    return [row[0] for row in db.all(f"SELECT p.id FROM {source(db, chosen)} ORDER BY p.id", chosen.params)]


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
    ordering = order_by(order(sort or "id"))
    chosen = select(db, actor, wanted)
    if chosen.empty:
        return None, {}
    names = ", ".join((text if _is_text(name) else "p.{}").format(name) for name in columns)
    return f"SELECT {names} FROM {source(db, chosen)} ORDER BY {ordering}", chosen.params


def _close_cursor(keys: Sequence[SortKey], row: dict[str, Any]) -> str:
    values = [[key.column, key.descending, row[key.column]] for key in keys]
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def _open_cursor(cursor: str, keys: Sequence[SortKey]) -> list[Any]:
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        shape = [(column, descending) for column, descending, _ in values]
    except (ValueError, TypeError, binascii.Error):
        raise Invalid.one("cursor", "cursor.unreadable") from None
    if shape != [(key.column, key.descending) for key in keys]:
        raise Invalid.one("cursor", "cursor.other_sort")
    found = [value for _, _, value in values]
    if not all(_comparable(key, value) for key, value in zip(keys, found, strict=True)):
        raise Invalid.one("cursor", "cursor.unreadable")
    return found


_TEXTS = frozenset({"title", "city", "district"})
_MOMENTS = frozenset({"updated_at", "listed_at", "closed_at"})
_DAYS = frozenset({"exclusive_until"})


def _comparable(key: SortKey, value: Any) -> bool:
    """Whether the column of a key can be compared with this value; PostgreSQL takes no other."""
    if value is None:
        return key.nullable
    if key.column in _TEXTS:
        return isinstance(value, str) and "\0" not in value
    if key.column in _MOMENTS or key.column in _DAYS:
        return isinstance(value, str) and _is_stored(value, 10 if key.column in _DAYS else 27)
    if isinstance(value, float):
        return key.column in record.FLOATS
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63


def _is_stored(text: str, length: int) -> bool:
    try:
        return len(text) == length and text.isascii() and bool(datetime.fromisoformat(text))
    except ValueError:
        return False


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
