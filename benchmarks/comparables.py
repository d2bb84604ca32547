"""`python -m benchmarks.comparables [--data FOLDER] [--tests 300]`: how far estimates are off, and how sure they were.

Each test listing is valued by so many others; where listings have dates, by older ones only. FOLDER holds files of
portals (asking prices); without it only a generated market is measured, whose truth is known and whose prices rise.
Times are of the processor: with OPENBLAS_NUM_THREADS=1 they are what one estimate costs.
"""

from __future__ import annotations

import argparse
import csv
import math
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from realty_cli.properties import comparables
from realty_cli.properties.comparables import Known, value

SIZES = (50, 150, 500, 2_000, 0)
_DAYS = 30.44


def _number(text: str | None) -> float | None:
    try:
        found = float((text or "").replace(",", "."))
    except ValueError:
        return None
    return found if math.isfinite(found) and found >= 0 else None


def _whole(text: str | None) -> int | None:
    found = _number(text)
    return None if found is None else int(found)


def moscow_sale(folder: Path) -> Iterator[Known]:
    with (folder / "cian_moscow_sale_2024_cianparser.csv").open(encoding="utf-8", newline="") as file:
        for at, row in enumerate(csv.DictReader(file)):
            area, price = _number(row["total_meters"]), _number(row["price"])
            if price and area and area >= 10 and row["rooms_count"] != "-1":
                house = (
                    f"{row['street'].strip()} {row['house_number'].strip()}" if row["house_number"].strip() else None
                )
                yield Known(
                    f"{at}", price, area, _whole(row["rooms_count"]), _whole(row["floor"]), _whole(row["floors_count"]),
                    district=row["district"] or None, metro=row["underground"] or None,
                    house=row["residential_complex"].strip() or house,
                    market="new" if row["author_type"] == "developer" else None, trust=0.5,
                )  # fmt: skip


def moscow_rent(folder: Path) -> Iterator[Known]:
    with (folder / "cian_moscow_rent_2024_ruheaders.csv").open(encoding="utf-8", newline="") as file:
        for at, row in enumerate(csv.DictReader(file)):
            area, price = _number(row["Общая площадь"]), _number(row["Цена в месяц"])
            if price and area and area >= 10:
                yield Known(
                    f"{at}", price, area, year=_whole(row["Год постройки"]), metro=row["Метро"] or None,
                    material=row["Тип дома"] or None, renovation=row["Ремонт"] or None, trust=0.5,
                )  # fmt: skip


