"""Whose a new object is: the actor's own, or, where an administrator says so, somebody else's."""

from __future__ import annotations

from realty_cli.auth.policy import Act, allows
from realty_cli.errors import Invalid
from realty_cli.kit.actor import Actor
from realty_cli.store.database import Connection


def owner_of(db: Connection, actor: Actor, wanted: int | None, act: Act) -> int:
    """The account that is to own it. `act` is what handing it to another one takes; raises `Invalid` on `owner_id`."""
    if wanted is None or wanted == actor.id:
        return actor.id
    if not allows(actor, act):
        raise Invalid.one("owner_id", "owner.admin_only")
    if not db.one("SELECT 1 FROM accounts WHERE id = :id", {"id": wanted}):
        raise Invalid.one("owner_id", "owner.unknown", id=wanted)
    return wanted
