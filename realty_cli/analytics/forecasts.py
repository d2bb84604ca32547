"""What a short, noisy series is likely to do next, and within what bounds. Values in, values out: no store, no clock.

Several simple forecasts are weighed by how well each foretold the history, and their own errors give the intervals
(docs/decisions/0021-forecasts.md says how the parts were chosen and measured). Which parts take part depends on how
much history there is: below two years any trend does harm, below one any season.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from realty_cli.analytics.forecast_parts import (
    Floats,
    Part,
    Season,
    averaged,
    damped,
    repeated,
    season_of,
    smoothed,
    theta,
)
from realty_cli.analytics.kinds import ForecastQuality
from realty_cli.kit.numeric import np

#: What came before is another market: so many points, or four cycles where these are longer.
LONGEST, CYCLES = 120, 4
_FROM_THETA, _FROM_TREND, _FROM_SMOOTHING = 18, 24, 3
#: A season is only repeated once there is so much more than one cycle.
_MORE_THAN_A_CYCLE = 6
#: In-sample errors are smaller than those to come, the more so the fewer points there are to be learned from. Measured
#: on series that the parts were not chosen on.
_OPTIMISM, _FEW_POINTS = 1.2, 3.0
_SHARPNESS = 2.0
_FOLDS, _FROM_BACKTEST = 5, 18
_Z = {0.80: 1.2815515655446004, 0.95: 1.959963984540054}


class Bounds(NamedTuple):
    """One step ahead, with the ranges that it lies in four times of five, and 19 times of 20."""

    mean: float
    lo80: float
    hi80: float
    lo95: float
    hi95: float


class Share(NamedTuple):
    """A part of the forecast, and how much it counts for."""

    name: str
    weight: float


class Sum(NamedTuple):
    mean: float
    lo80: float
    hi80: float


class Backtest(NamedTuple):
    """What the same method would have foretold from up to five earlier points: its mean error over that of repeating
    the season (`mase`, below 1 is better), in per cent (`smape`), against that of the last value in its season (`owa`),
    and how often the truth lay within the intervals."""

    mase: float | None
    smape: float
    owa: float | None
    coverage80: float
    coverage95: float
    folds: int


@dataclass(frozen=True)
class Forecast:
    """`warnings` are codes: `gaps`, `short`. The backtest costs several times the forecast, and
    is made when it is first asked for."""

    points: tuple[Bounds, ...]
    method: str
    parts: tuple[Share, ...]
    n: int
    season_used: bool
    warnings: tuple[str, ...]
    season: int
    values: tuple[float, ...] = field(repr=False)

    @cached_property
    def backtest(self) -> Backtest | None:
        """None below 18 points."""
        return _backtest(np.array(self.values), len(self.points), self.season)

    @cached_property
    def quality(self) -> ForecastQuality:
        if self.n < _FROM_SMOOTHING or not self.points:
            return ForecastQuality.INSUFFICIENT
        found = self.backtest
        if found is None or found.mase is None:
            return ForecastQuality.FAIR if self.n >= 12 else ForecastQuality.POOR
        if found.mase < 1 and 0.65 <= found.coverage80 <= 0.95:
            return ForecastQuality.GOOD
        better = found.owa is not None and found.owa < 0.9
        return ForecastQuality.FAIR if found.mase < 1.2 or better else ForecastQuality.POOR

    @cached_property
    def total(self) -> Sum | None:
        """The sum of all steps: errors of single steps partly cancel, so its range is not the sum of theirs."""
        return _total(np.array(self.values), len(self.points), self.season) if self.points else None


class _Fit(NamedTuple):
    mean: Floats
    spread: Floats
    """The standard deviation of every step."""
    freedom: int
    parts: tuple[Share, ...]
    season_used: bool
    sums: Floats
    """How far sums of all the steps were off in the history, as many as can be told."""


def forecast(values: Sequence[float | None], horizon: int, season: int = 12) -> Forecast:
    """The next `horizon` points of a series of equal steps, of which `season` make a cycle (1: there is none).

    What is None or not finite is a gap, and is filled from its neighbours. No history, no points. Raises ValueError for
    a horizon or a season below 1.
    """
    if horizon < 1 or season < 1:
        raise ValueError("horizon and season are at least 1")
    clean, gaps = _clean(values)
    warnings = ["gaps"] if gaps else []
    clean = clean[-max(LONGEST, CYCLES * season) :]
    count = len(clean)
    if count == 0:
        return Forecast((), "none", (), 0, season_used=False, warnings=("short",), season=season, values=())
    if count < _FROM_TREND:
        warnings.append("short")
    fit = _fit(clean, horizon, season)
    floor = 0.0 if bool((clean >= 0).all()) else -math.inf
    return Forecast(
        _bounds(fit, floor), "combination" if len(fit.parts) > 1 else fit.parts[0].name, fit.parts, count,
        season_used=fit.season_used, warnings=tuple(warnings), season=season, values=tuple(clean.tolist()),
    )  # fmt: skip


def _clean(values: Sequence[float | None]) -> tuple[Floats, bool]:
    found = np.array([math.nan if value is None else float(value) for value in values], dtype=float)
    # Beyond this squares overflow; nothing that an agency counts comes near.
    known = np.isfinite(found) & (np.abs(found) < 1e100)
    places = np.flatnonzero(known)
    if len(places) == 0:
        return np.empty(0), False
    found, known = found[places[0] :], known[places[0] :]
    if known.all():
        return found, False
    at = np.arange(len(found))
    return np.interp(at, at[known], found[known]), True


def _fit(values: Floats, horizon: int, season: int) -> _Fit:
    count = len(values)
    if count < _FROM_SMOOTHING or bool((values == values[0]).all()):
        return _level(values, horizon)
    repeating = season_of(values, season)
    level = values if repeating is None else repeating.level
    first, alpha = smoothed(level, horizon)
    parts = [first, averaged(level, horizon)]
    if count >= _FROM_THETA:
        parts.append(theta(level, horizon))
    if count >= _FROM_TREND:
        parts.append(damped(level, horizon))
    if repeating is not None:
        parts = [_seasonal(part, repeating, count) for part in parts]
    if season > 1 and count >= max(season + _MORE_THAN_A_CYCLE, _FROM_THETA):
        parts.append(repeated(values, horizon, season))
    parts = [part for part in parts if bool(np.isfinite(part.mean).all())]
    return _combined(values, parts, alpha, repeating is not None) or _level(values, horizon)


def _seasonal(part: Part, season: Season, count: int) -> Part:
    return Part(part.name, season.back(part.mean, count), season.back_all(part.paths))


def _combined(values: Floats, parts: list[Part], alpha: float, seasonal: bool) -> _Fit | None:
    """The parts by their weights. Their errors are of every origin and step of which the truth is known, the same ones
    for all of them."""
    if not parts:
        return None
    count, horizon = parts[0].paths.shape
    truth = np.full((count, horizon), np.nan)
    for step in range(min(horizon, count - 1)):
        truth[: count - step - 1, step] = values[step + 1 :]
    warm = min(3, count // 3)
    truth[:warm] = np.nan
    errors = np.stack([part.paths - truth for part in parts])
    known = np.isfinite(errors).all(axis=0)
    if not known.any():
        return None
    squares = np.where(known, errors, 0.0) ** 2
    mean_squares = squares.sum(axis=(1, 2)) / known.sum()
    most = float(mean_squares.max())
    if most > 1e-200:
        mean_squares = np.maximum(mean_squares, most * 1e-9)
        weights = (mean_squares.min() / mean_squares) ** _SHARPNESS
    else:
        weights = np.ones(len(parts))
    weights /= weights.sum()
    mean = np.tensordot(weights, np.stack([part.mean for part in parts]), 1)
    together = np.where(known, np.tensordot(weights, np.where(np.isfinite(errors), errors, 0.0), 1), 0.0)
    seen = known.sum(axis=0)
    squared = (together**2).sum(axis=0) / np.maximum(seen, 1)
    one_step = math.sqrt(float(squared[0]))
    grown = one_step * np.sqrt(1 + alpha * alpha * np.arange(horizon))
    spread = np.where(seen >= 3, 0.5 * (np.sqrt(squared) + grown), grown)
    spread = _OPTIMISM * (1 + _FEW_POINTS / count) * np.maximum.accumulate(spread)
    whole = known.all(axis=1)
    shares = tuple(Share(part.name, float(weight)) for part, weight in zip(parts, weights, strict=True))
    return _Fit(mean, spread, max(1, count - 2), shares, seasonal, together[whole].sum(axis=1))


def _level(values: Floats, horizon: int) -> _Fit:
    """Too few points to learn anything from but their level, or no movement in them: the spread of a count."""
    count, level = len(values), float(values.mean())
    spread = max(float(values.std(ddof=1)) if count > 1 else 0.0, math.sqrt(max(abs(level), 1 / count)))
    if count < _FROM_SMOOTHING:
        spread = max(spread, 0.1 * abs(level))
    spread *= math.sqrt(1 + 1 / count)
    return _Fit(
        np.full(horizon, level), np.full(horizon, spread), 10_000, (Share("level", 1.0),),
        season_used=False, sums=np.empty(0),
    )  # fmt: skip


def _bounds(fit: _Fit, floor: float) -> tuple[Bounds, ...]:
    half80, half95 = (quantile(level, fit.freedom) * fit.spread for level in (0.80, 0.95))
    mean = np.maximum(fit.mean, floor)
    columns = (mean, mean - half80, mean + half80, mean - half95, mean + half95)
    return tuple(Bounds(*row) for row in np.maximum(np.stack(columns, axis=1), floor).tolist())


def quantile(level: float, freedom: int) -> float:
    """Student's two-sided quantile: the normal one drawn out as Cornish and Fisher do, which is within a hundredth of
    it from four degrees of freedom on, and a table below."""
    if freedom in _FEW_T:
        return _FEW_T[freedom][level]
    z = _Z[level]
    square = z * z
    first = z * (square + 1) / 4
    second = z * (5 * square**2 + 16 * square + 3) / 96
    third = z * (3 * square**3 + 19 * square**2 + 17 * square - 15) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3


_FEW_T = {
    1: {0.80: 3.0777, 0.95: 12.7062},
    2: {0.80: 1.8856, 0.95: 4.3027},
    3: {0.80: 1.6377, 0.95: 3.1824},
}


def _total(values: Floats, horizon: int, season: int) -> Sum:
    fit = _fit(values, horizon, season)
    mean = float(fit.mean.sum())
    apart = float(np.sqrt((fit.spread**2).sum()))
    # Steps err together where the level moves: what sums of the history were off by says how much.
    seen = _OPTIMISM * math.sqrt(float((fit.sums**2).mean())) if len(fit.sums) >= 3 else 0.0
    half = quantile(0.80, fit.freedom) * min(max(apart, seen), float(fit.spread.sum()))
    floor = 0.0 if bool((values >= 0).all()) else -math.inf
    return Sum(max(mean, floor), max(mean - half, floor), max(mean + half, floor))


def _backtest(values: Floats, horizon: int, season: int) -> Backtest | None:
    count = len(values)
    if count < _FROM_BACKTEST or horizon < 1:
        return None
    reach = min(horizon, count // 3)
    # Near the end, where there is nearly as much to learn from as there is now.
    last, apart = count - reach, max(1, reach // 6)
    origins = [at for fold in range(_FOLDS) if (at := last - fold * apart) >= max(_FROM_SMOOTHING, count // 2)]
    misses, percents, usual, percents_usual, in80, in95 = [], [], [], [], [], []
    for origin in origins:
        known, truth = values[:origin], values[origin : origin + reach]
        fit = _fit(known, reach, season)
        points = np.array(_bounds(fit, 0.0 if bool((known >= 0).all()) else -math.inf))
        simple = _naive(known, reach, season)
        misses.append(np.abs(points[:, 0] - truth))
        usual.append(np.abs(simple - truth))
        percents.append(_percent(truth, points[:, 0]))
        percents_usual.append(_percent(truth, simple))
        in80.append((truth >= points[:, 1]) & (truth <= points[:, 2]))
        in95.append((truth >= points[:, 3]) & (truth <= points[:, 4]))
    lag = season if count > season else 1
    scale = float(np.abs(values[lag:] - values[:-lag]).mean())
    miss, smape = float(np.concatenate(misses).mean()), float(np.concatenate(percents).mean())
    miss_usual, smape_usual = float(np.concatenate(usual).mean()), float(np.concatenate(percents_usual).mean())
    owa = 0.5 * (miss / miss_usual + smape / smape_usual) if miss_usual > 0 and smape_usual > 0 else None
    return Backtest(
        miss / scale if scale > 0 else None, smape, owa,
        float(np.concatenate(in80).mean()), float(np.concatenate(in95).mean()), len(origins),
    )  # fmt: skip


def _naive(values: Floats, horizon: int, season: int) -> Floats:
    """The last value, in its season."""
    repeating = season_of(values, season) if len(values) >= _FROM_SMOOTHING else None
    if repeating is None:
        return np.full(horizon, float(values[-1]))
    return repeating.back(np.full(horizon, float(repeating.level[-1])), len(values))


def _percent(truth: Floats, found: Floats) -> Floats:
    size = np.abs(truth) + np.abs(found)
    return np.where(size == 0, 0.0, 200 * np.abs(truth - found) / np.where(size == 0, 1, size))
