"""The tables: one for each cell, then memory, then the targets. Markdown, as `benchmarks/README.md` shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.http.cells import KINDS
from benchmarks.http.load import Cell
from benchmarks.http.peers.base import Peer
from benchmarks.http.targets import Found, Verdict, middle

BASE = "pocketbase"


def tables(found: Found, peers: Sequence[Peer]) -> str:
    parts = []
    for kind in KINDS:
        cells = found.get(kind.name)
        if not cells:
            continue
        clients = "one connection" if kind.clients == 1 else f"{kind.clients} connections"
        parts += [
            f"\n### {kind.title}, {clients}\n",
            "| | requests/s | x PocketBase | p50 ms | p99 ms | CPU us | bytes | other cores |",
            "|---|--:|--:|--:|--:|--:|--:|--:|",
            *(_row(peer, cells[peer.name], cells.get(BASE)) for peer in peers if peer.name in cells),
        ]
    return "\n".join(parts)


def _row(peer: Peer, cells: list[Cell], base: list[Cell] | None) -> str:
    errors = sum(cell.errors for cell in cells)
    if errors:
        return f"| {peer.title} | {errors} of {sum(cell.requests for cell in cells)} failed: not quoted | | | | | | |"
    rate, its = middle(cells, "rate") or 0.0, middle(base, "rate")
    if rate == 0:
        return f"| {peer.title} | none finished | | | | | | |"
    times = f"{rate / its:.2f}" if its else ""
    shown = [f"{middle(cells, name):,.2f}" for name in ("p50", "p99")]
    whole = [f"{middle(cells, name):,.0f}" for name in ("cpu", "bytes_each")]
    other = max(cell.other_cores for cell in cells)
    return f"| {peer.title} | {_number(rate)} | {times} | {' | '.join(shown + whole)} | {other:.2f} |"


def _number(rate: float) -> str:
    return f"{rate:,.1f}" if rate < 100 else f"{rate:,.0f}"


def memory(found: Found, peers: Sequence[Peer], at_rest: Mapping[str, float]) -> str:
    lines = ["\n### Memory, PSS of all processes, MiB\n", "| | started | most after a cell | |", "|---|--:|--:|---|"]
    for peer in peers:
        every = [cell.memory for cells in found.values() for cell in cells.get(peer.name, ())]
        most = f"{max(every):.0f}" if every else ""
        lines.append(f"| {peer.title} | {at_rest[peer.name]:.0f} | {most} | {peer.notes} |")
    return "\n".join(lines)


def verdicts(judged: Sequence[Verdict]) -> str:
    lines = ["\n### Targets\n", "| | found | floor | goal | |", "|---|--:|--:|--:|---|"]
    for one in judged:
        unit, digits = one.target.unit, 2 if one.target.unit == "x" else 0
        value = "" if one.value is None else f"{'> ' if one.at_least else ''}{one.value:,.{digits}f}{unit}"
        floor, goal = (f"{limit:g}{unit}" for limit in (one.target.floor, one.target.goal))
        lines.append(f"| {one.target.label} | {value} | {floor} | {goal} | {one.word} |")
    return "\n".join(lines)


_BEGIN, _END = "<!-- what `python -m benchmarks.http --write` found -->", "<!-- end -->"


def write_into(page: Path, command: str, text: str) -> None:
    """Put the tables between the two marks of a page."""
    before, _, rest = page.read_text(encoding="utf-8").partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not end:
        raise RuntimeError(f"{page} has no place for the tables")
    page.write_text(f"{before}{_BEGIN}\n\n    {command}\n\n{text}\n\n{_END}{after}", encoding="utf-8")
