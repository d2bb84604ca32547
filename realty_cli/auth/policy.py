"""Who may do what: one table. Which rows somebody sees is the row filter's business (`store.scope`)."""

from __future__ import annotations

from enum import StrEnum

from realty_cli.errors import Denied
from realty_cli.kit.actor import Actor


class Role(StrEnum):
    AGENT = "agent"
    ADMIN = "admin"


class Act(StrEnum):
    """Every act that a service asks about. A new one without a row in the table below is refused to everybody."""

    PROPERTY_READ = "property.read"
    PROPERTY_WRITE = "property.write"
    PROPERTY_IMPORT = "property.import"
    PROPERTY_EXPORT = "property.export"
    PROPERTY_PURGE = "property.purge"
    PROPERTY_ASSIGN = "property.assign"
    LOG_READ = "log.read"
    UNDO = "undo"
    UNDO_OTHERS = "undo.others"


_EVERYBODY = frozenset(Role)
_ADMIN = frozenset({Role.ADMIN})
ALLOWED: dict[Act, frozenset[Role]] = {
    Act.PROPERTY_READ: _EVERYBODY,
    Act.PROPERTY_WRITE: _EVERYBODY,
    Act.PROPERTY_IMPORT: _EVERYBODY,
    Act.PROPERTY_EXPORT: _EVERYBODY,
    Act.PROPERTY_PURGE: _EVERYBODY,
    Act.PROPERTY_ASSIGN: _ADMIN,
    Act.LOG_READ: _EVERYBODY,
    Act.UNDO: _EVERYBODY,
    Act.UNDO_OTHERS: _ADMIN,
}


def allows(actor: Actor, act: Act) -> bool:
    role = Role.ADMIN if actor.sees_all else Role.AGENT
    return role in ALLOWED.get(act, frozenset())


def require(actor: Actor, act: Act) -> None:
    """Raise `Denied` unless the actor may do this."""
    if not allows(actor, act):
        raise Denied("denied", act=act.value)
