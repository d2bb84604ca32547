"""The real application over real HTTP, in a thread of the test: its clock is set by hand, its store is the test's."""

from __future__ import annotations

import socket
import ssl
import threading
from typing import Any

import httpx
import uvicorn

from realty_cli.api.server import configuration
from realty_cli.api.sockets import Address
from realty_cli.kit.actor import Where
from tests.conftest import Agency

P = "/api/v1/properties"
FLAT: dict[str, Any] = {
    "title": "Квартира в центре", "property_type": "apartment", "deal_type": "sale", "price": 5_000_000,
}  # fmt: skip
#: For clients of plain HTTP: httpx reads the certificates of the world for each of them otherwise, in 20 ms.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Inside:
    """A server over the store of an agency. Every client is closed with it."""

    def __init__(self, agency: Agency) -> None:
        self.agency = agency
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        config = configuration(agency.realty, Address("127.0.0.1", self.port), None)
        self.guard: Any = config.app
        self.server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self._socket]}, daemon=True)
        self._thread.start()
        for _ in range(2_000):
            if self.server.started or not self._thread.is_alive():
                break
            threading.Event().wait(0.005)
        assert self.server.started
        self._clients: list[httpx.Client] = []

    def client(self, user: str | None = "anna", **headers: str) -> httpx.Client:
        """A client signed in as an account, which is made if there is none; None for nobody."""
        if user is not None:
            headers["Authorization"] = f"Bearer {self.token(user)}"
        made = httpx.Client(base_url=self.url, headers=headers, timeout=30, verify=NO_TLS)
        self._clients.append(made)
        return made

    def token(self, user: str) -> str:
        realty = self.agency.realty
        if not self.agency.ask(lambda work: work.db.one("SELECT 1 FROM accounts WHERE username = :u", {"u": user})):
            self.agency.add_account(user)
        opened: dict[str, Any] = realty.gate.open_local(user, Where())
        return str(opened["access_token"])

    def key(self, client: httpx.Client, *scopes: str) -> httpx.Client:
        """A client with an API key of whoever is signed in at `client`."""
        made = client.post("/api/v1/auth/api-keys", json={"name": "test", "scopes": list(scopes)})
        assert made.status_code == 201, made.text
        return self.client(None, **{"X-API-Key": made.json()["key"]})

    def end(self) -> None:
        for one in self._clients:
            one.close()
        self.server.should_exit = True
        self._thread.join(20)
        assert not self._thread.is_alive()
        self._socket.close()


def created(client: httpx.Client, **fields: Any) -> dict[str, Any]:
    answer = client.post(P, json={**FLAT, **fields})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def problem(answer: httpx.Response, status: int, code: str | None = None) -> dict[str, Any]:
    """The problem that an answer is, checked for what every one promises."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "instance", "code", "errors"} <= body.keys()
    assert body["status"] == status
    assert "Traceback" not in answer.text
    if code is not None:
        assert body["code"] == code, body
    return body


def codes(body: dict[str, Any]) -> dict[str, str]:
    return {one["field"]: one["code"] for one in body["errors"]}
