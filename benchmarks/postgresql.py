"""The same commands on SQLite and on a private PostgreSQL that keeps what it acknowledges, as an agency's would."""

from __future__ import annotations

import itertools
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.data import HEADER, clean_csv
from benchmarks.measure import Result, interleaved, load, milliseconds, run, speed, table
from tests.postgres import Server, binaries, running

if TYPE_CHECKING:
    from benchmarks.run import Bench
    from realty_cli.app import Realty

#: What Debian sets, but for memory, which every guide says to raise.
SETTINGS = {
    "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "shared_buffers": "256MB", "jit": "on",
    "wal_level": "replica",
}  # fmt: skip
_WORDS = ("панорамное", "квартиры у метро", "B00000777", "нетакогослова")


class Both:
    """A home on SQLite and one on PostgreSQL, with the same listings."""

    def __init__(self, bench: Bench, server: Server) -> None:
        self.bench, self.server = bench, server
        self.clean = clean_csv(bench.place / f"clean-{bench.rows}.csv", bench.rows)
        self.home = bench.place / "postgresql"
        self.url = ""
        self._names = (f"bench_{number}" for number in itertools.count())

    def environment(self) -> dict[str, str]:
        return {**self.bench.environment, "REALTY_HOME": str(self.home), "REALTY_DATABASE_URL": self.url}

    def realty(self, *arguments: str | Path) -> Callable[[Result], None]:
        return lambda result: run([sys.executable, "-m", "realty_cli", *arguments], self.environment(), result)

    def filled(self, result: Result) -> None:
        """The import into a new database, which stays."""
        if self.url:
            self.server.drop(self.url)
        self.url = self.server.create(next(self._names))
        shutil.rmtree(self.home, ignore_errors=True)
        self.realty("-q", "init", "--yes", "--username", "anna")(Result())
        self.realty("-q", "properties", "import", self.clean)(result)


def measure(bench: Bench) -> None:
    programs = binaries()
    if programs is None:
        print("\nPostgreSQL (initdb, postgres) is not installed here.")
        return
    bench.ready()
    with running(programs, settings=SETTINGS, place=tempfile.gettempdir()) as server:
        both = Both(bench, server)
        found = interleaved(
            {
                "import, SQLite": bench.fresh("-q", "properties", "import", both.clean),
                "import, PostgreSQL": both.filled,
            },
            bench.rounds,
        )
        out = bench.place / "out"
        out.mkdir(exist_ok=True)
        export = ("properties", "export", out / "e.csv", "--force", "--fields", ",".join(HEADER))
        found |= interleaved(
            {"export, SQLite": bench.realty(*export), "export, PostgreSQL": both.realty(*export)},
            bench.rounds,
            warm=True,
        )
        table(f"SQLite and PostgreSQL, {bench.rows:,} rows", found, "import, SQLite", per=bench.rows)
        for what in ("import", "export"):
            speed(f"{what}: PostgreSQL / SQLite", found, f"{what}, PostgreSQL", f"{what}, SQLite", "the command's CPU")
        commands = {"list": ("properties", "list"), "show": ("properties", "show", "5"),
                    "search": ("search", "квартира", "у", "метро")}  # fmt: skip
        found = interleaved(
            {
                f"{name}, {where}": side(*line)
                for name, line in commands.items()
                for where, side in (("SQLite", bench.realty), ("PostgreSQL", both.realty))
            },
            max(bench.rounds, 9),
            warm=True,
        )
        table("Commands on both", found, "list, SQLite", unit=1000, name="ms")
        _inside(bench, both)


def _inside(bench: Bench, both: Both) -> None:
    """Reads inside one process, warm."""
    from realty_cli.app import Realty
    from realty_cli.settings import Settings

    sides = [Realty(Settings(home=bench.home)), Realty(Settings(home=both.home, database_url=both.url))]
    print(f"\n### Reads of {bench.rows:,} listings inside one process, ms (load {load()})\n")
    print("| | SQLite | PostgreSQL |\n|---|--:|--:|")
    reads = [_reads(side) for side in sides]
    for name in reads[0]:
        taken = [side[name]() for side in reads]
        print(f"| {name} | " + " | ".join(f"{value:.2f}" for value in taken) + " |")


def _reads(realty: Realty) -> dict[str, Callable[[], float]]:
    from realty_cli.kit.schema import validate
    from realty_cli.properties.schemas.filters import PropertyFilter

    def page(total: bool = False, sort: str | None = None, **wanted: object) -> Callable[[], float]:
        filter_ = validate(PropertyFilter, wanted)

        def measured() -> float:
            with realty.read("anna") as work:
                return milliseconds(lambda: work.properties.page(filter_, sort=sort, total=total), 9)

        return measured

    def shown() -> float:
        with realty.read("anna") as work:
            return milliseconds(lambda: work.properties.get(5), 9)

    narrow = {"deal_type": ["sale"], "city": ["Казань"], "rooms": [2], "price_max": 20_000_000}
    return {
        "one listing": shown,
        "newest 20": page(),
        "newest 20 and how many": page(total=True),
        "sale, Казань, 2 rooms, to 20m": page(**narrow),
        "... and how many": page(total=True, **narrow),
        "cheapest 20": page(sort="price"),
        **{f"search {words}": page(q=words) for words in _WORDS},
    }
