"""The simple forecasts of which `forecasts` makes one. Each says, for every point of the history, what it would have
foretold from there (`paths`, a row for an origin and a column for a step ahead), so that they can be weighed.

The parameters of smoothing are searched on a grid, all at once: short series have no use for finer ones, and a grid
neither fails nor depends on where a search begins.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from realty_cli.kit.numeric import np, npt

Floats = npt.NDArray[np.float64]

_ALPHAS = np.r_[0.01, 0.05, np.arange(0.1, 1, 0.1), 0.95, 0.99]
_BETAS = np.array([0.01, 0.05, 0.1, 0.2, 0.35, 0.5])
_DAMPING = np.array([0.8, 0.85, 0.9, 0.95, 0.98])
#: So many of the first points say where smoothing begins, without a trend and with one.
_FIRST, _FIRST_OF_TREND = 8, 12


class Part(NamedTuple):
    name: str
    mean: Floats
    """The steps ahead of the last point."""
    paths: Floats
    """[origin, step - 1]; what lies beyond the history is there as well, and is not looked at."""


class Season(NamedTuple):
    """What repeats, taken out of `level`; `indices` belong to the points in order, from the first one on."""

    level: Floats
    indices: Floats
    multiplied: bool

    def back(self, origins: Floats, first: int) -> Floats:
        """The season put back on steps that begin `first` points after the beginning of the history."""
        steps = np.arange(first, first + origins.shape[-1])
        index: Floats = self.indices[steps % len(self.indices)]
        return origins * index if self.multiplied else origins + index

    def back_all(self, paths: Floats) -> Floats:
        """The same for the paths of every origin."""
        count, horizon = paths.shape
        index: Floats = self.indices[(np.arange(count)[:, None] + 1 + np.arange(horizon)) % len(self.indices)]
        return paths * index if self.multiplied else paths + index


def season_of(values: Floats, length: int) -> Season | None:
    """The season that a series shows; None where it shows none, or is too short to show it.

    Three cycles are tested by autocorrelation, as the M4 competition does. Two cycles of a year of months cannot be:
    there the indices are drawn towards none, the more the fewer times each was seen.
    """
    count = len(values)
    tested = count >= 3 * length
    if length < 2 or not (_repeats(values, length) if tested else count >= 2 * length and length <= 12):
        return None
    multiplied = bool((values > 0).all())
    index, seen = _indices(values, length, multiplied=multiplied)
    if not tested:
        pull = seen / (seen + 2.0)
        index = 1 + (index - 1) * pull if multiplied else index * pull
    if multiplied and index.min() <= 0.01:
        return None
    whole = index[np.arange(count) % length]
    return Season(values / whole if multiplied else values - whole, index, multiplied)


def _repeats(values: Floats, length: int) -> bool:
    centred = values - values.mean()
    power = float(centred @ centred)
    if power <= 0:
        return False
    found = np.array([float(centred[lag:] @ centred[:-lag]) / power for lag in range(1, length + 1)])
    bound = 1.645 * np.sqrt(np.cumsum(np.r_[1, 2 * found[:-1] ** 2]) / len(values))
    return bool(abs(found[-1]) > bound[-1])


def _indices(values: Floats, length: int, *, multiplied: bool) -> tuple[Floats, Floats]:
    """The mean distance of every place of the cycle from a centred moving average, and of how many it is the mean."""
    window = np.ones(length) if length % 2 else np.r_[0.5, np.ones(length - 1), 0.5]
    trend = np.convolve(values, window / length, "valid")
    offset = len(window) // 2
    middle = values[offset : offset + len(trend)]
    apart = middle / trend if multiplied else middle - trend
    place = (np.arange(len(trend)) + offset) % length
    seen = np.bincount(place, minlength=length).astype(float)
    total = np.bincount(place, weights=apart, minlength=length)
    none = 1.0 if multiplied else 0.0
    index = np.where(seen > 0, total / np.maximum(seen, 1), none)
    return (index / index.mean() if multiplied else index - index.mean()), seen


def smoothed(values: Floats, horizon: int) -> tuple[Part, float]:
    """Exponential smoothing of a level that moves, and how fast it does."""
    start = float(values[: min(len(values), _FIRST)].mean())
    alpha, levels = _level(values, start)
    paths = np.repeat(levels[:, None], horizon, axis=1)
    return Part("ses", paths[-1], paths), alpha


def averaged(values: Floats, horizon: int) -> Part:
    """The mean of all that there was."""
    means = np.cumsum(values) / np.arange(1, len(values) + 1)
    paths = np.repeat(means[:, None], horizon, axis=1)
    return Part("mean", paths[-1], paths)


def theta(values: Floats, horizon: int) -> Part:
    """The Theta method: half a straight line through everything, half the level of what that line leaves doubled."""
    count = len(values)
    middle = np.arange(count) - (count - 1) / 2
    slope = float(middle @ values / (middle @ middle))
    first = float(values.mean()) - slope * (count - 1) / 2
    line = first + slope * np.arange(count + horizon)
    doubled = 2 * values - line[:count]
    _, levels = _level(doubled, float(doubled[: min(count, _FIRST)].mean()))
    ahead = line[np.arange(count)[:, None] + 1 + np.arange(horizon)]
    paths = 0.5 * (levels[:, None] + ahead)
    return Part("theta", paths[-1], paths)


def damped(values: Floats, horizon: int) -> Part:
    """A trend that dies away."""
    count = len(values)
    known = min(count, _FIRST_OF_TREND)
    middle = np.arange(known) - (known - 1) / 2
    slope = float(middle @ values[:known] / (middle @ middle))
    start = float(values[:known].mean()) - slope * (known + 1) / 2
    alpha, beta, phi = (axis.ravel() for axis in np.meshgrid(_ALPHAS, _BETAS, _DAMPING, indexing="ij"))
    gain = alpha * beta
    level, trend = np.full_like(alpha, start), np.full_like(alpha, slope)
    squares = np.zeros_like(alpha)
    damping, miss = np.empty_like(alpha), np.empty_like(alpha)
    for value in values.tolist():
        np.multiply(phi, trend, out=damping)
        np.add(level, damping, out=level)
        np.subtract(value, level, out=miss)
        level += alpha * miss
        np.add(damping, gain * miss, out=trend)
        miss *= miss
        squares += miss
    best = int(np.argmin(squares))
    levels, trends = _trended(values, start, slope, float(alpha[best]), float(gain[best]), float(phi[best]))
    reach = np.cumsum(phi[best] ** np.arange(1, horizon + 1))
    paths = levels[:, None] + trends[:, None] * reach
    return Part("damped", paths[-1], paths)


def repeated(values: Floats, horizon: int, length: int) -> Part:
    """What there was a cycle ago."""
    count = len(values)
    origin = np.arange(count)[:, None]
    place = origin + 1 + np.arange(horizon) % length - length
    paths = np.where(place >= 0, values[np.maximum(place, 0)], np.nan)
    return Part("seasonal_naive", paths[-1], paths)


def _level(values: Floats, start: float) -> tuple[float, Floats]:
    level, squares = np.full_like(_ALPHAS, start), np.zeros_like(_ALPHAS)
    for value in values.tolist():
        miss = value - level
        squares += miss * miss
        level += _ALPHAS * miss
    alpha = float(_ALPHAS[int(np.argmin(squares))])
    levels, at = [], start
    for value in values.tolist():
        at += alpha * (value - at)
        levels.append(at)
    return alpha, np.array(levels)


def _trended(
    values: Floats, level: float, trend: float, alpha: float, gain: float, phi: float
) -> tuple[Floats, Floats]:
    found: list[tuple[float, float]] = []
    for value in values.tolist():
        ahead = level + phi * trend
        miss = value - ahead
        level, trend = ahead + alpha * miss, phi * trend + gain * miss
        found.append((level, trend))
    both: Any = np.array(found)
    return both[:, 0], both[:, 1]
