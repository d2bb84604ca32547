"""`python -m benchmarks.deals [--rows 100000]`: pages of deals inside one process, beside the same asked by LIKE.

Medians of a few tries, with the memory of counts emptied before each; a `with total` counts all that match.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.measure import load
from realty_cli.app import Realty, Work
from realty_cli.deals.schemas.filters import DealFilter
from realty_cli.kit.schema import validate
from realty_cli.settings import Settings
from realty_cli.store.changelog import Origin

STREETS = ("Лесная", "Речная", "Садовая", "Тверская", "Мира", "Ленина", "Гагарина", "Полевая")
WORDS = "ипотека опека маткапитал альтернатива торг срочно ремонт паркинг балкон вид метро школа нотариус".split()
STAGES = ("lead", "showing", "offer", "lost", "closed")
TRIES = 7
PAGES: tuple[tuple[str, dict[str, Any], str | None], ...] = (
    ("newest", {}, None),
    ("open", {"open": True}, None),
    ("of a kind, at a stage", {"kind": ["sale"], "stage": ["offer"]}, None),
    ("of a client", {"client_id": [77]}, None),
    ("by amount", {"amount_min": 40_000_000}, "-amount"),
    ("to close in two days", {"expected_close_from": "2026-06-01", "expected_close_to": "2026-06-02"}, None),
    ("a word in one of seven", {"q": "лесная"}, None),
    ("a number", {"q": "D-555"}, None),
)


def fill(work: Work, rows: int) -> None:
    """Deals that differ in all that lists look at."""
    chance = random.Random(1)
    for start in range(0, rows, 1_000):
        work.deals.rows.insert([_deal(at, chance) for at in range(start, min(rows, start + 1_000))])


def _deal(at: int, chance: random.Random) -> dict[str, Any]:
    stage = chance.choice(STAGES)
    closed = stage == "closed"
    return {
        "owner_id": 1, "title": f"Квартира {at}, ул. {chance.choice(STREETS)}", "kind": "sale" if at % 4 else "rent",
        "side": "buyer" if at % 4 else "tenant", "stage": stage, "amount": chance.randrange(10**8, 5 * 10**9),
        "currency": "RUB", "notes": " ".join(chance.choices(WORDS, k=12)), "external_id": f"D-{at}",
        "expected_close": f"2026-{chance.randrange(1, 13):02}-{chance.randrange(1, 28):02}",
        "parties": [{"client_id": at % 30_000 + 1, "role": "buyer"}],
        "closed_at": "2026-01-01T00:00:00.000000Z" if closed else None, "final_price": 500 if closed else None,
    }  # fmt: skip


def took(realty: Realty, question: Callable[[Work], Any]) -> float:
    """Milliseconds, the median of tries that each see a fresh connection."""
    found = []
    for _ in range(TRIES):
        with realty.read() as work:
            work.db.value("SELECT count(*) FROM operations")
            start = time.perf_counter()
            question(work)
            found.append((time.perf_counter() - start) * 1_000)
    return statistics.median(found)


def by_like(word: str) -> Callable[[Work], Any]:
    sql = "FROM deals WHERE deleted_at IS NULL AND (title LIKE :like OR notes LIKE :like OR external_id LIKE :like)"
    params = {"like": f"%{word}%"}

    def ask(work: Work) -> None:
        work.db.value(f"SELECT count(*) {sql}", params)
        work.db.all(f"SELECT * {sql} ORDER BY id DESC LIMIT 20", params)

    return ask


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as place:
        realty = Realty(Settings(home=Path(place) / "home"))
        realty.create("anna")
        start = time.perf_counter()
        with realty.write(Origin("cli", "benchmark")) as work:
            fill(work, rows)
        seconds = time.perf_counter() - start
        print(f"### Pages of {rows:,} deals inside one process, ms (load {load()})\n")
        print("| newest 20 | without total | with total |\n|---|--:|--:|")
        for name, wanted, sort in PAGES:
            narrow = validate(DealFilter, wanted)

            def ask(work: Work, total: bool, narrow: DealFilter = narrow, sort: str | None = sort) -> Any:
                return work.deals.page(narrow, sort=sort, total=total)

            plain, counted = (took(realty, lambda work, t=total, f=ask: f(work, t)) for total in (False, True))
            print(f"| {name} | {plain:.2f} | {counted:.2f} |")
        for word in ("лесн", "D-555"):
            print(f"| LIKE '%{word}%' | | {took(realty, by_like(word)):.2f} |")
        one = took(realty, lambda work: work.deals.get(rows // 2))
        print(f"| one deal by its number | {one:.2f} | |")
        speed = f"{rows / seconds:,.0f} deals a second"
        print(f"\nEntered through the service's repository, searchable and undoable: {speed}.")


if __name__ == "__main__":
    main()
