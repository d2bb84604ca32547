"""Filters, orders and pages of listings, held against a slow and obvious second implementation, on both databases."""

from __future__ import annotations

import base64
import itertools
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.app import Work
from realty_cli.errors import Invalid
from realty_cli.kit.schema import validate
from realty_cli.properties import reads, record
from realty_cli.properties.schemas.filters import PropertyFilter, PropertySearchRequest
from realty_cli.properties.selection import SORTING, select
from realty_cli.store import paging
from tests.conftest import Agency
from tests.test_properties.listings import (
    PARTS,
    create,
    entries,
    examples,
    filters,
    fits,
    found,
    numbers,
    ordered,
    stock,
)

_STOCK = st.lists(entries(), min_size=1, max_size=10)


def test_every_part_of_a_filter_is_tried() -> None:
    assert PARTS.keys() == PropertyFilter.model_fields.keys()


@examples(30)
@given(data=st.data(), some=_STOCK, wanted=st.lists(filters(), min_size=1, max_size=6))
def test_a_filter_finds_what_a_slow_reading_of_it_finds(
    agency: Agency, data: st.DataObject, some: list[dict[str, Any]], wanted: list[dict[str, Any]]
) -> None:
    items = stock(agency, some)
    wanted.append({"ids": data.draw(st.lists(st.sampled_from([one["id"] for one in items]), max_size=3))})
    with agency.read() as work:
        for filter_ in wanted:
            expected = ordered((one for one in items if fits(one, filter_)), "-id")
            body = found(work, **filter_)
            assert numbers(body) == expected, filter_
            assert body["total"] == len(expected)
            checked = validate(PropertyFilter, filter_)
            assert reads.ids(work.db, work.actor, checked) == sorted(expected)
            assert [row[0] for row in work.properties.stream(checked, ["id"], "-id")] == expected


@examples(12)
@given(some=_STOCK, part=st.sampled_from(sorted(PARTS)), data=st.data())
def test_each_part_alone_finds_what_it_should(
    agency: Agency, some: list[dict[str, Any]], part: str, data: st.DataObject
) -> None:
    items = stock(agency, some)
    with agency.read() as work:
        for name in [part, *PARTS]:
            filter_ = {name: data.draw(PARTS[name][0], label=name)}
            assert numbers(found(work, **filter_)) == ordered((one for one in items if fits(one, filter_)), "-id")


_SORTS = [sign + name for name in SORTING.keys for sign in ("", "-")]
_ORDERS = st.lists(st.sampled_from(_SORTS), min_size=1, max_size=4).map(",".join)


@examples(10)
@given(some=st.lists(entries(), min_size=2, max_size=12), more=st.lists(_ORDERS, max_size=8), limit=st.integers(1, 5))
def test_cursors_visit_every_listing_once_in_any_order(
    agency: Agency, some: list[dict[str, Any]], more: list[str], limit: int
) -> None:
    items = stock(agency, [{**entry, "_deleted": False} for entry in some])
    with agency.read() as work:
        for sort in [*_SORTS, *more]:
            walked: list[int] = []
            body: dict[str, Any] = {"next_cursor": None}
            for turn in itertools.count():
                body = work.properties.page(
                    PropertyFilter(), sort=sort, limit=limit, cursor=body["next_cursor"], total=turn == 0
                )
                assert len(body["items"]) <= limit
                assert body["total"] == (len(items) if turn == 0 else None)
                by_offset = work.properties.page(PropertyFilter(), sort=sort, limit=limit, offset=len(walked))
                assert by_offset["items"] == body["items"]
                walked += numbers(body)
                if body["next_cursor"] is None:
                    break
            assert walked == ordered(items, sort), sort


