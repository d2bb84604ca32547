"""`realty serve` as it is installed: its default durability, authentication, log; limits raised, not off."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from benchmarks.data import clean_csv
from benchmarks.http.listings import PAGE, Listings
from benchmarks.http.peers.base import EMAIL, FORM, JSON, NAME, PASSWORD, Peer, post, query, run
from benchmarks.http.process import HOST, Answer, Launch, Server, Shot, free_port

COMMAND = str(Path(sys.executable).with_name("realty"))
PATH = "/api/v1/properties"
_filled: set[Path] = set()  # one and two workers serve copies of one store


class Realty(Peer):
    name = "realty"
    title = "realty serve"
    notes = "Python; SQLite in WAL, FULL; token and session checked each time; limits, ETag, request log on"
    ready_path = "/health/ready"
    database = "realty.db"
    workers = 1

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        self.home = place / "realty"

    def prepare(self, listings: Listings) -> None:
        """Always filled anew, once a run: its code is what changes between two runs."""
        if self.home not in _filled:
            self.home.mkdir(parents=True, exist_ok=True)
            self._seed_anew(listings)
            _filled.add(self.home)

    def seed(self, folder: Path, listings: Listings) -> None:
        """The first account registers over HTTP and is an administrator; the import works by a key of hers."""
        port = free_port()
        server = Server(self.launch(folder, port), port)
        try:
            server.wait(self.ready_path)
            account = {"username": NAME, "email": EMAIL, "password": PASSWORD}
            answer = server.ask(post("/api/v1/auth/register", account))
            assert answer.status == 201, answer.text
            self.sign_in(server)
            wanted = {"name": "import", "scopes": ["read", "write", "admin"]}
            answer = server.ask(post("/api/v1/auth/api-keys", wanted, {**JSON, **self.headers}))
            assert answer.status == 201, answer.text
            key = {"REALTY_API_KEY": self.item(answer)["key"]}
        finally:
            server.stop()
        csv = clean_csv(self.home / f"clean-{len(listings.rows)}.csv", len(listings.rows))
        run([COMMAND, "-q", "properties", "import", csv], environment={**self._environment(folder), **key})

    def launch(self, folder: Path, port: int) -> Launch:
        command = [COMMAND, "serve", "--host", HOST, "--port", str(port), "--workers", str(self.workers)]
        return Launch(command, folder, self._environment(folder))

    def sign_in(self, server: Server) -> None:
        self.headers = {"Authorization": f"Bearer {self.item(server.ask(self.login()))['access_token']}"}

    def find_mark(self, server: Server, listings: Listings) -> None:
        """The cursor that the page before the deep one hands out."""
        shot = self.deep(listings.deep_offset() - PAGE)
        self.mark = self.item(server.ask(Shot("GET", shot.path, headers=self.headers)))["next_cursor"]

    def one(self, number: int) -> Shot:
        return Shot("GET", f"{PATH}/{number}")

    def page(self, price_max: int, *, total: bool) -> Shot:
        return query(PATH, deal_type="sale", price_max=price_max, limit=PAGE, sort="-created_at",
                     total=str(total).lower())  # fmt: skip

    def deep(self, offset: int) -> Shot:
        return query(PATH, deal_type="sale", limit=PAGE, sort="-created_at", total="false", offset=offset)

    def cursor(self) -> Shot:
        return query(PATH, deal_type="sale", limit=PAGE, sort="-created_at", total="false", cursor=self.mark)

    def create(self, fields: dict[str, Any]) -> Shot:
        return post(f"{PATH}/", fields)

    def login(self) -> Shot:
        return post("/api/v1/auth/login", {"username": NAME, "password": PASSWORD}, FORM)

    def items(self, answer: Answer) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.item(answer)["items"]
        return found

    def _environment(self, folder: Path) -> dict[str, str]:
        return {"REALTY_HOME": str(folder), "REALTY_REQUESTS_PER_MINUTE": "100000000"}


class Realty2(Realty):
    name = "realty-2"
    title = "realty serve, 2 workers"
    workers = 2
