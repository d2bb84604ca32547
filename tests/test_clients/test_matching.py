"""The rule of matching by itself: what excludes, what weighs, and what is said of it."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.clients.matching import (
    Match,
    Offered,
    Part,
    Place,
    Wanted,
    highest_least,
    highest_price,
    judge,
    lowest_budget,
    lowest_price,
)
from realty_cli.clients.request_kinds import Feature, Fit
from realty_cli.kit.places import distance_km, reach

FLAT: dict[str, Any] = {
    "id": 5, "client_id": None, "status": "active", "deal_type": "sale", "property_type": "apartment",
    "price": 1_200_000, "currency": "RUB", "rooms": 2, "area_total": 54.0, "area_kitchen": 9.0, "area_land": None,
    "floor": 5, "floors_total": 12, "year_built": 2010, "city": "Москва", "district": "Тверской", "metro": "Сокол",
    "metro_minutes": 7, "latitude": 55.78, "longitude": 37.58, "market": None, "renovation": None, "is_euro": None,
    "is_apartments": None, "is_free_layout": None, "mortgage": None, "bargain": None, "tags": None, "attributes": None,
}  # fmt: skip


def offered(**fields: Any) -> Offered:
    return Offered(**{**FLAT, **fields})


def wanted(**fields: Any) -> Wanted:
    return Wanted(**{"id": 1, "client_id": 1, "status": "active", "deal_type": "sale", "currency": "RUB", **fields})


def part(match: Match | None, name: str) -> Part:
    assert match is not None
    (found,) = [one for one in match.parts if one.name == name]
    return found


def test_who_asks_for_nothing_gets_everything_of_the_kind() -> None:
    assert judge(wanted(), offered()) == Match(100, None, ())
    assert judge(wanted(deal_type="rent"), offered()) is None


@pytest.mark.parametrize("status", ["draft", "reserved", "sold", "rented", "withdrawn"])
def test_only_what_is_on_the_market_matches(status: str) -> None:
    assert judge(wanted(), offered(status=status)) is None


@pytest.mark.parametrize("status", ["paused", "closed"])
def test_only_an_active_request_matches(status: str) -> None:
    assert judge(wanted(status=status), offered()) is None


def test_nobody_is_offered_his_own() -> None:
    assert judge(wanted(client_id=7), offered(client_id=7)) is None
    assert judge(wanted(client_id=7), offered(client_id=8)) is not None


@pytest.mark.parametrize(
    ("price", "fit", "percent", "bargain"),
    [
        (1_200_000, Fit.FITS, -4.0, None), (1_250_000, Fit.FITS, 0.0, None), (1_288_660, Fit.NEAR, 3.1, 3.1),
        (1_388_888, Fit.NEAR, 11.1, 10.0), (1_000_000, Fit.FITS, -20.0, None), (900_000, Fit.NEAR, -10.0, None),
    ],
)  # fmt: skip
def test_a_price(price: int, fit: Fit, percent: float, bargain: float | None) -> None:
    match = judge(wanted(price_min=1_000_000, price_max=1_250_000), offered(price=price))
    assert match is not None
    found = part(match, "price")
    assert (found.fit, found.percent, match.bargain) == (fit, percent, bargain)


@pytest.mark.parametrize("fields", [{"price": 1_388_889}, {"price": 899_999}, {"price": None}, {"currency": "USD"}])
def test_a_price_that_excludes(fields: dict[str, Any]) -> None:
    assert judge(wanted(price_min=1_000_000, price_max=1_250_000), offered(**fields)) is None


@pytest.mark.parametrize(
    ("bounds", "fit"),
    [
        ({"area_min": 50}, Fit.FITS), ({"area_min": 60}, Fit.NEAR), ({"area_max": 50}, Fit.NEAR),
        ({"kitchen_min": 12}, Fit.MISSES), ({"floor_min": 6}, Fit.NEAR), ({"floor_min": 8}, Fit.MISSES),
        ({"floor_max": 4}, Fit.NEAR), ({"year_min": 2015}, Fit.NEAR), ({"year_min": 2016}, Fit.MISSES),
        ({"year_max": 2010}, Fit.FITS), ({"metro_minutes_max": 2}, Fit.NEAR), ({"metro_minutes_max": 1}, Fit.MISSES),
        ({"land_min": 600}, Fit.UNKNOWN),
    ],
)  # fmt: skip
def test_a_bound_weighs_and_excludes_where_it_must_hold(bounds: dict[str, Any], fit: Fit) -> None:
    (field,) = bounds
    name = field.rpartition("_")[0]
    match = judge(wanted(**bounds), offered())
    assert match is not None
    assert part(match, name).fit is fit
    assert match.score == {Fit.FITS: 100, Fit.NEAR: 50, Fit.UNKNOWN: 50, Fit.MISSES: 0}[fit]
    assert (judge(wanted(**bounds, must=(name,)), offered()) is not None) == (fit is Fit.FITS)


@pytest.mark.parametrize("bounds", [{"area_min": 61}, {"area_max": 49}])
def test_an_area_far_off_excludes(bounds: dict[str, Any]) -> None:
    assert judge(wanted(**bounds), offered()) is None


@pytest.mark.parametrize(
    ("places", "matches"),
    [
        ({"cities": {"москва"}}, True), ({"cities": {"тула"}}, False),
        ({"cities": {"москва"}, "districts": {"тверской"}}, True), ({"districts": {"арбат"}}, False),
        ({"districts": {"арбат"}, "metros": {"сокол"}}, True), ({"cities": {"тула"}, "metros": {"сокол"}}, False),
        ({"districts": {"арбат"}, "places": (Place(55.78, 37.6, 2),)}, True),
        ({"places": (Place(55.78, 37.6, 1),)}, False),
    ],
)  # fmt: skip
def test_a_place(places: dict[str, Any], matches: bool) -> None:
    assert (judge(wanted(**places), offered()) is not None) == matches


@pytest.mark.parametrize(
    ("wish", "fields", "has"),
    [
        (Feature.MORTGAGE, {"mortgage": True}, True), (Feature.MORTGAGE, {"mortgage": False}, False),
        (Feature.MORTGAGE, {}, None), (Feature.BARGAIN, {"bargain": True}, True),
        (Feature.NEW_BUILDING, {"market": "new_building"}, True), (Feature.RESALE, {"market": "new_building"}, False),
        (Feature.EURO, {"is_euro": True}, True), (Feature.FREE_LAYOUT, {"is_free_layout": False}, False),
        (Feature.NO_APARTMENTS, {}, True), (Feature.NO_APARTMENTS, {"is_apartments": True}, False),
        (Feature.NOT_FIRST_FLOOR, {"floor": 1}, False), (Feature.NOT_FIRST_FLOOR, {"floor": None}, None),
        (Feature.NOT_LAST_FLOOR, {"floor": 12}, False), (Feature.NOT_LAST_FLOOR, {}, True),
        (Feature.RENOVATED, {"renovation": "euro"}, True), (Feature.RENOVATED, {"renovation": "rough"}, False),
        ("Балкон", {"tags": orjson.dumps(["балкон"]).decode()}, True), ("балкон", {}, False),
        ("парковка", {"attributes": orjson.dumps({"Парковка": "есть"}).decode()}, True),
        ("парковка", {"attributes": orjson.dumps({"Парковка": "нет"}).decode()}, False),
    ],
)  # fmt: skip
def test_a_wish_excludes_or_weighs(wish: str, fields: dict[str, Any], has: bool | None) -> None:
    assert (judge(wanted(must=(wish,)), offered(**fields)) is not None) == bool(has)
    match = judge(wanted(nice=(wish,)), offered(**fields))
    assert match is not None
    assert match.score == {True: 100, None: 50, False: 0}[has]


def test_the_score_is_the_share_of_what_was_asked_for() -> None:
    match = judge(
        wanted(price_max=1_250_000, rooms=frozenset({2}), floor_min=8, cities=frozenset({"москва"}), nice=("балкон",)),
        offered(),
    )
    assert match is not None
    assert [(one.name, one.fit) for one in match.parts] == [
        ("price", "fits"), ("place", "fits"), ("rooms", "fits"), ("floor", "misses"), ("nice", "misses"),
    ]  # fmt: skip
    assert match.score == round(100 * (30 + 20 + 15) / (30 + 20 + 15 + 5 + 4))


@given(st.integers(0, 10**14), st.integers(0, 10**14))
def test_both_directions_bound_prices_alike(price: int, bound: int) -> None:
    assert (price <= highest_price(bound)) == (bound >= lowest_budget(price)) == (price * 90 <= bound * 100)
    assert (price >= lowest_price(bound)) == (bound <= highest_least(price)) == (price * 100 >= bound * 90)


@given(st.integers(1, 10**12), st.integers(1, 10**12))
def test_a_bargain_brings_the_price_down_to_the_budget(price: int, budget: int) -> None:
    match = judge(wanted(price_max=budget), offered(price=price))
    if match is None or match.bargain is None:
        assert (match is None) == (price * 90 > budget * 100)
        return
    assert 0 < match.bargain <= 10
    tenths = round(match.bargain * 10)
    assert price * (1000 - tenths) <= budget * 1000 < price * (1000 - tenths + 1)


@given(
    st.floats(-90, 90), st.floats(-180, 180), st.floats(0.01, 1000), st.floats(-90, 90), st.floats(-180, 180),
    st.floats(-12, 12), st.floats(-12, 12), st.booleans(),
)  # fmt: skip
def test_a_box_holds_its_circle(
    latitude: float, longitude: float, km: float, to_latitude: float, to_longitude: float, north: float, east: float,
    nearby: bool,
) -> None:  # fmt: skip
    if nearby:
        to_latitude = min(90.0, max(-90.0, latitude + north))
        to_longitude = (longitude + east + 180) % 360 - 180
    if distance_km(latitude, longitude, to_latitude, to_longitude) <= km:
        south, top, west, right = reach(latitude, longitude, km)
        assert south <= to_latitude <= top
        inside = west <= to_longitude <= right if west <= right else (to_longitude >= west or to_longitude <= right)
        assert inside
