"""`python -m benchmarks.run [start|import|export|search|log|postgresql|matching|calendar|analytics ...] [--rows N]`

Measures realty against the peers of the design's performance page on one machine in one run, and prints the tables of
`benchmarks/README.md`. The data is made by `benchmarks.data`; nothing is downloaded. `sqlite3` is Debian's package.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.data import HEADER, clean_csv, messy_csv
from benchmarks.measure import Result, interleaved, load, milliseconds, ratio, run, speed, table

PYTHON = sys.executable
REALTY = [PYTHON, "-m", "realty_cli"]
SQLITE_UTILS = [PYTHON, "-m", "sqlite_utils"]
_HELLO = (
    "import typer\napp = typer.Typer()\n@app.command()\ndef hello(name: str = 'x') -> None:\n    'Say hello.'\napp()\n"
)
_EXECUTEMANY = """
import csv, sqlite3, sys
from itertools import islice
db = sqlite3.connect(sys.argv[2], isolation_level=None)
rows = csv.reader(open(sys.argv[1], encoding="utf-8", newline=""))
header = next(rows)
db.execute("PRAGMA journal_mode=WAL"); db.execute("CREATE TABLE t (" + ", ".join(header) + ")"); db.execute("BEGIN")
sql = "INSERT INTO t VALUES (" + ",".join("?" * len(header)) + ")"
while part := list(islice(rows, 5000)):
    db.executemany(sql, part)
