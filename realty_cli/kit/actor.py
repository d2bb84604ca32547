"""Who is asking. A plain value, so that the store's row filter and change log know it without knowing accounts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """One signed-in account as services see it; `sees_all` is what administrators have and agents have not."""

    id: int
    username: str
    sees_all: bool = False
    timezone: str = "Europe/Moscow"
    language: str = "ru"
