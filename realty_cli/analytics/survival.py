"""How long until half of them are taken, where some are not taken yet. Data in, data out."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from realty_cli.analytics.values import Measured

#: Below so many that were taken there is nothing to say.
LEAST = 10


def median_survival(ended: Iterable[float], censored: Iterable[float]) -> Measured:
    """The Kaplan-Meier median of durations, of which some ended and others are censored. None with a lower bound where
    fewer than half are known to have ended; None alone where too few did."""
    over, open_ = sorted(ended), sorted(censored)
    n = len(over) + len(open_)
    if len(over) < LEAST:
        return Measured(None, n)
    for at, alive in _steps(over, open_):
        if alive <= 0.5:
            return Measured(at, n)
    return Measured(None, n, low=max(over[-1], open_[-1]) if open_ else over[-1])


def curve(ended: Iterable[float], censored: Iterable[float]) -> list[tuple[float, float]]:
    """After each duration that ended the share that is still there: the estimate of Kaplan and Meier."""
    return list(_steps(sorted(ended), sorted(censored)))


def _steps(over: Sequence[float], open_: Sequence[float]) -> Iterator[tuple[float, float]]:
    alive, place = 1.0, 0
    while place < len(over):
        at = over[place]
        after = bisect_right(over, at, place)
        at_risk = len(over) - place + len(open_) - bisect_left(open_, at)
        alive *= 1 - (after - place) / at_risk
        yield at, alive
        place = after
