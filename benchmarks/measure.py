"""Running commands side by side: wall time, CPU time and peak memory of each, in interleaved rounds; and the tables."""

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


def milliseconds(action: Callable[[], object], times: int) -> float:
    """The median time of an action inside this process."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1000


def load() -> str:
    """How busy the machine is, beside every table: numbers from a busy one are only good as ratios."""
    return " ".join(f"{value:.2f}" for value in os.getloadavg())


def peak_memory_of_self() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def table(title: str, found: dict[str, Result], base: str, *, per: int = 0, unit: float = 1, name: str = "s") -> None:
    """One table in Markdown; `per` rows adds a rate."""
    print(f"\n### {title} (load {load()})\n")
    rate = " rows/s | x |" if per else " x |"
    print(f"| | wall {name} | CPU {name} | MiB |{rate}")
    print("|---|--:|--:|--:|--:|" + ("--:|" if per else ""))
    for label, one in found.items():
        more = f" {per / one.seconds:,.0f} | {found[base].seconds / one.seconds:.2f} |" if per else (
            f" {one.seconds / found[base].seconds:.2f} |")  # fmt: skip
        print(f"| {label} | {one.seconds * unit:,.2f} | {one.cpu_seconds * unit:,.2f} | {one.mib:.0f} |{more}")


def ratio(label: str, found: dict[str, Result], ours: str, theirs: str, target: str) -> None:
    print(f"\n{label}: {found[ours].seconds / found[theirs].seconds:.2f} wall, "
          f"{found[ours].cpu_seconds / found[theirs].cpu_seconds:.2f} CPU ({target})")  # fmt: skip


def speed(label: str, found: dict[str, Result], ours: str, theirs: str, target: str) -> None:
    print(f"\n{label}: {found[theirs].seconds / found[ours].seconds:.2f}x the speed, "
          f"{found[theirs].cpu_seconds / found[ours].cpu_seconds:.2f}x by CPU ({target})")  # fmt: skip
