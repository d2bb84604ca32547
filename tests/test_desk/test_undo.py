"""Undo takes back any operation whole, on both databases."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from realty_cli.app import Realty, Work
from realty_cli.errors import Conflict, NotFound
from realty_cli.kit.i18n import translator
from realty_cli.kit.schema import validate
from realty_cli.properties import record
from realty_cli.properties.exporting import rows
from realty_cli.properties.schemas.filters import PropertyFilter
from realty_cli.properties.schemas.listing import PropertyCreate, PropertyUpdate, StatusChange
from realty_cli.properties.schemas.transfer import PropertyBulkUpdate
from realty_cli.settings import Settings
from tests.conftest import Agency, HandClock

FLAT = {"title": "Flat", "property_type": "apartment", "deal_type": "sale", "price": 5_000_000}


def exported(work: Work) -> list[list[Any]]:
    """All that an export shows, on the list and in the bin."""
    found = []
    for deleted in (False, True):
        stored = work.properties.stream(PropertyFilter(deleted=deleted), record.EXPORTED, "id")
        found += list(rows(stored, record.EXPORTED))
    return found


def create(**fields: Any) -> Any:
    return lambda work: work.properties.create(validate(PropertyCreate, {**FLAT, **fields}))


def edit(number: int, **fields: Any) -> Any:
    return lambda work: work.properties.update(number, validate(PropertyUpdate, fields))


def undo(number: int | None = None) -> Any:
    return lambda work: work.undo.undo(number)


def test_an_edit_is_taken_back_with_its_history(agency: Agency) -> None:
    agency.do(create())
    agency.clock.advance(days=1)
    before = agency.ask(exported)
    agency.do(edit(1, price=4_000_000, city="Казань"))
    assert agency.ask(lambda work: work.properties.get(1))["price"] == 4_000_000
    agency.do(undo())
    assert agency.ask(exported) == before
    steps = agency.ask(lambda work: work.properties.history(1))["entries"]
    assert [(step["field"], step["new"]) for step in steps] == [("price", 5_000_000), ("status", "active")]


def test_an_undone_edit_can_be_done_again(agency: Agency) -> None:
    agency.do(create())
    agency.do(edit(1, price=4_000_000))
    after = agency.ask(exported)
    done = agency.do(undo())
    agency.do(undo(done["operation_id"]))
    assert agency.ask(exported) == after
    assert len(agency.ask(lambda work: work.properties.history(1))["entries"]) == 3


def test_an_undone_creation_comes_back_with_its_number_and_history(agency: Agency) -> None:
    agency.do(create())
    agency.do(edit(1, price=4_000_000))
    full = agency.ask(exported)
    second = agency.do(undo())
    first = agency.do(undo())
    assert agency.ask(exported) == []
    agency.do(undo(first["operation_id"]))
    agency.do(undo(second["operation_id"]))
    assert agency.ask(exported) == full
    assert len(agency.ask(lambda work: work.properties.history(1))["entries"]) == 3
    found = agency.ask(lambda work: work.properties.page(PropertyFilter(q="flat")))
    assert found["total"] == 1


def test_what_something_later_stands_on_is_not_taken_back(agency: Agency) -> None:
    agency.do(create())
    agency.do(edit(1, city="Казань"), "properties edit")
    with pytest.raises(Conflict) as refused:
        agency.do(undo(1))
    assert refused.value.code == "undo.depends"
    assert refused.value.params["later"] == 2
    assert agency.ask(lambda work: work.properties.get(1))["city"] == "Казань"


def test_an_undone_change_no_longer_stands_in_the_way(agency: Agency) -> None:
    agency.do(create())
    agency.do(edit(1, city="Казань"))
    agency.do(undo(2))
    agency.do(undo(1))
    assert agency.ask(exported) == []


def test_a_change_done_again_stands_in_the_way_again(agency: Agency) -> None:
    agency.do(create())
    agency.do(edit(1, city="Казань"))
    agency.do(undo(2))
    agency.do(undo(3))
    with pytest.raises(Conflict) as refused:
        agency.do(undo(1))
    assert refused.value.code == "undo.depends"


def test_the_same_operation_is_taken_back_once(agency: Agency) -> None:
    agency.do(create())
    agency.do(undo(1))
    with pytest.raises(Conflict) as refused:
        agency.do(undo(1))
    assert refused.value.code == "undo.already"


def test_a_purge_is_final(agency: Agency) -> None:
    agency.do(create())
    agency.do(lambda work: work.properties.delete(1))
    agency.do(lambda work: work.properties.purge([1]))
    with pytest.raises(Conflict) as refused:
        agency.do(undo(3))
    assert refused.value.code == "undo.purge"
    with pytest.raises(Conflict):
        agency.do(undo(2))
    with pytest.raises(Conflict) as refused:
        agency.do(lambda work: work.undo.undo())
    assert refused.value.code == "undo.purge", "nothing else is left"
    agency.do(create())
    gone = agency.do(create())["id"]
    agency.do(lambda work: work.properties.delete(gone))
    agency.do(lambda work: work.properties.purge([gone]))
    newest = agency.ask(lambda work: work.history.operations())[0]["id"]
    with pytest.raises(Conflict) as refused:
        agency.do(undo())
    assert (refused.value.code, refused.value.params["id"]) == ("undo.last_is_final", newest)
    assert agency.do(undo(refused.value.params["before"]))["undone"] == newest - 3


def test_nobody_takes_back_what_a_stranger_did(agency: Agency) -> None:
    agency.add_account("boris")
    agency.do(create())
    with pytest.raises(NotFound):
        agency.do(undo(1), user="boris")
    with pytest.raises(NotFound):
        agency.do(undo(), user="boris")


def test_an_undo_raises_the_version_so_that_no_old_etag_fits(agency: Agency) -> None:
    agency.do(create())
    agency.do(edit(1, city="Казань"))
    agency.do(undo())
    assert agency.ask(lambda work: work.properties.get(1))["version"] == 3


# Any run of operations, then undo of all

_PRICES = st.integers(1, 10**9)
_CITIES = st.sampled_from(["Москва", "Казань", "Сочи"])
_TAGS = st.lists(st.sampled_from(["vip", "горящий", "new"]), max_size=2, unique=True)
_STEPS = st.one_of(
    st.tuples(st.just("create"), st.fixed_dictionaries({"price": _PRICES, "city": _CITIES, "tags": _TAGS})),
    st.tuples(st.just("edit"), st.integers(1, 6), st.fixed_dictionaries({"price": _PRICES, "tags": _TAGS})),
    st.tuples(
        st.just("status"), st.integers(1, 6), st.sampled_from(["reserved", "sold", "withdrawn", "active", "draft"])
    ),
    st.tuples(st.just("delete"), st.integers(1, 6)),
    st.tuples(st.just("restore"), st.integers(1, 6)),
    st.tuples(st.just("bulk"), _CITIES, st.sampled_from([-10.0, 5.0]), _TAGS),
    st.tuples(st.just("import"), st.lists(st.tuples(st.integers(1, 4), _PRICES, _CITIES), min_size=1, max_size=4)),
    st.tuples(st.just("undo")),
)


def _run(agency: Agency, step: tuple[Any, ...]) -> None:
    name, *rest = step
    with agency.write(name) as work:
        match name:
            case "create":
                create(**rest[0])(work)
            case "edit":
                edit(rest[0], **rest[1])(work)
            case "status":
                work.properties.change_status(rest[0], StatusChange(status=rest[1]))
            case "delete":
                work.properties.delete(rest[0])
            case "restore":
                work.properties.restore(rest[0])
            case "bulk":
                change = {"filter": {"city": [rest[0]]}, "price_change_percent": rest[1], "add_tags": rest[2]}
                work.properties.bulk(validate(PropertyBulkUpdate, change))
            case "import":
                _import(work, rest[0])
            case "undo":
                if work.undo.last() > 1:
                    work.undo.undo()


def _import(work: Work, items: list[tuple[int, int, str]]) -> None:
    from realty_cli.formats.codec import Block
    from realty_cli.properties.importing import Reading, prepare

    header = ("external_id", "Тип недвижимости", "Тип сделки", "Цена", "Город")
    lines = [[str(number), "Квартира", "Продажа", str(price), city] for number, price, city in items]
    block = Block(header, list(range(2, len(lines) + 2)), lines, [])
    importer = work.importer()
    for batch in prepare([block], Reading("Europe/Moscow", work.clock.now())):
        importer.take(batch)
    assert importer.finish().rejected == 0


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(_STEPS, max_size=14))
def test_any_run_of_operations_then_undo_of_all_gives_the_same_export(
    steps: list[tuple[Any, ...]], sqlite_template: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    import shutil

    place = tmp_path_factory.mktemp("run") / "home"
    shutil.copytree(sqlite_template, place)
    clock = HandClock()
    agency = Agency(Realty(Settings(home=place), clock), clock)
    agency.do(create(title="There from the beginning", city="Москва"))
    before = agency.ask(exported)
    words = agency.ask(lambda work: work.db.all("SELECT rowid FROM property_search WHERE property_search MATCH 'flat'"))
    for step in steps:
        clock.advance(minutes=7)
        try:
            _run(agency, step)
        except (Conflict, NotFound):
            continue
    while agency.ask(lambda work: work.undo.last()) > 1:
        agency.do(undo())
    assert agency.ask(exported) == before
    assert agency.ask(lambda work: work.db.all("PRAGMA foreign_key_check")) == []
    assert words == agency.ask(
        lambda work: work.db.all("SELECT rowid FROM property_search WHERE property_search MATCH 'flat'")
    )
    shutil.rmtree(place)


def test_every_kind_has_a_name_that_people_know(sqlite_agency: Agency) -> None:
    kinds = sqlite_agency.ask(lambda work: list(work.undo._kinds))
    assert [one for one in kinds if not re.search("[а-я]", translator("ru").text(one))] == []
