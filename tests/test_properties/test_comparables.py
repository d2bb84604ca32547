"""What a listing is worth by others like it: the method, alone, and on a market whose truth is known."""

from __future__ import annotations

import math
import random
import statistics
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.comparables import generated, nearest
from realty_cli.properties import comparables
from realty_cli.properties.comparables import ANYWHERE, LEAST, Known, rounding, value
from realty_cli.properties.hedonics import weighted_median

FLAT = Known("s", None, 50.0, 2, 5, 9, 1985, 55.8, 49.1, "центр", None, "портовая 17", "panel", "resale", None)


def beside(count: int, *, per_m2: float = 150_000, **changes: Any) -> list[Known]:
    """Flats much like FLAT and near it, all of one price a square metre."""
    pick = random.Random(count)
    found = []
    for at in range(count):
        area = round(50 + pick.uniform(-5, 5), 1)
        one = FLAT._replace(key=f"k{at}", area=area, house=f"дом {at}", price=area * per_m2)
        found.append(one._replace(latitude=55.8 + pick.uniform(-0.002, 0.002), **changes))
    return found


@pytest.mark.parametrize(
    ("count", "method", "interval"),
    [
        (6, "per_m2", "range"), (15, "elasticity", "range"), (25, "elasticity", "conformal"),
        (60, "hedonic", "conformal"),
    ],
)  # fmt: skip
def test_where_all_cost_the_same_a_metre_so_does_the_subject(count: int, method: str, interval: str) -> None:
    found = value(FLAT, beside(count))
    assert found.estimate is not None
    assert found.method == method
    assert found.estimate.interval == interval
    assert found.estimate.price == pytest.approx(7_500_000, rel=0.02)
    assert found.estimate.low < found.estimate.price < found.estimate.high
    assert found.estimate.half_width >= 0.079, "never narrower than 8 %"
    assert sum(one.weight for one in found.comparables) == pytest.approx(1)
    assert [one.distance for one in found.comparables] == sorted(one.distance for one in found.comparables)


def test_fewer_than_four_give_a_list_and_no_number() -> None:
    found = value(FLAT, beside(LEAST - 1))
    assert found.estimate is None
    assert len(found.comparables) == LEAST - 1
    assert value(FLAT, []).comparables == ()
    assert value(FLAT, beside(LEAST)).estimate is not None


def test_one_looks_farther_only_while_there_are_too_few() -> None:
    near = beside(6)
    assert value(FLAT, near).step == 0
    other_kind = beside(6, material="brick")
    assert value(FLAT, other_kind).step == 2, "another kind of building comes later"
    two_km_off = [one._replace(latitude=55.815) for one in near]
    assert value(FLAT, two_km_off).step == 3, "the same district stands for near"
    strange = [one._replace(district="окраина") for one in two_km_off]
    assert value(FLAT, strange).step == 3
    assert value(FLAT, [one._replace(latitude=55.83) for one in strange]).step == 5
    beyond = [one._replace(latitude=55.8 + 18 / 111.32, district="окраина") for one in beside(40)]
    assert value(FLAT, beyond).comparables == (), "18 km off is another market"
    nowhere = [one._replace(latitude=None, longitude=None) for one in beyond]
    assert value(FLAT, nowhere).step == ANYWHERE, "nobody knows how far these are"
    far = [one._replace(latitude=55.8 + 8 / 111.32, district="окраина") for one in beside(40)]
    found = value(FLAT, far)
    assert found.step == ANYWHERE
    assert found.estimate is not None
    assert found.estimate.confidence == "low"
    assert value(FLAT, far[:20]).estimate is None, "without a regression far prices say nothing"
    found = value(FLAT, [*near[:5], *[one._replace(key=one.key + "r", rooms=3) for one in near]])
    assert found.found[:5] == (5, 5, 5, 5, 11)


def test_differences_are_adjusted_for_and_told() -> None:
    """Of 300 flats those on the ground floor cost a tenth less, and a large flat less a metre."""
    pick = random.Random(3)
    pool = []
    for one in beside(300, per_m2=1):
        area, floor = pick.uniform(35, 70), pick.randint(1, 9)
        price = 400_000 * area**0.75 * (0.9 if floor == 1 else 1) * pick.gauss(1, 0.02)
        pool.append(one._replace(area=area, floor=floor, price=price))
    up, ground = (value(FLAT._replace(floor=floor), pool) for floor in (5, 1))
    assert up.estimate is not None
    assert ground.estimate is not None
    assert up.estimate.price == pytest.approx(400_000 * 50**0.75, rel=0.02)
    assert ground.estimate.price / up.estimate.price == pytest.approx(0.9, abs=0.02)
    assert up.estimate.confidence == "high"
    for one in ground.comparables:
        known = next(other for other in pool if other.key == one.key)
        assert known.price is not None
        assert one.adjusted == pytest.approx(known.price * np.exp(sum(one.parts.values())))
        if known.floor != 1:
            assert one.parts["floor"] == pytest.approx(np.log(0.9), abs=0.03)


