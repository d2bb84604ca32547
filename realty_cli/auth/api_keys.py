"""Keys for programs: made, listed and revoked by the account's owner, who signed in. The store has their hashes."""

from __future__ import annotations

from typing import Any

from realty_cli.auth import login_events, tokens
from realty_cli.auth.paging import PageQuery, listed
from realty_cli.auth.policy import Act, require
from realty_cli.auth.schemas.security import ApiKeyCreate
from realty_cli.errors import Conflict, Invalid, NotFound
from realty_cli.kit.actor import Actor, Where
from realty_cli.kit.clock import Clock, stamp
from realty_cli.kit.schema import MAX_ID
from realty_cli.store.database import Connection

MOST = 100
_COLUMNS = ("id", "name", "prefix", "last4", "scopes", "created_at", "expires_at", "last_used_at")
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM api_keys WHERE account_id = :me AND revoked_at IS NULL"
_SHOWN = len(tokens.KEY_PREFIX) + 6


class ApiKeyService:
    def __init__(self, db: Connection, actor: Actor, clock: Clock) -> None:
        self.db = db
        self.actor = actor
        self.clock = clock

    def create(self, data: ApiKeyCreate, where: Where) -> dict[str, Any]:
        """ApiKeyFullResponse: the only answer that holds the whole key."""
        require(self.actor, Act.ACCOUNT_GUARD)
        now = self.clock.now()
        if data.expires_at is not None and data.expires_at <= stamp(now):
            raise Invalid.one("expires_at", "key.past")
        scopes = sorted(set(data.scopes))
        if "admin" in scopes and not self.actor.sees_all:
            raise Invalid.one("scopes", "key.not_admin")
        held = self.db.value(
            "SELECT count(*) FROM api_keys WHERE account_id = :me AND revoked_at IS NULL", {"me": self.actor.id}
        )
        if held >= MOST:
            raise Conflict("key.too_many", most=MOST)
        key = tokens.opaque(tokens.KEY_PREFIX)
        number = self.db.value(
            "INSERT INTO api_keys (account_id, name, prefix, last4, key_hash, scopes, created_at, expires_at)"
            " VALUES (:me, :name, :prefix, :last4, :hash, :scopes, :now, :expires) RETURNING id",
            {
                "me": self.actor.id,
                "name": data.name,
                "prefix": key[:_SHOWN],
                "last4": key[-4:],
                "hash": tokens.digest(key),
                "scopes": " ".join(scopes),
                "now": stamp(now),
                "expires": data.expires_at,
            },
        )
        login_events.record(self.db, now, where, "key_created", "ok", self.actor.id, self.actor.session_id)
        return {**self.get(number), "key": key}

    def page(self, wanted: PageQuery) -> dict[str, Any]:
        """A page of ApiKeyResponse, those that have expired included."""
        require(self.actor, Act.ACCOUNT_GUARD)
        rows = self.db.all(f"{_SELECT} ORDER BY id", {"me": self.actor.id})
        return listed([_shown(row) for row in rows], wanted)

    def get(self, number: int) -> dict[str, Any]:
        require(self.actor, Act.ACCOUNT_GUARD)
        row = self.db.one(f"{_SELECT} AND id = :id", {"me": self.actor.id, "id": min(number, MAX_ID)})
        if row is None:
            raise NotFound("key.not_found", id=number)
        return _shown(row)

    def revoke(self, number: int, where: Where) -> None:
        """The key opens nothing from now on."""
        self.get(number)
        now = self.clock.now()
        self.db.run("UPDATE api_keys SET revoked_at = :now WHERE id = :id", {"now": stamp(now), "id": number})
        login_events.record(self.db, now, where, "key_revoked", "ok", self.actor.id, self.actor.session_id)


def _shown(row: tuple[Any, ...]) -> dict[str, Any]:
    shown = dict(zip(_COLUMNS, row, strict=True))
    shown["scopes"] = shown["scopes"].split()
    return shown
