"""Signing in: by password, by Telegram, by a refresh token; passwords changed and reset; addresses verified."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from realty_cli.auth.schemas.parts import Code, Confidential, Email, NewPassword, Password, Token
from realty_cli.auth.schemas.users import UserResponse
from realty_cli.kit.schema import TextSchema


class UserLogin(Confidential):
    """A sign-in: the name or the e-mail address, the password, and the code of the second factor where there is one.

    `grant_type` and its kin are what generated clients of the password form send along; they change nothing.
    """

    username: Annotated[str, Field(max_length=320)]
    password: Password
    otp: Code | None = None
    grant_type: Literal["password", ""] | None = None
    scope: Annotated[str, Field(max_length=200)] | None = None
    client_id: Annotated[str, Field(max_length=200)] | None = None
    client_secret: Annotated[str, Field(max_length=200)] | None = None


class TokenResponse(Confidential):
    """`expires_in` is the life of the access token in seconds; the refresh token works once."""

    access_token: str
    refresh_token: str
    token_type: Literal["bearer"]
    expires_in: int
    user: UserResponse


class TokenRefresh(Confidential):
    refresh_token: Token


class TelegramAuth(Confidential, TextSchema):
    """What Telegram signed: the fields of the Login Widget, or the whole `init_data` of a Mini App. An id alone signs
    nobody in. `otp` is the code of the second factor where the account has one."""

    init_data: Annotated[str, Field(max_length=8_192)] | None = None
    id: Annotated[int, Field(ge=1, lt=2**63)] | None = None
    first_name: Annotated[str, Field(max_length=256)] | None = None
    last_name: Annotated[str, Field(max_length=256)] | None = None
    username: Annotated[str, Field(max_length=64)] | None = None
    photo_url: Annotated[str, Field(max_length=1_024)] | None = None
    auth_date: Annotated[int, Field(ge=0, lt=2**63)] | None = None
    hash: Annotated[str, Field(max_length=128)] | None = None
    otp: Code | None = None

    @model_validator(mode="after")
    def _whole(self) -> TelegramAuth:
        widget = (self.id, self.auth_date, self.hash)
        if self.init_data is None and None in widget:
            raise PydanticCustomError("telegram", "neither a widget's fields nor init_data")
        others = self.model_fields_set - {"init_data", "otp"}
        if self.init_data is not None and others:
            raise PydanticCustomError("telegram", "both a widget's fields and init_data")
        return self


class PasswordChange(Confidential):
    """`current_password` may be missing only for an account that has none yet, on the command line."""

    current_password: Password | None = None
    new_password: NewPassword


class PasswordReset(Confidential):
    """Either `email`, to be sent a token, or that `token` with the `new_password`."""

    email: Email | None = None
    token: Token | None = None
    new_password: NewPassword | None = None

    @model_validator(mode="after")
    def _one_step(self) -> PasswordReset:
        asks = self.email is not None and self.token is None and self.new_password is None
        sets = self.email is None and self.token is not None and self.new_password is not None
        if not asks and not sets:
            raise PydanticCustomError("reset_step", "an address, or a token with a new password")
        return self


class EmailVerification(Confidential):
    """Empty to be sent a letter (signed in); with the letter's `token` the address is verified (by anybody)."""

    token: Token | None = None


class PhoneVerification(Confidential):
    """Empty to be sent a code; with the message's `code` the phone is verified."""

    code: Annotated[str, Field(max_length=16)] | None = None
