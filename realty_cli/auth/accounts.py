"""Accounts as rows: who is who, what of an account is shown, and changes that the log keeps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from realty_cli.auth.names import check_name, email_key, name_key
from realty_cli.auth.policy import Role
from realty_cli.errors import Conflict
from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import Clock, stamp
from realty_cli.kit.lookalikes import skeleton
from realty_cli.store.changelog import Change, ChangeLog, dumps
from realty_cli.store.database import Connection

KIND = "account"
Account = dict[str, Any]

_ACTOR = "id, username, role, timezone, language"
COLUMNS = (
    "id", "username", "name_key", "full_name", "email", "role", "timezone", "language", "password_hash", "is_active",
    "created_at", "look_key", "email_key", "email_verified_at", "trusted_email", "trusted_email_key", "phone",
    "phone_verified_at", "telegram_id", "totp_secret", "totp_enabled_at", "totp_counter", "session_days",
    "login_letters", "password_changed_at", "last_login_at", "deleted_at", "version", "updated_at",
)  # fmt: skip
_SELECT = f"SELECT {', '.join(COLUMNS)} FROM accounts"
#: What the change log keeps: nothing that helps to sign in, and nothing that changes by itself.
_LOGGED = (
    "id", "username", "full_name", "email", "role", "timezone", "language", "is_active", "created_at", "phone",
    "telegram_id", "session_days", "login_letters", "deleted_at", "email_verified_at", "phone_verified_at",
    "password_changed_at", "totp_enabled_at",
)  # fmt: skip
_SHOWN = ("id", "username", "email", "full_name", "phone", "role", "timezone", "language")


# Finding --------------------------------------------------------------------------------------------------------------


def _actor(row: tuple[int, str, str, str, str]) -> Actor:
    number, username, role, timezone, language = row
    return Actor(number, username, sees_all=role == Role.ADMIN, timezone=timezone, language=language)


def by_name(db: Connection, username: str) -> Actor | None:
    row = db.one(
        f"SELECT {_ACTOR} FROM accounts WHERE name_key = :key AND is_active = :active",
        {"key": name_key(username), "active": True},
    )
    return None if row is None else _actor(row)


def unguarded(db: Connection, username: str) -> Actor | None:
    """The account of this name if it has no password: whoever may read the store's file may work as it."""
    row = db.one(
        f"SELECT {_ACTOR} FROM accounts WHERE name_key = :key AND is_active = :active AND password_hash IS NULL",
        {"key": name_key(username), "active": True},
    )
    return None if row is None else _actor(row)


def only_unguarded(db: Connection) -> Actor | None:
    """The account of a store that has exactly one, if it has no password: nobody else can be meant."""
    rows = db.all(f"SELECT {_ACTOR}, password_hash FROM accounts WHERE is_active = :active LIMIT 2", {"active": True})
    return _actor(rows[0][:-1]) if len(rows) == 1 and rows[0][-1] is None else None


def as_actor(account: Account, session_id: int | None = None, via: str = "session") -> Actor:
    return Actor(
        account["id"], account["username"], sees_all=account["role"] == Role.ADMIN, timezone=account["timezone"],
        language=account["language"], session_id=session_id, via=via,
    )  # fmt: skip


def _whole(db: Connection, condition: str, params: Mapping[str, Any]) -> Account | None:
    row = db.one(f"{_SELECT} WHERE {condition} AND deleted_at IS NULL", params)
    return None if row is None else _account(row)


def _account(row: tuple[Any, ...]) -> Account:
    account = dict(zip(COLUMNS, row, strict=True))
    account["is_active"], account["login_letters"] = bool(account["is_active"]), bool(account["login_letters"])
    return account


def load(db: Connection, number: int) -> Account | None:
    return _whole(db, "id = :id", {"id": number})


def find(db: Connection, typed: str) -> Account | None:
    """The account of a name or an e-mail address, as it is typed to sign in."""
    found = _whole(db, "name_key = :key", {"key": name_key(typed)})
    if found is None and (key := email_key(typed)):
        found = _whole(db, "email_key = :key", {"key": key})
    return found


def find_by_email(db: Connection, key: str) -> Account | None:
    """The account that an address belongs to, or belonged to when it was last verified."""
    return _whole(db, "email_key = :key", {"key": key}) or _whole(db, "trusted_email_key = :key", {"key": key})


def find_by_telegram(db: Connection, telegram_id: int) -> Account | None:
    return _whole(db, "telegram_id = :id", {"id": telegram_id})


