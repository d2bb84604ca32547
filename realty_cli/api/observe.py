"""What a server tells of itself: a log of one JSON object a line, and measurements for Prometheus.

Lines are gathered and written together, a few times a second, so that a request does not wait for the disk. A log that
cannot be written never stops the server: what was lost is counted and told.
"""

from __future__ import annotations

import logging
import os
import sys
import time
import traceback
from bisect import bisect_left
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from realty_cli.errors import RealtyError
from realty_cli.kit.paths import PRIVATE_FILE, private_folder

_MOST_WAITING = 20_000
#: Bounds of the seconds that a request took, as histograms of Prometheus have them.
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Log:
    """The log of one worker; all workers of a server write to one file, line by line."""

    def __init__(
        self, path: Path | None, *, to_stderr: bool = False, most_bytes: int = 20 << 20, keep: int = 5
    ) -> None:
        self._path = path
        self._to_stderr = to_stderr
        self._most = most_bytes
        self._keep = keep
        self._waiting: list[bytes] = []
        self._file: int | None = None
        self.lost = 0

    @property
    def wanted(self) -> bool:
        return self._to_stderr or self._path is not None

    def add_line(self, line: str) -> None:
        """A record that is JSON already, and ASCII."""
        if len(self._waiting) >= _MOST_WAITING:
            self.lost += 1
            return
        self._waiting.append(line.encode("ascii"))

    def add(self, record: dict[str, Any]) -> None:
        if len(self._waiting) >= _MOST_WAITING:
            self.lost += 1
            return
        try:
            self._waiting.append(orjson.dumps(record, default=str))
        except (TypeError, ValueError, orjson.JSONEncodeError):  # half a character in a path
            self._waiting.append(orjson.dumps({key: ascii(value) for key, value in record.items()}))

    def flush(self) -> None:
        """Write what has gathered."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        data = b"\n".join(waiting) + b"\n"
        try:
            if self._to_stderr:
                sys.stderr.buffer.write(data)
                sys.stderr.buffer.flush()
            elif self._path is not None:
                self._write(data)
        except (OSError, ValueError, RealtyError):
            self.lost += len(waiting)
            self._close()

    def _write(self, data: bytes) -> None:
        assert self._path is not None
        if self._file is not None and not self._is_current():
            self._close()
        if self._file is None:
            private_folder(self._path.parent)
            self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE_FILE)
        if os.fstat(self._file).st_size + len(data) > self._most:
            self._rotate()
        view = memoryview(data)
        while view:
            view = view[os.write(self._file, view) :]

    def _is_current(self) -> bool:
        """Whether the name still means the file that is open: another worker, or logrotate, may have moved it."""
        assert self._file is not None
        assert self._path is not None
        try:
            return os.path.samestat(os.fstat(self._file), self._path.stat())
        except OSError:
            return False

    def _rotate(self) -> None:
        assert self._path is not None
        for number in range(self._keep, 0, -1):
            older = self._path.with_name(f"{self._path.name}.{number}")
            newer = self._path if number == 1 else self._path.with_name(f"{self._path.name}.{number - 1}")
            with suppress(FileNotFoundError):
                newer.replace(older)
        self._close()
        self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE_FILE)

    def _close(self) -> None:
        if self._file is not None:
            with suppress(OSError):
                os.close(self._file)
            self._file = None

    def close(self) -> None:
        self.flush()
        self._close()


class ToLog(logging.Handler):
    """Takes the records of Python's logging into the log. Tracebacks stay in it; no answer has one."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.INFO)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        found: dict[str, Any] = {
            "time": now_text(), "level": record.levelname.lower(), "logger": record.name,
            "message": record.getMessage(),
        }  # fmt: skip
        if record.exc_info and record.exc_info[1] is not None:
            # Without the values of an error: they may be what somebody sent.
            error = record.exc_info[1]
            found["error"] = type(error).__name__
            found["traceback"] = "".join(traceback.format_tb(error.__traceback__))
        self._log.add(found)


class _Second:
    """The running second, written out once for all lines of it."""

    number = -1
    written = ""


def now_text() -> str:
    now = time.time()
    second = int(now)
    if second != _Second.number:
        _Second.written = datetime.fromtimestamp(second, UTC).isoformat(timespec="seconds").removesuffix("+00:00")
        _Second.number = second
    return f"{_Second.written}.{int((now - second) * 1_000):03d}+00:00"


class Meter:
    """Counts and times of requests by method, route and status, for one worker."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, int], int] = {}
        self._times: dict[str, list[float]] = {}
        self.busy = 0

    def add(self, method: str, route: str, status: int, seconds: float) -> None:
        key = (method, route, status)
        self._counts[key] = self._counts.get(key, 0) + 1
        times = self._times.get(route)
        if times is None:
            times = self._times[route] = [0.0] * (len(BOUNDS) + 2)
        if seconds <= BOUNDS[-1]:
            times[bisect_left(BOUNDS, seconds)] += 1
        times[-2] += 1
        times[-1] += seconds

    def save(self, path: Path) -> None:
        """Leave the figures where the other workers of the server find them."""
        figures = {"counts": [[*key, count] for key, count in self._counts.items()], "times": self._times}
        beside = path.with_suffix(".new")
        with suppress(OSError):  # not synced: the figures end with the server
            beside.write_bytes(orjson.dumps(figures))
            beside.replace(path)

    def joined(self, others: list[Path]) -> Meter:
        """With the figures that other workers left."""
        found = Meter()
        found._counts, found.busy = dict(self._counts), self.busy
        found._times = {route: list(times) for route, times in self._times.items()}
        for path in others:
            with suppress(OSError, orjson.JSONDecodeError):
                figures = orjson.loads(path.read_bytes())
                for method, route, status, count in figures["counts"]:
                    key = (method, route, status)
                    found._counts[key] = found._counts.get(key, 0) + count
                for route, times in figures["times"].items():
                    mine = found._times.setdefault(route, [0.0] * len(times))
                    found._times[route] = [one + other for one, other in zip(mine, times, strict=True)]
        return found

    def exposition(self, more: dict[str, float]) -> str:
        """The text format of Prometheus, version 0.0.4."""
        lines = ["# HELP realty_requests_total Requests answered.", "# TYPE realty_requests_total counter"]
        for (method, route, status), count in sorted(self._counts.items()):
            lines.append(
                f'realty_requests_total{{method="{method}",route="{_label(route)}",status="{status}"}} {count}'
            )
        lines += [
            "# HELP realty_request_seconds Time to the end of an answer.",
            "# TYPE realty_request_seconds histogram",
        ]
        for route, times in sorted(self._times.items()):
            total = 0.0
            for position, bound in enumerate(BOUNDS):
                total += times[position]
                lines.append(f'realty_request_seconds_bucket{{route="{_label(route)}",le="{bound}"}} {total:.0f}')
            lines.append(f'realty_request_seconds_bucket{{route="{_label(route)}",le="+Inf"}} {times[-2]:.0f}')
            lines.append(f'realty_request_seconds_sum{{route="{_label(route)}"}} {times[-1]:.6f}')
            lines.append(f'realty_request_seconds_count{{route="{_label(route)}"}} {times[-2]:.0f}')
        for name, value in {"realty_requests_busy": self.busy, **more}.items():
            kind = "counter" if name.endswith("_total") else "gauge"
            lines += [f"# TYPE {name} {kind}", f"{name} {value}"]
        return "\n".join(lines) + "\n"


def _label(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
