"""Every schema of accounts that the customer's document names is there, and reachable from an endpoint."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from realty_cli.api import openapi
from realty_cli.api.app import inner_app
from realty_cli.auth.schemas import entering, security, users
from realty_cli.auth.schemas.parts import Confidential
from tests.conftest import Agency

NAMES = (
    "UserCreate", "UserLogin", "UserResponse", "TokenResponse", "PasswordChange", "PasswordReset", "UserUpdate",
    "TelegramAuth", "UserProfile", "UserStats", "AdminUserCreate", "AdminUserUpdate", "UserListResponse", "SessionInfo",
    "LoginHistory", "SecuritySettings", "EmailVerification", "PhoneVerification", "TwoFactorAuth", "TwoFactorVerify",
    "ApiKeyCreate", "ApiKeyResponse", "ApiKeyFullResponse",
)  # fmt: skip
OURS = {
    name: one
    for module in (entering, security, users)
    for name, one in vars(module).items()
    if isinstance(one, type) and issubclass(one, BaseModel) and one.__module__ == module.__name__
}


@pytest.fixture
def document(sqlite_agency: Agency) -> dict[str, Any]:
    return openapi.document(inner_app(sqlite_agency.realty))


@pytest.mark.parametrize("name", NAMES)
def test_the_document_s_schemas_are_there(name: str) -> None:
    assert name in OURS


def test_every_schema_is_reachable(document: dict[str, Any]) -> None:
    reachable = set(document["components"]["schemas"])
    # A query is drawn as its parameters.
    assert set(OURS) - reachable <= {"UserQuery"}


def test_what_holds_secrets_does_not_show_them() -> None:
    secret = {"password", "new_password", "current_password", "token", "refresh_token", "access_token", "key", "code",
              "recovery_codes", "secret", "otp", "hash", "init_data", "invitation", "client_secret"}  # fmt: skip
    open_ones = [
        name for name, one in OURS.items() if secret & set(one.model_fields) and not issubclass(one, Confidential)
    ]
    assert open_ones == []
    data = users.UserCreate.model_construct(username="agent1", password="a good sentence")
    assert "sentence" not in repr(data) + str(data)


def test_no_answer_has_a_place_for_a_secret() -> None:
    for name in ("UserResponse", "UserProfile", "UserStats", "SecuritySettings", "SessionInfo", "ApiKeyResponse"):
        fields = set(OURS[name].model_fields)
        assert not fields & {"password", "password_hash", "totp_secret", "key", "key_hash", "token", "refresh_token"}


def test_open_endpoints_are_these(document: dict[str, Any]) -> None:
    open_ones = {
        f"{method.upper()} {path.removeprefix('/api/v1/auth')}"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if path.startswith("/api/v1/auth") and not operation.get("security")
    }
    assert open_ones == {
        "POST /register", "POST /login", "POST /login/telegram", "POST /refresh", "POST /reset-password",
        "POST /verify-email",
    }  # fmt: skip
