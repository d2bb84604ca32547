"""What a series did: its slope, whether that may be chance, its season, its breaks and its oddities. Values in, values
out. Methods that one wild value does not sway; nothing here needs numpy.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist, fmean, median, pvariance
from typing import NamedTuple

#: More points than these are thinned out, as the work grows with their square.
_MOST = 400
#: Fewer have no direction.
MIN_POINTS = 8
MIN_FOR_BREAKS, _SHORTEST, _MOST_BREAKS = 24, 6, 3
_OUTLIER = 3.5
#: Of a normal law: the median distance from the middle, and the mean one.
_MEDIAN_DEVIATION, _MEAN_DEVIATION = 0.6745, 0.7979
_NORMAL = NormalDist()


class Slope(NamedTuple):
    """`level` is the value of the line at the first point."""

    step: float
    level: float


class Season(NamedTuple):
    """`indices` belong to the points in order from the first; 1 is usual where they are `multiplied`, else 0.
    `strength` is the share of the movement about the trend that repeats. `significant`: more closely than by chance."""

    period: int
    strength: float
    indices: tuple[float, ...]
    multiplied: bool
    significant: bool

    def out_of(self, values: Sequence[float]) -> list[float]:
        """The values without it."""
        pairs = zip(values, (self.indices[at % self.period] for at in range(len(values))), strict=True)
        return [value / index if self.multiplied else value - index for value, index in pairs]


class Outlier(NamedTuple):
    at: int
    score: float


def theil_sen(values: Sequence[float]) -> Slope:
    """The median of the slopes between all pairs, and the line with it that leaves half of the points on either side.
    Raises ValueError below two points."""
    if len(values) < 2:
        raise ValueError("a slope needs two points")
    places = _thinned(len(values))
    slopes = [
        (values[later] - values[place]) / (later - place)
        for position, place in enumerate(places)
        for later in places[position + 1 :]
    ]
    step = median(slopes)
    return Slope(step, median(value - step * at for at, value in enumerate(values)))


def mann_kendall(values: Sequence[float]) -> float:
    """How likely a series without a trend rises or falls so steadily (two-sided, ties considered). What hangs on the
    value before moves steadily by itself: the more it does, the fewer points these count as."""
    places = _thinned(len(values))
    known = [values[at] for at in places]
    count = len(known)
    if count < 3:
        return 1.0
    score = sum(
        (later > value) - (later < value) for at, value in enumerate(known) for later in known[at + 1 :]
    )  # fmt: skip
    ties: dict[float, int] = {}
    for value in known:
        ties[value] = ties.get(value, 0) + 1
    variance = (count * (count - 1) * (2 * count + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties.values())) / 18
    if variance <= 0:
        return 1.0
    line = theil_sen(known)
    left = [value - line.level - line.step * at for at, value in enumerate(known)]
    hangs = _autocorrelation(left, 1)
    if hangs > 1.645 / math.sqrt(count):
        variance *= (1 + hangs) / max(1 - hangs, 0.05)
    z = (abs(score) - 1) / math.sqrt(variance) if score else 0.0
    return min(1.0, 2 * _NORMAL.cdf(-max(z, 0.0)))


def season(values: Sequence[float], period: int) -> Season | None:
    """The season of so many points; None below two cycles, or where nothing moves."""
    count = len(values)
    if period < 2 or count < 2 * period:
        return None
    trend = _centred(values, period)
    known = [at for at, value in enumerate(trend) if value is not None]
    multiplied = all(value > 0 for value in values)
    ratios: dict[int, list[float]] = {}
    for at in known:
        usual = trend[at] or 0.0
        ratios.setdefault(at % period, []).append(values[at] / usual if multiplied else values[at] - usual)
    if len(ratios) < period:
        return None
    raw = [fmean(ratios[place]) for place in range(period)]
    mean = fmean(raw)
    indices = tuple(one / mean if multiplied else one - mean for one in raw)
    if multiplied and min(indices) <= 0:
        return None
    with_it, without = [], []
    for at in known:
        usual, index = trend[at] or 0.0, indices[at % period]
        with_it.append(values[at] - usual)
        without.append(values[at] - (usual * index if multiplied else usual + index))
    spread = pvariance(with_it)
    if spread <= 0:
        return None
    strength = max(0.0, 1 - pvariance(without) / spread)
    significant = count >= 3 * period and _autocorrelation(with_it, period) > 1.645 / math.sqrt(len(with_it))
    return Season(period, min(strength, 1.0), indices, multiplied, significant)


def change_points(values: Sequence[float]) -> list[int]:
    """Where the level breaks: the first points of a new one. Pettitt's test of ranks, again in both halves; what a
    straight line explains as well is a trend and no break."""
    found: list[int] = []
    if len(values) < MIN_FOR_BREAKS:
        return found
    waiting = [(0, len(values))]
    while waiting and len(found) < _MOST_BREAKS:
        start, end = waiting.pop(0)
        if end - start < 2 * _SHORTEST or (at := _break(values[start:end])) is None:
            continue
        found.append(start + at)
        waiting += [(start, start + at), (start + at, end)]
    return sorted(found)


def outliers(values: Sequence[float]) -> list[Outlier]:
    """Values further than 3.5 robust deviations from the middle."""
    if len(values) < MIN_POINTS:
        return []
    middle = median(values)
    apart = [abs(value - middle) for value in values]
    spread, usual = median(apart), _MEDIAN_DEVIATION
    if spread == 0:
        spread, usual = fmean(apart), _MEAN_DEVIATION
    if spread <= 1e-9 * max(1.0, abs(middle)):
        return []
    scores = ((at, usual * (value - middle) / spread) for at, value in enumerate(values))
    return [Outlier(at, score) for at, score in scores if abs(score) > _OUTLIER]


def moving_average(values: Sequence[float | None], window: int) -> list[float | None]:
    """The mean of the last so many values; None until there are so many, and where all of them are missing."""
    found: list[float | None] = []
    for at in range(len(values)):
        known = [value for value in values[max(0, at + 1 - window) : at + 1] if value is not None]
        found.append(fmean(known) if at + 1 >= window and known else None)
    return found


def filled(values: Sequence[float | None]) -> list[float]:
    """Gaps within a series as a straight line between their neighbours, those at its ends as the nearest value; nothing
    of nothing."""
    known = [(at, value) for at, value in enumerate(values) if value is not None]
    if not known:
        return []
    found: list[float] = []
    position = 0
    for at in range(len(values)):
        while position + 1 < len(known) and known[position + 1][0] <= at:
            position += 1
        left, right = known[position], known[min(position + 1, len(known) - 1)]
        if at <= left[0] or right[0] == left[0]:
            found.append(left[1])
        else:
            share = (at - left[0]) / (right[0] - left[0])
            found.append(left[1] + (right[1] - left[1]) * share)
    return found


def _thinned(count: int) -> list[int]:
    return (
        list(range(count)) if count <= _MOST else sorted({round(k * (count - 1) / (_MOST - 1)) for k in range(_MOST)})
    )


def _autocorrelation(values: Sequence[float], lag: int) -> float:
    mean = fmean(values)
    apart = [value - mean for value in values]
    power = sum(one * one for one in apart)
    if power <= 0 or lag >= len(values):
        return 0.0
    return sum(one * other for one, other in zip(apart[lag:], apart[:-lag], strict=True)) / power


def _centred(values: Sequence[float], period: int) -> list[float | None]:
    """The mean of a whole cycle about each point, the ends of an even one with half a weight."""
    half = period // 2
    found: list[float | None] = [None] * len(values)
    for at in range(half, len(values) - half):
        around = values[at - half : at + half + 1]
        total = sum(around) - (0.0 if period % 2 else (around[0] + around[-1]) / 2)
        found[at] = total / period
    return found


def _break(values: Sequence[float]) -> int | None:
    count = len(values)
    ranks = _ranks(values)
    best, strongest, running = 0, 0.0, 0.0
    for at in range(count - 1):
        running += 2 * ranks[at] - (count + 1)
        if abs(running) > strongest and _SHORTEST <= at + 1 <= count - _SHORTEST:
            best, strongest = at + 1, abs(running)
    chance = 2 * math.exp(-6 * strongest**2 / (count**3 + count**2))
    if not best or chance > 0.01:
        return None
    line = theil_sen(values)
    left = sum(abs(value - line.level - line.step * at) for at, value in enumerate(values))
    before, after = median(values[:best]), median(values[best:])
    stepped = sum(abs(value - (before if at < best else after)) for at, value in enumerate(values))
    return best if stepped < left else None


def _ranks(values: Sequence[float]) -> list[float]:
    """From 1 on, ties sharing the mean of theirs."""
    order = sorted(range(len(values)), key=lambda at: values[at])
    ranks = [0.0] * len(values)
    first = 0
    while first < len(order):
        last = first
        while last + 1 < len(order) and values[order[last + 1]] == values[order[first]]:
            last += 1
        for place in range(first, last + 1):
            ranks[order[place]] = (first + last) / 2 + 1
        first = last + 1
    return ranks
