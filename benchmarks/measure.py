"""Running commands side by side: wall time, CPU time and peak memory of each, in interleaved rounds."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Result:
    """Of each round: seconds on the clock, seconds of CPU, and peak resident memory in MiB."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return statistics.median(self.wall)

    @property
    def cpu_seconds(self) -> float:
        return statistics.median(self.cpu)

    @property
    def mib(self) -> float:
        return max(self.memory)


def run(command: Sequence[str | Path], environment: dict[str, str], result: Result, stdin: Path | None = None) -> None:
    """One run of a command; an exit code other than 0 ends the measurement with what it said."""
    start = time.perf_counter()
    source = stdin.open("rb") if stdin else subprocess.DEVNULL
    process = subprocess.Popen(
        list(map(str, command)), env=environment, stdin=source, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    elapsed = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{command} failed: {said.decode(errors='replace')[-2000:]}")
    result.wall.append(elapsed)
    result.cpu.append(usage.ru_utime + usage.ru_stime)
    result.memory.append(usage.ru_maxrss / 1024)


def interleaved(commands: dict[str, Callable[[Result], None]], rounds: int, *, warm: bool = False) -> dict[str, Result]:
    """A B C ... A B C: what disturbs the machine disturbs all alike. A warm-up round is not counted."""
    if warm:
        for action in commands.values():
            action(Result())
    found = {name: Result() for name in commands}
    for _ in range(rounds):
        for name, action in commands.items():
            action(found[name])
    return found


def load() -> str:
    """How busy the machine is, beside every table: numbers from a busy one are only good as ratios."""
    return " ".join(f"{value:.2f}" for value in os.getloadavg())


def peak_memory_of_self() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