def test_prices_of_last_year_are_brought_to_now() -> None:
    pick = random.Random(5)
    pool = []
    for one in beside(400):
        months = pick.uniform(0, 12)
        assert one.price is not None
        pool.append(one._replace(months=months, price=one.price * 1.02**-months * pick.gauss(1, 0.02)))
    found = value(FLAT, pool)
    assert found.estimate is not None
    assert found.estimate.price == pytest.approx(7_500_000, rel=0.03)


def test_a_wrong_price_moves_nothing() -> None:
    pool = beside(40)
    wrong = [pool[0]._replace(key="w1", price=75_000.0), pool[1]._replace(key="w2", price=750_000_000.0)]
    assert value(FLAT, [*pool, *wrong]) == value(FLAT, pool)


def test_a_market_of_known_truth_is_met_within_the_bounds() -> None:
    """Time-ordered: flats of the last two months by older ones, at the size of an agency."""
    rows = generated(500, seed=11)
    newest = sorted(rows, key=lambda one: one.months)[:80]
    older = [one for one in rows if one.months > newest[-1].months]
    misses, plain, inside = [], [], []
    for subject in newest:
        pool = [one._replace(months=one.months - subject.months) for one in older]
        asked = subject._replace(price=None, months=0.0)
        found = value(asked, pool).estimate
        assert found is not None
        assert subject.price is not None
        misses.append(found.price / subject.price - 1)
        plain.append(abs(nearest(asked, pool) / subject.price - 1))
        inside.append(found.low <= subject.price <= found.high)
    error = statistics.fmean(abs(one) for one in misses)
    assert error < 0.12
    assert error < statistics.fmean(plain) - 0.01, "better than the ten nearest"
    assert 0.7 <= statistics.mean(inside) <= 0.98
    assert abs(statistics.median(misses)) < 0.04, "rising prices bias nothing"


_SOME = st.builds(
    Known,
    key=st.uuids().map(str),
    price=st.one_of(st.none(), st.floats(1, 1e12)),
    area=st.floats(0.01, 1e6),
    rooms=st.one_of(st.none(), st.integers(0, 50)),
    floor=st.one_of(st.none(), st.integers(-3, 200)),
    floors=st.one_of(st.none(), st.integers(1, 200)),
    year=st.one_of(st.none(), st.integers(1500, 2100)),
    latitude=st.one_of(st.none(), st.floats(-90, 90)),
    longitude=st.one_of(st.none(), st.floats(-180, 180)),
    district=st.one_of(st.none(), st.sampled_from("абв")),
    house=st.one_of(st.none(), st.sampled_from("где")),
    material=st.one_of(st.none(), st.sampled_from("жз")),
    months=st.floats(0, 12),
    trust=st.sampled_from((0.5, 1.0)),
    sold=st.booleans(),
)


@settings(max_examples=40, deadline=None)
@given(_SOME, st.lists(_SOME, max_size=45))
def test_whatever_comes_there_is_a_sane_answer_or_none(subject: Known, pool: list[Known]) -> None:
    found = value(subject, pool)
    if (estimate := found.estimate) is not None:
        assert 0 <= estimate.low <= estimate.price <= estimate.high < float("inf")
        assert found.n >= LEAST
    assert all(0 <= one.weight <= 1 and one.adjusted > 0 for one in found.comparables)


def test_the_unit_of_rounding_leaves_two_figures_of_the_interval() -> None:
    assert rounding(1_200_000) == 100_000
    assert rounding(950_000) == 10_000
    assert rounding(0) == 1


@given(st.lists(st.tuples(st.integers(-100, 100), st.integers(1, 4)), min_size=1, max_size=20))
def test_a_weighted_median_is_that_of_values_repeated(pairs: list[tuple[int, int]]) -> None:
    values, weights = (np.array(side, dtype=float) for side in zip(*pairs, strict=True))
    repeated = [one for one, weight in pairs for _ in range(weight)]
    assert weighted_median(values, weights) == statistics.median(repeated)


def test_two_ways_that_miss_in_different_places_miss_less_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Adjusted prices and what the ten nearest cost a metre, where a portal tells neither year nor material."""
    markets = []
    for seed in range(5):
        rows = generated(1_500, seed, growth=0)
        random.Random(seed).shuffle(rows)
        markets.append([one._replace(year=None, material=None, district=None) for one in rows[:140]])

    def missed(*shares: float) -> float:
        monkeypatch.setattr(comparables, "_SHARES", shares)
        errors = []
        for rows in markets:
            for subject in rows[:40]:
                found = value(subject._replace(price=None, months=0.0), rows[40:])
                if found.estimate is None:  # at the edge of the town too few lie within the last step
                    continue
                errors.append(abs(math.log(found.estimate.price / (subject.price or 0))))
        assert len(errors) > 190
        return statistics.fmean(errors)

    together = missed(*comparables._SHARES)
    assert together < min(missed(1.0), missed(0.0)) - 0.001
