"""Accounts: as they register, as they are shown and changed, and as administrators keep them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from realty_cli.auth.paging import PageQuery
from realty_cli.auth.policy import Role
from realty_cli.auth.schemas.parts import Confidential, Email, NewPassword, Phone, Token, Username, Zone
from realty_cli.kit.schema import Id, Line, Moment, Schema, Word

Language = Literal["en", "ru"]
FullName = Annotated[Line, Field(max_length=200)]


class UserCreate(Confidential):
    """A registration. `invitation` is asked for where registration is by invitation."""

    username: Username
    email: Email
    password: NewPassword
    full_name: FullName | None = None
    phone: Phone | None = None
    timezone: Zone | None = None
    language: Language | None = None
    invitation: Token | None = None


class UserUpdate(Confidential):
    """The own account; only what is sent is changed. A new address or phone has to be verified again."""

    email: Email | None = None
    full_name: FullName | None = None
    phone: Phone | None = None
    timezone: Zone | None = None
    language: Language | None = None

    @model_validator(mode="after")
    def _kept(self) -> UserUpdate:
        for name in ("timezone", "language"):
            if name in self.model_fields_set and getattr(self, name) is None:
                raise PydanticCustomError("required", "cannot be emptied")
        return self


class UserResponse(Schema):
    """An account as its owner and administrators see it."""

    id: Id
    username: str
    email: str | None
    email_verified: bool
    full_name: str | None
    phone: str | None
    phone_verified: bool
    role: Word[Role]
    timezone: str
    language: str
    telegram_linked: bool
    two_factor_enabled: bool
    is_active: bool
    created_at: Moment
    updated_at: Moment
    last_login_at: Moment | None
    version: int


class UserProfile(UserResponse):
    """The account with what it may do and how it is kept."""

    scopes: list[str]
    sessions: int
    api_keys: int
    properties: int


class UserStats(Schema):
    """What the owner did: listings by state, acts of the change log, sign-ins of the last thirty days."""

    properties_total: int
    properties_active: int
    properties_closed: int
    properties_in_bin: int
    photos: int
    operations: int
    last_operation_at: Moment | None
    sign_ins_30_days: int
    failed_sign_ins_30_days: int
    sessions: int
    api_keys: int


class AdminUserCreate(Confidential):
    """An account made by an administrator. Without a password its owner sets one by a letter (`reset-password`)."""

    username: Username
    email: Email | None = None
    password: NewPassword | None = None
    role: Word[Role] = Role.AGENT
    full_name: FullName | None = None
    phone: Phone | None = None
    timezone: Zone | None = None
    language: Language | None = None


class AdminUserUpdate(UserUpdate):
    """Somebody's account, changed by an administrator; only what is sent is changed.

    A new password and `is_active: false` end the account's sessions. `two_factor_enabled: false` turns the second
    factor off for an owner who has lost it; it cannot be turned on here.
    """

    username: Username | None = None
    password: NewPassword | None = None
    role: Word[Role] | None = None
    is_active: bool | None = None
    two_factor_enabled: Literal[False] | None = None


class UserQuery(PageQuery):
    """Which accounts to list, and in which order: `id`, `username`, `created_at` or `last_login_at`."""

    q: Annotated[Line, Field(max_length=200)] | None = None
    role: Word[Role] | None = None
    is_active: bool | None = None
    sort: Annotated[Line, Field(max_length=50, examples=["-created_at"])] | None = None


class UserListResponse(Schema):
    items: list[UserResponse]
    total: int | None
    limit: int
    offset: int
    next_cursor: str | None


class InvitationCreate(Schema):
    """An invitation to register; with an address it is sent there and holds for that address alone."""

    email: Email | None = None
    role: Word[Role] = Role.AGENT


class InvitationResponse(Schema):
    id: Id
    email: str | None
    role: Word[Role]
    created_at: Moment
    expires_at: Moment
    used_at: Moment | None


class InvitationFullResponse(InvitationResponse, Confidential):
    """The answer to its making, the only one that holds the invitation itself; null where it went by letter."""

    invitation: str | None


class InvitationListResponse(Schema):
    items: list[InvitationResponse]
    total: int | None
    limit: int
    offset: int
    next_cursor: str | None
