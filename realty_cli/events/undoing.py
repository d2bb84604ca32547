"""What events stand on: an undo takes none of it out from under them. And how subscriptions are taken back. For
`desk.undo`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from realty_cli.errors import Conflict

if TYPE_CHECKING:
    from realty_cli.events.feeds import FeedService

NAMING_LISTINGS = ("events.property_id", "showing_feedback.property_id")
NAMING_CLIENTS = ("events.client_id", "showing_feedback.client_id")
NAMING_DEALS = ("events.deal_id",)


class UndoFeeds:
    """To take back that a feed was made ends it. An address that was given up is not brought back: who may read a
    calendar is decided anew, never by taking back an operation."""

    def __init__(self, feeds: FeedService) -> None:
        self._feeds = feeds

    def lasting(self, fresh: bool) -> str | None:
        return None if fresh else "undo.feed"

    def existing(self, numbers: Sequence[int]) -> set[int]:
        return self._feeds.live(numbers)

    def remove(self, numbers: Sequence[int]) -> None:
        self._feeds.end(numbers, "remove")

    def insert(self, states: Mapping[int, Mapping[str, Any]]) -> NoReturn:
        raise Conflict("undo.feed")

    def rewrite(self, states: Mapping[int, Mapping[str, Any]]) -> NoReturn:
        raise Conflict("undo.feed")

    def withdrawn(self, operation: int, undo: int, *, redo: bool) -> None: ...
