"""What lives of listings come to, of one kind of deal in one currency: metrics.md, section 1. Data in, data out.

A listing counts once in each number, however often it came and went within the period. Where a deal fell through after
it was counted, the last closing of the period is the one that its days and its price are of.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import NamedTuple

from realty_cli.analytics.lives import ANEW, CORRECTION, TAKEN, Facts, Life, days
from realty_cli.analytics.survival import median_survival
from realty_cli.analytics.values import NOTHING, Measured, ratio
from realty_cli.properties.kinds import PropertyType, Status

_RESERVED = frozenset({Status.RESERVED})
_WITHDRAWN = frozenset({Status.WITHDRAWN})
_STANDING = frozenset({Status.ACTIVE, Status.RESERVED})
#: Ratios of prices beyond these are errors of entry.
_RATIOS = (0.5, 1.5)
#: Fewer sales than these in three months are too few to tell a pace.
_FEW_SALES = 12
_QUANTILE = 0.9


class Window(NamedTuple):
    """The moments that numbers are of, as stored texts. `quarter` and `year` are the beginnings of the last three and
    the last twelve full months, `months` the end of both."""

    start: str
    end: str
    month_back: str
    year_back: str
    quarter: str
    year: str
    months: str


class Standing(NamedTuple):
    """A listing on the market, with its age in days."""

    id: int
    property_type: str
    district: str | None
    rooms: int | None
    age: float


@dataclass(slots=True)
class Group:
    """Listings of a block that share a value."""

    new: int = 0
    closed: int = 0
    standing: int = 0
    prices: array[int] = field(default_factory=lambda: array("q"))
    metres: array[float] = field(default_factory=lambda: array("d"))
    days: array[float] = field(default_factory=lambda: array("d"))


@dataclass(slots=True)
class Tally:
    """What has been counted so far. Prices are in minor units, spans in days."""

    window: Window
    counts: Counter[str] = field(default_factory=Counter)
    all: Group = field(default_factory=Group)
    groups: dict[str, dict[str | None, Group]] = field(default_factory=dict)
    statuses: Counter[str] = field(default_factory=Counter)
    ages: array[float] = field(default_factory=lambda: array("d"))
    reserved_days: array[float] = field(default_factory=lambda: array("d"))
    earlier_days: array[float] = field(default_factory=lambda: array("d"))
    closing_days: array[float] = field(default_factory=lambda: array("d"))
    paid_metres: array[float] = field(default_factory=lambda: array("d"))
    to_list: array[float] = field(default_factory=lambda: array("d"))
    to_original: array[float] = field(default_factory=lambda: array("d"))
    depths: array[float] = field(default_factory=lambda: array("d"))
    drops: array[float] = field(default_factory=lambda: array("d"))
    spans: list[tuple[float, bool]] = field(default_factory=list)
    standing: list[Standing] = field(default_factory=list)
    typical: dict[tuple[str, str | None], list[tuple[int | None, float]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    active_days: float = 0.0

    def __post_init__(self) -> None:
        self.groups = {name: defaultdict(Group) for name in ("type", "district", "rooms")}

    def add(self, life: Life) -> None:
        start, end = self.window.start, self.window.end
        own = self._groups(life.facts)
        status = life.status(end)
        if status is not None:
            self.statuses[status] += 1
        for began in life.begins():
            if start <= began < end:
                self.counts["new"] += 1
                for group in own:
                    group.new += 1
        active = life.active_days(start, end)
        self.active_days += active
        if active or any(one.status == Status.ACTIVE and start <= one.start < end for one in life.spells):
            self.counts["active_any"] += 1
        self._moves(life, own)
        self._pace(life)
        self._cuts(life)
        self._span(life)
        if status == Status.ACTIVE:
            self._stands(life, own)

    def _groups(self, facts: Facts) -> list[Group]:
        rooms = None if facts.rooms is None else str(facts.rooms)
        values = {"type": facts.property_type, "district": facts.district, "rooms": rooms}
        return [self.all, *(self.groups[name][value] for name, value in values.items())]

    def _moves(self, life: Life, own: Sequence[Group]) -> None:
        start, end = self.window.start, self.window.end
        if places := life.entries(_RESERVED, start, end):
            self.counts["reserved"] += 1
            if ran := life.on_market(life.spells[places[-1]].start):
                self.reserved_days.append(ran[1])
        if any(place and life.spells[place - 1].status in _STANDING for place in life.entries(_WITHDRAWN, start, end)):
            self.counts["withdrawn"] += 1
        for place, spell in enumerate(life.spells):
            if spell.status == Status.RESERVED and spell.end is not None and start <= spell.end < end:
                self.counts["ended"] += 1
                self.counts["fallen"] += life.spells[place + 1].status not in TAKEN
        if places := life.entries(TAKEN, start, end):
            self._closed(life, own, places[-1])

    def _closed(self, life: Life, own: Sequence[Group], place: int) -> None:
        spell = life.spells[place]
        taken, reserved = life.taken_at(place)
        self.counts["closed"] += 1
        ran, ran_in_all = life.on_market(taken), life.on_market(taken, gap=ANEW)
        for group in own:
            group.closed += 1
            if ran:
                group.days.append(ran[1])
        if ran_in_all:
            self.earlier_days.append(ran_in_all[1])
        if reserved is not None:
            self.closing_days.append(days(reserved, spell.start))
        paid = life.facts.final_price if spell.end is None else None
        asked, first = life.price(taken), life.first_price
        for found, base in ((self.to_list, asked), (self.to_original, first)):
            if paid is not None and base and _RATIOS[0] <= paid / base <= _RATIOS[1]:
                found.append(paid / base)
        if paid is not None and (metre := _per_metre(life.facts, paid)) is not None:
            self.paid_metres.append(metre)

    def _pace(self, life: Life) -> None:
        """Sales by which the pace of the market is told, and what is usual for the like."""
        window = self.window
        self.counts["quarter"] += bool(life.entries(TAKEN, window.quarter, window.months))
        self.counts["year"] += bool(life.entries(TAKEN, window.year, window.months))
        if places := life.entries(TAKEN, window.year_back, window.end):
            facts = life.facts
            if ran := life.on_market(life.taken_at(places[-1])[0]):
                self.typical[facts.property_type, facts.district].append((facts.rooms, ran[1]))

    def _cuts(self, life: Life) -> None:
        for step in life.prices:
            if self.window.start <= step.at < self.window.end and life.status(step.at) in _STANDING:
                if step.depth >= CORRECTION:
                    self.depths.append(step.depth)
                elif step.depth <= -CORRECTION:
                    self.counts["increases"] += 1

    def _span(self, life: Life) -> None:
        """How long the last listing was on the market, and whether it was taken then."""
        place = max((place for place, one in enumerate(life.spells) if one.start < self.window.end), default=None)
        if place is None:
            return
        spell = life.spells[place]
        over = spell.status in TAKEN or spell.status == Status.RESERVED
        until = self.window.end if spell.status == Status.ACTIVE else spell.start
        if spell.status in TAKEN:
            until = life.taken_at(place)[0]
        if until >= self.window.year_back and (ran := life.on_market(until)):
            self.spans.append((ran[1], over))

    def _stands(self, life: Life, own: Sequence[Group]) -> None:
        facts, window = life.facts, self.window
        price = life.price(window.end)
        metre = None if price is None else _per_metre(facts, price)
        for group in own:
            group.standing += 1
            if price is not None:
                group.prices.append(price)
            if metre is not None:
                group.metres.append(metre)
        ran = life.on_market(window.end)
        age = ran[1] if ran else 0.0
        self.ages.append(age)
        self.standing.append(Standing(facts.id, facts.property_type, facts.district, facts.rooms, age))
        cuts = [step.at for step in life.prices if step.at < window.end and step.depth >= CORRECTION]
        self.counts["cut_ever"] += bool(cuts)
        self.counts["cut_lately"] += any(at >= window.month_back for at in cuts)
        first = life.first_price
        if price is not None and first and price < first:
            self.drops.append((first - price) / first)
        for name, known in (
            ("with_price", price), ("with_area", facts.area), ("with_district", facts.district),
            ("with_listed_at", facts.listed_at),
        ):  # fmt: skip
            self.counts[name] += known is not None

    # What it comes to ---------------------------------------------------------------------------------------------

    def counted(self) -> dict[str, Measured]:
        """Counts, which may be added to those of other blocks."""
        return {
            "inventory": Measured(self.all.standing, self.all.standing),
            "reserved_now": _count(self.statuses[Status.RESERVED]),
            "drafts": _count(self.statuses[Status.DRAFT]),
            **{name: _count(self.counts[name]) for name in ("active_any", "new", "reserved", "closed", "withdrawn")},
        }

    def measured(self) -> dict[str, Measured]:
        """Every metric that lives tell."""
        counts, stands, closed = self.counts, self.all.standing, self.counts["closed"]
        sold, months = (counts["quarter"], 3) if counts["quarter"] >= _FEW_SALES else (counts["year"], 12)
        prices = self.all.prices
        return {
            **self.counted(),
            "sell_through": ratio(closed, closed + counts["withdrawn"]),
            "fallout_rate": ratio(counts["fallen"], counts["ended"]),
            "pending_ratio": ratio(self.statuses[Status.RESERVED], stands),
            "dom_closed_median": _median(self.all.days, closed),
            "dom_closed_mean": _mean(self.all.days, closed),
            "dom_closed_p90": quantile(self.all.days, closed),
            "dom_reserved_median": _median(self.reserved_days, counts["reserved"]),
            "cdom_median": _median(self.earlier_days, closed),
            "days_to_close_median": _median(self.closing_days, closed),
            "age_of_inventory_median": _median(self.ages, stands),
            "median_survival": median_survival(self.spans),
            "price_median": _median(prices, stands),
            "price_mean": _mean(prices, stands),
            "price_per_m2_asking_median": _median(self.all.metres, stands),
            "price_per_m2_sold_median": _median(self.paid_metres, closed),
            "inventory_value": Measured(sum(prices), len(prices), stands - len(prices)) if stands else NOTHING,
            "sale_to_list": _mean(self.to_list, closed),
            "sale_to_original": _mean(self.to_original, closed),
            "price_reduced_share": ratio(counts["cut_lately"], stands),
            "price_reduced_ever_share": ratio(counts["cut_ever"], stands),
            "reduction_depth_median": _median(self.depths, len(self.depths)),
            "reduction_total_median": _median(self.drops, len(self.drops)),
            "price_increases": _count(counts["increases"]),
            "absorption_rate": Measured(sold / months / stands, sold) if stands else Measured(None, sold),
            "months_of_supply": Measured(stands / (sold / months), sold) if sold else Measured(None, 0),
        }


def _count(number: int) -> Measured:
    return Measured(number, number)


def _per_metre(facts: Facts, price: int) -> float | None:
    if not facts.area or facts.area <= 0 or facts.property_type == PropertyType.LAND:
        return None
    return price / facts.area


def _median(values: Sequence[float], of: int) -> Measured:
    return Measured(median(values) if values else None, len(values), of - len(values))


def _mean(values: Sequence[float], of: int) -> Measured:
    return Measured(fmean(values) if values else None, len(values), of - len(values))


def quantile(values: Sequence[float], of: int, share: float = _QUANTILE) -> Measured:
    """The value that so large a share stays at or under, between two values in proportion."""
    if not values:
        return Measured(None, 0, of)
    known = sorted(values)
    place = (len(known) - 1) * share
    below = int(place)
    above = min(below + 1, len(known) - 1)
    return Measured(known[below] + (known[above] - known[below]) * (place - below), len(known), of - len(known))
