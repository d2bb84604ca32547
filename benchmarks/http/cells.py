"""What is measured of every server: one cell each, and what must be true before load is put on it."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.http.listings import PAGE, Listings
from benchmarks.http.peers.base import Peer
from benchmarks.http.process import Server, Shot

#: Highest prices that from a third to all of the listings for sale keep.
LEAST, MOST = 20_000_000, 60_000_000
#: The filters that an agency's screens show again and again.
FAMILIAR = range(LEAST, MOST, 1_000_000)
VARIETY = 4_000  # different requests in one run of a cell


@dataclass(frozen=True)
class Kind:
    """A cell: `shots` gives its requests, or None for a server that cannot do it."""

    name: str
    title: str
    shots: Callable[[Peer, Listings, random.Random], list[Shot] | None]
    clients: int = 16
    longer: int = 1  # times the usual seconds
    warm: bool = True


def _one(peer: Peer, listings: Listings, pick: random.Random) -> list[Shot] | None:
    return _many(lambda: peer.one(pick.randint(1, len(listings.rows))))


def _new(total: bool) -> Callable[[Peer, Listings, random.Random], list[Shot] | None]:
    """Filters that nobody has asked for before."""
    return lambda peer, _, pick: _many(lambda: peer.page(pick.randint(LEAST, MOST), total=total))


def _again(peer: Peer, listings: Listings, pick: random.Random) -> list[Shot] | None:
    return _many(lambda: peer.page(pick.choice(FAMILIAR), total=True))


def _create(peer: Peer, listings: Listings, pick: random.Random) -> list[Shot] | None:
    def new() -> Shot | None:
        fields = listings.new(pick.randint(1, len(listings.rows)))
        return peer.create({**fields, "title": f"{fields['title']} {{n}}"})

    return _many(new, 500)


def _many(make: Callable[[], Shot | None], variety: int = VARIETY) -> list[Shot] | None:
    found = [shot for _ in range(variety) if (shot := make()) is not None]
    return found or None


def _single(shot: Shot | None) -> list[Shot] | None:
    return None if shot is None else [shot]


KINDS = (
    Kind("get", "GET by id", _one),
    Kind("one", "GET by id, one client", _one, clients=1, warm=False),
    Kind("list", "list of 20, filtered, not counted", _new(False)),
    Kind("total", "list of 20 with the total, of 40 filters", _again, longer=3),
    Kind("fresh", "list of 20 with the total, every filter a new one", _new(True), longer=3),
    Kind("offset", "page 2,500 by offset", lambda peer, listings, _: _single(peer.deep(listings.deep_offset()))),
    Kind("cursor", "page 2,500 by cursor", lambda peer, _, __: _single(peer.cursor())),
    Kind("create", "POST, a new listing", _create),
    Kind("login", "sign in with a password", lambda peer, _, __: _single(peer.login()), clients=4, longer=2,
         warm=False),
)  # fmt: skip


def check(peer: Peer, server: Server, listings: Listings) -> None:
    """Right answers first: measuring a server that answers something else measures nothing."""
    number = min(777, len(listings.rows))
    row = listings.rows[number - 1]
    shot = peer.one(number)
    assert shot is not None
    got = peer.item(server.ask(_with(shot, peer)))
    _same(peer, "GET by id", [got["title"], float(got["price"])], [row["title"], float(str(row["price"]))])
    if peer.can_refuse:
        refused = server.ask(shot)
        if refused.status not in (401, 403, 404) or str(row["title"]) in refused.text:
            raise RuntimeError(f"{peer.name} answered {refused.status} to a stranger")
    offset = listings.deep_offset()
    cheap, deep = listings.sales(LEAST)[:PAGE], listings.sales()[offset : offset + PAGE]
    wanted = (
        ("list", peer.page(LEAST, total=False), cheap),
        ("list with total", peer.page(LEAST, total=True), cheap),
        ("deep page", peer.deep(offset), deep),
        ("cursor", peer.cursor(), deep),
    )
    for what, asked, numbers in wanted:
        if asked is not None:
            titles = [str(item["title"]) for item in peer.items(server.ask(_with(asked, peer)))]
            _same(peer, what, titles, listings.titles(numbers))


def stored(peer: Peer, folder: Path) -> int:
    """How many listings its store holds now."""
    db = sqlite3.connect(f"file:{folder / peer.database}?mode=ro", uri=True, timeout=30)
    try:
        return int(db.execute(f"SELECT count(*) FROM {peer.table}").fetchone()[0])
    finally:
        db.close()


def _with(shot: Shot, peer: Peer) -> Shot:
    return Shot(shot.method, shot.path, shot.body, {**shot.headers, **peer.headers})


def _same(peer: Peer, what: str, got: list[object] | list[str], expected: list[object] | list[str]) -> None:
    if got != expected:
        raise RuntimeError(f"{peer.name}, {what}: answered {got}, not {expected}")
