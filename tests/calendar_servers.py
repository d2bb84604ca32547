"""Real CalDAV servers on loopback, each in a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

PASSWORD = "s3cret calendar"


@dataclass(frozen=True)
class CalendarServer:
    """`url` is its root; `home` where the calendars of `agent` lie."""

    url: str
    home: str

    @property
    def http(self) -> httpx.Client:
        return httpx.Client(auth=("agent", PASSWORD), trust_env=False)

    def make(self, name: str) -> str:
        """A new calendar of events; gives its address."""
        with self.http as client:
            client.request("MKCALENDAR", f"{self.home}{name}/").raise_for_status()
        return f"{self.home}{name}/"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(command: list[str], folder: Path, url: str) -> Iterator[None]:
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env={**os.environ, "HOME": str(folder)})
        try:
            for _ in range(600):
                try:
                    httpx.get(url, trust_env=False)
                    break
                except httpx.TransportError:
                    if server.poll() is not None:
                        break
                    time.sleep(0.05)
            else:
                raise RuntimeError("the calendar server does not answer")
            yield
        finally:
            server.terminate()
            server.wait(10)


@contextmanager
def radicale(folder: Path) -> Iterator[CalendarServer]:
    port = free_port()
    (folder / "users").write_text(f"agent:{PASSWORD}\n")
    (folder / "config").write_text(
        f"[server]\nhosts = 127.0.0.1:{port}\n[auth]\ntype = htpasswd\nhtpasswd_filename = {folder}/users\n"
        f"htpasswd_encryption = plain\ndelay = 0\n[storage]\nfilesystem_folder = {folder}/collections\n"
        "[logging]\nlevel = warning\n"
    )
    url = f"http://127.0.0.1:{port}/"
    with _running([sys.executable, "-m", "radicale", "--config", str(folder / "config")], folder, url):
        server = CalendarServer(url, f"{url}agent/")
        with server.http as client:
            client.request("PROPFIND", server.home)  # its first look makes the person's folder
        yield server


@contextmanager
def xandikos(folder: Path) -> Iterator[CalendarServer]:
    """It asks nobody who they are."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    command = [
        sys.executable, "-W", "ignore", "-m", "xandikos", "serve", "-d", str(folder / "data"), "--defaults",
        "--state-dir", str(folder / "state"), "-l", "127.0.0.1", "-p", str(port), "--current-user-principal", "/agent/",
    ]  # fmt: skip
    with _running(command, folder, url):
        yield CalendarServer(url, f"{url}agent/calendars/")
