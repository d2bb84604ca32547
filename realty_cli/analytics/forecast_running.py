"""A forecast of a stretch that has begun, given what has come of it: pure, as `forecasts` is, which knows whole
stretches only.

What is left of the stretch brings its share of what the whole one would have, and is as uneven as so much of it is:
the spread of a sum grows with the root of the time over which it is added up.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from realty_cli.analytics.forecasts import Bounds, Sum


class SoFar(NamedTuple):
    """`left` is the share of the stretch that is still to come, from 0 to 1. `booked` stands in the calendar for the
    rest of it, and `certain` says that all of that will count, whatever becomes of it."""

    value: float
    left: float
    booked: int = 0
    certain: bool = False


def summed(point: Bounds, so_far: SoFar, floor: float) -> Bounds:
    """A stretch in which things add up. `floor` is the least that the rest can bring: 0 for what is only counted."""
    rest = so_far.left * point.mean
    surely = float(so_far.booked) if so_far.certain else 0.0
    likely = max(rest, surely)

    def low(high: float) -> float:
        # The lower half may have been cut off at nothing; the upper one says how wide both are.
        return so_far.value + max(rest - _narrowed(high - point.mean, so_far), floor, surely)

    def high(bound: float) -> float:
        return so_far.value + max(likely + _narrowed(bound - point.mean, so_far), so_far.booked)

    return Bounds(so_far.value + likely, low(point.hi80), high(point.hi80), low(point.hi95), high(point.hi95))


def standing(point: Bounds, so_far: SoFar, before: float, floor: float) -> Bounds:
    """What stands at the end of a stretch: from where it is now the rest of the way from the end of the one before."""
    mean = so_far.value + so_far.left * (point.mean - before)
    half80, half95 = (_narrowed(bound - point.mean, so_far) for bound in (point.hi80, point.hi95))
    bounds = (mean, mean - half80, mean + half80, mean - half95, mean + half95)
    return Bounds(*(max(one, floor) for one in bounds))


def total(whole: Sum, before: Bounds, now: Bounds, value: float, floor: float) -> Sum:
    """The sum of all steps of which the first was `before` and is `now`, as `value` of it is known."""
    mean = whole.mean - before.mean + now.mean
    others = max((whole.hi80 - whole.mean) ** 2 - (before.hi80 - before.mean) ** 2, 0.0)
    half = math.sqrt(others + (now.hi80 - now.mean) ** 2)
    return Sum(mean, max(mean - half, value + floor), mean + half)


def _narrowed(half: float, so_far: SoFar) -> float:
    return half * math.sqrt(so_far.left)
