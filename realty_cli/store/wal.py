"""What lies in a WAL, the file beside a store with the commits that the store itself has not taken in yet.

SQLite takes in whatever WAL it finds. Where somebody copied a store over another one and left the other one's WAL
there, the copy is overwritten with pages of the old store. To tell, every store of ours has a number of its own in its
header (`user_version`); its first page is in nearly every WAL, and the number with it. A WAL without that page has
added no page to its store, so it ends with as many as the header counts.
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
_PAGES = slice(28, 32)
_MOST_FRAMES = 100_000
#: Before a WAL is called strange for its size, which others may be changing.
_LOOKS = 3


def beside(store: Path) -> Path:
    return store.with_name(store.name + "-wal")


def is_empty(store: Path) -> bool:
    """Whether there is no WAL, or none that could hold a commit."""
    try:
        return beside(store).stat().st_size < _HEADER + _FRAME_HEADER + _LEAST_PAGE
    except FileNotFoundError:
        return True


def belongs(store: Path) -> bool:
    """Whether the WAL may be the store's. False only if both say who they are or how large, and they differ.

    Safe while others write: the number of a store never changes, and what does is looked at again.
    """
    return is_empty(store) or any(_agree(store) for _ in range(_LOOKS))


def _agree(store: Path) -> bool:
    try:
        with store.open("rb") as file:
            mine = file.read(100)
        with beside(store).open("rb") as file:
            number, pages = _said_in(file)
    except OSError:
        return True  # what cannot be read is SQLite's to report
    if number:
        return not any(mine[_STORE_NUMBER]) or not any(number) or mine[_STORE_NUMBER] == number
    return not any(pages) or not any(mine[_PAGES]) or mine[_PAGES] == pages


def _said_in(file: BinaryIO) -> tuple[bytes, bytes]:
    """The number in the first page that the WAL holds, empty if it holds none; then the pages after its last commit."""
    header = file.read(_HEADER)
    page_size = int.from_bytes(header[8:12], "big")
    salts = header[16:24]
    pages = b""
    if header[:4] not in _MAGIC or page_size < _LEAST_PAGE:
        return b"", pages
    for number in range(_MOST_FRAMES):
        file.seek(_HEADER + number * (_FRAME_HEADER + page_size))
        frame = file.read(_FRAME_HEADER + 100)
        if len(frame) < _FRAME_HEADER + 100 or frame[8:16] != salts:
            break  # frames of an earlier round follow
        if frame[:4] == b"\0\0\0\x01":
            return frame[_FRAME_HEADER:][_STORE_NUMBER], b""
        if any(frame[4:8]):
            pages = frame[4:8]
    else:
        return b"", b""  # what was not looked at may have grown the store
    return b"", pages
