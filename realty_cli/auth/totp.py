"""One-time codes by time (RFC 6238: SHA-1, six digits, thirty seconds), as every authenticator app makes them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import struct
from datetime import datetime
from urllib.parse import quote

STEP = 30
DIGITS = 6
#: Steps before and after the present one whose codes are taken: clocks of phones differ.
WINDOW = 1
_SECRET_BYTES = 20


def new_secret() -> str:
    """A secret as apps read it: base32 without padding."""
    return base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode().rstrip("=")


def counter_at(now: datetime) -> int:
    return int(now.timestamp()) // STEP


def code_at(secret: str, counter: int, digits: int = DIGITS) -> str:
    """The code of one step (RFC 4226 over the number of the step)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8), casefold=True)
    mac = hmac.new(key, struct.pack(">Q", counter), hashlib.sha1).digest()
    at = mac[-1] & 0x0F
    number = int.from_bytes(mac[at : at + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def accepted(secret: str, code: str, now: datetime, last: int | None) -> int | None:
    """The step whose code this is, None if it is none of the window or not later than the `last` one taken."""
    typed = "".join(code.split())
    if len(typed) != DIGITS or not (typed.isascii() and typed.isdigit()):
        return None
    present = counter_at(now)
    found = None
    for counter in range(max(0, present - WINDOW), present + WINDOW + 1):
        if hmac.compare_digest(code_at(secret, counter), typed) and (last is None or counter > last):
            found = counter
    return found


def uri(secret: str, username: str, issuer: str = "realty") -> str:
    """What the QR code says to the app."""
    label = f"{quote(issuer)}:{quote(username, safe='')}"
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer)}&algorithm=SHA1&digits={DIGITS}&period={STEP}"
