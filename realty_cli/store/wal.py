"""What lies in a WAL, the file beside a store with the commits that the store itself has not taken in yet.

SQLite takes in whatever WAL it finds. Where somebody copied a store over another one and left the other one's WAL
there, the copy is overwritten with pages of the old store. To tell, every store of ours has a number of its own in its
header (`user_version`); its first page is in nearly every WAL, and the number with it.
The format: https://sqlite.org/fileformat2.html
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

_MAGIC = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
_HEADER = 32
_FRAME_HEADER = 24
_LEAST_PAGE = 512
_STORE_NUMBER = slice(60, 64)
_MOST_FRAMES = 100_000


def beside(store: Path) -> Path:
    return store.with_name(store.name + "-wal")


def is_empty(store: Path) -> bool:
    """Whether there is no WAL, or none that could hold a commit."""
    try:
        return beside(store).stat().st_size < _HEADER + _FRAME_HEADER + _LEAST_PAGE
    except FileNotFoundError:
        return True


def belongs(store: Path) -> bool:
    """Whether the WAL may be the store's. False only if both say who they are, and they differ.

    Safe while others write: the number of a store never changes.
    """
    if is_empty(store):
        return True
    try:
        with store.open("rb") as file:
            mine = file.read(100)[_STORE_NUMBER]
        with beside(store).open("rb") as file:
            theirs = _number_in(file)
    except OSError:
        return True  # what cannot be read is SQLite's to report
    return not theirs or not any(mine) or not any(theirs) or mine == theirs


def _number_in(file: BinaryIO) -> bytes:
    """The number in the first page that the WAL holds, empty if it holds none."""
    header = file.read(_HEADER)
    page_size = int.from_bytes(header[8:12], "big")
    salts = header[16:24]
    if header[:4] not in _MAGIC or page_size < _LEAST_PAGE:
        return b""
    for number in range(_MOST_FRAMES):
        file.seek(_HEADER + number * (_FRAME_HEADER + page_size))
        frame = file.read(_FRAME_HEADER + 100)
        if len(frame) < _FRAME_HEADER + 100 or frame[8:16] != salts:
            return b""  # frames of an earlier round follow
        if frame[:4] == b"\0\0\0\x01":
            return frame[_FRAME_HEADER:][_STORE_NUMBER]
    return b""
