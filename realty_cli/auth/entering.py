"""Coming in: registering, signing in by password or by Telegram, renewing a session."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from realty_cli.auth import accounts, factors, login_events, one_time, passwords, sessions, telegram, throttle, tokens
from realty_cli.auth.accounts import Account
from realty_cli.auth.doors import LOGIN, MINUTE, REGISTER, Doors
from realty_cli.auth.names import name_key
from realty_cli.auth.policy import Role
from realty_cli.auth.schemas.entering import TelegramAuth
from realty_cli.auth.schemas.users import UserCreate
from realty_cli.errors import Denied, NotSignedIn, RealtyError, Unavailable
from realty_cli.kit.actor import Where
from realty_cli.kit.clock import stamp
from realty_cli.notify import outbox
from realty_cli.store.database import Connection

#: What a sign-in gives: the tokens, or the error to raise once the row of the try is committed.
Outcome = dict[str, Any] | RealtyError


class Entering(Doors):
    # Registering -----------------------------------------------------------------------------------------------------

    def register(self, data: UserCreate, where: Where) -> dict[str, Any]:
        """A new account (UserResponse); the first one of a store is its administrator.

        Says when a name or address is taken: whoever registers has to know (docs/decisions/0008).
        """
        now = self._clock.now()
        if where.address:
            self._count_registration(where, now)
        with self._transaction(write=False) as db:
            self._invitation(db, data, now)
            accounts.refuse_taken(db, username=data.username, email=data.email)
        passwords.check(
            data.password, least=self._settings.password_min, username=data.username, email=data.email,
            blocklist=self._settings.password_blocklist,
        )  # fmt: skip
        digest = passwords.hashed(data.password, self._settings.password_cost)
        with self._transaction() as db:
            return accounts.shown(self._add(db, data, digest, where, self._clock.now()))

    def _count_registration(self, where: Where, now: datetime) -> None:
        place = throttle.network(where.address)
        with self._transaction() as db:
            throttle.refuse_if_waiting(db, REGISTER, place, now)
            throttle.count(db, REGISTER, place, now, self._settings.registrations_per_minute, MINUTE)

    def _invitation(self, db: Connection, data: UserCreate, now: datetime) -> one_time.OneTime | None:
        """The invitation that was sent along, if it is good; raises `Denied` where one is needed and none is good."""
        found = one_time.find(db, one_time.INVITATION, data.invitation, now) if data.invitation else None
        if found is not None and found.target is not None and found.target != data.email:
            found = None
        if self._settings.registration == "closed":
            raise Denied("registration.closed")
        if found is None and (self._settings.registration == "invite" or data.invitation):
            raise Denied("registration.by_invitation")
        return found

    def _add(self, db: Connection, data: UserCreate, digest: str, where: Where, now: datetime) -> Account:
        invitation = self._invitation(db, data, now)
        if invitation is not None and not one_time.use(db, invitation, now):
            raise Denied("registration.by_invitation")
        role = Role.ADMIN if accounts.is_empty(db) else Role((invitation and invitation.role) or Role.AGENT)
        account = accounts.insert(
            db, now, data.username, email=data.email, full_name=data.full_name or None, phone=data.phone,
            role=role.value, timezone=data.timezone or self._settings.timezone,
            language=data.language or self._settings.lang or "ru", password_hash=digest, password_changed_at=stamp(now),
        )  # fmt: skip
        accounts.log_creation(self._log(db, accounts.as_actor(account), where, "register"), account)
        login_events.record(db, now, where, "register", "ok", account["id"])
        verification(db, account, now)
        return account

    # By password -----------------------------------------------------------------------------------------------------

    def login(self, username: str, password: str, where: Where, *, otp: str | None = None) -> dict[str, Any]:
        """Tokens for a name (or e-mail address) and a password: TokenResponse.

        Raises NotSignedIn `signin.refused` (whatever was wrong), `otp_required` (the password was right, a code is
        needed), `signin.bad_code`; TooMany with `retry_after`.
        """
        settings, now = self._settings, self._clock.now()
        subject = tokens.digest(name_key(username))[:32]
        with self._transaction(write=False) as db:
            account = accounts.find(db, username)
            subject = self._subject(db, subject, account, where, now)
            self._refuse_place(db, where, now)
            throttle.refuse_if_waiting(db, LOGIN, subject, now)
        known = account["password_hash"] if account else None
        right = passwords.matches(password, known, settings.password_cost)
        better = None
        if right and known and passwords.outdated(known, settings.password_cost):
            better = passwords.hashed(password, settings.password_cost)
        now = self._clock.now()
        with self._transaction() as db:
            # What was counted meanwhile holds for this try too, so that many at once are no way round the count.
            self._refuse_place(db, where, now)
            throttle.refuse_if_waiting(db, LOGIN, subject, now)
            current = accounts.load(db, account["id"]) if account else None
            good = current if right and current and current["password_hash"] == known else None
            outcome = self._settle(db, current, good, subject, otp, where, now)
            if better and good and not isinstance(outcome, RealtyError):
                accounts.write(db, good["id"], {"password_hash": better})
        if isinstance(outcome, RealtyError):
            raise outcome
        return outcome

    def _subject(self, db: Connection, subject: str, account: Account | None, where: Where, now: datetime) -> str:
        """Whose failures count: from a place that the owner has come from they are counted apart, so that strangers
        elsewhere cannot keep the owner out."""
        if account and where.address and login_events.is_known_place(db, account["id"], where, now):
            return f"{subject}@{throttle.network(where.address)}"
        return subject

    def _settle(
        self, db: Connection, named: Account | None, good: Account | None, subject: str, otp: str | None, where: Where,
        now: datetime,
    ) -> Outcome:  # fmt: skip
        if good is None or not good["is_active"]:
            throttle.fail(db, LOGIN, subject, now, factors.delay(self._settings))
            self._count_failure(db, where, now)
            login_events.record(db, now, where, "password", "refused", named["id"] if named else None)
            return NotSignedIn("signin.refused")
        refused = self._second_factor(db, good, otp, "password", where, now)
        if refused is not None:
            return refused
        throttle.clear(db, LOGIN, subject)
        return self._tokens(good, self._open(db, good, "password", where, now), now)

    def _second_factor(
        self, db: Connection, account: Account, otp: str | None, method: str, where: Where, now: datetime
    ) -> RealtyError | None:
        """The error of a code that is missing or wrong, None where all is well."""
        if account["totp_enabled_at"] is None:
            return None
        if not otp:
            login_events.record(db, now, where, method, "code_asked", account["id"])
            return NotSignedIn("otp_required")
        if seconds := factors.wait(db, account, now):
            return throttle.too_many(seconds)
        if factors.take(db, self._settings, account, otp, now):
            return None
        self._count_failure(db, where, now)
        login_events.record(db, now, where, method, "bad_code", account["id"])
        return NotSignedIn("signin.bad_code")

    def open_local(self, username: str, where: Where) -> dict[str, Any]:
        """Tokens without a password, for the command line on its own store (`realty init`): who may open the file may
        do anything. Never reachable over HTTP."""
        now = self._clock.now()
        with self._transaction() as db:
            account = accounts.find(db, username)
            if account is None or not account["is_active"]:
                raise NotSignedIn("account.unknown", username=username)
            return self._tokens(account, self._open(db, account, "local", where, now), now)

    # By Telegram -----------------------------------------------------------------------------------------------------

    def telegram_token(self) -> str:
        """The bot's token; raises `Unavailable` where there is none."""
        token = self._settings.telegram_bot_token or self._keys.secret("telegram_bot_token")
        if not token:
            raise Unavailable("telegram.off")
        return token

    def login_telegram(self, data: TelegramAuth, where: Where) -> dict[str, Any]:
        """Tokens for what Telegram signed about an account that was linked before. Raises as `login` does, and
        `Unavailable` where no bot is set."""
        signed = signature(data, self.telegram_token())
        now = self._clock.now()
        if signed is not None and not telegram.is_fresh(signed, now, self._settings.telegram_max_age):
            signed = None
        with self._transaction() as db:
            self._refuse_place(db, where, now)
            outcome = self._settle_telegram(db, signed, data.otp, where, now)
        if isinstance(outcome, RealtyError):
            raise outcome
        return outcome

    def _settle_telegram(
        self, db: Connection, signed: telegram.Signed | None, otp: str | None, where: Where, now: datetime
    ) -> Outcome:
        account = accounts.find_by_telegram(db, signed.telegram_id) if signed else None
        if (
            signed is None
            or account is None
            or not account["is_active"]
            or seen(db, signed, self._settings.telegram_max_age, keep=False)
        ):
            self._count_failure(db, where, now)
            login_events.record(db, now, where, "telegram", "refused", account["id"] if account else None)
            return NotSignedIn("telegram.refused")
        refused = self._second_factor(db, account, otp, "telegram", where, now)
        if refused is not None:
            return refused
        seen(db, signed, self._settings.telegram_max_age, keep=True)
        return self._tokens(account, self._open(db, account, "telegram", where, now), now)

    # Renewing --------------------------------------------------------------------------------------------------------

    def refresh(self, refresh_token: str, where: Where) -> dict[str, Any]:
        """New tokens for a refresh token, which is used up. One that comes again ends its session."""
        now = self._clock.now()
        with self._transaction() as db:
            rotated = sessions.rotate(db, self._settings, refresh_token, where, now)
            account = accounts.load(db, rotated.account_id) if rotated.outcome == "fresh" else None
            if rotated.outcome == "reused":
                login_events.record(db, now, where, "refresh", "reused", rotated.account_id, rotated.session_id)
        if account is None:
            raise NotSignedIn("refresh.refused")
        return self._tokens(account, sessions.Opened(rotated.session_id, rotated.refresh_token), now)


