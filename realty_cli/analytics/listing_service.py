"""Numbers of listings as they are asked for: measured, compared, and put into words."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from realty_cli.analytics.catalogue import named
from realty_cli.analytics.catalogue.metric import DEFINITIONS_VERSION, FEW
from realty_cli.analytics.kinds import Compare
from realty_cli.analytics.listing_groups import Group
from realty_cli.analytics.listing_metrics import ListingsFound, measure
from realty_cli.analytics.listing_tally import Tally
from realty_cli.analytics.scope import Scope
from realty_cli.analytics.values import Measured, block, shown_period
from realty_cli.auth.policy import Act, require
from realty_cli.kit.i18n import Translator, translator
from realty_cli.kit.money import from_minor
from realty_cli.store.selection import any_of

if TYPE_CHECKING:
    from realty_cli.analytics.service import Analytics

#: The most values of a group, bars of a histogram, and stale listings that are named.
_VALUES, _BARS, _STALE = 50, 12, 20
#: So many times the days of its like make a listing stale, where there are so many of its like.
STALE, _LIKE = 1.5, 5
_COUNTS = frozenset({
    "inventory", "reserved_now", "drafts", "active_any", "new", "reserved", "closed", "withdrawn", "price_increases",
    "inventory_value",
})  # fmt: skip


class ListingMetrics:
    def __init__(self, analytics: Analytics) -> None:
        self.db, self.actor, self.settings = analytics.db, analytics.actor, analytics.settings

    def measure(self, scope: Scope, *, exclude_outliers: bool = False) -> ListingsFound:
        """Raw numbers, money in minor units."""
        require(self.actor, Act.ANALYTICS_READ)
        return measure(self.db, scope, self.settings.currency, exclude_outliers=exclude_outliers)

    def metrics(
        self, scope: Scope, language: str, compare: str = Compare.NONE, *, exclude_outliers: bool = False
    ) -> dict[str, Any]:
        """See `PropertyMetrics`."""
        found, say = self.measure(scope, exclude_outliers=exclude_outliers), translator(language)
        earlier = scope.before(compare)
        before = None if earlier is None else self.measure(earlier, exclude_outliers=exclude_outliers)
        return {
            "period": shown_period(scope.period, partial=scope.partial),
            "scope": scope.told(language),
            "compared": None if earlier is None else shown_period(earlier.period, partial=earlier.partial),
            "totals": block(named("properties"), found.totals, say, before=before.totals if before else None),
            "blocks": self._blocks(found, before, say),
            "data_quality": {name: None if one is None else round(one, 4) for name, one in found.quality.items()},
            "as_of": scope.as_of.isoformat(),
            "definitions_version": DEFINITIONS_VERSION,
        }

    def _blocks(self, found: ListingsFound, before: ListingsFound | None, say: Translator) -> list[dict[str, Any]]:
        keys = {*found.blocks, *(before.blocks if before else ())}
        shown = []
        for key in sorted(keys, key=lambda key: (key[0] != "sale", key)):
            raw = found.blocks.get(key) or _nothing(before.blocks[key] if before else {})
            earlier = None if before is None else before.blocks.get(key) or _nothing(raw)
            tally = found.tallies.get(key)
            shown.append({
                "deal_type": key[0],
                "currency": key[1],
                **block(named("properties"), raw, say, currency=key[1], before=earlier),
                **{f"by_{name}": _groups(tally.groups[name], tally) if tally else []
                   for name in ("type", "district", "rooms")},
                "by_status": _counted(found.statuses.get(key, {})),
                "price_histogram": histogram(tally.all.prices) if tally else [],
                "stale": self._stale(tally) if tally else [],
            })  # fmt: skip
        return shown

    def _stale(self, tally: Tally) -> list[dict[str, Any]]:
        found = stale(tally)[:_STALE]
        if not found:
            return []
        params: dict[str, Any] = {}
        which = any_of("id", "id", [one.id for one in found], params)
        titles = {row[0]: row[1] for row in self.db.all(f"SELECT id, title FROM properties WHERE {which}", params)}
        return [
            {
                "property_id": one.id, "title": titles[one.id], "days": round(one.age, 1),
                "typical_days": round(one.typical, 1), "index": round(one.age / one.typical, 2),
                "comparables": one.like,
            }
            for one in found
        ]  # fmt: skip


class Stale(NamedTuple):
    """A listing on the market, its age, the days that its like took, and how many those are."""

    id: int
    age: float
    typical: float
    like: int


def stale(tally: Tally) -> list[Stale]:
    """Listings far longer on the market than their like took to be taken in the last year (same type and district,
    rooms within one), worst first."""
    # Each is a part of three: what is in order is put together in order sooner.
    found, ranked = [], {like: sorted(days) for like, days in tally.typical.items()}
    for (kind, district, rooms), group in tally.alike.items():
        if not group.ids:
            continue
        near = {rooms} if rooms is None else {rooms - 1, rooms, rooms + 1}
        like = [days for one in near for days in ranked.get((kind, district, one), ())]
        typical = median(like) if len(like) >= _LIKE else 0.0
        if typical:
            found += [
                Stale(number, age, typical, len(like))
                for age, number in zip(group.ages, group.ids, strict=True) if age >= STALE * typical
            ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.age / one.typical, one.id))


def _nothing(like: Mapping[str, Measured]) -> dict[str, Measured]:
    """A block in which there is nothing: counts are 0, the rest cannot be said."""
    return {name: Measured(0 if name in _COUNTS else None) for name in like}


def _groups(groups: Mapping[str | None, Group], tally: Tally) -> list[dict[str, Any]]:
    stands = tally.all.standing
    known = sorted(
        ((value, one) for value, one in groups.items() if one.standing or one.new or one.closed),
        key=lambda group: (-group[1].standing, -group[1].closed, -group[1].new, group[0] or "~"),
    )
    return [
        {
            "value": value,
            "inventory": one.standing,
            "share": round(one.standing / stands, 4) if stands else None,
            "new": one.new,
            "closed": one.closed,
            "price_median": from_minor(round(median(one.prices))) if one.prices else None,
            "price_per_m2_median": from_minor(round(median(one.metres))) if one.metres else None,
            "dom_median": round(median(one.days), 1) if one.days else None,
        }
        for value, one in known[:_VALUES]
    ]


def _counted(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"status": name, "count": count} for name, count in counts.items()]


def histogram(prices: Any) -> list[dict[str, Any]]:
    """Prices (minor units) in at most twelve bars of one round width; none of fewer than five."""
    if len(prices) < FEW:
        return []
    low, high = min(prices), max(prices)
    width = _round_up((high - low) / (_BARS - 1) or 1)
    first = low // width
    bars = [0] * (high // width - first + 1)
    for price in prices:
        bars[price // width - first] += 1
    return [
        {"low": from_minor((first + place) * width), "high": from_minor((first + place + 1) * width), "count": count}
        for place, count in enumerate(bars)
    ]


def _round_up(width: float) -> int:
    """The next of 1, 2, 2.5, 5, 10, 20 ... whole units of money."""
    power = 100
    while True:
        for step in (10, 20, 25, 50):
            if power * step // 10 >= width:
                return power * step // 10
        power *= 10
