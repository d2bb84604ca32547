"""The targets of the design's performance page, and whether a run held them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from benchmarks.http.load import Cell

Found = Mapping[str, Mapping[str, list[Cell]]]  # by cell, then by server: the rounds


@dataclass(frozen=True)
class Target:
    """`value` of ours in a cell, or times a peer's; `floor` must hold, `goal` is what we are after."""

    label: str
    cell: str
    value: str  # an attribute of Cell
    floor: float
    goal: float
    peer: str = ""
    peer_cell: str = ""
    more_is_better: bool = True

    @property
    def unit(self) -> str:
        if self.peer:
            return "x"
        return {"p99": " ms", "cpu": " us", "memory": " MiB"}[self.value]


TARGETS = (
    Target("GET by id vs PocketBase", "get", "rate", 1.0, 2.5, "pocketbase"),
    Target("GET by id vs Directus", "get", "rate", 15, 40, "directus"),
    Target("GET by id vs DRF", "get", "rate", 8, 25, "drf"),
    Target("GET by id vs Django Ninja", "get", "rate", 6, 20, "ninja"),
    Target("GET by id vs Datasette 1.0a", "get", "rate", 10, 30, "datasette"),
    Target("list of 20 vs PocketBase, its count off", "list", "rate", 1.2, 2.5, "pocketbase"),
    Target("list with total vs PocketBase's default", "total", "rate", 20, 100, "pocketbase"),
    Target("list with total vs DRF", "total", "rate", 20, 100, "drf"),
    Target("list with total vs soul", "total", "rate", 20, 100, "soul"),
    Target("... every filter a new one, vs PocketBase's default", "fresh", "rate", 20, 100, "pocketbase"),
    Target("... every filter a new one, vs DRF", "fresh", "rate", 20, 100, "drf"),
    Target("... every filter a new one, vs soul", "fresh", "rate", 20, 100, "soul"),
    Target("page 2,500 by cursor vs PocketBase", "cursor", "rate", 8, 20, "pocketbase"),
    Target("page 2,500 by offset vs PocketBase", "offset", "rate", 1.0, 1.5, "pocketbase"),
    Target("POST, FULL, vs PocketBase, which is not", "create", "rate", 0.8, 1.5, "pocketbase"),
    Target("POST p99", "create", "p99", 50, 15, more_is_better=False),
    Target("one client, GET p50 vs PocketBase", "one", "p50", 1.0, 0.6, "pocketbase", more_is_better=False),
    Target("server CPU a GET", "get", "cpu", 300, 120, more_is_better=False),
    Target("server CPU a list", "list", "cpu", 700, 350, more_is_better=False),
    Target("server CPU a POST", "create", "cpu", 600, 250, more_is_better=False),
    Target("memory after all cells, one worker", "*", "memory", 130, 90, more_is_better=False),
)


@dataclass(frozen=True)
class Verdict:
    target: Target
    value: float | None  # None: not measured, or measured with errors
    at_least: bool = False  # the peer finished nothing, so the ratio is larger still

    @property
    def word(self) -> str:
        if self.value is None:
            return "not measured"
        sign = 1 if self.target.more_is_better else -1
        if sign * self.value >= sign * self.target.goal:
            return "goal reached"
        return "floor held" if sign * self.value >= sign * self.target.floor else "MISSED"


def judge(found: Found, ours: str = "realty") -> list[Verdict]:
    return [_judge(target, found, ours) for target in TARGETS]


def _judge(target: Target, found: Found, ours: str) -> Verdict:
    if target.cell == "*":
        every = [cell.memory for cells in found.values() for cell in cells.get(ours, ())]
        return Verdict(target, max(every) if every else None)
    mine = middle(found.get(target.cell, {}).get(ours), target.value)
    if not target.peer or mine is None:
        return Verdict(target, mine)
    cells = found.get(target.cell, {}).get(target.peer)
    theirs = middle(cells, target.value)
    if cells and theirs == 0 and target.value == "rate":
        return Verdict(target, mine * median(cell.seconds for cell in cells), at_least=True)
    return Verdict(target, mine / theirs if theirs else None)


def middle(cells: list[Cell] | None, value: str) -> float | None:
    """The median of the rounds; nothing where a round had errors."""
    if not cells or any(cell.errors for cell in cells):
        return None
    return median(float(getattr(cell, value)) for cell in cells)
