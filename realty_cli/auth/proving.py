"""What somebody who is signed in may only do after proving it once more: by the password, a code, or Telegram."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from realty_cli.auth import accounts, factors, login_events, one_time, passwords, sessions, telegram, throttle
from realty_cli.auth.accounts import Account
from realty_cli.auth.doors import PHONE, PROOF
from realty_cli.auth.entering import Entering, seen, signature
from realty_cli.auth.policy import Act, require
from realty_cli.auth.recovery import tell_of_password
from realty_cli.auth.schemas.entering import PasswordChange, TelegramAuth
from realty_cli.errors import Conflict, Denied, Invalid, NotSignedIn, RealtyError
from realty_cli.kit.actor import Actor, Where
from realty_cli.kit.clock import stamp
from realty_cli.notify import outbox
from realty_cli.store.database import Connection


class Proving(Entering):
    # The password ----------------------------------------------------------------------------------------------------

    def change_password(self, actor: Actor, data: PasswordChange, where: Where) -> None:
        """Ends the other sessions and voids letters under way. Without `current_password` only for an account that has
        none yet, and only on the command line."""
        require(actor, Act.ACCOUNT_GUARD)
        account = self._prove(actor, data.current_password, where, "current_password")
        settings = self._settings
        passwords.check(
            data.new_password, least=settings.password_min, username=account["username"],
            email=account["email"] or "", blocklist=settings.password_blocklist, field="new_password",
        )  # fmt: skip
        digest = passwords.hashed(data.new_password, settings.password_cost)
        now = self._clock.now()
        with self._transaction() as db:
            current = self._unmoved(db, actor, account)
            log = self._log(db, actor, where, "change-password")
            accounts.change(db, log, current, {"password_hash": digest, "password_changed_at": stamp(now)}, now)
            sessions.end_all(db, actor.id, "password", now, but=actor.session_id)
            one_time.void(db, actor.id, one_time.RESET)
            login_events.record(db, now, where, "change_password", "ok", actor.id, actor.session_id)
            tell_of_password(db, current, now)

    def _prove(self, actor: Actor, password: str | None, where: Where, field: str) -> Account:
        """The account of the actor whose password this is; a wrong one is counted by account, however it comes."""
        now, subject = self._clock.now(), str(actor.id)
        with self._transaction(write=False) as db:
            account = self._own(db, actor)
            throttle.refuse_if_waiting(db, PROOF, subject, now)
        if account["password_hash"] is None and actor.via == "local":
            return account
        if not password:
            raise Invalid.one(field, "field.missing")
        right = passwords.matches(password, account["password_hash"], self._settings.password_cost)
        now = self._clock.now()
        with self._transaction() as db:
            throttle.refuse_if_waiting(db, PROOF, subject, now)
            if right:
                throttle.clear(db, PROOF, subject)
            else:
                throttle.fail(db, PROOF, subject, now, factors.delay(self._settings))
                login_events.record(db, now, where, "proof", "refused", actor.id, actor.session_id)
        if not right:
            raise Invalid.one(field, "password.wrong")
        return account

    def _unmoved(self, db: Connection, actor: Actor, proved: Account) -> Account:
        """The account as it is now; raises if the password that was proved is no longer its own."""
        current = self._own(db, actor)
        if current["password_hash"] != proved["password_hash"]:
            raise NotSignedIn("session.ended")
        if actor.session_id is not None and not sessions.is_live(db, actor.id, actor.session_id, self._clock.now()):
            raise NotSignedIn("session.ended")
        return current

    # The second factor -----------------------------------------------------------------------------------------------

    def verify_two_factor(self, actor: Actor, code: str, where: Where) -> dict[str, Any]:
        """Turn on the factor that was set up, with a code that shows that it works (RecoveryCodes)."""
        require(actor, Act.ACCOUNT_GUARD)
        now = self._clock.now()
        codes: list[str] = []
        with self._transaction() as db:
            account = self._own(db, actor)
            if account["totp_enabled_at"] is not None:
                raise Conflict("factor.on")
            if account["totp_secret"] is None:
                raise Conflict("factor.not_set_up")
            error = self._code(db, account, code, where, now)
            if error is None:
                log = self._log(db, actor, where, "2fa/verify")
                account = accounts.load(db, actor.id) or account
                accounts.change(db, log, account, {"totp_enabled_at": stamp(now)}, now)
                codes = factors.renew_recovery_codes(db, actor.id)
                login_events.record(db, now, where, "two_factor", "on", actor.id, actor.session_id)
                _tell(db, account, "two_factor_on", now)
        if error is not None:
            raise error
        return {"recovery_codes": codes}

    def _code(
        self, db: Connection, account: Account, code: str | None, where: Where, now: datetime
    ) -> RealtyError | None:
        """The error of a wrong code, to be raised after the commit."""
        if seconds := factors.wait(db, account, now):
            return throttle.too_many(seconds)
        if code and factors.take(db, self._settings, account, code, now):
            return None
        login_events.record(db, now, where, "proof", "bad_code", account["id"])
        return Invalid.one("code", "signin.bad_code")

    def _both(self, actor: Actor, password: str | None, code: str | None, where: Where) -> Account:
        """The account of an actor who has a second factor and proves both; raises `Denied` with one of them missing."""
        require(actor, Act.ACCOUNT_GUARD)
        if not password or not code:
            raise Denied("factor.both")
        with self._transaction(write=False) as db:
            if self._own(db, actor)["totp_enabled_at"] is None:
                raise Conflict("factor.is_off")
        return self._prove(actor, password, where, "password")

    def disable_two_factor(self, actor: Actor, password: str | None, code: str | None, where: Where) -> dict[str, Any]:
        """Turn the second factor off: UserResponse. A recovery code will do."""
        proved = self._both(actor, password, code, where)
        now = self._clock.now()
        with self._transaction() as db:
            account = self._unmoved(db, actor, proved)
            error = self._code(db, account, code, where, now)
            if error is None:
                log = self._log(db, actor, where, "2fa/disable")
                account = accounts.change(db, log, account, factors.off(), now)
                factors.forget_recovery_codes(db, actor.id)
                login_events.record(db, now, where, "two_factor", "off", actor.id, actor.session_id)
                _tell(db, account, "two_factor_off", now)
        if error is not None:
            raise error
        return accounts.shown(account)

    def renew_recovery_codes(
        self, actor: Actor, password: str | None, code: str | None, where: Where
    ) -> dict[str, Any]:
        """A new set of codes, which voids the old one (RecoveryCodes)."""
        proved = self._both(actor, password, code, where)
        now = self._clock.now()
        codes: list[str] = []
        with self._transaction() as db:
            account = self._unmoved(db, actor, proved)
            error = self._code(db, account, code, where, now)
            if error is None:
                codes = factors.renew_recovery_codes(db, actor.id)
                login_events.record(db, now, where, "recovery_codes", "ok", actor.id, actor.session_id)
        if error is not None:
            raise error
        return {"recovery_codes": codes}

    # Addresses and Telegram ------------------------------------------------------------------------------------------

    def verify_phone(self, actor: Actor, code: str, where: Where) -> dict[str, Any]:
        """The phone is verified by the code of the message that went to it (UserResponse)."""
        require(actor, Act.ACCOUNT_GUARD)
        now, subject = self._clock.now(), str(actor.id)
        with self._transaction() as db:
            throttle.refuse_if_waiting(db, PHONE, subject, now)
            account = self._own(db, actor)
            found = one_time.find_code(db, actor.id, code, now)
            good = found is not None and found.target == account["phone"] and one_time.use(db, found, now)
            if good:
                throttle.clear(db, PHONE, subject)
                log = self._log(db, actor, where, "verify-phone")
                account = accounts.change(db, log, account, {"phone_verified_at": stamp(now)}, now)
            else:
                throttle.fail(db, PHONE, subject, now, factors.delay(self._settings))
            login_events.record(db, now, where, "verify_phone", "ok" if good else "refused", actor.id, actor.session_id)
        if not good:
            raise Invalid.one("code", "verify.bad_code")
        return accounts.shown(account)

    def link_telegram(self, actor: Actor, data: TelegramAuth, where: Where) -> dict[str, Any]:
        """Let Telegram's signature open this account from now on (TelegramLink)."""
        require(actor, Act.ACCOUNT_GUARD)
        signed = signature(data, self.telegram_token())
        now, max_age = self._clock.now(), self._settings.telegram_max_age
        if signed is None or not telegram.is_fresh(signed, now, max_age):
            raise Denied("telegram.bad_signature")
        with self._transaction() as db:
            account = self._own(db, actor)
            holder = accounts.find_by_telegram(db, signed.telegram_id)
            if holder is not None and holder["id"] != actor.id:
                raise Conflict("telegram.taken")
            if seen(db, signed, max_age, keep=True):
                raise Denied("telegram.bad_signature")
            log = self._log(db, actor, where, "telegram")
            accounts.change(db, log, account, {"telegram_id": signed.telegram_id}, now)
            login_events.record(db, now, where, "telegram_link", "ok", actor.id, actor.session_id)
        return {"telegram_linked": True}


def _tell(db: Connection, account: Account, template: str, now: datetime) -> None:
    if account["email"]:
        outbox.put(
            db, now, template, recipient=account["email"], language=account["language"],
            account_id=account["id"], username=account["username"],
        )  # fmt: skip
