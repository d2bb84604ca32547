"""From a `PropertyFilter` to the condition of a statement. Values are always bound; names come from here only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from realty_cli.errors import Invalid
from realty_cli.kit.actor import Actor
from realty_cli.store.database import Connection, in_list
from realty_cli.store.scope import visible
from realty_cli.store.search import SearchQuery, parse

if TYPE_CHECKING:
    from realty_cli.properties.schemas.filters import PropertyFilter

_EQUAL = (
    "property_type", "deal_type", "status", "market", "building_material", "renovation", "rooms", "source",
    "external_id", "owner_id",
)  # fmt: skip
_BOUNDS = {
    "price_min": "price >= :price_min",
    "price_max": "price <= :price_max",
    "price_per_m2_min": "price_per_m2 >= :price_per_m2_min",
    "price_per_m2_max": "price_per_m2 <= :price_per_m2_max",
    "rooms_min": "rooms >= :rooms_min",
    "rooms_max": "rooms <= :rooms_max",
    "area_min": "area_total >= :area_min",
    "area_max": "area_total <= :area_max",
    "kitchen_min": "area_kitchen >= :kitchen_min",
    "land_min": "area_land >= :land_min",
    "land_max": "area_land <= :land_max",
    "floor_min": "floor >= :floor_min",
    "floor_max": "floor <= :floor_max",
    "year_min": "year_built >= :year_min",
    "year_max": "year_built <= :year_max",
    "metro_minutes_max": "metro_minutes <= :metro_minutes_max",
    "listed_from": "listed_at >= :listed_from",
    "listed_to": "listed_at < :listed_to",
    "created_from": "created_at >= :created_from",
    "created_to": "created_at < :created_to",
    "updated_from": "updated_at >= :updated_from",
    "updated_to": "updated_at < :updated_to",
    "exclusive_until_from": "exclusive_until >= :exclusive_until_from",
    "exclusive_until_to": "exclusive_until <= :exclusive_until_to",
}
_FLAGS = ("mortgage", "bargain", "is_studio", "is_euro", "is_apartments")
#: More hits than this are found sooner by a walk back from the newest listing.
_FEW = 1_000
#: Names of places are few against listings; a person types them in any case, which SQL folds for ASCII only.
_FOLDED = ("city", "district", "metro")


@dataclass
class Selection:
    """A condition over `properties p`, what it binds, and the words to look for in the index of the search."""

    conditions: list[str] = field(default_factory=list)
    params: dict[str, Any] = field(default_factory=dict)
    match: str | None = None
    #: True where the filter can hold for no listing at all.
    empty: bool = False
    #: True where the words are known to stand in few listings.
    rare: bool = False

    @property
    def where(self) -> str:
        return " AND ".join(self.conditions)


def select(db: Connection, actor: Actor, wanted: PropertyFilter) -> Selection:
    """The listings that the actor may see and the filter names."""
    chosen = Selection()
    add, params = chosen.conditions.append, chosen.params
    add("p.deleted_at IS NOT NULL" if wanted.deleted else "p.deleted_at IS NULL")
    scope = visible(actor, params, "p")
    if scope != "1 = 1":
        add(scope)
    market = len(chosen.conditions)
    given = wanted.model_fields_set
    # "Any of" no value at all is nothing: a bulk change must not take an empty list for "all".
    chosen.empty = any(getattr(wanted, name) == [] for name in given)
    for name in given & set(_EQUAL):
        if (values := getattr(wanted, name)) is not None:
            add(_any_of("p." + name, name, values, params))
    for name in given & set(_BOUNDS):
        if (value := getattr(wanted, name)) is not None:
            add("p." + _BOUNDS[name])
            params[name] = value
    for name in given & set(_FLAGS):
        if (value := getattr(wanted, name)) is not None:
            # A listing that says nothing about a flag counts as "no".
            add(f"COALESCE(p.{name}, :no_{name}) = :{name}")
            params |= {name: value, f"no_{name}": False}
    for name in given & set(_FOLDED):
        if values := getattr(wanted, name):
            spellings = _spellings(db, actor, name, values, deleted=wanted.deleted)
            chosen.empty = chosen.empty or not spellings
            add(_any_of("p." + name, name, spellings, params))
    _special(db, wanted, chosen)
    if wanted.q:
        _words(db, wanted.q, chosen, chosen.conditions[:market])
    return chosen


def source(db: Connection, chosen: Selection, hint: str = "") -> str:
    """What stands behind FROM for a selection, its condition included; `hint` names the index to go by."""
    if chosen.match is None:
        return f"properties p{hint} WHERE {chosen.where}"
    if db.sqlite:
        # CROSS JOIN keeps SQLite from scanning listings and asking the index of words about each.
        return (
            "property_search s CROSS JOIN properties p ON p.id = s.rowid"
            f" WHERE property_search MATCH :match AND {chosen.where}"
        )
    if chosen.rare:
        # OFFSET keeps PostgreSQL, which takes every rare word for one of hundreds of listings, from a walk back from
        # the newest one through all of them.
        return (
            "(SELECT rowid FROM property_search WHERE document @@ CAST(:match AS tsquery) OFFSET 0) s"
            f" JOIN properties p ON p.id = s.rowid WHERE {chosen.where}"
        )
    return (
        "property_search s JOIN properties p ON p.id = s.rowid"
        f" WHERE s.document @@ CAST(:match AS tsquery) AND {chosen.where}"
    )


def _any_of(column: str, name: str, values: Sequence[Any], params: dict[str, Any]) -> str:
    if len(values) == 1:
        params[name] = values[0]
        return f"{column} = :{name}"
    return f"{column} IN {in_list(name, values, params)}"


def _special(db: Connection, wanted: PropertyFilter, chosen: Selection) -> None:
    add, params = chosen.conditions.append, chosen.params
    if wanted.currency:
        add("p.currency = :currency")
        params["currency"] = wanted.currency.upper()
    if wanted.ids is not None:
        add(f"p.id IN {in_list('ids', wanted.ids, params)}")
    if wanted.has_price is not None:
        add(f"p.price IS {'NOT ' if wanted.has_price else ''}NULL")
    if wanted.has_photos is not None:
        add(f"{'' if wanted.has_photos else 'NOT '}EXISTS (SELECT 1 FROM photos f WHERE f.property_id = p.id)")
    if wanted.bbox:
        west, south, east, north = wanted.bbox
        params |= {"west": west, "south": south, "east": east, "north": north}
        add("p.latitude BETWEEN :south AND :north")
        # A box over the 180th meridian has its west edge east of its east edge.
        if west <= east:
            add("p.longitude BETWEEN :west AND :east")
        else:
            add("(p.longitude >= :west OR p.longitude <= :east)")
    if wanted.tags:
        # Said as well, though it follows: an index of tagged listings serves no statement that leaves it out.
        add("p.tags IS NOT NULL")
        add("(" + " OR ".join(_tagged(db, position, tag, params) for position, tag in enumerate(wanted.tags)) + ")")


def _tagged(db: Connection, position: int, tag: str, params: dict[str, Any]) -> str:
    name = f"tag_{position}"
    if db.sqlite:
        params[name] = tag
        return f"EXISTS (SELECT 1 FROM json_each(p.tags) t WHERE t.value = :{name})"
    params[name] = orjson.dumps([tag]).decode()
    return f"p.tags @> CAST(:{name} AS jsonb)"


def _words(db: Connection, text: str, chosen: Selection, market: Sequence[str]) -> None:
    """`market`: the conditions that hold whatever is looked for (bin or not, and the row filter)."""
    query = parse(text)
    if query.blank:
        return
    expression = _expression(db, query, prefix=False)
    if expression is None:
        chosen.empty = True
        return
    # Whole word forms first; only where they find nothing at all is the text taken for the beginning of words. Nothing
    # that the actor may see, that is: what a stranger wrote must not decide what he finds.
    chosen.params["match"] = expression
    hits = _hits(db, expression, chosen, market)
    if hits == 0:
        expression = _expression(db, query, prefix=True) or expression
        chosen.params["match"] = expression
        hits = 1 if db.sqlite else _hits(db, expression, chosen, market)
    chosen.match = expression
    chosen.rare = not db.sqlite and hits <= _FEW


def _hits(db: Connection, expression: str, chosen: Selection, market: Sequence[str]) -> int:
    """In how many listings the words stand, counted as far as somebody asks: SQLite plans without."""
    probe = source(db, Selection(list(market), match=expression))
    most = 1 if db.sqlite else _FEW + 1
    return int(db.value(f"SELECT count(*) FROM (SELECT 1 FROM {probe} LIMIT {most}) AS hits", chosen.params))


def _expression(db: Connection, query: SearchQuery, *, prefix: bool) -> str | None:
    return query.fts5(prefix=prefix) if db.sqlite else query.tsquery(prefix=prefix)


def _spellings(db: Connection, actor: Actor, column: str, values: Iterable[str], *, deleted: bool) -> list[str]:
    wanted = {fold(value) for value in values}
    return [name for name in distinct(db, actor, column, deleted=deleted) if fold(name) in wanted]


def distinct(db: Connection, actor: Actor, column: str, *, deleted: bool = False) -> list[str]:
    """The values of a text column of places, on the market or in the bin.

    Those of the market are each found by one step in their index rather than by reading every row.
    """
    if column not in _FOLDED:
        raise Invalid.one(column, "field.extra_forbidden")
    params: dict[str, Any] = {}
    live = f"deleted_at IS {'NOT ' if deleted else ''}NULL AND {column} IS NOT NULL"
    if not deleted:
        sql = (
            f"WITH RECURSIVE names(name) AS (SELECT min({column}) FROM properties WHERE {live}"
            f" UNION ALL SELECT (SELECT min({column}) FROM properties WHERE {live} AND {column} > names.name)"
            " FROM names WHERE names.name IS NOT NULL) SELECT name FROM names WHERE name IS NOT NULL"
        )
    else:
        sql = f"SELECT DISTINCT {column} FROM properties WHERE {live} AND {visible(actor, params)}"
    return [row[0] for row in db.all(sql, params)]


def fold(text: str) -> str:
    """The form in which names of places are compared."""
    return " ".join(text.casefold().replace("ё", "е").split())


#: Keys of `sort` and the columns behind them. Creation order is the order of ids, which no jump of a clock disturbs.
SORT_KEYS: dict[str, tuple[str, bool]] = {
    "created_at": ("id", False),
    "id": ("id", False),
    "updated_at": ("updated_at", False),
    "title": ("title", False),
    "price": ("price", True),
    "price_per_m2": ("price_per_m2", True),
    "area_total": ("area_total", True),
    "area_land": ("area_land", True),
    "rooms": ("rooms", True),
    "floor": ("floor", True),
    "year_built": ("year_built", True),
    "city": ("city", True),
    "district": ("district", True),
    "listed_at": ("listed_at", True),
    "closed_at": ("closed_at", True),
    "exclusive_until": ("exclusive_until", True),
}
_MOST_SORT_KEYS = 4


@dataclass(frozen=True)
class SortKey:
    column: str
    descending: bool
    nullable: bool


def order(sort: str | None) -> tuple[SortKey, ...]:
    """The keys of `sort` (`-price,title`), ended by the id so that no two listings tie."""
    keys: list[SortKey] = []
    for part in (sort or "-created_at").split(","):
        name = part.strip()
        descending = name.startswith("-")
        name = name.removeprefix("-").removeprefix("+")
        if name not in SORT_KEYS:
            raise Invalid.one("sort", "sort.unknown", key=name, known=", ".join(SORT_KEYS))
        column, nullable = SORT_KEYS[name]
        keys.append(SortKey(column, descending, nullable))
    if len(keys) > _MOST_SORT_KEYS:
        raise Invalid.one("sort", "sort.too_many", most=_MOST_SORT_KEYS)
    if all(key.column != "id" for key in keys):
        keys.append(SortKey("id", keys[-1].descending, False))
    return tuple(keys)


def order_by(keys: Sequence[SortKey], *, id_column: str = "p.id") -> str:
    """ORDER BY of the keys; what is not known comes last in both directions."""
    parts = []
    for key in keys:
        column = id_column if key.column == "id" else "p." + key.column
        parts.append(column + (" DESC" if key.descending else "") + (" NULLS LAST" if key.nullable else ""))
    return ", ".join(parts)


def after(keys: Sequence[SortKey], values: Sequence[Any], params: dict[str, Any]) -> str:
    """The condition "behind this row in the order", for keyset paging."""
    conditions = _after(list(zip(keys, values, strict=True)), params, 0)
    return f"({conditions})"


def _after(pairs: list[tuple[SortKey, Any]], params: dict[str, Any], depth: int) -> str:
    (key, value), rest = pairs[0], pairs[1:]
    name, column = f"after_{depth}", "p." + key.column
    params[name] = value
    equal: str
    if value is None:
        del params[name]
        beyond, equal = "1 = 0", f"{column} IS NULL"
    else:
        beyond, equal = f"{column} {'<' if key.descending else '>'} :{name}", f"{column} = :{name}"
        if key.nullable:
            beyond = f"({beyond} OR {column} IS NULL)"
    if not rest:
        return beyond
    return f"{beyond} OR ({equal} AND ({_after(rest, params, depth + 1)}))"
