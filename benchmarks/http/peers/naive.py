"""The version that a tutorial would make: FastAPI with SQLModel, `naive_app.py` beside this file."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from benchmarks.http.listings import PAGE, Listings, plain_store
from benchmarks.http.peers.base import APPS, FORM, NAME, PASSWORD, Peer, post, query, run
from benchmarks.http.process import HOST, Answer, Launch, Server, Shot

PATH = "/properties"
_HASH = "import bcrypt, sys; print(bcrypt.hashpw(sys.argv[1].encode(), bcrypt.gensalt(12)).decode())"


class Naive(Peer):
    name = "naive"
    title = "FastAPI + SQLModel, naive"
    notes = "Python; SQLite in WAL, FULL; JWT decoded and the user read each time; no log, no limits, no ETag"
    ready_path = "/openapi.json"
    packages = (
        "fastapi==0.163.2", "sqlmodel==0.0.50", "uvicorn[standard]==0.54.0", "pyjwt==2.15.1", "bcrypt==5.0.0",
        "python-multipart==0.0.34",
    )  # fmt: skip

    def seed(self, folder: Path, listings: Listings) -> None:
        plain_store(folder / self.database, listings)
        hashed = run([self.home / "venv" / "bin" / "python", "-c", _HASH, PASSWORD]).strip()
        db = sqlite3.connect(folder / self.database)
        db.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT UNIQUE, password_hash TEXT)")
        db.execute("INSERT INTO users VALUES (1, ?, ?)", (NAME, hashed))
        db.commit()
        db.close()

    def launch(self, folder: Path, port: int) -> Launch:
        python = str(self.home / "venv" / "bin" / "python")
        command = [python, "-m", "uvicorn", "--app-dir", str(APPS), "naive_app:app", "--host", HOST]
        return Launch([*command, "--port", str(port), "--no-access-log"], folder, {"STORE": str(folder / "store.db")})

    def sign_in(self, server: Server) -> None:
        self.headers = {"Authorization": f"Bearer {self.item(server.ask(self.login()))['access_token']}"}

    def find_mark(self, server: Server, listings: Listings) -> None:
        last = listings.sales()[listings.deep_offset() - 1]
        self.mark = f"{listings.created(last):%Y-%m-%dT%H:%M:%S}~{last}"

    def one(self, number: int) -> Shot:
        return Shot("GET", f"{PATH}/{number}")

    def page(self, price_max: int, *, total: bool) -> Shot:
        return query(PATH, deal_type="sale", price_max=price_max, limit=PAGE, total=str(total).lower())

    def deep(self, offset: int) -> Shot:
        return query(PATH, deal_type="sale", limit=PAGE, offset=offset)

    def cursor(self) -> Shot:
        return query(PATH, deal_type="sale", limit=PAGE, after=self.mark)

    def create(self, fields: dict[str, Any]) -> Shot:
        return post(f"{PATH}/", fields)

    def login(self) -> Shot:
        return post("/login", {"username": NAME, "password": PASSWORD}, FORM)

    def items(self, answer: Answer) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.item(answer)["items"]
        return found
