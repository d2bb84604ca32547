"""`python -m benchmarks.http [--peers pocketbase realty ...] [--rows 100000] [--seconds 2] [--rounds 3]`

Measures `realty serve` beside its peers in one run on this machine, over loopback, with `wrk`, and prints the tables of
`benchmarks/README.md` and whether each target is held. Needs Linux, `wrk`, and `node` with `npm` for two of the peers,
which are installed into `--place` on first use and kept there with their filled stores; every run works on copies.

Rounds are interleaved within a cell (A B C ... A B C), reads before writes; all servers stand through the whole run and
only one is under load at a time. A peer that cannot be set up is left out, with its reason above the tables.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import shutil
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from benchmarks.http.cells import KINDS, check, stored
from benchmarks.http.listings import Listings
from benchmarks.http.load import Cell, fire
from benchmarks.http.peers.base import Peer
from benchmarks.http.peers.datasette import Datasette
from benchmarks.http.peers.django import Drf, Ninja
from benchmarks.http.peers.naive import Naive
from benchmarks.http.peers.npm import Directus, Soul
from benchmarks.http.peers.pocketbase import PocketBase
from benchmarks.http.peers.realty import Realty, Realty2
from benchmarks.http.process import Server, free_port
from benchmarks.http.report import memory, tables, verdicts, write_into
from benchmarks.http.targets import judge
from benchmarks.measure import load

README = Path(__file__).parents[1] / "README.md"
PEERS = (Realty, Realty2, PocketBase, Naive, Ninja, Drf, Directus, Soul, Datasette)


class Run:
    """Servers that stand, and the cells measured so far."""

    def __init__(self, place: Path, rows: int) -> None:
        self.place, self.listings = place, Listings.made(rows)
        self.peers: list[Peer] = []
        self.servers: dict[str, Server] = {}
        self.at_rest: dict[str, float] = {}
        self.found: dict[str, dict[str, list[Cell]]] = {}

    def folder(self, peer: Peer) -> Path:
        return self.place / "runs" / peer.name

    def stand(self, peer: Peer, stack: ExitStack) -> None:
        """Install, fill, start, sign in and check one peer."""
        peer.prepare(self.listings)
        server = peer.start(self.folder(peer), free_port())
        stack.callback(server.stop)
        peer.sign_in(server)
        peer.find_mark(server, self.listings)
        check(peer, server, self.listings)
        server.drain()
        self.at_rest[peer.name] = server.memory()
        self.peers.append(peer)
        self.servers[peer.name] = server

    def measure(self, name: str, seconds: int, rounds: int) -> None:
        """One cell of all servers, in interleaved rounds after a warm-up that is not counted."""
        kind = next(kind for kind in KINDS if kind.name == name)
        before = {peer.name: stored(peer, self.folder(peer)) for peer in self.peers}
        for peer in self.peers:  # tokens of some live five minutes
            peer.sign_in(self.servers[peer.name])
        cells: dict[str, list[Cell]] = {}
        for turn in range(0 if kind.warm else 1, rounds + 1):
            for peer in self.peers:
                shots = kind.shots(peer, self.listings, random.Random(turn))
                if shots is None:
                    continue
                cell = fire(
                    self.servers[peer.name], shots, peer.headers, seconds=seconds * kind.longer if turn else 1,
                    clients=kind.clients, folder=self.folder(peer),
                )  # fmt: skip
                cells.setdefault(peer.name, []).append(cell)
                print(f"{kind.name} {turn} {peer.name}: {cell.rate:,.1f}/s p99 {cell.p99:.1f} ms, {cell.cpu:.0f} us,"
                      f" {cell.errors} errors", file=sys.stderr, flush=True)  # fmt: skip
        if name == "create":
            self._count_rows(cells, before)
        self.found[name] = {peer: all_[1:] if kind.warm else all_ for peer, all_ in cells.items()}

    def _count_rows(self, cells: dict[str, list[Cell]], before: dict[str, int]) -> None:
        """What was answered with 2xx must be in the store, and no more beside it than was under way at the end."""
        for peer in self.peers:
            answered = sum(cell.requests - cell.errors for cell in cells.get(peer.name, ()))
            grown = stored(peer, self.folder(peer)) - before[peer.name]
            if not answered <= grown <= answered + 16 * len(cells.get(peer.name, ())):
                raise RuntimeError(f"{peer.name} answered {answered} new listings and stored {grown}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.http", description=__doc__)
    names = [peer.name for peer in PEERS]
    parser.add_argument("--peers", nargs="+", choices=names, default=names, metavar="PEER", help=", ".join(names))
    parser.add_argument("--cells", nargs="+", choices=[kind.name for kind in KINDS], metavar="CELL",
                        default=[kind.name for kind in KINDS], help=", ".join(kind.name for kind in KINDS))  # fmt: skip
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=2, help="of a cell")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="put the tables into benchmarks/README.md")
    parser.add_argument("--place", type=Path, default=Path(tempfile.gettempdir()) / "realty-bench-http")
    given = parser.parse_args()
    if sys.platform != "linux" or shutil.which("wrk") is None:
        sys.exit("the measurement runs on Linux and needs wrk (Debian: apt-get install wrk)")
    given.place.mkdir(parents=True, exist_ok=True)
    run = Run(given.place.absolute(), given.rows)
    with ExitStack() as stack:
        left_out = []
        for peer in (made(run.place) for made in PEERS if made.name in given.peers):
            try:
                run.stand(peer, stack)
            except RuntimeError as problem:
                left_out.append(f"{peer.title} is left out: {problem}")
                print(left_out[-1], file=sys.stderr, flush=True)
        started = load()
        for name in given.cells:
            run.measure(name, given.seconds, given.rounds)
    text = "\n".join((
        f"{len(run.listings.rows):,} listings, {given.rounds} interleaved rounds of {given.seconds} s, wrk -t1;"
        f" {os.cpu_count()} cores, CPython {platform.python_version()}; load {started} at the start.",
        *left_out, tables(run.found, run.peers), memory(run.found, run.peers, run.at_rest),
        verdicts(judge(run.found)),
    ))  # fmt: skip
    print(text)
    kept = {cell: {peer: [asdict(one) for one in all_] for peer, all_ in by.items()} for cell, by in run.found.items()}
    (run.place / "last.json").write_text(json.dumps(kept, indent=1))
    (run.place / "last.md").write_text(text + "\n")
    if given.write:
        write_into(README, " ".join(["python -m benchmarks.http", *sys.argv[1:]]), text)


if __name__ == "__main__":
    main()
