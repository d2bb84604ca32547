"""Accounts made and changed by administrators: the half that hashes a password, at the gate."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from realty_cli.auth import accounts, factors, one_time, passwords
from realty_cli.auth.account import changed_by_owner, refuse_stale
from realty_cli.auth.accounts import Account
from realty_cli.auth.doors import Doors
from realty_cli.auth.entering import verification
from realty_cli.auth.names import check_name, name_key
from realty_cli.auth.policy import Act, Role, require
from realty_cli.auth.schemas.users import AdminUserCreate, AdminUserUpdate
from realty_cli.auth.users import existing, refuse_last_admin, refuse_own_by_key, shut_out
from realty_cli.errors import Invalid
from realty_cli.kit.actor import Actor, Where
from realty_cli.kit.clock import stamp
from realty_cli.kit.lookalikes import skeleton
from realty_cli.notify import outbox
from realty_cli.store.database import Connection


class Keeping(Doors):
    def create_user(self, actor: Actor, data: AdminUserCreate, where: Where) -> dict[str, Any]:
        """UserResponse. Without a password the owner is sent a letter to set one, if there is an address."""
        require(actor, Act.USERS_WRITE)
        digest = self._digest(data.password, data.username, data.email)
        now = self._clock.now()
        with self._transaction() as db:
            self._still(db, actor)
            account = accounts.insert(
                db, now, data.username, email=data.email, full_name=data.full_name or None, phone=data.phone,
                role=Role(data.role).value, timezone=data.timezone or self._settings.timezone,
                language=data.language or self._settings.lang or "ru", password_hash=digest,
                password_changed_at=stamp(now) if digest else None,
            )  # fmt: skip
            accounts.log_creation(self._log(db, actor, where, f"users add {account['username']}"), account)
            if digest is None and account["email"]:
                place = one_time.reserve(db, one_time.RESET, now, account_id=account["id"], target=account["email"])
                outbox.put(
                    db, now, "welcome", recipient=account["email"], language=account["language"],
                    account_id=account["id"], token_id=place, username=account["username"],
                )  # fmt: skip
            elif account["email"]:
                verification(db, account, now)
        return accounts.shown(account)

    def update_user(
        self, actor: Actor, number: int, data: AdminUserUpdate, where: Where, *, expected_version: int | None = None
    ) -> dict[str, Any]:
        """UserResponse. Who is disabled or given another password is signed out at once."""
        require(actor, Act.USERS_WRITE)
        with self._transaction(write=False) as db:
            before = existing(db, number)
        refuse_own_by_key(actor, before)
        digest = self._digest(data.password, data.username or before["username"], data.email or before["email"])
        now = self._clock.now()
        with self._transaction() as db:
            self._still(db, actor)
            before = existing(db, number)
            refuse_stale(before, expected_version)
            changes = self._changes(db, before, data, digest, now)
            log = self._log(db, actor, where, f"users edit {before['username']}")
            after = changed_by_owner(db, log, before, changes, self._clock)
            if after["timezone"] != before["timezone"]:
                self._moved(db, log, number)
            if digest is not None or (before["is_active"] and not after["is_active"]):
                shut_out(db, number, "disabled" if digest is None else "password", now)
            if data.two_factor_enabled is False:
                factors.forget_recovery_codes(db, number)
        return accounts.shown(after)

    def _still(self, db: Connection, actor: Actor) -> None:
        """What took a while to hash is done only for who may still do it."""
        if self._own(db, actor)["role"] != Role.ADMIN:
            require(Actor(actor.id, actor.username, scopes=actor.scopes, via=actor.via), Act.USERS_WRITE)

    def _digest(self, password: str | None, username: str, email: str | None) -> str | None:
        if password is None:
            return None
        settings = self._settings
        passwords.check(
            password, least=settings.password_min, username=username, email=email or "",
            blocklist=settings.password_blocklist,
        )  # fmt: skip
        return passwords.hashed(password, settings.password_cost)

    def _changes(
        self, db: Connection, before: Account, data: AdminUserUpdate, digest: str | None, now: datetime
    ) -> dict[str, Any]:
        sent = {name: getattr(data, name) for name in data.model_fields_set - {"password", "two_factor_enabled"}}
        for name in ("username", "role", "is_active"):
            if name in sent and sent[name] is None:
                raise Invalid.one(name, "field.required")
        changes: dict[str, Any] = {name: None if value == "" else value for name, value in sent.items()}
        if "username" in changes:
            name = check_name(changes["username"])
            accounts.refuse_taken(db, username=name, but=before["id"])
            changes |= {"username": name, "name_key": name_key(name), "look_key": skeleton(name)}
        if changes.get("role", before["role"]) != before["role"] or changes.get("is_active") is False:
            refuse_last_admin(db, before)
        if digest is not None:
            changes |= {"password_hash": digest, "password_changed_at": stamp(now)}
        if data.two_factor_enabled is False:
            changes |= factors.off()
        return changes
