"""One cell of the measurement: `wrk` against one server for a few seconds, and what it cost on both sides."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from benchmarks.http.process import HOST, Server, Shot, machine_cpu

_SCRIPT = Path(__file__).with_name("fire.lua")
_HOLE = "N" * 12
_numbers = count(1)


@dataclass(frozen=True)
class Cell:
    """What one run of wrk found. Times in milliseconds, CPU in microseconds a request."""

    requests: int
    seconds: float
    p50: float
    p99: float
    longest: float
    errors: int
    bytes_each: float
    cpu: float
    other_cores: float
    memory: float

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


def fire(
    server: Server,
    shots: Sequence[Shot],
    headers: Mapping[str, str],
    *,
    seconds: int,
    clients: int,
    folder: Path,
) -> Cell:
    """Fire `shots` in turn through `clients` connections; errors are other statuses than 2xx/3xx and lost sockets."""
    plan = folder / "shots.lua"
    # Every run gets its own million of numbers, so that nothing is made twice.
    plan.write_text(_lua(shots, headers, next(_numbers) * 1_000_000 + os.getpid() % 1000 * 10**9), encoding="utf-8")
    command = [
        "wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "60s", "-s", str(_SCRIPT),
        f"http://{HOST}:{server.port}", "--", str(plan),
    ]  # fmt: skip
    machine, ours = machine_cpu(), server.cpu()
    start = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    elapsed = time.monotonic() - start
    spent, all_spent = server.cpu() - ours, machine_cpu() - machine
    memory = server.memory()
    server.drain()
    line = next((line for line in said.splitlines() if line.startswith("RESULT ")), None)
    if process.returncode != 0 or line is None:
        raise RuntimeError(f"wrk failed: {said[-1000:]}")
    found = json.loads(line.removeprefix("RESULT "))
    requests = int(found["requests"])
    return Cell(
        requests=requests,
        seconds=found["microseconds"] / 1e6,
        p50=found["p50"] / 1000,
        p99=found["p99"] / 1000,
        longest=found["max"] / 1000,
        errors=found["refused"] + found["broken"] + found["late"],
        bytes_each=found["bytes"] / max(requests, 1),
        cpu=spent / max(requests, 1) * 1e6,
        other_cores=max(0.0, (all_spent - spent - usage.ru_utime - usage.ru_stime) / elapsed),
        memory=memory,
    )


def _lua(shots: Sequence[Shot], headers: Mapping[str, str], start: int) -> str:
    lines = [
        "{" + ", ".join(_quoted(part) for part in (shot.method, shot.path)) + f", {_body(shot)}}}" for shot in shots
    ]
    shared = {**shots[0].headers, **headers}
    named = ", ".join(f"[{_quoted(name)}] = {_quoted(value)}" for name, value in shared.items())
    return f"return {{start = {start}, headers = {{{named}}}, shots = {{\n" + ",\n".join(lines) + "\n}}\n"


def _body(shot: Shot) -> str:
    return "nil" if shot.body is None else _quoted(shot.body.replace("{n}", _HOLE))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'
