"""How long until half of them are taken, where some are not taken yet. Data in, data out."""

from __future__ import annotations

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
    alive, place, before, n, m = 1.0, 0, 0, len(over), len(open_)
    while place < n:
        at = over[place]
        after = place + 1
        while after < n and over[after] == at:
            after += 1
        while before < m and open_[before] < at:
            before += 1
        alive *= 1 - (after - place) / (n - place + m - before)
        yield at, alive
        place = after