def kazan_rent(folder: Path) -> Iterator[Known]:
    with (folder / "avito_kazan_rent_2020_bom.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    newest = max(row["time_of_creation"] for row in rows)
    for row in rows:
        area, price = _number(row["square"]), _number(row["price"])
        if price and area and 55.5 < float(row["latitude"]) < 56.1:
            days = (_moment(newest) - _moment(row["time_of_creation"])) / 86_400
            kind = row["apartment_type"]
            yield Known(
                row["href"], price, area, 0 if "тудия" in kind else int(kind[0]) if kind[0].isdigit() else None,
                _whole(row["flat_floor"]), _whole(row["building_floor"]), None, float(row["latitude"]),
                float(row["longitude"]), row["area"] or None,
                row["metro_station"] if row["metro_station"] != "без метро" else None, row["address"],
                months=days / _DAYS, trust=0.5,
            )  # fmt: skip


def _moment(text: str) -> float:
    return time.mktime(time.strptime(text, "%Y-%m-%d %H:%M:%S"))


def generated(count: int = 6_000, seed: int = 7, *, growth: float = 0.01, noise: float = 0.1) -> list[Known]:
    """A town whose prices are known: a smooth field of places, dearer districts, floors, age, one per cent a month, and
    what no field tells (`noise`, a standard deviation of the logarithm, in part shared by a house)."""
    pick = random.Random(seed)
    houses = []
    for at in range(count // 12):
        north, east = pick.gauss(0, 4), pick.gauss(0, 4)
        district = f"{round(north / 3)}:{round(east / 3)}"
        houses.append((
            f"h{at}", 55.8 + north / 111.32, 49.1 + east / 62.6, district, pick.randint(1955, 2023),
            pick.choice(("panel", "brick", "monolith")), pick.choice((5, 9, 9, 12, 17, 25)), pick.gauss(0, noise * 0.6),
            -0.05 * math.hypot(north, east) + 0.1 * math.sin(north) * math.cos(east / 2),
        ))  # fmt: skip
    found = []
    for at in range(count):
        house, latitude, longitude, district, year, material, floors, own, place = pick.choice(houses)
        rooms = pick.choice((0, 1, 1, 2, 2, 3, 4))
        area = max(18.0, 17 + 18 * rooms + pick.gauss(0, 6))
        floor, months = pick.randint(1, floors), pick.uniform(0, 12)
        log = (
            math.log(150_000) + 0.92 * math.log(area) + place + own - 0.004 * (2024 - year)
            + {"panel": -0.05, "brick": 0.03, "monolith": 0.05}[material]
            - 0.05 * (floor == 1) - 0.03 * (floor == floors)
            + growth * (12 - months) + pick.gauss(0, noise * 0.8)
        )  # fmt: skip
        found.append(Known(
            f"g{at}", math.exp(log), round(area, 1), rooms, floor, floors, year, latitude, longitude, district, None,
            house, material, months=months, trust=pick.choice((1.0, 0.5)),
        ))  # fmt: skip
    return found


def nearest(subject: Known, pool: list[Known]) -> float:
    """What agents do by hand: the median price a square metre of the ten nearest."""
    columns = comparables._Columns([*pool, subject])
    import numpy as np

    asked = np.array([len(pool)])
    distances = columns.distances(asked, columns.km(asked, len(pool)))[0]
    ten = np.argsort(distances)[:10]
    return statistics.median((pool[at].price or 0) / pool[at].area for at in ten.tolist()) * subject.area


def once(rows: list[Known]) -> list[Known]:
    """Each flat once, though several advertise it."""
    found: dict[tuple[object, ...], Known] = {}
    for one in rows:
        found[one.house, one.metro, one.floor, round(one.area, 1), one.rooms, one.price if not one.house else None] = (
            one
        )
    return list(found.values())


def measure(name: str, rows: list[Known], tests: int, seed: int = 1) -> None:
    pick = random.Random(seed)
    rows = once(rows)
    dated = any(one.months for one in rows)
    if dated:
        rows.sort(key=lambda one: -one.months)
        cut = int(len(rows) * 0.8)
        train, tested = rows[:cut], pick.sample(rows[cut:], min(tests, len(rows) - cut))
    else:
        pick.shuffle(rows)
        tested, train = rows[: min(tests, len(rows) // 5)], rows[min(tests, len(rows) // 5) :]
    print(f"\n### {name}: {len(rows):,} listings, {len(tested)} valued{', by older ones' if dated else ''}\n")
    print(
        "| known | MdAPE % | within 10 % | bias % | cov80 | median ± % | refused % | 10 nearest, MdAPE % | gain | ms |"
    )
    print("|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    for size in SIZES:
        if size > len(train):
            continue
        errors, plain, inside, wide, took = [], [], [], [], []
        for subject in tested:
            pool = pick.sample(train, size) if size else train
            # Of rows with dates, now is when the subject came.
            pool = [one._replace(months=one.months - subject.months) for one in pool] if dated else pool
            asked = subject._replace(price=None, months=0.0)
            since = time.process_time()
            found = value(asked, pool)
            took.append(time.process_time() - since)
            if found.estimate is None:
                continue
            truth = subject.price or 0
            errors.append(found.estimate.price / truth - 1)
            plain.append(abs(nearest(asked, pool) / truth - 1))
            inside.append(found.estimate.low <= truth <= found.estimate.high)
            wide.append(found.estimate.half_width)
        if not errors:
            print(f"| {size or len(train):,} | | | | | | 100 | | | |")
            continue
        sizes = [abs(one) for one in errors]
        ours, theirs = statistics.median(sizes) * 100, statistics.median(plain) * 100
        print(
            f"| {size or len(train):,} | {ours:.1f} | {sum(one <= 0.1 for one in sizes) / len(sizes):.2f}"
            f" | {statistics.median(errors) * 100:+.1f} | {statistics.mean(inside):.2f}"
            f" | {statistics.median(wide) * 100:.0f} | {100 - 100 * len(errors) / len(tested):.0f} | {theirs:.1f}"
            f" | {theirs - ours:+.1f} | {statistics.median(took) * 1000:.0f} |",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with files of portals")
    parser.add_argument("--tests", type=int, default=300)
    asked = parser.parse_args()
    sets: dict[str, Callable[[Path], Iterator[Known]]] = {
        "Moscow, sale 2024, asking": moscow_sale, "Moscow, rent 2024, asking": moscow_rent,
        "Kazan, rent 2020, asking": kazan_rent,
    }  # fmt: skip
    for name, read in sets.items() if asked.data else ():
        measure(name, list(read(asked.data)), asked.tests)
    measure("Generated town, truth known, +1 % a month", generated(), asked.tests)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
