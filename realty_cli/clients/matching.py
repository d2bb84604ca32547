"""Whether a request and a listing match, how well, and why: the one rule, whichever of them is asked about.

`judge` is symmetric because it is one: what lists the listings of a request and what lists the requests of a listing
both ask it about pairs that a statement found, and the statements find at least all that it accepts.

A part of a request either excludes (kind of deal and property, rooms, place, must-haves, the far side of a bound) or
weighs. The score is the share of the weights of all that was asked for which the listing has, 0 to 100.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

import orjson

from realty_cli.clients.request_kinds import Criterion, Feature, Fit
from realty_cli.kit.places import distance_km, fold

#: A price may stand above what the client would pay by what a bargain can take off: a tenth of it.
MOST_BARGAIN = 10
#: An area may miss its bound by a tenth.
SLACK = 0.1
#: By how much other bounds are missed "a little": floors, years, minutes.
_A_LITTLE = {Criterion.FLOOR: 1.0, Criterion.YEAR: 5.0, Criterion.METRO_MINUTES: 5.0}
_EXCLUDING = frozenset({Criterion.AREA, Criterion.LAND})
_WEIGHTS: dict[str, int] = {
    "price": 30, "place": 20, "rooms": 15, "area": 15, "land": 10, "kitchen": 5, "floor": 5, "year": 5,
    "metro_minutes": 5, "nice": 4,
}  # fmt: skip
_SHARES = {Fit.FITS: 1.0, Fit.NEAR: 0.5, Fit.MISSES: 0.0, Fit.UNKNOWN: 0.5}
_RENOVATED = frozenset({"finish", "cosmetic", "euro", "designer"})
#: What an attribute says that is not there.
_NO = frozenset({"", "-", "0", "нет", "no", "false", "отсутствует", "без"})


class Place(NamedTuple):
    """A circle on the map: degrees and kilometres."""

    latitude: float
    longitude: float
    radius_km: float


class Wanted(NamedTuple):
    """What a request asks for. Money in minor units; names of places folded."""

    id: int
    client_id: int
    status: str
    deal_type: str
    currency: str
    property_types: frozenset[str] = frozenset()
    rooms: frozenset[int] = frozenset()
    price_min: int | None = None
    price_max: int | None = None
    area_min: float | None = None
    area_max: float | None = None
    kitchen_min: float | None = None
    land_min: float | None = None
    land_max: float | None = None
    floor_min: int | None = None
    floor_max: int | None = None
    year_min: int | None = None
    year_max: int | None = None
    metro_minutes_max: int | None = None
    cities: frozenset[str] = frozenset()
    districts: frozenset[str] = frozenset()
    metros: frozenset[str] = frozenset()
    places: tuple[Place, ...] = ()
    must: tuple[str, ...] = ()
    nice: tuple[str, ...] = ()


class Offered(NamedTuple):
    """What a listing has. `tags` and `attributes` are JSON, read only where a wish asks for them."""

    id: int
    client_id: int | None
    status: str
    deal_type: str
    property_type: str
    price: int | None
    currency: str
    rooms: int | None
    area_total: float | None
    area_kitchen: float | None
    area_land: float | None
    floor: int | None
    floors_total: int | None
    year_built: int | None
    city: str | None
    district: str | None
    metro: str | None
    metro_minutes: int | None
    latitude: float | None
    longitude: float | None
    market: str | None
    renovation: str | None
    is_euro: bool | None
    is_apartments: bool | None
    is_free_layout: bool | None
    mortgage: bool | None
    bargain: bool | None
    tags: str | None
    attributes: str | None


class Part(NamedTuple):
    """One thing that was asked for. `percent` is how far a price stands from the end of the budget, an area from the
    bound that it misses; `wanted` is a pair of bounds or a list of names."""

    name: str
    fit: Fit
    wanted: Any
    found: Any
    percent: float | None = None


class Match(NamedTuple):
    """`bargain` is what must come off the price, in per cent, for a near miss to become a match; None for a match."""

    score: int
    bargain: float | None
    parts: tuple[Part, ...]


def wanted_of(request: Mapping[str, Any]) -> Wanted:
    """A request's stored state as the rule takes it."""
    get = request.get
    plain: dict[str, Any] = {name: get(name) for name in _PLAIN}
    return Wanted(
        **plain,
        property_types=frozenset(get("property_types") or ()),
        rooms=frozenset(get("rooms") or ()),
        cities=frozenset(map(fold, get("cities") or ())),
        districts=frozenset(map(fold, get("districts") or ())),
        metros=frozenset(map(fold, get("metros") or ())),
        places=tuple(Place(one["latitude"], one["longitude"], one["radius_km"]) for one in get("places") or ()),
        must=tuple(get("must") or ()),
        nice=tuple(get("nice") or ()),
    )


