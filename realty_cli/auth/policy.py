"""Who may do what: one table. Which rows somebody sees is the row filter's business (`store.scope`).

Every way in (a session, a key, the command line) asks here, so that a key's scopes hold wherever it is used.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from realty_cli.errors import Denied
from realty_cli.kit.actor import Actor


class Role(StrEnum):
    AGENT = "agent"
    ADMIN = "admin"


class Scope(StrEnum):
    """What a key may do. `write` and `admin` bring `read` with them; without `admin` a key works as an agent does.
    `admin` does not bring `write`: a program that looks at the whole agency need not be able to change it."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


class Act(StrEnum):
    """Every act that a service asks about. A new one without a row in the table below is refused to everybody."""

    PROPERTY_READ = "property.read"
    PROPERTY_WRITE = "property.write"
    PROPERTY_IMPORT = "property.import"
    PROPERTY_EXPORT = "property.export"
    PROPERTY_PURGE = "property.purge"
    PROPERTY_ASSIGN = "property.assign"
    CLIENT_READ = "client.read"
    CLIENT_WRITE = "client.write"
    CLIENT_IMPORT = "client.import"
    CLIENT_EXPORT = "client.export"
    CLIENT_ERASE = "client.erase"
    CLIENT_ASSIGN = "client.assign"
    DEAL_READ = "deal.read"
    DEAL_WRITE = "deal.write"
    DEAL_IMPORT = "deal.import"
    DEAL_EXPORT = "deal.export"
    DEAL_ASSIGN = "deal.assign"
    TARGET_WRITE = "target.write"
    EVENT_READ = "event.read"
    EVENT_WRITE = "event.write"
    EVENT_IMPORT = "event.import"
    EVENT_EXPORT = "event.export"
    EVENT_ASSIGN = "event.assign"
    CALENDAR_SETTINGS = "calendar.settings"
    CALENDAR_FEEDS = "calendar.feeds"
    CALENDAR_SYNC = "calendar.sync"
    ANALYTICS_READ = "analytics.read"
    ANALYTICS_EXPORT = "analytics.export"
    ANALYTICS_IMPORT = "analytics.import"
    ALERT_WRITE = "alert.write"
    REPORT_WRITE = "report.write"
    LOG_READ = "log.read"
    UNDO = "undo"
    UNDO_OTHERS = "undo.others"
    ACCOUNT_READ = "account.read"
    ACCOUNT_WRITE = "account.write"
    ACCOUNT_GUARD = "account.guard"
    USERS_READ = "users.read"
    USERS_WRITE = "users.write"


class Rule(NamedTuple):
    """Who may: these roles, with all of these scopes; `by_key` is False where a program's key may never."""

    roles: frozenset[Role]
    scopes: frozenset[str]
    by_key: bool = True


