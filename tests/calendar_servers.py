"""Real CalDAV servers on loopback, each in a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
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
        return httpx.Client(auth=("agent", PASSWORD), trust_env=False, timeout=30)

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
def _running(folder: Path, command: Callable[[int], list[str]]) -> Iterator[str]:
    """A server by `command(port)`; gives its root. Where another program took the port meanwhile it tries the next."""
    with (folder / "log").open("wb") as log:
        for _ in range(5):
            port = free_port()
            url = f"http://127.0.0.1:{port}/"
            server = subprocess.Popen(
                command(port), stdout=log, stderr=log, cwd=folder, env={**os.environ, "HOME": str(folder)}
            )
            try:
                if _answers(server, url):
                    yield url
                    return
            finally:
                server.terminate()
                server.wait(10)
    raise RuntimeError((folder / "log").read_text(errors="replace"))


def _answers(server: subprocess.Popen[bytes], url: str) -> bool:
    """Whether the server of this process answers there; False once it has ended."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            if "DAV" in httpx.request("OPTIONS", url, trust_env=False).headers:  # others may answer there too
                return True
        except httpx.TransportError:
            pass
        if server.poll() is not None:
            return False
        time.sleep(0.05)
    raise RuntimeError("the calendar server does not answer")


@contextmanager
def radicale(folder: Path) -> Iterator[CalendarServer]:
    (folder / "users").write_text(f"agent:{PASSWORD}\n")

    def command(port: int) -> list[str]:
        (folder / "config").write_text(
            f"[server]\nhosts = 127.0.0.1:{port}\n[auth]\ntype = htpasswd\nhtpasswd_filename = {folder}/users\n"
            f"htpasswd_encryption = plain\ndelay = 0\n[storage]\nfilesystem_folder = {folder}/collections\n"
            "[logging]\nlevel = warning\n"
        )
        return [sys.executable, "-m", "radicale", "--config", str(folder / "config")]

    with _running(folder, command) as url:
        server = CalendarServer(url, f"{url}agent/")
        with server.http as client:
            client.request("PROPFIND", server.home)  # its first look makes the person's folder
        yield server


@contextmanager
def xandikos(folder: Path) -> Iterator[CalendarServer]:
    """It asks nobody who they are."""

    def command(port: int) -> list[str]:
        return [
            sys.executable, "-W", "ignore", "-m", "xandikos", "serve", "-d", str(folder / "data"), "--defaults",
            "--state-dir", str(folder / "state"), "-l", "127.0.0.1", "-p", str(port),
            "--current-user-principal", "/agent/",
        ]  # fmt: skip

    with _running(folder, command) as url:
        yield CalendarServer(url, f"{url}agent/calendars/")