def page(db: Connection, conditions: list[str], params: dict[str, Any], order: str) -> tuple[list[Account], int]:
    """Accounts that are not deleted, and how many there are; `params` hold limit and offset."""
    where = " AND ".join(["deleted_at IS NULL", *conditions])
    total = db.value(f"SELECT count(*) FROM accounts WHERE {where}", params)
    rows = db.all(f"{_SELECT} WHERE {where} ORDER BY {order} LIMIT :limit OFFSET :offset", params)
    return [_account(row) for row in rows], int(total)


def shown(account: Account) -> dict[str, Any]:
    """What the owner and administrators see."""
    return {
        **{name: account[name] for name in _SHOWN},
        "email_verified": account["email_verified_at"] is not None,
        "phone_verified": account["phone_verified_at"] is not None,
        "telegram_linked": account["telegram_id"] is not None,
        "two_factor_enabled": account["totp_enabled_at"] is not None,
        "is_active": account["is_active"],
        "created_at": account["created_at"],
        "updated_at": account["updated_at"] or account["created_at"],
        "last_login_at": account["last_login_at"],
        "version": account["version"],
    }


# Changing: the caller holds the write transaction ---------------------------------------------------------------------


def refuse_taken(db: Connection, *, username: str | None = None, email: str | None = None, but: int = 0) -> None:
    """Raise `Conflict` if somebody else has this name, one that looks like it, or this address."""
    if username is not None:
        taken = db.one(
            "SELECT 1 FROM accounts WHERE (name_key = :key OR look_key = :look) AND id <> :but",
            {"key": name_key(username), "look": skeleton(username), "but": but},
        )
        if taken:
            raise Conflict("account.taken", username=username)
    if email is not None and db.one(
        "SELECT 1 FROM accounts WHERE email_key = :key AND id <> :but", {"key": email_key(email), "but": but}
    ):
        raise Conflict("account.email_taken", email=email)


def is_empty(db: Connection) -> bool:
    return db.one("SELECT 1 FROM accounts LIMIT 1") is None


def insert(db: Connection, now: datetime, username: str, **values: Any) -> Account:
    """Add an account: `role`, `timezone`, `language`, and what else is known of it. Raises `Conflict` for a taken name.

    `email` is the address as it is shown; its key is made here.
    """
    name = check_name(username)
    refuse_taken(db, username=name, email=values.get("email"))
    (number,) = db.next_ids("accounts", 1)
    row = {
        "id": number,
        "username": name,
        "name_key": name_key(name),
        "look_key": skeleton(name),
        "email_key": email_key(values["email"]) if values.get("email") else None,
        "is_active": True,
        "login_letters": False,
        "created_at": stamp(now),
        "updated_at": stamp(now),
        "version": 1,
        **values,
    }
    names = ", ".join(row)
    db.run(f"INSERT INTO accounts ({names}) VALUES ({', '.join(':' + name for name in row)})", row)
    found = load(db, number)
    assert found is not None
    return found


def create(db: Connection, clock: Clock, username: str, *, role: Role, timezone: str, language: str) -> Actor:
    """Add an account without a password. The caller holds the write transaction."""
    account = insert(db, clock.now(), username, role=role.value, timezone=timezone, language=language)
    return as_actor(account, via="local")


def log_creation(log: ChangeLog, account: Account) -> None:
    log.add([Change(KIND, account["id"], account["id"], "create", None, dumps(_logged(account)))])


def change(
    db: Connection,
    log: ChangeLog | None,
    before: Account,
    changes: Mapping[str, Any],
    now: datetime,
    action: str = "update",
) -> Account:
    """Lay `changes` over an account and give it as it is then; what the log may know goes there too.

    A new `email` takes its key along and is no longer verified; neither is a new phone.
    """
    diff = {name: value for name, value in changes.items() if before[name] != value}
    if not diff:
        return before
    if "email" in diff:
        diff["email_key"] = email_key(diff["email"]) if diff["email"] else None
        diff.setdefault("email_verified_at", None)
    if "phone" in diff:
        diff.setdefault("phone_verified_at", None)
    if log is not None and (seen := {name: diff[name] for name in _LOGGED if name in diff}):
        old = dumps(_logged(before))
        log.add([Change(KIND, before["id"], before["id"], action, old, dumps(seen))])
    diff |= {"updated_at": stamp(now), "version": before["version"] + 1}
    write(db, before["id"], diff)
    return {**before, **diff}


def write(db: Connection, number: int, values: Mapping[str, Any]) -> None:
    """Set columns as they are, without a version or a trace: counters and moments."""
    sets = ", ".join(f"{name} = :{name}" for name in values)
    db.run(f"UPDATE accounts SET {sets} WHERE id = :account", {**values, "account": number})


def _logged(account: Account) -> dict[str, Any]:
    return {name: account[name] for name in _LOGGED if account[name] is not None}
