"""How often somebody asked in the running minute, counted for all workers of a server together.

A table of counters in a file that every worker maps into its memory: a look and a step cost a microsecond. Two workers
that step at the very same moment may lose a step; a limit of thousands does not care. What guards passwords is not kept
here but in the store (`auth/throttle.py`).
"""

from __future__ import annotations

import hashlib
import mmap
import os
import struct
from pathlib import Path
from typing import NamedTuple

from realty_cli.kit.paths import PRIVATE_FILE, private_folder

WINDOW = 60
_SLOTS = 1 << 16
#: Key, window, count.
_SLOT = struct.Struct("<QII")
_PROBES = 8
_DIGESTS = 10_000


class Standing(NamedTuple):
    """`remaining` requests until `reset` seconds from now; below zero it is too many."""

    limit: int
    remaining: int
    reset: int

    @property
    def policy(self) -> str:
        return f'"default";q={self.limit};w={WINDOW}'

    @property
    def header(self) -> str:
        """As draft-ietf-httpapi-ratelimit-headers writes it."""
        return f'"default";r={max(0, self.remaining)};t={self.reset}'


class Counters:
    """The table. Without a path it is this process's own."""

    def __init__(self, path: Path | None = None) -> None:
        size = _SLOTS * _SLOT.size
        if path is None:
            self._table = mmap.mmap(-1, size)
        else:
            private_folder(path.parent)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
            try:
                # Writing to a page that has no block behind it ends the process where the disk is full.
                os.posix_fallocate(descriptor, 0, size)
                self._table = mmap.mmap(descriptor, size)
            except OSError:
                self._table = mmap.mmap(-1, size)
            finally:
                os.close(descriptor)
        self._digests: dict[str, int] = {}

    def close(self) -> None:
        self._table.close()

    def step(self, subject: str, limit: int, now: float) -> Standing:
        """Count one request of a subject."""
        return self._count(subject, limit, now, 1)

    def look(self, subject: str, limit: int, now: float) -> Standing:
        """How a subject stands, without counting."""
        return self._count(subject, limit, now, 0)

    def _count(self, subject: str, limit: int, now: float, step: int) -> Standing:
        window, second = divmod(int(now), WINDOW)
        key = self._digests.get(subject) or self._key(subject)
        at = key % _SLOTS * _SLOT.size
        found, when, count = _SLOT.unpack_from(self._table, at)
        if found != key or when != window:
            at, count = self._find(key, window)
        count += step
        if step:
            _SLOT.pack_into(self._table, at, key, window, min(count, 2**32 - 1))
        return Standing(limit, limit - count, WINDOW - second)

    def _find(self, key: int, window: int) -> tuple[int, int]:
        """The slot of a key and its count in this window; a free or the poorest slot for one that has none."""
        poorest, least = 0, 2**32
        for probe in range(_PROBES):
            at = (key + probe) % _SLOTS * _SLOT.size
            found, when, count = _SLOT.unpack_from(self._table, at)
            if when != window:
                count = 0
            if found == key:
                return at, count
            if count < least:
                poorest, least = at, count
        return poorest, 0

    def _key(self, subject: str) -> int:
        found = self._digests.get(subject)
        if found is None:
            if len(self._digests) >= _DIGESTS:
                self._digests.clear()
            digest = hashlib.blake2b(subject.encode("utf-8", "surrogateescape"), digest_size=8).digest()
            found = self._digests[subject] = int.from_bytes(digest, "little") or 1
        return found
