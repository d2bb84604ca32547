"""`python -m benchmarks.run matching`: 10,000 requests against 100,000 listings, each direction, on both databases."""

from __future__ import annotations

import gc
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.data import CITIES, clean_csv
from benchmarks.measure import load
from tests.postgres import binaries, running

if TYPE_CHECKING:
    from benchmarks.run import Bench
    from realty_cli.app import Realty

REQUESTS, ASKED = 10_000, 300


def wishes(count: int, seed: int = 5) -> list[dict[str, Any]]:
    """What clients ask for: mostly a price, rooms and a city, half of them a district; one in fifty next to nothing."""
    pick = random.Random(seed)
    chance = pick.random
    found = []
    for _ in range(count):
        deal = pick.choice(("sale",) * 6 + ("rent",) * 3 + ("daily_rent",))
        most = pick.randint(5_000_000, 60_000_000) if deal == "sale" else pick.randint(20_000, 200_000)
        one: dict[str, Any] = {"deal_type": deal, "price_max": most * 100}
        if chance() >= 0.02:
            rooms, city = pick.randint(1, 4), pick.choice(list(CITIES))
            one["property_types"] = pick.choice((["apartment"], ["apartment"], ["apartment", "room"], ["house"]))
            one["rooms"] = [rooms] if chance() < 0.5 else [rooms, rooms + 1]
            one["cities"] = [city]
            if chance() < 0.5:
                one["districts"] = pick.sample(CITIES[city], 2)
            elif chance() < 0.1:
                place = {"latitude": pick.uniform(55, 56), "longitude": pick.uniform(37, 60), "radius_km": 30.0}
                one["places"] = [{**place, "name": None}]
            if chance() < 0.7:
                one["price_min"] = most * 70
            if chance() < 0.7:
                one["area_min"] = float(20 + rooms * 15)
            if chance() < 0.3:
                one["floor_min"] = 3
            if chance() < 0.2:
                one["must"] = [pick.choice(("not_first_floor", "not_last_floor"))]
            if chance() < 0.3:
                one["nice"] = ["балкон", "mortgage"]
        found.append(one)
    return found


def measure(bench: Bench) -> None:
    clean = clean_csv(bench.place / f"clean-{bench.rows}.csv", bench.rows)
    print(f"\n### {REQUESTS:,} requests against {bench.rows:,} listings, ms (load {load()})\n")
    print("| | asked | matches | median | 95 % | slowest | CPU median | CPU 95 % |\n|---|--:|--:|--:|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory(dir=bench.place) as home:
        _database("SQLite", _filled(Path(home), "", clean))
        programs = binaries()
        if programs is not None:
            with running(programs) as server:
                _database("PostgreSQL", _filled(Path(home) / "pg", server.create(), clean))


def _filled(home: Path, url: str, path: Path) -> Realty:
    from realty_cli.app import Realty
    from realty_cli.clients.request_record import derived
    from realty_cli.clients.schemas.client import ClientCreate
    from realty_cli.formats.registry import codec_for
    from realty_cli.kit.schema import validate
    from realty_cli.properties.importing import Reading, prepare
    from realty_cli.settings import Settings
    from realty_cli.store.changelog import Origin

    realty = Realty(Settings(home=home / "home", database_url=url))
    realty.create("anna")
    with codec_for(path).read(path) as source, realty.write(Origin("import", "bench"), "anna") as work:
        importer = work.importer()
        for batch in prepare(source.blocks(), Reading("Europe/Moscow", work.clock.now(), path.name)):
            importer.take(batch)
    with realty.write(Origin("bench", "bench"), "anna") as work:
        client = work.clients.create(validate(ClientCreate, {"name": "Иванов Пётр"}))["id"]
        named = {"owner_id": work.actor.id, "client_id": client, "status": "active", "currency": "RUB"}
        rows: list[dict[str, Any]] = [{**one, **named} for one in wishes(REQUESTS)]
        for row in rows:
            row |= derived(row)
        for start in range(0, len(rows), 1_000):
            work.requests.rows.insert(rows[start : start + 1_000])
        work.db.execute("ANALYZE") if not work.db.sqlite else None
    return realty


def _database(name: str, realty: Realty) -> None:
    pick = random.Random(3)
    gc.collect()
    gc.freeze()  # as the server does before it serves
    with realty.read("anna") as work:
        (most,) = work.db.one("SELECT max(id) FROM properties")
        numbers = [row[0] for row in work.db.all("SELECT id FROM requests ORDER BY id")]
        rich = work.db.all("SELECT id FROM requests WHERE rooms IS NULL ORDER BY price_max DESC LIMIT 20")
        vague = [row[0] for row in rich]
        matches = work.requests.matches
        asked = {
            f"{name}: the listings of a request": (matches.of_request, pick.sample(numbers, ASKED)),
            f"{name}: of one that asks for next to nothing": (matches.of_request, vague),
            f"{name}: the requests of a listing": (matches.of_listing, pick.sample(range(1, most + 1), ASKED)),
        }
        for what, (ask, some) in asked.items():
            _row(what, ask, some)


def _row(what: str, ask: Callable[[int], dict[str, Any]], numbers: list[int]) -> None:
    ask(numbers[0])
    times, found, cpu = [], [], []
    for number in numbers:
        start, began = time.perf_counter(), time.process_time()
        body = ask(number)
        cpu.append((time.process_time() - began) * 1000)
        times.append((time.perf_counter() - start) * 1000)
        found.append(body["total"] + body["near"]["total"])
    times.sort()
    cpu.sort()
    print(
        f"| {what} | {len(numbers)} | {statistics.median(found):.0f} | {statistics.median(times):.1f}"
        f" | {times[int(len(times) * 0.95)]:.1f} | {times[-1]:.1f} | {statistics.median(cpu):.1f}"
        f" | {cpu[int(len(cpu) * 0.95)]:.1f} |"
    )
