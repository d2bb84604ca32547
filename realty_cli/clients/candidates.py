"""The pairs that `matching.judge` is asked about, found by indexes: at least all that it would accept.

Both directions say the same conditions, one with the request's values bound and one with the listing's. What is cheap
to compare stands here; what is not (must-haves, circles, names of places in their fine points) is left to the rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from realty_cli.clients.matching import (
    SLACK,
    Offered,
    Wanted,
    highest_least,
    highest_price,
    lowest_budget,
    lowest_price,
)
from realty_cli.clients.request_record import CIRCLE, REQUEST, place_key, room_bit, type_bit
from realty_cli.kit.actor import Actor
from realty_cli.kit.places import reach
from realty_cli.properties.selection import spellings
from realty_cli.store.database import Connection
from realty_cli.store.schema import unfinished
from realty_cli.store.scope import visible
from realty_cli.store.selection import any_of

#: So many of the newest are judged. A request that more listings may suit asks for next to nothing.
MOST = 1_000
#: Said to the letter, so that PostgreSQL sees that the index of matches holds all of these. Its last part says
#: nothing; it keeps the plans of other statements from that index, which is for these alone.
_ON_MARKET = ("p.deleted_at IS NULL", "p.status = 'active'", "p.deal_type <> ''")
#: The columns of a listing that the rule reads.
_OFFERED = Offered._fields


def offered(db: Connection, actor: Actor, number: int) -> Offered | None:
    """A listing that the actor may see, not in the bin."""
    params: dict[str, Any] = {"id": number}
    scope = visible(actor, params, "p")
    row = db.one(
        f"SELECT {_columns(_OFFERED)} FROM properties p WHERE p.id = :id AND p.deleted_at IS NULL AND {scope}", params
    )
    return None if row is None else Offered._make(row)


def _columns(names: Sequence[str]) -> str:
    return ", ".join("p." + name for name in names)


def listings_for(db: Connection, actor: Actor, wanted: Wanted) -> tuple[list[Offered], bool]:
    """Listings that may suit a request, newest first, and whether these are all."""
    found = _for_request(db, actor, wanted)
    if found is None:
        return [], True
    conditions, params = found
    # SQLite counts on nothing but the first column of a range; during a first load the index may be missing.
    hint = " INDEXED BY ix_properties_kinds" if db.sqlite and not unfinished(db) else ""
    where = " AND ".join(conditions)
    inner = f"SELECT p.id FROM properties p{hint} WHERE {where} ORDER BY p.id DESC LIMIT {MOST + 1}"
    sql = f"SELECT {_columns(_OFFERED)} FROM properties p WHERE p.id IN ({inner}) ORDER BY p.id DESC"
    rows = db.all(sql, params)
    return [Offered._make(row) for row in rows[:MOST]], len(rows) <= MOST


def _for_request(db: Connection, actor: Actor, wanted: Wanted) -> tuple[list[str], dict[str, Any]] | None:
    if wanted.status != "active":
        return None
    params: dict[str, Any] = {"deal_type": wanted.deal_type}
    conditions = [*_ON_MARKET, "p.deal_type = :deal_type"]
    add = conditions.append
    if (scope := visible(actor, params, "p")) != "1 = 1":
        add(scope)
    if wanted.property_types:
        add(any_of("p.property_type", "type", sorted(wanted.property_types), params))
    if wanted.rooms:
        add(any_of("p.rooms", "rooms", sorted(wanted.rooms), params))
    if wanted.price_min is not None or wanted.price_max is not None:
        add("p.currency = :currency")
        params["currency"] = wanted.currency
    if wanted.price_max is not None:
        add("p.price <= :price_high")
        params["price_high"] = highest_price(wanted.price_max)
    if wanted.price_min is not None:
        add("p.price >= :price_low")
        params["price_low"] = lowest_price(wanted.price_min)
    for name, column, low, high in (
        ("area", "p.area_total", wanted.area_min, wanted.area_max),
        ("land", "p.area_land", wanted.land_min, wanted.land_max),
    ):
        for end, sign, bound, slack in (("low", ">=", low, 1 - SLACK), ("high", "<=", high, 1 + SLACK)):
            if bound is not None:
                add(f"({column} IS NULL OR {column} {sign} :{name}_{end})")
                params[f"{name}_{end}"] = bound * slack
    return (conditions, params) if _places_of(db, actor, wanted, conditions, params) else None


def _places_of(
    db: Connection, actor: Actor, wanted: Wanted, conditions: list[str], params: dict[str, Any]
) -> bool:  # fmt: skip
    """Add the conditions of place; False where no listing stands in any of these."""
    if wanted.cities:
        names = spellings(db, actor, "city", wanted.cities)
        if not names:
            return False
        conditions.append(any_of("p.city", "city", names, params))
    ways = []
    for column, folded in (("district", wanted.districts), ("metro", wanted.metros)):
        if folded and (names := spellings(db, actor, column, folded)):
            ways.append(any_of("p." + column, column, names, params))
    for at, place in enumerate(wanted.places):
        south, north, west, east = reach(*place)
        params |= {f"south_{at}": south, f"north_{at}": north, f"west_{at}": west, f"east_{at}": east}
        either = "AND" if west <= east else "OR"
        ways.append(
            f"(p.latitude BETWEEN :south_{at} AND :north_{at}"
            f" AND (p.longitude >= :west_{at} {either} p.longitude <= :east_{at}))"
        )
    if ways:
        conditions.append(f"({' OR '.join(ways)})")
    return bool(ways) or not (wanted.districts or wanted.metros or wanted.places)


def requests_for(db: Connection, actor: Actor, listing: Offered) -> tuple[list[dict[str, Any]], bool]:
    """The states of requests that a listing may suit, newest first, and whether these are all."""
    if listing.status != "active":
        return [], True
    conditions, params = _for_listing(db, actor, listing)
    inner = f"SELECT p.id FROM requests p WHERE {' AND '.join(conditions)} ORDER BY p.id DESC LIMIT {MOST + 1}"
    rows = db.all(f"SELECT {REQUEST.select} FROM requests p WHERE p.id IN ({inner}) ORDER BY p.id DESC", params)
    return [REQUEST.state(row) for row in rows[:MOST]], len(rows) <= MOST


def _for_listing(db: Connection, actor: Actor, listing: Offered) -> tuple[list[str], dict[str, Any]]:
    params: dict[str, Any] = {"deal_type": listing.deal_type, "type_bit": type_bit(listing.property_type)}
    conditions = ["p.deleted_at IS NULL", "p.status = 'active'", "p.deal_type = :deal_type"]
    add = conditions.append
    if (scope := visible(actor, params, "p")) != "1 = 1":
        add(scope)
    add("(p.type_bits IS NULL OR p.type_bits & :type_bit <> 0)")
    if listing.rooms is None:
        add("p.room_bits IS NULL")
    else:
        add("(p.room_bits IS NULL OR p.room_bits & :room_bit <> 0)")
        params["room_bit"] = room_bit(listing.rooms)
    if listing.price is None:
        add("p.price_max IS NULL AND p.price_min IS NULL")
    else:
        add("(p.price_max IS NULL OR p.price_max >= :budget)")
        add("(p.price_min IS NULL OR p.price_min <= :least)")
        add("(p.currency = :currency OR (p.price_max IS NULL AND p.price_min IS NULL))")
        params |= {
            "budget": lowest_budget(listing.price),
            "least": highest_least(listing.price),
            "currency": listing.currency,
        }
    for name, value in (("area", listing.area_total), ("land", listing.area_land)):
        if value is not None:
            add(f"(p.{name}_min IS NULL OR p.{name}_min * :less <= :{name})")
            add(f"(p.{name}_max IS NULL OR p.{name}_max * :more >= :{name})")
            params |= {name: value, "less": 1 - SLACK, "more": 1 + SLACK}
    holds = "instr(p.{0}, :{1}) > 0" if db.sqlite else "strpos(p.{0}, :{1}) > 0"
    cities = ["p.city_keys IS NULL"]
    if listing.city is not None:
        params["city"] = place_key("c", listing.city)
        cities.append(holds.format("city_keys", "city"))
    add(f"({' OR '.join(cities)})")
    places = ["p.place_keys IS NULL"]
    for kind, name, place in (("d", "district", listing.district), ("m", "metro", listing.metro)):
        if place is not None:
            params[name] = place_key(kind, place)
            places.append(holds.format("place_keys", name))
    if listing.latitude is not None and listing.longitude is not None:
        params["circle"] = CIRCLE
        places.append(holds.format("place_keys", "circle"))
    add(f"({' OR '.join(places)})")
    return conditions, params