@examples(8)
@given(some=st.lists(entries(), min_size=3, max_size=9), late=st.lists(entries(), min_size=1, max_size=3), sort=_ORDERS)
def test_listings_added_meanwhile_never_hide_or_repeat_another(
    agency: Agency, some: list[dict[str, Any]], late: list[dict[str, Any]], sort: str
) -> None:
    there = {one["id"] for one in stock(agency, [{**entry, "_deleted": False} for entry in some])}
    walked: list[int] = []
    cursor = None
    coming = iter(late)
    while True:
        body = agency.ask(lambda work, at=cursor: work.properties.page(PropertyFilter(), sort=sort, limit=2, cursor=at))
        walked += numbers(body)
        cursor = body["next_cursor"]
        if cursor is None:
            break
        if (entry := next(coming, None)) is not None:
            agency.do(create(**{name: value for name, value in entry.items() if name[0] != "_"}))
    assert len(walked) == len(set(walked))
    assert there <= set(walked)


def test_an_order_nobody_knows_is_refused(agency: Agency) -> None:
    for sort in (
        "nonsense",
        "price,",
        "owner_id",
        "--price",
        "price desc",
        "p.id",
        "(SELECT 1)",
        "price;title",
        "PRICE",
    ):
        with pytest.raises(Invalid) as refused:
            agency.ask(lambda work, by=sort: found(work, sort=by))
        assert refused.value.fields[0].code == "sort.unknown"
        with pytest.raises(Invalid):
            agency.ask(lambda work, by=sort: work.properties.stream(PropertyFilter(), ["id"], by))
    with pytest.raises(Invalid) as refused:
        agency.ask(lambda work: found(work, sort="price,title,rooms,floor,city"))
    assert refused.value.fields[0].code == "sort.too_many"


def test_a_field_nobody_knows_is_refused(agency: Agency) -> None:
    for name in ("nonsense", "password_hash", "p.id", "*", "", "id, owner_id"):
        with pytest.raises(Invalid) as refused:
            agency.ask(lambda work, field=name: work.properties.stream(PropertyFilter(), [field], None))
        assert refused.value.fields[0].code == "field.unknown"
    with pytest.raises(Invalid) as refused:
        validate(PropertyFilter, {"colour": "red"})
    assert refused.value.fields[0].code == "field.extra_forbidden"


def _cursor(*values: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(list(values))).decode()


_ODD = [None, True, "", "x", "2024", "\x00", "2026-03-10T09:00:00.000000Z", "9999-99-99", -1, 2**62, 2**63, 1.5,
        -1e308, 1e308, [], {}, [1]]  # fmt: skip


def test_a_cursor_holds_only_what_its_order_can_be(agency: Agency) -> None:
    """Whatever stands in a cursor, the answer is a page or a refusal, never an error of the database."""
    agency.do(create(rooms=2, area_total=50.5, city="Казань", listed_at="2026-03-01T00:00:00Z"))
    with agency.read() as work:
        for name, by in SORTING.keys.items():
            for value in _ODD:
                made = _cursor([by.column, False, value], *([["id", False, 0]] if by.column != "id" else []))
                try:
                    told = work.properties.page(PropertyFilter(), sort=name, cursor=made)["total"]
                except Invalid as refused:
                    told = refused.fields[0].code
                assert told in (1, "cursor.unreadable"), (name, value)
        good = _cursor(["price", False, 1], ["id", False, 0])
        assert len(work.properties.page(PropertyFilter(), sort="price", cursor=good)["items"]) == 1


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "%%%", "я", "bnVsbA", "W10", "e30", "MQ", _cursor(1), _cursor([1, 2, 3]), _cursor(["id", True]),
     _cursor(["id", True, 1, 1]), _cursor({"id": 1}), "A" * 100_000, base64.b64encode(b"[" * 5_000).decode()],
)  # fmt: skip
def test_what_is_no_cursor_is_refused(sqlite_agency: Agency, cursor: str) -> None:
    with pytest.raises(Invalid) as refused:
        sqlite_agency.ask(lambda work: work.properties.page(PropertyFilter(), cursor=cursor))
    assert refused.value.fields[0].field == "cursor"


