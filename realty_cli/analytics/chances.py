"""How much a count says: intervals, tails and corrections, in plain arithmetic. Nothing here needs numpy."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import NormalDist

_NORMAL = NormalDist()
#: Two-sided 95 % and 80 % of a normal law.
Z95, Z80 = 1.959964, 1.281552
#: How strongly a small cell is drawn to the whole: it counts as so many more of the usual kind.
SHRINK = 20


def wilson(k: float, n: float, z: float = Z95) -> tuple[float, float]:
    """The Wilson interval of a share; all is possible where nothing was seen."""
    if n <= 0:
        return 0.0, 1.0
    p, square = k / n, z * z / n
    middle, half = p + square / 2, z * math.sqrt(p * (1 - p) / n + square / (4 * n))
    return max(0.0, (middle - half) / (1 + square)), min(1.0, (middle + half) / (1 + square))


def shrunk(k: float, n: float, usual: float, z: float = Z80) -> tuple[float, float, float]:
    """A share drawn to the usual one, and its interval: `(share, low, high)`."""
    k, n = k + SHRINK * usual, n + SHRINK
    return k / n, *wilson(k, n, z)


def two_shares(k1: float, n1: float, k2: float, n2: float) -> float:
    """How likely two shares differ so much by chance (two-sided, pooled); 1 where nothing can be said."""
    if n1 <= 0 or n2 <= 0:
        return 1.0
    p = (k1 + k2) / (n1 + n2)
    spread = math.sqrt(p * (1 - p) * (1 / n1 + 1 / n2))
    if spread == 0:
        return 1.0
    return 2 * _NORMAL.cdf(-abs(k1 / n1 - k2 / n2) / spread)


def tails(values: Sequence[float], last: int = 4, before: int = 26) -> tuple[float, float] | None:
    """How likely the sum of the last so many counts is as low, and as high, as it is, by the `before` counts before:
    `(low, high)`. A negative binomial law whose mean and spread are theirs, and no less spread than Poisson's; the mean
    itself is known only so well, which widens it. None where there are too few counts."""
    if len(values) < last + before:
        return None
    old, total = values[-last - before : -last], sum(values[-last:])
    mean = sum(old) / before
    if mean <= 0:
        return None
    spread = sum((one - mean) ** 2 for one in old) / (before - 1)
    expected = mean * last
    # The sum's own spread, and that of what was expected of it.
    variance = max(spread, mean) * last * (1 + last / before)
    return _tail(total, expected, variance), _tail_above(total, expected, variance)


def _tail(count: float, mean: float, variance: float) -> float:
    return min(1.0, math.fsum(_chance(k, mean, variance) for k in range(int(count) + 1)))


def _tail_above(count: float, mean: float, variance: float) -> float:
    return max(0.0, 1.0 - (_tail(count - 1, mean, variance) if count >= 1 else 0.0))


def _chance(k: int, mean: float, variance: float) -> float:
    if variance <= mean * 1.000001:
        return math.exp(k * math.log(mean) - mean - math.lgamma(k + 1))
    size = mean * mean / (variance - mean)
    share = size / (size + mean)
    return math.exp(
        math.lgamma(k + size) - math.lgamma(size) - math.lgamma(k + 1) + size * math.log(share)
        + k * math.log1p(-share)
    )  # fmt: skip


def discoveries(chances: Mapping[str, float], most: float = 0.1) -> set[str]:
    """Which of the things that were tried in one night are no chance, by Benjamini and Hochberg: of what it names, at
    most so large a share is expected to be false."""
    ranked = sorted(chances, key=lambda name: chances[name])
    kept = 0
    for place, name in enumerate(ranked, 1):
        if chances[name] <= most * place / len(ranked):
            kept = place
    return set(ranked[:kept])
