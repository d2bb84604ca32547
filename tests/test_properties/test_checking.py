"""What an import checks by itself it checks as the schema does."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.properties import rules
from realty_cli.properties.checking import Checks
from realty_cli.properties.importing import by_schema, checked
from realty_cli.properties.schemas.listing import PropertyCreate

ZONE = "Asia/Yekaterinburg"
BARE = datetime(2024, 1, 15, 10)  # noqa: DTZ001 - a reader answers what a cell says, often without an offset
#: Near every limit of a field, and of every type that a reader of cells answers.
ODD: list[Any] = [
    None, True, False, 0, 1, -1, -10, -11, 5, 100, 101, 300, 301, 1000, 999, 2200, 2201, 10**13, 10**13 + 1, 2**63,
    0.0, -0.0, 0.01, 0.009, 1e-9, 45.5, 90.0, 90.1, 180.0, 1e8, 1e8 + 1, 1e15, float("nan"), float("inf"),
    Decimal("5.25"), Decimal("5.255"), Decimal("-1"),
    "", " ", "x", " x ", "x" * 20, "x" * 21, "x" * 60, "x" * 61, "x" * 100, "x" * 101, "x" * 500, "x" * 501,
    "x" * 1_000, "x" * 1_001, "x" * 20_000, "x" * 20_001, " " + "x" * 500, "a\nb", "a\tb", "a\x00b", "a\x85b",
    "a\u00a0b", "\u00a0x", "\u200b", "é", "5", "5.5", "true",
    "apartment", "sale", "rent", "active", "draft", "sold", "resale", "brick", "euro", "Apartment", "RUB", "rub",
    "RUBL",
    "https://example.com/5", "HTTP://example.com", "http://", "javascript:alert(1)", " https://example.com/5 ",
    "+79161234567", "8 (916) 123-45-67", "123", "77:01:0001001:1234", "77:01:0001001", " 77:01:0001001:1234 ",
    "2024-01-15", "2024-01-15T10:00:00", "2024-01-15T10:00:00+03:00", "2024-13-01", "0001-01-01",
    date(2024, 1, 15), date(1800, 1, 1), BARE, BARE.replace(tzinfo=UTC),
    BARE.replace(tzinfo=timezone(timedelta(hours=3))), BARE.replace(year=1), BARE.replace(year=9999, tzinfo=UTC),
    [], ["торг"], ["торг", " торг", ""], ["x" * 101], ["a\nb"], [5], ["т"] * 60, ("торг",),
    {}, {"a": "b"}, {" a": "b"}, {"a": " b "}, {"a": ""}, {"": "b"}, {"a": 5}, {5: "a"}, {"a\nb": "c"}, {"a": "b\nc"},
    {"x" * 201: "a"}, {"a": "x" * 2_001}, {str(number): "a" for number in range(201)}, {"a": "b\x00"},
]  # fmt: skip
PLAIN = {"title": "Квартира", "property_type": "apartment", "deal_type": "sale"}
NAMES = [*PropertyCreate.model_fields, "no_such_field"]


def may_come(name: str, value: Any) -> bool:
    """Whether a reader can answer this: attributes are a table, and a title is a text, cut before it is checked."""
    if name == "attributes":
        return value is None or isinstance(value, dict)
    return name != "title" or value is None or (isinstance(value, str) and len(value) <= 300)


def both(values: dict[str, Any]) -> tuple[Any, Any]:
    return checked(deepcopy(values), Checks(ZONE)), by_schema(deepcopy(values), ZONE)


def same(values: dict[str, Any]) -> None:
    quick, slow = both(values)
    assert repr(sorted((quick[0] or {}).items())) == repr(sorted((slow[0] or {}).items()))
    assert quick[1] == slow[1]


@pytest.mark.parametrize("name", NAMES)
def test_every_field_is_checked_as_the_schema_does(name: str) -> None:
    for value in ODD:
        if may_come(name, value):
            same({**PLAIN, name: value})


@given(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(ODD)), st.sets(st.sampled_from(sorted(PLAIN))))
def test_whatever_stands_together(values: dict[str, Any], without: set[str]) -> None:
    row = {**PLAIN, **{name: value for name, value in values.items() if may_come(name, value)}}
    same({name: value for name, value in row.items() if name not in without})


#: Of every field what nearly every row has, and now and then what it has not.
_RIGHT = {
    "external_id": "A-17", "title": "Квартира", "property_type": "apartment", "deal_type": "sale", "status": "active",
    "price": 5_000_000, "rooms": 2, "floor": 3, "area_total": 54.5, "latitude": 55.75, "city": "Казань",
    "description": "Торг", "tags": ["торг"], "is_studio": True,
}  # fmt: skip


@given(
    st.lists(
        st.tuples(st.sets(st.sampled_from(sorted(_RIGHT)), max_size=2), st.sampled_from(NAMES), st.sampled_from(ODD)),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from([True, False]),
)
def test_many_at_once_are_checked_as_each_is(changes: list[tuple[set[str], str, Any]], odd: bool) -> None:
    rows = []
    for without, name, value in changes:
        row = {name: value for name, value in _RIGHT.items() if name not in without or name in PLAIN}
        rows.append({**row, name: value} if odd and may_come(name, value) else row)
    together = deepcopy(rows)
    if Checks(ZONE).all_checked(together):
        assert repr(together) == repr([{**row, **(Checks(ZONE).checked(row) or {"refused": row})} for row in rows])
    else:
        assert repr(together) == repr(rows)


@pytest.mark.parametrize("name", NAMES)
def test_every_field_of_many_is_checked_as_in_one(name: str) -> None:
    for value in ODD:
        rows = [{**PLAIN, name: value}, dict(PLAIN)]
        together = deepcopy(rows)
        if may_come(name, value) and Checks(ZONE).all_checked(together):
            assert repr(together[0]) == repr(Checks(ZONE).checked(rows[0]))


def test_what_nearly_every_row_has_is_checked_at_once() -> None:
    rows = [dict(_RIGHT), dict(PLAIN)]
    assert Checks(ZONE).all_checked(rows)
    assert rows == [Checks(ZONE).checked(_RIGHT), PLAIN]


def test_every_field_has_a_check_of_its_own() -> None:
    """A field that a later schema gains would be left to the schema in every row."""
    assert Checks(ZONE).names == set(PropertyCreate.model_fields)


_SIZES = st.none() | st.sampled_from([1, 2, 3])


_MEASURES = st.sampled_from(["floor", "floors_total", "area_total", "area_living", "area_kitchen"])
_OTHERS = st.sampled_from(["latitude", "longitude", "exclusive_from", "exclusive_until", "listed_at", "closed_at"])


@given(st.dictionaries(_MEASURES, _SIZES), st.sets(_OTHERS))
def test_what_is_harmless_contradicts_nothing(sizes: dict[str, int | None], others: set[str]) -> None:
    values: dict[str, Any] = {name: value for name, value in sizes.items() if value is not None}
    values |= {name: "2024-01-15" if "_" in name else 5.0 for name in others}
    if rules.harmless(values):
        assert rules.contradictions({**values, "status": "draft"}) == []
