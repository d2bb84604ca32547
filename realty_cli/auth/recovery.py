"""The way back in by letter: a new password, and addresses that are verified.

Whoever asks learns nothing about whether there is such an account: the same answer, after the same work.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NoReturn

from realty_cli.auth import accounts, login_events, one_time, passwords, sessions, throttle, tokens
from realty_cli.auth.accounts import Account
from realty_cli.auth.doors import HOUR, LETTERS, LOGIN, MINUTE, RESET, Doors
from realty_cli.auth.names import email_key, name_key
from realty_cli.errors import Invalid
from realty_cli.kit.actor import Where
from realty_cli.kit.clock import stamp
from realty_cli.notify import outbox
from realty_cli.store.database import Connection


class Recovery(Doors):
    def request_reset(self, email: str, where: Where) -> None:
        """Send a letter to the account of this address, if there is one. It goes to the address that the account has
        proved, whatever was typed."""
        now, key = self._clock.now(), email_key(email) or email
        with self._transaction() as db:
            if where.address:
                place = throttle.network(where.address)
                throttle.refuse_if_waiting(db, RESET, place, now)
                throttle.count(db, RESET, place, now, self._settings.failures_per_address, MINUTE)
            subject = tokens.digest(key)[:32]
            too_many = throttle.wait(db, LETTERS, subject, now) > 0
            throttle.count(db, LETTERS, subject, now, self._settings.letters_per_hour, HOUR)
            account = accounts.find_by_email(db, key)
            login_events.record(db, now, where, "reset", "asked", account["id"] if account else None)
            if account is not None and account["is_active"] and not too_many:
                self._send_reset(db, account, now)

    def _send_reset(self, db: Connection, account: Account, now: datetime) -> None:
        address = account["email"] if account["email_verified_at"] else account["trusted_email"] or account["email"]
        place = one_time.reserve(db, one_time.RESET, now, account_id=account["id"], target=address)
        outbox.put(
            db, now, "reset_password", recipient=address, language=account["language"], account_id=account["id"],
            token_id=place, username=account["username"],
        )  # fmt: skip

    def reset_password(self, token: str, new_password: str, where: Where) -> None:
        """Set a new password with a letter's token. Ends every session; the second factor stays."""
        now = self._clock.now()
        with self._transaction(write=False) as db:
            self._refuse_place(db, where, now)
            found = one_time.find(db, one_time.RESET, token, now)
            account = accounts.load(db, found.account_id) if found and found.account_id else None
        if account is None:
            self._refused(where, "reset")
        settings = self._settings
        passwords.check(
            new_password, least=settings.password_min, username=account["username"], email=account["email"] or "",
            blocklist=settings.password_blocklist, field="new_password",
        )  # fmt: skip
        digest = passwords.hashed(new_password, settings.password_cost)
        now = self._clock.now()
        with self._transaction() as db:
            found = one_time.find(db, one_time.RESET, token, now)
            current = accounts.load(db, account["id"])
            good = found is not None and current is not None and current["is_active"] and one_time.use(db, found, now)
            if good:
                assert found is not None
                assert current is not None
                self._renew(db, current, found, digest, where, now)
        if not good:
            self._refused(where, "reset")

    def _renew(
        self, db: Connection, account: Account, found: one_time.OneTime, digest: str, where: Where, now: datetime
    ) -> None:
        proved = account["email"] is not None and found.target == account["email"]
        was_proved = account["email_verified_at"] is not None or account["trusted_email"] is not None
        changes: dict[str, Any] = {"password_hash": digest, "password_changed_at": stamp(now)}
        if proved:
            changes |= trusted(account, now)
        if not was_proved:
            # Whoever made the account may not be who reads its letters: what else would let them in goes.
            changes["telegram_id"] = None
            revoke_keys(db, account["id"], now)
        log = self._log(db, accounts.as_actor(account), where, "reset-password")
        accounts.change(db, log, account, changes, now)
        sessions.end_all(db, account["id"], "password", now)
        one_time.void(db, account["id"], one_time.RESET)
        for typed in filter(None, (account["username"], account["email"])):
            throttle.clear(db, LOGIN, tokens.digest(name_key(typed))[:32])
        login_events.record(db, now, where, "reset", "ok", account["id"])
        tell_of_password(db, account, now)

    def verify_email(self, token: str, where: Where) -> dict[str, Any]:
        """The address is verified by the token of the letter that went to it (UserResponse)."""
        now = self._clock.now()
        with self._transaction() as db:
            self._refuse_place(db, where, now)
            found = one_time.find(db, one_time.EMAIL, token, now)
            account = accounts.load(db, found.account_id) if found and found.account_id else None
            good = (
                found is not None
                and account is not None
                and account["is_active"]
                and account["email"] == found.target
                and one_time.use(db, found, now)
            )
            if good:
                assert account is not None
                log = self._log(db, accounts.as_actor(account), where, "verify-email")
                account = accounts.change(db, log, account, trusted(account, now), now)
                login_events.record(db, now, where, "verify_email", "ok", account["id"])
        if not good:
            self._refused(where, "verify_email")
        assert account is not None
        return accounts.shown(account)

    def _refused(self, where: Where, method: str) -> NoReturn:
        now = self._clock.now()
        with self._transaction() as db:
            self._count_failure(db, where, now)
            login_events.record(db, now, where, method, "refused", None)
        raise Invalid.one("token", "token.used")


def trusted(account: Account, now: datetime) -> dict[str, Any]:
    """The columns of an account whose address is proved."""
    return {
        "email_verified_at": stamp(now),
        "trusted_email": account["email"],
        "trusted_email_key": account["email_key"],
    }


def revoke_keys(db: Connection, account_id: int, now: datetime) -> None:
    db.run(
        "UPDATE api_keys SET revoked_at = :now WHERE account_id = :account AND revoked_at IS NULL",
        {"now": stamp(now), "account": account_id},
    )


def tell_of_password(db: Connection, account: Account, now: datetime) -> None:
    if account["email"]:
        outbox.put(
            db, now, "password_changed", recipient=account["email"], language=account["language"],
            account_id=account["id"], username=account["username"],
        )  # fmt: skip
