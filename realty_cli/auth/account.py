"""The own account of whoever asks: profile, sessions, history, security. In the caller's transaction.

What needs a password hashed, or has to remember a refused try, stands at the gate (`auth.proving`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from realty_cli.auth import accounts, factors, login_events, one_time, qr, sessions, throttle, totp
from realty_cli.auth.accounts import Account
from realty_cli.auth.doors import HOUR, LETTERS
from realty_cli.auth.entering import verification
from realty_cli.auth.paging import PageQuery, listed
from realty_cli.auth.policy import Act, require
from realty_cli.auth.schemas.security import SecuritySettingsUpdate
from realty_cli.auth.schemas.users import UserUpdate
from realty_cli.errors import Conflict, Denied, NotFound, NotSignedIn, Stale
from realty_cli.kit.actor import Actor, Where
from realty_cli.kit.clock import Clock, stamp
from realty_cli.kit.schema import MAX_ID
from realty_cli.notify import outbox
from realty_cli.settings import Settings
from realty_cli.store.changelog import ChangeLog
from realty_cli.store.database import Connection

#: What another slice counts of an account: listings and photos, by the names of UserStats.
Figures = Callable[[Connection, int], dict[str, int]]
_MONTH = timedelta(days=30)


class AccountService:
    """One account, as its owner rules it."""

    def __init__(
        self, db: Connection, actor: Actor, clock: Clock, settings: Settings, log: ChangeLog, figures: Figures,
        moved: Callable[[int], None],
    ) -> None:  # fmt: skip
        """`moved` is told of an account that lives in another zone now."""
        self.db = db
        self.actor = actor
        self.clock = clock
        self.settings = settings
        self.log = log
        self._figures = figures
        self._moved = moved

    def _own(self) -> Account:
        account = accounts.load(self.db, self.actor.id)
        if account is None:
            raise NotSignedIn("session.ended")
        return account

    # Profile ---------------------------------------------------------------------------------------------------------

    def me(self) -> dict[str, Any]:
        """UserResponse."""
        require(self.actor, Act.ACCOUNT_READ)
        return accounts.shown(self._own())

    def update(self, data: UserUpdate, *, expected_version: int | None = None) -> dict[str, Any]:
        """Change what is sent. A new address or phone is unverified, and the old address is told of the new one."""
        require(self.actor, Act.ACCOUNT_WRITE)
        before = self._own()
        refuse_stale(before, expected_version)
        changes = {name: getattr(data, name) or None for name in data.model_fields_set}
        if {name for name in ("email", "phone") if name in changes and changes[name] != before[name]}:
            require(self.actor, Act.ACCOUNT_GUARD)
        shown = accounts.shown(changed_by_owner(self.db, self.log, before, changes, self.clock))
        if shown["timezone"] != before["timezone"]:
            self._moved(self.actor.id)
        return shown

    def profile(self) -> dict[str, Any]:
        """UserProfile."""
        require(self.actor, Act.ACCOUNT_READ)
        account = self._own()
        return {
            **accounts.shown(account),
            "scopes": sorted(self.actor.scopes if account["role"] == "admin" else self.actor.scopes - {"admin"}),
            "sessions": self._live_sessions(),
            "api_keys": self._live_keys(),
            "properties": self._figures(self.db, account["id"])["properties_total"],
        }

    def stats(self) -> dict[str, Any]:
        """UserStats."""
        require(self.actor, Act.ACCOUNT_READ)
        params = {"me": self.actor.id, "since": stamp(self.clock.now() - _MONTH)}
        operations, last = self.db.all("SELECT count(*), max(at) FROM operations WHERE actor_id = :me", params)[0]
        good, bad = self.db.all(
            "SELECT count(CASE WHEN result = 'ok' THEN 1 END),"
            " count(CASE WHEN result IN ('refused', 'bad_code') THEN 1 END) FROM login_events"
            " WHERE account_id = :me AND at > :since AND method IN ('password', 'telegram', 'local')",
            params,
        )[0]
        return {
            **self._figures(self.db, self.actor.id),
            "operations": operations,
            "last_operation_at": last,
            "sign_ins_30_days": good,
            "failed_sign_ins_30_days": bad,
            "sessions": self._live_sessions(),
            "api_keys": self._live_keys(),
        }

    def _live_sessions(self) -> int:
        return len(sessions.live(self.db, self.actor.id, self.clock.now()))

    def _live_keys(self) -> int:
        found = self.db.value(
            "SELECT count(*) FROM api_keys WHERE account_id = :me AND revoked_at IS NULL"
            " AND (expires_at IS NULL OR expires_at > :now)",
            {"me": self.actor.id, "now": stamp(self.clock.now())},
        )
        return int(found)

    # Sessions --------------------------------------------------------------------------------------------------------

    def sessions(self, page: PageQuery) -> dict[str, Any]:
        """A page of SessionInfo."""
        require(self.actor, Act.ACCOUNT_GUARD)
        found = sessions.live(self.db, self.actor.id, self.clock.now())
        items = [{**one, "current": one["id"] == self.actor.session_id} for one in found]
        return listed(items, page)

    def end_session(self, number: int) -> None:
        require(self.actor, Act.ACCOUNT_GUARD)
        now = self.clock.now()
        if not 0 < number <= MAX_ID or not sessions.is_live(self.db, self.actor.id, number, now):
            raise NotFound("session.not_found", id=number)
        sessions.end_session(self.db, number, "revoked", now)

    def end_other_sessions(self) -> int:
        """End all but the one that asks; says how many."""
        require(self.actor, Act.ACCOUNT_GUARD)
        return sessions.end_all(self.db, self.actor.id, "revoked", self.clock.now(), but=self.actor.session_id)

    def logout(self, where: Where) -> None:
        """End the session that asks. A key has none."""
        if self.actor.via == "key":
            raise Denied("denied.key", act=Act.ACCOUNT_GUARD.value)
        if self.actor.session_id is not None:
            now = self.clock.now()
            sessions.end_session(self.db, self.actor.session_id, "logout", now)
            login_events.record(self.db, now, where, "logout", "ok", self.actor.id, self.actor.session_id)

    def login_history(self, page: PageQuery) -> dict[str, Any]:
        """LoginHistory."""
        require(self.actor, Act.ACCOUNT_GUARD)
        return login_events.page(self.db, self.actor.id, page)

    # Security --------------------------------------------------------------------------------------------------------

    def security(self) -> dict[str, Any]:
        """SecuritySettings."""
        require(self.actor, Act.ACCOUNT_GUARD)
        account = self._own()
        return {
            "login_letters": account["login_letters"],
            "session_days": account["session_days"],
            "two_factor_enabled": account["totp_enabled_at"] is not None,
            "recovery_codes_left": factors.recovery_codes_left(self.db, account["id"]),
            "email_verified": account["email_verified_at"] is not None,
            "phone_verified": account["phone_verified_at"] is not None,
            "telegram_linked": account["telegram_id"] is not None,
            "has_password": account["password_hash"] is not None,
            "password_changed_at": account["password_changed_at"],
            "sessions": self._live_sessions(),
            "api_keys": self._live_keys(),
            "version": account["version"],
        }

    def update_security(self, data: SecuritySettingsUpdate, *, expected_version: int | None = None) -> dict[str, Any]:
        require(self.actor, Act.ACCOUNT_GUARD)
        before = self._own()
        refuse_stale(before, expected_version)
        changes = {name: getattr(data, name) for name in data.model_fields_set}
        if changes.get("login_letters", False) is None:
            changes["login_letters"] = False
        accounts.change(self.db, self.log, before, changes, self.clock.now())
        return self.security()

    def setup_two_factor(self) -> dict[str, Any]:
        """TwoFactorAuth: a secret for an app. It holds once `gate.verify_two_factor` has seen a code of it."""
        require(self.actor, Act.ACCOUNT_GUARD)
        account = self._own()
        if account["totp_enabled_at"] is not None:
            raise Conflict("factor.on")
        secret = totp.new_secret()
        accounts.write(self.db, account["id"], {**factors.off(), "totp_secret": secret})
        uri = totp.uri(secret, account["username"])
        return {"secret": secret, "otpauth_uri": uri, "qr": qr.svg(uri), "qr_text": qr.block_text(uri)}

    # Addresses -------------------------------------------------------------------------------------------------------

    def request_email_verification(self) -> None:
        """Ask for the letter with the token."""
        require(self.actor, Act.ACCOUNT_GUARD)
        account = self._own()
        if account["email"] is None:
            raise Conflict("verify.no_email")
        if account["email_verified_at"] is not None:
            raise Conflict("verify.done")
        self._count_letter()
        verification(self.db, account, self.clock.now())

    def request_phone_verification(self) -> None:
        """Ask for the message with the code."""
        require(self.actor, Act.ACCOUNT_GUARD)
        account, now = self._own(), self.clock.now()
        if account["phone"] is None:
            raise Conflict("verify.no_phone")
        if account["phone_verified_at"] is not None:
            raise Conflict("verify.done")
        self._count_letter()
        place = one_time.reserve(self.db, one_time.PHONE, now, account_id=account["id"], target=account["phone"])
        outbox.put(
            self.db, now, "verify_phone", channel=outbox.SMS, recipient=account["phone"], language=account["language"],
            account_id=account["id"], token_id=place,
        )  # fmt: skip

    def _count_letter(self) -> None:
        now, subject = self.clock.now(), str(self.actor.id)
        throttle.refuse_if_waiting(self.db, LETTERS, subject, now)
        throttle.count(self.db, LETTERS, subject, now, self.settings.letters_per_hour, HOUR)

    # Telegram --------------------------------------------------------------------------------------------------------

    def unlink_telegram(self) -> dict[str, Any]:
        """TelegramLink."""
        require(self.actor, Act.ACCOUNT_GUARD)
        accounts.change(self.db, self.log, self._own(), {"telegram_id": None}, self.clock.now())
        return {"telegram_linked": False}


def refuse_stale(account: Account, expected: int | None) -> None:
    if expected is not None and account["version"] != expected:
        raise Stale("stale", version=account["version"], expected=expected)


def changed_by_owner(db: Connection, log: ChangeLog, before: Account, changes: dict[str, Any], clock: Clock) -> Account:
    """Lay changes of a person over an account: taken addresses are refused, new ones are asked to be verified."""
    now = clock.now()
    email = changes.get("email")
    moved = "email" in changes and email != before["email"]
    if email is not None and moved:
        accounts.refuse_taken(db, email=email, but=before["id"])
    if moved:
        one_time.void(db, before["id"], one_time.EMAIL)
        one_time.void(db, before["id"], one_time.RESET)
    if "phone" in changes and changes["phone"] != before["phone"]:
        one_time.void(db, before["id"], one_time.PHONE)
    after = accounts.change(db, log, before, changes, now)
    if moved:
        if before["email"]:
            outbox.put(
                db, now, "email_changed", recipient=before["email"], language=before["language"],
                account_id=before["id"], username=before["username"],
            )  # fmt: skip
        verification(db, after, now)
    return after
