"""Passwords: which are accepted, and how they are kept.

bcrypt reads 72 bytes and stops at a NUL, so it is given the HMAC-SHA-256 of the whole password as base64; the mark in
front of the stored hash says so. What is typed is brought to NFKC first: the same password comes decomposed from one
keyboard and composed from another.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import unicodedata
from functools import lru_cache
from pathlib import Path

from realty_cli.errors import Invalid

LONGEST = 128
#: No text is normalised or hashed that is longer than any password can be.
_UNREADABLE = 1_024
_MARK = "hs256:"
_SEPARATION = b"realty password 1"
_COMMON = frozenset({
    "00000000", "11111111", "12121212", "12345678", "123456789", "1234567890", "11223344", "12344321", "123123123",
    "1q2w3e4r", "1q2w3e4r5t", "1qaz2wsx", "87654321", "98765432", "987654321", "aa123456", "abc12345", "abcd1234",
    "abcdefgh", "adminadmin", "administrator", "asdfasdf", "asdfghjk", "asdfghjkl", "baseball", "changeme",
    "computer", "football", "iloveyou", "internet", "letmein1", "michelle", "mustang1", "p@ssw0rd", "passw0rd",
    "password", "password1", "passwort", "princess", "q1w2e3r4", "qazwsxed", "qazwsxedc", "qwer1234", "qwerty12",
    "qwerty123", "qwertyui", "qwertyuiop", "sunshine", "superman", "starwars", "testtest", "trustno1", "welcome1",
    "zaq12wsx", "zxcvbnm1", "zxcvbnmz", "йцукенгш", "йцукенгшщз", "пароль123", "парольпароль", "любимая1",
    "наташа123", "марина123",
})  # fmt: skip


def normalised(password: str) -> str:
    return unicodedata.normalize("NFKC", password) if len(password) <= _UNREADABLE else ""


def hashed(password: str, cost: int) -> str:
    """The form to store. Takes a quarter of a second at cost 12: never inside a transaction, nor on an event loop."""
    import bcrypt

    return _MARK + bcrypt.hashpw(_digest(password), bcrypt.gensalt(cost)).decode()


def matches(password: str, stored: str | None, cost: int) -> bool:
    """Whether this is the password. Without a stored one the same work is done for nothing: time tells nobody whether
    there is such an account."""
    import bcrypt

    known = (stored or "").removeprefix(_MARK)
    found = bcrypt.checkpw(_digest(password), known.encode() if known else _nobodys(cost))
    return found and bool(known) and 0 < len(password) <= _UNREADABLE


def outdated(stored: str, cost: int) -> bool:
    """Whether a stored hash was made cheaper than is asked for now."""
    parts = stored.removeprefix(_MARK).split("$")
    return not stored.startswith(_MARK) or len(parts) < 3 or not parts[2].isdigit() or int(parts[2]) < cost


def check(
    password: str, *, least: int, username: str = "", email: str = "", blocklist: str = "", field: str = "password"
) -> None:
    """Raise `Invalid` for a password that is too short, too long, blank, one's own name or among the commonest."""
    plain = normalised(password)
    if len(password) > LONGEST or len(plain) > LONGEST:
        raise Invalid.one(field, "password.too_long", most=LONGEST)
    if len(plain) < least or not plain.strip():
        raise Invalid.one(field, "password.too_short", least=least)
    folded = plain.casefold().strip()
    own = {normalised(one).casefold().strip() for one in (username, email, email.rpartition("@")[0]) if one}
    if folded in own:
        raise Invalid.one(field, "password.own_name")
    if folded in _COMMON or len(set(folded)) == 1 or (blocklist and folded in _blocked(blocklist)):
        raise Invalid.one(field, "password.common")


def _digest(password: str) -> bytes:
    plain = normalised(password).encode("utf-8", "surrogatepass")
    return base64.b64encode(hmac.new(_SEPARATION, plain, hashlib.sha256).digest())


@lru_cache(maxsize=8)
def _nobodys(cost: int) -> bytes:
    """A hash that no password has, at this cost."""
    import bcrypt

    return bcrypt.gensalt(cost) + b"." * 31


def _blocked(path: str) -> frozenset[str]:
    try:
        changed = Path(path).stat().st_mtime_ns
        return _read_blocklist(path, changed)
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid.one("password_blocklist", "setting.bad_file", path=path, reason=str(error)) from error


@lru_cache(maxsize=2)
def _read_blocklist(path: str, _changed: int) -> frozenset[str]:
    words = Path(path).read_text("utf-8").splitlines()
    return frozenset(normalised(word).casefold().strip() for word in words if word.strip())
