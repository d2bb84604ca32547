"""What the numbers suggest, before it is put into words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from realty_cli.analytics.chances import discoveries
from realty_cli.analytics.kinds import Confidence, InsightKind

#: How much of what it may bring counts, by how sure it is.
WEIGHTS = {Confidence.HIGH: 1.0, Confidence.MEDIUM: 0.6, Confidence.LOW: 0.3}
#: Of what chance is asked in one go, at most so many runs of pure noise may show anything.
_FALSE = 0.05


class Proof(NamedTuple):
    """One number and what it is compared with. `label` is marked for translation."""

    label: str
    value: float | None
    baseline: float | None = None
    n: int = 0
    low: float | None = None
    high: float | None = None
    unit: str = "count"


@dataclass(frozen=True)
class Idea:
    """One insight. Sentences are marked for translation and filled with `facts`, written as `shows` says."""

    rule: str
    kind: InsightKind
    title: str
    text: str
    facts: Mapping[str, Any]
    proofs: tuple[Proof, ...]
    verb: str
    command: str
    confidence: Confidence
    effort: int
    """From 1, a call, to 3, a change of habits."""
    measure: float
    """What it is about in one number: what was put aside comes back when this has changed by a quarter."""
    deals: float = 0.0
    """Deals a month that it may bring, or cost; `amount` where money is known."""
    amount: float | None = None
    basis: str = ""
    subject: tuple[str, int, str] | None = None
    part: str = ""
    shows: Mapping[str, str] = field(default_factory=dict)
    chance: float | None = None
    """Of figures: how likely it is by chance alone."""
    told: bool = True
    """Of figures: whether the sample and the difference are large enough."""

    @property
    def key(self) -> str:
        about = [] if self.subject is None else [self.subject[0], str(self.subject[1])]
        return "-".join(part for part in (self.rule, *about, self.part) if part).replace("/", "_")


def worth_telling(ideas: Iterable[Idea]) -> list[Idea]:
    """Facts, and those figures that chance hardly explains, of all that were tried."""
    found = list(ideas)
    tried = {f"{place}": idea.chance for place, idea in enumerate(found) if idea.chance is not None}
    real = discoveries(tried, _FALSE)
    return [idea for place, idea in enumerate(found) if idea.told and (idea.chance is None or f"{place}" in real)]