def test_a_cursor_belongs_to_its_order_and_stands_without_an_offset(agency: Agency) -> None:
    for price in (3, 1, 2):
        agency.do(create(price=price))
    first = agency.ask(lambda work: work.properties.page(PropertyFilter(), sort="price", limit=1))
    for sort in ("-price", "title", None, "price,title"):
        with pytest.raises(Invalid) as refused:
            agency.ask(
                lambda work, by=sort: work.properties.page(PropertyFilter(), sort=by, cursor=first["next_cursor"])
            )
        assert refused.value.fields[0].code == "cursor.other_sort"
    with pytest.raises(Invalid) as refused:
        agency.ask(
            lambda work: work.properties.page(PropertyFilter(), sort="price", cursor=first["next_cursor"], offset=1)
        )
    assert refused.value.fields[0].code == "cursor.with_offset"


def test_pages_have_a_size_and_an_end(agency: Agency) -> None:
    agency.do(create())
    for limit, offset in ((0, 0), (-1, 0), (101, 0), (10**8, 0), (2**63, 0), (20, -1), (20, 2**63), (20, 10_000_001)):
        with pytest.raises(Invalid):
            agency.ask(lambda work, n=limit, at=offset: work.properties.page(PropertyFilter(), limit=n, offset=at))
    behind = agency.ask(lambda work: work.properties.page(PropertyFilter(), offset=10_000_000))
    assert (behind["items"], behind["total"], behind["next_cursor"]) == ([], 1, None)
    exact = agency.ask(lambda work: work.properties.page(PropertyFilter(), limit=1))
    assert exact["next_cursor"] is None


def test_a_page_far_down_is_found_without_a_sort(sqlite_agency: Agency) -> None:
    """Sorting all that passes the filter costs ten times the page itself; an index has them in order."""

    def plan(work: Work) -> str:
        chosen = select(work.db, work.actor, PropertyFilter(deal_type=["sale"]))
        sql = paging._sql(work.db, chosen, SORTING.order("-created_at"), "p.*", 21, 49_980, "", nested=True)
        return " ".join(row[3] for row in work.db.all("EXPLAIN QUERY PLAN " + sql, chosen.params))

    assert "ix_properties_deal" in (steps := sqlite_agency.ask(plan))
    assert "TEMP B-TREE" not in steps


@pytest.mark.parametrize(
    ("written", "asked"),
    [("Москва", "МОСКВА"), ("москва", "Москва"), ("Орёл", "орел"), ("ОРЕЛ", "орёл"), ("Straße", "STRASSE"),
     ("Нижний  Новгород", "нижний новгород"), ("ΣΊΓΜΑ", "σίγμα")],
)  # fmt: skip
def test_places_are_found_in_any_case(sqlite_agency: Agency, written: str, asked: str) -> None:
    for name in ("city", "district", "metro"):
        number = sqlite_agency.do(create(**{name: written}))["id"]
        assert numbers(sqlite_agency.ask(lambda work, by=name: found(work, **{by: [asked]}))) == [number]
        assert numbers(sqlite_agency.ask(lambda work, by=name: found(work, **{by: ["мо"]}))) == []


def test_a_city_that_stands_only_in_the_bin_is_found_there(agency: Agency) -> None:
    number = agency.do(create(city="Казань"))["id"]
    agency.do(lambda work: work.properties.delete(number))
    assert numbers(agency.ask(lambda work: found(work, city=["казань"], deleted=True))) == [number]
    assert numbers(agency.ask(lambda work: found(work, city=["казань"]))) == []


def test_any_of_nothing_is_nothing(agency: Agency) -> None:
    """An empty list must not come to mean "all": the filter of a bulk change goes the same way."""
    agency.do(create(city="Казань", tags=["vip"]))
    for name in ("city", "tags", "rooms", "status", "ids", "source", "owner_id", "metro"):
        assert agency.ask(lambda work, by=name: found(work, **{by: []}))["total"] == 0, name


