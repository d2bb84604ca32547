"""Letters and messages to be sent. A row is written in the transaction of what it tells of; a sender drains after
commit, so a letter goes out if and only if the thing happened.

A row names a template and what fills it, never a secret: what gives access is made when the letter is sent (`Filler`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from realty_cli.kit.clock import stamp
from realty_cli.store.database import Connection

EMAIL, SMS, TELEGRAM = "email", "sms", "telegram"


def put(
    db: Connection,
    now: datetime,
    template: str,
    *,
    recipient: str,
    language: str,
    channel: str = EMAIL,
    account_id: int | None = None,
    **params: Any,
) -> int:
    """Ask for a letter, in the caller's transaction; gives its number."""
    number: int = db.value(
        "INSERT INTO outbox (account_id, channel, recipient, language, template, params, created_at, next_at, attempts)"
        " VALUES (:account, :channel, :recipient, :language, :template, :params, :now, :now, 0) RETURNING id",
        {
            "account": account_id,
            "channel": channel,
            "recipient": recipient,
            "language": language,
            "template": template,
            "params": _dumped(params),
            "now": stamp(now),
        },
    )
    return number


def _dumped(params: Mapping[str, Any]) -> str:
    return orjson.dumps(params).decode()
