"""In whose language a service puts what is to be looked at."""

from __future__ import annotations

from typing import Self

from realty_cli.kit.actor import Actor


class Speaking:
    """That of the actor's profile, unless the one who asks now says otherwise."""

    actor: Actor
    _said: str | None = None

    @property
    def language(self) -> str:
        return self._said or self.actor.language

    def said_in(self, language: str) -> Self:
        self._said = language
        return self
