"""What guards an account: sessions, history, second factor, keys."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from realty_cli.auth.policy import Scope
from realty_cli.auth.schemas.parts import Code, Confidential, Password
from realty_cli.kit.schema import WHOLE, FilledLine, Id, Moment, Schema, Word


class SessionInfo(Schema):
    """One sign-in that has not ended; `current` is the one that asks."""

    id: Id
    method: str
    address: str
    agent: str
    created_at: Moment
    last_used_at: Moment
    expires_at: Moment
    current: bool


class SessionListResponse(Schema):
    items: list[SessionInfo]
    total: int | None
    limit: int
    offset: int
    next_cursor: str | None


class LoginEvent(Schema):
    """One try to sign in, or one act on the account's security: when, how, with what result, from where."""

    id: Id
    at: Moment
    method: str
    result: str
    address: str
    agent: str
    session_id: int | None


class LoginHistory(Schema):
    """Tries to sign in, newest first."""

    items: list[LoginEvent]
    total: int | None
    limit: int
    offset: int
    next_cursor: str | None


class SecuritySettings(Schema):
    """How the account is guarded. `login_letters`: a letter for every sign-in from a place that is new;
    `session_days`: after how many days a session ends in any case (null: the server's own limit)."""

    login_letters: bool
    session_days: int | None
    two_factor_enabled: bool
    recovery_codes_left: int
    email_verified: bool
    phone_verified: bool
    telegram_linked: bool
    has_password: bool
    password_changed_at: Moment | None
    sessions: int
    api_keys: int
    version: int


class SecuritySettingsUpdate(Schema):
    """Only what is sent is changed."""

    login_letters: bool | None = None
    session_days: Annotated[int, Field(ge=1, le=3_650), WHOLE] | None = None


class TwoFactorAuth(Confidential):
    """A second factor in the making: it holds once a code of it was verified. `qr` is a picture of `otpauth_uri` as
    SVG, `qr_text` the same for a terminal."""

    secret: str
    otpauth_uri: str
    qr: str
    qr_text: str


class TwoFactorVerify(Confidential):
    """A code of the app."""

    code: Code


class TwoFactorDisable(Confidential):
    """Both the password and a code (of the app, or a recovery code): one of them is not enough."""

    password: Password | None = None
    code: Code | None = None


class RecoveryCodes(Confidential):
    """Ten codes, each of which stands in once for a lost app. Shown here and never again."""

    recovery_codes: list[str]


class TelegramLink(Schema):
    """Whether the account can be entered by Telegram."""

    telegram_linked: bool


class ApiKeyCreate(Schema):
    """A key for a program: what it is for, what it may do, and when it ends (null: never)."""

    name: Annotated[FilledLine, Field(max_length=100)]
    scopes: Annotated[list[Word[Scope]], Field(min_length=1, max_length=3)] = Field(
        default_factory=lambda: [Scope.READ]
    )
    expires_at: Moment | None = None


class ApiKeyResponse(Schema):
    """A key as it is listed: enough of it to recognise it by, never the whole."""

    id: Id
    name: str
    prefix: str
    last4: str
    scopes: list[Word[Scope]]
    created_at: Moment
    expires_at: Moment | None
    last_used_at: Moment | None


class ApiKeyFullResponse(ApiKeyResponse, Confidential):
    """The answer to its making: the only one that holds the whole `key`."""

    key: str


class ApiKeyListResponse(Schema):
    items: list[ApiKeyResponse]
    total: int | None
    limit: int
    offset: int
    next_cursor: str | None
