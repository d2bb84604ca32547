"""Buyer requests and their matches in the store, on both databases."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from realty_cli.clients.candidates import offered
from realty_cli.clients.matching import judge, wanted_of
from realty_cli.clients.request_record import MARK, REQUEST
from realty_cli.clients.request_selection import MARK_SORTING, REQUEST_SORTING
from realty_cli.clients.schemas.request import (
    BuyerRequestCreate,
    BuyerRequestResponse,
    BuyerRequestUpdate,
    MarkResponse,
    MatchListResponse,
)
from realty_cli.clients.schemas.request_filters import BuyerRequestFilter, MarkFilter
from realty_cli.clients.tables import MarkRow, RequestRow
from realty_cli.errors import Conflict, Invalid, NotFound, Stale
from realty_cli.kit.schema import validate
from realty_cli.properties.schemas.listing import StatusChange
from realty_cli.store import columns
from realty_cli.store.rows import RowKind
from tests.conftest import Agency
from tests.test_clients.requests import (
    change_listing,
    change_request,
    client,
    listing,
    mark,
    of_listing,
    of_request,
    request,
)


@pytest.mark.parametrize(("kind", "row"), [(REQUEST, RequestRow), (MARK, MarkRow)], ids=["request", "mark"])
def test_record_and_table_have_the_same_columns(kind: RowKind, row: Any) -> None:
    table = row.__table__
    assert list(kind.columns) == list(table.columns.keys())
    assert kind.table == table.name
    assert {name for name, column in table.columns.items() if column.type is columns.Money} == kind.money
    assert {name for name, column in table.columns.items() if column.type is columns.Json} == set(kind.json)


def test_shapes_agree() -> None:
    assert set(BuyerRequestResponse.model_fields) == set(REQUEST.columns) - REQUEST.hidden
    assert set(MarkResponse.model_fields) == set(MARK.columns)
    assert set(BuyerRequestCreate.model_fields) - set(BuyerRequestUpdate.model_fields) == {"client_id"}
    assert {by.column for by in REQUEST_SORTING.keys.values()} <= set(REQUEST.columns)
    assert {by.column for by in MARK_SORTING.keys.values()} <= set(MARK.columns)


def page(agency: Agency, user: str | None = None, **parts: Any) -> list[int]:
    wanted = validate(BuyerRequestFilter, parts)
    body = agency.ask(lambda work: work.requests.page(wanted), user)
    assert body["total"] == len(body["items"])
    return [item["id"] for item in body["items"]]


def test_a_request_is_shown_as_it_was_entered(agency: Agency) -> None:
    number = request(agency, places=[{"latitude": 55.78, "longitude": 37.6, "radius_km": 2}], must=["mortgage"])
    made = agency.ask(lambda work: work.requests.get(number))
    assert (made["status"], made["currency"], made["version"]) == ("active", "RUB", 1)
    assert (made["price_max"], made["price_min"], made["rooms"]) == (12_500_000, None, [2, 3])
    assert made["places"] == [{"latitude": 55.78, "longitude": 37.6, "radius_km": 2.0, "name": None}]
    assert not REQUEST.hidden & made.keys()
    assert BuyerRequestResponse.model_validate(made, strict=False)
    changed = change_request(agency, number, rooms=[], price_min=10_000_000, status="paused")
    assert (changed["rooms"], changed["price_min"], changed["status"], changed["version"]) == (
        [], 10_000_000, "paused", 2,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"price_min": 3, "price_max": 2}, "price_max", "buyer_request.bounds_order"),
        ({"floor_min": 3, "floor_max": 2}, "floor_max", "buyer_request.bounds_order"),
        ({"of": 99}, "client_id", "client.unknown"),
        ({"lead_id": 99}, "lead_id", "lead.not_of_client"),
    ],
)
def test_what_cannot_be_is_refused(sqlite_agency: Agency, fields: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        request(sqlite_agency, **fields)
    (problem,) = refused.value.fields
    assert (problem.field, problem.code) == (field, code)


def test_lists_are_narrowed(agency: Agency) -> None:
    one, two = request(agency), request(agency, deal_type="rent", price_max=50_000, property_types=["house", "room"])
    change_request(agency, two, status="paused")
    assert page(agency) == [two, one]
    assert page(agency, deal_type=["sale"]) == page(agency, status=["active"]) == [one]
    assert page(agency, property_type=["room", "garage"]) == page(agency, budget_to=60_000) == [two]
    assert page(agency, ids=[one], budget_from=12_500_000) == [one]


def test_a_request_goes_to_the_bin_with_its_client_and_comes_back(agency: Agency) -> None:
    who = client(agency)
    number, other = request(agency, of=who), request(agency)
    agency.do(lambda work: work.clients.delete(who))
    assert page(agency) == [other]
    agency.do(lambda work: work.clients.restore(who))
    assert page(agency) == [other, number]
    agency.do(lambda work: work.requests.delete(number))
    assert page(agency, deleted=True) == [number]
    with pytest.raises(Stale):
        agency.do(lambda work: work.requests.delete(other, expected_version=7))
    agency.do(lambda work: work.requests.restore(number))
    with pytest.raises(Conflict):
        agency.do(lambda work: work.requests.restore(number))
    assert page(agency) == [other, number]


def test_an_undo_takes_back_a_change_and_what_follows_from_it(agency: Agency) -> None:
    place = listing(agency)
    number = request(agency)
    change_request(agency, number, rooms=[4], districts=["Арбат"])
    assert of_listing(agency, place)["total"] == 0
    agency.do(lambda work: work.undo.undo(), "undo")
    assert of_listing(agency, place)["total"] == of_request(agency, number)["total"] == 1


def test_both_directions_say_the_same(agency: Agency) -> None:
    place, number = listing(agency), request(agency)
    forward, back = of_request(agency, number), of_listing(agency, place)
    for body in (forward, back):
        assert MatchListResponse.model_validate(body, strict=False)
        assert (body["total"], body["hidden"], body["complete"]) == (1, 0, True)
    (one,), (two,) = forward["items"], back["items"]
    assert one["property"]["title"] == "Двушка на Лесной"
    assert two["request"]["client_name"] == "Иванов Пётр"
    for name in ("request_id", "property_id", "score", "bargain", "parts", "mark"):
        assert one[name] == two[name]
    price = next(part for part in one["parts"] if part["name"] == "price")
    assert price == {
        "name": "price", "fit": "fits", "wanted": [None, 12_500_000], "found": 12_000_000, "percent": -4.0,
    }  # fmt: skip


def test_the_best_come_first_and_pages_follow(agency: Agency) -> None:
    low = listing(agency, floor=1)
    high = listing(agency, floor=5)
    unknown = listing(agency, floor=None)
    number = request(agency)
    body = of_request(agency, number)
    assert [one["property_id"] for one in body["items"]] == [high, unknown, low]
    second = of_request(agency, number, limit=1, offset=1)
    assert [one["property_id"] for one in second["items"]] == [unknown]
    assert second["total"] == 3
    assert of_request(agency, number, score_min=100)["total"] == 1


def test_near_misses_say_what_a_bargain_would_bring(agency: Agency) -> None:
    place = listing(agency, price=10_000_000)
    for budget in (10_000_000, 9_950_000, 9_750_000, 9_700_000, 9_050_000, 8_900_000):
        request(agency, price_max=budget)
    body = of_listing(agency, place)
    assert body["total"] == 1
    assert body["near"]["total"] == 4
    assert body["near"]["steps"] == [
        {"percent": 1, "more": 1}, {"percent": 3, "more": 3}, {"percent": 10, "more": 4},
    ]  # fmt: skip
    assert [one["bargain"] for one in body["near"]["items"]] == [0.5, 2.5, 3.0, 9.5]


@pytest.mark.parametrize("what", ["shown", "refused"])
def test_what_was_put_aside_comes_back_when_the_price_is_cut(agency: Agency, what: str) -> None:
    place, number = listing(agency), request(agency)
    made = mark(agency, number, place, what)
    assert (made["mark"], made["price"]) == (what, 12_000_000)
    for body in (of_request(agency, number), of_listing(agency, place)):
        assert (body["items"], body["total"], body["hidden"]) == ([], 0, 1)
    (shown,) = of_request(agency, number, marked=True)["items"]
    assert (shown["mark"]["mark"], shown["mark"]["reopened"]) == (what, False)
    change_listing(agency, place, price=12_100_000)
    assert of_request(agency, number)["total"] == 0
    change_listing(agency, place, price=11_900_000)
    for body in (of_request(agency, number), of_listing(agency, place)):
        (again,) = body["items"]
        assert again["mark"]["reopened"]
    mark(agency, number, place, what)
    assert of_listing(agency, place)["hidden"] == 1


def test_what_is_liked_stays(agency: Agency) -> None:
    place, number = listing(agency), request(agency)
    mark(agency, number, place, "liked")
    (item,) = of_request(agency, number)["items"]
    assert item["mark"]["mark"] == "liked"


def test_a_mark_is_replaced_taken_back_and_undone(agency: Agency) -> None:
    place, number = listing(agency), request(agency)
    first = mark(agency, number, place, "shown")
    second = mark(agency, number, place, "refused")
    assert (second["id"], second["version"]) == (first["id"], 2)
    agency.do(lambda work: work.requests.matches.unmark(first["id"]))
    assert of_request(agency, number)["total"] == 1
    agency.do(lambda work: work.undo.undo(), "undo")
    assert of_request(agency, number)["hidden"] == 1
    wanted = validate(MarkFilter, {"request_id": [number], "mark": ["refused"]})
    assert [one["id"] for one in agency.ask(lambda work: work.requests.marked(wanted))["items"]] == [first["id"]]
    with pytest.raises(NotFound):
        agency.do(lambda work: work.requests.matches.unmark(99))


def test_everybody_sees_his_own_alone(agency: Agency) -> None:
    agency.add_account("olga")
    agency.add_account("boris")
    place, number = listing(agency, "olga"), request(agency, "olga")
    foreign, other = listing(agency, "boris"), request(agency, "boris")
    mark(agency, other, foreign, user="boris")
    assert [one["property_id"] for one in of_request(agency, number, "olga")["items"]] == [place]
    assert [one["request_id"] for one in of_listing(agency, place, "olga")["items"]] == [number]
    assert of_request(agency, number)["total"] == 2
    assert of_listing(agency, place)["total"] == 2
    for question in (of_request, of_listing):
        with pytest.raises(NotFound):
            question(agency, number, "boris")
    for pair in ((number, foreign), (other, place)):
        with pytest.raises(Invalid):
            mark(agency, *pair, user="boris")


def test_what_leaves_the_market_matches_nothing(agency: Agency) -> None:
    place, number = listing(agency), request(agency)
    sold = validate(StatusChange, {"status": "reserved"})
    agency.do(lambda work: work.properties.change_status(place, sold))
    assert of_request(agency, number)["total"] == of_listing(agency, place)["total"] == 0


CITIES, DISTRICTS, METROS = ["Москва", "Тула", "Орёл"], ["Тверской", "АРБАТ", "Заречье|а"], ["Сокол", "Щёлковская"]
some = st.sampled_from


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


_prices, _areas = st.integers(90, 130), st.integers(40, 70)
_floors, _years, _minutes = st.integers(1, 6), st.integers(2000, 2010), st.integers(1, 15)
_points = st.fixed_dictionaries({"latitude": st.floats(55.7, 55.9), "longitude": st.floats(37.5, 37.7)})
_listings = st.fixed_dictionaries(
    {
        "property_type": some(["apartment", "room"]), "deal_type": some(["sale", "rent"]),
        "price": _prices, "currency": some(["RUB", "RUB", "USD"]), "rooms": _maybe(st.integers(0, 3)),
        "area_total": _maybe(_areas), "area_land": _maybe(_areas), "floor": _maybe(_floors),
        "floors_total": st.just(6), "year_built": _maybe(_years), "city": _maybe(some(CITIES)),
        "district": _maybe(some(DISTRICTS)), "metro": _maybe(some(METROS)), "metro_minutes": _maybe(_minutes),
        "mortgage": _maybe(st.booleans()), "tags": some([None, ["балкон"]]), "point": _maybe(_points),
    }
)  # fmt: skip


def _bounds(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    def ordered(pair: tuple[Any, Any]) -> dict[str, Any]:
        low, high = pair
        if low is not None and high is not None and low > high:
            low, high = high, low
        return {f"{name}_min": low, f"{name}_max": high}

    return st.tuples(_maybe(values), _maybe(values)).map(ordered)


def _few(values: list[Any]) -> st.SearchStrategy[list[Any]]:
    return st.just([]) | st.lists(some(values), max_size=2, unique=True)


_requests = st.tuples(
    st.fixed_dictionaries({
        "deal_type": some(["sale", "rent"]), "property_types": _few(["apartment", "room", "house"]),
        "currency": some(["RUB", "RUB", "USD"]), "rooms": _few([0, 1, 2, 3]),
        "cities": _few([name.lower() for name in CITIES]), "districts": _few([*DISTRICTS, "арбат"]),
        "metros": _few(["сокол", "Щелковская"]), "metro_minutes_max": _maybe(_minutes),
        "places": st.lists(_points.map(lambda one: {**one, "radius_km": 5.0}), max_size=1),
        "must": _few(["mortgage", "балкон", "floor", "area", "not_first_floor"]), "nice": _few(["mortgage", "балкон"]),
    }),
    _bounds("price", _prices), _bounds("area", _areas), _bounds("land", _areas), _bounds("floor", _floors),
    _bounds("year", _years),
).map(lambda parts: {name: value for one in parts for name, value in one.items()})  # fmt: skip


@settings(
    max_examples=40, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(st.lists(_listings, min_size=1, max_size=6), st.lists(_requests, min_size=1, max_size=6), st.randoms())
def test_a_request_matches_a_listing_exactly_when_the_listing_matches_the_request(
    agency: Agency, listings: list[dict[str, Any]], wishes: list[dict[str, Any]], chance: random.Random
) -> None:
    def clear(work: Any) -> None:
        for table in ("requests", "properties"):
            work.db.run(f"UPDATE {table} SET deleted_at = updated_at WHERE deleted_at IS NULL")

    agency.do(clear)
    who = client(agency)
    places = []
    for one in listings:
        fields = {**one, **(one["point"] or {"latitude": None, "longitude": None})}
        del fields["point"]
        places.append(listing(agency, **fields))
    numbers = [request(agency, of=who, **one) for one in wishes]

    def pairs(body: dict[str, Any]) -> dict[tuple[int, int], tuple[Any, ...]]:
        assert body["complete"]
        return {
            (one["request_id"], one["property_id"]): (one["score"], one["bargain"], str(one["parts"]))
            for one in (*body["items"], *body["near"]["items"])
        }

    with agency.read() as work:
        forward = {}
        back = {}
        for number in numbers:
            forward |= pairs(work.requests.matches.of_request(number, limit=100))
        for place in places:
            back |= pairs(work.requests.matches.of_listing(place, limit=100))
        assert forward == back
        judged = set()
        for place in places:
            found = offered(work.db, work.actor, place)
            assert found is not None
            for number in numbers:
                if judge(wanted_of(work.requests.state(number)), found) is not None:
                    judged.add((number, place))
        assert set(forward) == judged
