"""`python -m benchmarks.analytics [--rows 1000000] [--growth] [--peers]`: numbers of a large agency, in one process.

The agency has as many events as listings and a fifth as many deals, over 36 months. Medians of a few tries on a warm
cache, each on a fresh connection, in milliseconds of CPU. `--peers` asks the same of plain SQL, pandas and DuckDB, of
which the last two read the tables first (that time is told apart); `--growth` repeats all from 10,000 rows on and draws
how it grows.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.data import CITIES
from benchmarks.measure import load
from realty_cli.analytics.kinds import Step
from realty_cli.analytics.listing_sums import Keeper
from realty_cli.analytics.schemas.base import AnalyticsFilter
from realty_cli.app import Realty, Work
from realty_cli.kit.clock import stamp
from realty_cli.kit.schema import validate
from realty_cli.settings import Settings
from realty_cli.store.changelog import Origin

TRIES, BATCH, DAYS, AGENTS = 5, 20_000, 1_095, 20
#: Milliseconds after which a question is not tried again.
_LONG = 8_000
SIZES = (10_000, 100_000, 1_000_000)
Row = tuple[Any, ...]


class Agency:
    """Rows of every table, made as they are taken: the same size gives the same ones."""

    def __init__(self, rows: int, now: datetime, operation: int) -> None:
        self.rows, self.now, self.operation, self.luck = rows, now, operation, random.Random(3)

    def moment(self, days: float) -> str:
        return stamp(self.now - timedelta(days=days))

    def ages(self, count: int, least: float = 0) -> list[float]:
        """How many days ago each of so many was entered, the first one the longest: numbers follow time, as in life."""
        return sorted((self.luck.uniform(least, DAYS) for _ in range(count)), reverse=True)

    def fill(self, work: Work) -> None:
        for number in range(2, AGENTS + 1):
            work.db.run(
                "INSERT INTO accounts (id, username, name_key, look_key, role, timezone, language, is_active,"
                " login_letters, version, created_at, updated_at)"
                " VALUES (:id, :name, :name, :name, 'agent', 'Europe/Moscow', 'ru', 1, 0, 1, :now, :now)",
                {"id": number, "name": f"agent{number}", "now": stamp(self.now)},
            )
        self._put(work, "properties", (
            "id owner_id title property_type deal_type status price currency rooms area_total city district listed_at"
            " closed_at final_price version created_at updated_at"
        ), self._listings())  # fmt: skip
        self._put(
            work, "property_statuses", "property_id old_status new_status effective_at recorded_at operation_id",
            self._moves(work),
        )  # fmt: skip
        self._put(
            work, "property_prices", "property_id old_price new_price currency effective_at recorded_at operation_id",
            self._cuts(work),
        )  # fmt: skip
        self._put(work, "events", (
            "id owner_id uid sequence title event_type status all_day starts_local ends_local timezone start_time"
            " end_time property_id busy tentative declined version created_at updated_at"
        ), self._events())  # fmt: skip
        work.db.run(
            "INSERT INTO event_instances (event_id, owner_id, start_time, end_time, local_date, all_day, busy, soft,"
            " property_id, event_type, status) SELECT id, owner_id, start_time, end_time, substr(start_time, 1, 10),"
            " all_day, busy, tentative, property_id, event_type, status FROM events"
        )
        self._put(work, "clients", "id owner_id kind name stage source version created_at updated_at", self._clients())
        self._put(
            work, "leads", "id owner_id client_id side stage source currency closed_at version created_at updated_at",
            self._leads(),
        )  # fmt: skip
        work.db.run(
            "INSERT INTO lead_stages (lead_id, old_stage, new_stage, effective_at, recorded_at, operation_id)"
            f" SELECT id, NULL, 'new', created_at, created_at, {self.operation} FROM leads"
        )
        work.db.run(
            "INSERT INTO lead_stages (lead_id, old_stage, new_stage, effective_at, recorded_at, operation_id)"
            f" SELECT id, 'new', stage, updated_at, updated_at, {self.operation} FROM leads WHERE stage <> 'new'"
        )
        self._put(work, "deals", (
            "id owner_id title property_id lead_id kind side stage amount currency closed_at final_price lost_reason"
            " expected_close version created_at updated_at"
        ), self._deals())  # fmt: skip
        for old, new, at, where in (
            (None, "lead", "created_at", "1 = 1"), ("lead", "offer", "created_at", "stage <> 'lead'"),
            ("offer", "closed", "closed_at", "stage = 'closed'"), ("offer", "lost", "updated_at", "stage = 'lost'"),
        ):  # fmt: skip
            work.db.run(
                "INSERT INTO deal_stages (deal_id, old_stage, new_stage, effective_at, recorded_at, operation_id)"
                f" SELECT id, :old, :new, {at}, {at}, {self.operation} FROM deals WHERE {where}",
                {"old": old, "new": new},
            )
        work.db.run(
            "INSERT INTO commissions (owner_id, deal_id, payer, amount, currency, due_on, paid_at, version, created_at,"
            " updated_at) SELECT owner_id, id, 'seller', amount / 40, currency, substr(coalesce(closed_at, created_at),"
            " 1, 10), CASE WHEN id % 10 THEN closed_at END, 1, created_at, updated_at FROM deals"
        )

    def _put(self, work: Work, table: str, columns: str, rows: Iterator[Row]) -> None:
        while batch := list(islice(rows, BATCH)):
            work.db.insert(table, columns.split(), batch)

    def _listings(self) -> Iterator[Row]:
        luck, cities = self.luck, list(CITIES)
        for number, listed in enumerate(self.ages(self.rows), 1):
            life = 10 + luck.expovariate(1 / 60)
            deal = "rent" if luck.random() < 0.25 else "sale"
            status, closed = "active", None
            if life < listed:
                won = luck.random() < 0.7
                status = ("sold" if deal == "sale" else "rented") if won else "withdrawn"
                closed = self.moment(listed - life)
            city, area = luck.choice(cities), round(luck.uniform(25, 120), 1)
            price = int(area * luck.uniform(150_000, 400_000)) * (100 if deal == "sale" else 1)
            at = self.moment(listed)
            yield (
                number, number % AGENTS + 1, f"Квартира {number}", luck.choice(("apartment", "apartment", "house")),
                deal, status, price, "RUB", luck.randint(1, 4), area, city, luck.choice(CITIES[city]), at, closed,
                price * 97 // 100 if status in ("sold", "rented") else None, 1, at, closed or at,
            )  # fmt: skip

    def _moves(self, work: Work) -> Iterator[Row]:
        for number, status, at in work.db.all("SELECT id, status, closed_at FROM properties WHERE status <> 'active'"):
            yield number, "active", status, at, at, self.operation

    def _cuts(self, work: Work) -> Iterator[Row]:
        for number, price, at in work.db.all("SELECT id, price, updated_at FROM properties WHERE id % 4 = 0"):
            yield number, price * 104 // 100, price, "RUB", at, at, self.operation

    def _events(self) -> Iterator[Row]:
        luck = self.luck
        for number, days in enumerate(self.ages(self.rows, -5), 1):
            begin = (self.now - timedelta(days=days)).replace(minute=0, second=0, microsecond=0)
            end = begin + timedelta(minutes=45)
            over = end < self.now
            status = luck.choices(("completed", "no_show", "cancelled"), (80, 8, 12))[0] if over else "scheduled"
            wall = begin.replace(tzinfo=None).isoformat()
            at = stamp(begin - timedelta(days=2))
            yield (
                number, number % AGENTS + 1, f"{number}@bench", 0, "Показ",
                luck.choice(("showing", "showing", "call", "meeting")), status, 0, wall, wall, "UTC", stamp(begin),
                stamp(end), luck.randint(1, self.rows), 1, 0, 0, 1, at, at,
            )  # fmt: skip

    def _clients(self) -> Iterator[Row]:
        for number, days in enumerate(self.ages(self.rows // 5), 1):
            at = self.moment(days)
            yield number, number % AGENTS + 1, "person", f"Клиент {number}", "lead", "avito", 1, at, at

    def _leads(self) -> Iterator[Row]:
        luck = self.luck
        for number, days in enumerate(self.ages(self.rows // 5), 1):
            took = luck.expovariate(1 / 20)
            stage = luck.choices(("new", "contacted", "showing", "lost", "won"), (1, 1, 1, 83, 14))[0]
            if took > days:
                stage = luck.choice(("new", "contacted", "showing"))
            ended = self.moment(days - took) if stage in ("lost", "won") else None
            at = self.moment(days)
            source = luck.choice(("avito", "cian", "сайт"))
            yield number, number % AGENTS + 1, number, "buyer", stage, source, "RUB", ended, 1, at, ended or at

    def _deals(self) -> Iterator[Row]:
        luck = self.luck
        for number, days in enumerate(self.ages(self.rows // 5), 1):
            took = luck.expovariate(1 / 40)
            stage = luck.choices(("offer", "lost", "closed"), (1, 58, 41))[0] if took <= days else "offer"
            ended = self.moment(days - took) if stage != "offer" else None
            amount, at = luck.randrange(3 * 10**8, 4 * 10**9), self.moment(days)
            yield (
                number, number % AGENTS + 1, "Сделка", luck.randint(1, self.rows), number, "sale", "seller", stage,
                amount, "RUB", ended if stage == "closed" else None, amount if stage == "closed" else None,
                "передумал" if stage == "lost" else None, "2026-12-01", 1, at, ended or at,
            )  # fmt: skip


QUESTIONS: dict[str, Callable[[Work], Any]] = {
    "dashboard, the whole page": lambda work: work.analytics.dashboard.show(_scope(work), "ru"),
    "dashboard, its listings alone": lambda work: work.analytics.dashboard.show(
        _scope(work), "ru", sections=("properties",)
    ),
    "what is suggested, sought anew": lambda work: work.analytics.insights.recommendations("ru"),
    "metrics of listings": lambda work: work.analytics.listings.metrics(_scope(work), "ru"),
    "metrics of events": lambda work: work.analytics.events.metrics(_scope(work), "ru"),
    "metrics of money": lambda work: work.analytics.money.metrics(_scope(work), "ru"),
    "metrics of clients": lambda work: work.analytics.clients.metrics(_scope(work), "ru"),
    "new listings by month, 24 months": lambda work: work.analytics.series.read(
        "properties.new", _scope(work, "last 24 months"), Step.MONTH
    ),
    "showings by week, 52 weeks": lambda work: work.analytics.series.read(
        "events.showings", _scope(work, "last 52 weeks"), Step.WEEK
    ),
}

#: What a dashboard counts, as anybody would write it.
PLAIN = {
    "listings by kind and status": "SELECT deal_type, status, count(*), sum(price) FROM properties"
    " WHERE deleted_at IS NULL GROUP BY 1, 2",
    "new listings by month": "SELECT substr(listed_at, 1, 7), count(*) FROM properties WHERE deleted_at IS NULL"
    " GROUP BY 1",
    "events of a month by type and status": "SELECT event_type, status, count(*) FROM events"
    " WHERE start_time >= :since AND deleted_at IS NULL GROUP BY 1, 2",
    "commission by month": "SELECT substr(d.closed_at, 1, 7), count(*), sum(c.amount) FROM deals d"
    " JOIN commissions c ON c.deal_id = d.id WHERE d.stage = 'closed' GROUP BY 1",
}


def _scope(work: Work, period: str = "month") -> Any:
    return work.analytics.scope(validate(AnalyticsFilter, {"period": period}))


def median_of(tries: int, action: Callable[[], Any]) -> float:
    """Milliseconds of CPU, all of it in this process, so that what else runs here does not count. One more try comes
    first and is left out; what takes long is tried less often."""
    found: list[float] = []
    while len(found) <= tries and sum(found) < _LONG:
        start = time.process_time()
        action()
        found.append((time.process_time() - start) * 1_000)
    return statistics.median(found[1:] or found)


def ours(realty: Realty) -> dict[str, float]:
    found = {}
    for name, question in QUESTIONS.items():

        def ask(question: Callable[[Work], Any] = question) -> None:
            with realty.read() as work:
                question(work)

        found[name] = median_of(TRIES, ask)
    return found


def peers(path: Path, since: str) -> Iterator[tuple[str, str, float]]:
    """`(question, who, ms)`: plain SQL in the same store, pandas and DuckDB on what they have read."""
    import sqlite3

    plain = sqlite3.connect(path)
    for name, sql in PLAIN.items():
        params = {"since": since} if ":since" in sql else {}
        yield name, "plain SQL", median_of(TRIES, lambda sql=sql, params=params: plain.execute(sql, params).fetchall())
    import duckdb
    import pandas

    start = time.process_time()
    frames = {
        "properties": pandas.read_sql("SELECT deal_type, status, price, listed_at, deleted_at FROM properties", plain),
        "events": pandas.read_sql("SELECT event_type, status, start_time, deleted_at FROM events", plain),
        "deals": pandas.read_sql("SELECT id, stage, closed_at FROM deals", plain),
        "commissions": pandas.read_sql("SELECT deal_id, amount FROM commissions", plain),
    }
    yield "read the tables", "pandas", (time.process_time() - start) * 1_000
    for name, action in _pandas(frames, since).items():
        yield name, "pandas", median_of(TRIES, action)
    duck = duckdb.connect(config={"threads": 1})
    start = time.process_time()
    for name, frame in frames.items():
        duck.register("frame", frame)
        duck.execute(f"CREATE TABLE {name} AS SELECT * FROM frame")
    yield "read the tables", "DuckDB", (time.process_time() - start) * 1_000
    for name, sql in PLAIN.items():
        statement = sql.replace(":since", f"'{since}'")
        yield name, "DuckDB", median_of(TRIES, lambda sql=statement: duck.execute(sql).fetchall())


def _pandas(frames: dict[str, Any], since: str) -> dict[str, Callable[[], Any]]:
    listings, events = frames["properties"], frames["events"]

    def commission() -> Any:
        closed = (
            frames["deals"].query("stage == 'closed'").merge(frames["commissions"], left_on="id", right_on="deal_id")
        )
        return closed.groupby(closed["closed_at"].str[:7])["amount"].agg(["count", "sum"])

    actions = (
        lambda: listings.groupby(["deal_type", "status"])["price"].agg(["count", "sum"]),
        lambda: listings.groupby(listings["listed_at"].str[:7]).size(),
        lambda: events[events["start_time"] >= since].groupby(["event_type", "status"]).size(),
        commission,
    )
    return dict(zip(PLAIN, actions, strict=True))


def measure(rows: int, with_peers: bool) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as place:
        realty = Realty(Settings(home=Path(place) / "home", synchronous="off"))
        realty.create("anna")
        now = datetime.now(UTC)
        start = time.perf_counter()
        with realty.write(Origin("cli", "benchmark")) as work:
            Agency(rows, now, work.log.operation()).fill(work)
        Keeper(realty.transaction).keep()  # as a server does beside its requests
        with realty.write(Origin("cli", "benchmark")) as work:
            work.db.run("ANALYZE")
        with realty.write(Origin("cli", "benchmark")) as work:  # what a dashboard shows has been found at night
            work.analytics.insights.keep(work.analytics.insights.sought())
        print(f"### {rows:,} listings and events, {rows // 5:,} deals and leads, ms of CPU (load {load()})\n")
        found = ours(realty)
        print("| of a month, beside the one before | realty |\n|---|--:|")
        for name, took in found.items():
            print(f"| {name} | {took:,.1f} |")
        print(f"\nMade in {time.perf_counter() - start:,.0f} s with its measurements.\n")
        if with_peers:
            table: dict[str, dict[str, float]] = {}
            assert realty.database.path is not None
            for name, who, took in peers(realty.database.path, stamp(now - timedelta(days=30))):
                table.setdefault(name, {})[who] = took
            print("| | plain SQL | pandas | DuckDB |\n|---|--:|--:|--:|")
            for name, row in table.items():
                cells = (f"{row[who]:,.1f}" if who in row else "" for who in ("plain SQL", "pandas", "DuckDB"))
                print(f"| {name} | {' | '.join(cells)} |")
            print()
    return found


def plot(found: dict[int, dict[str, float]], path: Path) -> None:
    """How each question grows, both axes by powers of ten."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.add_subplot()
    for at, name in enumerate(QUESTIONS):
        axes.plot(list(found), [one[name] for one in found.values()], marker="os^Dv<>"[at % 7], label=name)
    axes.set(xscale="log", yscale="log", xlabel="listings (and events)", ylabel="ms of CPU", title="Cost of a question")
    axes.grid(which="both", alpha=0.3)
    axes.legend(fontsize=8)
    FigureCanvasSVG(figure).print_svg(str(path), metadata={"Date": None})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--peers", action="store_true")
    given = parser.parse_args()
    sizes = [one for one in SIZES if one < given.rows] if given.growth else []
    found = {rows: measure(rows, given.peers and rows == given.rows) for rows in (*sizes, given.rows)}
    if given.growth:
        plot(found, Path(__file__).parent / "analytics.svg")


if __name__ == "__main__":
    main()
