"""The databases' errors in ours: what somebody can do about it, instead of what the driver met."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from realty_cli.errors import Busy, Invalid, RealtyError, Unavailable

#: SQLite's shared memory begins with 32 KiB.
_LEAST_ROOM = 64 << 10
_SIGNS_OF_DAMAGE = ("malformed", "not a database", "disk image", "file is encrypted", "Could not decode to UTF-8")


@contextmanager
def translating(path: Path | None = None) -> Iterator[None]:
    """Turn errors of the database inside the block into ours."""
    try:
        yield
    except RealtyError:
        raise
    except Exception as error:
        raise translate(error, path) from error


def translate(error: Exception, path: Path | None = None) -> BaseException:
    """Our error for one of the database's; anything else comes back as it is."""
    if isinstance(error, UnicodeDecodeError):  # as the driver reports a text that is none any more
        return Unavailable("store.corrupt", path=str(path) if path else "")
    if isinstance(error, UnicodeEncodeError):  # half of a character, which no database takes
        return Invalid.one("text", "field.string_unicode")
    module = type(error).__module__.partition(".")[0]
    if module == "psycopg":
        return _translate_postgresql(error)
    if module not in ("sqlite3", "pysqlite3"):
        return error
    text = str(error)
    place = str(path) if path else ""
    if text.startswith("unsafe use of"):
        return Unavailable("store.foreign_code", path=place, what=text.removeprefix("unsafe use of "))
    if text == "interrupted":
        return KeyboardInterrupt()
    if "locked" in text or "busy" in text or "locking protocol" in text:
        return Busy("store.busy", seconds=0)
    if "disk is full" in text:
        return Unavailable("disk.full", path=place)
    if "readonly" in text or "read-only" in text:
        return Unavailable("store.readonly", path=place)
    if any(sign in text for sign in _SIGNS_OF_DAMAGE):
        return Unavailable("store.corrupt", path=place)
    if "unable to open" in text:
        return Unavailable("store.unopenable", path=place)
    if "disk I/O error" in text:
        # What SQLite cannot place in its shared memory it reports so too.
        return Unavailable("disk.full" if path is not None and _is_full(path.parent) else "store.io", path=place)
    return error


def _is_full(folder: Path) -> bool:
    try:
        found = os.statvfs(folder)
    except (AttributeError, OSError):  # Windows has no statvfs
        return False
    return found.f_bavail * found.f_frsize < _LEAST_ROOM


def _translate_postgresql(error: Exception) -> Exception:
    state = getattr(error, "sqlstate", None) or ""
    if state in ("55P03", "57014"):
        return Busy("store.busy", seconds=0)
    if state == "53100":
        return Unavailable("disk.full", path="PostgreSQL")
    if state == "25006":
        return Unavailable("store.readonly", path="PostgreSQL")
    if state.startswith(("08", "57P", "28", "3D")) or (not state and type(error).__name__ == "OperationalError"):
        return Unavailable("store.unreachable", reason=str(error).strip().splitlines()[0] if str(error) else "")
    return error
