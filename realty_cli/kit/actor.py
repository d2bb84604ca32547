"""Who is asking, and from where. Plain values, so that the store's row filter and change log know them without knowing
accounts."""

from __future__ import annotations

from dataclasses import dataclass

#: What a person who signed in may do, and what a key may be given of it (`auth.policy` says which act needs which).
ALL_SCOPES = frozenset({"read", "write", "admin"})


@dataclass(frozen=True, slots=True)
class Actor:
    """One signed-in account as services see it; `sees_all` is what administrators have and agents have not.

    `via` is how it came in: `local` (the command line on its own store), `session` or `key`.
    """

    id: int
    username: str
    sees_all: bool = False
    timezone: str = "Europe/Moscow"
    language: str = "ru"
    scopes: frozenset[str] = ALL_SCOPES
    session_id: int | None = None
    via: str = "local"


@dataclass(frozen=True, slots=True)
class Where:
    """Where a request comes from: the address of the other side ("" for this machine's own command), its program, and
    the door (`api` or `cli`)."""

    address: str = ""
    agent: str = ""
    source: str = "api"
