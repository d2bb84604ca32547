"""From a `PropertyFilter` to the condition of a statement. Values are always bound; names come from here only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from realty_cli.errors import Invalid
from realty_cli.kit.actor import Actor
from realty_cli.kit.places import fold
from realty_cli.store.database import Connection, in_list
from realty_cli.store.paging import NEWEST, By, Sorting
from realty_cli.store.scope import visible
from realty_cli.store.selection import Selection, any_in_list, any_of, look_for

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
#: Names of places are few against listings; a person types them in any case, which SQL folds for ASCII only.
_FOLDED = ("city", "district", "metro")


def select(db: Connection, actor: Actor, wanted: PropertyFilter) -> Selection:
    """The listings that the actor may see and the filter names."""
    chosen = Selection("properties", "property_search")
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
            add(any_of("p." + name, name, values, params))
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
            written = spellings(db, actor, name, values, deleted=wanted.deleted)
            chosen.empty = chosen.empty or not written
            add(any_of("p." + name, name, written, params))
    _special(db, wanted, chosen)
    if wanted.q:
        look_for(db, wanted.q, chosen, chosen.conditions[:market])
    return chosen


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
        add(any_in_list(db, "p.tags", "tag", wanted.tags, params))


def spellings(db: Connection, actor: Actor, column: str, values: Iterable[str], *, deleted: bool = False) -> list[str]:
    """How the names of these places are written in listings, in any case and with ё or е."""
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


#: Keys of `sort`.
SORTING = Sorting({
    **NEWEST,
    "title": By("title", "text"),
    "price": By("price", nullable=True),
    "price_per_m2": By("price_per_m2", nullable=True),
    "area_total": By("area_total", "number", nullable=True),
    "area_land": By("area_land", "number", nullable=True),
    "rooms": By("rooms", nullable=True),
    "floor": By("floor", nullable=True),
    "year_built": By("year_built", nullable=True),
    "city": By("city", "text", nullable=True),
    "district": By("district", "text", nullable=True),
    "listed_at": By("listed_at", "moment", nullable=True),
    "closed_at": By("closed_at", "moment", nullable=True),
    "exclusive_until": By("exclusive_until", "day", nullable=True),
})  # fmt: skip
