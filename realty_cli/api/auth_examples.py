"""What OpenAPI shows of accounts: example answers, and the errors that endpoints without credentials may give."""

from __future__ import annotations

from typing import Any

REGISTRATION = {"username": "agent1", "email": "agent@example.com", "password": "password123"}
USER: dict[str, Any] = {
    "id": 2, "username": "agent1", "email": "agent@example.com", "full_name": "Анна Ильина", "phone": "+79161234567",
    "role": "agent", "timezone": "Europe/Moscow", "language": "ru", "email_verified": True, "phone_verified": False,
    "telegram_linked": False, "two_factor_enabled": False, "is_active": True,
    "created_at": "2024-01-15T07:00:00.000000Z", "updated_at": "2024-01-15T07:00:00.000000Z",
    "last_login_at": "2024-01-16T06:30:00.000000Z", "version": 3,
}  # fmt: skip
TOKENS: dict[str, Any] = {
    "access_token": "eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl", "refresh_token": "rt_q1w2", "token_type": "bearer",
    "expires_in": 1800, "user": USER,
}  # fmt: skip
PROFILE = {**USER, "scopes": ["read", "write"], "sessions": 2, "api_keys": 1, "properties": 34}
STATS = {
    "properties_total": 34, "properties_active": 21, "properties_closed": 9, "properties_in_bin": 2, "photos": 310,
    "operations": 512, "last_operation_at": "2024-01-16T09:12:00.000000Z", "sign_ins_30_days": 22,
    "failed_sign_ins_30_days": 1, "sessions": 2, "api_keys": 1,
}  # fmt: skip
SESSION = {
    "id": 7, "method": "password", "address": "203.0.113.5", "agent": "Mozilla/5.0",
    "created_at": "2024-01-15T07:00:00.000000Z", "last_used_at": "2024-01-16T06:30:00.000000Z",
    "expires_at": "2024-07-13T07:00:00.000000Z", "current": True,
}  # fmt: skip
LOGIN = {
    "id": 41, "at": "2024-01-16T06:30:00.000000Z", "method": "password", "result": "ok", "address": "203.0.113.5",
    "agent": "Mozilla/5.0", "session_id": 7,
}  # fmt: skip
SECURITY = {
    "login_letters": False, "session_days": None, "two_factor_enabled": False, "recovery_codes_left": 0,
    "email_verified": True, "phone_verified": False, "telegram_linked": False, "has_password": True,
    "password_changed_at": "2024-01-15T07:00:00.000000Z", "sessions": 2, "api_keys": 1, "version": 3,
}  # fmt: skip
FACTOR = {
    "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
    "otpauth_uri": "otpauth://totp/realty:agent1?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=realty",
    "qr": "<svg>...</svg>",
    "qr_text": "█▀▀▀▀▀█",
}
CODES = {"recovery_codes": ["k7pq-m2xd-9ahz-r4tw"]}
KEY = {
    "id": 3, "name": "1C", "prefix": "rk_h3Kd9a", "last4": "x0Qe", "scopes": ["read"],
    "created_at": "2024-01-15T07:00:00.000000Z", "expires_at": None, "last_used_at": None,
}  # fmt: skip
FULL_KEY = {**KEY, "key": "rk_h3Kd9a...x0Qe"}
INVITATION = {
    "id": 4, "email": None, "role": "agent", "created_at": "2024-01-15T07:00:00.000000Z",
    "expires_at": "2024-01-22T07:00:00.000000Z", "used_at": None,
}  # fmt: skip
FULL_INVITATION = {**INVITATION, "invitation": "Zk3v..."}

_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_REFUSED = {401: "Not signed in", 403: "Not allowed"}


def page(item: dict[str, Any]) -> dict[str, Any]:
    return {"items": [item], "total": 1, "limit": 20, "offset": 0, "next_cursor": None}


def answers(
    schema: Any, example: Any, status: int = 200, description: str = "Done", *, refuses: tuple[int, ...] = ()
) -> dict[int | str, dict[str, Any]]:
    """The good answer of an endpoint, and the refusals of one that anybody may ask."""
    content = {"application/json": {"example": example}}
    return {
        status: {"model": schema, "description": description, "content": content},
        **{one: {"description": _REFUSED[one], "content": _PROBLEM} for one in refuses},
    }


def nothing(status: int, description: str) -> dict[int | str, dict[str, Any]]:
    """An answer without a body."""
    return {status: {"description": description}}
