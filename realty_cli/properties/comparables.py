"""What a listing is worth by others like it: which of them to take, how to adjust their prices, how far to trust it.

Pure: the caller brings the pool and says it in words. The method, and how well it does, stand in docs/comparables.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from realty_cli.kit.numeric import NDArray, np
from realty_cli.properties.hedonics import Features, Fit, Floats, Method, fit

Whole = NDArray[np.intp]

#: Fewer than `LEAST` give no number; steps are widened until there are `ENOUGH`.
LEAST, ENOUGH = 4, 6
#: The nearest so many have a say, and are listed.
MOST = 15
#: How fast weight may fall with distance, beside the median distance of those chosen: what does best on the pool is
#: taken, the first where the pool is too small to tell. The noisier the prices, the more of them have to be heard.
_BANDWIDTHS = (0.7, 0.4, 1.2)
#: How much of what the nearest say is believed beside the regression.
_SHRINK = 0.9
#: The part of an estimate that adjusted prices say; the rest says the median price a square metre of the nearest ten.
#: Both miss, and not in the same places. What does best on the pool is taken, the first where it is too small to tell.
_SHARES = (0.65, 1.0, 0.35)
_PLAIN = 10
COVERAGE = 0.8
#: Rows that an interval is calibrated on: so many at least, and the newest so many at most.
CALIBRATED, _CALIBRATING = 20, 160
_WIDEN = 1.05
#: Rows that move an estimate half way by what was missed on the whole.
_SHIFT_SHRINK = 40.0
_NARROWEST = 0.08
#: Half-widths of the interval up to which the estimate deserves much trust, and some.
_SURE, _FAIR = 0.15, 0.25
_SURE_OF = 12
#: Prices a square metre this many robust deviations off the middle of the pool are mistakes or another market.
_WILD = 4.5
#: Distances, in kilometres, where no coordinates tell.
_SAME_HOUSE, _SAME_METRO, _SAME_DISTRICT, _ELSEWHERE = 0.1, 0.8, 1.5, 6.0


class Known(NamedTuple):
    """One listing of the pool, or the subject (whose price may be None). `price` in any one unit of money; `house`
    names street and house alike for all flats in it; `kind` is of the building: material and market. `trust` is 1 for
    what was closed, less for what is only asked; `sold` says that `price` was paid and not asked."""

    key: str
    price: float | None
    area: float
    rooms: int | None = None
    floor: int | None = None
    floors: int | None = None
    year: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    district: str | None = None
    metro: str | None = None
    house: str | None = None
    material: str | None = None
    market: str | None = None
    renovation: str | None = None
    months: float = 0.0
    trust: float = 1.0
    sold: bool = False


class Step(NamedTuple):
    """How far one looks: kilometres (as far as places are known), share of area, rooms apart, same kind of building.
    `district` lets the same district stand for near."""

    km: float
    area: float
    rooms: int
    building: bool
    district: bool


STEPS = (
    Step(0.5, 0.15, 0, True, False),
    Step(1.0, 0.15, 0, True, False),
    Step(1.0, 0.25, 0, False, False),
    Step(2.0, 0.25, 0, False, True),
    Step(2.0, 0.40, 1, False, True),
    Step(5.0, 0.40, 1, False, True),
    Step(10.0, 0.40, 1, False, True),
)
#: The step from which the place no longer speaks: the whole town where no coordinates are, and never what is known to
#: lie farther away. Only a regression makes such prices comparable.
ANYWHERE = len(STEPS) - 1
_NEVER = len(STEPS)


@dataclass(frozen=True, slots=True)
class Comparable:
    """One chosen: its `weight` in the estimate, its price as it would be for the subject, and why, in log price."""

    key: str
    distance: float
    km: float | None
    weight: float
    adjusted: float
    parts: dict[str, float]


@dataclass(frozen=True, slots=True)
class Estimate:
    price: float
    low: float
    high: float
    half_width: float
    interval: Literal["conformal", "range"]
    confidence: Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True)
class Valuation:
    """`estimate` is None where fewer than `LEAST` were found. `found` counts by step; `step` is the one that was
    reached. `pool_error` is the median error, as a fraction, of the same method on the pool itself, each row unseen."""

    estimate: Estimate | None
    method: Method
    step: int | None
    found: tuple[int, ...]
    pool: int
    n: int
    comparables: tuple[Comparable, ...]
    basis: Literal["asking", "sale"]
    pool_error: float | None


def value(subject: Known, pool: Sequence[Known]) -> Valuation:
    """What `subject` is worth by `pool`: rows of the same kind of thing, deal and currency, without the subject."""
    rows = _sane([one for one in pool if one.price and one.area > 0])
    if not rows or subject.area <= 0:
        return Valuation(None, "per_m2", None, (0,) * len(STEPS), len(rows), 0, (), "asking", None)
    columns = _Columns([*rows, subject])
    log_prices = np.log(np.array([one.price for one in rows], dtype=float))
    trust = np.array([one.trust for one in rows])
    months = np.maximum(0, np.floor(columns.months[:-1])).astype(np.intp)
    features = columns.features()
    model = fit(Features(features.table[:-1], features.groups), log_prices, months, trust)
    last = len(STEPS) if model.method == "hedonic" else ANYWHERE
    mine = np.array([len(rows)])
    away = columns.km(mine, len(rows))
    steps = columns.steps(mine, away)[0]
    found = tuple(int((steps <= at).sum()) for at in range(last))
    step = _reached(found)
    distances = columns.distances(mine, away)[0]
    chosen = np.flatnonzero(steps <= step)
    chosen = chosen[np.argsort(distances[chosen], kind="stable")][:MOST]
    if not len(chosen):
        return Valuation(None, model.method, None, found, len(rows), 0, (), _basis(rows), None)
    gone = model.index[np.minimum(months, len(model.index) - 1)]
    metre = log_prices - columns.log_area[:-1] + model.index[0] - gone
    left, width, share = _left(model, columns, metre, trust, last)
    weights = _kernel(distances[chosen], trust[chosen], width)
    km = columns.known_km(len(rows), chosen)
    here = features.table[-1]
    taken = []
    for at, weight, apart in zip(chosen.tolist(), weights.tolist(), km, strict=True):
        parts = model.difference(here, features.table[at], int(months[at]))
        adjusted = math.exp(log_prices[at] + sum(parts.values()))
        taken.append(Comparable(rows[at].key, float(distances[at]), apart, weight, adjusted, parts))
    error = float(np.median(np.abs(np.expm1(-left)))) if len(left) >= CALIBRATED else None
    estimate = None
    if found[step] >= LEAST:
        believed = _SHRINK if model.method == "hedonic" else 1.0
        # What the method misses on the whole of the newest prices, it would miss here as well.
        shift = float(np.median(left)) * len(left) / (len(left) + _SHIFT_SHRINK) if len(left) >= CALIBRATED else 0.0
        left = left - shift
        adjusted = float(model.predict(here[None, :])[0] + believed * weights @ model.residuals[chosen])
        ten = np.argsort(distances, kind="stable")[:_PLAIN]
        plain = float(np.median(metre[ten]) + columns.log_area[-1])
        middle = math.exp(shift + share * adjusted + (1 - share) * plain)
        estimate = _estimate(middle, left, [one.adjusted for one in taken], found[step], step)
    used = [rows[at] for at in chosen.tolist()]
    return Valuation(
        estimate, model.method, step, found, len(rows), found[step], tuple(taken), _basis(used), error,
    )  # fmt: skip


def _estimate(price: float, left: Floats, adjusted: list[float], n: int, step: int) -> Estimate:
    interval: Literal["conformal", "range"]
    if len(left) >= CALIBRATED:
        rank = min(len(left), math.ceil((len(left) + 1) * COVERAGE))
        width = max(_WIDEN * float(np.sort(np.abs(left))[rank - 1]), math.asinh(_NARROWEST))
        low, high, interval = price * math.exp(-width), price * math.exp(width), "conformal"
    else:
        low = min(*adjusted, price * (1 - _NARROWEST))
        high = max(*adjusted, price * (1 + _NARROWEST))
        interval = "range"
    half = (high - low) / 2 / price
    confidence: Literal["high", "medium", "low"]
    unit = rounding(high - low)
    if half > _FAIR or step == ANYWHERE or interval == "range":
        confidence = "low"
    else:
        confidence = "high" if half <= _SURE and n >= _SURE_OF else "medium"
    price, low, high = (round(one / unit) * unit for one in (price, low, high))
    return Estimate(price, low, high, half, interval, confidence)


def rounding(width: float) -> float:
    """The unit in which a number with an interval of this width is worth saying: two digits of the width."""
    return float(10.0 ** (math.floor(math.log10(width)) - 1)) if width > 0 else 1.0


def _basis(rows: Sequence[Known]) -> Literal["asking", "sale"]:
    return "sale" if rows and all(one.sold for one in rows) else "asking"


def _sane(rows: list[Known]) -> list[Known]:
    """The pool without prices that cannot be prices of such a thing."""
    if len(rows) < ENOUGH:
        return rows
    logs = np.log(np.array([(one.price or 1.0) / one.area for one in rows]))
    middle = np.median(logs)
    spread = max(1.4826 * float(np.median(np.abs(logs - middle))), 0.05)
    kept = np.abs(logs - middle) <= _WILD * spread
    return [one for one, good in zip(rows, kept.tolist(), strict=True) if good]


def _reached(found: Sequence[int]) -> int:
    return next((at for at, count in enumerate(found) if count >= ENOUGH), len(found) - 1)


def _kernel(distances: Floats, trust: Floats, width: float) -> Floats:
    """Weights that sum to one: nearer, and closed rather than asked, count for more."""
    scale = max(width * float(np.median(distances)), 1e-6)
    raw = np.exp(-0.5 * (distances / scale) ** 2) * trust
    weights: Floats = raw / raw.sum()
    return weights


def _left(model: Fit, columns: _Columns, metre: Floats, trust: Floats, last: int) -> tuple[Floats, float, float]:
    """What the whole method misses, in log price, on the newest rows of the pool, each as if it were not
    known; and the bandwidth and the share of adjusted prices with which it misses least. `metre` is the log price of a
    square metre of each row, as it would be now."""
    count = len(metre)
    shares = _SHARES if model.method == "hedonic" else (1.0,)
    if count <= CALIBRATED:
        return np.zeros(0), _BANDWIDTHS[0], shares[0]
    asked = np.argsort(columns.months[:-1], kind="stable")[:_CALIBRATING]
    away = columns.km(asked, count)
    steps = columns.steps(asked, away)
    distances = columns.distances(asked, away)
    at = np.arange(len(asked))
    steps[at, asked] = _NEVER
    counts = np.stack([(steps <= step).sum(axis=1) for step in range(last)], axis=1)
    enough = counts >= ENOUGH
    reached = np.where(enough.any(axis=1), enough.argmax(axis=1), last - 1)
    inside = steps <= reached[:, None]
    usable = inside.sum(axis=1) >= LEAST
    if not usable.any():
        return np.zeros(0), _BANDWIDTHS[0], shares[0]
    asked, inside, distances = asked[usable], inside[usable], distances[usable]
    distances[np.arange(len(asked)), asked] = np.inf
    ten = np.argpartition(distances, _PLAIN - 1, axis=1)[:, :_PLAIN]
    plain = metre[asked] - np.median(metre[ten], axis=1)
    distances = np.where(inside, distances, np.inf)
    most = min(MOST, count - 1)
    nearest = np.argpartition(distances, most - 1, axis=1)[:, :most]
    near = np.take_along_axis(distances, nearest, axis=1)
    real = np.isfinite(near)
    middle = np.nanmedian(np.where(real, near, np.nan), axis=1)
    scaled = np.where(real, near, 0.0) / np.maximum(middle, 1e-6)[:, None]
    believed = _SHRINK if model.method == "hedonic" else 1.0
    best: tuple[Floats, float, float] | None = None
    for width in _BANDWIDTHS:
        weights = np.where(real, np.exp(-0.5 * (scaled / width) ** 2) * trust[nearest], 0.0)
        said = (weights * model.residuals[nearest]).sum(axis=1) / weights.sum(axis=1)
        adjusted = model.alone[asked] - believed * said
        for share in shares:
            missed: Floats = share * adjusted + (1 - share) * plain
            if best is None or (len(missed) >= CALIBRATED and np.abs(missed).mean() < np.abs(best[0]).mean()):
                best = missed, width, share
    assert best is not None
    return best


class _Columns:
    """Rows as arrays, the subject last; NaN and -1 are unknown."""

    def __init__(self, rows: Sequence[Known]) -> None:
        columns: dict[str, tuple[Any, ...]] = dict(zip(Known._fields, zip(*rows, strict=True), strict=True))
        self.log_area = np.log(np.array(columns["area"], dtype=float))
        self.months = np.array(columns["months"], dtype=float)
        self.sold = np.array(columns["sold"], dtype=float)
        self.rooms, self.floor, self.floors, self.year, self.latitude, self.longitude = (
            np.array([math.nan if one is None else one for one in columns[name]], dtype=float)
            for name in ("rooms", "floor", "floors", "year", "latitude", "longitude")
        )
        self.district, self.metro, self.house, self.material, self.market, self.renovation = (
            _codes(columns[name]) for name in ("district", "metro", "house", "material", "market", "renovation")
        )
        with np.errstate(invalid="ignore"):
            self.first = np.where(np.isnan(self.floor), math.nan, (self.floor <= 1).astype(float))
            top = np.isnan(self.floor) | np.isnan(self.floors)
            self.top = np.where(top, math.nan, ((self.floor >= self.floors) & (self.floors > 1)).astype(float))
        nowhere = np.isnan(self.latitude) | np.isnan(self.longitude)
        self.north = np.where(nowhere, math.nan, self.latitude * 111.32)
        middle = np.median(self.latitude[~nowhere]) if not nowhere.all() else 0.0
        self.east = np.where(nowhere, math.nan, self.longitude) * 111.32 * math.cos(math.radians(float(middle)))

    def features(self) -> Features:
        age = np.clip(np.nanmax(self.year) - self.year, 0, 120) / 10 if not np.isnan(self.year).all() else self.year
        columns: list[tuple[str, Floats]] = [
            ("area", self.log_area), ("area", (self.log_area - np.median(self.log_area)) ** 2),
            ("rooms", self.rooms), ("floor", self.first), ("floor", self.top), ("floor", np.minimum(self.floor, 25)),
            ("year", age), ("year", age**2), ("time", self.months), ("paid", self.sold),
        ]  # fmt: skip
        if not np.isnan(self.north).all():
            north, east = self.north - np.nanmedian(self.north), self.east - np.nanmedian(self.east)
            columns += [("place", np.log1p(np.hypot(north, east))), ("place", north), ("place", east)]
        for group, codes in (
            ("place", self.district), ("place", self.metro), ("building", self.material), ("building", self.market),
            ("renovation", self.renovation),
        ):  # fmt: skip
            if codes.max() >= 0:
                counts = np.bincount(codes[:-1][codes[:-1] >= 0], minlength=int(codes.max()) + 1)
                common = np.argsort(-counts, kind="stable")[:_DUMMIES]
                columns += [(group, (codes == code).astype(float)) for code in common if counts[code] >= _DUMMY]
        return Features(np.column_stack([one for _, one in columns]), [group for group, _ in columns])

    def km(self, asked: Whole, count: int) -> Floats:
        """How far each of the first `count` rows is from each asked one; from shared names where no coordinates are."""
        found: Floats = np.hypot(
            self.north[asked, None] - self.north[None, :count], self.east[asked, None] - self.east[None, :count]
        )
        unknown = np.isnan(found)
        if unknown.any():
            told = np.full(found.shape, _ELSEWHERE)
            told[_same(self.district, asked, count)] = _SAME_DISTRICT
            told[_same(self.metro, asked, count)] = _SAME_METRO
            told[_same(self.house, asked, count)] = _SAME_HOUSE
            found = np.where(unknown, told, found)
        return found

    def known_km(self, asked: int, chosen: Whole) -> list[float | None]:
        found = np.hypot(self.north[asked] - self.north[chosen], self.east[asked] - self.east[chosen])
        return [None if math.isnan(one) else one for one in found.tolist()]

    def distances(self, asked: Whole, km: Floats) -> Floats:
        """How unlike each pair is, `km` apart: a kilometre is 1, a tenth of area .6, a room .7, ten years .5, a month
        .08."""
        count = km.shape[1]
        found = km**2
        found += (6.0 * (self.log_area[asked, None] - self.log_area[None, :count])) ** 2
        for values, weight, unsure in (
            (self.rooms, 0.7, 0.35), (self.year / 10, 0.5, 0.25), (self.first, 0.2, 0.1), (self.top, 0.2, 0.1),
        ):  # fmt: skip
            apart = weight * (values[asked, None] - values[None, :count])
            found += np.where(np.isnan(apart), unsure, apart) ** 2
        found += (0.08 * (self.months[asked, None] - self.months[None, :count])) ** 2
        return np.sqrt(found)

    def steps(self, asked: Whole, km: Floats) -> Whole:
        """The first step at which each row is taken for each asked one, `km` apart; `_NEVER` if at none."""
        count = km.shape[1]
        same_district = _same(self.district, asked, count)
        area = np.abs(self.log_area[asked, None] - self.log_area[None, :count])
        rooms = np.abs(self.rooms[asked, None] - self.rooms[None, :count])
        rooms = np.where(np.isnan(rooms), 1.0, rooms)
        alike = _alike(self.material, asked, count) & _alike(self.market, asked, count)
        found = np.full(km.shape, _NEVER, dtype=np.intp)
        for at in range(len(STEPS) - 1, -1, -1):
            step = STEPS[at]
            taken = (area <= math.log1p(step.area)) & (rooms <= step.rooms)
            taken &= (km <= step.km) | same_district if step.district else km <= step.km
            if step.building:
                taken &= alike
            found[taken] = at
        return found


#: Rows that a district, a station or a material needs to be told apart from the others.
_DUMMY = 5
#: So many of each are told apart, the commonest.
_DUMMIES = 60


def _codes(values: Sequence[str | None]) -> Whole:
    known: dict[str, int] = {}
    return np.array([-1 if not one else known.setdefault(one, len(known)) for one in values], dtype=np.intp)


def _same(codes: Whole, asked: Whole, count: int) -> NDArray[np.bool_]:
    here = codes[asked, None]
    found: NDArray[np.bool_] = (here == codes[None, :count]) & (here >= 0)
    return found


def _alike(codes: Whole, asked: Whole, count: int) -> NDArray[np.bool_]:
    """The same, as far as is known."""
    here, there = codes[asked, None], codes[None, :count]
    found: NDArray[np.bool_] = (here == there) | (here < 0) | (there < 0)
    return found
