"""The real server over HTTP: `realty serve` as a process of its own on a free port."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.command import Command
from tests.conftest import Agency
from tests.test_api.inside import NO_TLS, Inside

_SERVING = re.compile(r"https?://([\w.:\[\]]+):(\d+)")
V1 = "/api/v1"
PASSWORD = "correct horse battery"


class Served:
    """A running server. `client()` speaks to it; every client is closed with it."""

    def __init__(self, command: Command, *options: str, env: dict[str, str] | None = None) -> None:
        settings = {"REALTY_PASSWORD_COST": "4", **(env or {})}
        self.home = command.home
        self.process = command.start("serve", "--port", "0", *options, env=settings)
        self._clients: list[httpx.Client] = []
        self.said: list[str] = []
        self.port = self._port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._rest = threading.Thread(target=self._drain, daemon=True)
        self._rest.start()
        self._await_ready()

    def _port(self) -> int:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.append(line.decode())
            if found := _SERVING.search(self.said[-1]):
                return int(found[2])
        raise AssertionError(f"the server did not start: {''.join(self.said)}")

    def _drain(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.append(line.decode(errors="replace"))

    def _await_ready(self) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                if httpx.get(self.url + "/health/ready", timeout=10, verify=NO_TLS).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            threading.Event().wait(0.05)
        raise AssertionError(f"the server is not ready: {''.join(self.said)}")

    def client(self, token: str | None = None, **headers: str) -> httpx.Client:
        given = {**({"Authorization": f"Bearer {token}"} if token else {}), **headers}
        made = httpx.Client(base_url=self.url, headers=given, timeout=30, verify=NO_TLS)
        self._clients.append(made)
        return made

    def account(self, username: str, password: str = PASSWORD) -> httpx.Client:
        """Register an account and sign it in; the first one is an administrator."""
        anybody = self.client()
        email = f"{username}@example.com"
        made = anybody.post(V1 + "/auth/register", json={"username": username, "email": email, "password": password})
        assert made.status_code == 201, made.text
        return self.client(self.sign_in(username, password)["access_token"])

    def sign_in(self, username: str, password: str = PASSWORD) -> dict[str, Any]:
        answer = self.client().post(V1 + "/auth/login", data={"username": username, "password": password})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def end(self, sent: signal.Signals = signal.SIGTERM, timeout: float = 20) -> int:
        for one in self._clients:
            one.close()
        if self.process.poll() is None:
            self.process.send_signal(sent)
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        self._rest.join(5)
        for pipe in (self.process.stderr, self.process.stdout):
            assert pipe is not None
            pipe.close()
        return code


Serve = Callable[..., Served]


@pytest.fixture(scope="session")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a server makes of an empty home, which is a quarter of its start: made by one for the others."""
    home = tmp_path_factory.mktemp("beginning") / "home"
    assert Served(Command(home)).end() == 0
    shutil.rmtree(home / "logs")
    return home


@pytest.fixture
def serve(tmp_path: Path, beginning: Path) -> Iterator[Serve]:
    """Start servers on stores without accounts (or on the home given); they end with the test, without a traceback."""
    started: list[Served] = []

    def start(
        *options: str, home: Path | None = None, env: dict[str, str] | None = None, before: Sequence[str] = ()
    ) -> Served:
        place = home or tmp_path / f"served-{len(started)}"
        if home is None and "REALTY_DATABASE_URL" not in (env or {}):
            shutil.copytree(beginning, place)
        started.append(Served(Command(place, before), *options, env=env))
        return started[-1]

    yield start
    for one in started:
        if one.process.returncode is None:
            one.end()
        assert "Traceback" not in "".join(one.said)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for the tests of a module that do not harm it."""
    made = Served(Command(tmp_path_factory.mktemp("served")))
    yield made
    assert made.end() == 0
    assert "Traceback" not in "".join(made.said)


@pytest.fixture(params=["sqlite", "postgresql"])
def served_agency(agency: Agency, serve: Serve, tmp_path: Path) -> Served:
    """A server over the fresh store of `agency`, on each database in turn."""
    settings = agency.realty.settings
    return serve(home=settings.home, env={"REALTY_DATABASE_URL": settings.database_url})


@pytest.fixture
def inside(agency: Agency) -> Iterator[Inside]:
    """The application in a thread of this process, on each database in turn."""
    made = Inside(agency)
    yield made
    made.end()


@pytest.fixture
def inside_sqlite(sqlite_agency: Agency) -> Iterator[Inside]:
    """The same where the database makes no difference."""
    made = Inside(sqlite_agency)
    yield made
    made.end()
