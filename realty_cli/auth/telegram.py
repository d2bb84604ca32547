"""Whether Telegram signed what somebody sends. A Telegram id is public and proves nothing; only the signature does.

Two schemes that must not be mixed up (core.telegram.org): the Login Widget's key is SHA-256 of the bot's token, a Mini
App's is HMAC-SHA-256 of the token under the constant `WebAppData`.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import orjson

#: A clock of ours that is slow must not refuse what was signed just now.
_AHEAD = 60
_MOST_FIELDS = 30


class Signed(NamedTuple):
    """Who was signed, when, and the hash by which a repetition is known."""

    telegram_id: int
    auth_date: int
    hash: str
    first_name: str
    username: str


def check_widget(fields: Mapping[str, Any], bot_token: str) -> Signed | None:
    """The signature of a Login Widget over all received fields but `hash`; None for a wrong one."""
    if not bot_token:
        return None
    key = hashlib.sha256(bot_token.encode()).digest()
    texts = {name: str(value) for name, value in fields.items()}
    return _checked(texts, key, texts.get("id", ""), texts)


def check_init_data(init_data: str, bot_token: str) -> Signed | None:
    """The signature of a Mini App's `initData`; None for a wrong one. A key that stands twice is no good."""
    if not bot_token:
        return None
    try:
        pairs = parse_qsl(init_data, keep_blank_values=True, strict_parsing=True, max_num_fields=_MOST_FIELDS)
        fields = dict(pairs)
        if len(fields) != len(pairs):
            return None
        user = orjson.loads(fields.get("user", "null"))
    except ValueError:
        return None
    if not isinstance(user, dict) or type(user.get("id")) is not int:
        return None
    key = hmac.new(b"WebAppData", bot_token.encode(), hashlib.sha256).digest()
    return _checked(
        fields, key, str(user["id"]), {name: str(user.get(name, "")) for name in ("first_name", "username")}
    )


def is_fresh(signed: Signed, now: datetime, max_age: int) -> bool:
    age = int(now.timestamp()) - signed.auth_date
    return -_AHEAD <= age <= max_age


def _checked(fields: Mapping[str, str], key: bytes, number: str, person: Mapping[str, str]) -> Signed | None:
    given = fields.get("hash", "")
    lines = "\n".join(f"{name}={fields[name]}" for name in sorted(fields) if name != "hash")
    made = hmac.new(key, lines.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
    if not given.isascii() or not hmac.compare_digest(made, given):
        return None
    date = fields.get("auth_date", "")
    if not (number.isdigit() and number.isascii() and len(number) < 19 and date.isdigit() and len(date) < 13):
        return None
    return Signed(int(number), int(date), made, person.get("first_name", ""), person.get("username", ""))