_PLAIN = (
    "id", "client_id", "status", "deal_type", "currency", "price_min", "price_max", "area_min", "area_max",
    "kitchen_min", "land_min", "land_max", "floor_min", "floor_max", "year_min", "year_max", "metro_minutes_max",
)  # fmt: skip


def highest_price(budget: int) -> int:
    """The highest price that a bargain can bring down to this one."""
    return budget * 100 // (100 - MOST_BARGAIN)


def lowest_budget(price: int) -> int:
    """The lowest budget that a bargain can bring this price down to; `price <= highest_price(budget)` says the same."""
    return -(-price * (100 - MOST_BARGAIN) // 100)


def lowest_price(least: int) -> int:
    """The lowest price that still stands near this one."""
    return -(-least * (100 - MOST_BARGAIN) // 100)


def highest_least(price: int) -> int:
    """The highest `price_min` that this price still stands near; `price >= lowest_price(least)` says the same."""
    return price * 100 // (100 - MOST_BARGAIN)


def judge(wanted: Wanted, offered: Offered) -> Match | None:
    """How a request and a listing stand to one another; None where the listing is out of the question."""
    if (
        wanted.status != "active"
        or offered.status != "active"
        or wanted.deal_type != offered.deal_type
        or (wanted.property_types and offered.property_type not in wanted.property_types)
        or (wanted.rooms and offered.rooms not in wanted.rooms)
        # Nobody is offered what is his own.
        or wanted.client_id == offered.client_id
    ):
        return None
    parts: list[Part] = []
    bargain: float | None = None
    if wanted.price_min is not None or wanted.price_max is not None:
        price = _price(wanted, offered)
        if price is None:
            return None
        part, bargain = price
        parts.append(part)
    if wanted.cities or wanted.districts or wanted.metros or wanted.places:
        place = _place(wanted, offered)
        if place is None:
            return None
        parts.append(place)
    if wanted.rooms:
        parts.append(Part("rooms", Fit.FITS, sorted(wanted.rooms), offered.rooms))
    for name, bounds, has in _BOUNDS:
        low, high = bounds(wanted)
        if low is None and high is None:
            continue
        part = _bounded(name, low, high, has(offered))
        if part.fit is not Fit.FITS and (name in wanted.must or (part.fit is Fit.MISSES and name in _EXCLUDING)):
            return None
        parts.append(part)
    for wish in wanted.must:
        if wish in _CRITERIA:
            continue
        if not has_wish(wish, offered):
            return None
        parts.append(Part("must", Fit.FITS, wish, True))
    for wish in wanted.nice:
        has_it = has_wish(wish, offered)
        fit = Fit.UNKNOWN if has_it is None else Fit.FITS if has_it else Fit.MISSES
        parts.append(Part("nice", fit, wish, has_it))
    return Match(_score(parts), bargain, tuple(parts))


def _score(parts: Collection[Part]) -> int:
    total = got = 0.0
    for part in parts:
        weight = _WEIGHTS.get(part.name, 0)  # a must-have excludes and does not weigh
        total += weight
        got += weight * _SHARES[part.fit]
    return round(100 * got / total) if total else 100


def _price(wanted: Wanted, offered: Offered) -> tuple[Part, float | None] | None:
    price, low, high = offered.price, wanted.price_min, wanted.price_max
    if price is None or offered.currency != wanted.currency:
        return None
    end = low if high is None else high
    assert end is not None
    percent = round((price - end) * 100 / end, 1) if end else None
    if high is not None and price > high:
        if price > highest_price(high):
            return None
        # In tenths, rounded up: less would not do.
        bargain = -(-(price - high) * 1000 // price) / 10
        return Part("price", Fit.NEAR, [low, high], price, percent), bargain
    if low is not None and price < low:
        if price < lowest_price(low):
            return None
        return Part("price", Fit.NEAR, [low, high], price, round((price - low) * 100 / low, 1)), None
    return Part("price", Fit.FITS, [low, high], price, percent), None


def _place(wanted: Wanted, offered: Offered) -> Part | None:
    """The city, where any is named; and a district, a station or a circle, where any of these is."""
    names = sorted(wanted.cities | wanted.districts | wanted.metros)
    if wanted.cities and (offered.city is None or fold(offered.city) not in wanted.cities):
        return None
    if not (wanted.districts or wanted.metros or wanted.places):
        return Part("place", Fit.FITS, names, offered.city)
    if wanted.districts and offered.district is not None and fold(offered.district) in wanted.districts:
        return Part("place", Fit.FITS, names, offered.district)
    if wanted.metros and offered.metro is not None and fold(offered.metro) in wanted.metros:
        return Part("place", Fit.FITS, names, offered.metro)
    if offered.latitude is None or offered.longitude is None:
        return None
    for place in wanted.places:
        km = distance_km(place.latitude, place.longitude, offered.latitude, offered.longitude)
        if km <= place.radius_km:
            return Part("place", Fit.FITS, [*names, f"≤ {place.radius_km:g} km"], f"{km:.1f} km")
    return None


def _bounded(name: Criterion, low: float | None, high: float | None, value: float | None) -> Part:
    bounds = [low, high]
    if value is None:
        return Part(name, Fit.UNKNOWN, bounds, None)
    if low is not None and value < low:
        end, off = low, low - value
    elif high is not None and value > high:
        end, off = high, value - high
    else:
        return Part(name, Fit.FITS, bounds, value)
    a_little = _A_LITTLE.get(name)
    if a_little is not None:
        return Part(name, Fit.NEAR if off <= a_little else Fit.MISSES, bounds, value)
    near = value >= end * (1 - SLACK) if value < end else value <= end * (1 + SLACK)
    return Part(name, Fit.NEAR if near else Fit.MISSES, bounds, value, round((value - end) * 100 / end, 1))


_CRITERIA = frozenset(one.value for one in Criterion)
_BOUNDS: tuple[
    tuple[Criterion, Callable[[Wanted], tuple[float | None, float | None]], Callable[[Offered], float | None]], ...
] = (
    (Criterion.AREA, lambda w: (w.area_min, w.area_max), lambda o: o.area_total),
    (Criterion.LAND, lambda w: (w.land_min, w.land_max), lambda o: o.area_land),
    (Criterion.KITCHEN, lambda w: (w.kitchen_min, None), lambda o: o.area_kitchen),
    (Criterion.FLOOR, lambda w: (w.floor_min, w.floor_max), lambda o: o.floor),
    (Criterion.YEAR, lambda w: (w.year_min, w.year_max), lambda o: o.year_built),
    (Criterion.METRO_MINUTES, lambda w: (None, w.metro_minutes_max), lambda o: o.metro_minutes),
)


def has_wish(wish: str, offered: Offered) -> bool | None:
    """Whether a listing has what is wished for; None where it does not say. No word of a tag is a no."""
    known = _FEATURES.get(wish)
    if known is not None:
        return known(offered)
    word = fold(wish)
    if offered.tags and any(fold(tag) == word for tag in orjson.loads(offered.tags)):
        return True
    if offered.attributes:
        for name, value in orjson.loads(offered.attributes).items():
            if fold(name) == word:
                return fold(value) not in _NO
    return False


def _is(value: Any, *wanted: Any) -> bool | None:
    return None if value is None else value in wanted


_FEATURES: dict[str, Callable[[Offered], bool | None]] = {
    Feature.MORTGAGE: lambda o: o.mortgage,
    Feature.BARGAIN: lambda o: o.bargain,
    Feature.NEW_BUILDING: lambda o: _is(o.market, "new_building"),
    Feature.RESALE: lambda o: _is(o.market, "resale"),
    Feature.EURO: lambda o: o.is_euro,
    Feature.FREE_LAYOUT: lambda o: o.is_free_layout,
    # A flat that does not say that it is none counts as a flat.
    Feature.NO_APARTMENTS: lambda o: not o.is_apartments,
    Feature.NOT_FIRST_FLOOR: lambda o: None if o.floor is None else o.floor > 1,
    Feature.NOT_LAST_FLOOR: lambda o: None if o.floor is None or o.floors_total is None else o.floor < o.floors_total,
    Feature.RENOVATED: lambda o: _is(o.renovation, *_RENOVATED),
}
