"""What lives of listings come to, of one kind of deal in one currency: metrics.md, section 1. Data in, data out.

A listing counts once in each number, however often it came and went within the period. Where a deal fell through after
it was counted, the last closing of the period is the one that its days and its price are of.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import chain, repeat
from math import fsum
from statistics import fmean, median
from typing import Any, NamedTuple

from realty_cli.analytics.listing_groups import Group, Kind, Left
from realty_cli.analytics.lives import ANEW, CORRECTION, SECONDS, TAKEN, Facts, Life, Step, days, first_price, price_at
from realty_cli.analytics.survival import median_survival
from realty_cli.analytics.values import NOTHING, Measured, ratio
from realty_cli.properties.kinds import PropertyType, Status

_RESERVED = frozenset({Status.RESERVED})
_WITHDRAWN = frozenset({Status.WITHDRAWN})
_STANDING = frozenset({Status.ACTIVE, Status.RESERVED})
#: Days on the market beyond which a median may leave a listing out, as Redfin's does.
_LONGEST = 365
_LAND = PropertyType.LAND.value
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


@dataclass
class Tally:
    """What has been counted so far. Prices are in minor units, spans in days."""

    window: Window
    counts: Counter[str] = field(default_factory=Counter)
    alike: dict[Kind, Group] = field(default_factory=lambda: defaultdict(Group))
    """Each listing is in one of these; what shares a value is put together when it is asked for."""
    statuses: Counter[str] = field(default_factory=Counter)
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
    typical: dict[Kind, array[float]] = field(default_factory=lambda: defaultdict(lambda: array("d")))
    """Days on the market of what was taken within a year."""
    active: array[float] = field(default_factory=lambda: array("d"))
    """Of each listing the days as active within the period, but for those that were so throughout."""
    throughout: int = 0

    @cached_property
    def all(self) -> Group:
        """To be asked when all is counted, as `groups` and `active_days`."""
        found = Group()
        for one in self.alike.values():
            found.take(one)
        return found

    @cached_property
    def groups(self) -> dict[str, dict[str | None, Group]]:
        """By type, district and rooms."""
        found: dict[str, dict[str | None, Group]] = {
            name: defaultdict(Group) for name in ("type", "district", "rooms")
        }  # fmt: skip
        for (kind, district, rooms), one in self.alike.items():
            found["type"][kind].take(one)
            found["district"][district].take(one)
            found["rooms"][None if rooms is None else str(rooms)].take(one)
        return found

    @cached_property
    def active_days(self) -> float:
        """Of all listings, in whatever order they were counted."""
        whole = days(self.window.start, self.window.end) if self.throughout else 0.0
        return fsum(chain(self.active, repeat(whole, self.throughout)))

    @property
    def spans(self) -> list[tuple[float, bool]]:
        """How long listings were on the market, each with whether it was taken then."""
        return [*((one, True) for one in self.taken), *((one, False) for one in self.censored)]

    def add(self, life: Life) -> float:
        """Count a listing in; its active days within the period."""
        start, end = self.window.start, self.window.end
        own = self._group(life.facts)
        status = life.status(end)
        if status is not None:
            self.statuses[status] += 1
        for began in life.begins():
            if start <= began < end:
                self._came(own)
        active = life.active_days(start, end)
        self.active.append(active)
        if active or any(one.status == Status.ACTIVE and start <= one.start < end for one in life.spells):
            self.counts["active_any"] += 1
        self._moves(life, own)
        self._pace(life)
        self._cuts(step for step in life.prices if life.status(step.at) in _STANDING)
        self._span(life)
        if status == Status.ACTIVE:
            ran = life.on_market(end)
            self._stands(life.facts, own, life.prices, ran[1] if ran else 0.0)
        return active

    def add_still(self, one: Facts, steps: Sequence[Step] = ()) -> float:
        """The same for a listing that never moved."""
        start, end = self.window.start, self.window.end
        birth = one.created_at if one.status == Status.DRAFT else one.listed_at or one.created_at
        if birth >= end:
            return 0.0
        self.statuses[one.status] += 1
        if steps and one.status != Status.DRAFT:
            self._cuts(step for step in steps if birth < step.at)
        if one.status != Status.ACTIVE:
            self.counts["reserved"] += one.status == Status.RESERVED and birth >= start
            return 0.0
        own = self._group(one)
        self.counts["active_any"] += 1
        age = days(birth, end)
        if birth >= start:
            self._came(own)
        active = age if birth >= start else days(start, end)
        self.active.append(active)
        self.censored.append(age)
        self._stands(one, own, steps, age)
        return active

    def add_plain(self, rows: Sequence[Sequence[Any]]) -> None:
        """The same for many listings on the market whose prices never changed, `listing_lives.Open.plain`, at a
        microsecond each."""
        start, end, alike, parsed = self.window.start, self.window.end, self.alike, datetime.fromisoformat
        ended, censored, active = parsed(end), self.censored, self.active
        stood = new = priced = sized = placed = dated = 0
        for _, number, _, _, _, kind, district, rooms, _, price, _, area, listed, created, _ in rows:
            birth = listed or created
            if birth >= end:
                continue
            stood += 1
            age = (ended - parsed(birth)).total_seconds() / SECONDS
            own = alike[kind, district, rooms]
            own.ages.append(age)
            own.ids.append(number)
            censored.append(age)
            if birth >= start:
                new += 1
                own.new += 1
                active.append(age)
            sized += area is not None
            placed += district is not None
            dated += listed is not None
            metre = area if area and area > 0 and price is not None else None
            if price is not None:
                priced += 1
                own.prices.append(price)
            if kind == _LAND:
                self.counts["land"] += 1
                if metre is not None:
                    self.sotkas.append(price / metre * _SOTKA)
            elif metre is not None:
                own.metres.append(price / metre)
        self.statuses[Status.ACTIVE] += stood
        self.throughout += stood - new
        self.counts.update(
            active_any=stood, new=new, with_price=priced, with_area=sized, with_district=placed, with_listed_at=dated
        )

    def add_gone(self, one: Facts, at: str, steps: Sequence[Step] = ()) -> float:
        """The same for a listing that left the market in one move, at a moment before the end. Of what left before the
        period, the steps of the price do not count."""
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
        self.active.append(active)
        self.counts["active_any"] += active > 0
        came = on_market is not None and start <= birth < end
        if not (here or came):
            return active
        own = self._group(one)
        if came:
            self._came(own)
        if steps:
            self._cuts(step for step in steps if birth < step.at <= at)
        if here and taken:
            first = first_price(steps, one.price)
            self._sold(one, own, on_market, on_market, one.final_price, price_at(steps, at, one.price), first)
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

    def _came(self, own: Group) -> None:
        self.counts["new"] += 1
        own.new += 1

    def _group(self, facts: Facts) -> Group:
        return self.alike[facts.property_type, facts.district, facts.rooms]

    def _moves(self, life: Life, own: Group) -> None:
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

    def _closed(self, life: Life, own: Group, place: int) -> None:
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
        self, one: Facts, own: Group, ran: float | None, in_all: float | None,
        paid: int | None, asked: int | None, first: int | None,
    ) -> None:  # fmt: skip
        self.counts["closed"] += 1
        own.closed += 1
        if ran is not None:
            own.days.append(ran)
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

    def _cuts(self, steps: Iterable[Step]) -> None:
        """Changes of the price of a listing that stood on the market."""
        for step in steps:
            if self.window.start <= step.at < self.window.end:
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

    def _stands(self, one: Facts, own: Group, steps: Sequence[Step], age: float) -> None:
        """Count in what is on the market at the end."""
        counts, price = self.counts, one.price
        if steps:
            end = self.window.end
            price, first = price_at(steps, end, price), first_price(steps, price)
            cuts = [step.at for step in steps if step.at < end and step.depth >= CORRECTION]
            counts["cut_ever"] += bool(cuts)
            counts["cut_lately"] += any(at >= self.window.month_back for at in cuts)
            if price is not None and first and price < first:
                self.drops.append((first - price) / first)
        if price is not None:
            own.prices.append(price)
            if (metre := _per_metre(one, price)) is not None:
                own.metres.append(metre)
        self._land(one, price, self.sotkas, "land")
        own.ages.append(age)
        own.ids.append(one.id)
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
            "age_of_inventory_median": _median(self.all.ages, stands),
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
