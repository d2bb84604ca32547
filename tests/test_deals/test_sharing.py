"""Commission to the kopeck: lines, parts, and the agency's rest."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.deals.sharing import contradictions, divide, percent_of, settled, worth
from realty_cli.kit.money import MOST_MINOR

totals = st.integers(0, MOST_MINOR)
rates = st.integers(1, 1_000_000).map(lambda units: units / 10_000)
splits = st.lists(
    st.one_of(
        rates.map(lambda rate: {"rate": rate, "amount": None}),
        st.integers(0, MOST_MINOR).map(lambda amount: {"rate": None, "amount": amount}),
    ),
    max_size=20,
)


def test_per_cent_are_rounded_once_halves_up() -> None:
    assert percent_of(1_250_000_000, 2.5) == 31_250_000
    assert percent_of(99, 2.5) == 2
    assert percent_of(100, 2.5) == 3
    assert percent_of(100, 0.1) == 0
    assert percent_of(MOST_MINOR, 100) == MOST_MINOR
    assert percent_of(150, 1) == 2  # 1.5


@given(totals, rates)
def test_a_rate_is_what_the_fraction_says(total: int, rate: float) -> None:
    exact = Fraction(total) * Fraction(round(rate * 10_000), 1_000_000)
    assert abs(percent_of(total, rate) - exact) <= Fraction(1, 2)


def test_a_line_is_a_sum_or_per_cent_of_a_known_price() -> None:
    assert worth(100_000, None, None) == 100_000
    assert worth(None, 3, 1_000_000) == 30_000
    assert worth(None, 3, None) is None
    assert worth(None, None, 5) is None


@given(totals, splits)
def test_parts_and_rest_are_the_line_to_the_kopeck(total: int, given: list[dict[str, Any]]) -> None:
    parts, rest = divide(total, given)
    assert len(parts) == len(given)
    assert sum(parts) + rest == total
    assert min([rest, *parts]) >= 0


@given(totals, splits)
def test_where_all_is_well_everybody_gets_what_was_agreed(total: int, given: list[dict[str, Any]]) -> None:
    if contradictions(given, total):
        return
    parts, _ = divide(total, given)
    for part, one in zip(parts, given, strict=True):
        if one["amount"] is not None:
            assert part == one["amount"]
        else:
            exact = Fraction(total) * Fraction(round(one["rate"] * 10_000), 1_000_000)
            assert abs(part - exact) < 1


@given(totals, st.lists(st.integers(1, 100), min_size=1, max_size=10))
def test_a_hundred_per_cent_leave_nothing(total: int, weights: list[int]) -> None:
    units = [weight * 1_000_000 // sum(weights) for weight in weights]
    units[0] += 1_000_000 - sum(units)
    given = [{"rate": one / 10_000, "amount": None} for one in units if one]
    assert contradictions(given, total) == []
    parts, rest = divide(total, given)
    assert (sum(parts), rest) == (total, 0)


@given(totals, splits)
def test_the_agreed_is_never_more_than_the_line(total: int, given: list[dict[str, Any]]) -> None:
    asked = sum(Fraction(round(one["rate"] * 10_000), 1_000_000) * total for one in given if one["rate"] is not None)
    asked += sum(one["amount"] for one in given if one["amount"] is not None)
    too_much = asked > total + Fraction(1, 2)
    per_cent = sum(round(one["rate"] * 10_000) for one in given if one["rate"] is not None)
    assert bool(contradictions(given, total)) >= too_much
    assert bool(contradictions(given, None)) == (per_cent > 1_000_000)


def test_thirds_of_an_odd_kopeck_go_to_the_first() -> None:
    third = {"rate": 33.3333, "amount": None}
    last = {"rate": 33.3334, "amount": None}
    assert divide(100, [third, third, last]) == ([33, 33, 34], 0)
    half = {"rate": 50, "amount": None}
    assert divide(101, [half, half]) == ([51, 50], 0)
    assert divide(101, [half]) == ([51], 50)


def test_a_line_that_shrank_pays_sums_first_and_never_more_than_it_has() -> None:
    assert divide(100, [{"rate": 60, "amount": None}, {"rate": None, "amount": 70}]) == ([30, 70], 0)
    assert divide(50, [{"rate": None, "amount": 70}, {"rate": None, "amount": 5}]) == ([50, 0], 0)


@pytest.mark.parametrize(
    ("total", "came", "state"),
    [
        (100, 0, "none"),
        (100, 40, "part"),
        (100, 100, "whole"),
        (100, 101, "over"),
        (None, 5, "unknown"),
        (0, 0, "whole"),
    ],
)
def test_how_far_a_line_is_paid(total: int | None, came: int, state: str) -> None:
    assert settled(total, came) == state


def test_more_than_all_is_said_with_its_figure() -> None:
    [problem] = contradictions([{"rate": 60}, {"rate": 40.5}], None)
    assert (problem.field, problem.code, problem.params) == ("splits", "commission.above_whole", {"percent": "100.5"})
    [problem] = contradictions([{"rate": 60}, {"amount": 50}], 100)
    assert problem.code == "commission.above_line"
