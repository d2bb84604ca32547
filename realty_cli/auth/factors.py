"""The second factor at the door: codes of an app, each taken once, and recovery codes in their place.

Wrong codes are counted in the store by account, whatever the session or sign-in they come with, and only a good one
clears the count.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from realty_cli.auth import accounts, throttle, tokens, totp
from realty_cli.auth.accounts import Account
from realty_cli.kit.clock import stamp
from realty_cli.settings import Settings
from realty_cli.store.database import Connection

RECOVERY_CODES = 10
_THROTTLE = "code"
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 4


def delay(settings: Settings) -> throttle.Delay:
    return throttle.Delay(settings.failures_per_account, settings.failure_delay, settings.failure_delay_max)


def wait(db: Connection, account: Account, now: datetime) -> int:
    """Seconds until the account may try a code again."""
    return throttle.wait(db, _THROTTLE, str(account["id"]), now)


def take(db: Connection, settings: Settings, account: Account, code: str, now: datetime) -> bool:
    """Whether this is a good code; it is used up. The caller commits also when it is not: the failure is counted.

    The caller has asked `wait` in the same transaction.
    """
    if _take_totp(db, account, code, now) or _take_recovery(db, account, code, now):
        throttle.clear(db, _THROTTLE, str(account["id"]))
        return True
    throttle.fail(db, _THROTTLE, str(account["id"]), now, delay(settings))
    return False


def _take_totp(db: Connection, account: Account, code: str, now: datetime) -> bool:
    if not account["totp_secret"]:
        return False
    counter = totp.accepted(account["totp_secret"], code, now, account["totp_counter"])
    if counter is None:
        return False
    accounts.write(db, account["id"], {"totp_counter": counter})
    return True


def _take_recovery(db: Connection, account: Account, code: str, now: datetime) -> bool:
    if account["totp_enabled_at"] is None:
        return False
    used = db.run(
        "UPDATE recovery_codes SET used_at = :now"
        " WHERE account_id = :account AND code_hash = :hash AND used_at IS NULL",
        {"now": stamp(now), "account": account["id"], "hash": _hash(code)},
    )
    return used == 1


def renew_recovery_codes(db: Connection, account_id: int) -> list[str]:
    """A new set; the old one is void. What is returned is shown once, the store keeps hashes."""
    forget_recovery_codes(db, account_id)
    codes = ["-".join(_group() for _ in range(_GROUPS)) for _ in range(RECOVERY_CODES)]
    db.insert("recovery_codes", ("account_id", "code_hash"), [(account_id, _hash(code)) for code in codes])
    return codes


def forget_recovery_codes(db: Connection, account_id: int) -> None:
    db.run("DELETE FROM recovery_codes WHERE account_id = :account", {"account": account_id})


def recovery_codes_left(db: Connection, account_id: int) -> int:
    sql = "SELECT count(*) FROM recovery_codes WHERE account_id = :account AND used_at IS NULL"
    return int(db.value(sql, {"account": account_id}))


def off() -> dict[str, Any]:
    """The columns of an account without a second factor."""
    return {"totp_secret": None, "totp_enabled_at": None, "totp_counter": None}


def _group() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_GROUP))


def _hash(code: str) -> str:
    return tokens.digest("recovery:" + "".join(letter for letter in code.casefold() if letter.isalnum()))
