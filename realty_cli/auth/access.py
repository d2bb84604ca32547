"""Who a credential belongs to. Asked at every request: the store's row of the session and its account, or of the key,
is read each time, so that logging out, disabling and a change of role hold at once."""

from __future__ import annotations

import hmac
from collections import OrderedDict
from datetime import datetime
from typing import Any, Literal

from realty_cli.auth import tokens
from realty_cli.auth.policy import Role, implied
from realty_cli.auth.signing import KeyRing
from realty_cli.errors import NotSignedIn
from realty_cli.kit.actor import ALL_SCOPES, Actor
from realty_cli.kit.clock import Clock, stamp
from realty_cli.store.database import Connection

_REMEMBERED = 10_000
#: A last use is kept to the minute: so many characters of a stored moment.
_MINUTE = len("2024-01-15T10:00")
_ACCOUNT = "a.id, a.username, a.role, a.timezone, a.language, a.is_active"
_BY_SESSION = (
    f"SELECT {_ACCOUNT}, s.id, s.last_used_at, s.expires_at, s.ended_at"
    " FROM sessions s JOIN accounts a ON a.id = s.account_id WHERE s.id = :session"
)
_BY_KEY = (
    f"SELECT {_ACCOUNT}, k.id, k.last_used_at, k.expires_at, k.revoked_at, k.key_hash, k.scopes"
    " FROM api_keys k JOIN accounts a ON a.id = k.account_id WHERE k.key_hash = :hash"
)
_BY_REFRESH = (
    f"SELECT {_ACCOUNT}, s.id, s.last_used_at, s.expires_at, s.ended_at, r.expires_at, r.used_at"
    " FROM refresh_tokens r JOIN sessions s ON s.id = r.session_id JOIN accounts a ON a.id = s.account_id"
    " WHERE r.token_hash = :hash"
)


class Access:
    """Shared by the threads of a server: what it remembers is only what cannot change."""

    def __init__(self, keys: KeyRing, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock
        self._verified: OrderedDict[str, tokens.Verified] = OrderedDict()
        self._generation = -1
        self._touched: dict[tuple[str, int], str] = {}

    def identify(self, db: Connection, credential: str, *, header: Literal["bearer", "key"]) -> Actor:
        """The account that a credential stands for; `header` says whether it came as a Bearer or as an X-API-Key.

        Raises NotSignedIn: `token.invalid`, `token.expired`, `session.ended`, `key.invalid`.
        """
        if header == "key" or credential.startswith(tokens.KEY_PREFIX):
            return self._by_key(db, credential)
        now = self._clock.now()
        verified = self._verify(credential, now)
        row = db.one(_BY_SESSION, {"session": verified.session_id})
        if row is None or row[0] != verified.account_id:
            raise NotSignedIn("session.ended")
        return self._by_session(row, "session", stamp(now))

    def identify_local(self, db: Connection, refresh_token: str) -> Actor:
        """The account of this machine's own command, by the refresh token that it keeps; the token is not used up."""
        row = db.one(_BY_REFRESH, {"hash": tokens.digest(refresh_token)})
        now = stamp(self._clock.now())
        if row is None or row[11] is not None or row[10] <= now:
            raise NotSignedIn("session.ended")
        return self._by_session(row, "local", now)

    def _by_session(self, row: tuple[Any, ...], via: str, now: str) -> Actor:
        number, name, role, timezone, language, active, session, used, expires, ended = row[:10]
        if not active or ended is not None or expires <= now:
            raise NotSignedIn("session.ended")
        self._touch("sessions", session, used, now)
        return Actor(number, name, role == Role.ADMIN, timezone, language, ALL_SCOPES, session, via)

    def _by_key(self, db: Connection, key: str) -> Actor:
        digest = tokens.digest(key)
        row = db.one(_BY_KEY, {"hash": digest})
        if row is None or not hmac.compare_digest(row[10], digest):
            raise NotSignedIn("key.invalid")
        number, name, role, timezone, language, active, key_id, used, expires, revoked, _, scopes = row
        now = stamp(self._clock.now())
        if not active or revoked is not None or (expires is not None and expires <= now):
            raise NotSignedIn("key.invalid")
        granted = implied(frozenset(scopes.split()))
        self._touch("api_keys", key_id, used, now)
        return Actor(number, name, role == Role.ADMIN and "admin" in granted, timezone, language, granted, None, "key")

    def _verify(self, token: str, now: datetime) -> tokens.Verified:
        self._keys.refresh()
        if self._generation != self._keys.generation:
            self._generation = self._keys.generation
            self._verified.clear()
        found = self._verified.get(token)
        if found is None:
            found = tokens.verify(token, self._keys.secret_of, now)
            self._verified[token] = found
            while len(self._verified) > _REMEMBERED:
                self._forget_oldest()
        elif found.expires <= now.timestamp():
            self._verified.pop(token, None)
            raise NotSignedIn("token.expired")
        return found

    def _forget_oldest(self) -> None:
        try:
            self._verified.popitem(last=False)
        except KeyError:  # another thread was first
            pass

    # When something was last used -------------------------------------------------------------------------------------

    def _touch(self, table: str, number: int, used: str | None, now: str) -> None:
        if used is None or used[:_MINUTE] < now[:_MINUTE]:
            self._touched[table, number] = now

    @property
    def has_touches(self) -> bool:
        return bool(self._touched)

    def write_touches(self, db: Connection) -> None:
        """Keep when sessions and keys were last used, in the caller's write transaction. Called now and then."""
        touched, self._touched = self._touched, {}
        for (table, number), at in touched.items():
            db.run(
                f"UPDATE {table} SET last_used_at = :at WHERE id = :id"
                " AND (last_used_at IS NULL OR last_used_at < :at)",
                {"at": at, "id": number},
            )
