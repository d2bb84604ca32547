"""What undo does with accounts: nothing. Who may sign in is decided anew, never by taking back an operation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from realty_cli.errors import Conflict


class UndoAccounts:
    """Refuses, whatever is asked."""

    def lasting(self, fresh: bool) -> str:
        return "undo.account"

    def existing(self, numbers: Sequence[int]) -> set[int]:
        return set(numbers)

    def remove(self, numbers: Sequence[int]) -> NoReturn:
        raise Conflict("undo.account")

    def insert(self, states: Mapping[int, Mapping[str, Any]]) -> NoReturn:
        raise Conflict("undo.account")

    def rewrite(self, states: Mapping[int, Mapping[str, Any]]) -> NoReturn:
        raise Conflict("undo.account")

    def withdrawn(self, operation: int, undo: int, *, redo: bool) -> None: ...
