"""A server process on loopback: started, waited for, measured with all its children, and stopped."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

HOST = "127.0.0.1"
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Shot:
    """One request. `{n}` in the body stands for a number that no other request of the run carries."""

    method: str
    path: str
    body: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    status: int
    text: str

    @property
    def data(self) -> object:
        return json.loads(self.text)


@dataclass(frozen=True)
class Launch:
    """How a peer starts: its command, the variables that it needs beside the common ones, its folder."""

    command: list[str]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)


class Server:
    """A running server; the log of what it printed lies beside its data."""

    def __init__(self, launch: Launch, port: int) -> None:
        self.port = port
        self.log = launch.folder / "server.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                launch.command, cwd=launch.folder, env={**common_environment(), **launch.environment},
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def wait(self, path: str, seconds: float = 90) -> None:
        """Until `path` is answered with anything but 5xx."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            try:
                if self.ask(Shot("GET", path)).status < 500:
                    return
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.1)
        said = self.log.read_text(errors="replace")[-1500:]
        self.stop()
        raise RuntimeError(f"{' '.join(self.process.args)} did not answer on port {self.port}: {said}")

    def ask(self, shot: Shot) -> Answer:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=60)
        try:
            body = None if shot.body is None else shot.body.encode()
            connection.request(shot.method, shot.path, body, dict(shot.headers))
            got = connection.getresponse()
            return Answer(got.status, got.read().decode("utf-8", "replace"))
        finally:
            connection.close()

    def stop(self) -> None:
        """Ask it to end, then end what is left of its own process group."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    # What it costs ------------------------------------------------------------------------------------------------

    def tree(self) -> list[int]:
        """Its process and all that it started."""
        children: dict[int, list[int]] = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and (fields := _stat(int(entry.name))):
                children.setdefault(int(fields[1]), []).append(int(entry.name))
        found, queue = [], [self.process.pid]
        while queue:
            pid = queue.pop()
            found.append(pid)
            queue += children.get(pid, [])
        return found

    def cpu(self) -> float:
        """Seconds of CPU so far, ended children included."""
        return sum(sum(map(int, fields[11:15])) for pid in self.tree() if (fields := _stat(pid))) / _TICK

    def memory(self) -> float:
        """Proportional set size in MiB: pages that its processes share count once."""
        total = 0
        for pid in self.tree():
            try:
                lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            except OSError:
                continue
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        return total / 1024

    def drain(self, seconds: float = 20) -> None:
        """Until it rests: a slow server goes on with the requests that the load generator left behind."""
        end = time.monotonic() + seconds
        before = self.cpu()
        while time.monotonic() < end:
            time.sleep(0.25)
            now = self.cpu()
            if now - before < 0.02:
                return
            before = now


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat behind the name; empty when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def machine_cpu() -> float:
    """Seconds of CPU that the whole machine has spent working, idle and waiting left out."""
    fields = [int(value) for value in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / _TICK


def common_environment() -> dict[str, str]:
    """The variables of this process, less what changes a server: our settings, and the ban on compiled modules."""
    left_out = {"PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "VIRTUAL_ENV", "DJANGO_SETTINGS_MODULE", "PORT", "HOST"}
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return {name: value for name, value in kept.items() if not name.startswith(("REALTY_", "DB_"))} | {
        "LANG": "C.UTF-8"
    }


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])
