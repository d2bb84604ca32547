"""The pure forecast: what it may never do, what it is made of, and how well it does on series whose law we know."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realty_cli.analytics import forecast_running as running
from realty_cli.analytics import series_words
from realty_cli.analytics.forecast_running import SoFar
from realty_cli.analytics.forecasts import LONGEST, Bounds, Forecast, Sum, forecast, quantile
from realty_cli.analytics.kinds import MetricUnit, Step
from realty_cli.analytics.series import Series
from realty_cli.kit.i18n import translator

_WILD = st.one_of(
    st.none(), st.just(0.0), st.just(math.nan), st.just(math.inf), st.floats(-1e9, 1e9), st.integers(0, 30).map(float)
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_WILD, max_size=140), st.integers(1, 18), st.sampled_from([1, 4, 7, 12, 52]))
def test_anything_has_ordered_finite_bounds(values: list[float | None], horizon: int, season: int) -> None:
    found = forecast(values, horizon, season)
    known = [one for one in values if one is not None and math.isfinite(one)]
    assert len(found.points) == (horizon if known else 0)
    for point in found.points:
        assert all(map(math.isfinite, point))
        assert point.lo95 <= point.lo80 <= point.mean <= point.hi80 <= point.hi95
        assert min(known) < 0 or point.lo95 >= 0
    assert found.n <= max(LONGEST, 4 * season)
    assert sum(part.weight for part in found.parts) == pytest.approx(1 if known else 0)
    total = found.total
    assert (total is None) == (not known)
    if total is not None:
        assert total.lo80 <= total.mean <= total.hi80
    assert (found.backtest is None) == (found.n < 18)
    assert found.quality in ("good", "fair", "poor", "insufficient")
    assert forecast(values, horizon, season) == found


@pytest.mark.parametrize("wrong", [(0, 12), (3, 0)])
def test_no_horizon_and_no_season_are_refused(wrong: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        forecast([1.0, 2.0], *wrong)


def noisy(count: int, seed: int = 1) -> list[float]:
    draw = random.Random(seed)
    return [20 + draw.gauss(0, 3) for _ in range(count)]


@pytest.mark.parametrize(
    ("count", "parts"),
    [
        (0, ""), (1, "level"), (2, "level"), (3, "ses mean"), (17, "ses mean"),
        (18, "ses mean theta seasonal_naive"), (24, "ses mean theta damped seasonal_naive"),
    ],
)  # fmt: skip
def test_more_history_brings_more_parts(count: int, parts: str) -> None:
    found = forecast(noisy(count), 3, 12)
    assert [part.name for part in found.parts] == parts.split()
    assert ("short" in found.warnings) == (count < 24)
    assert (found.quality == "insufficient") == (count < 3)


def test_a_constant_has_the_spread_of_a_count() -> None:
    zeros, nines = forecast([0.0] * 30, 3, 12), forecast([9.0] * 30, 3, 12)
    assert zeros.method == nines.method == "level"
    assert (zeros.points[0].mean, zeros.points[0].lo95) == (0, 0)
    assert 0 < zeros.points[0].hi95 < 1
    assert nines.points[2].hi95 - 9 == pytest.approx(1.96 * 3, rel=0.05)


def test_money_is_foretold_as_its_units_are() -> None:
    values = noisy(40)
    once, hundred = forecast(values, 6, 12), forecast([100 * one for one in values], 6, 12)
    for left, right in zip(once.points, hundred.points, strict=True):
        assert [100 * one for one in left] == pytest.approx(list(right), rel=1e-6)


def test_gaps_are_filled_and_told() -> None:
    values: list[float | None] = list(noisy(30))
    values[4] = values[17] = None
    found = forecast([None, None, *values, None], 3, 12)
    assert "gaps" in found.warnings
    assert found.n == 31
    assert forecast([None, *values[:4]], 3, 12).warnings == ("short",)


def test_a_sum_is_surer_than_its_parts_together() -> None:
    found = forecast(noisy(60), 6, 12)
    assert found.total is not None
    width = found.total.hi80 - found.total.lo80
    assert width < 0.8 * sum(point.hi80 - point.lo80 for point in found.points)
    assert width > max(point.hi80 - point.lo80 for point in found.points)
    assert found.total.mean == pytest.approx(sum(point.mean for point in found.points))


def test_a_season_comes_back() -> None:
    values = [30 + 10 * math.sin(2 * math.pi * at / 12) + noise - 20 for at, noise in enumerate(noisy(48, 3))]
    found = forecast(values, 12, 12)
    assert found.season_used
    assert found.points[3].mean - found.points[9].mean > 12
    assert found.quality != "poor"
    assert found.backtest is not None
    assert found.backtest.owa is not None
    assert found.backtest.owa < 0.7


def test_a_walk_is_not_praised() -> None:
    draw, at = random.Random(5), 100.0
    values = []
    for _ in range(60):
        at += draw.gauss(3 if len(values) % 20 < 10 else -3, 1)
        values.append(at)
    assert forecast(values, 6, 1).quality in ("poor", "fair")


def test_the_quantile_is_students() -> None:
    for freedom, exact in ((1, 12.7062), (4, 2.7764), (10, 2.2281), (30, 2.0423), (100_000, 1.96)):
        assert quantile(0.95, freedom) == pytest.approx(exact, rel=0.004)
    assert quantile(0.80, 5) == pytest.approx(1.4759, rel=0.001)


# How well it does --------------------------------------------------------------------------------------------------


def laws(seed: int) -> list[float]:
    """Five years of months of one of four laws, the last of them the truth: counts of a small agency, counts with a
    season, prices that wander, and a level that grows."""
    draw = random.Random(seed)
    kind, level = seed % 4, 100.0
    found = []
    for month in range(60):
        season = 1 + 0.35 * math.sin(2 * math.pi * (month + seed) / 12)
        if kind == 0:
            found.append(float(poisson(draw, 8)))
        elif kind == 1:
            found.append(float(poisson(draw, 15 * season)))
        elif kind == 2:
            level *= math.exp(draw.gauss(0, 0.03))
            found.append(level)
        else:
            found.append((20 + month / 3) * season * math.exp(draw.gauss(0, 0.12)))
    return found


def poisson(draw: random.Random, mean: float) -> int:
    count, left = 0, math.exp(-mean)
    chance = draw.random()
    while chance > left:
        count += 1
        chance *= draw.random()
    return count


def errors(known: Sequence[float], truth: Sequence[float], found: Sequence[float]) -> float:
    scale = sum(abs(one - other) for one, other in zip(known[12:], known, strict=False)) / max(1, len(known) - 12)
    return sum(abs(one - other) for one, other in zip(truth, found, strict=True)) / len(truth) / scale


def test_it_beats_repeating_and_its_ranges_hold() -> None:
    ours, naive, repeated, in80, in95 = 0.0, 0.0, 0.0, 0, 0
    for seed in range(100):
        values = laws(seed)
        known, truth = values[:48], values[48:54]
        found: Forecast = forecast(known, 6, 12)
        ours += errors(known, truth, [point.mean for point in found.points])
        naive += errors(known, truth, [known[-1]] * 6)
        repeated += errors(known, truth, known[-12:-6])
        in80 += sum(point.lo80 <= one <= point.hi80 for point, one in zip(found.points, truth, strict=True))
        in95 += sum(point.lo95 <= one <= point.hi95 for point, one in zip(found.points, truth, strict=True))
    assert ours < 0.80 * naive
    assert ours < 0.80 * repeated
    assert 0.78 <= in80 / 600 <= 0.90
    assert 0.92 <= in95 / 600 <= 0.98


@pytest.mark.parametrize("count", [6, 12, 18, 24])
def test_little_history_does_no_harm(count: int) -> None:
    ours, naive = 0.0, 0.0
    for seed in range(60):
        values = laws(seed)
        known, truth = values[48 - count : 48], values[48:54]
        found = forecast(known, 6, 12)
        ours += errors(values[:48], truth, [point.mean for point in found.points])
        naive += errors(values[:48], truth, known[-12:-6] if count > 12 else [known[-1]] * 6)
    assert ours < 0.95 * naive


def test_a_sum_of_weeks_is_told_to_the_end_of_the_last_one() -> None:
    series = Series("events.showings", Step.WEEK, MetricUnit.COUNT, None, None, True, ())
    first, last = date(2026, 11, 23), date(2026, 12, 14)
    said = series_words.forecast(translator("ru"), series, 50, 60, 70, first=first, last=last)
    assert "23.11.2026 – 20.12.2026" in said


def test_what_has_come_is_the_least_of_a_stretch_that_runs() -> None:
    whole = Bounds(20.0, 12.0, 28.0, 8.0, 32.0)
    assert running.summed(whole, SoFar(0, 1.0), 0.0) == whole
    begun = running.summed(whole, SoFar(26, 0.25), 0.0)
    assert begun == (31.0, 27.0, 35.0, 26.0, 37.0), "a quarter of the mean, half of the spread"
    assert running.summed(whole, SoFar(26, 0.0), 0.0) == (26.0,) * 5
    assert running.summed(whole, SoFar(26, 0.01, booked=9), 0.0).hi80 == 35, "all that is booked may take place"
    assert running.summed(whole, SoFar(26, 0.01, booked=9, certain=True), 0.0).lo95 == 35
    assert running.standing(whole, SoFar(30, 0.25), 16.0, 0.0) == (31.0, 27.0, 35.0, 25.0, 37.0)
    assert running.standing(whole, SoFar(1, 1.0), 20.0, 0.0).lo95 == 0
    sum_ = Sum(60.0, 46.0, 74.0)
    now = running.total(sum_, whole, begun, 26, 0.0)
    assert now.mean == 71
    assert now.hi80 - now.mean == pytest.approx((14**2 - 8**2 + 4**2) ** 0.5)
    assert running.total(Sum(20.0, 12.0, 28.0), whole, begun, 26, 0.0) == Sum(31.0, 27.0, 35.0), "one step is its sum"