db.execute("COMMIT")
"""


class Bench:
    def __init__(self, place: Path, rows: int, rounds: int) -> None:
        self.place, self.rows, self.rounds = place, rows, rounds
        self.home = place / "home"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("REALTY_")}
        # Without compiled modules every start costs several times as much, which no installed program pays.
        kept.pop("PYTHONDONTWRITEBYTECODE", None)
        self.environment = {**kept, "REALTY_HOME": str(self.home), "LANG": "C.UTF-8"}

    def realty(self, *arguments: str | Path) -> Callable[[Result], None]:
        return lambda result: run([*REALTY, *arguments], self.environment, result)

    def fresh(self, *arguments: str | Path) -> Callable[[Result], None]:
        """The same on a new, empty store."""

        def action(result: Result) -> None:
            shutil.rmtree(self.home, ignore_errors=True)
            run([*REALTY, "-q", "init", "--yes", "--username", "anna"], self.environment, Result())
            run([*REALTY, *arguments], self.environment, result)

        return action

    def peer(self, *command: str | Path, remove: Path | None = None) -> Callable[[Result], None]:
        def action(result: Result) -> None:
            if remove is not None:
                for end in ("", "-wal", "-shm"):
                    Path(f"{remove}{end}").unlink(missing_ok=True)
            run(command, self.environment, result)

        return action

    def ready(self) -> Path:
        """A store with the clean listings, and a plain database with the same rows for the peers."""
        clean = clean_csv(self.place / f"clean-{self.rows}.csv", self.rows)
        if not (self.place / "ready").exists():
            self.fresh("-q", "properties", "import", clean)(Result())
            peer = self.place / "peer.db"
            self.peer("sqlite3", peer, ".mode csv", f".import {clean} t", remove=peer)(Result())
            self.peer("sqlite3", peer, "CREATE INDEX ix ON t (external_id DESC)")(Result())
            (self.place / "ready").touch()
        return self.place / "peer.db"

    # The measurements ----------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start-up of the commands that a person types all day."""
        peer = self.ready()
        hello = self.place / "hello.py"
        hello.write_text(_HELLO)
        query = f"SELECT {', '.join(HEADER)} FROM t ORDER BY external_id DESC LIMIT 20"
        found = interleaved(
            {
                "python -c pass": self.peer(PYTHON, "-c", "pass"),
                "typer hello --help": self.peer(PYTHON, hello, "--help"),
                "realty --help": self.realty("--help"),
                "sqlite-utils query, 20 rows": self.peer(*SQLITE_UTILS, peer, query),
                "realty properties list": self.realty("properties", "list", "--no-total"),
                "realty properties list, counted": self.realty("properties", "list"),
                "realty properties show": self.realty("properties", "show", "5"),
                "realty search": self.realty("search", "квартира", "у", "метро"),
            },
            max(self.rounds, 15),
            warm=True,
        )
        table(f"Start-up, store of {self.rows:,} listings", found, "python -c pass", unit=1000, name="ms")
        ratio("realty --help / typer hello", found, "realty --help", "typer hello --help", "at most 1.25, goal 1.05")
        ratio("properties list / sqlite-utils", found, "realty properties list", "sqlite-utils query, 20 rows",
              "at most 1.6, goal 1.1")  # fmt: skip

    def import_(self) -> None:
        """Import of clean and of messy files into an empty store."""
        (self.place / "ready").unlink(missing_ok=True)
        clean = clean_csv(self.place / f"clean-{self.rows}.csv", self.rows)
        messy = messy_csv(self.place / f"messy-{self.rows}.csv", self.rows)
        db = self.place / "import.db"
        script = self.place / "executemany.py"
        script.write_text(_EXECUTEMANY)
        commands = {
            "sqlite3 .import": self.peer("sqlite3", db, ".mode csv", f".import {clean} t", remove=db),
            "csv + executemany": self.peer(PYTHON, script, clean, db, remove=db),
            "realty properties import": self.fresh("-q", "properties", "import", clean),
        }
        if self.rows <= 200_000:
            commands["realty, messy"] = self.fresh("-q", "properties", "import", messy)
            commands["sqlite-utils insert"] = self.peer(*SQLITE_UTILS, "insert", db, "t", clean, "--csv", remove=db)
            commands["sqlite-utils, messy"] = self.peer(
                *SQLITE_UTILS,
                "insert",
                db,
                "t",
                messy,
                "--csv",
                "--delimiter",
                ";",
                "--encoding",
                "utf-8-sig",
                remove=db,
            )
        found = interleaved(commands, self.rounds)
        table(f"Import of {self.rows:,} rows", found, "sqlite3 .import", per=self.rows)
        speed(
            "realty / sqlite3 .import", found, "realty properties import", "sqlite3 .import", "at least 0.10, goal 0.25"
        )
        if "sqlite-utils insert" in found:
            speed("realty / sqlite-utils", found, "realty properties import", "sqlite-utils insert",
                  "at least 1.3, goal 3")  # fmt: skip
            speed("messy: realty / sqlite-utils", found, "realty, messy", "sqlite-utils, messy",
                  "at least 0.6, goal 1.5")  # fmt: skip

    def export(self) -> None:
        """Export of the whole store."""
        peer = self.ready()
        columns = ",".join(HEADER)
        out = self.place / "out"
        out.mkdir(exist_ok=True)
        found = interleaved(
            {
                "sqlite3 -csv": self.peer("sqlite3", "-csv", "-header", peer, f"SELECT {columns} FROM t"),
                "sqlite-utils --csv": self.peer(*SQLITE_UTILS, peer, f"SELECT {columns} FROM t", "--csv"),
                "realty export csv, 17 fields": self.realty(
                    "properties", "export", out / "a.csv", "--force", "--fields", columns
                ),
                "realty export csv, all fields": self.realty("properties", "export", out / "b.csv", "--force"),
                "realty export jsonl, all fields": self.realty("properties", "export", out / "c.jsonl", "--force"),
                "realty export xlsx, 17 fields": self.realty(
                    "properties", "export", out / "d.xlsx", "--force", "--fields", columns
                ),
            },
            self.rounds,
            warm=True,
        )
        table(f"Export of {self.rows:,} rows", found, "sqlite3 -csv", per=self.rows)
        speed("realty / sqlite3 -csv", found, "realty export csv, 17 fields", "sqlite3 -csv", "at least 0.3, goal 0.4")

    def search(self) -> None:
        """Word search against LIKE, inside one process, warm."""
        self.ready()
        from realty_cli.app import Realty
        from realty_cli.properties.schemas.filters import PropertyFilter
        from realty_cli.settings import Settings

        realty = Realty(Settings(home=self.home))
        print(f"\n### Search, newest 20 of {self.rows:,} listings, ms (load {load()})\n")
        print("| words | found | index | LIKE | times faster |\n|---|--:|--:|--:|--:|")
        with realty.read("anna") as work:
            for words in (
                "панорамное",
                "камин терраса",
                "квартиры у метро",
                "B00000777",
                "Портовая 17",
                "нетакогослова",
            ):
                wanted = PropertyFilter(q=words)
                count = work.properties.count(wanted)
                ours = milliseconds(lambda wanted=wanted: work.properties.page(wanted, total=False), 9)
                parts = " AND ".join(f"description || address || title || external_id LIKE '%{word}%'"
                                     for word in words.split() if len(word) > 1)  # fmt: skip
                sql = f"SELECT id FROM properties WHERE {parts} ORDER BY id DESC"
                # LIKE stops early where the word is common; a count, as every list shows one, reads all rows.
                theirs = milliseconds(lambda sql=sql: work.db.all(f"SELECT count(*) FROM ({sql})"), 3)
                counted = milliseconds(lambda wanted=wanted: work.properties.page(wanted), 5)
                print(
                    f"| {words} | {count:,} | {ours:.2f} ({counted:.2f} counted) | {theirs:.0f} | {theirs / ours:.0f} |"
                )

    def log(self) -> None:
        """What the change log adds to an import: the same import with and without it, in turn."""
        clean = clean_csv(self.place / f"clean-{self.rows}.csv", self.rows)
        times: dict[str, list[float]] = {"with": [], "without": []}
        for _ in range(self.rounds):
            for name, taken in times.items():
                with tempfile.TemporaryDirectory(dir=self.place) as home:
                    taken.append(_import_once(Path(home) / "h", clean, log=name == "with"))
        with_log, without = (statistics.median(times[name]) for name in ("with", "without"))
        print(f"\n### The change log in an import of {self.rows:,} rows (load {load()})\n")
        print(f"with {with_log:.2f} s, without {without:.2f} s of CPU: {100 * (with_log / without - 1):.1f} % more"
              " (at most 25 %)")  # fmt: skip

    def postgresql(self) -> None:
        """The same commands and reads on SQLite and on PostgreSQL."""
        from benchmarks.postgresql import measure

        measure(self)

    def matching(self) -> None:
        """The matches of a request and of a listing."""
        from benchmarks.matching import measure

        measure(self)

    def calendar(self) -> None:
        """A year of 10,000 events: expanded, in a store, and as a file."""
        from benchmarks import calendar

        for part in (calendar.expansion, calendar.files, calendar.store, calendar.sync):
            part(10_000)

    def analytics(self) -> None:
        """The questions of analytics on an agency of as many listings and events."""
        from benchmarks import analytics

        analytics.measure(self.rows, with_peers=True)


