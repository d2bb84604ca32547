"""What letters about accounts need when they are sent: the token is made then, and stands in the letter alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from realty_cli.auth import one_time
from realty_cli.settings import Settings
from realty_cli.store.database import Connection


def fill(db: Connection, settings: Settings, params: Mapping[str, Any], now: datetime) -> dict[str, Any] | None:
    """The params of a letter with its `token`, and for how long it is good; None if it would open nothing any more.

    In the caller's write transaction. Links lead to `public_url` alone, whatever host somebody asked through; the
    token is in their fragment, which no server's log sees.
    """
    filled = {**params, "url": settings.public_url.rstrip("/")}
    if "token_id" not in params:
        return filled
    token = one_time.mint(db, settings, params["token_id"], now)
    if token is None:
        return None
    purpose = db.value("SELECT purpose FROM one_time_tokens WHERE id = :id", {"id": params["token_id"]})
    life = one_time.life(settings, purpose)
    return {**filled, "token": token, "minutes": int(life.total_seconds() // 60), "days": life.days}
