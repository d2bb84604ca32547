"""Accounts that sign in: sessions, keys, second factors, letters; answers kept for repeated requests; deep pages."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from realty_cli.kit.lookalikes import skeleton
from realty_cli.store import columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ACCOUNT: tuple[sa.Column[Any], ...] = (
    sa.Column("look_key", columns.Plain, nullable=True),
    sa.Column("email_key", columns.Plain, nullable=True),
    sa.Column("email_verified_at", columns.Moment, nullable=True),
    sa.Column("trusted_email", columns.Plain, nullable=True),
    sa.Column("trusted_email_key", columns.Plain, nullable=True),
    sa.Column("phone", columns.Plain, nullable=True),
    sa.Column("phone_verified_at", columns.Moment, nullable=True),
    sa.Column("telegram_id", columns.Key, nullable=True),
    sa.Column("totp_secret", columns.Plain, nullable=True),
    sa.Column("totp_enabled_at", columns.Moment, nullable=True),
    sa.Column("totp_counter", columns.Key, nullable=True),
    sa.Column("session_days", sa.Integer(), nullable=True),
    sa.Column("login_letters", sa.Boolean(), nullable=False, server_default=sa.false()),
    sa.Column("password_changed_at", columns.Moment, nullable=True),
    sa.Column("last_login_at", columns.Moment, nullable=True),
    sa.Column("deleted_at", columns.Moment, nullable=True),
    sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
    sa.Column("updated_at", columns.Moment, nullable=True),
)


def upgrade() -> None:
    live = sa.text("deleted_at IS NULL")
    op.create_index(
        "ix_properties_deal", "properties", ["deal_type", "id"], unique=False, sqlite_where=live, postgresql_where=live
    )
    for column in _ACCOUNT:
        op.add_column("accounts", column)
    bind = op.get_bind()
    bind.execute(sa.text("UPDATE accounts SET updated_at = created_at"))
    for number, key in bind.execute(sa.text("SELECT id, name_key FROM accounts")).fetchall():
        bind.execute(
            sa.text("UPDATE accounts SET look_key = :look WHERE id = :id"), {"look": skeleton(key), "id": number}
        )
    op.create_index("ix_accounts_look", "accounts", ["look_key"], unique=False)
    _unique("ix_accounts_email", "accounts", "email_key")
    _unique("ix_accounts_telegram", "accounts", "telegram_id")
    op.create_index("ix_accounts_trusted_email", "accounts", ["trusted_email_key"], unique=False)
    _sessions()
    _api_keys()
    _secrets_once()
    _watching()
    _letters()
    op.create_table(
        "idempotency",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("owner_id", columns.Key, nullable=False),
        sa.Column("key", columns.Plain, nullable=False),
        sa.Column("request", columns.Plain, nullable=False),
        sa.Column("body_hash", columns.Plain, nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", columns.Json, nullable=True),
        sa.Column("body", columns.Plain, nullable=True),
        sa.Column("created_at", columns.Moment, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("owner_id", "key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_idempotency_created", "idempotency", ["created_at"], unique=False)


def _unique(name: str, table: str, column: str) -> None:
    given = sa.text(f"{column} IS NOT NULL")
    op.create_index(name, table, [column], unique=True, sqlite_where=given, postgresql_where=given)


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("account_id", columns.Key, nullable=False),
        sa.Column("method", columns.Plain, nullable=False),
        sa.Column("address", columns.Plain, nullable=False),
        sa.Column("agent", columns.Plain, nullable=False),
        sa.Column("created_at", columns.Moment, nullable=False),
        sa.Column("last_used_at", columns.Moment, nullable=False),
        sa.Column("expires_at", columns.Moment, nullable=False),
        sa.Column("ended_at", columns.Moment, nullable=True),
        sa.Column("end_reason", columns.Plain, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sessions_account", "sessions", ["account_id", "id"], unique=False)
    op.create_table(
        "refresh_tokens",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("session_id", columns.Key, nullable=False),
        sa.Column("token_hash", columns.Plain, nullable=False),
        sa.Column("created_at", columns.Moment, nullable=False),
        sa.Column("expires_at", columns.Moment, nullable=False),
        sa.Column("used_at", columns.Moment, nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_refresh_tokens_session", "refresh_tokens", ["session_id"], unique=False)


def _api_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("account_id", columns.Key, nullable=False),
        sa.Column("name", columns.Plain, nullable=False),
        sa.Column("prefix", columns.Plain, nullable=False),
        sa.Column("last4", columns.Plain, nullable=False),
        sa.Column("key_hash", columns.Plain, nullable=False),
        sa.Column("scopes", columns.Plain, nullable=False),
        sa.Column("created_at", columns.Moment, nullable=False),
        sa.Column("expires_at", columns.Moment, nullable=True),
        sa.Column("last_used_at", columns.Moment, nullable=True),
        sa.Column("revoked_at", columns.Moment, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_api_keys_account", "api_keys", ["account_id", "id"], unique=False)


def _secrets_once() -> None:
    op.create_table(
        "one_time_tokens",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("purpose", columns.Plain, nullable=False),
        sa.Column("account_id", columns.Key, nullable=True),
        sa.Column("token_hash", columns.Plain, nullable=False),
        sa.Column("target", columns.Plain, nullable=True),
        sa.Column("role", columns.Plain, nullable=True),
        sa.Column("created_by", columns.Key, nullable=True),
        sa.Column("created_at", columns.Moment, nullable=False),
        sa.Column("expires_at", columns.Moment, nullable=False),
        sa.Column("used_at", columns.Moment, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        sa.ForeignKeyConstraint(["created_by"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_one_time_tokens_account", "one_time_tokens", ["account_id", "purpose"], unique=False)
    op.create_table(
        "recovery_codes",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("account_id", columns.Key, nullable=False),
        sa.Column("code_hash", columns.Plain, nullable=False),
        sa.Column("used_at", columns.Moment, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_id", "code_hash"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "telegram_seen",
        sa.Column("hash", columns.Plain, nullable=False),
        sa.Column("expires_at", columns.Moment, nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )


def _watching() -> None:
    op.create_table(
        "login_events",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("account_id", columns.Key, nullable=True),
        sa.Column("session_id", columns.Key, nullable=True),
        sa.Column("at", columns.Moment, nullable=False),
        sa.Column("method", columns.Plain, nullable=False),
        sa.Column("result", columns.Plain, nullable=False),
        sa.Column("address", columns.Plain, nullable=False),
        sa.Column("agent", columns.Plain, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_login_events_account", "login_events", ["account_id", "id"], unique=False)
    op.create_index("ix_login_events_at", "login_events", ["at"], unique=False)
    op.create_table(
        "throttles",
        sa.Column("kind", columns.Plain, nullable=False),
        sa.Column("subject", columns.Plain, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("since", columns.Moment, nullable=False),
        sa.Column("blocked_until", columns.Moment, nullable=True),
        sa.Column("updated_at", columns.Moment, nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject"),
    )
    op.create_index("ix_throttles_updated", "throttles", ["updated_at"], unique=False)


def _letters() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", columns.Key, autoincrement=True, nullable=False),
        sa.Column("account_id", columns.Key, nullable=True),
        sa.Column("channel", columns.Plain, nullable=False),
        sa.Column("recipient", columns.Plain, nullable=False),
        sa.Column("language", columns.Plain, nullable=False),
        sa.Column("template", columns.Plain, nullable=False),
        sa.Column("params", columns.Json, nullable=False),
        sa.Column("created_at", columns.Moment, nullable=False),
        sa.Column("next_at", columns.Moment, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", columns.Moment, nullable=True),
        sa.Column("dead_at", columns.Moment, nullable=True),
        sa.Column("last_error", columns.Plain, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    waiting = sa.text("next_at IS NOT NULL")
    op.create_index(
        "ix_outbox_waiting", "outbox", ["next_at"], unique=False, sqlite_where=waiting, postgresql_where=waiting
    )


def downgrade() -> None:
    raise NotImplementedError("realty goes back by restoring the backup that precedes every migration")
