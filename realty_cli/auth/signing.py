"""The keys that sign access tokens: a file of our own beside the store, or one secret from the environment.

The file is made at the first use, readable by its owner only. Rotating adds a key and keeps the old ones for as long as
tokens of theirs may live. Every server looks whether the file has changed, so that a command rotates for all of them.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from realty_cli.errors import Conflict, Invalid, NotFound, Unavailable
from realty_cli.kit.clock import Clock, stamp
from realty_cli.kit.paths import create_private, private_folder
from realty_cli.store.files import new_file

_LEAST_BYTES = 32
_LEAST_DIFFERENT = 10
#: From tutorials, documentation and generators: what an attacker tries first. Looked for as a part of the secret.
_WELL_KNOWN = (
    "secret", "changeme", "change-me", "change_me", "password", "mysupersafe", "yoursupersafe", "your-256-bit",
    "your-super", "supersecure", "insecure", "example", "09d25e094faa6ca2556c818166b7a956", "0123456789abcdef",
    "abcdefghijklmnop", "qwertyuiop",
)  # fmt: skip


class SigningKey(NamedTuple):
    """`retired_at` is empty for the one that signs now."""

    kid: str
    secret: bytes
    created_at: str
    retired_at: str | None


class KeyRing:
    """The keys of one home. Shared by the threads of a server."""

    def __init__(self, path: Path, clock: Clock, secret: str = "", keep: timedelta = timedelta(hours=1)) -> None:
        self._path = path
        self._clock = clock
        self._keep = keep
        self._lock = threading.Lock()
        self._keys: tuple[SigningKey, ...] = ()
        self._seen: tuple[int, int] | None = None
        #: Grows whenever the keys change: what was verified under older ones has to be verified again.
        self.generation = 0
        self._fixed = bool(secret)
        if secret:
            refuse_weak(secret)
            given = secret.encode("utf-8", "surrogateescape")
            self._keys = (SigningKey(hashlib.sha256(b"kid" + given).hexdigest()[:12], given, "", None),)

    def current(self) -> SigningKey:
        """The key that signs now; made if there is none yet."""
        self.refresh()
        if not self._keys:
            self._make()
        return self._keys[-1]

    def secret_of(self, kid: str) -> bytes | None:
        """The secret that signed a token, None for a key that is not ours (any more)."""
        self.refresh()
        return next((key.secret for key in self._keys if key.kid == kid), None)

    def refresh(self) -> None:
        """Read the file anew if it has changed."""
        if self._fixed:
            return
        try:
            found = os.stat(self._path)  # noqa: PTH116 - at every request, and half the time of Path.stat
        except FileNotFoundError:
            now = None
        except OSError as error:
            raise Unavailable(
                "signing.unreadable", path=str(self._path), reason=error.strerror or str(error)
            ) from error
        else:
            now = (found.st_mtime_ns, found.st_ino)
        if now != self._seen:
            with self._lock:
                self._keys = self._read() if now else ()
                self._seen = now
                self.generation += 1

    def secret(self, name: str) -> str:
        """Another secret that somebody put into the file (`telegram_bot_token`), "" where there is none."""
        try:
            found = orjson.loads(self._path.read_bytes()).get(name, "")
        except (OSError, ValueError, AttributeError):
            return ""
        return found if isinstance(found, str) else ""

    def listing(self) -> list[dict[str, Any]]:
        """The keys without their secrets, the one that signs last."""
        self.refresh()
        return [{"kid": key.kid, "created_at": key.created_at, "retired_at": key.retired_at} for key in self._keys]

    def rotate(self) -> str:
        """Sign with a new key from now on; tokens of the old one stay good until they expire. Gives the new `kid`."""
        self._refuse_fixed()
        self.current()
        now = self._clock.now()
        kept = [
            key if key.retired_at else key._replace(retired_at=stamp(now))
            for key in self._keys
            if key.retired_at is None or key.retired_at > stamp(now - self._keep)
        ]
        fresh = _fresh(now)
        self._write((*kept, fresh))
        return fresh.kid

    def remove(self, kid: str) -> None:
        """Forget a retired key: its tokens are refused at once."""
        self._refuse_fixed()
        self.refresh()
        if self._keys and self._keys[-1].kid == kid:
            raise Conflict("signing.in_use", kid=kid)
        if kid not in {key.kid for key in self._keys}:
            raise NotFound("signing.unknown", kid=kid)
        self._write(tuple(key for key in self._keys if key.kid != kid))

    def _refuse_fixed(self) -> None:
        if self._fixed:
            raise Conflict("signing.from_environment")

    def _make(self) -> None:
        private_folder(self._path.parent)
        try:
            with new_file(self._path) as temporary:
                temporary.write_bytes(_dumped((_fresh(self._clock.now()),)))
        except Conflict:  # another process was first
            pass
        self.refresh()
        if not self._keys:
            raise Unavailable("signing.unreadable", path=str(self._path), reason="no keys")

    def _write(self, keys: tuple[SigningKey, ...]) -> None:
        others = orjson.loads(self._path.read_bytes())
        create_private(self._path, _dumped(keys, others))
        self.refresh()

    def _read(self) -> tuple[SigningKey, ...]:
        try:
            data = orjson.loads(self._path.read_bytes())
            keys = tuple(
                SigningKey(one["kid"], base64.b64decode(one["secret"]), one["created_at"], one["retired_at"])
                for one in data["keys"]
            )
            good = keys and all(len(key.secret) >= _LEAST_BYTES for key in keys) and keys[-1].retired_at is None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Unavailable("signing.unreadable", path=str(self._path), reason=type(error).__name__) from None
        if not good:
            raise Unavailable("signing.unreadable", path=str(self._path), reason="too short or retired")
        return keys


def refuse_weak(secret: str) -> None:
    """Raise `Invalid`, which names the reason and not the secret, for one that could be guessed."""
    folded = secret.casefold()
    if len(secret.encode("utf-8", "surrogateescape")) < _LEAST_BYTES:
        raise Invalid.one("REALTY_SECRET_KEY", "signing.too_short", least=_LEAST_BYTES)
    if any(known in folded for known in _WELL_KNOWN):
        raise Invalid.one("REALTY_SECRET_KEY", "signing.well_known")
    if len(set(folded)) < _LEAST_DIFFERENT:
        raise Invalid.one("REALTY_SECRET_KEY", "signing.monotonous", least=_LEAST_DIFFERENT)


def _fresh(now: datetime) -> SigningKey:
    return SigningKey(secrets.token_hex(6), secrets.token_bytes(48), stamp(now), None)


def _dumped(keys: tuple[SigningKey, ...], others: dict[str, Any] | None = None) -> bytes:
    return orjson.dumps(
        {
            **(others or {}),
            "keys": [
                {
                    "kid": key.kid,
                    "secret": base64.b64encode(key.secret).decode(),
                    "created_at": key.created_at,
                    "retired_at": key.retired_at,
                }
                for key in keys
            ],
        },
        option=orjson.OPT_INDENT_2,
    )
