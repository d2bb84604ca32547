"""Accounts, and what stands around them: sessions, keys, second factors, letters, and answers kept for repeats."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from realty_cli.store.columns import Json, Key, Moment, Plain


def _number() -> Column[int]:
    return Column(Key, primary_key=True, autoincrement=True)


def _account(*, nullable: bool = False) -> Column[int]:
    return Column(Key, ForeignKey("accounts.id"), nullable=nullable)


def _plain(*, nullable: bool = False) -> Column[str]:
    return Column(Plain, nullable=nullable)


def _moment(*, nullable: bool = False) -> Column[str]:
    return Column(Moment, nullable=nullable)


def _given(name: str, column: str, *, unique: bool = False) -> Index:
    """An index over the rows that have a value there."""
    condition = text(f"{column} IS NOT NULL")
    return Index(name, column, unique=unique, sqlite_where=condition, postgresql_where=condition)


_AUTOINCREMENT = {"sqlite_autoincrement": True}


class AccountRow(SQLModel, table=True):
    """Somebody who works with the store.

    `name_key` is the case-folded name, so that Anna and anna are one; `look_key` what it looks like
    (`kit.lookalikes`). `trusted_email` is the last address that was verified: letters that give access go there.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        Index("ix_accounts_look", "look_key"),
        _given("ix_accounts_email", "email_key", unique=True),
        _given("ix_accounts_telegram", "telegram_id", unique=True),
        Index("ix_accounts_trusted_email", "trusted_email_key"),
        _AUTOINCREMENT,
    )

    id: int | None = Field(default=None, sa_column=_number())
    username: str = Field(sa_column=_plain())
    name_key: str = Field(sa_column=Column(Plain, nullable=False, unique=True))
    full_name: str | None = Field(default=None, sa_column=_plain(nullable=True))
    email: str | None = Field(default=None, sa_column=_plain(nullable=True))
    role: str = Field(sa_column=_plain())
    timezone: str = Field(sa_column=_plain())
    language: str = Field(sa_column=_plain())
    password_hash: str | None = Field(default=None, sa_column=_plain(nullable=True))
    is_active: bool = Field(default=True, sa_column=Column(Boolean, nullable=False))
    created_at: str = Field(sa_column=_moment())
    look_key: str | None = Field(default=None, sa_column=_plain(nullable=True))
    email_key: str | None = Field(default=None, sa_column=_plain(nullable=True))
    email_verified_at: str | None = Field(default=None, sa_column=_moment(nullable=True))
    trusted_email: str | None = Field(default=None, sa_column=_plain(nullable=True))
    trusted_email_key: str | None = Field(default=None, sa_column=_plain(nullable=True))
    phone: str | None = Field(default=None, sa_column=_plain(nullable=True))
    phone_verified_at: str | None = Field(default=None, sa_column=_moment(nullable=True))
    telegram_id: int | None = Field(default=None, sa_column=Column(Key))
    totp_secret: str | None = Field(default=None, sa_column=_plain(nullable=True))
    totp_enabled_at: str | None = Field(default=None, sa_column=_moment(nullable=True))
    totp_counter: int | None = Field(default=None, sa_column=Column(Key))
    session_days: int | None = Field(default=None, sa_column=Column(Integer))
    login_letters: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))
    password_changed_at: str | None = Field(default=None, sa_column=_moment(nullable=True))
    last_login_at: str | None = Field(default=None, sa_column=_moment(nullable=True))
    deleted_at: str | None = Field(default=None, sa_column=_moment(nullable=True))
    version: int = Field(default=1, sa_column=Column(Integer, nullable=False, server_default="1"))
    updated_at: str | None = Field(default=None, sa_column=_moment(nullable=True))


class SessionRow(SQLModel, table=True):
    """One sign-in, until it ends. Access tokens name it, and it is read at each request."""

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_account", "account_id", "id"), _AUTOINCREMENT)

    id: int | None = Field(default=None, sa_column=_number())
    account_id: int = Field(sa_column=_account())
    method: str = Field(sa_column=_plain())
    address: str = Field(sa_column=_plain())
    agent: str = Field(sa_column=_plain())
    created_at: str = Field(sa_column=_moment())
    last_used_at: str = Field(sa_column=_moment())
    expires_at: str = Field(sa_column=_moment())
    ended_at: str | None = Field(default=None, sa_column=_moment(nullable=True))
    end_reason: str | None = Field(default=None, sa_column=_plain(nullable=True))


class RefreshTokenRow(SQLModel, table=True):
    """The refresh tokens that a session had; all but the newest are used, and using one of those again ends it."""

    __tablename__ = "refresh_tokens"
    __table_args__ = (Index("ix_refresh_tokens_session", "session_id"), _AUTOINCREMENT)

    id: int | None = Field(default=None, sa_column=_number())
    session_id: int = Field(sa_column=Column(Key, ForeignKey("sessions.id"), nullable=False))
    token_hash: str = Field(sa_column=Column(Plain, nullable=False, unique=True))
    created_at: str = Field(sa_column=_moment())
    expires_at: str = Field(sa_column=_moment())
    used_at: str | None = Field(default=None, sa_column=_moment(nullable=True))


