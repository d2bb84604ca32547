"""The life of a listing: what was learned later holds, 89 days away are a pause and 90 a return; and how long half
of them take."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realty_cli.analytics.listing_service import histogram
from realty_cli.analytics.listing_tally import Tally, Window
from realty_cli.analytics.lives import ANEW, Facts, Life, prices_of, spells_of
from realty_cli.analytics.survival import median_survival
from realty_cli.kit.clock import stamp

BIRTH = datetime(2026, 1, 1, tzinfo=UTC)


def day(number: float) -> str:
    return stamp(BIRTH + timedelta(days=number))


def facts(status: str = "active", **values: object) -> Facts:
    known = {"id": 1, "owner_id": 1, "deal_type": "sale", "currency": "RUB", "property_type": "apartment",
             "district": None, "rooms": 2, "price": 100, "final_price": None, "area": 50.0, "listed_at": day(0),
             "created_at": day(0), "closed_at": None, **values}  # fmt: skip
    return Facts(status=status, **known)  # type: ignore[arg-type]


def test_what_took_more_than_a_year_is_left_out_on_request() -> None:
    tally = Tally(Window(day(0), day(500), day(470), day(135), day(400), day(130), day(490)))
    for gone in (10, 20, 400):
        tally.add_gone(facts("sold"), day(gone))
    for exclude, wanted in ((False, (20, 3, 0)), (True, (15, 2, 1))):
        found = tally.measured(exclude_outliers=exclude)
        median = found["dom_closed_median"]
        assert (median.value, median.n, median.n_excluded) == wanted
        assert found["dom_closed_p90"].n == 3


@pytest.mark.parametrize(("away", "begins", "in_all"), [(89, 1, 40.0), (90, 2, 10.0)])
def test_a_return_after_90_days_is_a_new_listing(away: int, begins: int, in_all: float) -> None:
    moves = [("active", "withdrawn", day(30)), ("withdrawn", "active", day(30 + away))]
    life = Life(facts(), spells_of(facts(), moves), [])
    until = day(40 + away)
    assert len(life.begins()) == begins
    assert life.on_market(until) == (day(30 + away), 10.0)
    found = life.on_market(until, gap=ANEW)
    assert found is not None
    assert found[1] == in_all


def test_a_reserve_that_fell_through_does_not_count_and_ends_nothing() -> None:
    moves = [("active", "reserved", day(10)), ("reserved", "active", day(25)), ("active", "reserved", day(30)),
             ("reserved", "sold", day(45))]  # fmt: skip
    life = Life(facts("sold"), spells_of(facts("sold"), moves), [])
    place = life.entries(frozenset({"sold"}), day(0), day(99))[0]  # type: ignore[arg-type]
    assert life.taken_at(place) == (day(30), day(30))
    assert life.on_market(day(30)) == (day(0), 15.0)


def test_what_was_closed_from_the_start() -> None:
    sold = facts("sold", closed_at=day(20))
    assert [one.status for one in spells_of(sold, [])] == ["active", "sold"]
    unknown = facts("sold", listed_at=None, closed_at=day(20), created_at=day(30))
    assert [(one.status, one.start) for one in spells_of(unknown, [])] == [("sold", day(20))]


def test_a_price_that_was_learned_later_holds_from_its_day_on() -> None:
    life = Life(facts(price=80), spells_of(facts(), []), prices_of([(100, 90, day(9)), (90, 80, day(5))]))
    assert [life.price(day(number)) for number in (1, 6, 10)] == [100, 80, 80]
    assert life.first_price == 100


STATUSES = ("draft", "active", "reserved", "sold", "withdrawn")


@settings(max_examples=60)
@given(moves=st.lists(st.tuples(st.sampled_from(STATUSES), st.integers(1, 30)), max_size=8))
def test_at_any_moment_the_move_learned_last_holds(moves: list[tuple[str, int]]) -> None:
    old, told = "active", []
    for new, at in moves:
        told.append((old, new, day(at)))
        old = new
    life = Life(facts(old), spells_of(facts(old), told), [])
    if not told and old != "active":
        return
    for number in range(32):
        moment = day(number + 0.5)
        known = [new for _, new, at in told if at <= moment]
        assert life.status(moment) == (known[-1] if known else "active")


def test_half_of_them_with_some_still_waiting() -> None:
    # Each of the first five takes a twentieth; after 5.5 five are at risk: 0.75 · 4/5 · 3/4 = 0.45 on the seventh day.
    found = median_survival([float(one) for one in range(1, 11)], [5.5] * 10)
    assert (found.value, found.n) == (7.0, 20)
    few = median_survival([1.0] * 9, [2.0])
    assert (few.value, few.low) == (None, None)
    slow = median_survival([1.0] * 10, [50.0] * 90)
    assert (slow.value, slow.low) == (None, 50.0)


@settings(max_examples=60)
@given(prices=st.lists(st.integers(1, 10**13), max_size=60))
def test_a_histogram_holds_every_price_once(prices: list[int]) -> None:
    bars = histogram(prices)
    assert sum(bar["count"] for bar in bars) == (len(prices) if len(prices) >= 5 else 0)
    assert len(bars) <= 13
