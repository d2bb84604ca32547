"""The same listings for every peer, and what each must answer: a plain SQLite file for those that read one."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.data import HEADER, rows

FIRST = datetime(2024, 1, 1, tzinfo=UTC)
PAGE = 20
DEEP = 2_500  # the page that "deep" means, where there are so many
NUMBERS = {"price": "INTEGER", "rooms": "INTEGER", "floor": "INTEGER", "floors_total": "INTEGER",
           "area_total": "REAL", "latitude": "REAL", "longitude": "REAL"}  # fmt: skip
COLUMNS = (*HEADER, "created_at")
TABLE = (
    "CREATE TABLE properties (id INTEGER PRIMARY KEY AUTOINCREMENT, "
    + ", ".join(f"{name} {NUMBERS.get(name, 'TEXT')}" for name in HEADER)
    + ", created_at TEXT NOT NULL)"
)
INDEX = "CREATE INDEX properties_by_deal ON properties (deal_type, created_at DESC, id DESC)"


@dataclass(frozen=True)
class Listings:
    """Number N (from 1) is the N-th row of `benchmarks.data.rows`, made a minute after the one before it."""

    rows: tuple[dict[str, object], ...]

    @classmethod
    def made(cls, count: int) -> Listings:
        return cls(tuple(dict(zip(HEADER, row, strict=True)) for row in rows(count)))

    def created(self, number: int) -> datetime:
        return FIRST + timedelta(minutes=number - 1)

    def sales(self, price_max: int = 10**12) -> list[int]:
        """Numbers of the listings for sale up to a price, newest first: the filter of every list cell."""
        return [
            number
            for number in range(len(self.rows), 0, -1)
            if self.rows[number - 1]["deal_type"] == "sale" and self.rows[number - 1]["price"] <= price_max
        ]

    def titles(self, numbers: list[int]) -> list[str]:
        return [str(self.rows[number - 1]["title"]) for number in numbers]

    def deep_offset(self) -> int:
        """Where page 2,500 of the listings for sale begins; in a small store its last whole page but two."""
        return min((DEEP - 1) * PAGE, (len(self.sales()) // PAGE - 2) * PAGE)

    def new(self, number: int) -> dict[str, object]:
        """What is sent to make a listing: the fields of one that stands, less its number in the agency's books."""
        fields = dict(self.rows[number % len(self.rows)])
        del fields["external_id"]
        return fields


def plain_store(path: Path, listings: Listings) -> None:
    """The SQLite file of peers that bring no schema of their own: WAL, one table, one index."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("BEGIN")
    db.execute(TABLE)
    sql = f"INSERT INTO properties ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
    db.executemany(
        sql,
        (
            (*row.values(), listings.created(number).strftime("%Y-%m-%dT%H:%M:%S"))
            for number, row in enumerate(listings.rows, 1)
        ),
    )
    db.execute(INDEX)
    db.execute("COMMIT")
    db.execute("ANALYZE")
    db.close()
