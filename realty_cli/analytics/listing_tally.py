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
#: Days on the market beyond which a median may leave a listing out, as Redfin's does.
_LONGEST = 365
#: Square metres of a sotka, by which land is sold.
_SOTKA = 100
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


#: What makes listings alike: type, district, rooms.
Kind = tuple[str, str | None, int | None]


@dataclass(slots=True)
class Left:
    """Listings that had left the market once and for all before a period: how many were taken in the last full three
    months and in the last twelve, and the days on the market of those that left within a year, by what makes them alike
    and whether they were taken (1)."""

    quarter: int = 0
    year: int = 0
    days: dict[tuple[str, str | None, int | None, int], list[float]] = field(default_factory=lambda: defaultdict(list))


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
    sotkas: array[float] = field(default_factory=lambda: array("d"))
    paid_sotkas: array[float] = field(default_factory=lambda: array("d"))
    to_list: array[float] = field(default_factory=lambda: array("d"))
    to_original: array[float] = field(default_factory=lambda: array("d"))
    depths: array[float] = field(default_factory=lambda: array("d"))
    drops: array[float] = field(default_factory=lambda: array("d"))
    taken: array[float] = field(default_factory=lambda: array("d"))
    censored: array[float] = field(default_factory=lambda: array("d"))
    standing: dict[Kind, list[tuple[float, int]]] = field(default_factory=lambda: defaultdict(list))
    """Age and number of what is on the market."""
    typical: dict[Kind, array[float]] = field(default_factory=lambda: defaultdict(lambda: array("d")))
    """Days on the market of what was taken within a year."""
    of_kind: dict[Kind, list[Group]] = field(default_factory=dict)
    """The groups that listings of a kind are in."""
    active_days: float = 0.0

    def __post_init__(self) -> None:
        self.groups = {name: defaultdict(Group) for name in ("type", "district", "rooms")}

    @property
    def spans(self) -> list[tuple[float, bool]]:
        """How long listings were on the market, each with whether it was taken then."""
        return [*((one, True) for one in self.taken), *((one, False) for one in self.censored)]

    def add(self, life: Life) -> float:
        """Count a listing in; its active days within the period."""
        start, end = self.window.start, self.window.end
        own = self._groups(life.facts)
        status = life.status(end)
        if status is not None:
            self.statuses[status] += 1
        for began in life.begins():
            if start <= began < end:
                self._came(own)
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
        return active

    def add_still(self, one: Facts) -> float:
        """The same for a listing without a history."""
        start, end = self.window.start, self.window.end
        birth = one.created_at if one.status == Status.DRAFT else one.listed_at or one.created_at
        if birth >= end:
            return 0.0
        self.statuses[one.status] += 1
        if one.status != Status.ACTIVE:
            self.counts["reserved"] += one.status == Status.RESERVED and birth >= start
            return 0.0
        own = self._groups(one)
        self.counts["active_any"] += 1
        age = days(birth, end)
        if birth >= start:
            self._came(own)
        active = age if birth >= start else days(start, end)
        self.active_days += active
        self.censored.append(age)
        self._on_sale(one, own, one.price, age)
        return active

    def add_gone(self, one: Facts, at: str) -> float:
        """The same for a listing that left the market in one move, at a moment before the end; if that lies in the
        period, it never changed its price."""
        start, end, window = self.window.start, self.window.end, self.window
        birth = one.listed_at or one.created_at
        taken, here = one.status in TAKEN, start <= at
        on_market = days(birth, at) if birth < at else None
        self.statuses[one.status] += 1
        if taken:
            self.counts["quarter"] += window.quarter <= at < window.months
            self.counts["year"] += window.year <= at < window.months
        if on_market is not None and at >= window.year_back:
            (self.taken if taken else self.censored).append(on_market)
            if taken:
                self.typical[one.property_type, one.district, one.rooms].append(on_market)
        active = days(max(birth, start), at) if on_market is not None and at > start else 0.0
        self.active_days += active
        self.counts["active_any"] += active > 0
        came = on_market is not None and start <= birth < end
        if not (here or came):
            return active
        own = self._groups(one)
        if came:
            self._came(own)
        if here and taken:
            self._sold(one, own, on_market, on_market, one.final_price, one.price, one.price)
        elif here and on_market is not None:
            self.counts["withdrawn"] += 1
        return active

    def add_left(self, some: Left) -> None:
        """The same for listings that left in one move before the period: what `add_gone` comes to for each of them."""
        self.counts["quarter"] += some.quarter
        self.counts["year"] += some.year
        for (kind, district, rooms, taken), spans in some.days.items():
            (self.taken if taken else self.censored).extend(spans)
            if taken:
                self.typical[kind, district, rooms].extend(spans)

    def _came(self, own: Sequence[Group]) -> None:
        self.counts["new"] += 1
        for group in own:
            group.new += 1

    def _groups(self, facts: Facts) -> list[Group]:
        kind = (facts.property_type, facts.district, facts.rooms)
        found = self.of_kind.get(kind)
        if found is None:
            rooms = None if facts.rooms is None else str(facts.rooms)
            values = {"type": facts.property_type, "district": facts.district, "rooms": rooms}
            found = self.of_kind[kind] = [self.all, *(self.groups[name][value] for name, value in values.items())]
        return found

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
        ran, ran_in_all = life.on_market(taken), life.on_market(taken, gap=ANEW)
        if reserved is not None:
            self.closing_days.append(days(reserved, spell.start))
        self._sold(
            life.facts, own, ran[1] if ran else None, ran_in_all[1] if ran_in_all else None,
            life.facts.final_price if spell.end is None else None, life.price(taken), life.first_price,
        )  # fmt: skip

    def _sold(
        self, one: Facts, own: Sequence[Group], ran: float | None, in_all: float | None,
        paid: int | None, asked: int | None, first: int | None,
    ) -> None:  # fmt: skip
        self.counts["closed"] += 1
        for group in own:
            group.closed += 1
            if ran is not None:
                group.days.append(ran)
        if in_all is not None:
            self.earlier_days.append(in_all)
        for found, base in ((self.to_list, asked), (self.to_original, first)):
            if paid is not None and base and _RATIOS[0] <= paid / base <= _RATIOS[1]:
                found.append(paid / base)
        self._land(one, paid, self.paid_sotkas, "land_closed")
        if paid is not None and (metre := _per_metre(one, paid)) is not None:
            self.paid_metres.append(metre)

    def _land(self, one: Facts, price: int | None, found: array[float], counted: str) -> None:
        if one.property_type == PropertyType.LAND:
            self.counts[counted] += 1
            if price is not None and one.area and one.area > 0:
                found.append(price / one.area * _SOTKA)

    def _pace(self, life: Life) -> None:
        """Sales by which the pace of the market is told, and what is usual for the like."""
        window = self.window
        self.counts["quarter"] += bool(life.entries(TAKEN, window.quarter, window.months))
        self.counts["year"] += bool(life.entries(TAKEN, window.year, window.months))
        if places := life.entries(TAKEN, window.year_back, window.end):
            facts = life.facts
            if ran := life.on_market(life.taken_at(places[-1])[0]):
                self.typical[facts.property_type, facts.district, facts.rooms].append(ran[1])

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
            (self.taken if over else self.censored).append(ran[1])

    def _stands(self, life: Life, own: Sequence[Group]) -> None:
        window = self.window
        price, first = life.price(window.end), life.first_price
        ran = life.on_market(window.end)
        self._on_sale(life.facts, own, price, ran[1] if ran else 0.0)
        cuts = [step.at for step in life.prices if step.at < window.end and step.depth >= CORRECTION]
        self.counts["cut_ever"] += bool(cuts)
        self.counts["cut_lately"] += any(at >= window.month_back for at in cuts)
        if price is not None and first and price < first:
            self.drops.append((first - price) / first)

    def _on_sale(self, one: Facts, own: Sequence[Group], price: int | None, age: float) -> None:
        metre = None if price is None else _per_metre(one, price)
        for group in own:
            group.standing += 1
            if price is not None:
                group.prices.append(price)
            if metre is not None:
                group.metres.append(metre)
        self._land(one, price, self.sotkas, "land")
        self.ages.append(age)
        self.standing[one.property_type, one.district, one.rooms].append((age, one.id))
        counts = self.counts
        counts["with_price"] += price is not None
        counts["with_area"] += one.area is not None
        counts["with_district"] += one.district is not None
        counts["with_listed_at"] += one.listed_at is not None

    # What it comes to ---------------------------------------------------------------------------------------------

    def counted(self) -> dict[str, Measured]:
        """Counts, which may be added to those of other blocks."""
        return {
            "inventory": Measured(self.all.standing, self.all.standing),
            "reserved_now": _count(self.statuses[Status.RESERVED]),
            "drafts": _count(self.statuses[Status.DRAFT]),
            **{name: _count(self.counts[name]) for name in ("active_any", "new", "reserved", "closed", "withdrawn")},
        }

    def measured(self, *, exclude_outliers: bool = False) -> dict[str, Measured]:
        """Every metric that lives tell. `exclude_outliers`: the median of days on the market leaves out those of more
        than a year."""
        counts, stands, closed = self.counts, self.all.standing, self.counts["closed"]
        sold, months = (counts["quarter"], 3) if counts["quarter"] >= _FEW_SALES else (counts["year"], 12)
        prices, ran = self.all.prices, self.all.days
        usual = [one for one in ran if one <= _LONGEST] if exclude_outliers else ran
        return {
            **self.counted(),
            "sell_through": ratio(closed, closed + counts["withdrawn"]),
            "fallout_rate": ratio(counts["fallen"], counts["ended"]),
            "pending_ratio": ratio(self.statuses[Status.RESERVED], stands),
            "dom_closed_median": _median(usual, closed),
            "dom_closed_mean": _mean(ran, closed),
            "dom_closed_p90": quantile(ran, closed),
            "dom_reserved_median": _median(self.reserved_days, counts["reserved"]),
            "cdom_median": _median(self.earlier_days, closed),
            "days_to_close_median": _median(self.closing_days, closed),
            "age_of_inventory_median": _median(self.ages, stands),
            "median_survival": median_survival(self.taken, self.censored),
            "price_median": _median(prices, stands),
            "price_mean": _mean(prices, stands),
            "price_per_m2_asking_median": _median(self.all.metres, stands),
            "price_per_m2_sold_median": _median(self.paid_metres, closed),
            "price_per_sotka_asking_median": _median(self.sotkas, counts["land"]),
            "price_per_sotka_sold_median": _median(self.paid_sotkas, counts["land_closed"]),
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
