"""What somebody may do once with a token from a letter, a code from a message, or an invitation.

A row is reserved when the letter is asked for and gets its token when the letter is sent: the token stands in the
letter, its hash here, and itself nowhere. Sending again gives a new one and voids the one before.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from realty_cli.auth import tokens
from realty_cli.kit.clock import stamp
from realty_cli.settings import Settings
from realty_cli.store.database import Connection

RESET, EMAIL, PHONE, INVITATION = "reset", "email", "phone", "invitation"
_CODE_DIGITS = 8
#: How long a letter may be under way before its token is not worth making.
_UNSENT = timedelta(days=1)


class OneTime(NamedTuple):
    id: int
    account_id: int | None
    target: str | None
    role: str | None


def life(settings: Settings, purpose: str) -> timedelta:
    if purpose == RESET:
        return timedelta(minutes=settings.reset_minutes)
    if purpose == INVITATION:
        return timedelta(days=settings.invitation_days)
    return timedelta(minutes=settings.code_minutes)


def reserve(
    db: Connection,
    purpose: str,
    now: datetime,
    *,
    account_id: int | None = None,
    target: str | None = None,
    role: str | None = None,
    created_by: int | None = None,
) -> int:
    """A place for a token, voiding those of the same purpose that the account has. Gives its id."""
    if account_id is not None:
        void(db, account_id, purpose)
    number: int = db.value(
        "INSERT INTO one_time_tokens"
        " (purpose, account_id, token_hash, target, role, created_by, created_at, expires_at)"
        " VALUES (:purpose, :account, :hash, :target, :role, :by, :now, :expires) RETURNING id",
        {
            "purpose": purpose,
            "account": account_id,
            "hash": tokens.digest(tokens.opaque()),
            "target": target,
            "role": role,
            "by": created_by,
            "now": stamp(now),
            "expires": stamp(now + _UNSENT),
        },
    )
    return number


def mint(db: Connection, settings: Settings, number: int, now: datetime) -> str | None:
    """The token of a reserved place, good from now on; None if the place is used, voided or too old."""
    row = db.one(
        "SELECT purpose FROM one_time_tokens WHERE id = :id AND used_at IS NULL AND created_at > :oldest",
        {"id": number, "oldest": stamp(now - _UNSENT)},
    )
    if row is None:
        return None
    if row[0] == PHONE:
        token = str(secrets.randbelow(10**_CODE_DIGITS)).zfill(_CODE_DIGITS)
        digest = tokens.digest(f"{number}:{token}")
    else:
        token = tokens.opaque()
        digest = tokens.digest(token)
    db.run(
        "UPDATE one_time_tokens SET token_hash = :hash, expires_at = :expires WHERE id = :id",
        {"hash": digest, "expires": stamp(now + life(settings, row[0])), "id": number},
    )
    return token


def find(db: Connection, purpose: str, token: str, now: datetime) -> OneTime | None:
    """What a token allows, while it is good; it is not used up."""
    return _one(db, purpose, tokens.digest(token), now)


def find_code(db: Connection, account_id: int, code: str, now: datetime) -> OneTime | None:
    """The same for a code, which is short and therefore good for its own account alone."""
    number = db.value(
        "SELECT id FROM one_time_tokens WHERE account_id = :account AND purpose = :purpose ORDER BY id DESC LIMIT 1",
        {"account": account_id, "purpose": PHONE},
    )
    return None if number is None else _one(db, PHONE, tokens.digest(f"{number}:{code.strip()}"), now)


def _one(db: Connection, purpose: str, digest: str, now: datetime) -> OneTime | None:
    row = db.one(
        "SELECT id, account_id, target, role FROM one_time_tokens"
        " WHERE token_hash = :hash AND purpose = :purpose AND used_at IS NULL AND expires_at > :now",
        {"hash": digest, "purpose": purpose, "now": stamp(now)},
    )
    return None if row is None else OneTime(*row)


def use(db: Connection, found: OneTime, now: datetime) -> bool:
    """Use it up; False if somebody else was first."""
    return (
        db.run(
            "UPDATE one_time_tokens SET used_at = :now WHERE id = :id AND used_at IS NULL",
            {"now": stamp(now), "id": found.id},
        )
        == 1
    )


def void(db: Connection, account_id: int, purpose: str) -> None:
    db.run(
        "DELETE FROM one_time_tokens WHERE account_id = :account AND purpose = :purpose AND used_at IS NULL",
        {"account": account_id, "purpose": purpose},
    )