def signature(data: TelegramAuth, bot_token: str) -> telegram.Signed | None:
    """What was signed, None for a wrong signature."""
    if data.init_data is not None:
        return telegram.check_init_data(data.init_data, bot_token)
    return telegram.check_widget(data.model_dump(include=data.model_fields_set - {"otp", "init_data"}), bot_token)


def seen(db: Connection, signed: telegram.Signed, max_age: int, *, keep: bool) -> bool:
    """Whether this was taken before; with `keep` it counts as taken from now on."""
    if db.one("SELECT 1 FROM telegram_seen WHERE hash = :hash", {"hash": signed.hash}):
        return True
    if keep:
        expires = datetime.fromtimestamp(signed.auth_date + max_age + 120, tz=UTC)
        db.run(
            "INSERT INTO telegram_seen (hash, expires_at) VALUES (:hash, :expires)",
            {"hash": signed.hash, "expires": stamp(expires)},
        )
    return False


def verification(db: Connection, account: Account, now: datetime) -> None:
    """Ask for the letter that verifies the account's address."""
    if account["email"]:
        place = one_time.reserve(db, one_time.EMAIL, now, account_id=account["id"], target=account["email"])
        outbox.put(
            db, now, "verify_email", recipient=account["email"], language=account["language"],
            account_id=account["id"], token_id=place, username=account["username"],
        )  # fmt: skip
