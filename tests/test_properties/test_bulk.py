"""Changing many listings at once: all of them, or none and the reason by listing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.errors import Invalid, NotFound
from realty_cli.kit.schema import validate
from realty_cli.properties import record, rules
from realty_cli.properties.schemas.filters import PropertyFilter
from realty_cli.properties.schemas.transfer import PropertyBulkUpdate
from tests.conftest import Agency
from tests.test_properties.listings import create, entries, examples, filters, fits, found, stock


def bulk(**fields: Any) -> Any:
    return lambda work: work.properties.bulk(validate(PropertyBulkUpdate, fields))


def everything(work: Any) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for deleted in (False, True):
        rows += work.properties.stream(PropertyFilter(deleted=deleted), record.COLUMNS, "id")
    return rows


def operations(work: Any) -> int:
    count: int = work.db.value("SELECT count(*) FROM operations")
    return count


def test_listings_are_named_by_number_or_by_filter(agency: Agency) -> None:
    first, second, third = (agency.do(create(rooms=rooms, city="Казань"))["id"] for rooms in (1, 2, 3))
    body = agency.do(bulk(ids=[second, first, second], update={"city": "Сочи"}))
    assert (body["matched"], body["changed"], body["unchanged"], body["dry_run"]) == (2, 2, 0, False)
    body = agency.do(bulk(filter={"rooms_min": 2}, update={"city": "Сочи"}))
    assert (body["matched"], body["changed"], body["unchanged"]) == (2, 1, 1)
    assert {one["id"]: one["city"] for one in agency.ask(found)["items"]} == dict.fromkeys(
        (first, second, third), "Сочи"
    )
    assert len(agency.ask(lambda work: work.history.changes(operation_id=body["operation_id"]))["items"]) == 1


def test_one_that_cannot_follow_keeps_all_as_they_are(agency: Agency) -> None:
    numbers = [agency.do(create(floors_total=floors))["id"] for floors in (9, 9, 3, 9)]
    before = agency.ask(everything)
    with pytest.raises(Invalid) as refused:
        agency.do(bulk(ids=numbers, update={"floor": 5}))
    assert refused.value.code == "bulk.refused"
    assert [(one.field, one.code) for one in refused.value.fields] == [
        (f"{numbers[2]}.floor", "property.floor_above_top")
    ]
    assert agency.ask(everything) == before
    with pytest.raises(Invalid) as refused:
        agency.do(bulk(filter={}, status="rented"))
    assert [one.code for one in refused.value.fields] == ["property.move_other_deal"] * 4
    assert agency.ask(everything) == before


def test_a_refusal_far_back_undoes_what_came_before_it(sqlite_agency: Agency) -> None:
    """More listings than one chunk: the first thousand are written before the last one refuses."""
    agency = sqlite_agency
    with agency.write() as work:
        rows: list[dict[str, Any]] = [
            {"title": "x", "property_type": "other", "deal_type": "sale", "status": "active", "owner_id": 1,
             "currency": "RUB", "price": 100, "floors_total": 9}
            for _ in range(1_500)
        ]  # fmt: skip
        rows[-1]["floors_total"] = 2
        work.properties.repository.insert(rows)
    count = agency.ask(operations)
    with pytest.raises(Invalid):
        agency.do(bulk(filter={}, update={"floor": 5}))
    assert agency.ask(lambda work: work.db.value("SELECT count(*) FROM properties WHERE floor IS NOT NULL")) == 0
    assert agency.ask(operations) == count


@examples(12)
@given(
    some=st.lists(entries(), min_size=1, max_size=6),
    wanted=filters(),
    percent=st.sampled_from([None, -50.0, -3.3, 0.0, 7.5, 100.0]),
    add=st.lists(st.sampled_from(["vip", "new"]), max_size=2),
    remove=st.lists(st.sampled_from(["vip", "VIP", "a,b"]), max_size=2),
    city=st.sampled_from([None, "Сочи"]),
)
def test_a_dry_run_tells_what_the_run_does(
    agency: Agency, some: list[dict[str, Any]], wanted: dict[str, Any], percent: float | None,
    add: list[str], remove: list[str], city: str | None,
) -> None:  # fmt: skip
    items = stock(agency, some)
    filter_ = {name: value for name, value in wanted.items() if name != "deleted"}
    change = {
        "filter": filter_, "price_change_percent": percent, "add_tags": add, "remove_tags": remove,
        "update": {"city": city} if city else {},
    }  # fmt: skip
    before = agency.ask(everything)
    try:
        planned = agency.do(bulk(**change, dry_run=True))
    except Invalid:  # a price beyond the largest that there is
        with pytest.raises(Invalid):
            agency.do(bulk(**change))
        assert agency.ask(everything) == before
        return
    assert agency.ask(everything) == before
    done = agency.do(bulk(**change))
    assert {**planned, "dry_run": False, "operation_id": done["operation_id"]} == done
    assert (planned["operation_id"], planned["dry_run"]) == (None, True)
    meant = {one["id"] for one in items if fits(one, filter_)}
    assert done["matched"] == len(meant)
    changed = 0
    for one in items:
        now = agency.ask(lambda work, number=one["id"]: work.properties.get(number, deleted=None))
        expected = dict(one)
        if one["id"] in meant:
            tags = [tag for tag in dict.fromkeys([*one["tags"], *add]) if tag not in remove]
            expected |= {"tags": tags} | ({"city": city} if city else {})
            if percent is not None and one["price"]:
                expected["price"] = rules.repriced(round(one["price"] * 100), percent) / 100
        told = ("tags", "city", "price")
        assert {name: now[name] for name in told} == {name: expected[name] for name in told}
        assert now["version"] - one["version"] == (1 if any(now[name] != one[name] for name in told) else 0)
        changed += now["version"] != one["version"]
    assert done["changed"] == changed


def test_numbers_of_a_stranger_or_of_nobody_stop_it(agency: Agency) -> None:
    agency.add_account("boris")
    mine, his = agency.do(create(), user="boris")["id"], agency.do(create())["id"]
    before = agency.ask(everything)
    for ids in ([mine, his], [mine, 987_654_321], [his]):
        with pytest.raises(NotFound) as refused:
            agency.do(bulk(ids=ids, update={"city": "Сочи"}), user="boris")
        assert str(mine) not in str(refused.value.params["id"]).split(", ")
    assert agency.do(bulk(filter={}, update={"city": "Сочи"}), user="boris")["matched"] == 1
    assert agency.ask(everything)[1] == before[1]


def test_many_go_to_the_bin_at_once_and_come_back(agency: Agency) -> None:
    numbers = [agency.do(create(city=city))["id"] for city in ("Казань", "Казань", "Сочи")]
    before = agency.ask(everything)
    body = agency.do(bulk(filter={"city": ["казань"]}, delete=True))
    assert (body["matched"], body["changed"]) == (2, 2)
    assert [one["id"] for one in agency.ask(found)["items"]] == numbers[2:]
    agency.do(lambda work: work.undo.undo())
    at = record.COLUMNS.index("version")
    assert [(*row[:at], 0, *row[at + 1 :]) for row in agency.ask(everything)] == [
        (*row[:at], 0, *row[at + 1 :]) for row in before
    ]


def test_what_lies_in_the_bin_is_not_changed(agency: Agency) -> None:
    number = agency.do(create())["id"]
    agency.do(lambda work: work.properties.delete(number))
    with pytest.raises(NotFound):
        agency.do(bulk(ids=[number], update={"city": "Сочи"}))
    with pytest.raises(Invalid) as refused:
        agency.do(bulk(filter={"deleted": True}, update={"city": "Сочи"}))
    assert refused.value.fields[0].code == "bulk.in_bin"


def test_any_of_nothing_changes_nothing(agency: Agency) -> None:
    agency.do(create(city="Казань"))
    for filter_ in ({"city": []}, {"ids": []}, {"status": []}, {"tags": []}, {"city": ["Нигде"]}):
        assert agency.do(bulk(filter=filter_, delete=True))["matched"] == 0
    assert agency.do(bulk(ids=[], delete=True))["matched"] == 0


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"ids": [1], "filter": {}}, "field.bulk_target"),
        ({}, "field.bulk_target"),
        ({"ids": [0]}, "field.greater_than_equal"),
        ({"ids": [2**63]}, "field.less_than_equal"),
        ({"ids": ["1"]}, "field.int_type"),
        ({"ids": [1], "price_change_percent": -100}, "field.greater_than"),
        ({"ids": [1], "price_change_percent": float("nan")}, "field.finite_number"),
        ({"ids": [1], "price_change_percent": 5, "update": {"price": 5}}, "field.bulk_two_prices"),
        ({"ids": [1], "delete": True, "status": "sold"}, "field.bulk_delete"),
        ({"ids": [1], "delete": True, "update": {"city": "x"}}, "field.bulk_delete"),
        ({"ids": [1], "update": {"id": 5}}, "field.extra_forbidden"),
        ({"ids": [1], "update": {"status": "sold"}}, "field.extra_forbidden"),
        ({"ids": [1], "update": {"version": 1}}, "field.extra_forbidden"),
        ({"ids": [1], "add_tags": ["a\x00"]}, "field.text_control"),
        ({"ids": [1], "colour": "red"}, "field.extra_forbidden"),
    ],
)
def test_what_makes_no_sense_is_refused(fields: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        validate(PropertyBulkUpdate, fields)
    assert code in [one.code for one in refused.value.fields]


def test_tags_stay_within_their_number_and_blank_ones_are_none(agency: Agency) -> None:
    number = agency.do(create(tags=[f"t{n}" for n in range(49)]))["id"]
    agency.do(bulk(ids=[number], add_tags=["one", "", " one "]))
    assert agency.ask(lambda work: work.properties.get(number))["tags"][49:] == ["one"]
    with pytest.raises(Invalid) as refused:
        agency.do(bulk(ids=[number], add_tags=["two"]))
    assert refused.value.fields[0].field == f"{number}.tags"
    agency.do(bulk(ids=[number], add_tags=["two"], remove_tags=["t0", "absent"]))
    assert len(agency.ask(lambda work: work.properties.get(number))["tags"]) == 50
