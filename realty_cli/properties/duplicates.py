"""Which listings may be one property entered twice: by two agents, from two portals, or by a second import.

Sale and rent of one flat are two listings. Sold and rented-out listings take no part; a withdrawn one does, beside a
listing that still stands. Pure: the caller brings the listings, keeps the marks "not a duplicate", and merges.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator
from itertools import combinations

from realty_cli.properties.duplicate_pairs import (
    Candidate,
    Proposal,
    Reason,
    Rules,
    Traits,
    compare,
)
from realty_cli.properties.kinds import Status

__all__ = ["Candidate", "Proposal", "Reason", "Rules", "find", "find_for"]

_GONE = frozenset((Status.SOLD, Status.RENTED))
# Below this, comparing all with all costs less than sorting.
_SMALL = 12
_METRES_IN_DEGREE = 111_320.0


def find(
    listings: Iterable[Candidate],
    rules: Rules = Rules(),
    *,
    dismissed: Collection[tuple[int, int]] = (),
    only: Collection[int] | None = None,
) -> list[Proposal]:
    """Every pair that may be one property, the surest first. Independent of the order of `listings`, whose ids differ.

    `dismissed` are pairs that somebody has marked as not duplicates, in either order. `only` keeps to pairs with one of
    these ids (what an import has just added), at the cost of a full run.
    """
    traits = [Traits(listing) for listing in listings if listing.status not in _GONE]
    traits.sort(key=lambda item: item.id)
    shared = _shared_marks(traits)
    _forget_crowded(traits, shared, rules)
    skipped = {(min(pair), max(pair)) for pair in dismissed}
    wanted = None if only is None else frozenset(only)
    found: dict[tuple[int, int], Proposal] = {}
    for x, y in _pairs(traits, shared, rules):
        if wanted is not None and x.id not in wanted and y.id not in wanted:
            continue
        proposal = compare(x, y, rules)
        if proposal is not None and (proposal.a, proposal.b) not in skipped:
            found[proposal.a, proposal.b] = proposal
            if len(found) > 2 * rules.most:
                found = {(best.a, best.b): best for best in _ranked(found.values())[: rules.most]}
    return _ranked(found.values())[: rules.most]


def find_for(
    candidate: Candidate,
    listings: Iterable[Candidate],
    rules: Rules = Rules(),
    *,
    dismissed: Collection[tuple[int, int]] = (),
) -> list[Proposal]:
    """The listings that may be the same property as `candidate` (which need not be stored yet: any id that is free)."""
    if candidate.status in _GONE:
        return []
    mine = Traits(candidate)
    others = [
        Traits(listing)
        for listing in listings
        if listing.deal_type == candidate.deal_type and listing.status not in _GONE and listing.id != candidate.id
    ]
    everyone = [mine, *others]
    _forget_crowded(everyone, _shared_marks(everyone), rules)
    skipped = {(min(pair), max(pair)) for pair in dismissed}
    compared = (compare(mine, other, rules) for other in others)
    found = [proposal for proposal in compared if proposal is not None and (proposal.a, proposal.b) not in skipped]
    return _ranked(found)[: rules.most]


def _ranked(proposals: Iterable[Proposal]) -> list[Proposal]:
    return sorted(proposals, key=lambda proposal: (-proposal.score, proposal.a, proposal.b))


def _shared_marks(traits: list[Traits]) -> Counter[tuple[str, str]]:
    """How many listings of a deal type bear each number, link and photo that more than one listing bears."""
    seen: set[str] = set()
    twice: set[str] = set()
    for item in traits:
        marks = item.marks
        twice |= seen & marks
        seen |= marks
    return Counter((item.group[0], mark) for item in traits for mark in item.marks & twice) if twice else Counter()


def _forget_crowded(traits: list[Traits], shared: Counter[tuple[str, str]], rules: Rules) -> None:
    """Drop what more than `rules.crowd` listings bear: it tells a building or a seller, not a property."""
    crowded = {mark for mark, count in shared.items() if count > rules.crowd}
    for item in traits if crowded else ():
        item.forget(frozenset(mark for mark in item.marks if (item.group[0], mark) in crowded))


def _pairs(traits: list[Traits], shared: Counter[tuple[str, str]], rules: Rules) -> Iterator[tuple[Traits, Traits]]:
    """The pairs worth a comparison; some come more than once."""
    houses: defaultdict[Hashable, list[Traits]] = defaultdict(list)
    bearers: defaultdict[Hashable, list[Traits]] = defaultdict(list)
    points: list[Traits] = []
    lost: set[Hashable] = set()
    for item in traits:
        if item.house_key is not None:
            houses[item.group, item.house_key].append(item)
        for mark in item.marks if shared else ():
            if (item.group[0], mark) in shared:
                bearers[item.group[0], mark].append(item)
        if item.point is not None:
            points.append(item)
            if item.house_key is None:
                lost.update(_cells(item, rules))
    for block in houses.values():
        yield from _within(block, rules)
    for block in bearers.values():
        yield from combinations(block, 2)
    cells: defaultdict[Hashable, list[Traits]] = defaultdict(list)
    for item in points if lost else ():
        for cell in _cells(item, rules):
            if cell in lost:
                cells[cell].append(item)
    for block in cells.values():
        for x, y in _within(block, rules):
            if x.house_key is None or y.house_key is None:
                yield x, y


def _cells(item: Traits, rules: Rules) -> list[Hashable]:
    """Four squares, each twice `near_metres` wide and shifted by half: two near points share one of them at least."""
    if item.point is None:
        return []
    size = 2 * rules.near_metres
    north = item.point[0] * _METRES_IN_DEGREE / size
    cells: list[Hashable] = []
    for up in (0.0, 0.5):
        row = math.floor(north + up)
        # One width of a degree for the whole row, or squares of neighbours would not match.
        width = _METRES_IN_DEGREE * math.cos(math.radians(row * size / _METRES_IN_DEGREE))
        east = item.point[1] * width / size
        cells += [(item.group, up, row, right, math.floor(east + right)) for right in (0.0, 0.5)]
    return cells


def _nearness(item: Traits) -> tuple[float, int, int]:
    return (item.area or 0.0, item.price or 0, item.id)


def _cheapness(item: Traits) -> tuple[int, int]:
    return (item.price or 0, item.id)


def _within(block: list[Traits], rules: Rules) -> Iterator[tuple[Traits, Traits]]:
    """Pairs of a block that may agree in floor and area: all of a small one, of a large one the nearest."""
    if len(block) <= _SMALL:
        yield from combinations(block, 2)
        return
    floors: defaultdict[int | None, list[Traits]] = defaultdict(list)
    sized: list[Traits] = []
    unsized: list[Traits] = []
    for item in sorted(block, key=_nearness):
        if item.area is None:
            unsized.append(item)
        else:
            floors[item.floor].append(item)
            sized.append(item)
    for level in floors.values():
        for i, item in enumerate(level):
            top = _most(item.area or 0.0, rules)
            for other in level[i + 1 : i + 1 + rules.window]:
                if (other.area or 0.0) > top:
                    break
                yield item, other
    order = [_nearness(item) for item in sized]
    for item in floors.get(None, ()):
        area = item.area or 0.0
        first, last = bisect_left(order, (_least(area, rules),)), bisect_right(order, (_most(area, rules), math.inf))
        middle = bisect_left(order, _nearness(item))
        for other in sized[max(first, middle - rules.window) : min(last, middle + rules.window)]:
            if other.floor is not None:
                yield item, other
    everyone = sorted(block, key=_cheapness) if unsized else []
    prices = [_cheapness(item) for item in everyone]
    for item in unsized:
        middle = bisect_left(prices, _cheapness(item))
        for other in everyone[max(0, middle - rules.window) : middle + rules.window]:
            if other is not item:
                yield item, other


def _most(area: float, rules: Rules) -> float:
    return max(area + rules.area_metres, area / (1 - rules.area_share)) + 1e-6


def _least(area: float, rules: Rules) -> float:
    return min(area - rules.area_metres, area * (1 - rules.area_share)) - 1e-6
