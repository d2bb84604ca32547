"""How long until half of them are taken, where some are not taken yet. Data in, data out."""

from __future__ import annotations

from collections.abc import Iterable

from realty_cli.analytics.values import Measured

#: Below so many that were taken there is nothing to say.
LEAST = 10


def median_survival(spans: Iterable[tuple[float, bool]]) -> Measured:
    """The Kaplan-Meier median of durations, each with whether it ended (else it is censored). None with a lower bound
    where fewer than half are known to have ended; None alone where too few did."""
    known = sorted(spans, key=lambda span: (span[0], not span[1]))
    ended = sum(1 for _, over in known if over)
    if ended < LEAST:
        return Measured(None, len(known))
    at_risk, alive, place = len(known), 1.0, 0
    while place < len(known):
        at = known[place][0]
        here = [over for duration, over in known[place : _after(known, place)] if duration == at]
        alive *= 1 - sum(here) / at_risk
        if alive <= 0.5:
            return Measured(at, len(known))
        at_risk -= len(here)
        place += len(here)
    return Measured(None, len(known), low=known[-1][0])


def _after(known: list[tuple[float, bool]], place: int) -> int:
    end = place
    while end < len(known) and known[end][0] == known[place][0]:
        end += 1
    return end
