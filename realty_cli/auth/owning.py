"""Whose a new object is, and that what it names is the actor's to name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from realty_cli.auth.policy import Act, allows
from realty_cli.errors import FieldProblem, Invalid
from realty_cli.kit.actor import Actor
from realty_cli.store.database import Connection, in_list
from realty_cli.store.scope import visible


def owner_of(db: Connection, actor: Actor, wanted: int | None, act: Act) -> int:
    """The account that is to own it. `act` is what handing it to another one takes; raises `Invalid` on `owner_id`."""
    return _account(db, actor, wanted, act, "owner_id", "owner.admin_only")


def looked_at(db: Connection, actor: Actor, wanted: int | None, act: Act, field: str) -> int:
    """The account whose calendar is asked about, by `field`, on which `Invalid` is raised; the actor's own by default.
    `act` is what another one's takes."""
    return _account(db, actor, wanted, act, field, "owner.others_calendar")


def _account(db: Connection, actor: Actor, wanted: int | None, act: Act, field: str, refusal: str) -> int:
    if wanted is None or wanted == actor.id:
        return actor.id
    if not allows(actor, act):
        raise Invalid.one(field, refusal)
    if not db.one("SELECT 1 FROM accounts WHERE id = :id", {"id": wanted}):
        raise Invalid.one(field, "owner.unknown", id=wanted)
    return wanted


def require_mine(db: Connection, actor: Actor, table: str, numbers: Sequence[int], field: str, code: str) -> None:
    """Raise Invalid unless the actor sees all of these, none of them in the bin."""
    if not numbers:
        return
    params: dict[str, Any] = {}
    some = in_list("id", numbers, params)
    rows = db.all(
        f"SELECT id FROM {table} WHERE id IN {some} AND deleted_at IS NULL AND {visible(actor, params)}", params
    )
    if missing := sorted(set(numbers) - {row[0] for row in rows}):
        raise Invalid("invalid", [FieldProblem(field, code, {"id": one}) for one in missing[:10]])
