"""A private PostgreSQL for the tests: its own data directory, its own socket, gone when they end.

`running()` starts one, in about half a second; `Server.create()` gives a fresh database in some 10 ms, or a copy of one
that was prepared before (`create(template=...)`), and returns its URL as realty's settings take it.
"""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

_USER = "realty"
_PATIENCE = 60.0  # seconds to start or to stop
# The data need not outlive the tests.
_SETTINGS: dict[str, object] = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "16MB",
    "max_connections": "40",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
}


def binaries() -> Path | None:
    """The directory with `initdb` and `postgres` of the newest PostgreSQL installed here; None when there is none."""
    if os.name != "posix":
        return None
    packaged = sorted(
        Path("/usr/lib/postgresql").glob("[0-9]*/bin"), key=lambda path: float(path.parent.name), reverse=True
    )
    on_path = [Path(found).resolve().parent for found in [shutil.which("initdb")] if found]
    for path in packaged + on_path:
        if (path / "initdb").exists() and (path / "postgres").exists():
            return path
    return None


class Server:
    """A running server. Databases belong to a superuser `realty`, who needs no password on the socket."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._names = (f"test_{number}" for number in itertools.count(1))

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://{_USER}@/{database}?host={self.directory}"

    def create(self, name: str | None = None, *, template: str = "template1") -> str:
        """The URL of a new database, a copy of `template`, to which nobody may be connected just then."""
        name = name or next(self._names)
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        with connect(self.url()) as maintenance:
            if maintenance.info.server_version >= 150000:
                statement += sql.SQL(" STRATEGY file_copy")  # without fsync the faster one
            maintenance.execute(statement)
        return self.url(name)

    def drop(self, url: str) -> None:
        """Drops the database of `url`, and whoever is still connected to it."""
        name = url.partition("@/")[2].partition("?")[0]
        with connect(self.url()) as maintenance:
            maintenance.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def connect(url: str) -> psycopg.Connection[Any]:
    """A plain psycopg connection in autocommit mode to a database of the server."""
    return psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True)


@contextmanager
def running(programs: Path, *, settings: Mapping[str, object] = {}, place: str | None = None) -> Iterator[Server]:
    """A server of the given binaries, stopped at the end whatever happens; `settings` go before those of the tests."""
    directory = Path(tempfile.mkdtemp(prefix="realty-pg-", dir=place or _place()))
    try:
        owner = _unprivileged(directory)
        data = directory / "data"
        subprocess.run(
            [programs / "initdb", "-D", data, "-U", _USER, "-A", "trust", "--locale=C", "--encoding=UTF8", "--no-sync"],
            cwd=directory, check=True, capture_output=True, text=True, **owner,
        )  # fmt: skip
        chosen = {**_SETTINGS, **settings, "unix_socket_directories": directory}
        options = [f"--{name}={value}" for name, value in chosen.items()]
        log = directory / "log"
        with log.open("wb") as output:
            server = subprocess.Popen(
                [*_dying_with_parent(), programs / "postgres", "-D", data, *options],
                cwd=directory, stdout=output, stderr=output, stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for pytest, which then stops the server
                **owner,
            )  # fmt: skip
        try:
            started = Server(directory)
            _wait(server, started, log)
            yield started
        finally:
            server.send_signal(signal.SIGQUIT)  # at once: nothing is worth a last checkpoint
            try:
                server.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _place() -> str:
    """In memory where there is room, for a database is then copied thirty times as fast.

    Not below pytest's own directory, which only its owner may enter; and a socket's path must be short.
    """
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > 2**30 else "/tmp"


def _unprivileged(directory: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then somebody else owns the directory and runs it."""
    if os.geteuid() != 0:
        return {}
    import pwd

    accounts = {account.pw_name: account for account in pwd.getpwall()}
    account = accounts.get("postgres") or accounts["nobody"]
    os.chown(directory, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _dying_with_parent() -> list[str]:
    """Should pytest be killed outright, Linux stops the server."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "QUIT", "--"] if setpriv else []


def _wait(process: subprocess.Popen[bytes], server: Server, log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            connect(server.url()).close()
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')[-2000:]}") from error
            time.sleep(0.02)
        else:
            return
