"""Accounts as administrators keep them. What hashes a password stands at the gate (`auth.keeping`)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from realty_cli.auth import accounts, factors, one_time, sessions
from realty_cli.auth.account import refuse_stale
from realty_cli.auth.accounts import Account
from realty_cli.auth.paging import PageQuery, after, answer, listed
from realty_cli.auth.policy import Act, Role, require
from realty_cli.auth.recovery import revoke_keys
from realty_cli.auth.schemas.users import InvitationCreate, UserQuery
from realty_cli.errors import Conflict, Denied, Invalid, NotFound
from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import Clock, stamp
from realty_cli.kit.schema import MAX_ID
from realty_cli.notify import outbox
from realty_cli.settings import Settings
from realty_cli.store.changelog import ChangeLog
from realty_cli.store.database import Connection

SORTS = ("id", "username", "created_at", "last_login_at")
_COLUMN = {"username": "name_key"}
_INVITATION = ("id", "email", "role", "created_at", "expires_at", "used_at")


class UserService:
    def __init__(self, db: Connection, actor: Actor, clock: Clock, settings: Settings, log: ChangeLog) -> None:
        self.db = db
        self.actor = actor
        self.clock = clock
        self.settings = settings
        self.log = log

    def page(self, wanted: UserQuery) -> dict[str, Any]:
        """UserListResponse. `sort` is one of SORTS, with a minus for the other way round."""
        require(self.actor, Act.USERS_READ)
        start = after(wanted) or wanted.offset
        conditions: list[str] = []
        params: dict[str, Any] = {"limit": wanted.limit, "offset": start}
        if wanted.q:
            conditions.append(
                "(name_key LIKE :q ESCAPE '!' OR email_key LIKE :q ESCAPE '!' OR lower(full_name) LIKE :q ESCAPE '!')"
            )
            escaped = "".join(f"!{one}" if one in "!%_" else one for one in wanted.q.casefold())
            params["q"] = f"%{escaped}%"
        for name in ("role", "is_active"):
            if (value := getattr(wanted, name)) is not None:
                conditions.append(f"{name} = :{name}")
                params[name] = value
        found, total = accounts.page(self.db, conditions, params, _order(wanted.sort))
        end = start + wanted.limit
        return answer([accounts.shown(one) for one in found], total, wanted, str(end) if end < total else None)

    def get(self, number: int) -> dict[str, Any]:
        """UserResponse."""
        require(self.actor, Act.USERS_READ)
        return accounts.shown(existing(self.db, number))

    def delete(self, number: int, *, expected_version: int | None = None) -> None:
        """The account opens nothing any more and its name is free again; its listings stay with the agency."""
        require(self.actor, Act.USERS_WRITE)
        account, now = existing(self.db, number), self.clock.now()
        refuse_stale(account, expected_version)
        refuse_own_by_key(self.actor, account)
        refuse_last_admin(self.db, account)
        gone = {
            "is_active": False, "deleted_at": stamp(now), "password_hash": None, "email": None, "phone": None,
            "trusted_email": None, "trusted_email_key": None, "telegram_id": None, **factors.off(),
        }  # fmt: skip
        accounts.change(self.db, self.log, account, gone, now, action="delete")
        accounts.write(self.db, number, {"name_key": f"#deleted {number}", "look_key": None})
        shut_out(self.db, number, "deleted", now)
        revoke_keys(self.db, number, now)
        factors.forget_recovery_codes(self.db, number)

    # Invitations -----------------------------------------------------------------------------------------------------

    def invite(self, data: InvitationCreate) -> dict[str, Any]:
        """InvitationFullResponse. With an address the invitation goes there by letter and is not in the answer."""
        require(self.actor, Act.USERS_WRITE)
        now = self.clock.now()
        number = one_time.reserve(
            self.db, one_time.INVITATION, now, target=data.email, role=data.role, created_by=self.actor.id
        )
        token = None
        if data.email is None:
            token = one_time.mint(self.db, self.settings, number, now)
        else:
            accounts.refuse_taken(self.db, email=data.email)
            outbox.put(
                self.db, now, "invitation", recipient=data.email, language=self.actor.language, token_id=number,
                username=self.actor.username,
            )  # fmt: skip
        row = self.db.one(f"{_SELECT_INVITATION} AND id = :id", {"id": number})
        assert row is not None
        return {**dict(zip(_INVITATION, row, strict=True)), "invitation": token}

    def invitations(self, wanted: PageQuery) -> dict[str, Any]:
        """Those that are used or have expired included, newest first."""
        require(self.actor, Act.USERS_READ)
        rows = self.db.all(f"{_SELECT_INVITATION} ORDER BY id DESC")
        return listed([dict(zip(_INVITATION, row, strict=True)) for row in rows], wanted)

    def revoke_invitation(self, number: int) -> None:
        require(self.actor, Act.USERS_WRITE)
        gone = 0 < number <= MAX_ID and self.db.run(
            "DELETE FROM one_time_tokens WHERE id = :id AND purpose = 'invitation' AND used_at IS NULL", {"id": number}
        )
        if not gone:
            raise NotFound("invitation.not_found", id=number)


_SELECT_INVITATION = (
    "SELECT id, target, role, created_at, expires_at, used_at FROM one_time_tokens WHERE purpose = 'invitation'"
)


def _order(sort: str | None) -> str:
    name = (sort or "id").removeprefix("-")
    if name not in SORTS:
        raise Invalid.one("sort", "sort.unknown", key=name, known=", ".join(SORTS))
    way = "DESC" if (sort or "").startswith("-") else "ASC"
    return f"{_COLUMN.get(name, name)} {way}, id {way}"


def existing(db: Connection, number: int) -> Account:
    account = accounts.load(db, number) if 0 < number <= MAX_ID else None
    if account is None:
        raise NotFound("account.not_found", id=number)
    return account


def refuse_own_by_key(actor: Actor, account: Account) -> None:
    """A key may keep other accounts, where it has the scope, but not its own."""
    if actor.via == "key" and account["id"] == actor.id:
        raise Denied("denied.key", act=Act.USERS_WRITE.value)


def refuse_last_admin(db: Connection, account: Account) -> None:
    """Raise `Conflict` if nobody would administrate the store without this account."""
    if account["role"] != Role.ADMIN or not account["is_active"]:
        return
    others = db.value(
        "SELECT count(*) FROM accounts WHERE role = 'admin' AND is_active = :active AND id <> :id",
        {"active": True, "id": account["id"]},
    )
    if others == 0:
        raise Conflict("account.last_admin", username=account["username"])


def shut_out(db: Connection, account_id: int, reason: str, now: datetime) -> None:
    """End the sessions of an account, and void what letters under way would allow."""
    sessions.end_all(db, account_id, reason, now)
    for purpose in (one_time.RESET, one_time.EMAIL, one_time.PHONE):
        one_time.void(db, account_id, purpose)
