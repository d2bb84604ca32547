"""What the shell proposes while a person types: numbers of listings with their titles."""

from __future__ import annotations

import os
import re

_MOST = 50
# A title is shown by the shell's own completion code, some of which evaluates it: nothing but words gets there.
_NOT_WORDS = re.compile(r"[^\w ,./²-]+")


def listings(incomplete: str) -> list[tuple[str, str]]:
    """Listings whose number begins with what was typed, newest first."""
    return _known(incomplete, "properties", "title")


def clients(incomplete: str) -> list[tuple[str, str]]:
    """The same of clients."""
    return _known(incomplete, "clients", "name")


def deals(incomplete: str) -> list[tuple[str, str]]:
    """The same of deals."""
    return _known(incomplete, "deals", "title")


def events(incomplete: str) -> list[tuple[str, str]]:
    """The same of events."""
    return _known(incomplete, "events", "title")


def _known(incomplete: str, table: str, name: str) -> list[tuple[str, str]]:
    """Numbers with the names of what they are; none where there is no store to ask."""
    if incomplete and not incomplete.isdecimal():
        return []
    from realty_cli.app import Realty
    from realty_cli.settings import load
    from realty_cli.store.scope import visible

    try:
        with Realty(load(os.environ)).read() as work:
            params: dict[str, object] = {"begin": incomplete + "%", "most": _MOST}
            rows = work.db.all(
                f"SELECT id, {name} FROM {table} WHERE deleted_at IS NULL AND CAST(id AS TEXT) LIKE :begin"
                f" AND {visible(work.actor, params)} ORDER BY id DESC LIMIT :most",
                params,
            )
    except Exception:
        # Completion has nobody to complain to: whatever is wrong, the command itself will say it.
        return []
    return [(str(number), _NOT_WORDS.sub(" ", title)[:60].strip()) for number, title in rows]
