"""What the parts of the gate share: short transactions of their own, and what a sign-in ends with."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, Protocol

from realty_cli.auth import accounts, login_events, sessions, throttle, tokens
from realty_cli.auth.accounts import Account
from realty_cli.auth.signing import KeyRing
from realty_cli.errors import NotSignedIn
from realty_cli.kit.actor import Actor, Where
from realty_cli.kit.clock import Clock, stamp
from realty_cli.notify import outbox
from realty_cli.settings import Settings
from realty_cli.store.changelog import ChangeLog, Origin
from realty_cli.store.database import Connection

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
#: Kinds of throttles: failures of an address, of a name, of a password asked for again, of a phone's code;
#: registrations, resets asked for by an address, letters asked for.
ADDRESS, LOGIN, PROOF, PHONE = "address", "login", "proof", "phone"
REGISTER, RESET, LETTERS = "register", "reset", "letters"


class Transaction(Protocol):
    """A short transaction, committed when its block ends well."""

    def __call__(self, *, write: bool = False) -> AbstractContextManager[Connection]: ...


class Doors:
    """Hashing a password takes a quarter of a second and must never happen while a transaction is open, so these open
    their own short ones around it. What is counted or remembered of a refused try is committed before the error is
    raised: hence the methods that give an error instead of raising it."""

    def __init__(
        self, transaction: Transaction, clock: Clock, settings: Settings, keys: KeyRing,
        moved: Callable[[Connection, ChangeLog, int], None] = lambda db, log, owner: None,
    ) -> None:  # fmt: skip
        """`moved`: what a slice above does when the days of an account are those of another zone."""
        self._open_transaction = transaction
        self._clock = clock
        self._settings = settings
        self._keys = keys
        self._moved = moved

    def _transaction(self, *, write: bool = True) -> AbstractContextManager[Connection]:
        return self._open_transaction(write=write)

    def _log(self, db: Connection, actor: Actor, where: Where, act: str) -> ChangeLog:
        return ChangeLog(db, actor, self._clock, Origin(where.source, act))

    def _own(self, db: Connection, actor: Actor) -> Account:
        """The account of somebody who is signed in, as it is now."""
        account = accounts.load(db, actor.id)
        if account is None or not account["is_active"]:
            raise NotSignedIn("session.ended")
        return account

    # Trying ----------------------------------------------------------------------------------------------------------

    def _refuse_place(self, db: Connection, where: Where, now: datetime) -> None:
        if where.address:
            throttle.refuse_if_waiting(db, ADDRESS, throttle.network(where.address), now)

    def _count_failure(self, db: Connection, where: Where, now: datetime) -> None:
        if where.address:
            limit = self._settings.failures_per_address
            throttle.count(db, ADDRESS, throttle.network(where.address), now, limit, MINUTE)

    # Coming in -------------------------------------------------------------------------------------------------------

    def _open(self, db: Connection, account: Account, method: str, where: Where, now: datetime) -> sessions.Opened:
        """A session for somebody who has proved who it is, with its row in the history."""
        wants_letter = account["login_letters"] and account["email"]
        if wants_letter and not login_events.is_known_place(db, account["id"], where, now):
            outbox.put(
                db, now, "new_place", recipient=account["email"], language=account["language"],
                account_id=account["id"], username=account["username"], address=where.address,
                agent=sessions.shortened(where.agent),
            )  # fmt: skip
        opened = sessions.open_session(db, self._settings, account["id"], account["session_days"], method, where, now)
        login_events.record(db, now, where, method, "ok", account["id"], opened.session_id)
        account["last_login_at"] = stamp(now)
        accounts.write(db, account["id"], {"last_login_at": account["last_login_at"]})
        return opened

    def _tokens(self, account: Account, opened: sessions.Opened, now: datetime) -> dict[str, Any]:
        """What a sign-in answers with (TokenResponse)."""
        key = self._keys.current()
        minutes = self._settings.access_minutes
        return {
            "access_token": tokens.mint(key.kid, key.secret, account["id"], opened.session_id, now, minutes),
            "refresh_token": opened.refresh_token,
            "token_type": "bearer",
            "expires_in": 60 * minutes,
            "user": accounts.shown(account),
        }
