"""Datasette 1.0 (alpha): reads by JSON; its pages go on from a token, so it has a cursor and no offset."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.http.listings import PAGE, Listings, plain_store
from benchmarks.http.peers.base import Peer, query
from benchmarks.http.process import HOST, Answer, Launch, Server, Shot

TABLE = "/store/properties"


class Datasette(Peer):
    name = "datasette"
    title = "Datasette 1.0a"
    notes = "Python; SQLite in WAL; open to everybody; reads only"
    ready_path = "/-/versions.json"
    packages = ("datasette==1.0a41",)
    can_refuse = False

    def seed(self, folder: Path, listings: Listings) -> None:
        plain_store(folder / self.database, listings)

    def launch(self, folder: Path, port: int) -> Launch:
        binary = str(self.home / "venv" / "bin" / "datasette")
        return Launch([binary, "serve", self.database, "-h", HOST, "-p", str(port)], folder)

    def find_mark(self, server: Server, listings: Listings) -> None:
        last = listings.sales()[listings.deep_offset() - 1]
        made = listings.created(last).strftime("%Y-%m-%dT%H~3A%M~3A%S")  # its own escaping of the colon
        self.mark = f"{made},{last}"

    def one(self, number: int) -> Shot:
        return Shot("GET", f"{TABLE}/{number}.json")

    def page(self, price_max: int, *, total: bool) -> Shot:
        more = {"_extra": "count"} if total else {"_nocount": "1"}
        return self._list(price__lte=price_max, **more)

    def cursor(self) -> Shot:
        return self._list(_next=self.mark, _nocount="1")

    def item(self, answer: Answer) -> dict[str, Any]:
        found: dict[str, Any] = super().item(answer)["rows"][0]
        return found

    def items(self, answer: Answer) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = super().item(answer)["rows"]
        return found

    def _list(self, **more: object) -> Shot:
        return query(f"{TABLE}.json", deal_type="sale", _sort_desc="created_at", _size=PAGE, **more)
