"""Opening what is to be read: only regular files and streams, counted and bounded from the first byte."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path
from typing import BinaryIO

from realty_cli.errors import Invalid, Unavailable
from realty_cli.formats.codec import Limits

HEAD_BYTES = 256 << 10
_ASCII_SEARCH_BYTES = 64 << 20
_STEP = 1 << 20

_KINDS = {
    stat.S_IFDIR: "directory",
    stat.S_IFIFO: "pipe",
    stat.S_IFCHR: "device",
    stat.S_IFBLK: "device",
    stat.S_IFSOCK: "socket",
}


def shown(path: Path | str) -> str:
    """The path as text that any terminal and any encoder takes: bytes that are no UTF-8 appear as escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def size_text(size: int) -> str:
    """A size for a message, in the largest whole unit: `4 GiB`, `1 MiB`, `1500 B`."""
    for unit, power in (("GiB", 30), ("MiB", 20), ("KiB", 10)):
        if size >= 1 << power and size % (1 << power) == 0:
            return f"{size >> power} {unit}"
    return f"{size} B"


def brief(text: str) -> str:
    """At most 80 characters of a foreign text (a column, a key) for a message, none of which can steer a terminal."""
    cut = text if len(text) <= 80 else text[:79] + "…"
    return "".join(char if char.isprintable() else "\ufffd" for char in cut)


def refuse_odd(path: Path, mode: int) -> None:
    """Raise Invalid unless the mode from stat is a regular file's: a pipe would hang, a device would never end."""
    kind = stat.S_IFMT(mode)
    if kind == stat.S_IFDIR:
        raise Invalid.one("file", "file.directory", path=shown(path))
    if kind != stat.S_IFREG:
        raise Invalid.one("file", "file.not_regular", path=shown(path), kind=_KINDS.get(kind, "special file"))


def require_regular(path: Path) -> None:
    """Raise what `open_regular` would of a path, without opening it: the name of a file that is not there tells no
    format."""
    open_regular(path)[0].close()


def open_regular(path: Path) -> tuple[BinaryIO, int]:
    """Open a regular file unbuffered; gives it and its size.

    Looked at before opening (opening a device may act) and again after (the name may have come to mean another file).
    Raises Invalid for what is missing or no regular file, Unavailable for what may not be read.
    """
    try:
        refuse_odd(path, path.stat().st_mode)
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise Invalid.one(
            "file", "file.missing", path=str(path) if isinstance(error, ValueError) else shown(path)
        ) from None
    except PermissionError:
        raise Unavailable("file.denied", path=shown(path)) from None
    except OSError as error:
        raise Unavailable("file.unreadable", path=shown(path), reason=error.strerror) from None
    try:
        found = os.fstat(handle)
        refuse_odd(path, found.st_mode)
        return os.fdopen(handle, "rb", buffering=0), found.st_size
    except BaseException:
        os.close(handle)
        raise


def _stream_size(stream: BinaryIO) -> int | None:
    """Bytes from here to the end, None where the stream cannot tell."""
    try:
        if not stream.seekable():
            return None
        here = stream.tell()
        end = stream.seek(0, os.SEEK_END)
        stream.seek(here)
    except (OSError, ValueError):
        return None
    return end - here


class EndlessLineError(Exception):
    """More bytes than the limit without an end of line."""


class Source(io.RawIOBase):
    """The bytes of one import. `name` is for messages, `bytes_read` and `total` for progress.

    With `line_limit`, a longer run without an end of line raises EndlessLineError, so that what buffers whole lines
    above stays bounded.
    """

    def __init__(self, origin: Path | BinaryIO, limits: Limits, *, line_limit: int | None = None) -> None:
        self.path = origin if isinstance(origin, Path) else None
        self.total: int | None
        if isinstance(origin, Path):
            self.name = shown(origin)
            self._file, self.total = open_regular(origin)
        else:
            name = getattr(origin, "name", None)
            self.name = name if isinstance(name, str) else "-"
            self._file, self.total = origin, _stream_size(origin)
        self._limits = limits
        self._line_limit = line_limit
        self._unbroken = 0
        self.bytes_read = 0
        self._head = b""
        self._head_at = 0
        try:
            if self.total is not None and self.total > limits.file_bytes:
                raise self._too_large()
            self._fill_head()
        except BaseException:
            self.close()
            raise

    @property
    def head(self) -> bytes:
        """The first 256 KiB, or the whole if it is less; reading still begins at the first byte."""
        return self._head

    def sample(self) -> bytes:
        """What to judge the encoding by: the head, and if that is all ASCII, the first stretch that is not."""
        if self.path is None or not self._head.isascii() or len(self._head) < HEAD_BYTES:
            return self._head
        with self.path.open("rb", buffering=0) as again:
            again.seek(len(self._head))
            for _ in range(_ASCII_SEARCH_BYTES // _STEP):
                piece = again.read(_STEP)
                if not piece.isascii():
                    return self._head + piece
                if not piece:
                    break
        return self._head

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        size = len(buffer)
        if self._head_at < len(self._head):
            piece = self._head[self._head_at : self._head_at + size]
            self._head_at += len(piece)
        else:
            piece = self._next(size)
        if self._line_limit is not None:
            self._watch_lines(piece, self._line_limit)
        self.bytes_read += len(piece)
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        if self.path is not None and not self.closed:
            self._file.close()
        super().close()

    def _fill_head(self) -> None:
        pieces = []
        size = 0
        while size < HEAD_BYTES and (piece := self._next(HEAD_BYTES - size)):
            pieces.append(piece)
            size += len(piece)
        self._head = b"".join(pieces)

    def _next(self, size: int) -> bytes:
        try:
            piece = self._file.read(size) or b""
        except OSError as error:
            raise Unavailable("file.unreadable", path=self.name, reason=error.strerror) from None
        if self.bytes_read + len(piece) > self._limits.file_bytes:
            raise self._too_large()
        return piece

    def _watch_lines(self, piece: bytes, limit: int) -> None:
        end = max(piece.rfind(b"\n"), piece.rfind(b"\r"))
        self._unbroken = self._unbroken + len(piece) if end < 0 else len(piece) - end - 1
        if self._unbroken > limit:
            raise EndlessLineError

    def _too_large(self) -> Invalid:
        return Invalid.one("file", "file.too_large", path=self.name, limit=size_text(self._limits.file_bytes))
