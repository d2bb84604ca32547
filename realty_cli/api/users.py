"""`/api/v1/auth/users` and `/api/v1/auth/invitations`: all accounts, for administrators."""

from __future__ import annotations

from typing import Annotated

from fastapi import Body, Path, Query
from starlette.responses import Response

from realty_cli.api import auth_examples as examples
from realty_cli.api.auth import gate
from realty_cli.api.auth_examples import answers, nothing
from realty_cli.api.doors import Signed, signed_router
from realty_cli.auth.paging import PageQuery
from realty_cli.auth.schemas.users import (
    AdminUserCreate,
    AdminUserUpdate,
    InvitationCreate,
    InvitationFullResponse,
    InvitationListResponse,
    UserListResponse,
    UserQuery,
    UserResponse,
)
from realty_cli.kit.schema import MAX_ID

router = signed_router("/auth", "users")
UserId = Annotated[int, Path(alias="id", ge=1, le=MAX_ID, description="Number of the account", examples=[2])]
InvitationId = Annotated[int, Path(alias="id", ge=1, le=MAX_ID, description="Number of the invitation", examples=[4])]
_USER = answers(UserResponse, examples.USER)


@router.get(
    "/users", operation_id="list_users", summary="List accounts",
    responses=answers(UserListResponse, examples.page(examples.USER)),
)  # fmt: skip
async def list_users(query: Annotated[UserQuery, Query()], door: Signed) -> Response:
    """`q` looks in names and addresses."""
    return await door.read(lambda work: work.users.page(query))


@router.post(
    "/users", operation_id="create_user", summary="Make an account", status_code=201,
    responses=answers(UserResponse, examples.USER, 201, "The account"),
)  # fmt: skip
async def create_user(
    data: Annotated[AdminUserCreate, Body(examples=[{"username": "boris", "email": "boris@example.com"}])],
    door: Signed,
) -> Response:
    """Without a password its owner is sent a letter to set one."""
    made = await door.thread(lambda: gate(door).create_user(door.actor, data, door.where))
    return door.answer(made, status=201, location="/api/v1/auth/users/{id}")


@router.get("/users/{id}", operation_id="get_user", summary="One account", responses=_USER)
async def get_user(number: UserId, door: Signed) -> Response:
    return await door.read(lambda work: work.users.get(number))


@router.put("/users/{id}", operation_id="update_user", summary="Change an account", responses=_USER)
async def update_user(
    number: UserId, data: Annotated[AdminUserUpdate, Body(examples=[{"is_active": False}])], door: Signed
) -> Response:
    """Only what is sent is changed. Who is disabled or given another password is signed out at once. The last
    administrator stays one."""
    return door.answer(
        await door.thread(
            lambda: gate(door).update_user(door.actor, number, data, door.where, expected_version=door.if_match)
        )
    )


@router.delete(
    "/users/{id}", operation_id="delete_user", summary="Delete an account", status_code=204,
    responses=nothing(204, "The account opens nothing any more; its listings stay"),
)  # fmt: skip
async def delete_user(number: UserId, door: Signed) -> Response:
    await door.do(lambda work: work.users.delete(number, expected_version=door.if_match))
    return door.answer(None)


@router.get(
    "/invitations", operation_id="list_invitations", summary="List invitations",
    responses=answers(InvitationListResponse, examples.page(examples.INVITATION)),
)  # fmt: skip
async def list_invitations(query: Annotated[PageQuery, Query()], door: Signed) -> Response:
    return await door.read(lambda work: work.users.invitations(query))


@router.post(
    "/invitations", operation_id="create_invitation", summary="Invite somebody to register", status_code=201,
    responses=answers(InvitationFullResponse, examples.FULL_INVITATION, 201, "The invitation"),
)  # fmt: skip
async def create_invitation(
    data: Annotated[InvitationCreate, Body(examples=[{"role": "agent"}])], door: Signed
) -> Response:
    """With an address it goes there by letter and holds for it alone; without, the answer has it: here and never
    again."""
    return door.answer(await door.do(lambda work: work.users.invite(data)), status=201)


@router.delete(
    "/invitations/{id}", operation_id="revoke_invitation", summary="Take an invitation back", status_code=204,
    responses=nothing(204, "Done"),
)  # fmt: skip
async def revoke_invitation(number: InvitationId, door: Signed) -> Response:
    await door.do(lambda work: work.users.revoke_invitation(number))
    return door.answer(None)
