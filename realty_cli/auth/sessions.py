"""Sessions and their refresh tokens, as statements in the caller's transaction.

A refresh token works once and is replaced. One that comes a second time was stolen, or its thief was first: the session
ends for both.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from realty_cli.auth import tokens
from realty_cli.kit.actor import Where
from realty_cli.kit.clock import stamp
from realty_cli.settings import Settings
from realty_cli.store.database import Connection

_LONGEST_AGENT = 200
_LIVE = "ended_at IS NULL AND expires_at > :now"
_COLUMNS = ("id", "method", "address", "agent", "created_at", "last_used_at", "expires_at")


class Opened(NamedTuple):
    session_id: int
    refresh_token: str


class Rotated(NamedTuple):
    """What became of a refresh token: `fresh` with its successor, `reused` (the session was ended) or `unknown`."""

    outcome: Literal["fresh", "reused", "unknown"]
    account_id: int = 0
    session_id: int = 0
    refresh_token: str = ""


def shortened(agent: str) -> str:
    """What a client calls itself, fit for a row and a log line."""
    return "".join(letter if letter.isprintable() else "?" for letter in agent[:_LONGEST_AGENT])


def open_session(
    db: Connection, settings: Settings, account_id: int, days: int | None, method: str, where: Where, now: datetime
) -> Opened:
    """A new session with its first refresh token; `days` is what the owner chose for its own sessions."""
    end = now + timedelta(days=min(days or settings.session_days, settings.session_days))
    session = db.value(
        "INSERT INTO sessions (account_id, method, address, agent, created_at, last_used_at, expires_at)"
        " VALUES (:account, :method, :address, :agent, :now, :now, :end) RETURNING id",
        {
            "account": account_id,
            "method": method,
            "address": where.address[:64],
            "agent": shortened(where.agent),
            "now": stamp(now),
            "end": stamp(end),
        },
    )
    return Opened(session, _issue(db, settings, session, stamp(end), now))


def _issue(db: Connection, settings: Settings, session: int, end: str, now: datetime) -> str:
    token = tokens.opaque(tokens.REFRESH_PREFIX)
    db.run(
        "INSERT INTO refresh_tokens (session_id, token_hash, created_at, expires_at)"
        " VALUES (:session, :hash, :now, :expires)",
        {
            "session": session,
            "hash": tokens.digest(token),
            "now": stamp(now),
            "expires": min(end, stamp(now + timedelta(days=settings.refresh_days))),
        },
    )
    return token


def rotate(db: Connection, settings: Settings, token: str, where: Where, now: datetime) -> Rotated:
    """Use a refresh token up and give its successor."""
    row = db.one(
        "SELECT r.id, r.used_at, r.expires_at, s.id, s.account_id, s.ended_at, s.expires_at, a.is_active"
        " FROM refresh_tokens r JOIN sessions s ON s.id = r.session_id JOIN accounts a ON a.id = s.account_id"
        " WHERE r.token_hash = :hash",
        {"hash": tokens.digest(token)},
    )
    if row is None:
        return Rotated("unknown")
    number, used, expires, session, account, ended, end, active = row
    at = stamp(now)
    if ended is not None or not active or end <= at:
        return Rotated("unknown", account, session)
    if used is not None:
        end_session(db, session, "reused", now)
        return Rotated("reused", account, session)
    if expires <= at:
        return Rotated("unknown", account, session)
    db.run("UPDATE refresh_tokens SET used_at = :now WHERE id = :id", {"now": at, "id": number})
    db.run(
        "UPDATE sessions SET last_used_at = :now, address = :address, agent = :agent WHERE id = :id",
        {"now": at, "address": where.address[:64], "agent": shortened(where.agent), "id": session},
    )
    return Rotated("fresh", account, session, _issue(db, settings, session, end, now))


def end_session(db: Connection, session: int, reason: str, now: datetime) -> None:
    db.run(
        "UPDATE sessions SET ended_at = :now, end_reason = :reason WHERE id = :id AND ended_at IS NULL",
        {"now": stamp(now), "reason": reason, "id": session},
    )


def end_all(db: Connection, account_id: int, reason: str, now: datetime, but: int | None = None) -> int:
    """End the sessions of an account, all or all `but` one; says how many."""
    return db.run(
        "UPDATE sessions SET ended_at = :now, end_reason = :reason"
        " WHERE account_id = :account AND ended_at IS NULL AND id <> :but",
        {"now": stamp(now), "reason": reason, "account": account_id, "but": but or 0},
    )


def end_everybodys(db: Connection, reason: str, now: datetime) -> None:
    db.run(
        "UPDATE sessions SET ended_at = :now, end_reason = :reason WHERE ended_at IS NULL",
        {"now": stamp(now), "reason": reason},
    )


def live(db: Connection, account_id: int, now: datetime) -> list[dict[str, Any]]:
    """The sessions of an account that have not ended, the one used last first."""
    rows = db.all(
        f"SELECT {', '.join(_COLUMNS)} FROM sessions WHERE account_id = :account AND {_LIVE}"
        " ORDER BY last_used_at DESC, id DESC",
        {"account": account_id, "now": stamp(now)},
    )
    return [dict(zip(_COLUMNS, row, strict=True)) for row in rows]


def is_live(db: Connection, account_id: int, session: int, now: datetime) -> bool:
    found = db.one(
        f"SELECT 1 FROM sessions WHERE id = :id AND account_id = :account AND {_LIVE}",
        {"id": session, "account": account_id, "now": stamp(now)},
    )
    return found is not None
