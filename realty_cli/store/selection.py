"""The condition of a list: which rows of one table, whatever it is narrowed by. Values are bound; names come from code.

A slice begins with `Selection(table, index)`, adds its conditions over `p` (the table's alias in every statement), and
hands what somebody typed to `look_for`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from realty_cli.store import word_index
from realty_cli.store.database import Connection, in_list
from realty_cli.store.search import SearchQuery, parse

#: More hits than this are found sooner by a walk back from the newest row.
_FEW = 1_000


@dataclass
class Selection:
    """A condition over `<table> p`, what it binds, and the words to look for in its index of words."""

    table: str
    index: str
    """The table of words (`store.word_index`), "" where the kind has none."""
    conditions: list[str] = field(default_factory=list)
    params: dict[str, Any] = field(default_factory=dict)
    match: str | None = None
    #: True where the filter can hold for no row at all.
    empty: bool = False
    #: True where the words are known to stand in few rows of those that the actor may see.
    rare: bool = False
    #: True where they are known to stand in few rows at all.
    few: bool = False

    @property
    def where(self) -> str:
        return " AND ".join(self.conditions)


def source(db: Connection, chosen: Selection, hint: str = "") -> str:
    """What stands behind FROM for a selection, its condition included; `hint` names the index to go by."""
    table, index = chosen.table, chosen.index
    if chosen.match is None:
        return f"{table} p{hint} WHERE {chosen.where}"
    if db.sqlite:
        # CROSS JOIN keeps SQLite from scanning the table and asking the index of words about each row.
        return f"{index} s CROSS JOIN {table} p ON p.id = s.rowid WHERE {index} MATCH :match AND {chosen.where}"
    if chosen.few:
        # As an array: PostgreSQL takes a piece of a phone for one of hundreds of rows and would read all of the table.
        words = f"SELECT rowid FROM {index} WHERE document @@ CAST(:match AS tsquery)"
        return f"{table} p WHERE p.id = ANY (ARRAY({words})) AND {chosen.where}"
    if chosen.rare:
        # OFFSET keeps PostgreSQL, which takes every rare word for one of hundreds of rows, from a walk back from the
        # newest one through all of them.
        return (
            f"(SELECT rowid FROM {index} WHERE document @@ CAST(:match AS tsquery) OFFSET 0) s"
            f" JOIN {table} p ON p.id = s.rowid WHERE {chosen.where}"
        )
    return f"{index} s JOIN {table} p ON p.id = s.rowid WHERE s.document @@ CAST(:match AS tsquery) AND {chosen.where}"


def count_of(db: Connection, chosen: Selection) -> int:
    return 0 if chosen.empty else db.count(f"SELECT count(*) FROM {source(db, chosen)}", chosen.params)


def ids_of(db: Connection, chosen: Selection) -> list[int]:
    """The ids of all rows that are chosen, in their order."""
    if chosen.empty:
        return []
    return [row[0] for row in db.all(f"SELECT p.id FROM {source(db, chosen)} ORDER BY p.id", chosen.params)]


def any_of(column: str, name: str, values: Sequence[Any], params: dict[str, Any]) -> str:
    """The condition that a column has one of these values; what it binds begins with `name`."""
    if len(values) == 1:
        params[name] = values[0]
        return f"{column} = :{name}"
    return f"{column} IN {in_list(name, values, params)}"


def among(db: Connection, column: str, name: str, values: Sequence[Any], params: dict[str, Any]) -> str:
    """`column` is one of `values`, thousands of texts or of whole numbers, which are bound as one: to bind each under a
    name of its own takes several times as long as to find it."""
    if db.sqlite:
        params[name] = orjson.dumps(values).decode()
        return f"{column} IN (SELECT value FROM json_each(:{name}))"
    params[name] = values
    return f"{column} = ANY(:{name})"


def any_in_list(db: Connection, column: str, name: str, values: Sequence[str], params: dict[str, Any]) -> str:
    """The condition that a column with a JSON list of texts holds one of these."""
    # Said as well, though it follows: an index of rows that have a list serves no statement that leaves it out.
    ways = [_in_list(db, column, f"{name}_{position}", value, params) for position, value in enumerate(values)]
    return f"{column} IS NOT NULL AND ({' OR '.join(ways)})"


def _in_list(db: Connection, column: str, name: str, value: str, params: dict[str, Any]) -> str:
    if db.sqlite:
        params[name] = value
        return f"EXISTS (SELECT 1 FROM json_each({column}) t WHERE t.value = :{name})"
    params[name] = orjson.dumps([value]).decode()
    return f"{column} @> CAST(:{name} AS jsonb)"


def look_for(db: Connection, text: str, chosen: Selection, market: Sequence[str]) -> None:
    """Narrow the selection to what holds these words.

    `market`: the conditions that hold whatever is looked for (bin or not, and the row filter).
    """
    query = parse(text)
    if query.blank:
        return
    word_index.settle(db)
    expression = _expression(db, query, prefix=False)
    if expression is None:
        chosen.empty = True
        return
    # Whole word forms first; only where they find nothing at all is the text taken for the beginning of words. Nothing
    # that the actor may see, that is: what a stranger wrote must not decide what he finds.
    chosen.params["match"] = expression
    hits, few = _hits(db, expression, chosen, market)
    if hits == 0:
        expression = _expression(db, query, prefix=True) or expression
        chosen.params["match"] = expression
        if not db.sqlite:
            hits, few = _hits(db, expression, chosen, market)
    chosen.match = expression
    chosen.few = few
    chosen.rare = not db.sqlite and hits <= _FEW


def _hits(db: Connection, expression: str, chosen: Selection, market: Sequence[str]) -> tuple[int, bool]:
    """In how many rows the words stand, counted as far as somebody asks (SQLite plans without); and whether they stand
    in few rows at all, whosever."""
    few = False
    if not db.sqlite:
        words = f"SELECT 1 FROM {chosen.index} WHERE document @@ CAST(:match AS tsquery) LIMIT {_FEW + 1}"
        few = int(db.value(f"SELECT count(*) FROM ({words}) AS hits", {"match": expression})) <= _FEW
    probe = source(db, Selection(chosen.table, chosen.index, list(market), match=expression, few=few))
    most = 1 if db.sqlite else _FEW + 1
    return int(db.value(f"SELECT count(*) FROM (SELECT 1 FROM {probe} LIMIT {most}) AS hits", chosen.params)), few


def _expression(db: Connection, query: SearchQuery, *, prefix: bool) -> str | None:
    return query.fts5(prefix=prefix) if db.sqlite else query.tsquery(prefix=prefix)
