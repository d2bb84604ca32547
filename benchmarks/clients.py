"""`python -m benchmarks.clients [--rows 100000]`: lists and searches of clients, on both databases, beside LIKE.

Inside one process and warm, medians. What LIKE is asked is what an agent would write by hand: the digits of the phone
stored as digits, the name and the notes, in one table that holds them all. Both answer the newest 20.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.measure import interleaved, load, milliseconds, ratio, run, table
from benchmarks.postgresql import SETTINGS
from benchmarks.run import REALTY, SQLITE_UTILS
from realty_cli.app import Realty, Work
from realty_cli.clients.schemas.filters import ClientFilter
from realty_cli.kit.schema import validate
from realty_cli.settings import Settings
from realty_cli.store.changelog import Origin
from tests.postgres import binaries, running

LAST = "Иванов Петров Сидоров Кузнецов Смирнов Попов Волков Соколов Лебедев Морозов Новиков Козлов Зайцев".split()
FIRST = "Пётр Иван Алексей Дмитрий Сергей Андрей Максим Олег Илья Павел Роман Егор Никита Артём Кирилл".split()
MIDDLE = "Сергеевич Иванович Петрович Алексеевич Дмитриевич Андреевич Олегович Ильич Павлович".split()
WORDS = "ипотека парк школа балкон срочно метро двушка дача обмен наличные переезд собака тихий вид этаж".split()
ROLES = (["buyer"], ["seller"], ["tenant"], ["landlord"], ["buyer", "seller"], ["partner"])
SHARES = (45, 25, 15, 8, 6, 1)
PAGES: tuple[tuple[str, dict[str, Any], str | None], ...] = (
    ("newest", {}, None),
    ("buyers", {"role": ["buyer"]}, None),
    ("partners, one in a hundred", {"role": ["partner"]}, None),
    ("at a stage, of a source", {"stage": ["active"], "source": ["cian"]}, None),
    ("with a tag", {"tags": ["vip"]}, None),
    ("by name", {}, "name"),
)
#: What is typed, and what LIKE is asked for the same: a piece of the phone or words.
TYPED: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("a whole phone", "8 (916) 004-99-50", ("9160049950",)),
    ("its middle", "0049950", ("0049950",)),
    ("its last four digits", "9950", ("9950",)),
    ("its beginning, a tenth of all", "8 (916) 00", ("91600",)),
    ("a rare word", "K77123", ("K77123",)),
    ("a surname and a name, in another case", "кузнецовым павлом", ("Кузнецов", "Павел")),
    ("a word of notes", "собаки", ("собака",)),
)


def fill(work: Work, rows: int) -> None:
    """Clients that differ in all that lists look at."""
    chance = random.Random(1)
    for start in range(0, rows, 1_000):
        work.clients.rows.insert([_client(at, chance) for at in range(start, min(rows, start + 1_000))])


def _client(at: int, chance: random.Random) -> dict[str, Any]:
    last, first, middle = chance.choice(LAST), chance.choice(FIRST), chance.choice(MIDDLE)
    phone = f"+7{chance.choice((916, 903, 926, 985, 495, 812, 921, 905, 999, 910))}{at % 10_000_000:07}"
    return {
        "owner_id": 1, "kind": "person", "name": f"{last} {first} {middle}", "last_name": last, "first_name": first,
        "middle_name": middle, "roles": chance.choices(ROLES, SHARES)[0],
        "stage": chance.choice(("lead", "active", "won")), "external_id": f"K{at}",
        "source": chance.choice(("avito", "cian", "site", "friends")),
        "notes": " ".join(chance.choices(WORDS, k=8)), "tags": ["vip"] if at % 300 == 0 else None,
        "phones": [{"value": "+79160049950" if at == 49_950 else phone, "label": None}],
        "emails": [{"value": f"client{at}@example.com", "label": None}],
    }  # fmt: skip


def by_hand(work: Work) -> None:
    """The table that LIKE looks through."""
    work.db.run(
        "CREATE TABLE by_hand AS SELECT c.id, c.name, c.notes, c.external_id, substr(t.value, 2) AS phone"
        " FROM clients c LEFT JOIN client_contacts t ON t.client_id = c.id AND t.channel = 'phone'"
    )


def like(work: Work, parts: tuple[str, ...]) -> Callable[[], Any]:
    found = " AND ".join(
        f"(phone LIKE :l{at} OR name LIKE :l{at} OR notes LIKE :l{at} OR external_id LIKE :l{at})"
        for at in range(len(parts))
    )
    params = {f"l{at}": f"%{part}%" for at, part in enumerate(parts)}

    def ask() -> None:
        work.db.value(f"SELECT count(*) FROM by_hand WHERE {found}", params)
        work.db.all(f"SELECT * FROM by_hand WHERE {found} ORDER BY id DESC LIMIT 20", params)

    return ask


def measure(name: str, realty: Realty, rows: int) -> None:
    start = time.perf_counter()
    with realty.write(Origin("cli", "benchmark")) as work:
        fill(work, rows)
        seconds = time.perf_counter() - start
        by_hand(work)
    if realty.database.dialect == "postgresql":
        realty.database.connect(write=True).execute("VACUUM ANALYZE")
    print(f"\n### {rows:,} clients on {name}, newest 20, ms (load {load()})\n")
    print("| | found | without total | with total | LIKE | times faster |\n|---|--:|--:|--:|--:|--:|")
    with realty.read() as work:

        def page(wanted: dict[str, Any], sort: str | None = None) -> tuple[int, float, float]:
            narrow = validate(ClientFilter, wanted)
            count = work.clients.page(narrow, sort=sort, limit=1)["total"]
            plain = milliseconds(lambda: work.clients.page(narrow, sort=sort, total=False), 7)
            return count, plain, milliseconds(lambda: work.clients.page(narrow, sort=sort), 5)

        for title, wanted, sort in PAGES:
            print("| {} | {:,} | {:.2f} | {:.2f} | | |".format(title, *page(wanted, sort)))
        for title, typed, parts in TYPED:
            count, plain, counted = page({"q": typed})
            theirs = milliseconds(like(work, parts), 3)
            ours = f"{count:,} | {plain:.2f} | {counted:.2f}"
            print(f"| {title}: {typed} | {ours} | {theirs:.0f} | {theirs / plain:.0f} |")
        one = milliseconds(lambda: work.clients.get(rows // 2), 9)
        print(f"| one client by its number | | {one:.2f} | | | |")
    print(f"\nEntered through the slice's repository, searchable and undoable: {rows / seconds:,.0f} clients a second.")


def command(realty: Realty, environment: dict[str, str]) -> None:
    """`realty clients list` beside sqlite-utils, which asks the same store for the same 20 rows."""
    store = str(realty.settings.home / "realty.db")
    columns = "id, name, kind, stage, source, last_contact_at"
    newest = f"SELECT {columns} FROM clients WHERE deleted_at IS NULL ORDER BY id DESC LIMIT 20"
    found = interleaved(
        {
            "sqlite-utils query, 20 rows": lambda result: run([*SQLITE_UTILS, store, newest], environment, result),
            "realty clients list": lambda result: run([*REALTY, "clients", "list", "--no-total"], environment, result),
        },
        15,
        warm=True,
    )
    table("The command", found, "sqlite-utils query, 20 rows", unit=1000, name="ms")
    ratio("clients list / sqlite-utils", found, "realty clients list", "sqlite-utils query, 20 rows",
          "at most 1.6, goal 1.1")  # fmt: skip


def stores(place: Path) -> Iterator[tuple[str, Realty]]:
    realty = Realty(Settings(home=place / "sqlite"))
    realty.create("anna")
    yield "SQLite", realty
    if (programs := binaries()) is None:
        print("\nPostgreSQL (initdb, postgres) is not installed here.")
        return
    with running(programs, settings=SETTINGS) as server:
        realty = Realty(Settings(home=place / "postgresql", database_url=server.create("bench")))
        realty.create("anna")
        yield "PostgreSQL", realty


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as place:
        for name, realty in stores(Path(place)):
            measure(name, realty, rows)
            if realty.database.dialect == "sqlite":
                command(realty, {**os.environ, "REALTY_HOME": str(realty.settings.home)})


if __name__ == "__main__":
    main()