def _import_once(home: Path, path: Path, *, log: bool) -> float:
    from realty_cli.app import Realty
    from realty_cli.formats.registry import codec_for
    from realty_cli.properties.importing import Reading, prepare
    from realty_cli.settings import Settings
    from realty_cli.store.changelog import ChangeLog, Origin

    realty = Realty(Settings(home=home, import_batch=10**9))
    realty.create("anna")
    kept = ChangeLog.add_created
    if not log:
        ChangeLog.add_created = lambda *_: None  # type: ignore[method-assign]
    try:
        start = time.process_time()
        with codec_for(path).read(path) as source, realty.write(Origin("import", "bench")) as work:
            importer = work.importer()
            for batch in prepare(source.blocks(), Reading("Europe/Moscow", work.clock.now(), path.name)):
                importer.take(batch)
        return time.process_time() - start
    finally:
        ChangeLog.add_created = kept  # type: ignore[method-assign]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    names = ["start", "import", "export", "search", "log", "postgresql", "matching", "calendar", "analytics"]
    parser.add_argument("what", nargs="*", choices=[*names, []], default=names)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--place", type=Path, default=Path(__file__).parent / "out")
    given = parser.parse_args()
    given.place.mkdir(parents=True, exist_ok=True)
    bench = Bench(given.place.absolute(), given.rows, given.rounds)
    for name in given.what:
        getattr(bench, "import_" if name == "import" else name)()


if __name__ == "__main__":
    main()
