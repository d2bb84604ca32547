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
#: So many of the newest rows are looked at first; where words stand in `_MANY` of them, a page of the newest is soon
#: found by a walk of at most `_FAR` rows.
_SAMPLE, _MANY, _FAR = 100, 6, 2_000


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
    #: The rows that they stand in, whosever, where these are few.
    found: list[int] | None = None
    #: True where they are known to stand in many of the newest rows that the actor may see.
    common: bool = False

    @property
    def where(self) -> str:
        # What every list asks first, bin or not, stands in the last column: SQLite unpacks a row up to what it asks.
        first, *others = self.conditions
        return " AND ".join((*others, first))


def source(db: Connection, chosen: Selection, hint: str = "") -> str:
    """What stands behind FROM for a selection, its condition included; `hint` names the index to go by."""
    table, index = chosen.table, chosen.index
    if chosen.match is None:
        return f"{table} p{hint} WHERE {chosen.where}"
    if db.sqlite:
        # CROSS JOIN keeps SQLite from scanning the table and asking the index of words about each row.
        return f"{index} s CROSS JOIN {table} p ON p.id = s.rowid WHERE {index} MATCH :match AND {chosen.where}"
    if chosen.found is not None:
        # By number: PostgreSQL takes a piece of a phone for one of hundreds of rows and would read all of the table.
        # Bound as a text, which the driver passes on as it is: number by number costs it more than the search.
        chosen.params["found"] = "{" + ",".join(map(str, chosen.found)) + "}"
        return f"{table} p WHERE p.id = ANY (CAST(:found AS bigint[])) AND {chosen.where}"
    if chosen.rare:
        # OFFSET keeps PostgreSQL, which takes every rare word for one of hundreds of rows, from a walk back from the
        # newest one through all of them.
        return (
            f"(SELECT rowid FROM {index} WHERE document @@ CAST(:match AS tsquery) OFFSET 0) s"
            f" JOIN {table} p ON p.id = s.rowid WHERE {chosen.where}"
        )
    return f"{index} s JOIN {table} p ON p.id = s.rowid WHERE s.document @@ CAST(:match AS tsquery) AND {chosen.where}"


def walk(chosen: Selection, direction: str) -> str:
    """What stands behind FROM on PostgreSQL for the first of the newest (or oldest) rows that have common words. A
    bounded walk: it may find fewer than there are, never others."""
    return (
        f"(SELECT * FROM {chosen.table} p WHERE {chosen.where} ORDER BY p.id{direction} LIMIT {_FAR}) p"
        f" JOIN {chosen.index} s ON s.rowid = p.id WHERE s.document @@ CAST(:match AS tsquery)"
    )


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
    chosen.match = chosen.params["match"] = expression
    if not _look(db, chosen, market):
        expression = _expression(db, query, prefix=True) or expression
        chosen.match = chosen.params["match"] = expression
        if not db.sqlite:
            _look(db, chosen, market)


def _look(db: Connection, chosen: Selection, market: Sequence[str]) -> bool:
    """Whether the words stand in any row that the actor may see, and in how many, as far as PostgreSQL has to be told
    (SQLite plans without)."""
    chosen.found = None
    words = Selection(chosen.table, chosen.index, list(market), dict(chosen.params), chosen.match)
    if db.sqlite:
        return bool(db.value(f"SELECT count(*) FROM (SELECT 1 FROM {source(db, words)} LIMIT 1) AS hits", words.params))
    matching = "document @@ CAST(:match AS tsquery)"
    newest = f"SELECT p.id FROM {chosen.table} p WHERE {' AND '.join(market)} ORDER BY p.id DESC LIMIT {_SAMPLE}"
    sample = f"SELECT count(*) FROM ({newest}) p JOIN {chosen.index} s ON s.rowid = p.id WHERE {matching}"
    chosen.common = int(db.value(sample, words.params)) >= _MANY
    if chosen.common:
        return True
    anywhere = f"SELECT rowid FROM {chosen.index} WHERE {matching} LIMIT {_FEW + 1}"
    numbers = [row[0] for row in db.all(anywhere, {"match": chosen.match})]
    if len(numbers) <= _FEW:
        chosen.found = numbers
        # Nearly always one of the last is on the market, and a few are asked for in no time.
        for words.found in (numbers[-10:], numbers[:-10]):
            if words.found and db.one(f"SELECT 1 FROM {source(db, words)} LIMIT 1", words.params) is not None:
                return True
        return False
    probe = f"SELECT 1 FROM {source(db, words)} LIMIT {_FEW + 1}"
    hits = int(db.value(f"SELECT count(*) FROM ({probe}) AS hits", words.params))
    chosen.rare = hits <= _FEW
    return hits > 0


def _expression(db: Connection, query: SearchQuery, *, prefix: bool) -> str | None:
    return query.fts5(prefix=prefix) if db.sqlite else query.tsquery(prefix=prefix)