class ApiKeyRow(SQLModel, table=True):
    """A key for a program. `prefix` and `last4` are what its owner recognises it by; `scopes` are words with blanks."""

    __tablename__ = "api_keys"
    __table_args__ = (Index("ix_api_keys_account", "account_id", "id"), _AUTOINCREMENT)

    id: int | None = Field(default=None, sa_column=_number())
    account_id: int = Field(sa_column=_account())
    name: str = Field(sa_column=_plain())
    prefix: str = Field(sa_column=_plain())
    last4: str = Field(sa_column=_plain())
    key_hash: str = Field(sa_column=Column(Plain, nullable=False, unique=True))
    scopes: str = Field(sa_column=_plain())
    created_at: str = Field(sa_column=_moment())
    expires_at: str | None = Field(default=None, sa_column=_moment(nullable=True))
    last_used_at: str | None = Field(default=None, sa_column=_moment(nullable=True))
    revoked_at: str | None = Field(default=None, sa_column=_moment(nullable=True))


class OneTimeTokenRow(SQLModel, table=True):
    """What a letter, a message or an invitation lets somebody do once. `target` is the address that it was sent to."""

    __tablename__ = "one_time_tokens"
    __table_args__ = (Index("ix_one_time_tokens_account", "account_id", "purpose"), _AUTOINCREMENT)

    id: int | None = Field(default=None, sa_column=_number())
    purpose: str = Field(sa_column=_plain())
    account_id: int | None = Field(default=None, sa_column=_account(nullable=True))
    token_hash: str = Field(sa_column=Column(Plain, nullable=False, unique=True))
    target: str | None = Field(default=None, sa_column=_plain(nullable=True))
    role: str | None = Field(default=None, sa_column=_plain(nullable=True))
    created_by: int | None = Field(default=None, sa_column=_account(nullable=True))
    created_at: str = Field(sa_column=_moment())
    expires_at: str = Field(sa_column=_moment())
    used_at: str | None = Field(default=None, sa_column=_moment(nullable=True))


class RecoveryCodeRow(SQLModel, table=True):
    """One of the codes that stand in for a lost second factor."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("account_id", "code_hash"), _AUTOINCREMENT)

    id: int | None = Field(default=None, sa_column=_number())
    account_id: int = Field(sa_column=_account())
    code_hash: str = Field(sa_column=_plain())
    used_at: str | None = Field(default=None, sa_column=_moment(nullable=True))


class TelegramSeenRow(SQLModel, table=True):
    """A sign-in by Telegram that was taken, kept until it is too old to be taken again."""

    __tablename__ = "telegram_seen"

    hash: str = Field(sa_column=Column(Plain, primary_key=True))
    expires_at: str = Field(sa_column=_moment())


class LoginEventRow(SQLModel, table=True):
    """One try to sign in, or one act on the account's security. `account_id` is empty for a name that nobody has."""

    __tablename__ = "login_events"
    __table_args__ = (
        Index("ix_login_events_account", "account_id", "id"),
        Index("ix_login_events_at", "at"),
        _AUTOINCREMENT,
    )

    id: int | None = Field(default=None, sa_column=_number())
    account_id: int | None = Field(default=None, sa_column=_account(nullable=True))
    session_id: int | None = Field(default=None, sa_column=Column(Key))
    at: str = Field(sa_column=_moment())
    method: str = Field(sa_column=_plain())
    result: str = Field(sa_column=_plain())
    address: str = Field(sa_column=_plain())
    agent: str = Field(sa_column=_plain())


class ThrottleRow(SQLModel, table=True):
    """How often something was tried: `kind` is what, `subject` who or where, hashed if it was typed by a stranger."""

    __tablename__ = "throttles"
    __table_args__ = (Index("ix_throttles_updated", "updated_at"),)

    kind: str = Field(sa_column=Column(Plain, primary_key=True))
    subject: str = Field(sa_column=Column(Plain, primary_key=True))
    count: int = Field(sa_column=Column(Integer, nullable=False))
    since: str = Field(sa_column=_moment())
    blocked_until: str | None = Field(default=None, sa_column=_moment(nullable=True))
    updated_at: str = Field(sa_column=_moment())


class OutboxRow(SQLModel, table=True):
    """A letter or message to be sent (`notify.outbox`). `next_at` is empty once it is sent or given up."""

    __tablename__ = "outbox"
    __table_args__ = (_given("ix_outbox_waiting", "next_at"), _AUTOINCREMENT)

    id: int | None = Field(default=None, sa_column=_number())
    account_id: int | None = Field(default=None, sa_column=_account(nullable=True))
    channel: str = Field(sa_column=_plain())
    recipient: str = Field(sa_column=_plain())
    language: str = Field(sa_column=_plain())
    template: str = Field(sa_column=_plain())
    params: str = Field(sa_column=Column(Json, nullable=False))
    created_at: str = Field(sa_column=_moment())
    next_at: str | None = Field(default=None, sa_column=_moment(nullable=True))
    attempts: int = Field(sa_column=Column(Integer, nullable=False))
    sent_at: str | None = Field(default=None, sa_column=_moment(nullable=True))
    dead_at: str | None = Field(default=None, sa_column=_moment(nullable=True))
    last_error: str | None = Field(default=None, sa_column=_plain(nullable=True))


class IdempotencyRow(SQLModel, table=True):
    """The answer that a request with an Idempotency-Key got, to be given again. `headers` is a JSON object."""

    __tablename__ = "idempotency"
    __table_args__ = (
        UniqueConstraint("owner_id", "key"),
        Index("ix_idempotency_created", "created_at"),
        _AUTOINCREMENT,
    )

    id: int | None = Field(default=None, sa_column=_number())
    owner_id: int = Field(sa_column=_account())
    key: str = Field(sa_column=_plain())
    request: str = Field(sa_column=_plain())
    body_hash: str = Field(sa_column=_plain())
    status: int = Field(sa_column=Column(Integer, nullable=False))
    headers: str | None = Field(default=None, sa_column=Column(Json))
    body: str | None = Field(default=None, sa_column=_plain(nullable=True))
    created_at: str = Field(sa_column=_moment())
