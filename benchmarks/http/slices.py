"""`python -m benchmarks.http.slices [--rows 100000] [--seconds 2] [--rounds 3]`: clients and deals over HTTP.

As `benchmarks.http` measures listings: ours beside PocketBase, over loopback, `wrk`, interleaved rounds, with the
floors of listings. PocketBase keeps the same fields in one collection, and has an index as in the measurement of
listings: of the first field of the filter, in the order of the list. `--very-index` gives its clients one of both.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sqlite3
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.clients import _client
from benchmarks.deals import _deal
from benchmarks.http.listings import PAGE, Listings
from benchmarks.http.load import Cell, fire
from benchmarks.http.peers.base import EMAIL, JSON, PASSWORD, post, query
from benchmarks.http.peers.pocketbase import PocketBase
from benchmarks.http.peers.realty import NAME, Realty
from benchmarks.http.process import Server, Shot, free_port
from benchmarks.measure import load
from realty_cli.app import Realty as Store
from realty_cli.settings import Settings
from realty_cli.store.changelog import Origin

#: What a list may cost less than, as for listings: times PocketBase's rate.
FLOORS = {"get": 1.0, "list": 1.2, "total": 20.0, "create": 0.8}
VARIETY = 2_000


@dataclass(frozen=True)
class Slice:
    """One kind of object: `numbers` are the fields that PocketBase keeps as numbers, `wanted` a filter of both."""

    name: str
    fields: tuple[str, ...]
    numbers: frozenset[str]
    index: str

    def rows(self, count: int) -> list[dict[str, Any]]:
        chance = random.Random(1)
        make = _client if self.name == "clients" else _deal
        return [{**make(at, chance), "owner_id": 1} for at in range(count)]

    def wanted(self, pick: random.Random) -> tuple[dict[str, Any], str]:
        """A filter for ours and for theirs."""
        if self.name == "clients":
            stage, source = pick.choice(("lead", "active", "won")), pick.choice(("avito", "cian", "site", "friends"))
            return {"stage": stage, "source": source}, f"stage = '{stage}' && source = '{source}'"
        most = pick.randint(10**9, 5 * 10**9)
        return {"kind": "sale", "amount_max": most // 100}, f"kind = 'sale' && amount <= {most}"

    def new(self, number: int) -> dict[str, Any]:
        row = self.rows(1)[0]
        if self.name == "clients":
            return {"name": f"{row['name']} {{n}}", "stage": "lead", "source": "site", "notes": row["notes"]}
        return {"title": f"{row['title']} {{n}}", "kind": "sale", "side": "buyer", "amount": 5_000_000, "notes": "x"}


SLICES = (
    Slice("clients", ("name", "kind", "stage", "source", "external_id", "notes"), frozenset(),
          "CREATE INDEX {0}_by ON {0} (stage, created_at DESC, id DESC)"),
    Slice("deals", ("title", "kind", "side", "stage", "amount", "currency", "external_id", "notes", "expected_close"),
          frozenset({"amount"}), "CREATE INDEX {0}_by ON {0} (kind, created_at DESC, id DESC)"),
)  # fmt: skip


class Ours(Realty):
    """`realty serve` with both kinds in its store."""

    def seed(self, folder: Path, listings: Listings) -> None:
        store = Store(Settings(home=folder))
        store.create(NAME)
        rows = len(listings.rows)
        with store.write(Origin("cli", "benchmark")) as work:
            for kind, into in zip(SLICES, (work.clients.rows, work.deals.rows), strict=True):
                some = kind.rows(rows)
                for start in range(0, rows, 1_000):
                    into.insert(some[start : start + 1_000])
        # The one who is measured may see all of it.
        port = free_port()
        server = Server(self.launch(folder, port), port)
        try:
            server.wait(self.ready_path)
            account = {"username": "bench", "email": EMAIL, "password": PASSWORD}
            assert server.ask(post("/api/v1/auth/register", account)).status == 201
        finally:
            server.stop()
        with store.write(Origin("cli", "benchmark")) as work:
            work.db.run("UPDATE accounts SET role = 'admin'")

    def _environment(self, folder: Path) -> dict[str, str]:
        return {**super()._environment(folder), "REALTY_REGISTRATION": "open"}

    def login(self) -> Shot:
        return post("/api/v1/auth/login", {"username": "bench", "password": PASSWORD},
                    {"Content-Type": "application/x-www-form-urlencoded"})  # fmt: skip

    def shots(self, kind: Slice, cell: str, pick: random.Random, rows: int) -> list[Shot]:
        path = f"/api/v1/{kind.name}"
        if cell == "get":
            return [Shot("GET", f"{path}/{pick.randint(1, rows)}") for _ in range(VARIETY)]
        if cell == "create":
            return [post(path, kind.new(at)) for at in range(100)]
        total = str(cell == "total").lower()
        return [query(path, **kind.wanted(pick)[0], limit=PAGE, total=total) for _ in range(VARIETY)]


class Theirs(PocketBase):
    """PocketBase with a collection for each kind."""

    very_index = False

    def seed(self, folder: Path, listings: Listings) -> None:
        super().seed(folder, Listings(listings.rows[:1]))
        port = free_port()
        server = Server(self.launch(folder, port), port)
        rule = '@request.auth.id != ""'
        try:
            server.wait(self.ready_path)
            self.headers = self._token(server, "_superusers")
            for kind in SLICES:
                made = {"name": "created_at", "type": "date"}
                fields = [{"name": one, "type": "number" if one in kind.numbers else "text"} for one in kind.fields]
                index = kind.index.format(kind.name)
                if self.very_index:
                    index = index.replace("(stage,", "(stage, source,")
                body = {
                    "name": kind.name, "type": "base", "listRule": rule, "viewRule": rule, "createRule": rule,
                    "fields": [*fields, made], "indexes": [index],
                }  # fmt: skip
                answer = server.ask(post("/api/collections", body, {**JSON, **self.headers}))
                assert answer.status == 200, answer.text
        finally:
            server.stop()
        db = sqlite3.connect(folder / self.database)
        for kind in SLICES:
            names = ("id", *kind.fields, "created_at")
            db.executemany(
                f"INSERT INTO {kind.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
                (
                    (f"{at:015d}", *(row.get(name) for name in kind.fields), f"{listings.created(at):%F %T}.000Z")
                    for at, row in enumerate(kind.rows(len(listings.rows)), 1)
                ),
            )
        db.commit()
        db.execute("ANALYZE")
        db.close()

    def shots(self, kind: Slice, cell: str, pick: random.Random, rows: int) -> list[Shot]:
        path = f"/api/collections/{kind.name}/records"
        if cell == "get":
            return [Shot("GET", f"{path}/{pick.randint(1, rows):015d}") for _ in range(VARIETY)]
        if cell == "create":
            return [post(path, {**kind.new(at), "created_at": "2025-01-01 00:00:00.000Z"}) for at in range(100)]
        count = {} if cell == "total" else {"skipTotal": 1}
        return [
            query(path, page=1, perPage=PAGE, sort="-created_at,-id", filter=kind.wanted(pick)[1], **count)
            for _ in range(VARIETY)
        ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.http.slices", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=2, help="of a cell")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--very-index", action="store_true", help="PocketBase's clients by both fields of the filter")
    parser.add_argument("--place", type=Path, default=Path(tempfile.gettempdir()) / "realty-bench-slices")
    given = parser.parse_args()
    if sys.platform != "linux" or shutil.which("wrk") is None:
        sys.exit("the measurement runs on Linux and needs wrk (Debian: apt-get install wrk)")
    given.place.mkdir(parents=True, exist_ok=True)
    place, listings = given.place.absolute(), Listings.made(given.rows)
    if given.very_index:
        place = place / "very-index"
    with ExitStack() as stack:
        theirs = Theirs(place)
        theirs.very_index = given.very_index
        peers: list[Ours | Theirs] = [Ours(place), theirs]
        servers: dict[str, Server] = {}
        for peer in peers:
            peer.prepare(listings)
            server = peer.start(place / "runs" / peer.name, free_port())
            stack.callback(server.stop)
            servers[peer.name] = server
        print(f"\n{given.rows:,} clients and as many deals, wrk -t1 -c16, load {load()}\n")
        print("| cell | realty, a second | PocketBase | times | floor | server CPU, us | PocketBase |")
        print("|---|--:|--:|--:|--:|--:|--:|")
        for kind in SLICES:
            for cell, floor in FLOORS.items():
                found: dict[str, list[Cell]] = {}
                for turn in range(given.rounds + 1):
                    for peer in peers:
                        peer.sign_in(servers[peer.name])
                        shots = peer.shots(kind, cell, random.Random(turn), given.rows)
                        made = fire(
                            servers[peer.name], shots, peer.headers, seconds=given.seconds if turn else 1, clients=16,
                            folder=place / "runs" / peer.name,
                        )  # fmt: skip
                        if made.errors:
                            raise RuntimeError(f"{peer.name}, {kind.name} {cell}: {made.errors} errors")
                        found.setdefault(peer.name, []).append(made)
                both = [found[peer.name][1:] for peer in peers]
                rate, other = (median(one.rate for one in some) for some in both)
                cpu, their_cpu = (median(one.cpu for one in some) for some in both)
                print(
                    f"| {kind.name}: {cell} | {rate:,.0f} | {other:,.0f} | {rate / other:.2f} | {floor} | {cpu:.0f} |"
                    f" {their_cpu:.0f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
