"""What of accounts has grown old: rows that can no longer open, hold back or tell anything."""

from __future__ import annotations

from datetime import datetime, timedelta

from realty_cli.auth.throttle import FORGOTTEN
from realty_cli.kit.clock import stamp
from realty_cli.settings import Settings
from realty_cli.store.database import Connection

#: How long ended sessions, used tokens and letters that went out can still be looked up.
_KEPT = timedelta(days=30)


def tidy(db: Connection, settings: Settings, now: datetime) -> None:
    """Delete it, in the caller's write transaction."""
    params = {"now": stamp(now), "old": stamp(now - _KEPT)}
    over = "ended_at < :old OR expires_at < :old"
    db.run(f"DELETE FROM refresh_tokens WHERE session_id IN (SELECT id FROM sessions WHERE {over})", params)
    db.run(f"DELETE FROM sessions WHERE {over}", params)
    db.run("DELETE FROM api_keys WHERE revoked_at < :old", params)
    db.run("DELETE FROM one_time_tokens WHERE used_at < :old OR expires_at < :old", params)
    db.run("DELETE FROM telegram_seen WHERE expires_at < :now", params)
    db.run("DELETE FROM outbox WHERE sent_at < :old OR dead_at < :old", params)
    db.run("DELETE FROM throttles WHERE updated_at < :gone", {"gone": stamp(now - 2 * FORGOTTEN)})
    history = stamp(now - timedelta(days=settings.login_history_days))
    db.run("DELETE FROM login_events WHERE at < :history", {"history": history})
