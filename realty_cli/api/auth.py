"""`/api/v1/auth`: coming in, the own account, and what guards it. Other people's accounts stand in `users`.

Answers that hold tokens or keys are made by `door.answer` past `door.write`: what is kept for an Idempotency-Key stands
in the store as it was sent.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Body, Form, Path, Query
from starlette.responses import Response

from realty_cli.api import auth_examples as examples
from realty_cli.api.auth_examples import answers, nothing
from realty_cli.api.doors import Anyone, Door, Signed, open_router, signed_router
from realty_cli.auth.gate import Gate
from realty_cli.auth.paging import PageQuery
from realty_cli.auth.schemas.entering import (
    EmailVerification,
    PasswordChange,
    PasswordReset,
    PhoneVerification,
    TelegramAuth,
    TokenRefresh,
    TokenResponse,
    UserLogin,
)
from realty_cli.auth.schemas.security import (
    ApiKeyCreate,
    ApiKeyFullResponse,
    ApiKeyListResponse,
    ApiKeyResponse,
    LoginHistory,
    RecoveryCodes,
    SecuritySettings,
    SecuritySettingsUpdate,
    SessionListResponse,
    TelegramLink,
    TwoFactorAuth,
    TwoFactorDisable,
    TwoFactorVerify,
)
from realty_cli.auth.schemas.users import UserCreate, UserProfile, UserResponse, UserStats, UserUpdate
from realty_cli.kit.schema import MAX_ID

entrance = open_router("/auth", "auth")
account = signed_router("/auth", "auth")
routers = (entrance, account)
SessionId = Annotated[int, Path(alias="id", ge=1, le=MAX_ID, description="Number of the session", examples=[7])]
KeyId = Annotated[int, Path(alias="id", ge=1, le=MAX_ID, description="Number of the key", examples=[3])]
_TOKENS = answers(TokenResponse, examples.TOKENS, refuses=(401,))
_ME = answers(UserResponse, examples.USER)


def gate(door: Door) -> Gate:
    """What hashes passwords, in transactions of its own: always in a thread."""
    return door.stores.realty.gate


# Coming in ------------------------------------------------------------------------------------------------------------


@entrance.post(
    "/register",
    operation_id="register",
    summary="Make an account",
    status_code=201,
    responses=answers(UserResponse, examples.USER, 201, "The account", refuses=(403,)),
)
async def register(data: Annotated[UserCreate, Body(examples=[examples.REGISTRATION])], door: Anyone) -> Response:
    """The first account of a store becomes its administrator. Says when a name or an address is taken."""
    made = await door.thread(lambda: gate(door).register(data, door.where))
    return door.answer(made, status=201)


@entrance.post("/login", operation_id="login", summary="Sign in with a password", responses=_TOKENS)
async def login(data: Annotated[UserLogin, Form()], door: Anyone) -> Response:
    """`username` may be the name or the e-mail address. An account with a second factor answers 401 with the code
    `otp_required` until `otp` is sent as well."""
    return door.answer(
        await door.thread(lambda: gate(door).login(data.username, data.password, door.where, otp=data.otp))
    )


@entrance.post("/login/telegram", operation_id="login_telegram", summary="Sign in with Telegram", responses=_TOKENS)
async def login_telegram(data: TelegramAuth, door: Anyone) -> Response:
    """What Telegram signed: the fields of the Login Widget, or `init_data` of a Mini App. The account was linked before
    with POST /auth/telegram. An id alone signs nobody in."""
    return door.answer(await door.thread(lambda: gate(door).login_telegram(data, door.where)))


@entrance.post("/refresh", operation_id="refresh", summary="Renew the tokens", responses=_TOKENS)
async def refresh(data: TokenRefresh, door: Anyone) -> Response:
    """The refresh token is used up and replaced. One that comes a second time ends its session."""
    return door.answer(await door.thread(lambda: gate(door).refresh(data.refresh_token, door.where)))


@entrance.post(
    "/reset-password",
    operation_id="reset_password",
    summary="Ask for a letter, or set a new password with its token",
    status_code=202,
    responses={**nothing(202, "If there is such an account, a letter is on its way"), **nothing(204, "Done")},
)
async def reset_password(
    data: Annotated[PasswordReset, Body(examples=[{"email": "agent@example.com"}])], door: Anyone
) -> Response:
    """`{email}` is answered 202 whether there is such an account or not. `{token, new_password}` sets the password and
    ends every session; the second factor stays."""
    token, password, email = data.token, data.new_password, data.email
    if token is not None and password is not None:
        await door.thread(lambda: gate(door).reset_password(token, password, door.where))
        return door.answer(None)
    assert email is not None
    await door.thread(lambda: gate(door).request_reset(email, door.where))
    return door.answer(None, status=202)


@entrance.post(
    "/verify-email",
    operation_id="verify_email",
    summary="Ask for the letter that verifies the address, or verify it with its token",
    responses={
        **answers(UserResponse, examples.USER, 200, "The address is verified", refuses=(401, 403)),
        **nothing(202, "A letter is on its way"),
    },
)
async def verify_email(door: Anyone, data: EmailVerification | None = None) -> Response:
    """Without a body, signed in: a letter goes to the account's address. With the letter's `token`, by anybody: the
    address is verified."""
    if data is not None and data.token is not None:
        token = data.token
        return door.answer(await door.thread(lambda: gate(door).verify_email(token, door.where)))
    await door.sign_in()
    await door.do(lambda work: work.account.request_email_verification())
    return door.answer(None, status=202)


# The own account ------------------------------------------------------------------------------------------------------


@account.get("/me", operation_id="get_me", summary="Who is signed in", responses=_ME)
async def get_me(door: Signed) -> Response:
    return await door.read(lambda work: work.account.me())


@account.put("/me", operation_id="update_me", summary="Change the own account", responses=_ME)
async def update_me(
    data: Annotated[UserUpdate, Body(examples=[{"full_name": "Анна Ильина", "timezone": "Asia/Yekaterinburg"}])],
    door: Signed,
) -> Response:
    """Only what is sent is changed. A new address or phone has to be verified again."""
    return await door.write(lambda work: work.account.update(data, expected_version=door.if_match))


@account.get(
    "/me/profile", operation_id="get_my_profile", summary="The account with what it may do",
    responses=answers(UserProfile, examples.PROFILE),
)  # fmt: skip
async def get_my_profile(door: Signed) -> Response:
    return await door.read(lambda work: work.account.profile())


@account.get(
    "/me/stats",
    operation_id="get_my_stats",
    summary="What the account did",
    responses=answers(UserStats, examples.STATS),
)
async def get_my_stats(door: Signed) -> Response:
    return await door.read(lambda work: work.account.stats())


@account.post(
    "/change-password", operation_id="change_password", summary="Change the password", status_code=204,
    responses=nothing(204, "Done"),
)  # fmt: skip
async def change_password(
    data: Annotated[
        PasswordChange, Body(examples=[{"current_password": "password123", "new_password": "a longer sentence"}])
    ],
    door: Signed,
) -> Response:
    """Ends the other sessions. Keys stay."""
    await door.thread(lambda: gate(door).change_password(door.actor, data, door.where))
    return door.answer(None)


@account.post(
    "/logout", operation_id="logout", summary="End this session", status_code=204, responses=nothing(204, "Done")
)
async def logout(door: Signed) -> Response:
    await door.do(lambda work: work.account.logout(door.where))
    return door.answer(None)


@account.get(
    "/sessions", operation_id="list_sessions", summary="Where the account is signed in",
    responses=answers(SessionListResponse, examples.page(examples.SESSION)),
)  # fmt: skip
async def list_sessions(query: Annotated[PageQuery, Query()], door: Signed) -> Response:
    """The one used last first; `current` is the one that asks."""
    return await door.read(lambda work: work.account.sessions(query))


@account.delete(
    "/sessions", operation_id="end_other_sessions", summary="End the other sessions", status_code=204,
    responses=nothing(204, "Done"),
)  # fmt: skip
async def end_other_sessions(door: Signed) -> Response:
    await door.do(lambda work: work.account.end_other_sessions())
    return door.answer(None)


@account.delete(
    "/sessions/{id}", operation_id="end_session", summary="End a session", status_code=204,
    responses=nothing(204, "Its tokens open nothing any more"),
)  # fmt: skip
async def end_session(number: SessionId, door: Signed) -> Response:
    await door.do(lambda work: work.account.end_session(number))
    return door.answer(None)


@account.get(
    "/login-history", operation_id="list_login_history", summary="Tries to sign in",
    responses=answers(LoginHistory, examples.page(examples.LOGIN)),
)  # fmt: skip
async def list_login_history(query: Annotated[PageQuery, Query()], door: Signed) -> Response:
    """Newest first, the refused ones included."""
    return await door.read(lambda work: work.account.login_history(query))


# What guards it -------------------------------------------------------------------------------------------------------


@account.get(
    "/security", operation_id="get_security", summary="How the account is guarded",
    responses=answers(SecuritySettings, examples.SECURITY),
)  # fmt: skip
async def get_security(door: Signed) -> Response:
    return await door.read(lambda work: work.account.security())


@account.put(
    "/security", operation_id="update_security", summary="Change how it is guarded",
    responses=answers(SecuritySettings, examples.SECURITY),
)  # fmt: skip
async def update_security(
    data: Annotated[SecuritySettingsUpdate, Body(examples=[{"login_letters": True}])], door: Signed
) -> Response:
    return await door.write(lambda work: work.account.update_security(data, expected_version=door.if_match))


@account.post(
    "/verify-phone",
    operation_id="verify_phone",
    summary="Ask for the code that verifies the phone, or verify it with the code",
    responses={
        **answers(UserResponse, examples.USER, 200, "The phone is verified"),
        **nothing(202, "A message is on its way"),
    },
)
async def verify_phone(door: Signed, data: PhoneVerification | None = None) -> Response:
    if data is not None and data.code is not None:
        code = data.code
        return door.answer(await door.thread(lambda: gate(door).verify_phone(door.actor, code, door.where)))
    await door.do(lambda work: work.account.request_phone_verification())
    return door.answer(None, status=202)


@account.post(
    "/2fa/setup", operation_id="setup_two_factor", summary="Begin a second factor",
    responses=answers(TwoFactorAuth, examples.FACTOR),
)  # fmt: skip
async def setup_two_factor(door: Signed) -> Response:
    """A secret for an app, as text, address and picture. It holds once a code of it was verified."""
    return door.answer(await door.do(lambda work: work.account.setup_two_factor()))


@account.post(
    "/2fa/verify", operation_id="verify_two_factor", summary="Turn the second factor on",
    responses=answers(RecoveryCodes, examples.CODES),
)  # fmt: skip
async def verify_two_factor(
    data: Annotated[TwoFactorVerify, Body(examples=[{"code": "287082"}])], door: Signed
) -> Response:
    """With a code of the app. The recovery codes are shown here and never again."""
    return door.answer(await door.thread(lambda: gate(door).verify_two_factor(door.actor, data.code, door.where)))


@account.post("/2fa/disable", operation_id="disable_two_factor", summary="Turn the second factor off", responses=_ME)
async def disable_two_factor(
    data: Annotated[TwoFactorDisable, Body(examples=[{"password": "password123", "code": "287082"}])], door: Signed
) -> Response:
    """Takes both the password and a code; a recovery code will do."""
    return door.answer(
        await door.thread(lambda: gate(door).disable_two_factor(door.actor, data.password, data.code, door.where))
    )


@account.post(
    "/2fa/recovery-codes", operation_id="renew_recovery_codes", summary="Make new recovery codes",
    responses=answers(RecoveryCodes, examples.CODES),
)  # fmt: skip
async def renew_recovery_codes(
    data: Annotated[TwoFactorDisable, Body(examples=[{"password": "password123", "code": "287082"}])], door: Signed
) -> Response:
    """Takes both the password and a code, and voids the old ones."""
    return door.answer(
        await door.thread(lambda: gate(door).renew_recovery_codes(door.actor, data.password, data.code, door.where))
    )


@account.post(
    "/telegram", operation_id="link_telegram", summary="Link a Telegram account",
    responses=answers(TelegramLink, {"telegram_linked": True}),
)  # fmt: skip
async def link_telegram(data: TelegramAuth, door: Signed) -> Response:
    """With what Telegram signed; from then on POST /auth/login/telegram opens this account."""
    return door.answer(await door.thread(lambda: gate(door).link_telegram(door.actor, data, door.where)))


@account.delete(
    "/telegram", operation_id="unlink_telegram", summary="Unlink the Telegram account", status_code=204,
    responses=nothing(204, "Done"),
)  # fmt: skip
async def unlink_telegram(door: Signed) -> Response:
    await door.do(lambda work: work.account.unlink_telegram())
    return door.answer(None)


# Keys -----------------------------------------------------------------------------------------------------------------


@account.post(
    "/api-keys", operation_id="create_api_key", summary="Make a key for a program", status_code=201,
    responses=answers(ApiKeyFullResponse, examples.FULL_KEY, 201, "The key, whole in `key`: here and never again"),
)  # fmt: skip
async def create_api_key(
    data: Annotated[ApiKeyCreate, Body(examples=[{"name": "1C", "scopes": ["read"]}])], door: Signed
) -> Response:
    """`write` and `admin` bring `read` with them. Without `admin`, which only administrators' keys can have, a key sees
    what an agent sees. A key cannot rule the account."""
    made: dict[str, Any] = await door.do(lambda work: work.api_keys.create(data, door.where))
    return door.answer(made, status=201, location="/api/v1/auth/api-keys/{id}")


@account.get(
    "/api-keys", operation_id="list_api_keys", summary="The account's keys",
    responses=answers(ApiKeyListResponse, examples.page(examples.KEY)),
)  # fmt: skip
async def list_api_keys(query: Annotated[PageQuery, Query()], door: Signed) -> Response:
    return await door.read(lambda work: work.api_keys.page(query))


@account.get(
    "/api-keys/{id}", operation_id="get_api_key", summary="One key", responses=answers(ApiKeyResponse, examples.KEY)
)
async def get_api_key(number: KeyId, door: Signed) -> Response:
    return await door.read(lambda work: work.api_keys.get(number))


@account.delete(
    "/api-keys/{id}", operation_id="revoke_api_key", summary="Revoke a key", status_code=204,
    responses=nothing(204, "The key opens nothing any more"),
)  # fmt: skip
async def revoke_api_key(number: KeyId, door: Signed) -> Response:
    await door.do(lambda work: work.api_keys.revoke(number, door.where))
    return door.answer(None)
