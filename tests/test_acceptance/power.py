"""A disk that loses its power: what a process wrote, from strace, and what of it a disk may hold at any moment after.

A write is certain once its file was synced; before that any part of it may be there, in units of a sector. The names in
a folder change in order, and are certain once the folder was synced.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.test_acceptance.faults import ROOT, program_environment

SECTOR = 512
_CALLS = "openat,pwrite64,write,fsync,fdatasync,ftruncate,unlink,rename,link"
_CALL = re.compile(r"^\d+ +(\w+)\((.*)\) += (-?\d+)(?:<(.*)>)?$")
_BYTES = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(?:\.\.\.)?')
_LONGEST = 1 << 24


@dataclass
class Step:
    """One call that changes or syncs something: `path` of a file, `data` written at `offset`, or the `other` path."""

    call: str
    path: str
    data: bytes = b""
    offset: int = 0
    other: str = ""


def record(strace: str, log: Path, watched: Path, told: Path, **order: Any) -> list[Step]:
    """Do a deed under strace; gives its steps on files below a folder, and on the file that it tells its acts to."""
    line = json.dumps({**order, "out": str(told)}, default=str)
    command = [
        strace, "-f", "-y", "-xx", "-s", str(_LONGEST), "-o", str(log), "-e", f"trace={_CALLS}",
        sys.executable, "-m", "tests.test_acceptance.deeds",
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=ROOT, env=program_environment(), input=line + "\n", text=True, capture_output=True, timeout=120
    )
    assert done.stdout.strip() == "0", done.stdout + done.stderr
    with log.open(encoding="ascii", errors="replace") as lines:
        return [step for step in _steps(lines) if step.path.startswith(str(watched)) or step.path == str(told)]


def _steps(lines: Iterator[str]) -> Iterator[Step]:
    for line in lines:
        found = _CALL.match(line.rstrip("\n"))
        if found is None or found[3].startswith("-"):
            continue
        call, words = found[1], found[2]
        if call == "openat":
            path = _plain(found[4] or "")
            if "O_CREAT" in words or "O_TRUNC" in words:
                yield Step("truncate" if "O_TRUNC" in words else "create", path)
            continue
        texts = [bytes.fromhex(text.replace("\\x", "")) for text in _BYTES.findall(words)]
        if call in ("unlink", "rename", "link"):
            yield Step(call, texts[0].decode(), other=texts[1].decode() if len(texts) > 1 else "")
            continue
        path = _plain(words.partition("<")[2].partition(">")[0])
        if call == "ftruncate":
            yield Step(call, path, offset=int(words.rpartition(",")[2]))
        elif call == "pwrite64":
            yield Step("write", path, texts[0], int(words.rpartition(",")[2]))
        elif call == "write":
            yield Step("append", path, texts[0])
        else:
            yield Step("sync", path)


def _plain(path: str) -> str:
    return re.sub(r"(?:\\x[0-9a-f]{2})+", lambda hit: bytes.fromhex(hit[0].replace("\\x", "")).decode(), path)


@dataclass
class _File:
    certain: bytearray
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)
    """Offset and bytes of a write, or the new length and None."""
    length: int = 0

    def write(self, offset: int, data: bytes) -> None:
        self.pending.append((offset, data))
        self.length = max(self.length, offset + len(data))

    def cut(self, length: int) -> None:
        self.pending.append((length, None))
        self.length = length

    def sync(self) -> None:
        for offset, data in self.pending:
            _apply(self.certain, offset, data)
        self.pending.clear()

    def after_a_loss(self, chance: random.Random) -> bytes:
        found = bytearray(self.certain)
        kept = chance.choice((0.0, 0.5, 0.9, 1.0))
        for offset, data in self.pending:
            if chance.random() > kept:
                continue
            if data is None or chance.random() < 0.5:
                _apply(found, offset, data)
                continue
            at = 0
            while at < len(data):  # torn: some of its sectors
                size = SECTOR - (offset + at) % SECTOR
                if chance.random() < 0.5:
                    _apply(found, offset + at, data[at : at + size])
                at += size
        return bytes(found)


def _apply(content: bytearray, offset: int, data: bytes | None) -> None:
    if data is None:
        del content[offset:]
        content.extend(bytes(offset - len(content)))
        return
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data


class Disk:
    """The files below a folder, as they stand and as they may be found; at first they are as in a copy of it."""

    def __init__(self, folder: Path, copy: Path) -> None:
        self.folder = folder
        self._names = {
            str(folder / path.relative_to(copy)): _File(bytearray(path.read_bytes()), length=path.stat().st_size)
            for path in copy.rglob("*")
            if path.is_file()
        }
        self._certain_names = dict(self._names)
        self._pending_names: list[tuple[str, _File | None]] = []

    def do(self, step: Step) -> None:
        file = self._names.get(step.path)
        if step.call in ("create", "truncate") and file is None:
            self._name(step.path, _File(bytearray()))
        elif step.call == "truncate":
            assert file is not None
            file.cut(0)
        elif step.call == "unlink":
            self._name(step.path, None)
        elif step.call in ("rename", "link"):
            self._name(step.other, file)
            if step.call == "rename":
                self._name(step.path, None)
        elif file is not None:
            {
                "write": lambda: file.write(step.offset, step.data),
                "append": lambda: file.write(file.length, step.data),
                "ftruncate": lambda: file.cut(step.offset),
                "sync": file.sync,
            }[step.call]()
        elif step.call == "sync":  # a folder
            self._settle(len(self._pending_names))

    def _name(self, path: str, file: _File | None) -> None:
        self._pending_names.append((path, file))
        _rename(self._names, path, file)

    def _settle(self, count: int) -> None:
        for path, file in self._pending_names[:count]:
            _rename(self._certain_names, path, file)
        del self._pending_names[:count]

    def lose_power(self, chance: random.Random, to: Path) -> None:
        """Lay out below `to` what a disk may hold now."""
        names = dict(self._certain_names)
        for path, file in self._pending_names[: chance.randint(0, len(self._pending_names))]:
            _rename(names, path, file)
        for path, file in names.items():
            if path.endswith("-shm"):  # shared memory, which is memory
                continue
            place = to / Path(path).relative_to(self.folder)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(file.after_a_loss(chance))


def _rename(names: dict[str, _File], path: str, file: _File | None) -> None:
    if file is None:
        names.pop(path, None)
    else:
        names[path] = file
