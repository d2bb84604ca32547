"""What every test stands on: stores on both databases, a clock that is set by hand, the command in a fresh home."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from realty_cli.app import Realty, Work
from realty_cli.settings import Settings
from realty_cli.store.changelog import Origin
from tests.command import Command
from tests.postgres import Server, binaries, running


@pytest.fixture(autouse=True)
def _isolated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine's own realty is read or touched by a test."""
    for name in [name for name in os.environ if name.startswith("REALTY_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("REALTY_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LANG", "C.UTF-8")
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A private PostgreSQL, one for each worker of pytest-xdist. Not skipped in CI."""
    programs = binaries()
    if programs is None:
        reason = "PostgreSQL (initdb, postgres) is not installed here"
        if os.environ.get("CI", "").lower() in {"true", "1"}:
            pytest.fail(reason)
        pytest.skip(reason)
    with running(programs) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_url(postgres: Server) -> str:
    """The URL of the private PostgreSQL's maintenance database."""
    return postgres.url()


@pytest.fixture
def postgres_database(postgres: Server) -> Iterator[str]:
    """The URL of an empty database, of this test alone."""
    url = postgres.create()
    yield url
    postgres.drop(url)


class HandClock:
    """A clock that stands until it is moved."""

    def __init__(self, moment: datetime | None = None) -> None:
        self.moment = moment or datetime(2026, 3, 10, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def advance(self, **by: float) -> None:
        self.moment += timedelta(**by)


class Agency:
    """A store with its accounts, and work in it as one of them."""

    def __init__(self, realty: Realty, clock: HandClock) -> None:
        self.realty = realty
        self.clock = clock

    def read(self, user: str | None = None) -> Any:
        return self.realty.read(user)

    def write(self, command: str = "test", user: str | None = None, source: str = "cli") -> Any:
        return self.realty.write(Origin(source, command), user)

    def do(self, action: Callable[[Work], Any], command: str = "test", user: str | None = None) -> Any:
        with self.write(command, user) as work:
            return action(work)

    def ask(self, question: Callable[[Work], Any], user: str | None = None) -> Any:
        with self.read(user) as work:
            return question(work)

    def add_account(self, username: str, admin: bool = False) -> None:
        from realty_cli.auth import accounts
        from realty_cli.auth.policy import Role

        with self.write() as work:
            accounts.create(
                work.db, self.clock, username, role=Role.ADMIN if admin else Role.AGENT,
                timezone="Europe/Moscow", language="ru",
            )  # fmt: skip


def _create(home: Path, url: str = "") -> Realty:
    realty = Realty(Settings(home=home, database_url=url), HandClock())
    realty.create("anna")
    return realty


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh store, made once by the real migrations and copied for each test."""
    home = tmp_path_factory.mktemp("template")
    _create(home)
    return home


@pytest.fixture(scope="session")
def postgres_template(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The same as a database that others are copied from."""
    url = postgres.create("realty_template")
    _create(tmp_path_factory.mktemp("template-pg"), url)
    return "realty_template"


@pytest.fixture
def home(tmp_path: Path, sqlite_template: Path) -> Path:
    """A home with a fresh SQLite store and its administrator anna, signed in."""
    place = tmp_path / "home"
    shutil.copytree(sqlite_template, place)
    place.chmod(0o700)
    return place


@pytest.fixture(params=["sqlite", "postgresql"])
def agency(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Agency]:
    """A fresh store with the administrator anna, on each database in turn."""
    clock = HandClock()
    if request.param == "sqlite":
        home = request.getfixturevalue("home")
        yield Agency(Realty(Settings(home=home, password_cost=4), clock), clock)
        return
    server: Server = request.getfixturevalue("postgres")
    url = server.create(template=request.getfixturevalue("postgres_template"))
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "session").write_text("anna\n")
    yield Agency(Realty(Settings(home=home, database_url=url, password_cost=4), clock), clock)
    server.drop(url)


@pytest.fixture
def sqlite_agency(home: Path) -> Agency:
    clock = HandClock()
    return Agency(Realty(Settings(home=home, password_cost=4), clock), clock)


@pytest.fixture
def realty_command(home: Path) -> Command:
    """The real command in a subprocess, on a fresh store."""
    return Command(home)
