"""Tokens: signed ones that name a session for half an hour, and opaque ones that are known by their hash alone.

An access token is a JWT of one exact shape: HS256, `typ` at+jwt, a `kid` of ours, and nothing in it but numbers. What
the account may do is read from the store each time, never from the token.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from realty_cli.errors import NotSignedIn

ISSUER = "realty"
AUDIENCE = "realty-api"
KEY_PREFIX = "rk_"
REFRESH_PREFIX = "rt_"
_TYPE = "at+jwt"
_ALGORITHM = "HS256"
#: Clocks of two servers differ a little.
_LEEWAY = 5
_LONGEST = 2_048
#: The last of the 43 characters of a signature carries four bits; others would say the same in another way.
_CANONICAL = re.compile(r"[\w-]+\.[\w-]+\.[\w-]{42}[AEIMQUYcgkosw048]", re.ASCII)
_CLAIMS = frozenset({"iss", "aud", "sub", "sid", "jti", "iat", "exp"})


class Verified(NamedTuple):
    """What a good token says; `expires` is in seconds since 1970."""

    account_id: int
    session_id: int
    expires: int


def mint(kid: str, secret: bytes, account_id: int, session_id: int, now: datetime, minutes: int) -> str:
    import jwt

    at = int(now.timestamp())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(account_id),
        "sid": session_id,
        "jti": secrets.token_urlsafe(12),
        "iat": at,
        "exp": at + 60 * minutes,
    }
    return jwt.encode(claims, secret, algorithm=_ALGORITHM, headers={"typ": _TYPE, "kid": kid})


def verify(token: str, secret_of: Callable[[str], bytes | None], now: datetime) -> Verified:
    """Raises NotSignedIn `token.invalid`, or `token.expired` for a good one that is too old."""
    import jwt

    if len(token) > _LONGEST or not _CANONICAL.fullmatch(token):
        raise NotSignedIn("token.invalid")
    try:
        header = jwt.get_unverified_header(token)
        if set(header) != {"alg", "typ", "kid"} or header["alg"] != _ALGORITHM or header["typ"] != _TYPE:
            raise NotSignedIn("token.invalid")
        secret = secret_of(header["kid"])
        if secret is None:
            raise NotSignedIn("token.invalid")
        # The times are checked below, against the clock that is passed in.
        options: Any = {
            "require": sorted(_CLAIMS), "verify_exp": False, "verify_iat": False, "verify_nbf": False,
        }  # fmt: skip
        claims = jwt.decode(token, secret, algorithms=[_ALGORITHM], audience=AUDIENCE, issuer=ISSUER, options=options)
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        raise NotSignedIn("token.invalid") from None
    return _checked(claims, int(now.timestamp()))


def _checked(claims: dict[str, Any], now: int) -> Verified:
    subject, session, issued, expires = claims["sub"], claims["sid"], claims["iat"], claims["exp"]
    shapes = (
        set(claims) == _CLAIMS
        and claims["iss"] == ISSUER
        and claims["aud"] == AUDIENCE
        and isinstance(claims["jti"], str)
        and isinstance(subject, str)
        and subject.isascii()
        and subject.isdigit()
        and len(subject) < 19
        and all(type(one) is int and 0 <= one < 2**63 for one in (session, issued, expires))
    )
    if not shapes or issued > now + 60 or expires <= issued:
        raise NotSignedIn("token.invalid")
    if expires + _LEEWAY <= now:
        raise NotSignedIn("token.expired")
    return Verified(int(subject), session, expires)


def opaque(prefix: str = "") -> str:
    """256 random bits that nobody can guess."""
    return prefix + secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """The form in which an opaque token is stored and looked for."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
