"""The briefing of the day: what every slice has due, in the zone and language of whoever asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from realty_cli.kit.actor import Actor
from realty_cli.kit.agenda import Due, Provider, Window
from realty_cli.kit.i18n import translator


class TodayService:
    """`providers` in the order in which a reader wants them; each is bound to whose day it is."""

    def __init__(self, actor: Actor, now: datetime, providers: Sequence[Callable[[Actor], Provider]]) -> None:
        self._actor, self._now, self._providers = actor, now, providers

    def briefing(self, *, days: int = 7, limit: int = 20, language: str = "en", mine: bool = False) -> dict[str, Any]:
        """`{date, until, timezone, total, overdue, sections}`; sections that have nothing are left out. `mine`: what is
        the actor's own alone, of an administrator who sees all."""
        window = Window(self._now, ZoneInfo(self._actor.timezone), days, limit)
        say = translator(language).text
        whose = replace(self._actor, sees_all=False) if mine else self._actor
        found = [section for provider in self._providers if (section := provider(whose)(window)).total]
        return {
            "date": window.today.isoformat(),
            "until": window.until.isoformat(),
            "timezone": self._actor.timezone,
            "total": sum(section.total for section in found),
            "overdue": sum(section.overdue for section in found),
            "sections": [
                {
                    "name": section.name,
                    "title": say(section.heading),
                    "total": section.total,
                    "overdue": section.overdue,
                    "items": [_item(one, window) for one in section.items],
                }
                for section in found
            ],
        }


def _item(due: Due, window: Window) -> dict[str, Any]:
    return {
        "kind": due.kind,
        "id": due.id,
        "owner_id": due.owner_id,
        "title": due.title,
        "due": due.on.isoformat(),
        "days": (due.on - window.today).days,
        "facts": dict(due.facts),
    }
