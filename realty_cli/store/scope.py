"""The row filter: an actor sees its own rows, an administrator sees all.

It stands here once. Every list, count, report, export, feed and subscription of every slice goes through `visible`.
"""

from __future__ import annotations

from typing import Any

from realty_cli.kit.actor import Actor


def visible(actor: Actor, params: dict[str, Any], alias: str = "") -> str:
    """A condition that holds for the rows the actor may see; what it binds is added to `params`."""
    if actor.sees_all:
        return "1 = 1"
    params["visible_to"] = actor.id
    return f"{alias + '.' if alias else ''}owner_id = :visible_to"
