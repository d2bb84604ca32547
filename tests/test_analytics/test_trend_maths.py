"""Trends, seasons, breaks and oddities: what was planted is found, and noise is called noise."""

from __future__ import annotations

import math
import random
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realty_cli.analytics import trend_maths as maths

NUMBERS = st.lists(st.integers(-50, 50).map(float), min_size=2, max_size=40)


@settings(max_examples=40, deadline=None)
@given(NUMBERS)
def test_slope_is_the_median_of_all_slopes(values: list[float]) -> None:
    found = maths.theil_sen(values)
    slopes = [
        (values[later] - values[at]) / (later - at) for at in range(len(values)) for later in range(at + 1, len(values))
    ]
    assert found.step == median(slopes)
    assert 0 <= maths.mann_kendall(values) <= 1
    mirrored = [-value for value in values]
    assert maths.mann_kendall(mirrored) == pytest.approx(maths.mann_kendall(values))
    assert maths.theil_sen(mirrored).step == pytest.approx(-found.step)


def test_one_wild_value_sways_nothing() -> None:
    values = [10 + 2.0 * at for at in range(20)]
    values[7] = 1_000.0
    found = maths.theil_sen(values)
    assert (found.step, found.level) == (2, 10)
    assert maths.mann_kendall(values) < 0.001


def noise(seed: int, count: int = 36, hangs: float = 0.0) -> list[float]:
    draw, at = random.Random(seed), 0.0
    found = []
    for _ in range(count):
        at = hangs * at + draw.gauss(0, 1)
        found.append(50 + at)
    return found


@pytest.mark.parametrize(("hangs", "most"), [(0.0, 0.07), (0.5, 0.12)])
def test_noise_has_no_trend_no_season_and_no_breaks(hangs: float, most: float) -> None:
    series = [noise(seed, hangs=hangs) for seed in range(150)]
    assert sum(maths.mann_kendall(values) < 0.05 for values in series) <= most * len(series)
    if not hangs:
        seasons = [maths.season(values, 12) for values in series]
        assert sum(one is not None and one.significant for one in seasons) <= 0.10 * len(series)
        assert sum(bool(maths.change_points(values)) for values in series) <= 0.05 * len(series)


def test_a_planted_season_is_found() -> None:
    values = [one * (1 + 0.4 * math.sin(2 * math.pi * at / 12)) for at, one in enumerate(noise(3, 48))]
    found = maths.season(values, 12)
    assert found is not None
    assert found.significant
    assert found.strength > 0.9
    assert found.indices.index(max(found.indices)) == 3
    assert max(found.out_of(values)) - min(found.out_of(values)) < 8
    assert maths.season(values[:23], 12) is None
    assert maths.season([5.0] * 36, 12) is None


def test_a_step_is_a_break_and_a_line_is_none() -> None:
    stepped = [value + (8 if at >= 20 else 0) for at, value in enumerate(noise(4, 40))]
    assert [abs(at - 20) <= 1 for at in maths.change_points(stepped)] == [True]
    line = [value + at for at, value in enumerate(noise(4, 40))]
    assert maths.change_points(line) == []
    assert maths.change_points(stepped[:23]) == []


def test_outliers_are_far_from_the_rest() -> None:
    values = noise(6, 30)
    values[11] = 75.0
    assert [one.at for one in maths.outliers(values)] == [11]
    assert maths.outliers([3.0] * 20) == []
    assert [one.at for one in maths.outliers([*([3.0] * 19), 9.0])] == [19]


def test_gaps_and_averages() -> None:
    assert maths.filled([None, 2.0, None, None, 5.0, None]) == [2, 2, 3, 4, 5, 5]
    assert maths.filled([None, None]) == []
    assert maths.moving_average([1.0, 2.0, None, 4.0], 2) == [None, 1.5, 2.0, 4.0]
    assert maths.moving_average([None, None], 1) == [None, None]


def test_long_series_are_thinned_out() -> None:
    values = [0.5 * at + one for at, one in enumerate(noise(8, 1_200))]
    assert maths.theil_sen(values).step == pytest.approx(0.5, abs=0.01)
    assert maths.mann_kendall(values) < 1e-6
