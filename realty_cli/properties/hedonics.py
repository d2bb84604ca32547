"""What a metre, a floor or a year is worth among known listings: a ridge regression of the logarithm of price.

Pure arrays. With too few rows to fit anything it falls back on one fixed elasticity of area, and below that on the
plain price a square metre, behind the same face.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from realty_cli.kit.numeric import NDArray, np

Floats = NDArray[np.float64]
Method = Literal["hedonic", "elasticity", "per_m2"]

#: Rows from which a regression is fitted, and from which the elasticity of area is trusted.
FITTED, ELASTIC = 30, 10
#: How much dearer twice as large is, where too few rows tell (as a power of the area).
ELASTICITY = 0.9
#: How far effects are drawn to nothing, in rows: of all features, of the curve of area, and of area itself.
_RIDGE, _RIDGE_CURVE, _RIDGE_AREA = 6.0, 26.0, 0.1
#: Residuals beyond this many robust deviations count for less.
_HUBER = 1.5
_ROUNDS = 2
#: Rows of one month that move its index half way.
_MONTH_SHRINK = 12.0
_MONTH_ROWS = 5


@dataclass(frozen=True, slots=True)
class Features:
    """A table of features, a column each; `groups` names what each column tells of (area, place, floor, ...).

    Column 0 is the logarithm of the area, column 1 what bends it. NaN is unknown.
    """

    table: Floats
    groups: Sequence[str]


@dataclass(frozen=True, slots=True)
class Fit:
    """`weights` are effects a unit of a feature (unknown values count as `means`); `residuals` are what the model
    leaves of each row's log price, `alone` what it would leave had the row not been known. `index` is what each month,
    counted back from now, adds."""

    method: Method
    weights: Floats
    means: Floats
    base: float
    groups: Sequence[str]
    residuals: Floats
    alone: Floats
    index: Floats

    def predict(self, table: Floats) -> Floats:
        """Log prices of rows of features, as of now."""
        found: Floats = self.base + (_filled(table, self.means) - self.means) @ self.weights + self.index[0]
        return found

    def difference(self, subject: Floats, other: Floats, months: int) -> dict[str, float]:
        """What sets two rows apart, in log price by group: what to add to the other's price to make it the subject's.
        `months` ago is when the other had its price."""
        parts = (_filled(subject, self.means) - _filled(other, self.means)) * self.weights
        found: dict[str, float] = {}
        for group, part in zip(self.groups, parts.tolist(), strict=True):
            found[group] = found.get(group, 0.0) + part
        found["time"] = found.get("time", 0.0) + float(self.index[0] - self.index[min(months, len(self.index) - 1)])
        return found


def fit(features: Features, log_prices: Floats, months: NDArray[np.intp], trust: Floats) -> Fit:
    """`months` ago of each price; `trust` is how much each row counts."""
    rows = len(log_prices)
    if rows >= FITTED:
        return _regression(features, log_prices, months, trust)
    slope = ELASTICITY if rows >= ELASTIC else 1.0
    weights = np.zeros(features.table.shape[1])
    weights[0] = slope
    means = _means(features.table)
    left = log_prices - (features.table[:, 0] - means[0]) * slope
    base = weighted_median(left, trust)
    residuals = left - base
    others = [weighted_median(np.delete(left, at), np.delete(trust, at)) for at in range(rows)] if rows > 1 else [base]
    method: Method = "elasticity" if rows >= ELASTIC else "per_m2"
    return Fit(method, weights, means, base, features.groups, residuals, left - np.array(others), np.zeros(1))


def _regression(features: Features, log_prices: Floats, months: NDArray[np.intp], trust: Floats) -> Fit:
    means = _means(features.table)
    centred = _filled(features.table, means) - means
    spread = centred.std(axis=0)
    varies = spread > 1e-9
    scaled = np.where(varies, centred / np.where(varies, spread, 1.0), 0.0)
    columns = np.column_stack([np.ones(len(log_prices)), scaled])
    ridge = np.full(columns.shape[1], _RIDGE)
    ridge[:3] = 0.0, _RIDGE_AREA, _RIDGE_CURVE
    trust = trust / trust.mean()
    count = trust.copy()
    for _ in range(_ROUNDS):
        heavy = columns * count[:, None]
        inverse = np.linalg.inv(heavy.T @ columns + np.diag(ridge))
        effects = inverse @ (heavy.T @ log_prices)
        residuals = log_prices - columns @ effects
        scale = max(1.4826 * float(np.median(np.abs(residuals))), 1e-6)
        count = trust * np.minimum(1.0, _HUBER * scale / np.maximum(np.abs(residuals), 1e-12))
    leverage = np.minimum(((columns @ inverse) * columns).sum(axis=1) * trust, 0.95)
    index = _index(residuals, months, trust)
    gone = index[np.minimum(months, len(index) - 1)]
    return Fit(
        "hedonic",
        np.where(varies, effects[1:] / np.where(varies, spread, 1.0), 0.0),
        means,
        float(effects[0]),
        features.groups,
        residuals - gone,
        residuals / (1.0 - leverage) - gone,
        index,
    )


def _index(residuals: Floats, months: NDArray[np.intp], trust: Floats) -> Floats:
    """The median residual of each month, drawn towards nothing where few rows tell; a month without rows is as the one
    after it."""
    found = np.zeros(int(months.max()) + 1)
    known = np.zeros(len(found), dtype=bool)
    for month in np.unique(months):
        chosen = months == month
        rows = int(chosen.sum())
        if rows >= _MONTH_ROWS:
            middle = weighted_median(residuals[chosen], trust[chosen])
            found[month] = middle * rows / (rows + _MONTH_SHRINK)
            known[month] = True
    if known.any():
        first = int(np.argmax(known))
        found[:first] = found[first]
        for month in range(first + 1, len(found)):
            if not known[month]:
                found[month] = found[month - 1]
    return found


def _means(table: Floats) -> Floats:
    known = ~np.isnan(table)
    counts = known.sum(axis=0)
    sums = np.where(known, table, 0.0).sum(axis=0)
    return np.where(counts > 0, sums / np.maximum(counts, 1), 0.0)


def _filled(table: Floats, means: Floats) -> Floats:
    return np.where(np.isnan(table), means, table)


def weighted_median(values: Floats, weights: Floats) -> float:
    """The middle of the weight; the mean of the middle two where it falls between them."""
    order = np.argsort(values, kind="stable")
    sums = np.cumsum(weights[order])
    half = sums[-1] / 2
    at = int(np.searchsorted(sums, half))
    if at + 1 < len(values) and np.isclose(sums[at], half):
        return float((values[order[at]] + values[order[at + 1]]) / 2)
    return float(values[order[min(at, len(values) - 1)]])
