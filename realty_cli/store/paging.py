"""Pages of lists: the keys of `sort`, and pages by offset or by a cursor, which costs the same on every page.

Every list of every slice is read this way. A slice names its keys (`Sorting`), makes a `Selection`, and gets rows.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

import orjson

from realty_cli.errors import Invalid
from realty_cli.store.database import Connection
from realty_cli.store.selection import Selection, count_of, source, walk

#: The largest page, and how far pages by offset reach; a cursor reaches everything at the same cost.
MOST_ON_PAGE, MOST_OFFSET = 100, 10_000_000
#: More hits than this are found sooner by walking back from the newest row than by an index and a sort.
_MANY = 1_000
#: So few that a walk back from the newest would see most of the table before it had them.
_FEW = 100
#: So many of the newest rows are looked at before anything is counted.
_NEAR = 500
_MOST_SORT_KEYS = 4
#: Orders that a list remembers; people use few.
_USUAL = 100


@dataclass(frozen=True)
class By:
    """A column to sort by: what it holds, which decides what a cursor may hold of it."""

    column: str
    holds: Literal["whole", "number", "text", "moment", "day"] = "whole"
    nullable: bool = False


#: Creation order is the order of ids, which no jump of a clock disturbs.
NEWEST = {"created_at": By("id"), "id": By("id"), "updated_at": By("updated_at", "moment")}


class SortKey(NamedTuple):
    by: By
    descending: bool

    @property
    def column(self) -> str:
        return self.by.column


class Sorting:
    """The keys of `sort` of one list."""

    def __init__(self, keys: Mapping[str, By], default: str = "-created_at") -> None:
        self.keys = keys
        self.default = default
        self._usual: dict[str | None, tuple[SortKey, ...]] = {}

    def order(self, sort: str | None) -> tuple[SortKey, ...]:
        """The keys of `sort` (`-price,title`), ended by the id so that no two rows tie."""
        found = self._usual.get(sort)
        if found is None:
            found = self._order(sort)
            if len(self._usual) < _USUAL:
                self._usual[sort] = found
        return found

    def _order(self, sort: str | None) -> tuple[SortKey, ...]:
        keys: list[SortKey] = []
        for part in (sort or self.default).split(","):
            name = part.strip()
            descending = name.startswith("-")
            name = name.removeprefix("-").removeprefix("+")
            if name not in self.keys:
                raise Invalid.one("sort", "sort.unknown", key=name, known=", ".join(self.keys))
            keys.append(SortKey(self.keys[name], descending))
        if len(keys) > _MOST_SORT_KEYS:
            raise Invalid.one("sort", "sort.too_many", most=_MOST_SORT_KEYS)
        if all(key.column != "id" for key in keys):
            keys.append(SortKey(By("id"), keys[-1].descending))
        return tuple(keys)


class Page(NamedTuple):
    rows: list[tuple[Any, ...]]
    total: int | None
    next_cursor: str | None


def page(
    db: Connection,
    chosen: Selection,
    keys: Sequence[SortKey],
    columns: Sequence[str],
    *,
    limit: int = 20,
    offset: int = 0,
    cursor: str | None = None,
    total: bool = True,
    newest: str | None = None,
    more: str = "",
) -> Page:
    """One page of a selection, rows of `columns` (those that `keys` name among them), and of `more`, an expression.

    `newest` is how SQLite shall walk through the table in the order of creation where many rows pass the filter
    (` NOT INDEXED`, ` INDEXED BY ...`); without it SQLite decides alone.
    """
    check(limit, offset)
    count = count_of(db, chosen) if total else None
    if cursor is not None:
        if offset:
            raise Invalid.one("cursor", "cursor.with_offset")
        values = open_cursor(cursor, keys)
    shown = "p." + ", p.".join(columns) + (f", {more}" if more else "")
    rows: list[Any] = []
    if newest is not None and count is None and cursor is None and not offset and _starts_at_newest(db, chosen, keys):
        # Most filters have a page among the newest few, which costs less than to count what passes them.
        near = f"p.id > (SELECT max(id) FROM {chosen.table}) - {_NEAR}"
        some = f"{source(db, chosen, newest)} AND {near}"
        rows = db.all(f"SELECT {shown} FROM {some} ORDER BY {order_by(keys)} LIMIT {int(limit) + 1}", chosen.params)
    hint, few = ("", False) if newest is None or len(rows) > limit else _hint(db, chosen, keys, count, newest)
    if cursor is not None:
        chosen.conditions.append(after(keys, values, chosen.params))
    if chosen.common and keys[0].column == "id" and not offset:
        # Common words fill a page by a short walk; where they do not, it was nothing but quick.
        some = walk(chosen, " DESC" if keys[0].descending else "")
        rows = db.all(f"SELECT {shown} FROM {some} ORDER BY {order_by(keys)} LIMIT {int(limit) + 1}", chosen.params)
    if len(rows) <= limit and not chosen.empty:
        # Where rows are sorted, SQLite works out the expression for each of them and not for those of the page alone.
        walks = hint or (keys[0].column == "id" and (newest is None or chosen.match is not None))
        nested = bool(offset or (more and not walks))
        rows = db.all(_sql(db, chosen, keys, shown, limit + 1, offset, hint, few, nested=nested), chosen.params)
    if len(rows) <= limit:
        return Page(rows, count, None)
    rows.pop()
    return Page(rows, count, close_cursor(keys, dict(zip(columns, rows[-1], strict=not more))))


def columns_of(keys: Sequence[SortKey]) -> tuple[str, ...]:
    """All that a cursor needs of a row."""
    return tuple(dict.fromkeys(key.column for key in keys))


def answer(items: list[dict[str, Any]], found: Page, limit: int, offset: int) -> dict[str, Any]:
    """The body of a list, of the items that were made of its rows."""
    return {
        "items": items,
        "total": found.total,
        "limit": limit,
        "offset": offset,
        "next_cursor": found.next_cursor,
    }


def check(limit: int, offset: int) -> None:
    if not 1 <= limit <= MOST_ON_PAGE:
        raise Invalid.one("limit", "page.limit", value=limit)
    if not 0 <= offset <= MOST_OFFSET:
        raise Invalid.one("offset", "page.offset", value=offset)


def _starts_at_newest(db: Connection, chosen: Selection, keys: Sequence[SortKey]) -> bool:
    """Whether a page begins with the newest row that passes the filter, found by SQLite in the table itself."""
    by, descending = keys[0]
    return db.sqlite and by.column == "id" and descending and chosen.match is None and not chosen.empty


def _hint(
    db: Connection, chosen: Selection, keys: Sequence[SortKey], count: int | None, newest: str
) -> tuple[str, bool]:
    """By which index SQLite shall find a page in the order of creation, and whether a walk is out of the question.

    It cannot know: for a filter that few rows pass its index and a sort are right, for one that many pass a walk back
    from the newest, which soon has its page. Chosen wrongly, either costs a hundred times the other. So the number of
    hits decides, counted up to a bound.
    """
    if not db.sqlite or chosen.match is not None or keys[0].column != "id" or chosen.empty:
        return "", False
    if count is None:
        probe = f"SELECT count(*) FROM (SELECT 1 FROM {source(db, chosen)} LIMIT {_MANY + 1})"
        count = db.count(probe, chosen.params)
    return (newest if count > _MANY else ""), count <= _FEW


def _sql(
    db: Connection,
    chosen: Selection,
    keys: Sequence[SortKey],
    shown: str,
    limit: int,
    offset: int,
    hint: str,
    few: bool = False,
    *,
    nested: bool,
) -> str:
    # The index of words is read newest first at no cost when the order is by its own row id.
    id_column = "s.rowid" if chosen.match is not None and db.sqlite else "p.id"
    if few:
        # The sign keeps SQLite from a walk to the end of the table for its order.
        id_column = "+" + id_column
    ordering = order_by(keys, id_column=id_column)
    if not nested:
        return f"SELECT {shown} FROM {source(db, chosen, hint)} ORDER BY {ordering} LIMIT {int(limit)}"
    # Rows that are skipped are found in an index alone; only the page itself is read whole.
    inner = f"SELECT p.id FROM {source(db, chosen)} ORDER BY {ordering} LIMIT {int(limit)}"
    if offset:
        inner += f" OFFSET {int(offset)}"
    return f"SELECT {shown} FROM {chosen.table} p WHERE p.id IN ({inner}) ORDER BY {order_by(keys)}"


def order_by(keys: Sequence[SortKey], *, id_column: str = "p.id") -> str:
    """ORDER BY of the keys; what is not known comes last in both directions."""
    parts = []
    for by, descending in keys:
        column = id_column if by.column == "id" else "p." + by.column
        parts.append(column + (" DESC" if descending else "") + (" NULLS LAST" if by.nullable else ""))
    return ", ".join(parts)


def after(keys: Sequence[SortKey], values: Sequence[Any], params: dict[str, Any]) -> str:
    """The condition "behind this row in the order", for keyset paging."""
    conditions = _after(list(zip(keys, values, strict=True)), params, 0)
    return f"({conditions})"


def _after(pairs: list[tuple[SortKey, Any]], params: dict[str, Any], depth: int) -> str:
    (key, value), rest = pairs[0], pairs[1:]
    name, column = f"after_{depth}", "p." + key.column
    equal: str
    if value is None:
        beyond, equal = "1 = 0", f"{column} IS NULL"
    else:
        params[name] = value
        beyond, equal = f"{column} {'<' if key.descending else '>'} :{name}", f"{column} = :{name}"
        if key.by.nullable:
            beyond = f"({beyond} OR {column} IS NULL)"
    if not rest:
        return beyond
    return f"{beyond} OR ({equal} AND ({_after(rest, params, depth + 1)}))"


def close_cursor(keys: Sequence[SortKey], row: Mapping[str, Any]) -> str:
    values = [[key.column, key.descending, row[key.column]] for key in keys]
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def open_cursor(cursor: str, keys: Sequence[SortKey]) -> list[Any]:
    """The values of the row that a page ended with. Raises `Invalid` for what no list of this order gave."""
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        shape = [(column, descending) for column, descending, _ in values]
    except (ValueError, TypeError, binascii.Error):
        raise Invalid.one("cursor", "cursor.unreadable") from None
    if shape != [(key.column, key.descending) for key in keys]:
        raise Invalid.one("cursor", "cursor.other_sort")
    found = [value for _, _, value in values]
    if not all(_comparable(key.by, value) for key, value in zip(keys, found, strict=True)):
        raise Invalid.one("cursor", "cursor.unreadable")
    return found


def _comparable(by: By, value: Any) -> bool:
    """Whether a column can be compared with this value; PostgreSQL takes no other."""
    if value is None:
        return by.nullable
    if by.holds == "text":
        return isinstance(value, str) and "\0" not in value
    if by.holds in ("moment", "day"):
        return isinstance(value, str) and _is_stored(value, 10 if by.holds == "day" else 27)
    if isinstance(value, float):
        return by.holds == "number"
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63


def _is_stored(text: str, length: int) -> bool:
    try:
        return len(text) == length and text.isascii() and bool(datetime.fromisoformat(text))
    except ValueError:
        return False
