"""Accounts as people name them: by name, e-mail address or number."""

from __future__ import annotations

from typing import Any

import typer

from realty_cli.cli.state import state_of


def account_number(work: Any, text: str) -> int:
    """The account that a name, an address or a number means."""
    from realty_cli.auth import accounts
    from realty_cli.errors import NotFound

    if _is_number(text):
        return int(text)
    found = accounts.find(work.db, text)
    # Whose names there are is not told to those who do not see them.
    if found is None or not (work.actor.sees_all or found["id"] == work.actor.id):
        raise NotFound("account.unknown", username=text)
    return int(found["id"])


def numbered(context: typer.Context, typed: list[str] | None) -> list[int] | list[str] | None:
    """For options that name accounts: the numbers of those that were named. The store is asked for names alone."""
    if not typed or context.resilient_parsing:
        return typed
    if all(_is_number(one) for one in typed):
        return [int(one) for one in typed]
    with state_of(context).read() as work:
        return [account_number(work, one) for one in typed]


def numbered_one(context: typer.Context, typed: str | None) -> int | str | None:
    """The same for an option that names one."""
    found = numbered(context, [typed] if typed else None)
    return found[0] if found else typed


def _is_number(text: str) -> bool:
    return text.removeprefix("-").isdecimal() and len(text) < 20