_EVERYBODY = frozenset(Role)
_ADMIN = frozenset({Role.ADMIN})
_READ = frozenset({"read"})
_WRITE = frozenset({"read", "write"})
RULES: dict[Act, Rule] = {
    Act.PROPERTY_READ: Rule(_EVERYBODY, _READ),
    Act.PROPERTY_WRITE: Rule(_EVERYBODY, _WRITE),
    Act.PROPERTY_IMPORT: Rule(_EVERYBODY, _WRITE),
    # The whole agency in one file is more than a reading program needs (test_61).
    Act.PROPERTY_EXPORT: Rule(_EVERYBODY, _WRITE),
    Act.PROPERTY_PURGE: Rule(_EVERYBODY, _WRITE),
    Act.PROPERTY_ASSIGN: Rule(_ADMIN, _WRITE | {"admin"}),
    Act.CLIENT_READ: Rule(_EVERYBODY, _READ),
    Act.CLIENT_WRITE: Rule(_EVERYBODY, _WRITE),
    Act.CLIENT_IMPORT: Rule(_EVERYBODY, _WRITE),
    Act.CLIENT_EXPORT: Rule(_EVERYBODY, _WRITE),
    # What is erased is gone from the log too, so nobody can take it back.
    Act.CLIENT_ERASE: Rule(_EVERYBODY, _WRITE),
    Act.CLIENT_ASSIGN: Rule(_ADMIN, _WRITE | {"admin"}),
    Act.DEAL_READ: Rule(_EVERYBODY, _READ),
    Act.DEAL_WRITE: Rule(_EVERYBODY, _WRITE),
    Act.DEAL_IMPORT: Rule(_EVERYBODY, _WRITE),
    Act.DEAL_EXPORT: Rule(_EVERYBODY, _WRITE),
    Act.DEAL_ASSIGN: Rule(_ADMIN, _WRITE | {"admin"}),
    Act.TARGET_WRITE: Rule(_EVERYBODY, _WRITE),
    Act.EVENT_READ: Rule(_EVERYBODY, _READ),
    Act.EVENT_WRITE: Rule(_EVERYBODY, _WRITE),
    Act.EVENT_IMPORT: Rule(_EVERYBODY, _WRITE),
    # As with listings and clients: a key that only reads may not carry everything away at once.
    Act.EVENT_EXPORT: Rule(_EVERYBODY, _WRITE),
    Act.EVENT_ASSIGN: Rule(_ADMIN, _WRITE | {"admin"}),
    Act.CALENDAR_SETTINGS: Rule(_EVERYBODY, _WRITE),
    Act.CALENDAR_FEEDS: Rule(_EVERYBODY, _WRITE),
    Act.CALENDAR_SYNC: Rule(_EVERYBODY, _WRITE),
    Act.ANALYTICS_READ: Rule(_EVERYBODY, _READ),
    # A data set is the rows themselves, as an export of a slice is.
    Act.ANALYTICS_EXPORT: Rule(_EVERYBODY, _WRITE),
    Act.ANALYTICS_IMPORT: Rule(_EVERYBODY, _WRITE),
    Act.ALERT_WRITE: Rule(_EVERYBODY, _WRITE),
    # A report that is drawn at once is read; one that is kept, or comes by itself, is entered.
    Act.REPORT_WRITE: Rule(_EVERYBODY, _WRITE),
    Act.LOG_READ: Rule(_EVERYBODY, _READ),
    Act.UNDO: Rule(_EVERYBODY, _WRITE),
    Act.UNDO_OTHERS: Rule(_ADMIN, _WRITE | {"admin"}),
    # The own account: what it is called and shows, and what guards it (password, factors, keys, sessions, addresses).
    Act.ACCOUNT_READ: Rule(_EVERYBODY, _READ),
    Act.ACCOUNT_WRITE: Rule(_EVERYBODY, _WRITE),
    Act.ACCOUNT_GUARD: Rule(_EVERYBODY, _WRITE, by_key=False),
    Act.USERS_READ: Rule(_ADMIN, _READ | {"admin"}),
    Act.USERS_WRITE: Rule(_ADMIN, _WRITE | {"admin"}),
}
_NOBODY = Rule(frozenset(), frozenset())


def role_of(actor: Actor) -> Role:
    return Role.ADMIN if actor.sees_all else Role.AGENT


def implied(scopes: frozenset[str]) -> frozenset[str]:
    """The scopes with what they bring along."""
    return scopes | {"read"} if scopes & {"write", "admin"} else scopes


def allows(actor: Actor, act: Act) -> bool:
    rule = RULES.get(act, _NOBODY)
    return role_of(actor) in rule.roles and rule.scopes <= actor.scopes and (rule.by_key or actor.via != "key")


def require(actor: Actor, act: Act) -> None:
    """Raise `Denied` unless the actor may do this: `denied.key`, `denied.scope` or, for the role, `denied`."""
    rule = RULES.get(act, _NOBODY)
    if allows(actor, act):
        return
    if actor.via == "key" and not rule.by_key:
        raise Denied("denied.key", act=act.value)
    if rule.scopes - actor.scopes:
        missing = sorted(rule.scopes - actor.scopes)
        wanted = sorted((rule.scopes | actor.scopes) - {"read"}) or missing
        options = " ".join(f"--scope {scope}" for scope in wanted)
        raise Denied("denied.scope", act=act.value, scopes=", ".join(missing), options=options)
    raise Denied("denied", act=act.value)
