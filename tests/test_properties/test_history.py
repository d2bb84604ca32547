"""Every change of price and status is history, with the moment it held from and the moment we learned of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.errors import Invalid
from realty_cli.kit.schema import validate
from realty_cli.properties.schemas.listing import PropertyUpdate, StatusChange
from realty_cli.properties.schemas.transfer import PropertyBulkUpdate
from tests.conftest import Agency
from tests.test_properties.listings import create, examples

NOW = "2026-03-10T09:00:00.000000Z"


def price(number: int, amount: float, at: str | None = None) -> Any:
    return lambda work: work.properties.update(number, validate(PropertyUpdate, {"price": amount}), effective_at=at)


def move(number: int, **fields: Any) -> Any:
    return lambda work: work.properties.change_status(number, validate(StatusChange, fields))


def steps(agency: Agency, number: int, field: str) -> list[dict[str, Any]]:
    body = agency.ask(lambda work: work.properties.history(number))
    assert body["id"] == number
    return [entry for entry in body["entries"] if entry["field"] == field]


def brief(entries: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(entry["old"], entry["new"], entry["effective_at"][:10], entry["recorded_at"][:10]) for entry in entries]


def test_a_new_listing_has_its_first_price_and_status(agency: Agency) -> None:
    number = agency.do(create(price=5.5, listed_at="2026-03-01T00:00:00+03:00"))["id"]
    (first,) = steps(agency, number, "price")
    assert first == {
        "field": "price", "old": None, "new": 5.5, "reason": None, "effective_at": "2026-02-28T21:00:00.000000Z",
        "recorded_at": NOW, "actor": None, "operation_id": None,
    }  # fmt: skip
    assert brief(steps(agency, number, "status")) == [(None, "active", "2026-02-28", "2026-03-10")]
    draft = agency.do(create(price=None, status="draft"))["id"]
    assert steps(agency, draft, "price") == []


def test_steps_say_who_when_why_and_by_which_operation(agency: Agency) -> None:
    number = agency.do(create())["id"]
    agency.clock.advance(days=1)
    agency.do(price(number, 4_000_000), "properties edit")
    agency.clock.advance(days=1)
    agency.do(move(number, status="sold", reason="нашёлся покупатель", effective_at="2026-03-11T15:00:00+03:00"))
    assert brief(steps(agency, number, "price")) == [
        (None, 5_000_000, "2026-03-10", "2026-03-10"), (5_000_000, 4_000_000, "2026-03-11", "2026-03-11"),
    ]  # fmt: skip
    last = steps(agency, number, "status")[-1]
    assert last == {
        "field": "status", "old": "active", "new": "sold", "reason": "нашёлся покупатель",
        "effective_at": "2026-03-11T12:00:00.000000Z", "recorded_at": "2026-03-12T09:00:00.000000Z", "actor": "anna",
        "operation_id": 3,
    }  # fmt: skip
    listing = agency.ask(lambda work: work.properties.get(number))
    assert (listing["closed_at"], listing["final_price"]) == ("2026-03-11T12:00:00.000000Z", 4_000_000)


def test_a_price_that_held_earlier_stands_where_it_held(agency: Agency) -> None:
    """Two steps, the second one backdated before the first: what was recorded first began from the beginning."""
    number = agency.do(create(price=500, listed_at="2026-03-01T00:00:00Z"))["id"]
    agency.clock.advance(days=10)
    agency.do(price(number, 400))
    agency.clock.advance(days=1)
    agency.do(price(number, 300, "2026-03-15T00:00:00.000000Z"))
    assert brief(steps(agency, number, "price")) == [
        (None, 500, "2026-03-01", "2026-03-10"),
        (400, 300, "2026-03-15", "2026-03-21"),
        (500, 400, "2026-03-20", "2026-03-20"),
    ]
    assert agency.ask(lambda work: work.properties.get(number))["price"] == 300


def test_nothing_stands_before_the_first_step(agency: Agency) -> None:
    number = agency.do(create(price=500))["id"]
    agency.do(price(number, 400, "2025-01-01T00:00:00.000000Z"))
    entries = steps(agency, number, "price")
    assert [entry["new"] for entry in entries] == [500, 400]
    assert [entry["effective_at"][:4] for entry in entries] == ["2025", "2025"]


def test_what_is_to_come_is_no_history(agency: Agency) -> None:
    number = agency.do(create())["id"]
    for action in (
        price(number, 1, "2026-03-10T09:00:00.000001Z"),
        move(number, status="sold", effective_at="2027-01-01"),
    ):
        with pytest.raises(Invalid) as refused:
            agency.do(action)
        assert refused.value.fields[0].code == "moment.ahead"
    agency.do(price(number, 1, NOW))


def test_a_deal_cannot_close_before_its_listing_appeared(agency: Agency) -> None:
    number = agency.do(create(listed_at="2026-03-01T00:00:00Z"))["id"]
    with pytest.raises(Invalid) as refused:
        agency.do(move(number, status="sold", effective_at="2026-02-28T00:00:00Z"))
    assert refused.value.fields[0].code == "property.closed_before_listed"


def test_an_archived_listing_was_closed_when_it_was_closed(agency: Agency) -> None:
    number = agency.do(
        create(status="sold", listed_at="2026-01-01T00:00:00Z", closed_at="2026-02-01T00:00:00Z", final_price=7)
    )["id"]
    assert brief(steps(agency, number, "status")) == [(None, "sold", "2026-02-01", "2026-03-10")]


def test_a_bulk_change_and_an_import_leave_history_too(agency: Agency) -> None:
    number = agency.do(create(price=100))["id"]
    agency.do(
        lambda work: work.properties.bulk(
            validate(
                PropertyBulkUpdate, {"ids": [number], "price_change_percent": 10, "status": "reserved", "reason": "x"}
            )
        )
    )
    assert [entry["new"] for entry in steps(agency, number, "price")] == [100, 110]
    assert steps(agency, number, "status")[-1]["reason"] == "x"


def test_a_move_to_the_same_status_leaves_none(agency: Agency) -> None:
    number = agency.do(create())["id"]
    assert agency.do(move(number, status="active", reason="again"))["version"] == 1
    assert len(steps(agency, number, "status")) == 1


def test_the_log_shows_amounts_as_the_listing_does(agency: Agency) -> None:
    number = agency.do(create(price=500.5, deposit=1, tags=["vip"]))["id"]
    agency.do(price(number, 400.25))
    agency.do(lambda work: work.properties.update(number, validate(PropertyUpdate, {"tags": [], "final_price": 3})))
    made, cheaper, bare = agency.ask(lambda work: work.history.changes(kind="property", object_id=number))["items"]
    assert (made["action"], made["old"], made["new"]["price"], made["new"]["deposit"]) == ("create", None, 500.5, 1)
    assert (cheaper["old"]["price"], cheaper["new"]["price"], cheaper["diff"]["price"]) == (500.5, 400.25, 400.25)
    assert (bare["diff"]["tags"], bare["diff"]["final_price"]) == ([], 3)
    for one in (made, cheaper, bare):
        assert not {"import_hash", "url_key", "stable_key"} & (one["new"].keys() | one["diff"].keys())


_STEPS = st.lists(
    st.tuples(st.sampled_from(["price", "status"]), st.integers(1, 9), st.integers(0, 40)), min_size=1, max_size=8
)


@examples(15)
@given(wanted=_STEPS)
def test_history_read_in_the_order_of_recording_is_what_was_done(
    agency: Agency, wanted: list[tuple[str, int, int]]
) -> None:
    """Whatever is backdated: replayed as recorded, the steps lead from the first value to the present one."""
    number = agency.do(create(price=5))["id"]
    told: dict[str, list[Any]] = {"price": [5], "status": ["active"]}
    for field, value, back in wanted:
        agency.clock.advance(days=1)
        at = (agency.clock.now().date()).isoformat() + "T00:00:00Z"
        if field == "price":
            early = f"2026-01-{1 + back % 28:02}T00:00:00.000000Z" if back else None
            agency.do(price(number, value, early))
            new: Any = value
        else:
            new = "reserved" if told["status"][-1] == "active" else "active"
            agency.do(move(number, status=new, effective_at=at if back else None))
        if told[field][-1] != new:
            told[field].append(new)
    for field, values in told.items():
        entries = steps(agency, number, field)
        assert [entry["effective_at"] for entry in entries] == sorted(entry["effective_at"] for entry in entries)
        assert entries[0]["old"] is None
        recorded = sorted(entries, key=lambda entry: (entry["recorded_at"], entry["operation_id"] or 0))
        assert [entry["new"] for entry in recorded] == values
        assert [entry["old"] for entry in recorded] == [None, *values[:-1]]
    shown = agency.ask(lambda work: work.properties.get(number))
    assert (shown["price"], shown["status"]) == (told["price"][-1], told["status"][-1])