def test_a_box_over_the_180th_meridian(agency: Agency) -> None:
    places = {"Анадырь": (64.73, 177.5), "Провидения": (64.42, -173.2), "Москва": (55.75, 37.6), "Полюс": (90.0, 0.0)}
    for city, (latitude, longitude) in places.items():
        agency.do(create(city=city, latitude=latitude, longitude=longitude))
    agency.do(create(city="Нигде"))

    def inside(box: str) -> set[str]:
        return {item["city"] for item in agency.ask(lambda work: found(work, bbox=box))["items"]}

    assert inside("170,60,-170,70") == {"Анадырь", "Провидения"}
    assert inside("-180,-90,180,90") == set(places)
    assert inside("180,-90,-180,90") == set()
    assert inside("37.6,55.75,37.6,55.75") == {"Москва"}
    assert inside("177.5,-90,-180,90") == {"Анадырь"}


@pytest.mark.parametrize(
    "box",
    ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "nan,0,1,1", "0,0,inf,1", "-181,0,0,0", "0,1,0,0", "0,-91,0,0", [1], 5, {}],
)
def test_what_is_no_box_is_refused(box: Any) -> None:
    with pytest.raises(Invalid) as refused:
        validate(PropertyFilter, {"bbox": box})
    assert refused.value.fields[0].field == "bbox"


def test_a_page_shows_all_that_one_listing_shows(agency: Agency) -> None:
    body = agency.do(create(tags=["vip"], attributes={"Лифт": "есть"}, price=1.5, deposit=0.01, mortgage=False))
    assert body["tags"] == ["vip"]
    assert body["attributes"] == {"Лифт": "есть"}
    assert (body["price"], body["deposit"], body["mortgage"]) == (1.5, 0.01, False)
    bare = agency.do(create())
    assert (bare["tags"], bare["attributes"], bare["photos"], bare["is_euro"]) == ([], {}, [], None)
    assert agency.ask(found)["items"] == [bare, body]
    assert set(record.SHOWN) | {"days_on_market", "photos"} == set(bare)


def test_a_search_adds_facets_that_leave_their_own_filter_out(agency: Agency) -> None:
    for kind, rooms, city in (("apartment", 1, "Казань"), ("apartment", 2, "Москва"), ("house", 2, "Москва")):
        agency.do(create(property_type=kind, rooms=rooms, city=city, title="alpha"))
    agency.do(create(title="beta"))
    request = validate(
        PropertySearchRequest, {"text": "alpha", "filters": {"property_type": ["apartment"], "price_min": 4_999_999.99}}
    )
    body = agency.ask(lambda work: work.properties.search(request))
    assert body["total"] == 2
    facets = {name: {one["value"]: one["count"] for one in values} for name, values in body["facets"].items()}
    assert facets["property_type"] == {"apartment": 2, "house": 1}
    assert facets["rooms"] == {1: 1, 2: 1}
    assert facets["city"] == {"Казань": 1, "Москва": 1}
    assert facets["status"] == {"active": 2}
    both = validate(PropertySearchRequest, {"text": "alpha", "filters": {"q": "beta"}, "facets": False})
    assert agency.ask(lambda work: work.properties.search(both))["total"] == 0


def test_a_stream_reads_signs_as_they_stand(agency: Agency) -> None:
    """PostgreSQL's driver takes % and : for its own in some places and not in others."""
    for metro in ("100% центр", "%s", "%%", ":id", "\\"):
        agency.do(create(metro=metro))
        with agency.read() as work:
            wanted = validate(PropertyFilter, {"metro": [metro]})
            assert [row[0] for row in work.properties.stream(wanted, ["metro"], "id")] == [metro]


def test_what_a_stranger_wrote_does_not_change_what_my_words_find(agency: Agency) -> None:
    """Beginnings of words are tried where whole words find nothing: nothing of mine, not nothing of anybody's."""
    agency.add_account("boris")
    mine = agency.do(create(title="подъезд чистый"), user="boris")["id"]
    assert numbers(agency.ask(lambda work: found(work, q="подъ"), user="boris")) == [mine]
    agency.do(create(title="подъ"))
    assert numbers(agency.ask(lambda work: found(work, q="подъ"), user="boris")) == [mine]
