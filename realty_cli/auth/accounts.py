"""Accounts as services need them now: the first one, and who is who."""

from __future__ import annotations

import unicodedata

from realty_cli.auth.policy import Role
from realty_cli.errors import Conflict, Invalid
from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import Clock, stamp
from realty_cli.store.database import Connection

_COLUMNS = "id, username, role, timezone, language"
_NAME_LENGTH = (1, 60)


def name_key(username: str) -> str:
    """The form under which a name is unique: compatibility-normalised and case-folded."""
    return unicodedata.normalize("NFKC", username).casefold().strip()


def _actor(row: tuple[int, str, str, str, str]) -> Actor:
    number, username, role, timezone, language = row
    return Actor(number, username, sees_all=role == Role.ADMIN, timezone=timezone, language=language)


def by_name(db: Connection, username: str) -> Actor | None:
    row = db.one(
        f"SELECT {_COLUMNS} FROM accounts WHERE name_key = :key AND is_active = :active",
        {"key": name_key(username), "active": True},
    )
    return None if row is None else _actor(row)


def only_one(db: Connection) -> Actor | None:
    """The account of a store that has exactly one: nobody else can be meant."""
    rows = db.all(f"SELECT {_COLUMNS} FROM accounts WHERE is_active = :active LIMIT 2", {"active": True})
    return _actor(rows[0]) if len(rows) == 1 else None


def create(db: Connection, clock: Clock, username: str, *, role: Role, timezone: str, language: str) -> Actor:
    """Add an account without a password. The caller holds the write transaction."""
    name = username.strip()
    if not _NAME_LENGTH[0] <= len(name) <= _NAME_LENGTH[1] or not name.isprintable():
        raise Invalid.one("username", "account.bad_name", least=_NAME_LENGTH[0], most=_NAME_LENGTH[1])
    if db.one("SELECT 1 FROM accounts WHERE name_key = :key", {"key": name_key(name)}):
        raise Conflict("account.taken", username=name)
    (number,) = db.next_ids("accounts", 1)
    db.run(
        "INSERT INTO accounts (id, username, name_key, role, timezone, language, is_active, created_at)"
        " VALUES (:id, :username, :key, :role, :timezone, :language, :active, :now)",
        {
            "id": number,
            "username": name,
            "key": name_key(name),
            "role": role.value,
            "timezone": timezone,
            "language": language,
            "active": True,
            "now": stamp(clock.now()),
        },
    )
    return Actor(number, name, sees_all=role == Role.ADMIN, timezone=timezone, language=language)
