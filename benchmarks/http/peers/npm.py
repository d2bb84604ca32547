"""Directus and soul-cli, from npm, each under a prefix of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.http.listings import PAGE, Listings, plain_store
from benchmarks.http.peers.base import EMAIL, JSON, PASSWORD, Peer, page_number, post, query, run
from benchmarks.http.process import HOST, Answer, Launch, Server, Shot

TOKEN = "a-static-token-of-the-benchmark"


class _Npm(Peer):
    def install(self) -> None:
        """Native parts are compiled where no prebuilt one can be had; Node's own headers stand under /usr."""
        run(
            ["npm", "install", "--prefix", self.home, "--no-audit", "--no-fund", *self.packages],
            environment={"npm_config_nodedir": "/usr"},
            cwd=self.home,
        )

    def binary(self, name: str) -> str:
        return str(self.home / "node_modules" / ".bin" / name)


class Soul(_Npm):
    name = "soul"
    title = "soul-cli"
    notes = "Node; SQLite in WAL; open to everybody, as it starts; counts always"
    ready_path = "/api"
    packages = ("soul-cli@0.8.2",)
    can_refuse = False

    def seed(self, folder: Path, listings: Listings) -> None:
        plain_store(folder / self.database, listings)

    def launch(self, folder: Path, port: int) -> Launch:
        return Launch([self.binary("soul"), "-d", self.database, "-p", str(port)], folder)

    def one(self, number: int) -> Shot:
        return Shot("GET", f"/api/tables/properties/rows/{number}")

    def page(self, price_max: int, *, total: bool) -> Shot | None:
        return self._list(f"deal_type:sale,price__lte:{price_max}", 1) if total else None

    def deep(self, offset: int) -> Shot:
        return self._list("deal_type:sale", page_number(offset))

    def create(self, fields: dict[str, Any]) -> Shot:
        return post("/api/tables/properties/rows", {"fields": {**fields, "created_at": "2025-01-01T00:00:00"}})

    def item(self, answer: Answer) -> dict[str, Any]:
        found: dict[str, Any] = super().item(answer)["data"][0]
        return found

    def items(self, answer: Answer) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = super().item(answer)["data"]
        return found

    def _list(self, filters: str, page: int) -> Shot:
        return query("/api/tables/properties/rows", _filters=filters, _ordering="-created_at", _limit=PAGE, _page=page)


class Directus(_Npm):
    name = "directus"
    title = "Directus"
    notes = "Node; SQLite in WAL, FULL; the administrator's static token, its cheapest way; no cache"
    ready_path = "/server/ping"
    packages = ("directus@11.3.5",)

    def seed(self, folder: Path, listings: Listings) -> None:
        plain_store(folder / self.database, listings)
        run([self.binary("directus"), "bootstrap"], environment=self._environment(folder, 0), cwd=folder)

    def launch(self, folder: Path, port: int) -> Launch:
        return Launch([self.binary("directus"), "start"], folder, self._environment(folder, port))

    def sign_in(self, server: Server) -> None:
        token = self.item(server.ask(self.login()))["access_token"]
        me = Shot("PATCH", "/users/me", json.dumps({"token": TOKEN}), {**JSON, "Authorization": f"Bearer {token}"})
        assert server.ask(me).status == 200
        self.headers = {"Authorization": f"Bearer {TOKEN}"}

    def one(self, number: int) -> Shot:
        return Shot("GET", f"/items/properties/{number}")

    def page(self, price_max: int, *, total: bool) -> Shot:
        wanted = {"_and": [{"deal_type": {"_eq": "sale"}}, {"price": {"_lte": price_max}}]}
        return self._list(wanted, meta="filter_count" if total else "")

    def deep(self, offset: int) -> Shot:
        return self._list({"deal_type": {"_eq": "sale"}}, offset=offset)

    def create(self, fields: dict[str, Any]) -> Shot:
        return post("/items/properties", {**fields, "created_at": "2025-01-01T00:00:00"})

    def login(self) -> Shot:
        return post("/auth/login", {"email": EMAIL, "password": PASSWORD})

    def item(self, answer: Answer) -> dict[str, Any]:
        found: dict[str, Any] = super().item(answer)["data"]
        return found

    def items(self, answer: Answer) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = super().item(answer)["data"]
        return found

    def _list(self, wanted: dict[str, Any], *, offset: int = 0, meta: str = "") -> Shot:
        more = {"meta": meta} if meta else {}
        return query("/items/properties", filter=json.dumps(wanted), sort="-created_at,-id", limit=PAGE, offset=offset,
                     **more)  # fmt: skip

    def _environment(self, folder: Path, port: int) -> dict[str, str]:
        return {
            "HOST": HOST, "PORT": str(port), "PUBLIC_URL": f"http://{HOST}:{port}",
            "DB_CLIENT": "sqlite3", "DB_FILENAME": str(folder / self.database),
            "KEY": "9b7b6f9e-8c3b-4b6e-9a53-3d8fb9c0c1aa", "SECRET": "a-secret-of-the-benchmark-that-guards-nothing",
            "ADMIN_EMAIL": EMAIL, "ADMIN_PASSWORD": PASSWORD, "TELEMETRY": "false", "LOG_LEVEL": "warn",
            "CACHE_ENABLED": "false", "RATE_LIMITER_ENABLED": "false", "EXTENSIONS_PATH": str(folder / "extensions"),
            "STORAGE_LOCAL_ROOT": str(folder / "uploads"),
        }  # fmt: skip
