"""Entering, changing, binning and purging one listing, on both databases."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.errors import Conflict, Invalid, NotFound, Stale
from realty_cli.formats.registry import codec_for
from realty_cli.kit.schema import validate
from realty_cli.properties import reads, record
from realty_cli.properties.export_run import run
from realty_cli.properties.schemas.filters import PropertyFilter
from realty_cli.properties.schemas.listing import PropertyCreate, PropertyUpdate, StatusChange
from tests.conftest import Agency
from tests.test_properties.listings import create, entries, examples, found, hang, numbers

FULL: dict[str, Any] = {
    "external_id": "A-1", "source": "cian", "source_url": "https://cian.ru/sale/flat/301581644/", "title": "Квартира",
    "description": "Первая\nвторая", "property_type": "apartment", "deal_type": "sale", "status": "draft",
    "price": 12_500_000.5, "currency": "usd", "market": "resale", "rooms": 0, "is_studio": True, "is_euro": False,
    "is_apartments": True, "is_free_layout": False, "area_total": 54.2, "area_living": 30.1, "area_kitchen": 9,
    "area_land": 600, "floor": 5, "floors_total": 9, "year_built": 1968, "building_material": "brick",
    "renovation": "cosmetic", "ceiling_height": 2.7, "country": "Россия", "region": "Москва", "city": "Москва",
    "district": "Сокол", "street": "ул. Алабяна", "house": "10к2", "flat": "17", "postal_code": "125057",
    "address": "Москва, ул. Алабяна, 10к2", "latitude": 55.8045, "longitude": 37.508, "metro": "Сокол",
    "metro_minutes": 7, "cadastral_number": "77:01:0001001:1234", "mortgage": True, "bargain": False, "commission": 2.5,
    "deposit": 0, "contact_name": "Анна", "contact_phone": "8 (999) 000-00-01", "tags": ["vip", "двор", "vip"],
    "attributes": {"Лифт": "есть"}, "listed_at": "2026-01-12T10:00:00+03:00", "closed_at": None, "final_price": None,
    "exclusive_from": "2026-01-01", "exclusive_until": "2026-12-31",
}  # fmt: skip
KEPT = {
    **FULL, "currency": "USD", "contact_phone": "+79990000001", "tags": ["vip", "двор"],
    "listed_at": "2026-01-12T07:00:00.000000Z",
}  # fmt: skip


def update(number: int, **fields: Any) -> Any:
    return lambda work: work.properties.update(number, validate(PropertyUpdate, fields))


def move(number: int, **fields: Any) -> Any:
    return lambda work: work.properties.change_status(number, validate(StatusChange, fields))


def get(number: int) -> Any:
    return lambda work: work.properties.get(number, deleted=None)


def changes(agency: Agency) -> int:
    count: int = agency.ask(lambda work: work.db.value("SELECT count(*) FROM changes"))
    return count


def test_every_field_comes_back_as_it_was_entered(agency: Agency) -> None:
    assert FULL.keys() | {"client_id", "owner_id"} == PropertyCreate.model_fields.keys()
    made = agency.do(lambda work: work.properties.create(validate(PropertyCreate, FULL)))
    assert {name: made[name] for name in KEPT} == KEPT
    assert made == agency.ask(get(made["id"]))
    assert (made["version"], made["owner_id"], made["photos"]) == (1, 1, [])
    assert made["price_per_m2"] == 230_627.32
    assert made["days_on_market"] is None


def test_every_field_may_be_changed_and_emptied(agency: Agency) -> None:
    number = agency.do(create(status="draft"))["id"]
    fields = {name: value for name, value in FULL.items() if name != "status"}
    changed = agency.do(update(number, **fields))
    assert {name: changed[name] for name in KEPT if name != "status"} == {
        name: value for name, value in KEPT.items() if name != "status"
    }
    assert changed["version"] == 2
    needed = {"title", "property_type", "deal_type", "currency"}
    bare = agency.do(update(number, **dict.fromkeys(fields.keys() - needed)))
    assert {name: bare[name] for name in fields.keys() - needed - {"tags", "attributes"}} == dict.fromkeys(
        fields.keys() - needed - {"tags", "attributes"}
    )
    assert (bare["tags"], bare["attributes"]) == ([], {})
    for name in needed:
        with pytest.raises(Invalid) as refused:
            agency.do(update(number, **{name: None}))
        assert refused.value.fields[0].code == "field.required"


@examples(25)
@given(entry=entries())
def test_what_the_log_keeps_brings_a_listing_back_to_the_letter(agency: Agency, entry: dict[str, Any]) -> None:
    """Numbers above all: the log is JSON, and PostgreSQL writes numbers of JSON in its own way."""
    number = agency.do(create(**{name: value for name, value in entry.items() if name[0] != "_"}))["id"]

    def state(work: Any) -> dict[str, Any] | None:
        return reads.state(work.db, work.actor, number)

    before = agency.ask(state)
    assert before is not None
    (entered,) = agency.ask(lambda work: work.history.operations(object_id=number))
    undone = agency.do(lambda work: work.undo.undo(entered["id"]))
    assert agency.ask(state) is None
    agency.do(lambda work: work.undo.undo(undone["operation_id"]))
    after = agency.ask(state)
    assert {name: after[name] for name in record.STATE} == {name: before[name] for name in record.STATE}


@examples(25)
@given(entry=st.one_of(entries(), st.just(FULL)))
def test_what_entering_answers_is_what_the_store_shows(agency: Agency, entry: dict[str, Any]) -> None:
    """The answer is put together from what was written; not a letter of it may differ from what is read."""
    given = {name: value for name, value in entry.items() if name[0] != "_"}
    made = agency.do(create(**given))
    assert orjson.dumps(made) == orjson.dumps(agency.ask(lambda work: work.properties.get(made["id"])))


def test_null_says_nothing_when_a_listing_is_entered(agency: Agency) -> None:
    made = agency.do(create(status=None, currency=None, owner_id=None, tags=[], attributes={}, city=""))
    assert (made["status"], made["currency"], made["owner_id"], made["tags"], made["city"]) == (
        "active",
        "RUB",
        1,
        [],
        None,
    )


def test_a_listing_without_a_price_is_a_draft_or_nothing(agency: Agency) -> None:
    assert agency.do(create(price=None, status="draft"))["price"] is None
    with pytest.raises(Invalid) as refused:
        agency.do(create(price=None))
    assert refused.value.fields[0].code == "property.price_missing"
    number = agency.do(create())["id"]
    with pytest.raises(Invalid):
        agency.do(update(number, price=None))


@pytest.mark.parametrize(
    "fields",
    [{"floor": 9, "floors_total": 5}, {"area_total": 40, "area_kitchen": 41}, {"latitude": 55}, {"status": "rented"},
     {"exclusive_from": "2026-02-01", "exclusive_until": "2026-01-01"}, {"client_id": 1}, {"owner_id": 77},
     {"listed_at": "2026-02-01T00:00:00Z", "closed_at": "2026-01-01T00:00:00Z"}],
)  # fmt: skip
def test_what_cannot_be_is_neither_entered_nor_changed_into(sqlite_agency: Agency, fields: dict[str, Any]) -> None:
    agency = sqlite_agency
    number = agency.do(create())["id"]
    before = changes(agency)
    with pytest.raises(Invalid):
        agency.do(create(**fields))
    fields.pop("status", None)
    if fields:
        with pytest.raises(Invalid):
            agency.do(update(number, **fields))
    assert changes(agency) == before
    assert agency.ask(get(number))["version"] == 1


def test_a_change_that_changes_nothing_leaves_no_trace(agency: Agency) -> None:
    number = agency.do(create(city="Казань", tags=["vip"]))["id"]
    before = changes(agency)
    same = agency.do(update(number, city=" Казань ", tags=["vip"], price=5_000_000.0, title="Flat", rooms=None))
    assert same["version"] == 1
    assert changes(agency) == before


def test_a_stale_version_is_refused(agency: Agency) -> None:
    number = agency.do(create())["id"]
    agency.do(update(number, rooms=2))
    for action in (
        lambda work: work.properties.update(number, validate(PropertyUpdate, {"rooms": 3}), expected_version=1),
        lambda work: work.properties.delete(number, expected_version=1),
        lambda work: work.properties.change_status(number, StatusChange(status="sold"), expected_version=1),
    ):
        with pytest.raises(Stale) as refused:
            agency.do(action)
        assert refused.value.params == {"version": 2, "expected": 1}
    assert agency.do(
        lambda work: work.properties.update(number, validate(PropertyUpdate, {"rooms": 3}), expected_version=2)
    )["version"] == 3  # fmt: skip


def test_rooms_and_studio_stay_one_thing(agency: Agency) -> None:
    number = agency.do(create(rooms=0))["id"]
    assert agency.ask(get(number))["is_studio"] is True
    assert agency.do(update(number, rooms=2))["is_studio"] is False
    assert agency.do(update(number, rooms=None))["is_studio"] is None
    assert agency.do(create(is_studio=True))["rooms"] == 0


def test_the_bin_keeps_gives_back_and_is_emptied(agency: Agency) -> None:
    number = agency.do(create(title="alpha"))["id"]
    with agency.write() as work:
        hang(work, number, 2)
    before = agency.ask(get(number))
    agency.do(lambda work: work.properties.delete(number))
    for gone in (get, lambda n: lambda work: work.properties.get(n)):
        if gone is get:
            assert agency.ask(gone(number))["deleted_at"] is not None
        else:
            with pytest.raises(NotFound):
                agency.ask(gone(number))
    for action in (update(number, rooms=1), move(number, status="sold"), lambda work: work.properties.delete(number)):
        with pytest.raises(NotFound):
            agency.do(action)
    assert numbers(agency.ask(lambda work: found(work, q="alpha"))) == []
    assert numbers(agency.ask(lambda work: found(work, q="alpha", deleted=True))) == [number]
    back = agency.do(lambda work: work.properties.restore(number))
    assert {**back, "version": 1} == {**before, "version": 1}
    assert numbers(agency.ask(lambda work: found(work, q="alpha"))) == [number]
    with pytest.raises(Conflict):
        agency.do(lambda work: work.properties.restore(number))


def test_a_purge_takes_all_that_hangs_on_a_listing(agency: Agency) -> None:
    number, other = agency.do(create(title="alpha"))["id"], agency.do(create())["id"]
    with agency.write() as work:
        hang(work, number, 2)
        hang(work, other, 1)
    agency.do(update(number, price=1))
    agency.do(move(number, status="reserved"))
    agency.do(lambda work: work.duplicates.mark_different(number, other))
    with pytest.raises(Conflict) as refused:
        agency.do(lambda work: work.properties.purge([number]))
    assert refused.value.code == "property.not_in_bin"
    agency.do(lambda work: work.properties.delete(number))
    assert agency.do(lambda work: work.properties.purge([number, number])) == [number]
    with agency.read() as work:
        for table, column in (
            ("properties", "id"), ("photos", "property_id"), ("property_prices", "property_id"),
            ("property_statuses", "property_id"), ("property_search", "rowid"),
        ):  # fmt: skip
            assert work.db.all(f"SELECT 1 FROM {table} WHERE {column} = :id", {"id": number}) == [], table
        assert work.db.all("SELECT 1 FROM property_not_duplicates") == []
        assert work.db.value("SELECT count(*) FROM photos") == 1
    with pytest.raises(NotFound):
        agency.do(lambda work: work.properties.restore(number))


def test_a_purge_by_age_spares_what_is_younger(agency: Agency) -> None:
    old, young, live = (agency.do(create())["id"] for _ in range(3))
    agency.do(lambda work: work.properties.delete(old))
    agency.clock.advance(days=1)
    agency.do(lambda work: work.properties.delete(young))
    limit = "2026-03-11T08:59:59.000000Z"
    assert agency.do(lambda work: work.properties.purge(older_than=limit)) == [old]
    assert agency.do(lambda work: work.properties.purge([])) == []
    assert agency.do(lambda work: work.properties.purge()) == [young]
    assert numbers(agency.ask(found)) == [live]


@pytest.mark.parametrize("number", [0, -1, 987_654_321, 2**63 - 1, 2**63, 10**30, -(10**30)])
def test_a_number_that_no_listing_has_is_not_found(agency: Agency, number: int) -> None:
    for read in (
        get(number), lambda work: work.properties.history(number), lambda work: work.photos.of(number),
        lambda work: work.photos.file(number), lambda work: work.descriptions.analyze(listing=number),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            agency.ask(read)
    for write in (
        update(number, rooms=1), move(number, status="sold"), lambda work: work.properties.delete(number),
        lambda work: work.properties.restore(number), lambda work: work.properties.purge([number]),
        lambda work: work.photos.remove(number, 1), lambda work: work.photos.reorder(number, []),
        lambda work: work.undo.undo(number or 99), lambda work: work.undo.undo_import(number),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            agency.do(write)
    assert agency.ask(lambda work: work.history.operations(object_id=number)) == []
    assert agency.ask(lambda work: work.history.changes(since=0, object_id=number))["items"] == []
    assert agency.ask(lambda work: work.history.changes(since=number, operation_id=number))["items"] == []


def test_listings_come_newest_first_and_are_counted(agency: Agency) -> None:
    made = [agency.do(create())["id"] for _ in range(3)]
    assert numbers(agency.ask(found)) == made[::-1]
    assert agency.ask(lambda work: work.properties.count(PropertyFilter())) == 3


def test_the_clock_may_jump_and_the_order_stands(agency: Agency) -> None:
    first = agency.do(create())["id"]
    agency.clock.advance(days=-400)
    second = agency.do(create())["id"]
    assert numbers(agency.ask(found)) == [second, first]


def test_days_on_the_market(agency: Agency) -> None:
    number = agency.do(create(listed_at="2026-03-01T09:00:00Z"))["id"]
    assert agency.ask(get(number))["days_on_market"] == 9
    agency.clock.advance(days=2, hours=23)
    assert agency.ask(get(number))["days_on_market"] == 11
    agency.do(move(number, status="sold", effective_at="2026-03-05T10:00:00Z"))
    agency.clock.advance(days=100)
    assert agency.ask(get(number))["days_on_market"] == 4
    agency.do(move(number, status="active"))
    agency.clock.advance(days=6)
    assert agency.ask(get(number))["days_on_market"] == 6, "it came on the market anew"
    agency.do(move(number, status="reserved"))
    agency.clock.advance(days=3)
    alike = agency.ask(lambda work: work.analytics.listing.show(number, "en")["days_on_market"])
    listed = agency.ask(lambda work: work.properties.page(PropertyFilter()))["items"][0]
    assert agency.ask(get(number))["days_on_market"] == listed["days_on_market"] == alike == 6
    for suffix in ("csv", "jsonl"):
        file, codec = BytesIO(), codec_for("", suffix)
        agency.ask(
            lambda work, file=file, codec=codec: run(
                work.properties, codec, file, PropertyFilter(), fields=["days_on_market"]
            )
        )
        assert re.findall(rb"\d+", file.getvalue()) == [b"6"], suffix
    ahead = agency.do(create(listed_at="2027-01-01T00:00:00Z"))
    assert ahead["days_on_market"] == 0
    assert agency.do(move(ahead["id"], status="withdrawn"))["closed_at"] == "2027-01-01T00:00:00.000000Z"


def test_the_price_of_a_square_metre_rounds_alike_everywhere(agency: Agency) -> None:
    for price, area, per_m2 in (
        (1, 8, 0.13),
        (1, 1_000, 0),
        (5, 1_000, 0.01),
        (12_500_000, 54.2, 230_627.31),
        (10**13, 0.01, 10**15),
    ):
        assert agency.do(create(price=price, area_total=area))["price_per_m2"] == per_m2, (price, area)
