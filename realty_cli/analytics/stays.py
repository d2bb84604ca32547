"""How long leads stay in each stage, those that are still in it among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from realty_cli.analytics.lead_facts import RANKS, WON_RANK, Lead
from realty_cli.analytics.survival import median_survival
from realty_cli.clients.kinds import LeadStage

_DAY = 86_400


class Stay(NamedTuple):
    """How many leads came to a stage, how many of them have left it since, and after how many days half of them have
    (Kaplan-Meier): None where fewer than ten have left it, or fewer than half are known to."""

    stage: str
    n: int
    left: int
    median_days: float | None


def stays(leads: Sequence[Lead], arrivals: Mapping[int, Mapping[int, str]], until: datetime) -> list[Stay]:
    """Of each stage but the last. A lead comes to a stage when it first does, unless it had been farther before, and
    leaves it when it first comes farther, is won or is lost."""
    left: dict[int, list[float]] = {rank: [] for rank in RANKS.values()}
    waits: dict[int, list[float]] = {rank: [] for rank in RANKS.values()}
    for lead in leads:
        at = arrivals.get(lead.id, {})
        over = lead.closed_at if lead.stage in (LeadStage.WON, LeadStage.LOST) else None
        for rank, came in at.items():
            beyond = [when for other, when in at.items() if rank < other < WON_RANK]
            if over is not None:
                beyond.append(over)
            if rank == WON_RANK or any(when < came for when in beyond):
                continue
            begin = datetime.fromisoformat(came)
            if beyond:
                left[rank].append((datetime.fromisoformat(min(beyond)) - begin).total_seconds() / _DAY)
            else:
                waits[rank].append((until - begin).total_seconds() / _DAY)
    return [
        Stay(stage, len(left[rank]) + len(waits[rank]), len(left[rank]), median_survival(left[rank], waits[rank]).value)
        for stage, rank in RANKS.items() if rank != WON_RANK
    ]  # fmt: skip
