"""What a listing may be and may become: the pure rules, as tables."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.errors import Conflict, Invalid
from realty_cli.properties import rules
from realty_cli.properties.kinds import DealType, Status

AT = "2026-03-10T09:00:00.000000Z"

#: From each status to which others, written down here a second time: draft, active, reserved, sold, rented, withdrawn.
MOVES = {
    "draft": "active withdrawn",
    "active": "draft reserved sold rented withdrawn",
    "reserved": "active sold rented withdrawn",
    "sold": "active",
    "rented": "active",
    "withdrawn": "draft active",
}


@pytest.mark.parametrize("deal", list(DealType))
@pytest.mark.parametrize("to", list(Status))
@pytest.mark.parametrize("now", list(Status))
def test_a_move_is_made_or_refused_as_the_table_says(now: Status, to: Status, deal: DealType) -> None:
    listing = {"status": now.value, "deal_type": deal.value, "price": 500, "listed_at": None, "closed_at": None}
    other = (to == Status.SOLD and deal != DealType.SALE) or (to == Status.RENTED and deal == DealType.SALE)
    if to == now:
        assert rules.move(listing, to, final_price=None, at=AT) == {}
        return
    if to not in MOVES[now].split() or other:
        with pytest.raises(Conflict) as refused:
            rules.move(listing, to, final_price=None, at=AT)
        wanted = "property.move_other_deal" if to in MOVES[now].split() else "property.move_not_allowed"
        assert refused.value.code == wanted
        return
    changes = rules.move(listing, to, final_price=None, at=AT)
    assert changes["status"] == to.value
    assert changes.get("closed_at") == (AT if to in ("sold", "rented", "withdrawn") else None)
    assert changes.get("final_price") == (500 if to in ("sold", "rented") else None)
    assert changes.get("listed_at") == (AT if to == "active" and now != "reserved" else None)


def test_a_refusal_names_the_ways_that_are_open() -> None:
    with pytest.raises(Conflict) as refused:
        rules.move({"status": "withdrawn", "deal_type": "sale"}, Status.SOLD, final_price=None, at=AT)
    assert refused.value.params == {"old": "withdrawn", "new": "sold", "allowed": "active, draft"}


def test_the_price_of_a_deal_may_be_named_and_named_again() -> None:
    sale = {"status": "reserved", "deal_type": "sale", "price": 500}
    assert rules.move(sale, Status.SOLD, final_price=450, at=AT)["final_price"] == 450
    sold = {**sale, "status": "sold", "final_price": 450}
    assert rules.move(sold, Status.SOLD, final_price=460, at=AT) == {"final_price": 460}
    assert rules.move(sold, Status.SOLD, final_price=None, at=AT) == {}
    for status in (Status.ACTIVE, Status.WITHDRAWN, Status.RESERVED):
        with pytest.raises(Invalid) as refused:
            rules.move(sale, status, final_price=450, at=AT)
        assert refused.value.fields[0].field == "final_price"


def test_a_deal_that_fell_through_leaves_nothing_behind() -> None:
    sold = {"status": "sold", "deal_type": "sale", "price": 500, "final_price": 450, "closed_at": AT, "listed_at": AT}
    assert rules.move(sold, Status.ACTIVE, final_price=None, at=AT) == {
        "status": "active", "final_price": None, "closed_at": None,
    }  # fmt: skip


RIGHT: dict[str, Any] = {
    "status": "active", "deal_type": "sale", "price": 1, "floor": 5, "floors_total": 5, "area_total": 50.0,
    "area_living": 50.0, "area_kitchen": 50.0, "latitude": 0.0, "longitude": 0.0, "exclusive_from": "2026-01-01",
    "exclusive_until": "2026-01-01", "listed_at": AT, "closed_at": AT,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"floor": 6}, "floor", "property.floor_above_top"),
        ({"area_living": 50.1}, "area_living", "property.part_above_total"),
        ({"area_kitchen": 50.1}, "area_kitchen", "property.part_above_total"),
        ({"price": None}, "price", "property.price_missing"),
        ({"latitude": None}, "latitude", "property.half_coordinates"),
        ({"longitude": None}, "latitude", "property.half_coordinates"),
        ({"exclusive_until": "2025-12-31"}, "exclusive_until", "property.exclusive_order"),
        ({"closed_at": "2026-03-10T08:59:59.999999Z"}, "closed_at", "property.closed_before_listed"),
        ({"status": "rented"}, "status", "property.move_other_deal"),
        ({"status": "sold", "deal_type": "rent"}, "status", "property.move_other_deal"),
        ({"status": "sold", "deal_type": "daily_rent"}, "status", "property.move_other_deal"),
    ],
)
def test_what_cannot_be_true_together(change: dict[str, Any], field: str, code: str) -> None:
    assert rules.contradictions(RIGHT) == []
    found = rules.contradictions({**RIGHT, **change})
    assert [(one.field, one.code) for one in found] == [(field, code)]
    assert rules.contradictions({**RIGHT, **change}, frozenset({"title"})) == [], "an old flaw bars no other change"
    assert rules.contradictions({**RIGHT, **change}, frozenset(change)) == found


def test_a_draft_needs_no_price_and_a_basement_no_top() -> None:
    assert rules.contradictions({"status": "draft"}) == []
    assert rules.contradictions({"status": "draft", "floor": -1, "floors_total": 1}) == []
    assert rules.contradictions({"status": "draft", "floor": 7}) == []


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.cian.ru/sale/flat/301581644/?utm_source=x#top", "cian.ru/sale/flat/301581644"),
        ("http://m.cian.ru/sale/flat/301581644", "cian.ru/sale/flat/301581644"),
        ("HTTPS://WWW.CIAN.RU/sale/flat/301581644/", "cian.ru/sale/flat/301581644"),
        ("https://site.ru/object.php?id=5&utm_source=x", "site.ru/object.php?id=5"),
        ("https://site.ru/object.php?b=2&a=1", "site.ru/object.php?a=1&b=2"),
        ("https://site.ru/object.php?from=mail", "site.ru/object.php"),
        ("https://cian.ru", None),
        ("https://cian.ru/?utm_source=x", None),
        ("", None),
        (None, None),
    ],
)
def test_one_form_for_the_addresses_of_one_advertisement(url: str | None, key: str | None) -> None:
    assert rules.url_key(url) == key


def test_a_query_tells_advertisements_apart_where_nothing_else_does() -> None:
    assert rules.url_key("https://site.ru/object.php?id=5") != rules.url_key("https://site.ru/object.php?id=6")
    assert rules.url_key("https://site.ru/?id=5") != rules.url_key("https://site.ru/?id=6")


def test_the_stable_key_is_of_the_thing_and_not_of_what_is_said_of_it() -> None:
    flat = {"deal_type": "sale", "property_type": "apartment", "area_total": 54.0, "address": "Москва, ул. Мира, 5"}
    key = rules.stable_key(flat, 0)
    assert rules.stable_key({**flat, "price": 5, "title": "Other", "description": "Other"}, 0) == key
    assert rules.stable_key({**flat, "address": "москва,  УЛ. мира, 5"}, 0) == key
    assert rules.stable_key({**flat, "area_total": 54}, 0) == key
    for other in ({"area_total": 54.1}, {"deal_type": "rent"}, {"floor": 3}, {"flat": "7"}, {"address": "Москва"}):
        assert rules.stable_key({**flat, **other}, 0) != key, other
    assert rules.stable_key(flat, 1) != key
    nowhere = {"deal_type": "sale", "property_type": "apartment", "title": "One"}
    assert rules.stable_key(nowhere, 0) != rules.stable_key({**nowhere, "title": "Two"}, 0)


@pytest.mark.parametrize(
    ("price", "percent", "after"),
    [(10_000_000, -3, 9_700_000), (100, -99.99, 100), (50, -3, 50), (0, 10, 0), (1_000, 5, 1_100),
     (999_900, 0.006, 1_000_000), (10**14, 900, 10**15), (1_234_500, -0.0, 1_234_500)],
)  # fmt: skip
def test_a_changed_price_is_whole_and_never_nothing(price: int, percent: float, after: int) -> None:
    assert rules.repriced(price, percent) == after


def test_a_price_does_not_grow_beyond_all_prices() -> None:
    with pytest.raises(Invalid) as refused:
        rules.repriced(10**15, 0.1)
    assert refused.value.fields[0].code == "money.too_large"


@given(price=st.integers(100, 10**13), percent=st.floats(-99.9, 1_000))
def test_a_changed_price_is_within_half_a_unit_of_the_exact_one(price: int, percent: float) -> None:
    exact = price * (1 + percent / 100)
    assert abs(rules.repriced(price, percent) - exact) <= max(50.001, exact * 1e-12) or exact < 100


def test_what_follows_from_what_was_said() -> None:
    assert rules.complete({"rooms": 0}, AT)["is_studio"] is True
    assert rules.complete({"is_studio": True}, AT)["rooms"] == 0
    assert rules.complete({"rooms": 0, "is_studio": False}, AT)["is_studio"] is False
    closed = rules.complete({"status": "sold", "price": 5}, AT)
    assert (closed["closed_at"], closed["final_price"]) == (AT, 5)
    later = "2027-01-01T00:00:00.000000Z"
    assert rules.complete({"status": "withdrawn", "listed_at": later}, AT)["closed_at"] == later


@given(title=st.text(min_size=1, max_size=700))
def test_a_shortened_title_fits(title: str) -> None:
    short = rules.shorten(title)
    assert len(short) <= 300
    assert short == title or (len(title) > 300 and short.endswith("…"))
